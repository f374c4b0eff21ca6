import { expect, test } from 'vitest'
import { logExpectedImprovement } from '../../src/acquisition/acquisition.ts'
import type { Acquisition } from '../../src/acquisition/acquisition.ts'
import { criterionOf, jointCriterionOf } from '../../src/acquisition/criterion.ts'
import type { Term } from '../../src/acquisition/criterion.ts'
import { belief } from '../../src/acquisition/belief.ts'
import type { JointValue } from '../../src/acquisition/hypervolume.ts'
import { odds, within } from '../../src/acquisition/terms.ts'
import { beliefOf, beliefTerm } from '../../src/sampler/belief.ts'
import { normalCdf } from '../../src/numerics/special.ts'
import { axesOf } from '../../src/space/axes.ts'
import { branch, choice, float } from '../../src/space/parameter.ts'
import { parseSpace } from '../../src/space/validate.ts'
import { condition } from '../../src/surrogate/gaussian-process.ts'
import { processModel } from '../../src/surrogate/model.ts'

const observations = {
  points: Float64Array.of(0.1, 0.2, 0.7, 0.4, 0.5, 0.9),
  values: Float64Array.of(1, -1, 0.3),
  categories: [false, false],
}
const model = processModel(condition(observations, Float64Array.of(-1, -1, 0, -6, -2, -2, -1)))
const POINTS = Float64Array.of(0.3, 0.3, 0.8, 0.85, 0.05, 0.95, 0.6, 0.1)
const improvement = logExpectedImprovement(-1)

/** The logarithm of a linear factor. */
const linear: Term = {
  name: 'linear',
  values: (points, m) => Float64Array.from({ length: m }, (_, c) => Math.log(1 + points[2 * c]!)),
  slope: (x, gradient) => {
    gradient[0]! += 1 / (1 + x[0]!)
    return Math.log(1 + x[0]!)
  },
}

test('terms are added to values and slopes, in any number', () => {
  const likely = odds('likely', model, -0.2, 0.1, 2, 0.3)
  const alone = criterionOf(model, improvement)
  const both = criterionOf(model, improvement, [linear, likely])
  const values = both.values(POINTS, 4)
  const expected = alone
    .values(POINTS, 4)
    .map((v, c) => v + linear.values(POINTS, 4)[c]! + likely.values(POINTS, 4)[c]!)
  for (let c = 0; c < 4; c++) {
    expect(values[c]).toBeCloseTo(expected[c]!, 12)
    const x = POINTS.slice(2 * c, 2 * c + 2)
    const gradient = new Float64Array(2)
    expect(both.slope!(x, gradient)).toBeCloseTo(values[c]!, 9)
    for (const k of [0, 1]) {
      const h = 1e-6
      const at = (step: number): number => both.values(x.with(k, x[k]! + step), 1)[0]!
      expect(gradient[k]).toBeCloseTo((at(h) - at(-h)) / (2 * h), 4)
    }
  }
})

test('odds are the probability that a measurement lies above a limit, as a logarithm, to a power', () => {
  const { means, variances } = model.predict(POINTS, 4)
  const values = odds('likely', model, -0.2, 0.1, 2, 0.3).values(POINTS, 4)
  for (let c = 0; c < 4; c++)
    expect(values[c]).toBeCloseTo(2 * Math.log(normalCdf((means[c]! - 0.1) / Math.sqrt(variances[c]! + 0.1))), 10)
})

test('a criterion with a term of steps has no slope', () => {
  const { name, values } = linear
  expect(criterionOf(model, improvement, [{ name, values }]).slope).toBeUndefined()
})

test('an acquisition that looks far has all candidates evaluated; another one, those of the lowest means', () => {
  const far: Acquisition = Object.assign((...all: Parameters<Acquisition>) => improvement(...all), { looksFar: true })
  expect([...criterionOf(model, far).promising(POINTS, 4, 2).rows]).toEqual([0, 1, 2, 3])
  const { means } = model.predict(POINTS, 4)
  const lowest = [0, 1, 2, 3].sort((a, b) => means[a]! - means[b]!).slice(0, 2)
  const { rows, values } = criterionOf(model, improvement).promising(POINTS, 4, 2)
  expect([...rows]).toEqual(lowest.sort((a, b) => a - b))
  const all = criterionOf(model, improvement).values(POINTS, 4)
  for (const [i, row] of rows.entries()) expect(values[i]).toBeCloseTo(all[row]!, 12)
})

