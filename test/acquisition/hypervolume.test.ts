import { describe, expect, test } from 'vitest'
import { jointCriterionOf } from '../../src/acquisition/criterion.ts'
import { logHypervolumeImprovement, logScalarizedImprovement } from '../../src/acquisition/hypervolume.ts'
import type { JointAcquisition, JointValue } from '../../src/acquisition/hypervolume.ts'
import { within } from '../../src/acquisition/terms.ts'
import { hypervolume } from '../../src/numerics/front.ts'
import { randomStream } from '../../src/numerics/random.ts'
import { normalCdf, normalDensity, normalQuantile } from '../../src/numerics/special.ts'
import { condition } from '../../src/surrogate/gaussian-process.ts'
import { processModel } from '../../src/surrogate/model.ts'

const FRONT = Float64Array.of(-1, 1, 0, 0.2, 0.7, -0.9)
const R = Float64Array.of(1, 1.5)
const PREDICTIONS = [
  [-0.3, 0.1, 0.6, 0.4],
  [0.9, 1.2, 0.5, 0.9],
  [-2, -2, 0.1, 0.1],
  [0.4, 0.5, 0.3, 0.2],
] as const

function valueAt(acquisition: JointAcquisition, means: readonly number[], deviations: readonly number[]): JointValue {
  const m = means.length
  const filled = { value: 0, byMeans: new Float64Array(m), byDeviations: new Float64Array(m) }
  acquisition(Float64Array.from(means), Float64Array.from(deviations), true, filled)
  return filled
}

/** The mean of what drawn values add, by a net of normal quantiles. */
function averaged(means: readonly number[], deviations: readonly number[], gain: (y: Float64Array) => number): number {
  const net = Array.from({ length: 200 }, (_, i) => normalQuantile((i + 0.5) / 200))
  let sum = 0
  for (const a of net)
    for (const b of net) sum += gain(Float64Array.of(means[0]! + a * deviations[0]!, means[1]! + b * deviations[1]!))
  return sum / net.length ** 2
}

/** The derivatives agree with differences. */
function expectSlopes(acquisition: JointAcquisition, means: readonly number[], deviations: readonly number[]): void {
  const { byMeans, byDeviations } = valueAt(acquisition, means, deviations)
  for (const [k, deviation] of deviations.entries()) {
    const h = 1e-5 * deviation
    const byMean = (step: number): number => valueAt(acquisition, means.with(k, means[k]! + step), deviations).value
    const by = (step: number): number => valueAt(acquisition, means, deviations.with(k, deviation + step)).value
    const slopes = [(byMean(h) - byMean(-h)) / (2 * h), (by(h) - by(-h)) / (2 * h)] as const
    expect(Math.abs(byMeans[k]! - slopes[0])).toBeLessThan(1e-4 * (1 + Math.abs(slopes[0])))
    expect(Math.abs(byDeviations[k]! - slopes[1])).toBeLessThan(1e-4 * (1 + Math.abs(slopes[1])))
  }
}

describe('the expected hypervolume improvement of two objectives', () => {
  const acquisition = logHypervolumeImprovement(FRONT, R)
  const before = hypervolume(FRONT, 3, 2, R)

  test.each(PREDICTIONS)('is the mean of what drawn values add, at %f, %f', (a, b, s, t) => {
    const gain = (y: Float64Array): number => hypervolume(Float64Array.of(...FRONT, ...y), 4, 2, R) - before
    const exact = Math.exp(valueAt(acquisition, [a, b], [s, t]).value)
    expect(exact / averaged([a, b], [s, t], gain)).toBeCloseTo(1, 1)
  })

  test.each([...PREDICTIONS, [5, 6, 0.3, 0.2], [30, 2, 0.5, 0.5]] as const)(
    'has slopes that agree with differences, at %f',
    (a, b, s, t) => {
      expectSlopes(acquisition, [a, b], [s, t])
    },
  )

  test('stays finite where the improvement underflows, and without any deviation', () => {
    expect(valueAt(acquisition, [500, 500], [0.1, 0.1]).value).toBeLessThan(-1e6)
    for (const deviation of [0, 1e-30]) {
      const { value, byMeans, byDeviations } = valueAt(acquisition, [3, 3], [deviation, deviation])
      for (const number of [value, ...byMeans, ...byDeviations]) expect(number).not.toBeNaN()
      expect(value).toBeGreaterThan(-Infinity)
    }
  })

  test('is what is added for sure where the prediction is certain', () => {
    expect(Math.exp(valueAt(acquisition, [-0.5, 0.5], [0, 0]).value)).toBeCloseTo(0.5 * 0.5, 12)
  })

  test('without a front is the product of two improvements on the reference', () => {
    const none = logHypervolumeImprovement(new Float64Array(0), R)
    expect(Math.exp(valueAt(none, [-1, -1], [1e-9, 1e-9]).value)).toBeCloseTo(2 * 2.5, 6)
    const beyond = logHypervolumeImprovement(Float64Array.of(2, -3), R)
    expect(valueAt(beyond, [-1, -1], [0.5, 0.5]).value).toBe(valueAt(none, [-1, -1], [0.5, 0.5]).value)
  })
})

