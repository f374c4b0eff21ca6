import { expect, test } from 'vitest'
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

test('ends that make no sense are refused', async () => {
  for (const maxHours of [0, -1, NaN])
    await expect(open(scratch(), { maxHours })).rejects.toThrow("option 'maxHours': must be a number of hours above 0")
  await expect(open(scratch(), { target: NaN })).rejects.toThrow("option 'target': must be a finite number, got NaN")
})
