/**
 * The mixed-integer evolution strategy as a sampler: generations of trials whose best have children.
 *
 * Each trial has two parents among the best of the generation before. It inherits their step sizes, changed a little,
 * so the step sizes that lead to good trials spread (`acquisition/individual.ts`). They are not written down: who the
 * parents of a trial were, and what was drawn, follows from its number and the seed, so they are computed again.
 *
 * With several workers a parent may have ended after its child was suggested. Then a step size is taken from another
 * parent than at the time: a guess that is as good, and the same in each process.
 */

import { childOf, individualAt } from '../acquisition/individual.ts'
import type { Individual } from '../acquisition/individual.ts'
import { randomStream } from '../numerics/random.ts'
import type { Random } from '../numerics/random.ts'
import { searchedAxes } from '../space/allowed.ts'
import type { Axes } from '../space/axes.ts'
import { explainBred, membersOf, rankedWithin, suggestAmong, suggestOpening, withValue } from './generations.ts'
import type { Member } from './generations.ts'
import { keptOptions, parseTable, withDefaults } from '../space/option-values.ts'
import { EVOLVE_OPTIONS } from './options.ts'
import type { Question, Sampler } from './sampler.ts'

/** A trial that has children. */
interface Parent extends Individual {
  readonly number: number
}

export interface EvolveSamplerOptions {
  /** How many trials of a generation have children; default 4. */
  readonly parents?: number
  /** How many trials a generation has; default 10, and never fewer than `parents`. */
  readonly children?: number
}

/**
 * Evolution strategy: for many cheap trials, where a model would take longer than they do.
 *
 * @throws RangeError for options that make no sense
 */
export function evolve(options: EvolveSamplerOptions = {}): Sampler {
  const given: EvolveSamplerOptions = parseTable(EVOLVE_OPTIONS, options, 'evolve')
  const { parents, children } = withDefaults(given, EVOLVE_OPTIONS)
  return {
    name: 'evolve',
    ...keptOptions(given),
    suggest: (question) => {
      const axes = searchedAxes(question)
      const population = parentsOf(question, axes, parents, children)
      if (population.length === 0) return suggestOpening(question)
      const random = streamOf(question.seed, question.number, question.draw)
      return suggestAmong(question, axes, () => offspring(population, axes, random).x)
    },
    explain: (question) => {
      const population = parentsOf(question, searchedAxes(question), parents, children)
      const numbers = population.length === 0 ? undefined : population.map(({ number }) => number)
      return explainBred(question, 'evolve', numbers, Math.floor(question.number / children))
    },
  }
}

/** The parents of a trial; none if it belongs to the first generation, or no trial before has a value. */
function parentsOf(question: Question, axes: Axes, parents: number, children: number): Parent[] {
  const members = membersOf(question, axes)
  const { seed, number } = question
  let population: Parent[] = []
  for (let first = 0; first + children <= number; first += children) {
    const ranked = withValue(rankedWithin(members, first === 0 ? -1 : first, first + children))
    const chosen = ranked.slice(0, parents).map((member) => asIndividual(member, population, axes, seed))
    // Where too few have a value, their own parents go on.
    population = [...chosen, ...population.slice(0, parents - chosen.length)]
  }
  return population
}

/** A member with the step sizes that it was made with. */
function asIndividual({ number, x }: Member, population: readonly Individual[], axes: Axes, seed: number): Parent {
  if (population.length === 0 || number < 0) return { ...individualAt(x, axes), number }
  return { ...offspring(population, axes, streamOf(seed, number, 0)), x, number }
}

function offspring(population: readonly Individual[], axes: Axes, random: Random): Individual {
  const first = population[random.integer(population.length)]!
  const second = population[random.integer(population.length)]!
  return childOf(first, second, axes, random)
}

const streamOf = (seed: number, number: number, draw: number): Random => randomStream('evolve', seed, number, draw)
