/**
 * The correlations that a Gaussian process may have, as functions of the scaled squared distance r² (`kernel.ts`).
 *
 *   kernel     ρ(r²)                            ∂ρ / ∂r²                    a
 *   matern12   exp(−a)                          −exp(−a) / (2a)             r
 *   matern32   (1 + a) exp(−a)                  −3/2 exp(−a)                √3 r
 *   matern52   (1 + a + a²/3) exp(−a)           −5/6 (1 + a) exp(−a)        √5 r
 *   rbf        exp(−a²)                         −1/2 exp(−a²)               r / √2
 *   hamming    as rbf, for choices only: exp(−Σ γₖ [xₖ ≠ x′ₖ]) with γₖ = wₖ / 2
 *
 * The paths of a process are continuous with matern12 (which is exp(−r)), have one derivative with matern32, two with
 * matern52, and all with rbf. The derivative of matern12 by r² is infinite at r = 0. Where it is used it is multiplied
 * by something that vanishes faster, so that 0 is the right value there.
 *
 * Sources: Rasmussen & Williams 2006, eq. 4.9, 4.14 and 4.17; Hutter 2009, "Automated configuration of algorithms", eq.
 * 10.3 for choices.
 */

import { decay } from '../numerics/exponential.ts'

export type KernelName = 'matern12' | 'matern32' | 'matern52' | 'rbf' | 'hamming'

export interface Kernel {
  /**
   * Fills the correlations for squared distances, and `slopes`, if given, with their derivatives by the squared
   * distance.
   */
  readonly correlationsInto: (squared: Float64Array, correlations: Float64Array, slopes?: Float64Array) => void
  /** a² / r² */
  readonly factor: number
  /** The correlation for a, and its derivative by r². */
  readonly correlationAt: (a: number) => number
  readonly slopeAt: (a: number) => number
  /** The name of one that somebody has written. */
  readonly own?: string
  /** Whether it is for spaces in which every parameter is a choice. */
  readonly isForChoices: boolean
}

/** A correlation that somebody has written, by its name: a function of the distance in lengthscales. */
export interface GivenCorrelation {
  readonly name: string
  readonly correlation: (r: number) => number
}

/** The step of a difference, as a share of s, and the least s that it is made at. */
const STEP = 1e-4
const LEAST = 1e-6

/** How far a correlation at 0 may be from 1, or beyond 1. */
const ROUNDING = 1e-9

const RBF: Kernel = {
  correlationsInto: gaussiansInto,
  factor: 1 / 2,
  correlationAt: (a) => decay(a * a),
  slopeAt: (a) => -0.5 * decay(a * a),
  isForChoices: false,
}

const KERNELS: Readonly<Record<KernelName, Kernel>> = {
  matern12: {
    correlationsInto: exponentialsInto,
    factor: 1,
    correlationAt: decay,
    slopeAt: (a) => (a === 0 ? 0 : (-0.5 * decay(a)) / a),
    isForChoices: false,
  },
  matern32: {
    correlationsInto: matern32Into,
    factor: 3,
    correlationAt: (a) => (1 + a) * decay(a),
    slopeAt: (a) => -1.5 * decay(a),
    isForChoices: false,
  },
  matern52: {
    correlationsInto: matern52Into,
    factor: 5,
    correlationAt: (a) => (1 + a + (1 / 3) * a * a) * decay(a),
    slopeAt: (a) => (-5 / 6) * (1 + a) * decay(a),
    isForChoices: false,
  },
  rbf: RBF,
  hamming: { ...RBF, isForChoices: true },
}

/**
 * The kernel of this name, or the one that somebody has written.
 *
 * @throws RangeError if it is for choices only and a parameter is a number
 */
export function kernelOf(name: KernelName | GivenCorrelation, categories: readonly boolean[]): Kernel {
  if (typeof name === 'object') return ownKernel(name)
  const kernel = KERNELS[name]
  if (kernel.isForChoices && categories.includes(false))
    throw new RangeError(`kernel '${name}': is for spaces of choices only, got a number; take 'rbf'`)
  return kernel
}

/**
 * A correlation that somebody has written, as a kernel. Its slopes by s = r² are differences.
 *
 * @throws Error or TypeError that names the kernel, once it gives what is not a correlation
 */
function ownKernel({ name, correlation }: GivenCorrelation): Kernel {
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

// Each kernel has a loop of its own, so that no loop has to ask which kernel it is for.

function exponentialsInto(squared: Float64Array, correlations: Float64Array, slopes?: Float64Array): void {
  for (let i = 0; i < squared.length; i++) {
    const a = Math.sqrt(squared[i]!)
    const e = decay(a)
    correlations[i] = e // eq. 4.18
    if (slopes !== undefined) slopes[i] = a === 0 ? 0 : (-0.5 * e) / a
  }
}

function matern32Into(squared: Float64Array, correlations: Float64Array, slopes?: Float64Array): void {
  for (let i = 0; i < squared.length; i++) {
    const a = Math.sqrt(3 * squared[i]!)
    const e = decay(a)
    correlations[i] = (1 + a) * e // eq. 4.17
    if (slopes !== undefined) slopes[i] = -1.5 * e
  }
}

function matern52Into(squared: Float64Array, correlations: Float64Array, slopes?: Float64Array): void {
  for (let i = 0; i < squared.length; i++) {
    const a = Math.sqrt(5 * squared[i]!)
    const e = decay(a)
    correlations[i] = (1 + a + (1 / 3) * a * a) * e // eq. 4.17
    if (slopes !== undefined) slopes[i] = (-5 / 6) * (1 + a) * e
  }
}

function gaussiansInto(squared: Float64Array, correlations: Float64Array, slopes?: Float64Array): void {
  for (let i = 0; i < squared.length; i++) {
    const e = decay(0.5 * squared[i]!)
    correlations[i] = e // eq. 4.9
    if (slopes !== undefined) slopes[i] = -0.5 * e
  }
}
