import { expect, test } from 'vitest'
import { randomStream } from '../../src/numerics/random.ts'
import type { History, Observation } from '../../src/sampler/observations.ts'
import { fitRole, sampleOf } from '../../src/sampler/role-fit.ts'
import { isUnsafe, safetyOf } from '../../src/sampler/safety.ts'
import { EFFORTS, conditioned } from '../../src/sampler/turn.ts'
import { axesOf } from '../../src/space/axes.ts'
import { float } from '../../src/space/parameter.ts'
import { parseSpace } from '../../src/space/validate.ts'
import { predictMany } from '../../src/surrogate/prediction.ts'
import { endedTrial } from '../support/trial-records.ts'

const axes = axesOf(parseSpace({ x: float(0, 1) }))

test('a failure where trials fail is believed to be no better than the mean; one by chance, as the model says', () => {
  // The values fall towards 0.5, beyond which trials fail; one at 0.4 failed by chance.
  const observed = Array.from({ length: 20 }, (_, i): Observation => {
    const x = i / 40
    return { x: Float64Array.of(x), y: -x, trial: endedTrial(i, { x }, -x) }
  })
  const failed = [0.56, 0.7, 0.8, 0.9, 1, 0.41].map((x) => Float64Array.of(x))
  const history: History = { sign: 1, observed, failed, recentFailures: 0, pending: [] }
  const { safety } = safetyOf(history, [false], 1)!
  expect(isUnsafe(safety, failed)).toEqual([true, true, true, true, true, false])
  const fitted = fitRole('plain', sampleOf(observed, observed.length, axes))
  const past = { axes, history, basis: {}, random: randomStream('turn'), number: 30, effort: EFFORTS.full }
  const { model } = conditioned(fitted, observed, { ...past, safety })
  const meanAt = (x: number): number => predictMany(model, Float64Array.of(x), 1).means[0]!
  for (const x of [0.7, 0.8, 0.9]) expect(meanAt(x)).toBeGreaterThan(-0.1)
  expect(meanAt(0.41)).toBeLessThan(-0.6)
})
