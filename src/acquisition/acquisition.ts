/**
 * Acquisition functions: how much a measurement is worth where a model predicts a normal distribution. Objectives are
 * minimized, acquisition values maximized.
 *
 *   μ, σ   mean and standard deviation of the prediction        f*   the value to improve on
 *   z      (f* − μ) / σ                                         h    ln(φ(z) + z Φ(z))
 *   t      temperature of the moment generating function        β    z + t σ
 *   ξ      an improvement counts beyond it: pass f* − ξ as f*   κ    weight of the deviation in a bound
 *
 * Sources: Ament et al. 2023, "Unexpected improvements to expected improvement for Bayesian optimization"; Huang,
 * Allen, Notz & Zeng 2006, "Global optimization of stochastic black-box systems via sequential kriging meta-models";
 * Kushner 1964 (probability of improvement); Cox & John 1992, "A statistical method for global optimization" (bounds);
 * Wang, van Stein, Emmerich & Bäck 2017, "A new acquisition function for Bayesian optimization based on the
 * moment-generating function".
 */

import { erfcx, normalCdf, normalDensity, normalHazard, normalLogCdf } from '../numerics/special.ts'

const LOG_SQRT_TWO_PI = 0.9189385332046727418
const SQRT_HALF_PI = Math.sqrt(Math.PI / 2)

/** A smaller deviation counts as this: values and slopes stay finite where a model is certain. */
export const LEAST_DEVIATION = 1e-90

/** Above this z the slope by the deviation is 0: what is computed for it would only be rounding errors. */
const CERTAIN = 1e8

/** Below minus this, ln ln(1 + exp(p)) is p to the last digit. */
const FAR = 40

/**
 * The value of an acquisition, and its derivatives by the mean and the standard deviation of the prediction.
 *
 * `value` is the natural logarithm of a positive worth. A criterion (`criterion.ts`) adds terms to it, such as the log
 * probability of success, `augmented` adds the logarithm of a factor, and the sampler compares it with thresholds in ln
 * of the expected improvement. An acquisition on a linear scale would pass the types and break all three.
 */
export interface AcquisitionValue {
  value: number
  byMean: number
  byDeviation: number
}

/**
 * An acquisition function: fills `filled` for a normal prediction, whose deviation is at least 0. Its value must be a
 * logarithm, see `AcquisitionValue`.
 */
export interface Acquisition {
  (mean: number, deviation: number, filled: AcquisitionValue): void
  /** Whether the best point may have none of the lowest means. Then all candidates are evaluated in full. */
  readonly looksFar?: boolean
}

/**
 * Log of the expected improvement on `best`. It is finite where the improvement itself underflows, so there is always a
 * slope to climb. The relative error of value and slopes is below 1e-11 for z from −1e6 to 1e6 (test/acquisition).
 */
export function logExpectedImprovement(best: number): Acquisition {
  return (mean, given, filled) => {
    const deviation = Math.max(given, LEAST_DEVIATION)
    const z = (best - mean) / deviation
    const { h, slope } = logImprovement(z)
    filled.value = Math.log(deviation) + h // Ament et al., eq. 8
    filled.byMean = -slope / deviation
    filled.byDeviation = z < CERTAIN ? (1 - slope * z) / deviation : 0
  }
}

/**
 * An acquisition discounted by measurement noise: a point is worth nothing once the function is known there much more
 * accurately than one more measurement could tell.
 *
 * @param noise  standard deviation of a measurement
 */
export function augmented(acquisition: Acquisition, noise: number): Acquisition {
  return (mean, given, filled) => {
    const deviation = Math.max(given, LEAST_DEVIATION)
    acquisition(mean, deviation, filled)
    const spread = Math.hypot(deviation, noise)
    // Huang et al., eq. 13: the factor 1 − noise / spread, here as σ² / (spread (spread + noise)), which does not
    // cancel.
    filled.value += 2 * Math.log(deviation) - Math.log(spread) - Math.log(spread + noise)
    filled.byDeviation += 2 / deviation - deviation / (spread * spread) - deviation / (spread * (spread + noise))
  }
}

/** Log of the probability of a value below `best`: ln Φ(z), finite where the probability underflows. */
export function logProbabilityOfImprovement(best: number): Acquisition {
  return (mean, given, filled) => {
    const deviation = Math.max(given, LEAST_DEVIATION)
    const z = (best - mean) / deviation
    const hazard = normalHazard(z)
    filled.value = normalLogCdf(z)
    filled.byMean = -hazard / deviation
    filled.byDeviation = (-hazard * z) / deviation
  }
}

