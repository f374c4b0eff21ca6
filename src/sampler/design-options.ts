/**
 * The designs by name: what each is, which options it has, and the gate that refuses what is not one.
 *
 * A design is written as a word, `lhs`, or as an object with its word as `kind`: `{ kind: 'lhs', criterion: 'ratio' }`.
 */

import type { Json } from '../trial.ts'
import { didYouMean } from '../space/nearest-name.ts'
import { FLAG, checkOptions, givenOptions, isRecord, oneOf, wholeNumber } from '../space/options.ts'
import type { Rule, Rules } from '../space/options.ts'
import { shown } from '../space/shown.ts'
import { givenPoints, haltonPoints, hammersleyPoints, randomPoints, sobolPoints } from './design.ts'
import type { Design, PointOf } from './design.ts'
import type {
  DesignName,
  GivenOptions,
  GridDesignOptions,
  HaltonOptions,
  HammersleyOptions,
  LatinHypercubeOptions,
  SobolOptions,
} from './design-choice.ts'
import { BORDERS } from './grid.ts'
import { gridPoints } from './grid-design.ts'
import { kLatinPoints, latinPoints } from './latin-design.ts'

/** A base beyond this has fewer digits than a point needs. */
const LARGEST_BASE = 65_536

/** The largest size of a design, and the most hypercubes to choose from. */
const MOST_POINTS = 10_000
const MOST_ITERATIONS = 100_000

const LARGEST_SKIP = 2 ** 31

const BASE = wholeNumber(2, LARGEST_BASE)

/** One option of a design: what it must be, what it is when left out (null: see the help), and one line of help. */
export interface DesignOption {
  readonly rule: Rule
  readonly initial: Json
  readonly help: string
}

export interface DesignKind {
  readonly help: string
  readonly options: Readonly<Record<string, DesignOption>>
  readonly make: (options: never) => PointOf
}

const SIZE: DesignOption = {
  rule: wholeNumber(1, MOST_POINTS),
  initial: null,
  help: 'number of points; default: those of the opening, or ten for each parameter',
}

const HALTON: DesignKind['options'] = {
  minSkip: { rule: wholeNumber(0, LARGEST_SKIP), initial: 0, help: 'points that are left out at the beginning' },
  maxSkip: {
    rule: wholeNumber(0, LARGEST_SKIP),
    initial: null,
    help: 'if above minSkip, the seed leaves out a number between; default: minSkip',
  },
  primes: {
    rule: {
      must: `a list of different whole numbers from 2 to ${LARGEST_BASE}`,
      holds: (value) =>
        Array.isArray(value) && value.every((base) => BASE.holds(base)) && new Set(value).size === value.length,
    },
    initial: [],
    help: 'bases of the first parameters; the others have the smallest primes left',
  },
  scramble: { rule: FLAG, initial: false, help: 'whether the digits are permuted by the seed' },
}

const LATIN: DesignKind['options'] = {
  size: SIZE,
  type: {
    rule: oneOf('classic', 'centered'),
    initial: 'classic',
    help: 'a point anywhere in its cell, or in the middle',
  },
  criterion: {
    rule: oneOf('maximin', 'correlation', 'ratio', 'none'),
    initial: 'maximin',
    help: 'what the best of several hypercubes is best in',
  },
  iterations: {
    rule: wholeNumber(1, MOST_ITERATIONS),
    initial: null,
    help: 'hypercubes to choose from; default: 1000, or fewer where that would take long',
  },
}

