/**
 * Whose turn it is. The trial's number decides, so that any number of workers agree without communicating.
 */

import type { Axes } from '../space/axes.ts'
import type { Basis } from './basis.ts'
import { hasLittleNoise, isClear } from './noise.ts'
import type { ProcessRole, Role, StepsRole } from './role.ts'

/**
 * The forest has the last of this many suggestions: of fewer if a parameter is discrete. Both were measured
 * (test/benchmark/README.md); a forest every third or fourth time gained nothing.
 */
const FOREST_TURN = { discrete: 5, continuous: 8 }

/** One of this many suggestions measures a config again, where that is allowed. */
const REPETITION_TURN = 5

/** The repetition's place among them. Where a parameter is discrete, the forest has the last place. */
const REPETITION_PLACE = 2

/** From this many objectives on, a process of the values as they are has all turns in a continuous space. */
const MANY = 3

/** While the best basin is exhausted, the last of this many suggestions goes to it all the same. */
const POLISHING_TURN = 6

/**
 * The model whose turn it is: a forest (or another model of steps) at fixed intervals, else the next process.
 *
 * Where the plain process finds no noise there is nothing to see through, and the turns of a process that smooths go to
 * the sharp ones. In a space of choices alone no value is near another, so there are neither ripples nor steps. If
 * there is also little noise, the sharp processes take all turns: they see what each choice and each pair of choices
 * adds.
 *
 * @param allowed     at least one
 * @param objectives  how many have a model each, for their front
 */
export function modelOf(number: number, axes: Axes, allowed: readonly Role[], basis: Basis, objectives = 1): Role {
  const models = objectives < MANY ? narrowed(allowed, axes, basis) : asTheyAre(allowed, axes)
  const processes = models.filter((model): model is ProcessRole => model.make === 'process')
  const forests = models.filter((model): model is StepsRole => model.make !== 'process')
  if (processes.length === 0) return forests[number % forests.length]!
  const hasForest = forests.length > 0
  const every = axes.list.some((axis) => axis.kind !== 'continuous') ? FOREST_TURN.discrete : FOREST_TURN.continuous
  if (hasForest && number % every === every - 1) return forests[Math.floor(number / every) % forests.length]!
  const turn = hasForest ? number - Math.floor(number / every) : number
  const role = processes[turn % processes.length]!
  const sharp = processes.filter(({ isSharp }) => isSharp)
  return !role.isSharp && sharp.length > 0 && isClear(basis.plain) ? sharp[number % sharp.length]! : role
}

/**
 * Whether a role's turns explore: a forest's, and those of the process that sees values as they are, if the process
 * with the most likely map takes turns as well. That one finds most of what is better than before. The others expect
 * too much of what is far from all results (test/benchmark/README.md).
 */
export function doesExplore({ name }: Role, allowed: readonly Role[]): boolean {
  return (name === 'plain' || name === 'forest') && allowed.some((other) => other.name === 'best')
}

/** Whether this suggestion measures a config again, where that is allowed. */
export function isTurnToRepeat(number: number): boolean {
  return number % REPETITION_TURN === REPETITION_PLACE
}

/** Whether this suggestion goes to the best basin although that is exhausted. */
export function isTurnToPolish(number: number): boolean {
  return number % POLISHING_TURN === POLISHING_TURN - 1
}

/** In a space of choices alone, with little noise: the sharp processes, if there are any; else all that are allowed. */
function narrowed(allowed: readonly Role[], axes: Axes, basis: Basis): readonly Role[] {
  if (hasOrder(axes) || !hasLittleNoise(basis.plain)) return allowed
  const sharp = allowed.filter((model) => model.make === 'process' && model.isSharp)
  return sharp.length > 0 ? sharp : allowed
}

/**
 * With many objectives in a continuous space: the processes of the values as they are, if there are any. Under a map of
 * the values, or with a forest, fronts of three objectives grew more slowly (test/benchmark/README.md).
 */
function asTheyAre(allowed: readonly Role[], axes: Axes): readonly Role[] {
  if (axes.list.some((axis) => axis.kind !== 'continuous')) return allowed
  const plain = allowed.filter(
    (model) => model.make === 'process' && model.warps.every(({ kind }) => kind === 'identity'),
  )
  return plain.length > 0 ? plain : allowed
}

/** Whether some parameter has values with an order, so that one can be near another. */
function hasOrder(axes: Axes): boolean {
  return axes.list.some((axis) => axis.kind !== 'category' && axis.count > 1)
}
