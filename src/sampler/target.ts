/**
 * What a model sees as one number where there are several objectives: they are scaled, weighted and combined.
 *
 *   y   m, the values of a trial, to be minimized, scaled      w   m, weights that sum to 1
 *   v   reciprocal weights, (1 / w) / Σ (1 / w)
 *
 * Everything follows from the record and from the number of the suggestion, so every process sees the same target.
 *
 * Sources: Paria, Kandasamy & Póczos 2019, arXiv 1805.12168 (random weights); Egele et al. 2023, arXiv 2309.14936
 * (bounds and scales); Zhang & Li 2007, "MOEA/D" (boundary intersection).
 */

import { randomStream } from '../numerics/random.ts'
import type { Random } from '../numerics/random.ts'
import { didYouMean } from '../space/nearest-name.ts'
import { CALLBACK, TEXT, checkOptions, isRecord } from '../space/options.ts'
import { shown } from '../space/shown.ts'
import type { Objectives } from '../trial.ts'
import type { TargetExplanation } from './explanation.ts'
import type { History } from './observations.ts'
import { isSamplerName } from './sampler.ts'
import type { OwnTarget, Scalarization, Scale, TargetOptions, Weights } from './target-choice.ts'
import { TARGET_DEFAULTS } from './target-table.ts'

/** What is beyond a bound counts this many times, in every objective. */
const BEYOND = 2

/** Added to a share of a range before its logarithm is taken. */
const LEAST_SHARE = 1e-12

/** No weight that has a reciprocal is smaller. */
const LEAST_WEIGHT = 1e-9

/** The numbers that a scalarization may be given. */
type Set = Readonly<Record<'share' | 'penalty' | 'across', number>>

/** From values and weights to a number that must be minimized. */
export const SCALARIZATIONS: Readonly<Record<Scalarization, (y: Float64Array, w: Float64Array, set: Set) => number>> = {
  linear: (y, w) => sumOver(y, (at, k) => w[k]! * at),
  chebyshev,
  'augmented-chebyshev': (y, w, { share }) => chebyshev(y, w) + share * sumOver(y, (at, k) => w[k]! * Math.abs(at)),
  'modified-chebyshev': (y, w) => {
    const v = reciprocal(w)
    return -y.reduce((least, at, k) => Math.min(least, v[k]! * (1 - at)), Infinity)
  },
  boundary: (y, w, { penalty }) => {
    const along = sumOver(y, (at, k) => w[k]! * at) / sumOver(w, (at) => at * at)
    return along + penalty * sumOver(y, (at, k) => Math.abs(at - along * w[k]!))
  },
  // yᵀ Q y, where Q has the value 1 in the direction w and `across` in all others.
  quadratic: (y, w, { across }) => {
    const along = sumOver(y, (at, k) => w[k]! * at) ** 2 / sumOver(w, (at) => at * at)
    return across * sumOver(y, (at) => at * at) - (across - 1) * along
  },
}

/** From the values of an objective to the map that scales them, and bounds as well. */
export const SCALES: Readonly<Record<Scale, (column: Float64Array) => (value: number) => number>> = {
  identity: () => (value) => value,
  minmax,
  'minmax-log': (column) => {
    const share = minmax(column)
    return (value) => Math.log(Math.max(share(value), 0) + LEAST_SHARE)
  },
  log: (column) => {
    const low = column.reduce((a, b) => Math.min(a, b), Infinity)
    return (value) => Math.log1p(Math.max(value - low, 0))
  },
  quantile: (column) => {
    const sorted = column.toSorted()
    return (value) => quantileOf(value, sorted)
  },
}

/** What several objectives come to. */
export interface Target {
  /** As that of one objective, to be minimized. */
  readonly history: History
  /** Whose values these are: other weights give another target. */
  readonly owner: string
  readonly said: TargetExplanation
}

/**
 * The target of a suggestion.
 *
 * @param histories  of the objectives, in their order
 * @param at         the seed of the study, and the place of the suggestion in it
 * @throws RangeError for weights or bounds that do not fit the objectives
 */
export function targetOf(
  histories: readonly History[],
  objectives: Objectives,
  options: TargetOptions,
  at: { readonly seed: number; readonly step: number },
  own?: OwnTarget,
): Target {
  const names = Object.keys(objectives)
  const { kind, ...given } = typeof options === 'string' ? { kind: options } : options
  const set = { ...TARGET_DEFAULTS, ...given }
  const weights = weightsOf(set.weights as Weights, names, at)
  const columns = histories.map(({ observed }) => Float64Array.from(observed, ({ y }) => y))
  const scalers = columns.map((column) => (own?.scale ?? SCALES[set.scale])(column))
  const bounds = boundsOf(given, objectives).map((bound, k) => (bound === undefined ? Infinity : scalers[k]!(bound)))
  const combine = own?.scalarize ?? ((y, w) => SCALARIZATIONS[kind](y, w, set))
  const [first] = histories
  const observed = first!.observed.map((one, i) => {
    const y = Float64Array.from(columns, (column, k) => scalers[k]!(column[i]!))
    const beyond = BEYOND * sumOver(y, (value, k) => Math.max(value - bounds[k]!, 0))
    return {
      ...one,
      y: combine(
        y.map((value) => value + beyond),
        weights,
      ),
    }
  })
  const scale = own?.scale === undefined ? set.scale : own.name
  const scalarize = own?.scalarize === undefined ? kind : own.name
  return {
    history: { ...first!, sign: 1, observed },
    owner: [scalarize, scale, ...weights].join(),
    said: { scalarize, scale, weights: Object.fromEntries(names.map((name, k) => [name, weights[k]!])) },
  }
}

