import { expect, test } from 'vitest'
import { allWorkedMs, tellingSeconds } from '../../src/sampler/duration.ts'
import { atOneRung, lastUp, nextUp, valuesAtRungs } from '../../src/sampler/ladder.ts'
import type { Climber } from '../../src/sampler/ladder.ts'
import { randomStream } from '../../src/numerics/random.ts'
import type { TrialRecord } from '../../src/trial.ts'
import { endedTrial } from '../support/trial-records.ts'

const at = (number: number, values: number[], state: Climber['state'] = 'resting'): Climber => ({
  number,
  values,
  state,
})

test('the best third of a rung goes on, and nobody before there are three', () => {
  expect(nextUp([at(0, [5]), at(1, [3])], 4, 3)).toBeUndefined()
  expect(nextUp([at(0, [5]), at(1, [3]), at(2, [4])], 4, 3)).toBe(1)
  // Trial 1 has used the place.
  expect(nextUp([at(0, [5]), at(1, [3, 2]), at(2, [4])], 4, 3)).toBeUndefined()
})

test('a higher rung comes first, and equal values go by number', () => {
  const high = [at(0, [1, 9]), at(1, [1, 7]), at(2, [1, 8]), at(3, [0])]
  expect(nextUp(high, 4, 3)).toBe(1)
  expect(nextUp([at(2, [1]), at(1, [1]), at(0, [2])], 4, 3)).toBe(1)
})

test('trials that run or have ended take places of their rung, and do not go on themselves', () => {
  expect(nextUp([at(0, [1], 'running'), at(1, [2]), at(2, [3])], 4, 3)).toBeUndefined()
  expect(nextUp([at(0, [1], 'ended'), at(1, [2]), at(2, [3]), at(3, [4]), at(4, [5]), at(5, [6])], 4, 3)).toBe(1)
})

test('once nothing else is left, the best on the highest rung goes on, until one trial has reached the top', () => {
  expect(lastUp([at(0, [1, 5]), at(1, [1, 4]), at(2, [0])], 3)).toBe(1)
  expect(lastUp([at(0, [1, 5, 5], 'ended'), at(1, [1, 4])], 3)).toBeUndefined()
  expect(lastUp([], 3)).toBeUndefined()
})

test('one at a time goes on at the end, first one that was interrupted on its way if it is the best there', () => {
  expect(lastUp([at(0, [1, 5]), at(1, [0], 'running')], 3)).toBeUndefined()
  expect(lastUp([at(0, [1, 5]), at(1, [], 'running')], 3)).toBe(0)
  expect(lastUp([at(0, [1, 5]), at(1, [1, 4], 'interrupted')], 3)).toBe(1)
})

test('three that fail on the way from a rung close it, unless others came through', () => {
  const fallen = [0, 1, 2].map((number) => at(number, [number], 'ended'))
  const waiting = [at(5, [5]), at(6, [6])]
  expect(lastUp([...fallen.slice(1), ...waiting], 3)).toBe(5)
  expect(lastUp([...fallen, ...waiting], 3)).toBeUndefined()
  // One fell later, so the way to its rung is open.
  expect(lastUp([...fallen, at(4, [4, 4], 'ended'), ...waiting], 3)).toBe(5)
  const more = [7, 8, 9].map((number) => at(number, [number], 'ended'))
  expect(lastUp([...fallen, ...more, at(4, [4, 4], 'ended'), ...waiting], 3)).toBeUndefined()
})

