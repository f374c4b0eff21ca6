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

test('a model would repeat from 15 % of noise on, and has found only noise from 100 % on', () => {
  for (const signal of [0.1, 1, 9]) {
    expect(wouldRepeat({ signal, noise: 0.151 * signal })).toBe(true)
    expect(wouldRepeat({ signal, noise: 0.149 * signal })).toBe(false)
    expect(isOnlyNoise({ signal, noise: 1.01 * signal })).toBe(true)
    expect(isOnlyNoise({ signal, noise: 0.99 * signal })).toBe(false)
  }
  expect(wouldRepeat({ signal: 1, noise: 0 })).toBe(false)
})

test('values mislead from noise of 1 % of their variance on, whatever the signal', () => {
  for (const signal of [-3, 0, 3]) {
    expect(isMisleading(learned(Math.log(0.0101), signal))).toBe(true)
    expect(isMisleading(learned(Math.log(0.0099), signal))).toBe(false)
  }
})
