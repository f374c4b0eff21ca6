/**
 * The contract of a design: which config a trial has, by its number alone.
 *
 * A design covers the space before anything is known. Point k is a function of k, the space and the seed of the study,
 * so that any number of workers take different points without communicating. Numbers and choices alike get their values
 * from a point of the unit cube, by the encoding of the space. Where a design ends, the Sobol sequence goes on
 * (`sequence.ts`).
 *
 *   k  number of the trial, from 0      d  number of parameters, inactive ones too      n  number of points
 */

import type { Config, Json } from '../trial.ts'
import { haltonPoint, hammersleyPoint } from '../numerics/sequences.ts'
import { randomStream } from '../numerics/random.ts'
import { plainSobolPoint, sobolPoint } from '../numerics/sobol.ts'
import { axesOf } from '../space/axes.ts'
import { dimension } from '../space/encoding.ts'
import type { Space } from '../space/parameter.ts'
import { shown } from '../space/shown.ts'
import { parseConfig } from '../space/validate.ts'
import type { DesignName, HaltonOptions, SizedOptions, SobolOptions } from './design-choice.ts'

/** Without other word, a design of a fixed size has this many points for each parameter (Loeppky et al. 2009). */
const POINTS_PER_PARAMETER = 10

/** What a design covers. */
export interface Region {
  readonly space: Space
  /** Seed of the study. */
  readonly seed: number
  /** How many points are wanted; undefined if nobody can say. */
  readonly size?: number | undefined
}

/**
 * Point k of a region: a point of the unit cube, or a config where its exact values matter. Undefined beyond the size
 * of the design.
 */
export type PointOf = (k: number, region: Region) => Float64Array | Config | undefined

export interface Design {
  readonly name: DesignName
  /** The options that it was made with. */
  readonly options: { readonly [option: string]: Json }
  readonly pointOf: PointOf
  /** One of this many points follows what is believed about the best config, from the first on; default: each does. */
  readonly believedEvery?: number
}

/** The options of Halton points, with those that have a default. */
type Halton = HaltonOptions & Required<Pick<HaltonOptions, 'minSkip' | 'scramble'>>

/** The size of a design: its own option, else what is wanted, else ten points for each parameter. */
export function sizeIn({ space, size }: Region, own: number | undefined): number {
  return own ?? size ?? POINTS_PER_PARAMETER * Math.max(dimension(space), 1)
}

export function sobolPoints({ scramble, skip }: Required<SobolOptions>): PointOf {
  return (k, { space, seed }) => {
    const d = dimension(space)
    return scramble ? sobolPoint(k + skip, d, seed) : plainSobolPoint(k + skip, d)
  }
}

/**
 * The middle of the space, then scrambled Sobol points from the second on. A middle has only what has an order: choices
 * keep the values of the first Sobol point, and a number on a log scale has its geometric middle.
 */
export function centerPoints(): PointOf {
  return (k, { space, seed }) => {
    const { list } = axesOf(space)
    const point = sobolPoint(k, list.length, seed)
    return k > 0 ? point : point.map((u, j) => (list[j]!.kind === 'category' ? u : 0.5))
  }
}

/** Independent uniform points. The words of the stream are those of every study so far. */
export function randomPoints(): PointOf {
  return (k, { space, seed }) => {
    const stream = randomStream('random search', seed, k, 0)
    return Float64Array.from({ length: dimension(space) }, stream.next)
  }
}

export function haltonPoints(options: Halton): PointOf {
  const skipOf = skipBySeed(options)
  return (k, { space, seed }) => {
    const d = dimension(space)
    return haltonPoint(k + skipOf(seed), d, digitsOf(options, d, seed))
  }
}

export function hammersleyPoints({ size: own, ...options }: Halton & SizedOptions): PointOf {
  const skipOf = skipBySeed(options)
  return (k, region) => {
    const size = sizeIn(region, own)
    if (k >= size) return undefined
    const d = dimension(region.space)
    return hammersleyPoint(k, size, d, skipOf(region.seed), digitsOf(options, Math.max(d - 1, 1), region.seed))
  }
}

/** Some configs first, in this order, then another design from its beginning. */
export function givenPoints(configs: readonly unknown[], then: Design): PointOf {
  return (k, region) => {
    if (k < configs.length) return givenConfig(region.space, configs, k)
    const size = region.size === undefined ? undefined : Math.max(region.size - configs.length, 0)
    return then.pointOf(k - configs.length, { ...region, size })
  }
}

function givenConfig(space: Space, configs: readonly unknown[], k: number): Config {
  try {
    return parseConfig(space, configs[k])
  } catch (error) {
    throw new RangeError(
      `design 'given': config ${k}, ${shown(configs[k])}, is not one of this space: ${(error as Error).message}`,
    )
  }
}

/** How many points of a Halton sequence are left out, by the seed. */
function skipBySeed({ minSkip, maxSkip = minSkip }: Halton): (seed: number) => number {
  return (seed) => (maxSkip === minSkip ? minSkip : minSkip + randomStream('skip', seed).integer(maxSkip - minSkip + 1))
}

function digitsOf({ primes = [], scramble }: Halton, d: number, seed: number) {
  if (primes.length > d)
    throw new RangeError(
      `option 'primes': must have at most ${d} numbers in this space, one for each coordinate that has a base, ` +
        `got ${primes.length}; leave some out`,
    )
  return { bases: primes, scramble: scramble ? seed : undefined }
}
