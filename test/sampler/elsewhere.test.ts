import { expect, test } from 'vitest'
import { maximize } from '../../src/acquisition/maximize.ts'
import { randomStream } from '../../src/numerics/random.ts'
import { beginElsewhere, byElsewhere, ongoing } from '../../src/sampler/elsewhere.ts'
import type { Observation } from '../../src/sampler/observations.ts'
import { EFFORTS } from '../../src/sampler/past.ts'
import { fitRole, sampleOf } from '../../src/sampler/role-fit.ts'
import { ROLES } from '../../src/sampler/role.ts'
import { axesOf } from '../../src/space/axes.ts'
import { float } from '../../src/space/parameter.ts'
import { parseSpace } from '../../src/space/validate.ts'
import { endedTrial } from '../support/trial-records.ts'

const axes = axesOf(parseSpace({ x: float(0, 1) }))

/** What the search elsewhere gives for a function that was measured at some points. */
function elsewhereOf(f: (x: number) => number, points: readonly number[], left: number) {
  const observed = points.map((x, i): Observation => {
    return { x: Float64Array.of(x), y: f(x), trial: endedTrial(i, { x }, f(x)) }
  })
  const fitted = fitRole(ROLES.plain, sampleOf(observed, observed.length, axes)).learned
  const learned = { ...fitted, theta: fitted.theta.with(0, Math.log(0.1)) } // a lengthscale of a tenth
  const begun = { ...beginElsewhere(1, Math.min(...points.map(f))), left }
  const history = { sign: 1 as const, observed, failed: [], recentFailures: 0, pending: [] }
  const beliefs = { pending: 'believe', failures: 'avoid' } as const
  const rest = { number: 60, beliefs, safety: undefined, plain: ROLES.plain }
  const past = { axes, history, basis: {}, random: randomStream('elsewhere'), ...rest }
  const goals = { objectives: [{ name: 'value', history }], limits: [], weights: randomStream('weights') }
  const wanted = { ...goals, acquisition: 'ei', maximizer: maximize, step: 50, chance: randomStream('chance') } as const
  return byElsewhere(observed, begun, learned, { ...past, ...wanted, effort: EFFORTS.low })
}

/** Two bowls; the one on the left is deeper. */
const bowls = (x: number): number => Math.min(20 * (x - 0.2) ** 2 - 1, 3 * (x - 0.75) ** 2)
const grid = (from: number, to: number, n: number): number[] =>
  Array.from({ length: n }, (_, i) => from + ((to - from) * i) / (n - 1))

test('a basin outside of which nothing is hopeful is passed over, and one more is left out from then on', () => {
  const points = [...grid(0.1, 0.3, 9), ...grid(0, 1, 33), 0.75]
  const { found, elsewhere } = elsewhereOf(bowls, points, 1)
  expect(found).toBeUndefined()
  expect(elsewhere).toMatchObject({ left: 2, fitted: 0 })
})

test('the search ends when too little is left outside, and when the best value has improved', () => {
  expect(elsewhereOf(bowls, grid(0.15, 0.25, 12), 3)).toMatchObject({ elsewhere: { left: 0 } })
  const begun = beginElsewhere(1, 1)
  const at = (ys: readonly number[]): Observation[] =>
    ys.map((y, i) => ({ x: Float64Array.of(i / 10), y, trial: endedTrial(i, { x: i / 10 }, y) }))
  expect(ongoing(begun, at([1, 2, 3]))).toBe(begun)
  expect(ongoing(begun, at([0.5, 2, 3]))).toBeUndefined()
})