/** All designs: the table of the gate and of the help. */
export const DESIGNS: Readonly<Record<DesignName, DesignKind>> = {
  sobol: {
    help: 'a scrambled Sobol sequence: even coverage, for any number of points',
    options: {
      scramble: { rule: FLAG, initial: true, help: 'whether the points are scrambled by the seed' },
      skip: { rule: wholeNumber(0, LARGEST_SKIP), initial: 0, help: 'points that are left out at the beginning' },
    },
    make: (options: SobolOptions) => sobolPoints(options),
  },
  random: { help: 'independent draws', options: {}, make: () => randomPoints() },
  halton: {
    help: 'a Halton sequence: the digits of the number of a trial, mirrored',
    options: HALTON,
    make: (options: HaltonOptions) => haltonPoints(options),
  },
  hammersley: {
    help: 'a Hammersley set: as halton, but the last parameter goes up in even steps',
    options: { ...HALTON, size: SIZE },
    make: (options: HammersleyOptions) => hammersleyPoints(options),
  },
  lhs: {
    help: 'a Latin hypercube: of n points, each has an n-th of every range to itself',
    options: LATIN,
    make: (options: LatinHypercubeOptions) => latinPoints(options),
  },
  'k-lhs': {
    help: 'a Latin hypercube for each combination of the choices',
    options: LATIN,
    make: (options: LatinHypercubeOptions) => kLatinPoints(options),
  },
  grid: {
    help: 'combinations of evenly spaced values, in random order',
    options: {
      size: SIZE,
      points: { rule: wholeNumber(1, MOST_POINTS), initial: null, help: 'values of each number; default: by the size' },
      border: { rule: oneOf(...BORDERS), initial: 'include', help: 'whether values include the bounds' },
      full: { rule: FLAG, initial: true, help: 'a whole smaller grid, filled up; or a part of a larger one' },
      append: { rule: oneOf(...BORDERS), initial: 'only', help: 'the border of the grid that fills up a whole one' },
    },
    make: (options: GridDesignOptions) => gridPoints(options),
  },
  given: {
    help: 'configs of your own first, then another design',
    options: {
      configs: {
        rule: { must: 'a list of configs', holds: isListOfConfigs },
        initial: [],
        help: 'the configs, in order',
      },
      then: {
        rule: { must: 'a design', holds: (value) => typeof value === 'string' || isRecord(value) },
        initial: 'sobol',
        help: 'the design that follows',
      },
    },
    make: ({ configs, then = 'sobol' }: Partial<GivenOptions>) => {
      if (configs === undefined) throw new RangeError(`design 'given': needs the option 'configs', a list of configs`)
      return givenPoints(configs, designOf(then))
    },
  },
}

/** The words of the designs, in the order of the help. */
export const DESIGN_NAMES = Object.keys(DESIGNS) as readonly DesignName[]

/**
 * The design that somebody has chosen.
 *
 * @param value  a word, or an object with it as `kind`
 * @throws TypeError or RangeError for anything else, and for options that make no sense
 */
export function designOf(value: unknown): Design {
  if (typeof value !== 'string' && !isRecord(value)) throw notADesign(value)
  const { kind, ...options } = typeof value === 'string' ? { kind: value } : value
  if (!isDesignName(kind)) throw notADesign(typeof value === 'string' ? value : (kind ?? value))
  return designNamed(kind, options, `design '${kind}'`)
}

/**
 * The design of a name.
 *
 * @param subject  whose options they are, in messages
 * @throws TypeError or RangeError for options that make no sense
 */
export function designNamed(name: DesignName, options: object, subject: string): Design {
  const { options: known, make } = DESIGNS[name]
  const rules: Rules = Object.fromEntries(Object.entries(known).map(([option, { rule }]) => [option, rule]))
  checkOptions(subject, options, rules)
  return { name, options: givenOptions(options), pointOf: make(options as never) }
}

function isDesignName(name: unknown): name is DesignName {
  return (DESIGN_NAMES as readonly unknown[]).includes(name)
}

function notADesign(value: unknown): Error {
  const words = DESIGN_NAMES.join(', ')
  const message =
    `option 'design': must be one of ${words}, or an object with one of them as 'kind', ` + `got ${shown(value)}`
  if (typeof value !== 'string') return new TypeError(message)
  return new RangeError(message + didYouMean(value, DESIGN_NAMES))
}

function isListOfConfigs(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every(isRecord)
}
