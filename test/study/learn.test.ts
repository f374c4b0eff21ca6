/** Results from elsewhere: written whole, counted once, seen by samplers, and never a trial of the study. */

import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { openStudy } from '../../src/index.ts'
import type { Sampler, Study } from '../../src/index.ts'
import { amendFolder, amendPath, indexFolder, slotPath } from '../../src/paths.ts'
import { bayesian } from '../../src/sampler/bayesian.ts'
import { isConfigOf } from '../../src/space/canonical.ts'
import { orderOf } from '../../src/space/goals.ts'
import { choice, float, int } from '../../src/space/parameter.ts'
import { MOST_OBSERVED_BYTES } from '../../src/store/disk/bounds.ts'
import type { ObservedResult } from '../../src/store/disk/documents.ts'
import { readAmend } from '../../src/store/disk/documents.ts'
import { realFileSystem } from '../../src/store/disk/file-system.ts'
import { trialId } from '../../src/store/disk/trial-id.ts'
import { learnObserved, nothingObserved } from '../../src/store/memory/observed.ts'
import { readDefinition } from '../../src/store/protocol/definition-file.ts'
import { openFolder } from '../../src/store/protocol/folder.ts'
import { makeIndex } from '../../src/store/protocol/index-maker.ts'
import { refreshAll } from '../../src/store/protocol/refresh.ts'
import { leave, register } from '../../src/store/protocol/registration.ts'
import { checkStudy } from '../../src/doctor/study-check.ts'
import { scratch } from '../support/scratch.ts'

const SPACE = { x: float(0, 1), k: int(1, 9), kind: choice(['a', 'b']) }
const GOALS = { objectives: { loss: 'minimize' } } as const
const config = (x: number, k = 3): { x: number; k: number; kind: 'a' | 'b' } => ({ x, k, kind: 'a' })

let root: string
const open = (options: { trials?: number; sampler?: Sampler } = {}): Promise<Study<ReturnType<typeof config>>> =>
  openStudy(root, { space: SPACE, minimize: 'loss', seed: 4, ...options }) as never

beforeEach(() => {
  root = join(scratch(), 's')
})

/** Makes an index, as a worker does that has logged enough. */
async function index(): Promise<void> {
  const study = (await readDefinition(realFileSystem, root))!
  const order = { ...orderOf(GOALS), isConfig: isConfigOf(SPACE) }
  const folder = openFolder(realFileSystem, root, study, { isReadOnly: false, ceiling: 9 }, order)
  await refreshAll(folder, 0)
  await register(folder, { hasHeartbeat: false })
  await makeIndex(folder, 0)
  await leave(folder)
}

