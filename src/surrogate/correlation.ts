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
import { ownKernel } from './own-kernel.ts'
import type { OwnKernel } from './own-kernel.ts'

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
export function kernelOf(name: KernelName | OwnKernel, categories: readonly boolean[]): Kernel {
  if (typeof name === 'object') return ownKernel(name)
  const kernel = KERNELS[name]
  if (kernel.isForChoices && categories.includes(false))
    throw new RangeError(`kernel '${name}': is for spaces of choices only, got a number; take 'rbf'`)
  return kernel
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
