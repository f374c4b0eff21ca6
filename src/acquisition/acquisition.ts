/**
 * Acquisition functions: how much a measurement is worth where a model predicts a normal distribution. Objectives are
 * minimized, acquisition values maximized.
 *
 *   μ, σ   mean and standard deviation of the prediction        f*   the value to improve on
 *   z      (f* − μ) / σ                                         h    ln(φ(z) + z Φ(z))
 *
 * Sources: Ament et al. 2023, "Unexpected improvements to expected improvement for Bayesian optimization"; Huang,
 * Allen, Notz & Zeng 2006, "Global optimization of stochastic black-box systems via sequential kriging meta-models".
 */

import { erfcx, normalCdf, normalDensity } from '../numerics/special.ts'

const LOG_SQRT_TWO_PI = 0.9189385332046727418
const SQRT_HALF_PI = Math.sqrt(Math.PI / 2)

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
 * An acquisition function: fills `filled` for a normal prediction. Its value must be a logarithm, see
 * `AcquisitionValue`.
 *
 * @param deviation  above 0
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
  return (mean, deviation, filled) => {
    const z = (best - mean) / deviation
    const { h, slope } = logImprovement(z)
    filled.value = Math.log(deviation) + h // Ament et al., eq. 8
    filled.byMean = -slope / deviation
    filled.byDeviation = (1 - slope * z) / deviation
  }
}

/**
 * An acquisition discounted by measurement noise: a point is worth nothing once the function is known there much more
 * accurately than one more measurement could tell.
 *
 * @param noise  standard deviation of a measurement
 */
export function augmented(acquisition: Acquisition, noise: number): Acquisition {
  return (mean, deviation, filled) => {
    acquisition(mean, deviation, filled)
    const spread = Math.hypot(deviation, noise)
    // Huang et al., eq. 13: the factor 1 − noise / spread, here as σ² / (spread (spread + noise)), which does not
    // cancel.
    filled.value += 2 * Math.log(deviation) - Math.log(spread) - Math.log(spread + noise)
    filled.byDeviation += 2 / deviation - deviation / (spread * spread) - deviation / (spread * (spread + noise))
  }
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
