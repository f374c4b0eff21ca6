import { join } from 'node:path'
import { expect, test } from 'vitest'
import { bayesian, float, int, openStudy } from '../../src/index.ts'
import { Optimizer } from '../../src/optimizer.ts'
import type { Sampler } from '../../src/index.ts'
import { scratch } from '../support/scratch.ts'

const SPACE = { x: float(0, 1), y: float(0, 1) }
const bowl = ({ x, y }: { readonly x: number; readonly y: number }): number => (x - 0.3) ** 2 + (y - 0.6) ** 2

/** The configs 0, 1, 2, …; it refuses once at the numbers that are given. */
function counting(refused: Set<number>): Sampler {
  return {
    name: 'counting',
    suggest: ({ number }) => {
      if (refused.delete(number)) throw new Error(`no config for ${number}`)
      return { config: { k: number } }
    },
  }
}

test('several trials are asked for at once, each live and with a number of its own', async () => {
  await using study = await openStudy(join(scratch(), 's'), { space: SPACE, trials: 10, seed: 1 })
  const batch = await study.ask(4)
  expect(batch.map(({ number }) => number)).toEqual([0, 1, 2, 3])
  expect((await study.status()).trials.running).toBe(4)
  await Promise.all(batch.map((trial) => trial.complete(bowl(trial.config))))
  expect((await study.status()).trials.complete).toBe(4)
})

test('a batch suggests what single asks suggest that are all open', async () => {
  const asked = async (take: (study: Awaited<ReturnType<typeof open>>) => Promise<unknown[]>): Promise<unknown[]> => {
    await using study = await open()
    for (let i = 0; i < 8; i++) await study.ask().then((trial) => trial!.complete(bowl(trial!.config)))
    return await take(study)
  }
  const open = () => openStudy(join(scratch(), 's'), { space: SPACE, seed: 1 })
  const single = await asked(async (study) => [await study.ask(), await study.ask(), await study.ask()])
  const batch = await asked((study) => study.ask(3))
  const configs = (trials: unknown[]): unknown[] => trials.map((trial) => (trial as { config: unknown }).config)
  expect(configs(batch)).toEqual(configs(single))
})

test('a batch is smaller when the budget or the space is used up, and empty when nothing is left', async () => {
  await using study = await openStudy(join(scratch(), 's'), { space: SPACE, trials: 3 })
  expect(await study.ask(5)).toHaveLength(3)
  expect(await study.ask(5, { wait: false })).toEqual([])
  await using small = await openStudy(join(scratch(), 's'), { space: { k: int(1, 4) } })
  expect(await small.ask(9)).toHaveLength(4)
})

test('if one of them cannot be taken, those before it are given, and the next call meets the error', async () => {
  const refused = new Set([2])
  const options = { space: { k: int(0, 99) }, trials: 6, sampler: counting(refused) }
  await using study = await openStudy(join(scratch(), 's'), options)
  const first = await study.ask(4)
  expect(first.map(({ config }) => config.k)).toEqual([0, 1])
  refused.add(2)
  await expect(study.ask(4)).rejects.toThrow('no config for 2')
  expect((await study.ask(4)).map(({ config }) => config.k)).toEqual([2, 3, 4, 5])
  for (const trial of first) await trial.complete(1)
  expect((await study.status()).trials).toMatchObject({ complete: 2, running: 4 })
})

test('a count that makes no sense, and several trials in one working directory, are refused', async () => {
  await using study = await openStudy(join(scratch(), 's'), { space: SPACE })
  for (const count of [0, -1, 1.5, NaN])
    await expect(study.ask(count)).rejects.toThrow("'count': must be a whole number of at least 1")
  await expect(study.ask(2, { chdir: true })).rejects.toThrow("option 'chdir': a process has one working directory")
  await expect(study.ask(2, { wiat: true } as object)).rejects.toThrow("did you mean 'wait'?")
  expect(await study.trials()).toEqual([])
})

test('held trials may be asked for several at once', async () => {
  await using study = await openStudy(join(scratch(), 's'), { space: SPACE, trials: 2 })
  const [first, second] = await study.ask(2, { ttlMs: Infinity })
  expect(await study.tell(second!.number, { values: 1 })).toBe('committed')
  expect(await study.tell(first!.id, { values: 2 })).toBe('committed')
})

test('a study predicts what an optimizer of the same seed and record predicts', async () => {
  const sampler = bayesian({ initial: 5 })
  await using study = await openStudy(join(scratch(), 's'), { space: SPACE, seed: 1, sampler })
  const optimizer = new Optimizer(SPACE, { seed: 1, sampler })
  expect(await study.predict({ x: 0.3, y: 0.6 })).toBeUndefined()
  for (let i = 0; i < 9; i++) {
    const trial = (await study.ask())!
    await trial.complete(bowl(trial.config))
    const asked = optimizer.ask()!
    expect(asked.config).toEqual(trial.config)
    optimizer.tell(asked, bowl(asked.config))
  }
  const predicted = await study.predict({ x: 0.5, y: 0.5 })
  expect(predicted).toEqual(optimizer.predict({ x: 0.5, y: 0.5 }))
  expect(Math.abs(predicted!.value - bowl({ x: 0.5, y: 0.5 }))).toBeLessThan(0.05)
  expect(await study.predict({ y: 0.5, x: 0.5 })).toEqual(predicted)
})

test('a prediction reads what others have done, and works where the study is only read', async () => {
  const root = join(scratch(), 's')
  await using reader = await openStudy(root, { space: SPACE, seed: 1, sampler: bayesian({ initial: 5 }) })
  await using watcher = await openStudy(root, { readOnly: true })
  {
    await using writer = await openStudy(root, { trials: 8 })
    await writer.optimize(({ config }) => bowl(config as { x: number; y: number }))
  }
  const predicted = await reader.predict({ x: 0.1, y: 0.9 })
  expect(predicted).toBeDefined()
  expect(await watcher.predict({ x: 0.1, y: 0.9 })).toEqual(predicted)
  await expect(reader.predict({ x: 2, y: 0 })).rejects.toThrow(/x/)
})

test('a sampler without models predicts nothing, and one that is not at hand says so', async () => {
  const root = join(scratch(), 's')
  await using study = await openStudy(root, { space: { k: int(0, 99) }, sampler: counting(new Set()) })
  expect(await study.predict({ k: 3 })).toBeUndefined()
  await using other = await openStudy(root)
  await expect(other.predict({ k: 3 })).rejects.toThrow(/counting/)
})
