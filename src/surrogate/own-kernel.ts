/**
 * A correlation that somebody has written, as a kernel.
 *
 *   r   distance of two points, in lengthscales          s   r²
 *
 * Its slopes by s are differences.
 */

import type { Kernel } from './correlation.ts'

/** A kernel of your own. */
export interface OwnKernel {
  readonly kind?: 'own'
  readonly name: string
  /**
   * The correlation at a distance r of at least 0, in lengthscales: 1 at 0, from −1 to 1 elsewhere, and positive
   * definite in as many dimensions as there are parameters.
   */
  readonly correlation: (r: number) => number
}

/** The step of a difference, as a share of s, and the least s that it is made at. */
const STEP = 1e-4
const LEAST = 1e-6

/** How far a correlation at 0 may be from 1, or beyond 1. */
const ROUNDING = 1e-9

/** @throws Error or TypeError that names the kernel, once it gives what is not a correlation */
export function ownKernel({ name, correlation }: OwnKernel): Kernel {
  const at = (r: number): number => {
    let rho: unknown
    try {
      rho = correlation(r)
    } catch (error) {
      throw new Error(`kernel '${name}': its 'correlation' failed: ${String(error)}`, { cause: error })
    }
    if (typeof rho !== 'number' || !(Math.abs(rho) <= 1 + ROUNDING) || (r === 0 && rho < 1 - ROUNDING)) {
      const must = r === 0 ? 'a correlation of 1 at the distance 0' : 'a correlation from −1 to 1'
      throw new TypeError(`kernel '${name}': must give ${must}, got ${String(rho)} at ${r}`)
    }
    return rho
  }
  const slopeOf = (s: number): number => {
    const step = STEP * Math.max(s, LEAST)
    const low = Math.max(s - step, 0)
    return (at(Math.sqrt(s + step)) - at(Math.sqrt(low))) / (s + step - low)
  }
  return {
    own: name,
    factor: 1,
    correlationAt: at,
    slopeAt: (a) => slopeOf(a * a),
    correlationsInto: (squared, correlations, slopes) => {
      for (let i = 0; i < squared.length; i++) {
        correlations[i] = at(Math.sqrt(squared[i]!))
        if (slopes !== undefined) slopes[i] = slopeOf(squared[i]!)
      }
    },
    isForChoices: false,
  }
}
