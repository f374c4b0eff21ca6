import { cpSync, existsSync, readFileSync, readlinkSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { bestConfig, choice, float, int, openStudy } from '../../dist/index.js'
import { scratch } from '../support/scratch.ts'

const space = { x: float(0, 1), k: int(1, 5) }

test('a study of thirty trials has thirty numbers, ids that are hashes of their files, and a link to the best', async () => {
  const directory = join(scratch(), 's')
  const study = await openStudy(directory, { space, minimize: 'loss', trials: 30, seed: 1 })
  const best = await study.optimize((trial) => (trial.config.x - 0.3) ** 2 + trial.config.k)
  const trials = await study.trials()
  await study.close()
  expect(trials.map((t) => t.number)).toEqual([...Array(30).keys()])
  expect(new Set(trials.map((t) => t.id)).size).toBe(30)
  for (const trial of trials) {
    const bytes = readFileSync(join(directory, trial.id, 'config.json'))
    expect(createHash('sha256').update(bytes).digest('hex').slice(0, 20)).toBe(trial.id)
    expect(JSON.parse(readFileSync(join(directory, trial.id, 'value.json'), 'utf8'))).toEqual({ loss: trial.value })
  }
  expect(best!.value).toBe(Math.min(...trials.map((t) => t.value!)))
  expect(readlinkSync(join(directory, 'best_instance'))).toBe(best!.id)
  expect(await bestConfig(directory, space)).toEqual(best!.config)
})

test('opened again the study goes on where it was, to a higher ceiling and no further', async () => {
  const directory = join(scratch(), 's')
  const counts: number[] = []
  for (const trials of [20, 30, 30]) {
    await using study = await openStudy(directory, { space, trials, seed: 1 })
    await study.optimize((trial) => trial.config.x)
    counts.push((await study.trials()).length)
  }
  expect(counts).toEqual([20, 30, 30])
})

test('one seed and one worker give the same study', async () => {
  const run = async (): Promise<unknown> => {
    await using study = await openStudy(join(scratch(), 's'), { space, trials: 12, seed: 7, sampler: 'random' })
    await study.optimize((trial) => trial.config.x)
    return (await study.trials()).map((t) => [t.number, t.id, t.value])
  }
  expect(await run()).toEqual(await run())
})

test('a space of twelve configs ends after twelve trials', async () => {
  await using study = await openStudy(join(scratch(), 's'), { space: { a: int(1, 4), b: choice(['x', 'y', 'z']) }, trials: 200 })
  await study.optimize((trial) => trial.config.a)
  expect((await study.trials()).length).toBe(12)
  expect(await study.ask()).toBeUndefined()
})

test('joining with another space or objective names the difference', async () => {
  const directory = join(scratch(), 's')
  await using _study = await openStudy(directory, { space, minimize: 'loss' })
  await expect(openStudy(directory, { space: { x: float(0, 2), k: int(1, 5) }, minimize: 'loss' })).rejects.toMatchObject({ code: 'SPACE_MISMATCH', message: expect.stringContaining('x') as string })
  await expect(openStudy(directory, { space, maximize: 'loss' })).rejects.toMatchObject({ code: 'OBJECTIVE_MISMATCH' })
  const joined = await openStudy(directory, { seed: 99 })
  expect(joined.notices.join()).toContain('seed')
})

test('what is no study is refused with a remedy', async () => {
  const directory = scratch()
  await expect(openStudy(join(directory, 'none'))).rejects.toMatchObject({ code: 'NO_STUDY' })
  writeFileSync(join(directory, 'file'), '')
  await expect(openStudy(join(directory, 'file'), { space })).rejects.toMatchObject({ code: 'NOT_A_STUDY' })
  await expect(openStudy(directory, { space })).rejects.toMatchObject({ code: 'NOT_A_STUDY' })
})

test('a failed trial is tried again as often as the study says, in the same directory, then has failed', async () => {
  const directory = join(scratch(), 's')
  await using study = await openStudy(directory, { space, trials: 1, retries: 2 })
  const seen: [number, string][] = []
  for (let trial = await study.ask(); trial !== undefined; trial = await study.ask()) {
    seen.push([trial.attempt, trial.directory])
    expect(existsSync(join(trial.directory, 'value.json'))).toBe(false)
    writeFileSync(join(trial.directory, 'value.json'), '{"value": 1}')
    await trial.fail(new Error('no luck'))
  }
  expect(seen.map(([attempt]) => attempt)).toEqual([1, 2, 3])
  expect(new Set(seen.map(([, where]) => where)).size).toBe(1)
  const [record] = await study.trials()
  expect(record).toMatchObject({ state: 'failed', attempt: 3, reason: 'exception', value: null })
  expect(record!.detail).toContain('no luck')
  expect(existsSync(join(directory, record!.id, 'value.attempt-1.json'))).toBe(true)
  const again = await study.retry(0)
  expect(again.state).toBe('interrupted')
  const fourth = (await study.ask())!
  expect(fourth.attempt).toBe(4)
  expect(await fourth.complete(0.5)).toBe('committed')
  expect((await study.best())!.value).toBe(0.5)
})

test('a value that is not finite leaves the trial alive, and a second end throws', async () => {
  await using study = await openStudy(join(scratch(), 's'), { space, trials: 1 })
  const trial = (await study.ask())!
  await expect(trial.complete(NaN)).rejects.toThrow(/finite/)
  await expect(trial.complete({ other: 1 })).rejects.toThrow(/'value'/)
  expect(await trial.complete(1)).toBe('committed')
  await expect(trial.complete(2)).rejects.toThrow(/ended/)
})

test('enqueue runs a config next, gives back one that is done, repeats on demand, and retries one that failed', async () => {
  await using study = await openStudy(join(scratch(), 's'), { space, trials: 4 })
  const config = { x: 0.5, k: 3 }
  expect(await study.enqueue(config)).toMatchObject({ state: 'queued', trial: null })
  expect(await study.enqueue(config)).toMatchObject({ state: 'queued' })
  const first = (await study.ask())!
  expect(first.config).toEqual(config)
  expect(await study.enqueue(config)).toMatchObject({ state: 'running' })
  await first.complete(2)
  expect(await study.enqueue(config)).toMatchObject({ state: 'complete', trial: { value: 2 } })
  const repeated = await study.enqueue(config, { repeat: true })
  expect(repeated.id).not.toBe(first.id)
  const second = (await study.ask())!
  expect([second.id, second.config]).toEqual([repeated.id, config])
  await second.fail('broken')
  await study.enqueue({ x: 0.25, k: 1 })
  const third = (await study.ask())!
  await third.fail('broken')
  expect(await study.enqueue({ x: 0.25, k: 1 })).toMatchObject({ state: 'interrupted' })
  const fourth = (await study.ask())!
  expect([fourth.number, fourth.attempt]).toEqual([third.number, 2])
})

test('a held claim waits for tell, retry or its time to live', async () => {
  const directory = join(scratch(), 's')
  const ask = async (holdMs: number): Promise<{ number: number; attempt: number } | undefined> => {
    await using study = await openStudy(directory, { space, trials: 2 })
    return await study.ask({ wait: false, holdMs })
  }
  expect(await ask(Infinity)).toMatchObject({ number: 0, attempt: 1 })
  expect(await ask(50)).toMatchObject({ number: 1, attempt: 1 })
  await new Promise((resolve) => setTimeout(resolve, 120))
  expect(await ask(Infinity)).toMatchObject({ number: 1, attempt: 2 })
  await using study = await openStudy(directory)
  expect(await study.tell(0, { values: 3 })).toBe('committed')
  expect(await study.tell(0, { values: 4 })).toBe('superseded')
  expect(await study.tell(1, { failed: 'no' })).toBe('committed')
  expect((await study.trials()).map((t) => t.state)).toEqual(['complete', 'failed'])
})

test('a study can be moved, copied and made read-only', async () => {
  const home = scratch()
  {
    await using study = await openStudy(join(home, 'a'), { space, trials: 5, seed: 3 })
    await study.optimize((trial) => trial.config.x)
  }
  renameSync(join(home, 'a'), join(home, 'b'))
  cpSync(join(home, 'b'), join(home, 'c'), { recursive: true, verbatimSymlinks: true })
  for (const name of ['b', 'c']) {
    await using study = await openStudy(join(home, name), { readOnly: true })
    const best = (await study.best())!
    expect(best.directory).toBe(join(home, name, best.id))
    expect(existsSync(join(home, name, 'best_instance', 'config.json'))).toBe(true)
    expect((await study.status()).trials.complete).toBe(5)
    await expect(study.ask()).rejects.toMatchObject({ code: 'INPUT_OUTPUT' })
  }
})

test('everything derived may be deleted in mid-run', async () => {
  const directory = join(scratch(), 's')
  await using study = await openStudy(directory, { space, trials: 20, seed: 3 })
  for (let i = 0; i < 10; i++) await (await study.ask())!.complete(i)
  const before = await study.trials()
  for (const derived of ['log', 'best', 'index', 'workers']) rmSync(join(directory, '.anthill', derived), { recursive: true, force: true })
  rmSync(join(directory, 'best_instance'))
  await using other = await openStudy(directory, { trials: 20 })
  expect((await other.trials()).map((t) => [t.number, t.id, t.value])).toEqual(before.map((t) => [t.number, t.id, t.value]))
  expect((await other.best())!.value).toBe(0)
  await study.optimize(() => -1)
  expect((await other.trials()).length).toBe(20)
  expect((await other.best())!.value).toBe(-1)
  await using third = await openStudy(directory)
  expect(readlinkSync(join(directory, 'best_instance'))).toBe((await third.best())!.id)
})

test('chdir is for one live trial a process, and goes back where it was', async () => {
  await using study = await openStudy(join(scratch(), 's'), { space, trials: 2 })
  const before = process.cwd()
  const trial = (await study.ask({ chdir: true }))!
  expect(process.cwd()).toBe(trial.directory)
  await expect(study.ask({ chdir: true })).rejects.toThrow(/chdir/)
  await trial.complete(1)
  expect(process.cwd()).toBe(before)
})

test('an objective that always throws ends the loop with its own error, every attempt on record', async () => {
  await using study = await openStudy(join(scratch(), 's'), { space, trials: 10 })
  await expect(study.optimize(() => { throw new Error('typo') })).rejects.toThrow('typo')
  expect((await study.trials()).map((t) => t.state)).toEqual(['failed', 'failed', 'failed'])
})

test('reports end up in the record, whole for the living and thinned for the finished', async () => {
  await using study = await openStudy(join(scratch(), 's'), { space, trials: 1 })
  const trial = (await study.ask())!
  for (let i = 0; i < 3000; i++) await trial.report(i === 5 ? NaN : i)
  await trial.complete(1)
  const [record] = await study.trials()
  expect(record!.curve.length).toBe(1000)
  expect(record!.curve[999]).toEqual([2999, 2999])
})

test('several objectives need a value each; the first decides', async () => {
  await using study = await openStudy(join(scratch(), 's'), { space, objectives: { accuracy: 'maximize', latency: 'minimize' }, trials: 2 })
  const a = (await study.ask())!
  await expect(a.complete(1 as never)).rejects.toThrow(/latency/)
  await a.complete({ accuracy: 0.5, latency: 3 })
  await (await study.ask())!.complete({ accuracy: 0.9, latency: 30 })
  expect((await study.best())!.values).toEqual({ accuracy: 0.9, latency: 30 })
})

test('a stop asked for reaches those at work, not those who come later', async () => {
  const directory = join(scratch(), 's')
  await using atWork = await openStudy(directory, { space, trials: 9 })
  await (await atWork.ask())!.complete(1)
  await using person = await openStudy(directory)
  await person.requestStop()
  expect(await atWork.ask()).toBeUndefined()
  expect(atWork.stopped).toBe(true)
  await using later = await openStudy(directory, { trials: 9 })
  expect(await later.ask()).toBeDefined()
})
