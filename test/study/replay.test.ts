import { readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { orderOf } from '../../src/space/goals.ts'
import { openStudy } from '../../src/index.ts'
import type { Replay, Sampler } from '../../src/index.ts'
import { bayesian } from '../../src/sampler/bayesian.ts'
import { grid } from '../../src/sampler/grid.ts'
import { latinHypercube } from '../../src/sampler/sequence.ts'
import { choice, float, int } from '../../src/space/parameter.ts'
import { realFileSystem } from '../../src/store/disk/file-system.ts'
import { readDefinition } from '../../src/store/protocol/definition-file.ts'
import { openFolder } from '../../src/store/protocol/folder.ts'
import { leave, register } from '../../src/store/protocol/registration.ts'
import { makeIndex } from '../../src/store/protocol/index-maker.ts'
import { logFolder, slotPath, studyPath } from '../../src/paths.ts'
import { refreshAll } from '../../src/store/protocol/refresh.ts'
import { scratch } from '../support/scratch.ts'
import { startLines } from '../support/worker-process.ts'

const MIXED = { x: float(0, 1), k: int(1, 20), c: choice(['a', 'b', 'c']) }

/** Computes the suggestion of every trial, or of every n-th one, again. */
async function replays(root: string, every = 1): Promise<Replay[]> {
  await using study = await openStudy(root, { readOnly: true })
  const all: Replay[] = []
  for (const { number } of await study.trials())
    if (number !== null && number % every === 0) all.push(await study.replay(number))
  return all
}

const wrong = (all: readonly Replay[]): readonly Replay[] =>
  all.filter(({ verdict, origin }) => verdict !== (origin === 'queue' ? 'queued' : 'same'))

const slotOf = (
  root: string,
  number: number,
  epoch = 1,
): { saw?: { below: number; open?: string; rounds?: unknown }; basis?: unknown; options?: unknown } =>
  JSON.parse(readFileSync(slotPath(root, number, epoch), 'utf8'))

/** Runs one worker in this process. Some of its trials fail, and some are pruned. */
async function work(root: string, trials: number, sampler: Sampler | 'auto' = 'auto'): Promise<void> {
  await using study = await openStudy(root, { space: MIXED, trials, seed: 3, sampler })
  await study.optimize(async (trial) => {
    const { x, k, c } = trial.config
    if (x > 0.8) throw new Error('no')
    if (trial.number % 7 === 3) return void (await trial.prune())
    return (x - 0.3) ** 2 + (k - 7) ** 2 / 100 + (c === 'a' ? 0 : 0.2)
  })
}

test('the suggestions of one worker come out again, to the last bit, and slots say briefly what was seen', async () => {
  const root = join(scratch(), 's')
  await work(root, 24)
  const all = await replays(root)
  expect(wrong(all)).toEqual([])
  for (const { config, again } of all) expect(again).toEqual(config)
  expect(slotOf(root, 2).saw).toEqual({ below: 2 }) // an opening point: there were too few values
  expect(slotOf(root, 23).saw).toEqual({ below: 23, basis: [22, 1] })
})

test('a config that is measured again has a directory of its own, and its suggestion comes out again too', async () => {
  const root = join(scratch(), 's')
  {
    await using study = await openStudy(root, {
      space: { k: int(1, 3), c: choice(['a', 'b']) },
      trials: 30,
      seed: 5,
      sampler: bayesian({ repeats: 4 }),
    })
    await study.optimize(({ number, config }) => Number(config.k) + ((number * 7) % 5) / 2)
    const trials = await study.trials()
    expect(trials.length).toBe(24) // 6 configs, 4 times each
    expect(new Set(trials.map(({ id }) => id)).size).toBe(24)
  }
  expect(wrong(await replays(root))).toEqual([])
})

test('a retry changes no earlier suggestion, and a later one notes the round whose end it saw', async () => {
  const root = join(scratch(), 's')
  await using study = await openStudy(root, { space: MIXED, trials: 20, seed: 4 })
  await study.optimize(async ({ number, attempt, config }) => {
    if (number === 8) await study.retry(2)
    if (number === 14) await study.retry(5)
    if ([2, 5, 6].includes(number) && attempt === 1) throw new Error('no')
    return (config.x - 0.3) ** 2 + config.k
  })
  expect(slotOf(root, 8).saw).toEqual({ below: 8, basis: [7, 1] })
  expect(slotOf(root, 9).saw).toMatchObject({ below: 9, rounds: [[2, 2]] })
  expect(slotOf(root, 19).saw).toEqual({
    below: 19,
    rounds: [
      [2, 2],
      [5, 2],
    ],
    basis: [18, 1],
  })
  expect((await study.trial(2)).state).toBe('complete')
  expect(wrong(await replays(root))).toEqual([])
})

describe('with many processes at once', () => {
  const lines = (space: string, enqueued: string): string => `const { openStudy, int, float, choice } = anthill
const study = await openStudy(args[0], { space: ${space}, trials: Number(args[1]), seed: 1 })
let done = 0
await study.optimize(async (t) => {
  done++
  if (done % 3 === 0) {
    const failed = (await study.trials()).find(({ state, attempt }) => state === 'failed' && attempt === 1)
    if (failed !== undefined) await study.retry(failed.number)
  }
  if (done === 4) await study.enqueue(${enqueued})
  await new Promise((resolve) => setTimeout(resolve, 5))
  if (t.attempt === 1 && t.number % 5 === 2) throw new Error('no')
  if (t.number % 7 === 3) return t.prune()
  const parts = Object.values(t.config).map((v) => (typeof v === 'number' ? (v - 0.3) ** 2 : v.charCodeAt(0) / 100))
  return parts.reduce((sum, part) => sum + part, 0)
})`
  test.each([
    [
      'a mixed space',
      '{ x: float(0, 1), k: int(1, 20), c: choice(["a", "b", "c"]) }',
      `{ x: 0.5, k: Number(process.pid % 20) + 1, c: 'b' }`,
      26,
    ],
    // So small that several workers suggest the same config, and have to take later epochs.
    [
      'a space of thirty configs',
      '{ a: int(1, 5), b: choice(["x", "y"]), c: int(1, 3) }',
      `{ a: 3, b: 'x', c: 2 }`,
      20,
    ],
  ])(
    'every suggestion in %s comes out again: after retries, from an index, and without any hint',
    async (_, space, enqueued, trials) => {
      const root = join(scratch(), 's')
      const workers = Array.from({ length: 8 }, () => startLines(lines(space, enqueued), [root, String(trials)]))
      for (const worker of workers) expect(await worker.finished).toMatchObject({ code: 0, stderr: '' })
      const first = await replays(root)
      expect(wrong(first)).toEqual([])
      const seen = readdirSync(join(root, '.anthill', 'slots', '000')).map((name) =>
        readFileSync(join(root, '.anthill', 'slots', '000', name), 'utf8'),
      )
      expect(seen.some((text) => text.includes('"open"'))).toBe(true)
      // An index replaces the logs; later, everything but the truth is deleted.
      const folder = openFolder(
        realFileSystem,
        root,
        (await readDefinition(realFileSystem, root))!,
        { isReadOnly: false, ceiling: 0 },
        orderOf({ objectives: { value: 'minimize' } }),
      )
      await refreshAll(folder, performance.now())
      await register(folder, { hasHeartbeat: false })
      for (let k = 0; k < 3; k++) await makeIndex(folder, performance.now())
      await leave(folder)
      expect(readdirSync(logFolder(root)).length).toBeLessThan(8)
      const some = first.filter(({ number }) => number % 4 === 0)
      expect(await replays(root, 4)).toEqual(some)
      for (const hint of ['log', 'index', 'best', 'workers']) rmSync(join(root, '.anthill', hint), { recursive: true })
      expect(await replays(root, 4)).toEqual(some)
    },
    120_000,
  )
})

test('a suggestion differs if the folder no longer holds the values that it was made from', async () => {
  const root = join(scratch(), 's')
  await work(root, 12)
  await using study = await openStudy(root, { readOnly: true })
  const [trial] = (await study.trials()).filter(({ state }) => state === 'complete')
  const path = join(root, trial!.id, '.anthill', 'value.json')
  writeFileSync(path, readFileSync(path, 'utf8').replace(/"value":[-\d.e]+/, '"value":-5'))
  for (const hint of ['log', 'best']) rmSync(join(root, '.anthill', hint), { recursive: true })
  const later = (await replays(root)).find(({ number }) => number === 11)!
  expect(later).toMatchObject({ verdict: 'different', reason: null })
  expect(later.again).not.toEqual(later.config)
})

test('a replay gives no verdict, and says so, if something that the suggestion saw is missing', async () => {
  const root = join(scratch(), 's')
  await work(root, 12)
  const { id } = (await replays(root))[4]!
  renameSync(slotPath(root, 11, 1), join(root, 'kept'))
  const slot = JSON.parse(readFileSync(join(root, 'kept'), 'utf8'))
  writeFileSync(slotPath(root, 11, 1), `${JSON.stringify({ ...slot, saw: { ...slot.saw, rounds: [[4, 2]] } })}\n`)
  expect((await replays(root))[11]).toMatchObject({
    verdict: 'unknown',
    again: null,
    reason: 'the end of trial 4, which the sampler saw, is missing',
  })
  writeFileSync(slotPath(root, 11, 1), `${JSON.stringify({ ...slot, saw: undefined })}\n`)
  expect((await replays(root))[11]).toMatchObject({
    verdict: 'unknown',
    reason: 'its slot file does not say which trials the sampler saw',
  })
  expect(id).toMatch(/^[0-9a-f]{20}$/)
})

test('a slot with options that no sampler takes has no verdict, and a damaged slot names its sampler', async () => {
  const root = join(scratch(), 's')
  await work(root, 10, bayesian({ effort: 'low' }))
  const path = slotPath(root, 8, 1)
  const slot = JSON.parse(readFileSync(path, 'utf8'))
  for (const options of [null, { initial: -1 }, { models: 'plain' }, { models: 7 }, { effort: 'none' }]) {
    writeFileSync(path, `${JSON.stringify({ ...slot, options })}\n`)
    expect((await replays(root))[8]).toMatchObject({
      verdict: 'unknown',
      reason: "sampler 'bayesian' cannot be made with the options in its slot file",
    })
  }
  writeFileSync(path, 'torn')
  expect((await replays(root))[8]).toMatchObject({
    verdict: 'unknown',
    origin: 'bayesian',
    reason: 'its slot file is missing or damaged',
  })
})

test('points of a sequence and of a grid come out again by number, also after later trials', async () => {
  const TWELVE = { a: int(1, 4), b: choice(['x', 'y', 'z']) }
  for (const [sampler, space] of [
    ['sobol', MIXED],
    ['random', MIXED],
    ['sobol', TWELVE],
    ['random', TWELVE],
    ['halton', MIXED],
    ['hammersley', TWELVE],
    ['lhs', MIXED],
    ['k-lhs', TWELVE],
    [latinHypercube({ size: 7, criterion: 'ratio' }), MIXED],
    ['grid', TWELVE],
    [grid({ points: 3, border: 'exclude' }), MIXED],
  ] as const) {
    const root = join(scratch(), 's')
    {
      await using study = await openStudy(root, { space, trials: 12, seed: 2, sampler })
      await study.enqueue({ ...(space === TWELVE ? { a: 2, b: 'y' } : { x: 0.5, k: 3, c: 'a' }) })
      await study.optimize(() => 1)
    }
    const all = await replays(root)
    expect(all.map(({ verdict }) => verdict)).toEqual(['queued', ...Array(11).fill('same')])
    expect(slotOf(root, 5)).not.toHaveProperty('saw')
  }
})

test("a sampler is made again with its options; a user's own sampler must be given to replay it", async () => {
  const root = join(scratch(), 's')
  const design = { kind: 'lhs', criterion: 'correlation' } as const
  await work(root, 12, bayesian({ initial: 4, effort: 'low', design }))
  expect(wrong(await replays(root))).toEqual([])
  expect(slotOf(root, 4)).not.toHaveProperty('options')
  expect(JSON.parse(readFileSync(studyPath(root), 'utf8')).samplerOptions).toEqual({
    initial: 4,
    design,
    effort: 'low',
  })
  const gridded = join(scratch(), 's')
  await work(gridded, 6, grid({ points: 3 }))
  expect(wrong(await replays(gridded))).toEqual([])

  const own: Sampler = {
    name: 'own',
    suggest: ({ trials, number }) => ({ config: { x: number / 100, k: 1 + trials.length, c: 'a' } }),
  }
  const mine = join(scratch(), 's')
  await work(mine, 4, own)
  expect((await replays(mine))[2]).toMatchObject({
    verdict: 'unknown',
    reason: expect.stringContaining("sampler 'own'"),
  })
  await using study = await openStudy(mine, { readOnly: true, sampler: own })
  expect(await study.replay(2)).toMatchObject({ verdict: 'same' })
})

test('a slot says which budget a suggestion per second saw, so that it comes out again after more trials', async () => {
  const root = join(scratch(), 's')
  const sampler = bayesian({ perSecond: 'cooled', effort: 'low', initial: 3 })
  {
    await using study = await openStudy(root, { space: { x: float(0, 1) }, trials: 16, seed: 3, sampler })
    await study.optimize(({ config }) => (config.x - 0.3) ** 2)
  }
  expect(wrong(await replays(root))).toEqual([])
  expect(slotOf(root, 2).saw).toEqual({ below: 2 })
  expect(slotOf(root, 15).saw).toMatchObject({ below: 15, budget: 16 })
  const study = await readDefinition(realFileSystem, root)
  expect(study?.samplerOptions).toMatchObject({ perSecond: 'cooled' })
})
