/**
 * How noisy an objective is, as a fit sees it, and at which levels of noise the sampler acts differently.
 *
 * All noise thresholds of the sampler are here, on one scale:
 *
 *   r   ln(noise variance / signal variance)
 *
 * The standard deviation of the noise is exp(r / 2) times that of the signal: 1 % at r = −9, 14 % at −4, 37 % at −2,
 * and equal at 0. Under the default prior the median of r is −7.
 */

import { logNoiseBySignal, logVariancesOf } from '../surrogate/hyperparameters.ts'
import type { Model } from '../surrogate/model.ts'
import type { Learned } from './role.ts'

/**
 * Below this an objective counts as free of noise. Then the smooth model gives its turns away, repetitions end once a
 * config has been measured twice, and the best basin can count as exhausted. The value is below the prior's median: the
 * observations themselves must have pulled r down.
 */
const CLEAR = -9

/**
 * Below this an objective counts as nearly free of noise. In a space of choices alone `plain` and `best` then take all
 * turns, because no model has to see through noise. And a config is not measured again merely because a model wants it.
 */
const LITTLE_NOISE = -4

/**
 * The evidence often has two modes, one with much noise and one with little. Above this a fit counts as in the noisy
 * one, and its second start is the prior's mode, which has little noise. Below this its second start has half of the
 * signal's variance as noise, r = ln ½ = −0.7. So the second start is never deeper in the mode that the fit is in.
 */
const NOISY_MODE = -2

/**
 * Above this the acquisition is the augmented expected improvement. With the ordinary one, a model that is sure of a
 * point would measure there again and again. The variance ratio 0.15 means noise of 39 % of the signal's deviation.
 * What the rule gains was measured (test/benchmark/README.md).
 */
const REPEATING_NOISE = Math.log(0.15)

/**
 * Above this the plain model has found more noise than signal, and so nothing to go by. Its turns then cover the space
 * with points of the sequence.
 */
const ONLY_NOISE = 0

/**
 * From this on the config with the best posterior mean is recommended; below it, the one with the best value. Here the
 * scale is ln(noise variance / variance of all values), because the question is how far noise moves a value among the
 * others. The values are standardized, so their variance is 1, and the threshold is 1 % of it.
 */
const MISLEADING_NOISE = Math.log(0.01)

/**
 * The same from this share of the variance of the good values on. Bad values may be so large that noise is nothing
 * beside them, but it decides which of the good ones is the best.
 */
const MISLEADING_SHARE = 0.25

/** On the scale of all values, less noise than this cannot be told from the least that a fit allows, −13.8. */
const LEAST_TOLD = -12.5

/** Whether a fit found the objective free of noise; false before the first fit. */
export function isClear(learned: Learned | undefined): boolean {
  return learned !== undefined && logNoiseBySignal(learned.theta) < CLEAR
}

/** Whether a fit found little noise, or none; false before the first fit. */
export function hasLittleNoise(learned: Learned | undefined): boolean {
  return learned !== undefined && logNoiseBySignal(learned.theta) < LITTLE_NOISE
}

/** The variance of the noise that a fit found, as a share of that of all values; 0 if it found none. */
export function noiseShareOf({ theta }: Learned): number {
  const { noise } = logVariancesOf(theta)
  return noise < LEAST_TOLD ? 0 : Math.exp(noise)
}

/** Whether hyperparameters lie in the noisy mode of the evidence. */
export function isInNoisyMode(theta: Float64Array): boolean {
  const { signal, noise } = logVariancesOf(theta)
  // Not noise − signal > …: θ is rounded to thousandths, so ties occur, and that form rounds them differently.
  return noise > signal + NOISY_MODE
}

/** Whether a model would measure again and again at a point that it knows. */
export function wouldRepeat({ noise, signal }: Pick<Model, 'noise' | 'signal'>): boolean {
  return Math.log(noise / signal) > REPEATING_NOISE
}

/** Whether a model found more noise than signal. */
export function isOnlyNoise({ noise, signal }: Pick<Model, 'noise' | 'signal'>): boolean {
  return Math.log(noise / signal) > ONLY_NOISE
}

/**
 * Whether the best value may belong to a lucky config rather than the best one.
 *
 * @param goodVariance  the variance of the good values, where that of all values is 1
 */
export function isMisleading({ theta }: Learned, goodVariance = 1): boolean {
  const { noise } = logVariancesOf(theta)
  return noise >= MISLEADING_NOISE || (noise >= LEAST_TOLD && Math.exp(noise) >= MISLEADING_SHARE * goodVariance)
}
