/**
 * What a trial costs: a model of the logarithm of how long trials took, and the worth of a point per second.
 *
 *   T   the duration of a trial in seconds; ln T is what the model is made of
 *   p   the power of the price: 1 for a worth per second, more for what explores, 0 for a worth whatever it takes
 *
 * Durations are measured, so no two runs have the same ones. They are in the record, which does not change, so a
 * suggestion can still be computed again.
 *
 * Sources: Snoek, Larochelle & Adams 2012, "Practical Bayesian optimization", section 3.2; Lee, Perrone, Archambeau &
 * Seeger 2020, "Cost-aware Bayesian optimization", for a price that falls to nothing: where the last trials go should
 * not depend on what is cheap.
 */

import { perSecond } from '../acquisition/terms.ts'
import { pointOf } from '../space/axes.ts'
import { warped } from '../surrogate/warp.ts'
import { allWorkedMs, tellingSeconds } from './duration.ts'
import { makeProcess } from './made.ts'
import { evenly } from './model-set.ts'
import { intervalAround } from './model-view.ts'
import { historyOfValues, inOrderOfNumbers } from './observations.ts'
import type { Past } from './past.ts'
import type { Price } from './price.ts'
import { ROLES } from './role.ts'
import type { Question } from './sampler.ts'
import { NO_BELIEFS } from './unmeasured.ts'

/**
 * Durations that must be known before they matter. With ten in place of five, the time to a target is a tenth longer on
 * problems of two and three parameters (test/benchmark/README.md).
 */
const FEWEST = 5

/** Most durations that the model is made of, and the share of the usual effort of a fit. */
const LARGEST_MODEL = 100
const FIT_SHARE = 0.5

/**
 * The power of the price in turns that explore: these go where it is cheap. With 1 in place of 3, the time to a target
 * is longer by a twentieth to a tenth (test/benchmark/README.md).
 */
const EXPLORING_POWER = 3

const HOUR_MS = 3_600_000

/** What a price depends on. */
type Asked = Pick<Question, 'trials' | 'number' | 'budget' | 'hours'>

/**
 * The price of a trial; undefined while too few durations are known.
 *
 * @param how           what the option `perSecond` says
 * @param isToExplore   whether the turn explores
 */
export function priceOf(
  question: Asked,
  how: true | 'cooled',
  { axes, effort, basis, isToExplore }: Pick<Past, 'axes' | 'effort' | 'basis'> & { readonly isToExplore: boolean },
): Price | undefined {
  const observed = inOrderOfNumbers(question.trials).flatMap((trial) => {
    const seconds = tellingSeconds(trial)
    return seconds === null ? [] : [{ x: pointOf(axes, trial.config), y: Math.log(seconds), trial }]
  })
  if (observed.length < FEWEST) return undefined
  const chosen = evenly(observed, Math.min(LARGEST_MODEL, effort.largestModel))
  const { model, y, warp, learned } = makeProcess(ROLES.plain, chosen, observed.length, basis.seconds, {
    axes,
    history: historyOfValues(observed),
    effort: { ...effort, fit: FIT_SHARE * effort.fit },
    safety: undefined,
    beliefs: NO_BELIEFS,
  })
  const { inverse } = warped(y, warp)
  // The map of the values is a line: this is its slope, 0 if all trials took the same time.
  const unit = inverse(1) - inverse(0)
  const power = (isToExplore ? EXPLORING_POWER : 1) * (how === 'cooled' ? shareLeft(question) : 1)
  return {
    term: perSecond(model, unit, power),
    power,
    predictedAt: (x) => {
      const { means, variances } = model.predict(x, 1)
      return intervalAround(means[0]!, Math.sqrt(variances[0]! + model.noise), (t) => Math.exp(inverse(t)))
    },
    learned,
  }
}

/** The share of the budget that is left, in trials or in hours, whichever is less; 1 without a budget. */
function shareLeft({ trials, number, budget = Infinity, hours = Infinity }: Asked): number {
  const used = Math.max(number / budget, allWorkedMs(trials) / (HOUR_MS * hours))
  return Math.max(1 - used, 0)
}
