import { expect, test } from 'vitest'
import { condition } from '../../../src/surrogate/gaussian-process.ts'
import { predictMany } from '../../../src/surrogate/prediction.ts'
import { warped } from '../../../src/surrogate/warp.ts'
import { PLANE, bowl, calibrated, surfaceOf, trialsOf } from './studies.ts'

test('each trial is predicted as by a model that was made without it', () => {
  const trials = trialsOf(PLANE, 24, (config) => Math.exp(3 * bowl(config)), { noise: 0.05 })
  const surface = surfaceOf(PLANE, trials)
  const { process } = surface
  const { observations, y, warp } = surface.judge.made
  const found = calibrated(surface)
  const { inverse } = warped(y, warp)
  for (const left of [0, 7, 23]) {
    const others = [...observations.values.keys()].filter((i) => i !== left)
    const points = Float64Array.from(others.flatMap((i) => [...observations.points.subarray(2 * i, 2 * i + 2)]))
    const values = Float64Array.from(others, (i) => observations.values[i]!)
    const refit = condition({ ...observations, points, values }, process.theta)
    const { means, variances } = predictMany(refit, observations.points.slice(2 * left, 2 * left + 2), 1)
    const half = 1.959964 * Math.sqrt(variances[0]! + refit.noise)
    const expected = [means[0]!, means[0]! - half, means[0]! + half].map(inverse)
    const seen = [found.mean[left]!, found.low[left]!, found.high[left]!]
    for (const [i, value] of expected.entries()) expect(Math.abs(seen[i]! - value)).toBeLessThan(1e-8 * Math.abs(value))
    expect(found.seen[left]).toBe(trials[left]!.value)
    expect(found.trial[left]).toBe(left)
  }
})

test('intervals hold what they promise on noisy values', () => {
  let [half, most] = [0, 0]
  for (let seed = 0; seed < 4; seed++) {
    const { inHalf, inMost } = calibrated(surfaceOf(PLANE, trialsOf(PLANE, 40, bowl, { noise: 0.2, seed })))
    half += inHalf / 4
    most += inMost / 4
  }
  expect(half).toBeGreaterThan(0.4)
  expect(half).toBeLessThan(0.65)
  expect(most).toBeGreaterThan(0.9)
  expect(most).toBeLessThan(0.99)
})
