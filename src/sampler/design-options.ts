/**
 * The designs by name: what each is, and which options it has. How each is made says `designs.ts`.
 *
 * A design is written as a word, `lhs`, or as an object with its word as `kind`: `{ kind: 'lhs', criterion: 'ratio' }`.
 */

import { isRecord, wholeNumber } from '../space/options.ts'
import type { DesignChoice, DesignName } from './design-choice.ts'
import { flag, kindsOf, ruled, whole, words } from '../space/option-values.ts'
import type { Kind, Option, Table, Value } from '../space/option-values.ts'

/** A base beyond this has fewer digits than a point needs. */
const LARGEST_BASE = 65_536

/** The largest size of a design, and the most hypercubes to choose from. */
const MOST_POINTS = 10_000
const MOST_ITERATIONS = 100_000

const LARGEST_SKIP = 2 ** 31

const BASE = wholeNumber(2, LARGEST_BASE)

/** Which configs of a grid count. */
export const BORDER = words('include', 'exclude', 'only')

/** A list of configs: what they must be says the space, which a table does not know. */
const CONFIGS: Value = ruled('FILE', { must: 'a list of configs', holds: isListOfConfigs })

/** A design within a design. */
const ANOTHER: Value<DesignChoice> = { form: 'DESIGN', parse: (value, name) => DESIGN.parse(value, name) }

const BASES: Value = {
  ...ruled('N,N', {
    must: `a list of different whole numbers from 2 to ${LARGEST_BASE}`,
    holds: (value) =>
      Array.isArray(value) && value.every((base) => BASE.holds(base)) && new Set(value).size === value.length,
  }),
  isList: true,
}

const SIZE: Option = {
  value: whole(1, MOST_POINTS),
  line: 'number of points; default: those of the opening, or ten for each parameter',
}

const HALTON: Table = {
  minSkip: { value: whole(0, LARGEST_SKIP), default: 0, line: 'points that are left out at the beginning' },
  maxSkip: {
    atLeast: 'minSkip',
    value: whole(0, LARGEST_SKIP),
    line: 'if above minSkip, the seed leaves out a number between; default: minSkip',
  },
  primes: {
    value: BASES,
    line: 'bases of the first parameters; the others have the smallest primes left',
  },
  scramble: { value: flag, default: false, line: 'whether the digits are permuted by the seed' },
}

const LATIN: Table = {
  size: SIZE,
  type: {
    value: words('classic', 'centered'),
    default: 'classic',
    line: 'a point anywhere in its cell, or in the middle',
  },
  criterion: {
    value: words('maximin', 'correlation', 'ratio', 'none'),
    default: 'maximin',
    line: 'what the best of several hypercubes is best in',
  },
  iterations: {
    value: whole(1, MOST_ITERATIONS),
    line: 'hypercubes to choose from; default: 1000, or fewer where that would take long',
  },
}

/** All designs: the table of the gate and of the help. */
export const DESIGNS: Readonly<Record<DesignName, Kind>> = {
  center: { line: 'the middle of the space, then a scrambled Sobol sequence', options: {} },
  sobol: {
    line: 'a scrambled Sobol sequence: even coverage, for any number of points',
    options: {
      scramble: { value: flag, default: true, line: 'whether the points are scrambled by the seed' },
      skip: { value: whole(0, LARGEST_SKIP), default: 0, line: 'points that are left out at the beginning' },
    },
  },
  random: { line: 'independent draws', options: {} },
  halton: {
    line: 'a Halton sequence: the digits of the number of a trial, mirrored',
    options: HALTON,
  },
  hammersley: {
    line: 'a Hammersley set: as halton, but the last parameter goes up in even steps',
    options: { ...HALTON, size: SIZE },
  },
  lhs: {
    line: 'a Latin hypercube: of n points, each has an n-th of every range to itself',
    options: LATIN,
  },
  'k-lhs': {
    line: 'a Latin hypercube for each combination of the choices',
    options: LATIN,
  },
  grid: {
    line: 'combinations of evenly spaced values, in random order',
    options: {
      size: SIZE,
      points: { value: whole(1, MOST_POINTS), line: 'values of each number; default: by the size' },
      border: { value: BORDER, default: 'include', line: 'whether values include the bounds' },
      full: { value: flag, default: true, line: 'a whole smaller grid, filled up; or a part of a larger one' },
      append: { value: BORDER, default: 'only', line: 'the border of the grid that fills up a whole one' },
    },
  },
  given: {
    line: 'configs of your own first, then another design',
    options: {
      configs: { value: CONFIGS, isNeeded: true, line: 'the configs, in order' },
      then: { value: ANOTHER, default: 'sobol', line: 'the design that follows' },
    },
  },
}

/** The option `design`. */
export const DESIGN = kindsOf(DESIGNS) as Value<DesignChoice>

function isListOfConfigs(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every(isRecord)
}
