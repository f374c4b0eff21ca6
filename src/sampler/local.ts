/**
 * Local search as a sampler: neighbors of the best trial, until none of them is better; then from a random config anew.
 *
 * A number has neighbors at a step size. After as many misses as there are neighbors the step shrinks, and below the
 * last one the search begins again. With several objectives, a neighbor is better if it beats the center, or if no
 * trial before is as good: then the search walks along the front.
 */

import { continuousNeighbors, discreteNeighbors } from '../acquisition/moves.ts'
import { randomStream, shuffle } from '../numerics/random.ts'
import type { Random } from '../numerics/random.ts'
import { searchedAxes } from '../space/allowed.ts'
import type { Axes } from '../space/axes.ts'
import { explainBred, membersOf, rankedWithin, suggestAmong, suggestOpening, withValue } from './generations.ts'
import type { Member } from './generations.ts'
import { keptOptions, parseTable, withDefaults } from '../space/option-values.ts'
import { LOCAL_OPTIONS } from './options.ts'
import { hasValues, isAhead, isAsGood } from './ranking.ts'
import type { Question, Sampler } from './sampler.ts'

/** The first step of a number, as a share of its range; by how much it shrinks; below the last one the search ends. */
const FIRST_STEP = 0.2
const SHRINK = 3
const LAST_STEP = 1e-4

export interface LocalSamplerOptions {
  /** How many points of a Sobol sequence come first; the search begins at the best of them. Default 10. */
  readonly initial?: number
}

/** Where the search is. */
interface Place {
  readonly center: Member
  readonly step: number
  /** How many trials since the center, or since the step shrank, were not better. */
  readonly misses: number
  /** How many neighbors the center has. */
  readonly neighbors: number
}

/**
 * Local search: for spaces of many choices and steps where small changes have small effects.
 *
 * @throws RangeError for options that make no sense
 */
export function local(options: LocalSamplerOptions = {}): Sampler {
  const given: LocalSamplerOptions = parseTable(LOCAL_OPTIONS, options, 'local')
  const { initial } = withDefaults(given, LOCAL_OPTIONS)
  return {
    name: 'local',
    ...keptOptions(given),
    suggest: (question) => {
      const axes = searchedAxes(question)
      if (question.number < initial) return suggestOpening(question)
      const place = placeOf(question, axes, initial)
      const random = randomStream('local', question.seed, question.number, question.draw)
      const near = place === undefined ? [] : neighborsOf(place, axes, random)
      shuffle(near, random)
      return suggestAmong(question, axes, (k) => near[k])
    },
    explain: (question) => {
      if (question.number < initial) return explainBred(question, 'local', undefined)
      const place = placeOf(question, searchedAxes(question), initial)
      return explainBred(question, 'local', place === undefined ? [] : [place.center.number])
    },
  }
}

/** Where the search is, from the trials in the order of their numbers; undefined if it must begin anew. */
function placeOf(question: Question, axes: Axes, initial: number): Place | undefined {
  const members = membersOf(question, axes)
  const [best] = withValue(rankedWithin(members, -1, initial))
  let place = best && placeAt(best, FIRST_STEP, axes)
  const hasFront = Object.keys(question.objectives).length > 1
  let front = hasFront ? members.filter(({ number }) => number < initial) : []
  for (const member of members) {
    if (member.number < initial || member.number >= question.number) continue
    const isOnFront = hasFront && hasValues(member) && !front.some((other) => isAsGood(other, member))
    if (isOnFront) front = [...front.filter((other) => !isAhead(member, other)), member]
    if (place === undefined) place = hasValues(member) ? placeAt(member, FIRST_STEP, axes) : undefined
    else if (isOnFront || isAhead(member, place.center)) place = placeAt(member, place.step, axes)
    else place = afterMiss(place)
  }
  return place
}

function placeAt(center: Member, step: number, axes: Axes): Place {
  const place = { center, step, misses: 0, neighbors: 1 }
  return { ...place, neighbors: neighborsOf(place, axes, randomStream('local, count', center.number)).length }
}

function afterMiss(place: Place): Place | undefined {
  const { step, misses, neighbors } = place
  if (misses + 1 < neighbors) return { ...place, misses: misses + 1 }
  return step / SHRINK < LAST_STEP ? undefined : { ...place, step: step / SHRINK, misses: 0 }
}

function neighborsOf({ center, step }: Place, axes: Axes, random: Random): Float64Array[] {
  const steps = new Float64Array(axes.list.length).fill(step)
  return [...discreteNeighbors(center.x, axes, random), ...continuousNeighbors(center.x, axes, steps, random)]
}
