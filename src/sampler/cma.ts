/**
 * CMA-ES as a sampler: each generation of trials comes from a normal distribution that the generations before have
 * taught (`acquisition/mixed-cma.ts`). It learns from ranks alone, which trials of several objectives have too.
 *
 * Nothing is kept between calls. The distribution is computed again from the record: generation by generation, in the
 * order of numbers. It takes points from elsewhere, so trials that came from a queue, from another draw, or from the
 * distribution one generation earlier do no harm. A trial that gave no value ranks last.
 *
 * Source: Hansen 2016, arXiv 1604.00772; Auger & Hansen 2005 (restarts).
 */

import { beginMixed, drawMixed, isMixedSpent, toldMixed } from '../acquisition/mixed-cma.ts'
import type { MixedCma } from '../acquisition/mixed-cma.ts'
import { randomStream } from '../numerics/random.ts'
import { searchedAxes } from '../space/allowed.ts'
import type { Axes } from '../space/axes.ts'
import { explainBred, membersOf, rankedWithin, suggestAmong, withValue } from './generations.ts'
import type { Member } from './generations.ts'
import { keptOptions, parseTable, withDefaults } from '../space/option-values.ts'
import { CMA_OPTIONS } from './options.ts'
import type { Question, Sampler } from './sampler.ts'

/** A run is over once the numbers differ by less than this share of their ranges. */
const TOLERANCE = 1e-9

/** A run is also over if the best values of this many generations, and 30 d / λ more, are all the same. */
const PATIENCE = 10

/** The largest generation. Each run has twice the trials of the one before. */
const MOST_TRIALS = 1000

export interface CmaSamplerOptions {
  /** Standard deviation of the first trials, as a share of each range; default 0.2. */
  readonly sigma?: number
  /** Trials of the first generations; default 4 + 3 ln d for d parameters. */
  readonly population?: number
}

/**
 * CMA-ES with restarts: for some hundred trials or more of up to some dozen numbers that depend on each other.
 *
 * @throws RangeError for options that make no sense
 */
export function cma(options: CmaSamplerOptions = {}): Sampler {
  const given: CmaSamplerOptions = parseTable(CMA_OPTIONS, options, 'cma')
  const { sigma, population } = withDefaults(given, CMA_OPTIONS) as Pick<Required<CmaSamplerOptions>, 'sigma'> &
    CmaSamplerOptions
  return {
    name: 'cma',
    ...keptOptions(given),
    suggest: (question) => {
      const axes = searchedAxes(question)
      const { state } = stateFor(question, axes, sigma, population)
      const random = randomStream('cma', question.seed, question.number, question.draw)
      return suggestAmong(question, axes, () => drawMixed(state, axes, random))
    },
    explain: (question) => {
      const { generation } = stateFor(question, searchedAxes(question), sigma, population)
      return explainBred(question, 'cma', [], generation)
    },
  }
}

/** The distribution of a generation. */
interface Taught {
  readonly state: MixedCma
  readonly generation: number
}

/** The distribution for a trial: what the generations before its own have taught. */
function stateFor(question: Question, axes: Axes, sigma: number, population: number | undefined): Taught {
  const members = membersOf(question, axes)
  let state = beginMixed(axes, undefined, sigma, population)
  let bests: Float64Array[] = []
  let generation = 0
  for (let first = 0; first + state.lambda <= question.number;) {
    const ranked = rankedWithin(members, first === 0 ? -1 : first, first + state.lambda)
    const random = randomStream('cma, filled in', question.seed, first)
    first += state.lambda
    generation++
    state = toldMixed(state, teaching(ranked, state.lambda), random)
    if (ranked.length > 0) bests.push(ranked[0]!.values)
    const patience = PATIENCE + Math.ceil((30 * axes.list.length) / state.lambda)
    const latest = bests.slice(-patience)
    const isStill =
      latest.length === patience && latest.every((values) => values.every((value, k) => value === latest[0]![k]))
    if (!isStill && !isMixedSpent(state, TOLERANCE)) continue
    state = beginMixed(axes, undefined, sigma, Math.min(2 * state.lambda, MOST_TRIALS))
    bests = []
  }
  return { state, generation }
}

/**
 * The points that a generation teaches, the best first. Those without a value repel if there are enough others to
 * attract.
 */
function teaching(ranked: readonly Member[], lambda: number): Float64Array[] {
  const measured = withValue(ranked)
  return (2 * measured.length >= lambda ? ranked : measured).map(({ x }) => x)
}
