import { cpSync, existsSync, readdirSync, readFileSync, readlinkSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { bestConfig, choice, float, int, openStudy } from '../../dist/index.js'
import type { Sampler } from '../../dist/index.js'
import { trialId } from '../../src/store/disk/trial-id.ts'
import { scratch } from '../support/scratch.ts'

const space = { x: float(0, 1), k: int(1, 5) }

test('thirty trials have thirty numbers, ids that are hashes of their files, and a link to the best', async () => {
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

test('a study that is opened again goes on where it was, up to its new ceiling and no further', async () => {
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
  await using study = await openStudy(join(scratch(), 's'), {
    space: { a: int(1, 4), b: choice(['x', 'y', 'z']) },
    trials: 200,
  })
  await study.optimize((trial) => trial.config.a)
  expect((await study.trials()).length).toBe(12)
  expect(await study.ask()).toBeUndefined()
})

test('joining with another space or objective names the difference', async () => {
  const directory = join(scratch(), 's')
  await using _study = await openStudy(directory, { space, minimize: 'loss' })
  await expect(
    openStudy(directory, { space: { x: float(0, 2), k: int(1, 5) }, minimize: 'loss' }),
  ).rejects.toMatchObject({ code: 'SPACE_MISMATCH', message: expect.stringContaining('x') as string })
  await expect(openStudy(directory, { space, maximize: 'loss' })).rejects.toMatchObject({ code: 'OBJECTIVE_MISMATCH' })
  const joined = await openStudy(directory, { seed: 99 })
  expect(joined.notices.join()).toContain('seed')
})

test('what is not a study is refused with a remedy', async () => {
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

test('enqueue runs a config next, returns a finished one, repeats on demand, and retries a failed one', async () => {
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
  const ask = async (ttlMs: number): Promise<{ number: number; attempt: number } | undefined> => {
    await using study = await openStudy(directory, { space, trials: 2 })
    return await study.ask({ wait: false, ttlMs })
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
  for (const derived of ['log', 'best', 'index', 'workers'])
    rmSync(join(directory, '.anthill', derived), { recursive: true, force: true })
  rmSync(join(directory, 'best_instance'))
  await using other = await openStudy(directory, { trials: 20 })
  expect((await other.trials()).map((t) => [t.number, t.id, t.value])).toEqual(
    before.map((t) => [t.number, t.id, t.value]),
  )
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
  await expect(
    study.optimize(() => {
      throw new Error('typo')
    }),
  ).rejects.toThrow('typo')
  expect((await study.trials()).map((t) => t.state)).toEqual(['failed', 'failed', 'failed'])
})

test('reports end up in the record, thinned once the trial has ended', async () => {
  await using study = await openStudy(join(scratch(), 's'), { space, trials: 1 })
  const trial = (await study.ask())!
  for (let i = 0; i < 3000; i++) await trial.report(i === 5 ? NaN : i)
  await trial.complete(1)
  const [record] = await study.trials()
  expect(record!.curve.map(([step]) => step)).toEqual([...Array.from({ length: 750 }, (_, k) => 4 * k), 2999])
})

test('several objectives need a value each; the first decides', async () => {
  await using study = await openStudy(join(scratch(), 's'), {
    space,
    objectives: { accuracy: 'maximize', latency: 'minimize' },
    trials: 2,
  })
  const a = (await study.ask())!
  await expect(a.complete(1 as never)).rejects.toThrow(/latency/)
  await a.complete({ accuracy: 0.5, latency: 3 })
  await (await study.ask())!.complete({ accuracy: 0.9, latency: 30 })
  expect((await study.best())!.values).toEqual({ accuracy: 0.9, latency: 30 })
})

test('a request to stop reaches the workers that are at work, not those that come later', async () => {
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

test('a claim that this process holds for a shell is left alone by its own next ask', async () => {
  await using study = await openStudy(join(scratch(), 's'), { space, trials: 5 })
  const first = (await study.ask({ ttlMs: Infinity }))!
  const second = (await study.ask({ ttlMs: Infinity }))!
  expect([first.number, second.number, second.attempt]).toEqual([0, 1, 1])
})

test('a study that is closed while it asks leaves no claim behind', async () => {
  const directory = join(scratch(), 's')
  let closing: Promise<void> | undefined
  const closer: Sampler = {
    name: 'closer',
    suggest: ({ number }) => {
      closing = study.close()
      return { config: { x: 0.5, k: number + 1 } }
    },
  }
  const study = await openStudy(directory, { space, trials: 3, sampler: closer })
  expect(await study.ask()).toBeUndefined()
  await closing
  await using later = await openStudy(directory, { readOnly: true }) // without that sampler
  expect((await later.trials()).map((t) => t.state)).toEqual(['interrupted'])
})

test('closing a study that an abort already closes waits until every trial is handed back', async () => {
  const directory = join(scratch(), 's')
  const controller = new AbortController()
  const study = await openStudy(directory, { space, trials: 1, signal: controller.signal })
  const trial = (await study.ask())!
  controller.abort()
  expect(trial.signal.aborted).toBe(true)
  await study.close()
  await using later = await openStudy(directory, { readOnly: true })
  expect((await later.trials())[0]!.state).toBe('interrupted')
  expect((await later.status()).workers).toMatchObject({ live: 0, done: 1 })
})

test('an abort hands a trial back only when its objective has stopped', async () => {
  const directory = join(scratch(), 's')
  const controller = new AbortController()
  const study = await openStudy(directory, { space, trials: 5, signal: controller.signal })
  await using observer = await openStudy(directory)
  const states: string[] = []
  await study.optimize(async (trial) => {
    if (trial.number === 0) return 1
    controller.abort()
    expect(trial.signal.aborted).toBe(true)
    await new Promise((resolve) => setTimeout(resolve, 50))
    states.push((await observer.trials())[1]!.state)
    throw new Error('stopped')
  })
  await study.close()
  expect(states).toEqual(['running'])
  expect((await observer.trials()).map((t) => t.state)).toEqual(['complete', 'interrupted'])
})

test('a signal given to optimize ends a wait for others', async () => {
  const directory = join(scratch(), 's')
  await using owner = await openStudy(directory, { space, trials: 1, leaseMs: 3_600_000 }) // beats every five minutes
  await owner.ask()
  await using waiting = await openStudy(directory, { trials: 1 })
  await waiting.optimize(() => 1, { signal: AbortSignal.timeout(100) })
  expect((await owner.trials()).map((t) => t.state)).toEqual(['running'])
})

test('a space that is used up is not searched again while nothing changes', async () => {
  const directory = join(scratch(), 's')
  await using owner = await openStudy(directory, { space, trials: 9, leaseMs: 3_600_000 })
  await owner.ask()
  let suggestions = 0
  const none: Sampler = { name: 'none', suggest: () => void suggestions++ as undefined }
  await using waiting = await openStudy(directory, { trials: 9, sampler: none })
  expect(await waiting.ask({ signal: AbortSignal.timeout(300) })).toBeUndefined()
  expect(suggestions).toBe(1)
})

test('a sampler that breaks its contract ends the loop with an explanation, and leaves no trial behind', async () => {
  const only = { x: float(0, 1) }
  const wrong: [string, unknown, RegExp][] = [
    [
      'the same again',
      { config: { x: 0.5 } },
      /^sampler 'own': suggested the config of trial 0 for trial 1; suggest a config for which 'isTried' is false/,
    ],
    ['outside', { config: { x: 7 } }, /^sampler 'own': suggested something that is not a config: parameter 'x': .*7/],
    ['no config', {}, /^sampler 'own': suggested something that is not a config: config: must be an object/],
    ['a promise', Promise.resolve({ config: { x: 0.5 } }), /^sampler 'own': suggested something that is not a config/],
  ]
  for (const [name, suggestion, words] of wrong) {
    const directory = join(scratch(), 's')
    const own = { name: 'own', suggest: () => suggestion } as unknown as Sampler
    await using study = await openStudy(directory, { space: only, trials: 4, sampler: own })
    await expect(
      study.optimize(() => 1),
      name,
    ).rejects.toThrow(words)
    const slots = readdirSync(join(directory, '.anthill'), { recursive: true }).filter((path) =>
      /^slots.000.\d/.test(String(path)),
    )
    expect(slots.length, name).toBe(name === 'the same again' ? 1 : 0)
  }
})

test("a user's own sampler may suggest a config again if it says so", async () => {
  await using study = await openStudy(join(scratch(), 's'), {
    space: { x: float(0, 1) },
    trials: 4,
    sampler: { name: 'own', suggest: () => ({ config: { x: 0.5 }, again: true }) },
  })
  await study.optimize(() => 1)
  expect((await study.trials()).map(({ id }) => id)).toEqual(
    [0, 1, 2, 3].map((repeat) => trialId('{"x": 0.5}', repeat)),
  )
})

test("a user's own sampler cannot have a name that means something else", async () => {
  for (const name of ['queue', 'auto', '']) {
    const opened = openStudy(join(scratch(), 's'), { space, sampler: { name, suggest: () => undefined } })
    await expect(opened).rejects.toThrow(
      `option 'sampler': the name of your own sampler must not be '', 'auto' or 'queue', got '${name}'`,
    )
  }
})

test('a study that is moved while a trial runs is not created again at the old place, and loses no value', async () => {
  const home = scratch()
  const directory = join(home, 's')
  await using study = await openStudy(directory, { space, trials: 1 })
  const trial = (await study.ask())!
  renameSync(directory, join(home, 'moved'))
  await expect(trial.complete(1)).rejects.toMatchObject({
    code: 'INPUT_OUTPUT',
    message: expect.stringContaining('moved') as string,
  })
  expect(existsSync(directory)).toBe(false)
  renameSync(join(home, 'moved'), directory)
  expect(await trial.complete(1)).toBe('committed')
})

test('without logs a worker that leaves does not take finished trials for running ones', async () => {
  const directory = join(scratch(), 's')
  await using a = await openStudy(directory, { space, trials: 3, leaseMs: 600 })
  await using b = await openStudy(directory, { space, trials: 3 })
  const running = (await a.ask())!
  const ended = (await a.ask())!
  await (await b.ask())!.complete(3)
  expect(await b.ask()).toBeUndefined() // having seen that `a` is alive
  expect(b.unfinished.map((t) => t.number)).toEqual([running.number, ended.number])
  rmSync(join(directory, '.anthill', 'log'), { recursive: true })
  await ended.complete(1)
  expect(await b.ask()).toBeUndefined()
  expect(b.unfinished.map((t) => t.number)).toEqual([running.number])
})

test('a worker whose heartbeat was deleted goes on under a new name', async () => {
  const directory = join(scratch(), 's')
  await using study = await openStudy(directory, { space, trials: 3, leaseMs: 240 })
  const trial = (await study.ask())!
  const before = study.workerId
  rmSync(join(directory, '.anthill', 'workers'), { recursive: true })
  for (let i = 0; i < 200 && study.workerId === before; i++) {
    await new Promise((resolve) => setTimeout(resolve, 20))
    await (await study.ask())?.handBack()
  }
  expect(study.workerId).not.toBe(before)
  expect(existsSync(join(directory, '.anthill', 'workers', `${study.workerId}.hb`))).toBe(true)
  expect(await trial.complete(1)).toBe('committed')
})

test('a retry counts on from the last attempt, even if no log mentions that attempt', async () => {
  const directory = join(scratch(), 's')
  await using first = await openStudy(directory, { space, trials: 1 })
  await (await first.ask())!.handBack()
  const kept = readdirSync(join(directory, '.anthill', 'log'))
  await using second = await openStudy(directory, { trials: 1 })
  await (await second.ask())!.fail('no luck')
  for (const name of readdirSync(join(directory, '.anthill', 'log')))
    if (!kept.includes(name)) rmSync(join(directory, '.anthill', 'log', name))
  await using study = await openStudy(directory, { trials: 1 })
  expect((await study.trial(0)).state).toBe('failed')
  expect((await study.retry(0)).state).toBe('interrupted')
  expect((await study.ask())!.attempt).toBe(3)
})

test('two studies in one process do not change its directory under each other', async () => {
  await using a = await openStudy(join(scratch(), 'a'), { space, trials: 2 })
  await using b = await openStudy(join(scratch(), 'b'), { space, trials: 2 })
  const before = process.cwd()
  const trial = (await a.ask({ chdir: true }))!
  await expect(b.ask({ chdir: true })).rejects.toThrow(/chdir/)
  expect(process.cwd()).toBe(trial.directory)
  await trial.complete(1)
  expect(process.cwd()).toBe(before)
})

test('an objective called __proto__ is refused', async () => {
  const minimize = '__proto__'
  await expect(openStudy(join(scratch(), 's'), { space: { x: float(0, 1) }, minimize })).rejects.toThrow(/__proto__/)
})

test('a tell after the retry of a held trial that failed counts in the new round', async () => {
  await using study = await openStudy(join(scratch(), 's'), { space: { x: float(0, 1) }, trials: 3, sampler: 'random' })
  const trial = (await study.ask({ ttlMs: 60_000 }))!
  expect(await study.tell(trial.id, { failed: 'first' })).toBe('committed')
  expect(await study.tell(trial.id, { values: 1 })).toBe('superseded')
  await study.retry(trial.id)
  expect(await study.tell(trial.id, { failed: 'second' })).toBe('committed')
  expect(await study.trial(trial.id)).toMatchObject({ state: 'failed', detail: 'second', attempt: 2 })
  await study.retry(trial.id)
  expect(await study.tell(trial.id, { values: 0.25 })).toBe('committed')
  expect(await study.trial(trial.id)).toMatchObject({ state: 'complete', value: 0.25, attempt: 3 })
  expect(await study.best()).toMatchObject({ value: 0.25 })
  expect(await study.tell(trial.id, { values: 0.5 })).toBe('superseded')
})
