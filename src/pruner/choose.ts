/** Pruners by name, from options that pass the gate. */

import { didYouMean } from '../space/nearest-name.ts'
import { keptOptions, withDefaults } from '../space/option-values.ts'
import { curveFamiliesRule, linearCurveRule } from './curve.ts'
import type { CurveFamiliesOptions, CurveOptions, LinearCurveOptions } from './curve.ts'
import { halvingRule } from './halving.ts'
import type { HalvingOptions } from './halving.ts'
import { hyperbandRule } from './hyperband.ts'
import type { HyperbandOptions } from './hyperband.ts'
import {
  CURVE_FAMILIES_OPTIONS,
  HALVING_OPTIONS,
  HYPERBAND_OPTIONS,
  LINEAR_CURVE_OPTIONS,
  MEDIAN_OPTIONS,
  PATIENCE_OPTIONS,
  PERCENTILE_OPTIONS,
  THRESHOLD_OPTIONS,
  parsePruner,
} from './options.ts'
import { patienceRule } from './patience.ts'
import type { PatienceOptions } from './patience.ts'
import { percentileRule } from './percentile.ts'
import type { MedianOptions, PercentileOptions } from './percentile.ts'
import { PRUNER_NAMES, isPrunerName } from './pruner.ts'
import type { Pruner, PrunerName } from './pruner.ts'
import { isAtEnd } from './reached.ts'
import { thresholdRule } from './threshold.ts'
import type { ThresholdOptions } from './threshold.ts'

type Rule = Pruner['stops']

/** How each pruner is made of its options, which have passed the gate. */
const RULES: Readonly<Record<PrunerName, (given: object) => Rule>> = {
  none: () => () => undefined,
  median: (given) => percentileRule({ ...withDefaults(given as MedianOptions, MEDIAN_OPTIONS), keep: 0.5 }),
  percentile: (given) => percentileRule(withDefaults(given as PercentileOptions, PERCENTILE_OPTIONS)),
  threshold: (given) => thresholdRule({ warmup: THRESHOLD_OPTIONS.warmup.default, ...given }),
  patience: (given) => patienceRule(withDefaults(given as PatienceOptions, PATIENCE_OPTIONS)),
  halving: (given) => halvingRule(withDefaults(given as HalvingOptions, HALVING_OPTIONS)),
  hyperband: (given) => hyperbandRule(withDefaults(given as HyperbandOptions, HYPERBAND_OPTIONS)),
  curve: (given) => curveRule(given as CurveOptions),
}

/** Those that compare values. Near the end of a trial nothing is left to be saved, and its value would be lost. */
const SPARES_THE_END: ReadonlySet<PrunerName> = new Set(['median', 'percentile', 'halving', 'hyperband', 'curve'])

/**
 * One of anthill's pruners.
 *
 * @param options  those of its table in `options.ts`
 * @throws RangeError for an unknown name; RangeError or TypeError for options that make no sense
 */
export function prunerNamed(name: string, options?: unknown): Pruner {
  if (!isPrunerName(name)) throw unknownPruner(name)
  const given = parsePruner(name, options)
  const rule = RULES[name](given)
  return { name, ...keptOptions(given), stops: SPARES_THE_END.has(name) ? unlessAtEnd(rule) : rule }
}

/** The error for a name that no pruner has. */
export function unknownPruner(name: string): RangeError {
  return new RangeError(`must be one of ${PRUNER_NAMES.join(', ')}, got '${name}'${didYouMean(name, PRUNER_NAMES)}`)
}

/** Stops a trial whose best value so far is worse than the median of those that came as far. */
export const median = (options: MedianOptions = {}): Pruner => prunerNamed('median', options)

/** Stops a trial that is not among the best share of those that came as far. */
export const percentile = (options: PercentileOptions = {}): Pruner => prunerNamed('percentile', options)

/** Stops a trial whose values leave given bounds, or are not finite. */
export const threshold = (options: ThresholdOptions): Pruner => prunerNamed('threshold', options)

/** Stops a trial that has not improved for a number of steps, unless it is the best of all. */
export const patience = (options: PatienceOptions = {}): Pruner => prunerNamed('patience', options)

/** Successive halving without waiting. */
export const halving = (options: HalvingOptions = {}): Pruner => prunerNamed('halving', options)

/** Hyperband: successive halving in brackets with different first rungs. */
export const hyperband = (options: HyperbandOptions): Pruner => prunerNamed('hyperband', options)

/** Stops a trial whose curve is not expected to end better than the best trial. */
export const curve = (options: CurveOptions = {}): Pruner => prunerNamed('curve', options)

function curveRule({ model = 'families' }: CurveOptions): Rule {
  const given = typeof model === 'object' ? model : ({ kind: model } as LinearCurveOptions | CurveFamiliesOptions)
  return given.kind === 'linear'
    ? linearCurveRule(withDefaults(given, LINEAR_CURVE_OPTIONS))
    : curveFamiliesRule(withDefaults(given, CURVE_FAMILIES_OPTIONS))
}

function unlessAtEnd(stops: Rule): Rule {
  return (question) => (isAtEnd(question.curve, question.others) ? undefined : stops(question))
}