describe('the expected hypervolume improvement of three objectives', () => {
  const front = Float64Array.of(-1, 1, 0.2, 0, 0.2, 0.7, 0.7, -0.9, 0.1, 0.3, 0.5, -0.8)
  const r = Float64Array.of(1, 1.5, 1.2)
  const acquisition = logHypervolumeImprovement(front, r)
  const predictions = [
    [-0.3, 0.1, 0.4, 0.6, 0.4, 0.3],
    [0.9, 1.2, 1.1, 0.5, 0.9, 0.2],
    [-2, -2, -1, 0.1, 0.1, 0.2],
    [0.4, 0.6, 0.5, 0.3, 0.2, 0.3],
  ] as const

  test.each(predictions)(
    'is summed over slices of the third, in each of which there are two, at %f, %f, %f',
    (...at) => {
      const [means, deviations] = [Float64Array.from(at.slice(0, 3)), Float64Array.from(at.slice(3))]
      const rows = [0, 3, 6, 9].map((i) => front.subarray(i, i + 3)).sort((p, q) => p[2]! - q[2]!)
      const heights = [-Infinity, ...rows.map((row) => row[2]!), r[2]!]
      // Up to a height c: the expected max(c − y, 0), and the probability of y < c.
      const below = (c: number): readonly [number, number] => {
        const z = (c - means[2]!) / deviations[2]!
        return c === -Infinity ? [0, 0] : [deviations[2]! * (normalDensity(z) + z * normalCdf(z)), normalCdf(z)]
      }
      let [gain, odds] = [0, 0]
      for (const [i, c] of heights.slice(1).entries()) {
        const corners = rows.slice(0, i).flatMap((row) => [...row.subarray(0, 2)])
        const two = logHypervolumeImprovement(Float64Array.from(corners), r.subarray(0, 2))
        const [here, before] = [below(c), below(heights[i]!)]
        gain += (here[0] - before[0]) * Math.exp(valueAt(two, at.slice(0, 2), at.slice(3, 5)).value)
        odds += (here[1] - before[1]) * two.improves(means, deviations)
      }
      expect(Math.exp(valueAt(acquisition, at.slice(0, 3), at.slice(3)).value) / gain).toBeCloseTo(1, 9)
      expect(acquisition.improves(means, deviations)).toBeCloseTo(odds, 9)
    },
  )

  test('is what is added for sure where the prediction is certain', () => {
    const random = randomStream('certain')
    const before = hypervolume(front, 4, 3, r)
    for (let draw = 0; draw < 30; draw++) {
      const y = [0, 1, 2].map(() => 2 * random.next() - 1)
      const added = hypervolume(Float64Array.of(...front, ...y), 5, 3, r) - before
      expect(Math.exp(valueAt(acquisition, y, [0, 0, 0]).value)).toBeCloseTo(added, 12)
    }
  })

  test.each([...predictions, [5, 6, 5, 0.3, 0.2, 0.4], [30, 2, 3, 0.5, 0.5, 0.3]] as const)(
    'has slopes that agree with differences, at %f',
    (...at) => {
      expectSlopes(acquisition, at.slice(0, 3), at.slice(3))
    },
  )

  test('is that of two where all points of the front are at the best end of the third', () => {
    const flat = Float64Array.of(-1, 1, -9, 0, 0.2, -9, 0.7, -0.9, -9)
    const three = logHypervolumeImprovement(flat, Float64Array.of(...R, 1))
    const two = logHypervolumeImprovement(FRONT, R)
    for (const [a, b, s, t] of PREDICTIONS) {
      const certain = valueAt(three, [a, b, 0.5], [s, t, 0]).value - Math.log(0.5)
      expect(certain).toBeCloseTo(valueAt(two, [a, b], [s, t]).value, 9)
    }
  })

  test('stays finite where the improvement underflows, and without any deviation', () => {
    for (const deviation of [0, 1e-30, 0.1]) {
      const { value, byMeans, byDeviations } = valueAt(acquisition, [500, 500, 500], [deviation, deviation, deviation])
      for (const number of [value, ...byMeans, ...byDeviations]) expect(number).not.toBeNaN()
      expect(value).toBeGreaterThan(-Infinity)
    }
  })
})

