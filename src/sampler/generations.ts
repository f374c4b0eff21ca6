/**
 * The record of a study as samplers see it that breed one trial from others: trials that have ended, as members of
 * generations.
 *
 * A generation is a range of numbers, so a trial knows its own without asking. With several workers some members of the
 * last generation are still pending when the next one begins. Then those that have ended speak for it. Whatever such a
 * sampler knows beyond the trials, such as a step size, it computes again from the record, in the order of numbers.
 */

import type { Random } from '../numerics/random.ts'
import { randomStream } from '../numerics/random.ts'
import { cubeOf, pointOf } from '../space/axes.ts'
import type { Axes } from '../space/axes.ts'
import { designOf } from './designs.ts'
import type { Explanation } from './explanation.ts'
import { historiesOf } from './observations.ts'
import { excessesOf, hasValues, inRank } from './ranking.ts'
import type { Judged } from './ranking.ts'
import type { Question, Suggestion } from './sampler.ts'
import { explainPoint, suggestPoint } from './sequence.ts'
import { beginsWithDefaults, firstUntried, randomPlace } from './untried.ts'

/** After this many points that have been tried, random ones follow: the search has not ended, it has narrowed. */
const NARROW_DRAWS = 32

const OPENING = designOf('sobol')

type Bred = Extract<Explanation, { readonly by: 'bred' }>

/** A trial that has ended; −1 is the number of one that was told from elsewhere. */
export interface Member extends Judged {
  readonly x: Float64Array
}

/** The trials that have ended, in the order of their numbers. */
export function membersOf(question: Question, axes: Axes): Member[] {
  const { trials, objectives, constraints = {} } = question
  const none = new Float64Array(Object.keys(objectives).length).fill(Infinity)
  const histories = historiesOf(question, axes)
  const values = new Map(
    histories[0]!.observed.map(({ trial }, i) => [trial, Float64Array.from(histories, (one) => one.observed[i]!.y)]),
  )
  return [...trials]
    .sort((a, b) => (a.number ?? -1) - (b.number ?? -1) || (a.id < b.id ? -1 : 1))
    .map((trial) => ({
      number: trial.number ?? -1,
      x: pointOf(axes, trial.config),
      values: values.get(trial) ?? none,
      excesses: excessesOf(constraints, trial),
    }))
}

/** The members with a number from `first` to `end` − 1, the best first, those without a value last. */
export function rankedWithin(members: readonly Member[], first: number, end: number): Member[] {
  const low = indexOf(members, first)
  return inRank(members.slice(low, indexOf(members, end)))
}

/** The members that have a value. */
export const withValue = (members: readonly Member[]): Member[] => members.filter(hasValues)

/**
 * The first untried config among some model points, then among random ones.
 *
 * @param pointOf  the k-th model point to try; undefined after the last one
 */
export function suggestAmong(
  question: Question,
  axes: Axes,
  pointOf: (k: number) => Float64Array | undefined,
): Suggestion | undefined {
  let random: Random | undefined
  const config = firstUntried(question, (k) => {
    const x = k < NARROW_DRAWS ? pointOf(k) : undefined
    if (x !== undefined) return cubeOf(axes, x)
    random ??= randomStream('anywhere', question.seed, question.number, question.draw)
    return randomPlace(question, random)
  })
  return config && { config }
}

/** A point of the Sobol sequence, before there is anything to breed from. */
export function suggestOpening(question: Question): Suggestion | undefined {
  return suggestPoint(OPENING, question)
}

/**
 * From which trials a config was bred.
 *
 * @param parents  the trials that it may descend from; undefined if it is a point of the opening
 */
export function explainBred(
  question: Question,
  sampler: Bred['sampler'],
  parents: readonly number[] | undefined,
  generation?: number,
): Explanation {
  if (parents === undefined || beginsWithDefaults(question)) return explainPoint(OPENING, question)
  const known = parents.filter((number) => number >= 0).sort((a, b) => a - b)
  return { by: 'bred', sampler, parents: known, ...(generation === undefined ? {} : { generation }) }
}

/** The index of the first member with at least this number. */
function indexOf(members: readonly Member[], number: number): number {
  let low = 0
  let high = members.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (members[middle]!.number < number) low = middle + 1
    else high = middle
  }
  return low
}