test('however the values fall, as many of a rung go on as its size allows, and they are the best of it', () => {
  const random = randomStream('ladder', 1)
  const climbers: Climber[] = []
  for (let step = 0; step < 400; step++) {
    const next = nextUp(climbers, 4, 3)
    if (next === undefined) climbers.push(at(climbers.length, [random.next()]))
    else {
      const values = [...climbers[next]!.values, random.next()]
      climbers[next] = at(next, values, values.length < 4 ? 'resting' : 'ended')
    }
  }
  for (let rung = 0; rung < 3; rung++) {
    const here = climbers.filter(({ values }) => values.length > rung)
    const gone = here.filter(({ values }) => values.length > rung + 1)
    // A worse one may have gone on before a better one came: Li et al. (2020), §3.3.
    const best = here.toSorted((a, b) => a.values[rung]! - b.values[rung]!).slice(0, Math.floor(here.length / 3))
    for (const one of best) expect(gone).toContain(one)
    expect(gone.length).toBeGreaterThanOrEqual(best.length)
    expect(gone.length).toBeLessThan(here.length)
  }
})

const trial = (own: Partial<TrialRecord>): TrialRecord =>
  endedTrial(0, { x: 1 }, null, { state: 'paused', reason: null, ...own })

test('the value at a rung is the last one that a curve has there; a value that is not finite is the worst', () => {
  const curve = [
    [1, 5],
    [2, 4],
    [3, 3],
    [3, 2],
    [9, NaN],
  ] as const
  expect(valuesAtRungs({ curve }, [1, 3, 9, 27], 'minimize')).toEqual([5, 2, Infinity])
  expect(valuesAtRungs({ curve }, [1, 3, 9, 27], 'maximize')).toEqual([-5, -2, Infinity])
  expect(valuesAtRungs({ curve: [[3, 1]] }, [1, 3], 'minimize')).toEqual([])
})

test('a model sees the highest rung with results enough, and lower values carried up by the median step', () => {
  const trials = [
    trial({
      number: 0,
      curve: [
        [1, 5],
        [3, 4],
      ],
    }),
    trial({
      number: 1,
      curve: [
        [1, 6],
        [3, 3],
      ],
    }),
    trial({
      number: 2,
      curve: [
        [1, 8],
        [3, 5],
      ],
    }),
    trial({ number: 3, curve: [[1, 7]] }),
    trial({ number: 4, state: 'failed' }),
  ]
  const high = atOneRung(trials, [1, 3, 9], { loss: 'minimize' }, 3)
  expect(high.map(({ number, state, value }) => [number, state, value])).toEqual([
    [0, 'complete', 4],
    [1, 'complete', 3],
    [2, 'complete', 5],
    [3, 'complete', 4], // steps of −1, −3 and −3
    [4, 'failed', null],
  ])
  expect(high[0]!.values).toEqual({ loss: 4 })
  const low = atOneRung(trials, [1, 3, 9], { loss: 'maximize' }, 4)
  expect(low.map(({ value }) => value)).toEqual([5, 6, 8, 7, null])
})

test('a duration is carried up to the top rung by the steps that it was for; what says nothing has none', () => {
  const took = (ms: number): Partial<TrialRecord> => ({
    started: new Date(0).toISOString(),
    ended: new Date(ms).toISOString(),
  })
  const low = [[1, 5]] as const
  const high = [...low, [3, 4], [9, 3]] as const
  const trials = [
    trial({ number: 0, curve: low, ...took(100) }),
    trial({ number: 1, curve: high.slice(0, 2), ...took(200), earlierMs: 100 }),
    trial({ number: 2, curve: high, ...took(600), earlierMs: 300, state: 'complete', value: 3 }),
    trial({ number: 3, curve: low, ...took(250), earlierMs: 100, state: 'failed', reason: 'timeout' }),
    trial({ number: 4, curve: low, ...took(100), state: 'failed', reason: 'exit' }),
    trial({ number: 5, curve: low, ...took(100), state: 'pruned' }),
  ]
  for (const least of [1, 9]) {
    const seen = atOneRung(trials, [1, 3, 9], { loss: 'minimize' }, least)
    expect(seen.map(({ wholeMs }) => wholeMs)).toEqual([900, 900, 900, 1050, null, null])
    expect(seen.map(tellingSeconds)).toEqual([0.9, 0.9, 0.9, 1.05, null, null])
    // What was used of the hours is not carried up.
    expect(allWorkedMs(seen)).toBe(100 + 300 + 900 + 350 + 100 + 100)
  }
})
