import { expect, test } from 'vitest'
import { float, openStudy } from '../../src/index.ts'
import { normalDraw } from '../../src/numerics/draws.ts'
import { randomStream } from '../../src/numerics/random.ts'
import { timeLeft } from '../../src/study/time-left.ts'
import { scratch } from '../support/scratch.ts'

test('equal durations leave no doubt: what is left is shared by those at work', () => {
  const ended = [60, 60, 60, 60]
  const left = timeLeft({ ended, running: [20, 40], waiting: 6 })
  expect(left).toEqual({ seconds: (6 * 60 + 40 + 20) / 2, low: 210, high: 210, atOnce: 2, from: 4 })
})

test('the fewer durations are known, the wider the interval, and fewer than three tell nothing', () => {
  const width = (ended: readonly number[]): number => {
    const left = timeLeft({ ended, running: [0], waiting: 9 })!
    return left.high - left.seconds
  }
  const [few, more, many] = [1, 3, 10].map((times) => width(Array.from({ length: times }, () => [50, 60, 70]).flat()))
  // By the formula: 2.920, 1.860 and 1.699 times the deviation of the sum.
  expect(few! / more!).toBeCloseTo((2.92 * 10 * Math.sqrt(10 + 100 / 3)) / (1.86 * 8.66 * Math.sqrt(10 + 100 / 9)), 1)
  expect(more! / many!).toBeCloseTo(
    (1.86 * 8.66 * Math.sqrt(10 + 100 / 9)) / (1.699 * 8.305 * Math.sqrt(10 + 100 / 30)),
    1,
  )
  expect(timeLeft({ ended: [50, 60], running: [0], waiting: 9 })).toBeUndefined()
  expect(timeLeft({ ended: [50, 60, 70], running: [], waiting: 9 })).toBeUndefined()
})

test('only the latest durations count, and a trial that runs longer than all of them has no rest', () => {
  const ended = [...Array.from({ length: 30 }, () => 1), ...Array.from({ length: 50 }, () => 100)]
  expect(timeLeft({ ended, running: [500], waiting: 1 })).toMatchObject({ seconds: 100, low: 100, from: 50 })
})

test('the interval has the truth in nine of ten cases', () => {
  const random = randomStream('time-left')
  const draw = (): number => 100 + 20 * normalDraw(random)
  let hits = 0
  const cases = 2000
  for (let k = 0; k < cases; k++) {
    const { low, high } = timeLeft({ ended: [draw(), draw(), draw(), draw(), draw()], running: [0], waiting: 9 })!
    const truth = Array.from({ length: 10 }, draw).reduce((sum, seconds) => sum + seconds, 0)
    if (truth >= low && truth <= high) hits++
  }
  // Three standard errors of 90 % in 2000 cases are 2 %.
  expect(Math.abs(hits / cases - 0.9)).toBeLessThan(0.02)
})

test('a status says what is left while a trial runs, and null once none does', async () => {
  await using study = await openStudy(scratch(), { space: { x: float(0, 1) }, sampler: 'sobol', trials: 6 })
  for (let k = 0; k < 3; k++) await (await study.ask())!.complete(1)
  expect((await study.status()).left).toBeNull()
  const running = (await study.ask())!
  expect((await study.status()).left).toMatchObject({ atOnce: 1, from: 3 })
  await running.complete(1)
})