describe('the expected improvement of a random hypervolume scalarization', () => {
  test('is the mean of what drawn values add to it', () => {
    const weights = Float64Array.of(0.6, 0.8)
    const acquisition = logScalarizedImprovement(FRONT, R, weights)
    const level = (y: Float64Array): number => Math.max(0, Math.min((R[0]! - y[0]!) / 0.6, (R[1]! - y[1]!) / 0.8))
    const best = Math.max(...[0, 1, 2].map((i) => level(FRONT.subarray(2 * i, 2 * i + 2))))
    for (const [a, b, s, t] of PREDICTIONS) {
      const expected = averaged([a, b], [s, t], (y) => Math.max(level(y) ** 2 - best ** 2, 0))
      expect(Math.exp(valueAt(acquisition, [a, b], [s, t]).value) / expected - 1).toBeCloseTo(0, 1.5)
    }
  })

  test('stays finite where the improvement underflows, and without any deviation', () => {
    const acquisition = logScalarizedImprovement(FRONT, R, Float64Array.of(0.6, 0.8))
    for (const [means, deviation] of [
      [[500, 500], 0.1],
      [[3, 3], 0],
      [[-3, -3], 1e-30],
    ] as const) {
      const { value, byMeans, byDeviations } = valueAt(acquisition, means, [deviation, deviation])
      for (const number of [value, ...byMeans, ...byDeviations]) expect(number).not.toBeNaN()
      expect(value).toBeGreaterThan(-Infinity)
    }
  })

  test('has slopes that agree with differences, for three objectives', () => {
    const random = randomStream('scalarized')
    const front = Float64Array.from({ length: 12 }, () => random.next())
    const acquisition = logScalarizedImprovement(front, Float64Array.of(1.1, 1.2, 1.3), Float64Array.of(0.3, 0.8, 0.5))
    expectSlopes(acquisition, [0.2, 0.3, 0.4], [0.2, 0.1, 0.3])
    expectSlopes(acquisition, [2, 0.3, 0.4], [0.02, 0.1, 0.3])
  })

  test('over many weights, it is in proportion to the volume: the point that adds more is worth more', () => {
    const random = randomStream('weights')
    const r = Float64Array.of(1, 1, 1)
    const front = Float64Array.of(0.5, 0.5, 0.5)
    const candidates = [
      [0.4, 0.4, 0.4],
      [0.2, 0.2, 0.9],
      [0.45, 0.3, 0.6],
    ]
    const sums = candidates.map(() => 0)
    for (let draw = 0; draw < 4_000; draw++) {
      const normal = Array.from(r, () => Math.abs(normalQuantile(Math.max(random.next(), 1e-12))))
      const length = Math.hypot(...normal)
      const acquisition = logScalarizedImprovement(
        front,
        r,
        Float64Array.from(normal, (at) => at / length),
      )
      for (const [i, at] of candidates.entries())
        sums[i]! += Math.exp(valueAt(acquisition, at, [1e-3, 1e-3, 1e-3]).value)
    }
    const before = hypervolume(front, 1, 3, r)
    const added = candidates.map((at) => hypervolume(Float64Array.of(...front, ...at), 2, 3, r) - before)
    for (const [i, sum] of sums.entries()) expect(sum / sums[0]! / (added[i]! / added[0]!)).toBeCloseTo(1, 1)
  })
})

test('a criterion of several models has terms and slopes like any other', () => {
  const theta = Float64Array.of(-1, -1, 0, -6, -2, -2, -1)
  const modelOf = (values: readonly number[]): ReturnType<typeof processModel> => {
    const points = Float64Array.of(0.1, 0.2, 0.7, 0.4, 0.5, 0.9)
    return processModel(condition({ points, values: Float64Array.from(values), categories: [false, false] }, theta))
  }
  const [f, g, limited] = [modelOf([1, -1, 0.3]), modelOf([-1, 0.5, 1]), modelOf([0.2, 1, -1])]
  const criterion = jointCriterionOf([f, g], logHypervolumeImprovement(FRONT, R), [within('memory', limited, 0.1)])
  const alone = jointCriterionOf([f, g], logHypervolumeImprovement(FRONT, R))
  for (const x of [Float64Array.of(0.3, 0.3), Float64Array.of(0.8, 0.85)]) {
    const { means, variances } = limited.predict(x, 1)
    const met = Math.log(normalCdf((0.1 - means[0]!) / Math.sqrt(variances[0]!)))
    expect(criterion.values(x, 1)[0]).toBeCloseTo(alone.values(x, 1)[0]! + met, 9)
    const gradient = new Float64Array(2)
    expect(criterion.slope!(x, gradient)).toBeCloseTo(criterion.values(x, 1)[0]!, 9)
    for (const k of [0, 1]) {
      const at = (step: number): number => criterion.values(x.with(k, x[k]! + step), 1)[0]!
      expect(gradient[k]).toBeCloseTo((at(1e-6) - at(-1e-6)) / 2e-6, 4)
    }
  }
})