/** @throws TypeError or RangeError for functions of one's own that make no sense */
export function checkOwn(own: OwnTarget): OwnTarget {
  checkOptions('own', own, { name: TEXT, scale: CALLBACK, scalarize: CALLBACK })
  if (own.name === undefined || own.name === '' || isSamplerName(own.name))
    throw new RangeError(`option 'own.name': must be a name of its own for the sampler, got ${shown(own.name)}`)
  return own
}

/** The weights of a suggestion; they sum to 1. */
function weightsOf(
  weights: Weights,
  names: readonly string[],
  { seed, step }: { readonly seed: number; readonly step: number },
): Float64Array {
  const { kind, ...given } = typeof weights === 'string' ? { kind: weights } : weights
  if (typeof kind !== 'string') {
    checkNames('weights', weights as object, names)
    return normalized(Float64Array.from(names, (name) => (weights as Readonly<Record<string, number>>)[name] ?? 0))
  }
  const { every, limits } = { ...TARGET_DEFAULTS, ...given }
  const random = randomStream('weights', seed, Math.floor(step / every))
  switch (kind as 'uniform' | 'random' | 'reciprocal' | 'bounding-box') {
    case 'uniform':
      return new Float64Array(names.length).fill(1 / names.length)
    case 'random':
      return drawnWeights(names.length, random)
    case 'reciprocal':
      return reciprocal(drawnWeights(names.length, random))
    case 'bounding-box': {
      if (isRecord(limits)) checkNames('weights.limits', limits, names)
      const drawn = names.map((name) => {
        const [low, high] = Array.isArray(limits) ? limits : ((limits as Bounds)[name] ?? TARGET_DEFAULTS.limits)
        return low + (high - low) * random.next()
      })
      return normalized(Float64Array.from(drawn))
    }
  }
}

type Bounds = Readonly<Record<string, readonly [number, number]>>

/** Evenly distributed over all weights: a flat Dirichlet distribution. */
function drawnWeights(m: number, random: Random): Float64Array {
  return normalized(Float64Array.from({ length: m }, () => -Math.log1p(-random.next())))
}

/** (1 / w) / Σ (1 / w). */
export function reciprocal(w: Float64Array): Float64Array {
  return normalized(w.map((at) => 1 / Math.max(at, LEAST_WEIGHT)))
}

function normalized(w: Float64Array): Float64Array {
  const sum = sumOver(w, (at) => at)
  return w.map((at) => (sum > 0 ? at / sum : 1 / w.length))
}

/** The bound of each objective, to be minimized like its values. */
function boundsOf(
  { atMost = {}, atLeast = {} }: Pick<Exclude<TargetOptions, string>, 'atMost' | 'atLeast'>,
  objectives: Objectives,
): (number | undefined)[] {
  const names = Object.keys(objectives)
  for (const [option, bounds, direction] of [
    ['atMost', atMost, 'minimize'],
    ['atLeast', atLeast, 'maximize'],
  ] as const) {
    checkNames(option, bounds, names)
    const other = Object.keys(bounds).find((name) => objectives[name] !== direction)
    if (other !== undefined) {
      const remedy = option === 'atMost' ? 'atLeast' : 'atMost'
      throw new RangeError(`option 'scalarize.${option}': '${other}' is not a value to ${direction}; use '${remedy}'`)
    }
  }
  return names.map((name) => atMost[name] ?? (atLeast[name] === undefined ? undefined : -atLeast[name]))
}

/** @throws RangeError for a name that no objective has */
function checkNames(option: string, given: object, names: readonly string[]): void {
  const unknown = Object.keys(given).find((name) => !names.includes(name))
  if (unknown === undefined) return
  const remedy = didYouMean(unknown, names) || `; the objectives are ${names.map((name) => `'${name}'`).join(', ')}`
  throw new RangeError(`option 'scalarize.${option}': '${unknown}' is not an objective${remedy}`)
}

function chebyshev(y: Float64Array, w: Float64Array): number {
  return y.reduce((most, at, k) => Math.max(most, w[k]! * Math.abs(at)), 0)
}

/** (y − min) / (max − min); 0 if all values are equal. */
function minmax(column: Float64Array): (value: number) => number {
  const low = column.reduce((a, b) => Math.min(a, b), Infinity)
  const range = column.reduce((a, b) => Math.max(a, b), -Infinity) - low
  return (value) => (range > 0 ? (value - low) / range : 0)
}

/** The share of the values below one: linear between two of them, in the middle of equal ones. */
function quantileOf(value: number, sorted: Float64Array): number {
  const last = sorted.length - 1
  if (last < 1) return 0
  const first = sorted.findIndex((at) => at >= value)
  if (first === -1) return 1
  if (sorted[first]! > value) {
    if (first === 0) return 0
    const [a, b] = [sorted[first - 1]!, sorted[first]!]
    return (first - 1 + (value - a) / (b - a)) / last
  }
  return (first + sorted.lastIndexOf(value)) / 2 / last
}

function sumOver(values: Float64Array, term: (value: number, k: number) => number): number {
  return values.reduce((sum, value, k) => sum + term(value, k), 0)
}
