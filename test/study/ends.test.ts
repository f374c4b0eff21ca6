import { afterEach, expect, test, vi } from 'vitest'
import { float, openStudy } from '../../src/index.ts'
import type { Objectives, Study, StudyOptions } from '../../src/index.ts'
import { hoursOf, isAsGood } from '../../src/study/ends.ts'
import { noneFinished } from '../../src/study/records.ts'
import { openFolder } from '../../src/store/protocol/folder.ts'
import { readDefinition } from '../../src/store/protocol/definition-file.ts'
import { refreshAll } from '../../src/store/protocol/refresh.ts'
import { realFileSystem } from '../../src/store/disk/file-system.ts'
import { orderOf } from '../../src/space/goals.ts'
import { scratch } from '../support/scratch.ts'

const SPACE = { x: float(0, 1) }
const HOUR_MS = 3_600_000

/** The hours that the trials of a study took, as a process that reads it later sees them. */
async function hoursIn(root: string): Promise<number> {
  const study = (await readDefinition(realFileSystem, root))!
  const goals = { objectives: { value: 'minimize' as const } }
  const folder = openFolder(realFileSystem, root, study, { isReadOnly: true, ceiling: Infinity }, orderOf(goals))
  await refreshAll(folder, performance.now())
  const parts = { folder, space: SPACE, goals, objectives: goals.objectives, finished: noneFinished(), ends: {} }
  return hoursOf(parts as unknown as Parameters<typeof hoursOf>[0])
}

const open = (root: string, options: StudyOptions = {}): Promise<Study> =>
  openStudy(root, { space: SPACE, sampler: 'sobol', seed: 1, ...options } as StudyOptions)

test('MIP-60, MIP-62: a study ends once a value is at least as good as the target, in either direction', async () => {
  const values = [5, 3, 2, 1]
  for (const direction of ['minimize', 'maximize'] as const) {
    const sign = direction === 'minimize' ? 1 : -1
    const objectives: Objectives = { loss: direction }
    await using study = await open(scratch(), { objectives, target: 2 * sign, trials: 4 })
    await study.optimize(({ number }) => sign * values[number]!)
    expect((await study.trials()).map(({ value }) => value)).toEqual([5 * sign, 3 * sign, 2 * sign])
    expect(study.reached).toBe('target')
  }
  expect(isAsGood({ loss: 'minimize' }, 2, 2)).toBe(true)
  expect(isAsGood({ loss: 'maximize' }, 1.9, 2)).toBe(false)
})

test('a target of one process does not end another one', async () => {
  const root = scratch()
  await using study = await open(root, { target: 10, trials: 3 })
  await study.optimize(() => 1)
  await using other = await open(root, { trials: 3 })
  await other.optimize(() => 1)
  expect(await other.trials()).toHaveLength(3)
  expect([study.reached, other.reached]).toEqual(['target', undefined])
})

test('a trial that breaks a constraint does not reach the target', async () => {
  await using study = await open(scratch(), { target: 2, trials: 4, constraints: { memory: { atMost: 10 } } })
  await study.optimize(({ number }) => ({ value: 1, memory: 12 - number }))
  expect(await study.trials()).toHaveLength(3)
})

test('hours are summed over all trials, and end a study before the next one', async () => {
  const root = scratch()
  {
    await using study = await open(root, { trials: 2 })
    for (let k = 0; k < 2; k++) await (await study.ask())!.complete(1)
  }
  const hours = await hoursIn(root)
  expect(hours).toBeGreaterThanOrEqual(0)
  expect(hours).toBeLessThan(60_000 / HOUR_MS)
  await using study = await open(root, { maxHours: 1e-9, trials: 9 })
  const trial = await study.ask({ wait: false })
  // Two trials of less than a millisecond have taken nothing, as records have it.
  if (trial !== undefined) {
    await new Promise((resolve) => setTimeout(resolve, 5))
    // What runs counts with the time up to now.
    expect(await study.ask({ wait: false })).toBeUndefined()
    await trial.complete(1)
  }
  expect(await study.ask({ wait: false })).toBeUndefined()
  expect(study.reached).toBe('hours')
})

