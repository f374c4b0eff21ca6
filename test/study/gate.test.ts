import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkStudy } from '../../src/doctor/study-check.ts'
import * as paths from '../../src/paths.ts'
import { float } from '../../src/space/parameter.ts'
import { parseSpace } from '../../src/space/validate.ts'
import { line } from '../../src/store/disk/documents.ts'
import { realFileSystem } from '../../src/store/disk/file-system.ts'
import type { FileSystem } from '../../src/store/disk/file-system.ts'
import { trialId } from '../../src/store/disk/trial-id.ts'
import { realLife } from '../../src/store/life/heartbeat.ts'
import { openStudy, openStudyOn } from '../../src/study/open-study.ts'
import type { StudyOptions } from '../../src/study/definition.ts'
import type { Config } from '../../src/trial.ts'
import type { Study } from '../../src/study/study.ts'
import { scratch } from '../support/scratch.ts'

const SPACE = { x: float(0, 1) }
const SIGNED = { token: 't', time: '2026-01-01T00:00:00.000Z' }
const WORKER = 'other-1-0a1b2c3d4e'
const IDENTITY = { worker: WORKER, host: 'h', boot: '', namespace: '', pid: 7, start: '', job: '', restart: 0 }
const OUTSIDE = [
  '{"x": 7.0}',
  '{"y": 0.5}',
  'no JSON',
  `{"x": ${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
  '['.repeat(100_000) + ']'.repeat(100_000),
]

const named = (config: string) => ({ id: trialId(config), config, repeat: 0 })

const openWith = async (root: string, files: Partial<FileSystem>, options: StudyOptions = {}): Promise<Study> =>
  (await openStudyOn(
    { files: { ...realFileSystem, ...files }, life: realLife },
    root,
    options as StudyOptions<unknown>,
  )) as unknown as Study

/** A study of three complete trials, whose values are 0.1, 0.2 and 0.3. */
async function threeTrials(): Promise<string> {
  const root = join(scratch(), 's')
  await using study = await openStudy(root, { space: SPACE, trials: 3, sampler: 'sobol', seed: 1, leaseMs: 100 })
  let value = 0
  await study.optimize(() => (value += 0.1))
  return root
}

const damagesOf = async (root: string): Promise<string> =>
  (await checkStudy(root, 0))!.damages.map(({ words }) => words).join('\n')

/** Writes a slot, its claim and, with a value, its terminal record, as a worker of another make would. */
function writeTrial(root: string, slot: number, config: string, value?: number): void {
  const { id } = named(config)
  const whose = { slot, ...named(config) }
  mkdirSync(paths.trialMetaFolder(root, id), { recursive: true })
  writeFileSync(paths.slotPath(root, slot, 1), line({ ...whose, epoch: 1, origin: 'sobol', worker: WORKER, ...SIGNED }))
  const lock = { ...whose, epoch: 1, attempt: 1, round: 1, identity: IDENTITY, ...SIGNED }
  writeFileSync(paths.lockPath(root, id, 1), line(lock))
  if (value === undefined) return
  const record = { slot, attempt: 1, round: 1, status: 'complete', values: { value }, curve: [], worker: WORKER }
  writeFileSync(paths.valuePath(root, id, 1), line({ ...record, started: '', ...SIGNED }))
}

test.each(OUTSIDE)(
  'a queued config outside of the space is passed over, and the doctor names it (%#)',
  async (config) => {
    const root = await threeTrials()
    mkdirSync(paths.amendFolder(root), { recursive: true })
    const enqueue = [named(config), named('{"x": 0.25}')]
    writeFileSync(paths.amendPath(root, 1), line({ enqueue, by: WORKER, ...SIGNED }))
    await using study = await openStudy(root, { trials: 4 })
    expect((await study.trials()).map(({ state }) => state)).toEqual(['complete', 'complete', 'complete', 'queued'])
    const trial = (await study.ask())!
    expect(trial.config).toEqual({ x: 0.25 })
    await trial.complete(1)
    expect(await study.ask()).toBeUndefined()
    expect(await damagesOf(root)).toContain("'.anthill/amend/000001.json' queues a config that is not one of the space")
  },
)

test.each(OUTSIDE)('a finished trial whose config is not of the space breaks nothing (%#)', async (config) => {
  const root = await threeTrials()
  writeTrial(root, 3, config, -5)
  await using study = await openStudy(root, { trials: 5, sampler: 'bayesian' })
  expect((await study.best())!.value).toBeCloseTo(0.1)
  const trials = await study.trials()
  expect(trials.map(({ number }) => number)).toEqual([0, 1, 2])
  expect(trials.map((trial) => typeof (trial.config as Config).x)).toEqual(['number', 'number', 'number'])
  await expect(study.trial(3)).rejects.toMatchObject({ code: 'DAMAGED' })
  const trial = (await study.ask())!
  expect(trial.number).toBe(4)
  await trial.complete(1)
  expect((await study.status()).trials.complete).toBe(4)
  expect(await damagesOf(root)).toMatch(/'\.anthill\/slots\/000\/000003' has a config that is not one of the space/)
})

test('a suggestion that reads the record does not stumble over such a trial', async () => {
  const root = await threeTrials()
  writeTrial(root, 3, '{"x": 7.0}', -5)
  await using study = await openStudy(root, { trials: 5, sampler: 'bayesian' })
  expect((await study.ask())!.number).toBe(4)
})

test.each(OUTSIDE)('nobody starts a trial whose config is not of the space (%#)', async (config) => {
  const root = await threeTrials()
  writeTrial(root, 3, config)
  await using study = await openStudy(root, { trials: 5 })
  const trial = (await study.ask())!
  expect(trial.number).toBe(4)
  await trial.complete(1)
  expect(await study.ask()).toBeUndefined()
  expect(study.unfinished).toEqual([])
  expect(() => readFileSync(paths.configPath(paths.trialDirectory(root, trialId(config))))).toThrow('ENOENT')
})

test.each<[string, object]>([
  ['no objective', { objectives: {} }],
  ['a direction that is none', { objectives: { loss: 'down' } }],
  ['a seed of 0.5', { seed: 0.5 }],
  ['a lease of −5', { leaseMs: -5 }],
  ['no attempts', { attempts: { lost: 10, failed: 0 } }],
  ['the sampler __proto__', { sampler: '__proto__' }],
  ['a space that is none', { space: { x: { type: 'float', low: 2, high: 'b' } } }],
  ['a space that is a list', { space: [] }],
])('a definition with %s is damaged, for everybody and for the doctor', async (_, change) => {
  const root = await threeTrials()
  const path = paths.studyPath(root)
  const definition = { ...(JSON.parse(readFileSync(path, 'utf8')) as object), ...change }
  rmSync(path)
  writeFileSync(path, line(definition))
  const damaged = { code: 'DAMAGED', message: expect.stringContaining('is not the definition of a study: ') as string }
  await expect(openStudy(root, { readOnly: true })).rejects.toMatchObject(damaged)
  await expect(openStudy(root, { space: SPACE })).rejects.toMatchObject(damaged)
  await expect(checkStudy(root, 0)).rejects.toMatchObject(damaged)
})

test('a definition that is not UTF-8 is damaged, and not a space with other choices', async () => {
  const root = await threeTrials()
  const path = paths.studyPath(root)
  const text = readFileSync(path, 'utf8').replace('"space":{', '"space":{"name":"\u00ff",')
  rmSync(path)
  writeFileSync(path, text, 'latin1')
  const damaged = { code: 'DAMAGED', message: expect.stringContaining('is not the definition of a study: ') as string }
  await expect(openStudy(root, { readOnly: true })).rejects.toMatchObject(damaged)
  await expect(checkStudy(root, 0)).rejects.toMatchObject(damaged)
})

test('300,000 choices, and 20,000 branches with a parameter of the same name, are checked in linear time', () => {
  const values = Array.from({ length: 300_000 }, (_, k) => `choice ${k}`)
  const branches = Object.fromEntries(Array.from({ length: 20_000 }, (_, k) => [`b${k}`, { y: float(0, 1) }]))
  const startMs = performance.now()
  parseSpace({ x: { type: 'choice', values }, z: { type: 'branch', key: 'kind', branches } })
  // Pair by pair it takes 10 s on an idle machine.
  expect(performance.now() - startMs).toBeLessThan(9000)
  expect(() => parseSpace({ x: { type: 'choice', values: [...values, 'choice 7'] } })).toThrow('twice')
  const lists = [{ a: 1, b: [2] }, 'j{"a":1}', 1, '1', true, 'true', null, 'null', { a: 1 }]
  expect(() => parseSpace({ x: { type: 'choice', values: lists } })).not.toThrow()
  expect(() => parseSpace({ x: { type: 'choice', values: [...lists, { b: [2], a: 1 }] } })).toThrow('twice')
})

const denied = (path: string): Error =>
  Object.assign(new Error(`EACCES: permission denied, open '${path}'`), { code: 'EACCES', errno: -13 })

test('a dead colleague whose trial may not be written is named, and the others go on', async () => {
  const root = await threeTrials()
  const config = '{"x": 0.125}'
  writeTrial(root, 3, config)
  const files: Partial<FileSystem> = {
    open: async (path, flags) => {
      if (flags !== 'r' && path.includes(trialId(config))) throw denied(path)
      return await realFileSystem.open(path, flags)
    },
  }
  await using study = await openWith(root, files, { trials: 5 })
  const trial = (await study.ask())!
  expect(trial.number).toBe(4)
  await trial.complete(1)
  expect(await study.ask()).toBeUndefined()
  expect(study.unfinished.map(({ number }) => number)).toEqual([3])
  expect(study.unreachable).toEqual([expect.stringMatching(/^trial 3: .*EACCES.*permission was denied/)])
})

test('a trial and a slot that may not be read are named, and all others are there', async () => {
  const root = await threeTrials()
  writeTrial(root, 3, '{"x": 0.125}')
  writeTrial(root, 4, '{"x": 0.25}', 7)
  rmSync(paths.logFolder(root), { recursive: true })
  const files: Partial<FileSystem> = {
    open: async (path, flags) => {
      if (path.includes(trialId('{"x": 0.125}')) || path.endsWith('/000001')) throw denied(path)
      return await realFileSystem.open(path, flags)
    },
  }
  const study = await openWith(root, files, { readOnly: true })
  expect((await study.trials()).map(({ number, state }) => [number, state])).toEqual([
    [0, 'complete'],
    [2, 'complete'],
    [3, 'running'],
    [4, 'complete'],
  ])
  expect(study.unreachable.map((words) => words.split(':')[0])).toEqual(['trial 1', 'trial 3'])
})

test('a number whose directory is a loop of links gets another config', async () => {
  const root = join(scratch(), 's')
  const twin = join(scratch(), 't')
  const options = { space: SPACE, trials: 2, sampler: 'sobol', seed: 1 } as const
  await using first = await openStudy(twin, options)
  const { id } = (await first.ask())!
  await using study = await openStudy(root, options)
  symlinkSync(id, join(root, id))
  const trial = (await study.ask())!
  expect([trial.number, trial.id === id]).toEqual([0, false])
  await trial.complete(1)
})

test('an error that concerns every trial still stops the process', async () => {
  const root = await threeTrials()
  const files: Partial<FileSystem> = {
    link: async () => {
      throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' })
    },
  }
  const study = await openWith(root, files, { trials: 5 })
  await expect(study.ask()).rejects.toMatchObject({ code: 'INPUT_OUTPUT' })
})

test('a process that reaches none of three trials in a row stops', async () => {
  const root = await threeTrials()
  const files: Partial<FileSystem> = {
    open: async (path, flags) => {
      if (flags !== 'r' && path.includes('/.lock.1.')) throw denied(path)
      return await realFileSystem.open(path, flags)
    },
  }
  const study = await openWith(root, files, { trials: 50 })
  await expect(study.ask()).rejects.toMatchObject({ code: 'INPUT_OUTPUT' })
  expect(study.unreachable).toHaveLength(3)
})

test.each(['ENXIO', 'EIO', 'EACCES', 'EISDIR'])('a log and a heartbeat that give %s are passed over', async (code) => {
  const root = await threeTrials()
  rmSync(paths.indexFolder(root), { recursive: true, force: true })
  const files: Partial<FileSystem> = {
    open: async (path, flags) => {
      if (flags === 'r' && (path.endsWith('.jsonl') || path.endsWith('.hb')))
        throw Object.assign(new Error(code), { code })
      return await realFileSystem.open(path, flags)
    },
  }
  await using study = await openWith(root, files, { trials: 4 })
  expect(await study.trials()).toHaveLength(3)
  await (await study.ask())!.complete(0)
  expect(await study.ask()).toBeUndefined()
})
