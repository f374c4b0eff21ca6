import { expect, test } from 'vitest'
import { nearestTrials } from '../../src/space/neighbors.ts'
import { branch, float } from '../../src/space/parameter.ts'
import { parseSpace } from '../../src/space/validate.ts'
import type { Config, TrialRecord } from '../../src/trial.ts'
import { endedTrial } from '../support/trial-records.ts'

test('the nearest trials have the least distance; a different choice and an inactive parameter count one', () => {
  const space = parseSpace({ lr: float(1e-4, 1, { log: true }), m: branch('kind', { a: { x: float(0, 10) }, b: {} }) })
  const at = (number: number, lr: number, m: object): TrialRecord =>
    endedTrial(number, { lr, m } as unknown as Config, number)
  const trials = [
    at(0, 1e-4, { kind: 'a', x: 0 }),
    at(1, 1e-2, { kind: 'a', x: 0 }),
    at(2, 1e-3, { kind: 'b' }),
    at(3, 1e-3, { kind: 'a', x: 3 }),
  ]
  const near = nearestTrials(space, { lr: 1e-3, m: { kind: 'a', x: 0 } }, trials, 4).map(({ number, distance }) => [
    number,
    distance,
  ])
  const expected = [
    [0, 0.25],
    [1, 0.25],
    [3, 0.3],
    [2, Math.SQRT2],
  ]
  expect(near.map(([number]) => number)).toEqual(expected.map(([number]) => number))
  for (const [i, [, distance]] of expected.entries()) expect(near[i]![1]).toBeCloseTo(distance!, 12)
})