/** Lets the clock show that some hours have passed. */
const passHours = (hours: number): void => void vi.setSystemTime(Date.now() + hours * HOUR_MS)

afterEach(() => void vi.useRealTimers())

test('hours count every attempt that worked: up to a rung, interrupted, failed and tried again', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  const root = scratch()
  {
    await using study = await open(root, { trials: 1, retries: 1, fidelity: { steps: [1, 9] } })
    for (const [hours, end] of [
      [1, 'complete'],
      [2, 'handBack'],
      [4, 'fail'],
      [8, 'complete'],
    ] as const) {
      const trial = (await study.ask())!
      passHours(hours)
      await (end === 'complete' ? trial.complete(1) : trial[end]('why'))
      passHours(100) // nobody works
    }
    expect((await study.trial(0)).state).toBe('paused')
    expect(await hoursIn(root)).toBeCloseTo(15, 3)
    const last = (await study.ask())!
    passHours(16)
    expect(await hoursIn(root)).toBeCloseTo(15, 3) // whether somebody works on it is not known here
    await last.complete(1)
    const { earlierMs, state } = await study.trial(0)
    expect([state, earlierMs! / HOUR_MS]).toEqual(['complete', expect.closeTo(15, 3)])
  }
  expect(await hoursIn(root)).toBeCloseTo(31, 3)
})

test('a claim without a process counts up to the end of its time to live', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  const root = scratch()
  await using study = await open(root, { trials: 1 })
  await study.ask({ ttlMs: 2 * HOUR_MS })
  passHours(1)
  expect(await hoursIn(root)).toBeCloseTo(1, 3)
  passHours(9)
  expect(await hoursIn(root)).toBeCloseTo(2, 3)
})

test('once its hours are used up, a study with a fidelity brings its best trial to the top, and no other', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  const options = { maxHours: 2.5, fidelity: { steps: [1, 9] } } as const
  await using study = await open(scratch(), options)
  const tried: (readonly [number, number])[] = []
  const values = [3, 1, 2, 4]
  for (let trial = await study.ask(); trial !== undefined; trial = await study.ask()) {
    tried.push([trial.number, trial.fidelity!])
    passHours(2)
    // Interrupted on its way, as by a worker that is stopped.
    if (tried.length === 3) await trial.handBack()
    else await trial.complete(values[trial.number]!)
  }
  expect(tried).toEqual([
    [0, 1],
    [1, 1],
    [1, 3],
    [1, 3],
    [1, 9],
  ])
  expect(study.reached).toBe('hours')
  expect((await study.best())?.number).toBe(1)
})

test('of several lanes, one brings a trial to the top after the hours are used up', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  await using study = await open(scratch(), { maxHours: 2, fidelity: { steps: [1, 9] } })
  const [first, second] = await study.ask(2)
  passHours(2)
  await first!.complete(1)
  expect(await study.ask()).toBeUndefined() // the second one may be better
  await second!.complete(0)
  const climbing = (await study.ask())!
  expect([climbing.number, climbing.fidelity]).toEqual([1, 3])
  expect(await study.ask()).toBeUndefined()
  await climbing.complete(0)
  expect((await study.ask())?.fidelity).toBe(9)
})

test('a program that fails on the way up brings down three trials at the end, not all of them', async () => {
  await using study = await open(scratch(), { trials: 8, fidelity: { steps: { from: 1, to: 3, factor: 9 } } })
  let failed = 0
  for (let trial = await study.ask(); trial !== undefined; trial = await study.ask()) {
    if (trial.fidelity === 1) await trial.complete(trial.number)
    else failed += (await trial.fail('no checkpoint')) === 'committed' ? 1 : 0
  }
  expect(failed).toBe(3)
  expect((await study.status()).trials).toMatchObject({ paused: 5, failed: 3, complete: 0 })
})

test('ends that make no sense are refused', async () => {
  for (const maxHours of [0, -1, NaN])
    await expect(open(scratch(), { maxHours })).rejects.toThrow("option 'maxHours': must be a number of hours above 0")
  await expect(open(scratch(), { target: NaN })).rejects.toThrow("option 'target': must be a finite number, got NaN")
})