test('G4: weights of choices count in full for ten trials, and a tenth of that after a hundred', () => {
  const weighted = axesOf(
    parseSpace({
      x: float(0, 1),
      kind: branch('k', { a: { c: choice(['u', 'v', 'w'], { weights: [1, 4, 1] }) }, b: {} }),
    }),
  )
  const points = Float64Array.of(0.3, 0, 0, 0.3, 0, 1, 0.3, 1, NaN)
  for (const [trials, power] of [
    [0, 1],
    [10, 1],
    [100, 0.1],
  ] as const) {
    const standpoint = { step: 7, ended: trials, observed: [], budget: () => 1000 }
    const term = beliefTerm(weighted, beliefOf(undefined, weighted, standpoint)!)!
    const expected = [power * Math.log(0.5), power * Math.log(2), 0]
    for (const [c, value] of term.values(points, 3).entries()) expect(value).toBeCloseTo(expected[c]!, 12)
    const gradient = new Float64Array(3)
    expect(term.slope!(points.subarray(3, 6), gradient)).toBeCloseTo(expected[1]!, 12)
    expect([...gradient]).toEqual([0, 0, 0])
  }
  expect(belief(axesOf(parseSpace({ c: choice(['u', 'v']) })), 1, 0)).toBeUndefined()
})

test('the odds of a limit have an edge, which can be made softer: as if measurements had that much noise', () => {
  const limit = within('limit', model, 0.2)
  const likely = odds('likely', model, -0.2, 0.1, 2, 0.3)
  expect(criterionOf(model, improvement, [likely, linear]).softened).toBeUndefined()
  const criterion = criterionOf(model, improvement, [limit, likely])
  const { means, variances } = model.predict(POINTS, 4)
  for (const width of [0, 0.1, 3]) {
    const soft = criterion.softened!(width)
    const expected = criterionOf(model, improvement, [likely]).values(POINTS, 4)
    const values = soft.values(POINTS, 4)
    for (let c = 0; c < 4; c++) {
      const z = (0.2 - means[c]!) / Math.sqrt(variances[c]! + width * width)
      expect(values[c]).toBeCloseTo(expected[c]! + Math.log(normalCdf(z)), 10)
      const x = POINTS.slice(2 * c, 2 * c + 2)
      const gradient = new Float64Array(2)
      expect(soft.slope!(x, gradient)).toBeCloseTo(values[c]!, 9)
      const at = (step: number): number => soft.values(x.with(0, x[0]! + step), 1)[0]!
      expect(gradient[0]).toBeCloseTo((at(1e-6) - at(-1e-6)) / 2e-6, 4)
    }
  }
  expect([...criterion.softened!(0).values(POINTS, 4)]).toEqual([...criterion.values(POINTS, 4)])
})

test('with several objectives, edges can be made softer as well', () => {
  const fill = (means: Float64Array, _deviations: Float64Array, _hasSlope: boolean, filled: JointValue): void => {
    filled.value = -means[0]! - means[1]!
    filled.byMeans.fill(-1)
    filled.byDeviations.fill(0)
  }
  const joint = Object.assign(fill, { improves: () => 0.5 })
  const models = [model, model]
  expect(jointCriterionOf(models, joint).softened).toBeUndefined()
  const soft = jointCriterionOf(models, joint, [within('limit', model, 0.2)]).softened!(0.5)
  const { means, variances } = model.predict(POINTS, 4)
  const values = soft.values(POINTS, 4)
  for (let c = 0; c < 4; c++) {
    const z = (0.2 - means[c]!) / Math.sqrt(variances[c]! + 0.25)
    expect(values[c]).toBeCloseTo(-2 * means[c]! + Math.log(normalCdf(z)), 10)
  }
})