describe('a result from elsewhere', () => {
  test('has no number and no directory, and is outside the budget', async () => {
    await using study = await open({ trials: 1, sampler: bayesian({ initial: 3 }) })
    expect(await study.learn(config(0.5), 0.25, { from: 'last.csv' })).toEqual({ learned: 1, known: 0 })
    const [one, ...others] = await study.imported()
    expect(others).toEqual([])
    expect(one).toMatchObject({ number: null, state: 'complete', value: 0.25, origin: 'import: last.csv', repeat: 0 })
    expect(one!.config).toEqual(config(0.5))
    expect(await study.trials()).toEqual([])
    expect(await study.optimize(() => 1)).toMatchObject({ number: 0, value: 1 })
    expect(readdirSync(root)).not.toContain(one!.id)
    expect((await study.trials())[0]).toMatchObject({ origin: 'bayesian', repeat: 0 })
  })

  test('never becomes the best, but the status names one that is better', async () => {
    await using study = await open({ trials: 1 })
    await study.learn([
      { config: config(0.1), values: { loss: 5, note: 'worse' } },
      { config: config(0.2), values: -3 },
      { config: config(0.3), state: 'failed' },
      { config: config(0.4), values: -9, state: 'pruned' },
    ])
    await study.optimize(() => 1)
    expect(await study.best()).toMatchObject({ number: 0, value: 1 })
    expect(await study.recommend()).toMatchObject({ number: 0 })
    const { imported, betterImported, trials } = await study.status()
    expect(imported).toBe(4)
    expect(betterImported).toMatchObject({ value: -3, config: config(0.2), origin: 'import: program' })
    expect(trials).toMatchObject({ complete: 1, failed: 0, pruned: 0 })
    expect((await study.imported())[0]).toMatchObject({ values: { loss: 5 }, outputs: { note: 'worse' } })
  })

  test('counts once, however often it is told', async () => {
    await using study = await open()
    const results = [0.1, 0.2].map((x) => ({ config: config(x), values: x }))
    expect(await study.learn(results)).toEqual({ learned: 2, known: 0 })
    expect(await study.learn([...results, { config: config(0.1), values: 7 }])).toEqual({ learned: 1, known: 2 })
    expect(await study.learn(results, { from: 'elsewhere' })).toEqual({ learned: 0, known: 2 })
    expect(readdirSync(amendFolder(root))).toEqual(['000001.json', '000002.json'])
    writeFileSync(amendPath(root, 3), readFileSync(amendPath(root, 1)))
    expect(await study.imported()).toHaveLength(3)
  })

  test('is new to one of those who tell it at the same time, and known to the others', async () => {
    await using first = await open()
    await using second = await open()
    const results = (...all: number[]): object[] => all.map((x) => ({ config: config(x), values: x }))
    const told = await Promise.all([
      first.learn(results(0.1, 0.2) as never[]),
      second.learn(results(0.1, 0.2) as never[]),
      second.learn(results(0.2, 0.3) as never[]),
    ])
    expect(told.map(({ learned }) => learned).sort()).toEqual([0, 1, 2])
    expect(told.map(({ learned, known }) => learned + known)).toEqual([2, 2, 2])
    expect(readdirSync(amendFolder(root))).toEqual(['000001.json', '000002.json'])
    expect(await first.imported()).toHaveLength(3)
  })

  test('may be added and run by somebody, though no sampler suggests it', async () => {
    await using study = await openStudy(root, { space: { k: int(1, 3) }, trials: 9, sampler: 'grid' })
    await study.learn([2, 3].map((k) => ({ config: { k }, values: k })))
    const first = await study.ask()
    expect(first?.config).toEqual({ k: 1 })
    await first!.complete(1)
    expect(await study.ask()).toBeUndefined()
    await study.enqueue({ k: 3 })
    const added = await study.ask()
    expect([added?.config, added?.number]).toEqual([{ k: 3 }, 1])
    await added!.complete(1)
  })

  test('that cannot be right is refused with its place, and nothing is written', async () => {
    await using study = await open()
    const good = { config: config(0.1), values: 1 }
    const wrong: [object, RegExp][] = [
      [{ config: config(7), values: 1 }, /^result 1: .*x/],
      [{ config: { x: 0.1 }, values: 1 }, /^result 1: /],
      [{ config: config(0.1), values: Number.NaN }, /^result 1: objective 'loss': must be finite/],
      [{ config: config(0.1), values: { los: 1 } }, /^result 1: objective 'loss'.*did you mean it by 'los'/],
      [{ config: config(0.1), values: 1, state: 'failed' }, /^result 1: field 'values'/],
      [{ config: config(0.1), values: 1, number: 3 }, /^result 1: field 'number'/],
      [{ config: config(0.1), values: 1, from: 'a\u001b' }, /^result 1: field 'from'/],
      [{ config: config(0.1), state: 'complete' }, /^result 1: value/],
    ]
    for (const [result, words] of wrong)
      await expect(study.learn([good, result] as never[]), JSON.stringify(result)).rejects.toThrow(words)
    await expect(study.learn(config(0.1), undefined as never)).rejects.toThrow(/values/)
    await expect(study.learn([good], { form: 'a' } as never)).rejects.toThrow(/'form'/)
    expect(await study.imported()).toEqual([])
  })
})

describe('what samplers see', () => {
  test('models begin with it, and each suggestion is computed again from the folder', async () => {
    {
      await using study = await open({ trials: 5 })
      await study.learn(Array.from({ length: 12 }, (_, i) => ({ config: config(i / 12, 1 + (i % 9)), values: i })))
      await study.optimize(({ config: { x } }) => x)
      await study.learn(config(0.99), 0.5)
    }
    const slots = [0, 4].map((n) => JSON.parse(readFileSync(slotPath(root, n, 1), 'utf8')) as { saw: object })
    expect(slots.map(({ saw }) => saw)).toMatchObject([
      { below: 0, observed: 12 },
      { below: 4, observed: 12 },
    ])
    await index()
    expect(readFileSync(join(indexFolder(root), '00000001.jsonl'), 'utf8')).toContain('"observed":[{')
    await using study = await open()
    expect(await study.imported()).toHaveLength(13)
    for (let n = 0; n < 5; n++) expect((await study.replay(n)).verdict, `trial ${n}`).toBe('same')
    expect((await study.why(4)).explanation).toMatchObject({ by: 'model', observed: 16 })
  })

  test('a suggestion that did not look is the same again after its config was imported', async () => {
    await using study = await openStudy(root, { space: SPACE, trials: 3, sampler: 'sobol' })
    await study.optimize(() => 1)
    const [, second] = await study.trials()
    await study.learn(second!.config as never, 2)
    expect((await study.replay(1)).verdict).toBe('same')
  })

  test('without imports neither a slot nor an index says anything about them', async () => {
    {
      await using study = await open({ trials: 2 })
      await study.optimize(() => 1)
    }
    await index()
    for (const path of [slotPath(root, 1, 1), join(indexFolder(root), '00000001.jsonl')])
      expect(readFileSync(path, 'utf8')).not.toContain('observed')
  })
})

