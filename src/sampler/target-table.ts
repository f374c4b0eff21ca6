/** The option `scalarize`: how several objectives become one number, and what may be set. `target.ts` has the rest. */

import { isRecord, refusal } from '../space/options.ts'
import { kinds, kindsOf, positive, rangeRule, ruled, whole, within, words } from '../space/option-values.ts'
import type { Kind, Option, Table, Value } from '../space/option-values.ts'
import type { Scalarization, Scale, TargetOptions, Weights } from './target-choice.ts'

const NUMBER = rangeRule(-Infinity, Infinity)
const AT_LEAST_ZERO = rangeRule(0, Infinity)

/** What a parameter of each scalarization is when nobody says. */
export const TARGET_DEFAULTS = {
  weights: 'random',
  scale: 'minmax',
  share: 0.001,
  penalty: 5,
  across: 10,
  every: 1,
  limits: [0, 1],
} as const

/** A number for each of some objectives, by name. */
const byName = (must: string, holds: (value: unknown) => boolean): Value<Readonly<Record<string, number>>> =>
  ruled('.NAME=X', {
    must: `an object with ${must} for some objectives, as in { loss: 2 }`,
    holds: (value) => isRecord(value) && Object.keys(value).length > 0 && Object.values(value).every(holds),
  })

const EVERY: Table = {
  every: { value: whole(1), default: TARGET_DEFAULTS.every, line: 'suggestions until new ones are drawn' },
}

const isRange = (value: unknown): boolean =>
  Array.isArray(value) &&
  value.length === 2 &&
  value.every(AT_LEAST_ZERO.holds) &&
  value[0]! <= value[1]! &&
  value[1]! > 0

const LIMITS: Option = {
  value: ruled('X,X', {
    must: 'two numbers of at least 0, low and high, for all objectives or for each by name',
    holds: (value) => isRange(value) || (isRecord(value) && Object.values(value).every(isRange)),
  }),
  default: TARGET_DEFAULTS.limits,
  line: 'bounds of each weight before they are divided by their sum; .NAME=X,X for one objective',
}

const DRAWN = kinds(
  { uniform: {}, random: EVERY, reciprocal: EVERY, 'bounding-box': { ...EVERY, limits: LIMITS } },
  {
    uniform: 'equal',
    random: 'drawn for each suggestion, all combinations alike',
    reciprocal: 'the reciprocals of such ones',
    'bounding-box': 'drawn between bounds',
  },
)

const FIXED = byName('weights of at least 0', AT_LEAST_ZERO.holds)

const WEIGHTS: Value<Weights> = {
  ...DRAWN,
  form: `${DRAWN.form}|.NAME=X`,
  parse: (value, name) => {
    if (!isRecord(value) || 'kind' in value) return DRAWN.parse(value, name) as Weights
    const fixed = FIXED.parse(value, name)
    if (Object.values(fixed).every((weight) => weight === 0))
      throw refusal(`option '${name}'`, 'weights of which one is above 0', value)
    return fixed
  },
}

export const SCALE_NAMES = ['identity', 'minmax', 'minmax-log', 'log', 'quantile'] as const satisfies readonly Scale[]

const SHARED: Table = {
  weights: { value: WEIGHTS, default: TARGET_DEFAULTS.weights, line: 'how much each objective counts' },
  scale: { value: words(...SCALE_NAMES), default: TARGET_DEFAULTS.scale, line: 'how values are scaled before' },
  atMost: {
    value: byName('a number', NUMBER.holds),
    line: 'the largest useful value of a minimized objective, in its own unit',
  },
  atLeast: { value: byName('a number', NUMBER.holds), line: 'the least useful value of a maximized one' },
}

const SCALARIZATIONS: Readonly<Record<Scalarization, Kind>> = {
  linear: { line: 'the weighted sum, which finds no hollow of a front', options: SHARED },
  chebyshev: { line: 'the largest weighted value', options: SHARED },
  'augmented-chebyshev': {
    line: 'the same, and a little of the sum',
    options: {
      ...SHARED,
      share: { value: within(0, Infinity), default: TARGET_DEFAULTS.share, line: 'how much of the sum' },
    },
  },
  'modified-chebyshev': { line: 'the least gain on the worst values, by reciprocal weights', options: SHARED },
  boundary: {
    line: 'how far along the direction of the weights, and how far away from it',
    options: {
      ...SHARED,
      penalty: { value: within(0, Infinity), default: TARGET_DEFAULTS.penalty, line: 'how much the latter counts' },
    },
  },
  quadratic: {
    line: 'squares along the direction of the weights, and larger ones across it',
    options: {
      ...SHARED,
      across: { value: positive(), default: TARGET_DEFAULTS.across, line: 'what a square across it costs' },
    },
  },
}

/** The option. */
export const SCALARIZE = kindsOf(SCALARIZATIONS) as Value<TargetOptions>
