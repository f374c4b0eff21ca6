import { expect, test } from 'vitest'
import {
  hasLittleNoise,
  isClear,
  isInNoisyMode,
  isMisleading,
  isOnlyNoise,
  wouldRepeat,
} from '../../src/sampler/noise.ts'

/** What a fit of one parameter has learned, by its ln variances. */
const learned = (noise: number, signal = 0) => ({ theta: [0, signal, noise, -25, -25, -25], fitted: 9 })

const variances = (noise: number, signal: number, additive: number) => ({
  noise,
  signal,
  additive,
  linear: 0,
  quadratic: 0,
})

test('noise is compared with the signal: only their ratio counts', () => {
  for (const signal of [-3, 0, 3]) {
    expect(isClear(learned(signal - 9.001, signal))).toBe(true)
    expect(isClear(learned(signal - 8.999, signal))).toBe(false)
    expect(hasLittleNoise(learned(signal - 4.001, signal))).toBe(true)
    expect(hasLittleNoise(learned(signal - 3.999, signal))).toBe(false)
    expect(isInNoisyMode(Float64Array.from(learned(signal - 1.999, signal).theta))).toBe(true)
    expect(isInNoisyMode(Float64Array.from(learned(signal - 2.001, signal).theta))).toBe(false)
  }
})

test('before the first fit an objective counts as noisy', () => {
  expect(isClear(undefined)).toBe(false)
  expect(hasLittleNoise(undefined)).toBe(false)
})

test('in a model with a sum over the parameters, the sum belongs to the signal', () => {
  expect(wouldRepeat(variances(0.151, 0.5, 0.5))).toBe(true)
  expect(wouldRepeat(variances(0.149, 0.5, 0.5))).toBe(false)
  expect(isOnlyNoise(variances(1.01, 0.5, 0.5))).toBe(true)
  expect(isOnlyNoise(variances(0.99, 0.5, 0.5))).toBe(false)
})

test('values mislead from noise of 1 % of their variance on, whatever the signal', () => {
  for (const signal of [-3, 0, 3]) {
    expect(isMisleading(learned(Math.log(0.0101), signal))).toBe(true)
    expect(isMisleading(learned(Math.log(0.0099), signal))).toBe(false)
  }
})