describe('on disk', () => {
  const results = (n: number, size = 10): ObservedResult[] =>
    Array.from({ length: n }, (_, i) => {
      const text = `{"x": ${i}}`
      return { id: trialId(text), config: text, status: 'complete', values: { loss: i }, from: 'f'.repeat(size) }
    })

  test('an amendment that is damaged or about another space says nothing, and the doctor names it', async () => {
    await using study = await open()
    await study.learn(config(0.1), 1)
    await study.learn(config(0.2), 2)
    const path = amendPath(root, 1)
    const text = readFileSync(path, 'utf8')
    const strange = JSON.stringify(results(1)[0])
    for (const [broken, words] of [
      [text.slice(0, 50), 'is damaged'],
      [text.replace('"complete"', '"ended"'), 'is damaged'],
      [text.replace(/"id":"./, '"id":"_'), 'is damaged'],
      [text.replace(/\[\{.*\}\]/, `[${strange}]`), 'has a result whose config or values are not those of the study'],
      [text.replace('{"loss":1}', '{"loss":"1"}'), 'has a result whose config or values are not those of the study'],
    ] as const) {
      expect(broken).not.toBe(text)
      writeFileSync(path, broken)
      await using reader = await openStudy(root, { readOnly: true })
      expect((await reader.imported()).map(({ value }) => value)).toEqual([2])
      const { damages } = (await checkStudy(root, 0))!
      expect(damages.map((damage) => damage.words).join()).toContain(words)
    }
  })

  test('an index that lies about it is put right before anything is written, and the doctor names it', async () => {
    await using study = await open()
    await study.learn(config(0.1), 1)
    await study.learn(config(0.2), 2)
    await index()
    const lost = amendPath(root, 1)
    const text = readFileSync(lost, 'utf8')
    writeFileSync(lost, text.replace('"loss":1', '"loss":8'))
    await using reader = await openStudy(root, {})
    expect((await reader.imported()).map(({ value }) => value)).toEqual([1, 2])
    const { damages } = (await checkStudy(root, 0))!
    expect(damages.map(({ words }) => words).join()).toContain('imported results that the study does not have')
    expect(await reader.learn(config(0.3), 3)).toEqual({ learned: 1, known: 0 })
    expect((await reader.imported()).map(({ value }) => value)).toEqual([8, 2, 3])
    rmSync(indexFolder(root), { recursive: true })
  })

  test('results count all or, beyond the room for them, none', () => {
    const observed = nothingObserved()
    const many = results(200, 200)
    const bytes = (all: readonly ObservedResult[]): number =>
      all.reduce((sum, result) => sum + JSON.stringify(result).length, 0)
    observed.bytes = MOST_OBSERVED_BYTES - bytes(many.slice(0, 150))
    expect(learnObserved(observed, many, {})).toBeUndefined()
    expect(observed.results).toEqual([])
    expect(learnObserved(observed, many.slice(0, 150), {})).toBe(150)
    expect(observed.bytes).toBe(MOST_OBSERVED_BYTES)
    expect(learnObserved(observed, many.slice(0, 150), {})).toBe(0)
  })

  test('an amendment has results only in the form that the format gives', () => {
    const [one] = results(1)
    const text = (result: object): string =>
      `${JSON.stringify({ observe: [result], by: 'w-1-0000000000', token: 't', time: 't' })}\n`
    expect(readAmend(text({ ...one, more: 1 }))).toMatchObject({ observe: [one] })
    expect(readAmend(text({ ...one, task: 'token' }))?.observe).toEqual([{ ...one, task: 'token' }])
    for (const change of [{ from: undefined }, { from: '\n' }, { values: { loss: null } }, { status: 'running' }])
      expect(readAmend(text({ ...one, ...change })), JSON.stringify(change)).toBeUndefined()
    expect(readAmend(text({ ...one, task: 7 }))).toBeUndefined()
    expect(readAmend(text({ ...one, id: trialId('{"x": 5}') }))).toBeUndefined()
  })
})