/**
 * Log of the odds of a value below a threshold, to a power: p (ln Φ(z) − ln Φ(−z)), with z measured from the threshold.
 *
 * Source: Souza et al. 2021, "Bayesian optimization with a prior for the optimum", eq. 4 and 5.
 */
export function oddsBelow(threshold: number, power: number): Acquisition {
  return Object.assign(
    (mean: number, given: number, filled: AcquisitionValue): void => {
      const deviation = Math.max(given, LEAST_DEVIATION)
      const z = (threshold - mean) / deviation
      const slope = (power * (normalHazard(z) + normalHazard(-z))) / deviation
      filled.value = power * (normalLogCdf(z) - normalLogCdf(-z))
      filled.byMean = -slope
      filled.byDeviation = Math.abs(z) < CERTAIN ? -slope * z : 0
    },
    { looksFar: true },
  )
}

/**
 * How far the lower confidence bound μ − κσ lies below `best`, as the logarithm of a positive worth: ln ln(1 + exp(p))
 * with p = f* − μ + κσ. It rises with p, so its largest value is at the lowest bound. Where much is promised it is
 * about ln p, where nothing is, about p.
 *
 * @param kappa  at least 0: with 0 the lowest mean is best, with Infinity the largest deviation (the value is ln σ)
 */
export function confidenceBound(best: number, kappa: number): Acquisition {
  const bound: Acquisition = (mean, deviation, filled) => {
    const promise = best - mean + kappa * deviation
    const growth = Math.exp(-Math.abs(promise))
    const worth = Math.max(promise, 0) + Math.log1p(growth)
    const isFar = promise < -FAR
    const slope = isFar ? 1 : (promise > 0 ? 1 : growth) / (1 + growth) / worth
    filled.value = isFar ? promise : Math.log(worth)
    filled.byMean = -slope
    filled.byDeviation = slope * kappa
  }
  const largestDeviation: Acquisition = (_, given, filled) => {
    const deviation = Math.max(given, LEAST_DEVIATION)
    filled.value = Math.log(deviation)
    filled.byMean = 0
    filled.byDeviation = 1 / deviation
  }
  return Object.assign(kappa === Infinity ? largestDeviation : bound, { looksFar: kappa > 0 })
}

/**
 * Log of the moment generating function of the improvement: ln Φ(β) + t (f* − μ − 1) + t² σ² / 2. Its terms are large
 * and cancel for small β; there it is computed as −z²/2 − t + ln(exp(β²/2) Φ(β)), so it neither overflows nor loses its
 * digits.
 *
 * @param t  temperature, at least 0: 0 gives the log probability of improvement, a small one exploits, a large one
 *   explores; in units of 1 / standard deviation of the values as the model sees them
 */
export function momentGenerating(best: number, t: number): Acquisition {
  const acquisition: Acquisition = (mean, given, filled) => {
    const deviation = Math.max(given, LEAST_DEVIATION)
    const z = (best - mean) / deviation
    const spread = t * deviation
    const beta = z + spread
    // The derivative of β by the deviation.
    const growth = t - z / deviation
    if (beta < -1) {
      const excess = 1 / logImprovement(beta).slope // φ / Φ + β
      filled.value = Math.log(0.5 * erfcx(-beta * Math.SQRT1_2)) - 0.5 * z * z - t
      filled.byMean = (z - excess) / deviation
      filled.byDeviation = excess * growth + (z * z) / deviation
    } else {
      const hazard = normalHazard(beta)
      filled.value = normalLogCdf(beta) + spread * (z + 0.5 * spread) - t
      filled.byMean = -hazard / deviation - t
      filled.byDeviation = hazard * growth + t * spread
    }
  }
  return Object.assign(acquisition, { looksFar: t > 0 })
}

/**
 * h(z) = ln(φ(z) + z Φ(z)) and its slope Φ / (φ + z Φ); Ament et al., eq. 9, is the same function by other formulas.
 */
export function logImprovement(z: number): { h: number; slope: number } {
  if (z > -1) {
    const below = normalCdf(z)
    const improvement = normalDensity(z) + z * below
    return { h: Math.log(improvement), slope: below / improvement }
  }
  // φ + z Φ = φ (1 + z M) with Mills' ratio M = Φ / φ. 1 + z M cancels down to about 1/z²; its asymptotic series is the
  // more accurate one below z = −25.
  const q = 1 / (z * z)
  const mills = SQRT_HALF_PI * erfcx(-z * Math.SQRT1_2)
  const rest = z > -25 ? 1 + z * mills : q * (1 - q * (3 - q * (15 - q * (105 - q * (945 - q * (10395 - 135135 * q))))))
  return { h: -0.5 * z * z - LOG_SQRT_TWO_PI + Math.log(rest), slope: mills / rest }
}
