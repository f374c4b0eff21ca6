import { expect, test } from 'vitest'
import { randomStream } from '../../src/numerics/random.ts'
import { trialFront, volumeOf } from '../../src/sampler/trial-front.ts'
import { goalsOf } from '../../src/space/goals.ts'
import { endedTrial } from '../support/trial-records.ts'

const goals = goalsOf({ objectives: { loss: 'minimize', speed: 'maximize' } })

const trial = (number: number, loss: number, speed: number, outputs = {}) =>
  endedTrial(number, { x: number }, loss, { values: { loss, speed }, outputs })

test('the front has what no other trial beats in every objective, each in its own direction', () => {
  const trials = [trial(0, 3, 9), trial(1, 1, 1), trial(2, 2, 5), trial(3, 2, 4), trial(4, 3, 8), trial(5, 2, 5)]
  expect(trialFront(trials, goals).map(({ number }) => number)).toEqual([1, 2, 5, 0])
  expect(trialFront([], goals)).toEqual([])
})

test('trials that failed, were pruned or break a constraint are not on it', () => {
  const limited = goalsOf({ objectives: goals.objectives, constraints: { memory: { atMost: 1 } } })
  const failed = endedTrial(1, { x: 1 }, null)
  const trials = [trial(0, 1, 9, { memory: 2 }), failed, { ...trial(2, 0, 99), state: 'pruned' as const }]
  expect(trialFront([...trials, trial(3, 2, 2, { memory: 1 })], limited).map(({ number }) => number)).toEqual([3])
})

test('the volume is measured to the worst values, or to the corner that is given', () => {
  const trials = [trial(0, 2, 0), trial(1, 0, 3), trial(2, 1, 5)]
  expect(volumeOf(trials, goals)).toEqual({
    reference: { loss: 2, speed: 0 },
    grows: [
      [0, 0],
      [1, 6],
      [2, 8],
    ],
  })
  const given = volumeOf(trials, goals, { loss: 4, speed: -1 })
  expect(given.reference).toEqual({ loss: 4, speed: -1 })
  expect(given.grows.map(([, volume]) => volume)).toEqual([2, 16, 22])
})

test('the volume never shrinks, and ends at that of the front alone', () => {
  const random = randomStream('front', 1)
  for (let run = 0; run < 30; run++) {
    const trials = Array.from({ length: 20 }, (_, i) => trial(i, random.next(), random.next()))
    const corner = { loss: 1, speed: 0 }
    const volumes = volumeOf(trials, goals, corner).grows.map(([, volume]) => volume)
    expect(volumes).toEqual([...volumes].sort((a, b) => a - b))
    const alone = volumeOf(trialFront(trials, goals), goals, corner).grows.at(-1)![1]
    expect(volumes.at(-1)).toBeCloseTo(alone, 12)
  }
})
