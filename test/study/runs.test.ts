import { expect, test } from 'vitest'
import { MOST_OUTPUTS, told } from '../../src/space/objectives.ts'
import { meanOfRuns, seedOfRun } from '../../src/study/runs.ts'

const objectives = { loss: 'minimize', size: 'maximize' } as const

test('objectives and numbers become means, and the first objective has its sample standard deviation', () => {
  const runs = [
    { loss: 1, size: 10, memory: 4, 'loss@sd': 99 },
    { loss: 2, size: 20, memory: 6, 'loss@sd': 99 },
    { loss: 6, size: 60, memory: 5, 'loss@sd': 99 },
  ]
  expect(meanOfRuns(objectives, runs)).toEqual({ loss: 3, size: 30, memory: 5, 'loss@sd': Math.sqrt(7) })
})

test('another output counts only if all runs agree on it', () => {
  const same = { loss: 1, size: 1, host: 'a', valid: true, mixed: 1, seldom: 3 }
  const other = { loss: 1, size: 1, host: 'a', valid: false, mixed: 'x' }
  expect(meanOfRuns(objectives, [same, other])).toEqual({ loss: 1, size: 1, 'loss@sd': 0, host: 'a' })
})

test('the means of a program that says as much as it may can be kept', () => {
  const said = Object.fromEntries(Array.from({ length: MOST_OUTPUTS }, (_, k) => [`o${k}`, k]))
  const mean = meanOfRuns(
    objectives,
    [1, 2].map((loss) => ({ ...said, loss, size: 1 })),
  )
  expect(Object.keys(told(objectives, mean).outputs)).toHaveLength(MOST_OUTPUTS)
})

test('each run of each trial has a seed of its own', () => {
  const seeds = [1, 2, 3].flatMap((seed) => [1, 2, 3].map((run) => seedOfRun(seed, run)))
  expect(new Set(seeds).size).toBe(9)
  expect(seeds.every((seed) => Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32)).toBe(true)
  expect(seedOfRun(1, 2)).toBe(seeds[1])
})
