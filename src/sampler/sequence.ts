/**
 * A design as a sampler: trial k tries point k. Beyond the end of the design, the Sobol sequence goes on. A point whose
 * config was tried has a random one in its place.
 */

import { randomStream } from '../numerics/random.ts'
import type { Random } from '../numerics/random.ts'
import { axesOf } from '../space/axes.ts'
import { DESIGNS } from './design-options.ts'
import { designOf } from './designs.ts'
import type { Design } from './design.ts'
import type {
  DesignChoice,
  DesignName,
  HaltonOptions,
  HammersleyOptions,
  LatinHypercubeOptions,
  SobolOptions,
} from './design-choice.ts'
import type { Explanation, Fallback } from './explanation.ts'
import { keptOptions, parseTable } from '../space/option-values.ts'
import type { Question, Sampler, Suggestion } from './sampler.ts'
import { placeAt, placeWithin } from './skipping.ts'
import type { Placed } from './skipping.ts'
import { beginsWithDefaults, configAtPlace, firstUntried, randomPlace } from './untried.ts'

/**
 * Scrambled Sobol points: they cover the space evenly, however many there are.
 *
 * @throws RangeError for options that make no sense; the seed belongs to the study
 */
export function sobol(options: SobolOptions = {}): Sampler {
  return sampler('sobol', options)
}

/**
 * Independent draws: uniform, log-uniform or weighted, as each parameter says.
 *
 * @param options  there are none: the seed belongs to the study
 * @throws RangeError for any option
 */
export function random(options: object = {}): Sampler {
  return sampler('random', options)
}

/**
 * Halton points. Without `scramble` or a skip, the first is the lower corner of the space, and every study has the
 * same.
 *
 * @throws RangeError for options that make no sense
 */
export function halton(options: HaltonOptions = {}): Sampler {
  return sampler('halton', options)
}

/**
 * Hammersley points, `size` of them: the last parameter goes up in even steps, the others are Halton points.
 *
 * @throws RangeError for options that make no sense
 */
export function hammersley(options: HammersleyOptions = {}): Sampler {
  return sampler('hammersley', options)
}

/**
 * A Latin hypercube of `size` points: each has a stratum of every parameter to itself. The default size is ten points
 * for each parameter.
 *
 * @throws RangeError for options that make no sense
 */
export function latinHypercube(options: LatinHypercubeOptions = {}): Sampler {
  return sampler('lhs', options)
}

/**
 * A Latin hypercube for each combination of the choices, with `size` points together.
 *
 * @throws RangeError for options that make no sense
 */
export function kLatinHypercube(options: LatinHypercubeOptions = {}): Sampler {
  return sampler('k-lhs', options)
}

/** The sampler of a design, with options that have not passed the gate. It carries the name of the design. */
function sampler(kind: DesignName, options: object): Sampler {
  return sequence(designOf({ kind, ...parseTable(DESIGNS[kind].options, options, kind) } as DesignChoice))
}

/** The sampler that tries the points of a design. */
function sequence(design: Design): Sampler {
  return {
    name: design.name,
    ...keptOptions(design.options),
    readsRecord: false,
    suggest: (question) => suggestPoint(design, question),
    explain: (question) => explainPoint(design, question),
  }
}

/**
 * The config that a design has for the question's number; undefined if nothing is left to try.
 *
 * @param size  how many points are wanted, if that is known
 * @internal
 */
export function suggestPoint(design: Design, question: Question, size?: number): Suggestion | undefined {
  const { draw } = question
  let stream: Random | undefined
  const config = firstUntried(question, (k) => {
    if (draw === 0 && k === 0 && design.name !== 'random') return placeOf(design, question, size).place
    stream ??= drawsOf(design, question)
    return randomPlace(question, stream)
  })
  return config === undefined ? undefined : { config }
}

/**
 * Which point of a design the question's number has.
 *
 * @param because  why a sampler with models leaves this number to the design
 * @internal
 */
export function explainPoint(design: Design, question: Question, size?: number, because?: Fallback): Explanation {
  if (beginsWithDefaults(question)) return { by: 'defaults' }
  if (design.name === 'random' && because === undefined) return { by: 'random' }
  const { space, number, draw, isTried } = question
  const { place, isBeyond, index = number } = placeOf(design, question, size)
  const isStandIn = draw > 0 || isTried(configAtPlace(space, place))
  const isUsual = isBeyond || isUsualSobol(design, number)
  const point = { index, isStandIn, ...(because === undefined ? {} : { because }) }
  return isUsual ? { by: 'sobol', ...point } : { by: 'design', name: design.name, ...point }
}

/** Whether point `number` of a design is that of the scrambled Sobol sequence. */
function isUsualSobol({ name, options }: Design, number: number): boolean {
  return name === 'center' ? number > 0 : name === 'sobol' && Object.keys(options).length === 0
}

/** The point or config of the question's number, and whether the design has ended before it. */
function placeOf(design: Design, question: Question, size: number | undefined): Placed {
  if (question.where !== undefined) return placeWithin(design, question, question.where, size)
  const { space, seed, number } = question
  return placeAt(design, axesOf(space), number, seed, size)
}

/**
 * The draws of random search, and of what comes in the place of points that were tried. Studies that exist depend on
 * the words, whatever the design.
 */
function drawsOf({ name }: Design, { seed, number, draw }: Question): Random {
  return randomStream(name === 'random' ? 'random search' : 'sobol, once more', seed, number, draw)
}
