/**
 * The options of the pruners: one table, and the gate that all options pass, from a program, a command line or a study.
 *
 * A new option is a line in its table, and a line in the type that the table must satisfy. The help of the command line
 * (`anthill help pruner`), the notation of `--pruner` and all messages follow from the table.
 */

import { kinds, parseTable, positive, ruled, whole, within } from '../space/option-values.ts'
import type { Option, Table } from '../space/option-values.ts'
import type { CurveFamiliesOptions, LinearCurveOptions } from './curve.ts'
import type { HalvingOptions } from './halving.ts'
import type { HyperbandOptions } from './hyperband.ts'
import type { PatienceOptions } from './patience.ts'
import type { MedianOptions, PercentileOptions } from './percentile.ts'
import type { PrunerName } from './pruner.ts'
import type { ThresholdOptions } from './threshold.ts'

/** A table that has a line for each option. */
type Complete<T> = { readonly [K in keyof T]-?: Option<Exclude<T[K], undefined>> }

const finite = within(-Infinity, Infinity)

/** A share that is neither nothing nor everything. */
const chance = ruled<number>('X', {
  must: 'a number above 0 and below 1',
  holds: (value) => typeof value === 'number' && value > 0 && value < 1,
})

const aboveOne = ruled<number>('X', {
  must: 'a number above 1',
  holds: (value) => Number.isFinite(value) && (value as number) > 1,
})

const WARMUP = { value: finite, default: 0, line: 'nothing is stopped before this step' } as const

export const MEDIAN_OPTIONS = {
  warmup: WARMUP,
  least: { value: whole(1), default: 4, line: 'how many other trials must have come as far' },
} as const satisfies Complete<MedianOptions>

export const PERCENTILE_OPTIONS = {
  keep: {
    value: positive(1),
    default: 0.25,
    line: 'the share of the trials that may go on: 0.25 for the best quarter',
  },
  ...MEDIAN_OPTIONS,
} as const satisfies Complete<PercentileOptions>

export const THRESHOLD_OPTIONS = {
  atMost: { value: finite, line: 'no value may be larger; give this or atLeast' },
  atLeast: { value: finite, line: 'no value may be smaller' },
  warmup: { ...WARMUP, line: 'values before this step do not matter' },
} as const satisfies Complete<ThresholdOptions>

export const PATIENCE_OPTIONS = {
  steps: { value: positive(), default: 10, line: 'how many steps may pass without an improvement' },
  by: { value: within(0, Infinity), default: 0, line: 'an improvement is larger than this' },
  warmup: WARMUP,
} as const satisfies Complete<PatienceOptions>

export const HALVING_OPTIONS = {
  min: { value: positive(), default: 1, line: 'the step of the first rung; the next ones are at min factor^k' },
  factor: { value: aboveOne, default: 3, line: 'one of this many trials goes on from a rung to the next one' },
  least: { value: whole(1), default: 3, line: 'how many trials go on from a rung before any is stopped there' },
} as const satisfies Complete<HalvingOptions>

export const HYPERBAND_OPTIONS = {
  max: { value: positive(), isNeeded: true, atLeast: 'min', line: 'the step at which a trial ends' },
  ...HALVING_OPTIONS,
} as const satisfies Complete<HyperbandOptions>

const LIMIT = { value: finite, line: 'what a trial must be able to reach; by default the best value so far' } as const

const LEAST = { value: whole(1), default: 10, line: 'how many trials must be complete' } as const

export const LINEAR_CURVE_OPTIONS = {
  least: LEAST,
  inputs: { value: whole(1), default: 3, line: 'how many values a trial must have reported' },
  limit: LIMIT,
} as const satisfies Complete<Omit<LinearCurveOptions, 'kind'>>

export const CURVE_FAMILIES_OPTIONS = {
  least: LEAST,
  chance: { value: chance, default: 0.05, line: 'a trial stops if it becomes the best with a smaller probability' },
  seen: { value: within(0, 1), default: 0.25, line: 'the share of its length that must have been seen' },
  length: { value: positive(), line: 'the step at which a trial ends; by default that of the longest complete one' },
  limit: LIMIT,
} as const satisfies Complete<Omit<CurveFamiliesOptions, 'kind'>>

export const CURVE_OPTIONS = {
  model: {
    value: kinds(
      { families: CURVE_FAMILIES_OPTIONS, linear: LINEAR_CURVE_OPTIONS },
      {
        families: 'continues the curve by power laws, exponentials and a logarithm',
        linear: 'learns from the first values of complete trials where a curve ends',
      },
    ),
    default: 'families',
    line: 'what predicts where a curve ends',
  },
} as const satisfies Table

/** The options of each pruner by its name. */
export const PRUNER_OPTIONS: Readonly<Record<PrunerName, Table>> = {
  none: {},
  median: MEDIAN_OPTIONS,
  percentile: PERCENTILE_OPTIONS,
  threshold: THRESHOLD_OPTIONS,
  patience: PATIENCE_OPTIONS,
  halving: HALVING_OPTIONS,
  hyperband: HYPERBAND_OPTIONS,
  curve: CURVE_OPTIONS,
}

/**
 * The options that were given to a pruner, in their shortest form.
 *
 * @throws TypeError or RangeError for an option that is unknown, missing, or makes no sense
 */
export function parsePruner(name: PrunerName, given: unknown): Record<string, unknown> {
  const parsed = parseTable(PRUNER_OPTIONS[name], given, `pruner '${name}'`)
  if (name !== 'threshold') return parsed
  const { atMost, atLeast } = parsed as ThresholdOptions
  if (atMost === undefined && atLeast === undefined)
    throw new RangeError("option 'atMost': pruner 'threshold' needs it or 'atLeast', as in atMost=10")
  if (atMost !== undefined && atLeast !== undefined && atMost < atLeast)
    throw new RangeError(`option 'atMost': must be at least 'atLeast', got ${atMost} and ${atLeast}`)
  return parsed
}
