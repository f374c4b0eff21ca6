/**
 * Acquisition functions of a normal prediction: how much it is worth to measure there. Objectives are minimised, the value
 * of an acquisition maximised.
 *
 *   μ, σ   mean and deviation of the prediction        f*   the value to improve on
 *   z      (f* − μ) / σ                                h    ln(φ(z) + z Φ(z))
 *
 * Source: Ament et al. 2023, "Unexpected improvements to expected improvement", eq. 9.
 */

import { erfcx, normalCdf, normalDensity } from '../numerics/special.ts'

/** The value of an acquisition, and its derivatives by mean and deviation. */
export interface Worth {
  value: number
  byMean: number
  byDeviation: number
}

/** Fills `worth` for a prediction. */
export type Acquisition = (mean: number, deviation: number, worth: Worth) => void

const LOG_SQRT_TWO_PI = 0.9189385332046727418
const SQRT_HALF_PI = Math.sqrt(Math.PI / 2)

/**
 * Log of the expected improvement on `best`: finite where the improvement itself underflows, so that there is always a slope.
 * Relative error of value and slopes below 1e-11 for z from −1e6 to 1e6 (test/acquisition).
 */
export function logExpectedImprovement(best: number): Acquisition {
  return (mean, deviation, worth) => {
    const z = (best - mean) / deviation
    const { h, slope } = logImprovement(z)
    worth.value = Math.log(deviation) + h
    worth.byMean = -slope / deviation
    worth.byDeviation = (1 - slope * z) / deviation
  }
}

/**
 * The same, less what the noise of a measurement hides: nothing is left where the function is known better than one more
 * measurement would tell (Huang et al. 2006, "augmented expected improvement", eq. 13).
 *
 * @param noise  deviation of a measurement
 */
export function augmented(acquisition: Acquisition, noise: number): Acquisition {
  return (mean, deviation, worth) => {
    acquisition(mean, deviation, worth)
    const spread = Math.hypot(deviation, noise)
    // 1 − noise / spread, without the cancellation.
    worth.value += 2 * Math.log(deviation) - Math.log(spread) - Math.log(spread + noise)
    worth.byDeviation += 2 / deviation - deviation / (spread * spread) - deviation / (spread * (spread + noise))
  }
}

/** h(z) = ln(φ(z) + z Φ(z)) and its slope Φ / (φ + z Φ). */
export function logImprovement(z: number): { h: number; slope: number } {
  if (z > -1) {
    const below = normalCdf(z)
    const improvement = normalDensity(z) + z * below
    return { h: Math.log(improvement), slope: below / improvement }
  }
  // 1 + z M with Mills' ratio M cancels to 1/z²; from −25 on its asymptotic series is the more accurate.
  const q = 1 / (z * z)
  const mills = SQRT_HALF_PI * erfcx(-z * Math.SQRT1_2)
  const rest = z > -25 ? 1 + z * mills : q * (1 - q * (3 - q * (15 - q * (105 - q * (945 - q * (10395 - 135135 * q))))))
  return { h: -0.5 * z * z - LOG_SQRT_TWO_PI + Math.log(rest), slope: mills / rest }
}
