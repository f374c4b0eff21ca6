import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { augmented, logExpectedImprovement, logImprovement } from '../../src/acquisition/acquisition.ts'
import type { Acquisition, AcquisitionValue } from '../../src/acquisition/acquisition.ts'

const ROWS = JSON.parse(readFileSync(new URL('fixtures/log-improvement.json', import.meta.url), 'utf8')) as {
  z: number
  h: number
  slope: number
}[]

const valueAt = (acquisition: Acquisition, mean: number, deviation: number): AcquisitionValue => {
  const filled = { value: NaN, byMean: NaN, byDeviation: NaN }
  acquisition(mean, deviation, filled)
  return filled
}

test('log improvement and its slope agree with mpmath, from z = −1e6 to 1e6', () => {
  for (const { z, h, slope } of ROWS) {
    const found = logImprovement(z)
    expect(Math.abs(found.h - h), `h at z = ${z}`).toBeLessThan(1e-11 * Math.max(Math.abs(h), 1))
    expect(Math.abs(found.slope - slope), `slope at z = ${z}`).toBeLessThan(1e-11 * Math.abs(slope))
  }
})

test.each([
  ['the log expected improvement', logExpectedImprovement(0.3)],
  ['the augmented one', augmented(logExpectedImprovement(0.3), 0.2)],
] as const)('the derivatives of %s agree with differences', (_, acquisition) => {
  for (const mean of [-3, 0.2, 0.3, 1, 9]) {
    for (const deviation of [0.05, 0.7, 4]) {
      const { byMean, byDeviation } = valueAt(acquisition, mean, deviation)
      const h = 1e-6
      const ofMean =
        (valueAt(acquisition, mean + h, deviation).value - valueAt(acquisition, mean - h, deviation).value) / (2 * h)
      const ofDeviation =
        (valueAt(acquisition, mean, deviation + h).value - valueAt(acquisition, mean, deviation - h).value) / (2 * h)
      expect(Math.abs(byMean - ofMean)).toBeLessThan(1e-6 * (1 + Math.abs(ofMean)))
      expect(Math.abs(byDeviation - ofDeviation)).toBeLessThan(1e-6 * (1 + Math.abs(ofDeviation)))
    }
  }
})

test('an augmented improvement is the plain one times 1 − noise / spread', () => {
  for (const [mean, deviation, noise] of [
    [0, 1, 0.5],
    [-1, 0.3, 2],
    [2, 5, 1e-3],
  ] as const) {
    const plain = valueAt(logExpectedImprovement(0.3), mean, deviation).value
    const found = valueAt(augmented(logExpectedImprovement(0.3), noise), mean, deviation).value
    expect(found).toBeCloseTo(plain + Math.log(1 - noise / Math.sqrt(deviation ** 2 + noise ** 2)), 10)
  }
})

test('the log expected improvement grows with the deviation and falls with the mean', () => {
  const ei = logExpectedImprovement(0)
  for (const mean of [-2, 0, 3, 50]) {
    for (const deviation of [1e-8, 0.1, 2]) {
      const { byMean, byDeviation } = valueAt(ei, mean, deviation)
      expect(byMean).toBeLessThan(0)
      expect(byDeviation).toBeGreaterThanOrEqual(0)
    }
  }
})
