import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openStudy } from '../../dist/index.js'
import type { TrialRecord } from '../../dist/index.js'
import { scratch } from '../support/scratch.ts'
import { sleep, startLines, until } from '../support/worker-process.ts'
import type { Running } from '../support/worker-process.ts'

// These tests are about the protocol, not the models, so they use Sobol points, which cost nothing.
const OPEN = `const { openStudy, float, int } = anthill
const study = await openStudy(args[0], {
  space: { x: float(0, 1), k: int(1, 1000) },
  trials: Number(args[1]),
  seed: 1,
  sampler: 'sobol',
  leaseMs: Number(args[2] ?? 60000),
})
`

test('thirty-two processes that start at once make one study with exactly the trials asked for', async () => {
  const directory = join(scratch(), 's')
  const workers = Array.from({ length: 32 }, () =>
    startLines(`${OPEN}await study.optimize((t) => t.config.x)`, [directory, '100']),
  )
  for (const worker of workers) expect(await worker.finished).toMatchObject({ code: 0, stderr: '' })
  const trials = await read(directory)
  expect(trials.map((t) => t.number)).toEqual([...Array(100).keys()])
  expect(new Set(trials.map((t) => JSON.stringify(t.config))).size).toBe(100)
  expect(trials.every((t) => t.state === 'complete')).toBe(true)
}, 180_000)

test('sixteen processes share a space of twelve configs, and none is tried twice', async () => {
  const directory = join(scratch(), 's')
  const lines = `const { openStudy, int, choice } = anthill
const study = await openStudy(args[0], { space: { a: int(1, 4), b: choice(['x', 'y', 'z']) }, trials: 200 })
await study.optimize((t) => t.config.a)`
  const workers = Array.from({ length: 16 }, () => startLines(lines, [directory]))
  for (const worker of workers) expect(await worker.finished).toMatchObject({ code: 0, stderr: '' })
  const trials = await read(directory)
  expect(trials.length).toBe(12)
  expect(new Set(trials.map((t) => JSON.stringify(t.config))).size).toBe(12)
}, 180_000)

test('eight workers with one pruner: each curve is whole up to its end, and suggestions replay', async () => {
  const directory = join(scratch(), 's')
  const lines = `const { openStudy, float, bayesian, median } = anthill
const study = await openStudy(args[0], {
  space: { x: float(0, 1) }, minimize: 'loss', trials: 20, seed: 3,
  sampler: bayesian({ initial: 16, effort: 'low' }), pruner: median({ least: 2 }),
})
await study.optimize(async (trial) => {
  const value = (step) => (trial.config.x - 0.4) ** 2 + 1 / step
  for (let step = 1; step <= 6; step++) {
    await trial.report(value(step), { step })
    if (await trial.shouldStop()) return console.log(trial.number, 'pruned', await trial.prune(value(step)))
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  console.log(trial.number, 'complete', await trial.complete(value(6)))
})
await study.close()`
  const workers = Array.from({ length: 8 }, () => startLines(lines, [directory]))
  const told: string[] = []
  for (const { finished } of workers) {
    const { code, stdout, stderr } = await finished
    expect([code, stderr]).toEqual([0, ''])
    told.push(...stdout.trim().split('\n'))
  }
  const trials = await read(directory)
  expect(told.filter((line) => line !== '').sort()).toEqual(
    trials.map(({ number, state }) => `${number} ${state} committed`).sort(),
  )
  expect(trials.map(({ number }) => number)).toEqual([...Array(20).keys()])
  for (const { config, curve, state, value, detail } of trials) {
    const { x } = config as { x: number }
    expect(curve).toEqual(curve.map((_, k) => [k + 1, (x - 0.4) ** 2 + 1 / (k + 1)]))
    expect(value).toBe(curve.at(-1)![1])
    expect(state === 'complete' ? curve.length : detail).toEqual(
      state === 'complete' ? 6 : expect.stringContaining('its best value up to step'),
    )
  }
  expect(new Set(trials.map(({ state }) => state))).toEqual(new Set(['complete', 'pruned']))
  await using study = await openStudy(directory, { readOnly: true })
  for (const number of [16, 19]) expect((await study.replay(number)).verdict).toBe('same')
}, 60_000)

test('workers killed every 200 ms lose no value, no number and no trial', async () => {
  const directory = join(scratch(), 's')
  const lines = `${OPEN}await study.optimize(async (t) => {
  await new Promise((resolve) => setTimeout(resolve, 60))
  console.log(JSON.stringify([t.number, t.config.x]))
  return t.config.x
})`
  const start = (): Running => startLines(lines, [directory, '60', '2000'])
  const all: Running[] = Array.from({ length: 4 }, start)
  const random = seeded(17)
  for (let kills = 0; kills < 12; kills++) {
    await sleep(200)
    const alive = all.filter((w) => w.child.exitCode === null && w.child.signalCode === null)
    if (alive.length === 0) break
    alive[Math.floor(random() * alive.length)]!.child.kill('SIGKILL')
    all.push(start())
  }
  await Promise.all(all.map((w) => w.finished))
  expect(
    (await startLines(`${OPEN}await study.optimize((t) => t.config.x)`, [directory, '60', '2000']).finished).code,
  ).toBe(0)
  const trials = await read(directory)
  expect(trials.map((t) => t.number)).toEqual([...Array(60).keys()])
  expect(trials.every((t) => t.state === 'complete' && t.value === (t.config as { x: number }).x)).toBe(true)
})

test('a killed trial starts again in its directory, with its config and the files of its first attempt', async () => {
  const directory = join(scratch(), 's')
  const first = startLines(
    `${OPEN}const { writeFileSync } = await import('node:fs')
const t = await study.ask({ chdir: true })
writeFileSync('checkpoint', t.configText)
writeFileSync('value.json', '{"value": 99}')
await new Promise(() => setInterval(() => undefined, 1000))`,
    [directory, '1', '60000'],
  )
  await until(
    'the first attempt wrote its checkpoint',
    async () =>
      existsSync(directory) && (await safely(directory)).some((t) => existsSync(join(directory, t.id, 'value.json'))),
  )
  first.child.kill('SIGKILL')
  await first.finished
  const second = await startLines(
    `${OPEN}const { readFileSync, existsSync } = await import('node:fs')
const t = await study.ask({ chdir: true })
console.log(t.attempt, readFileSync('checkpoint', 'utf8') === t.configText, existsSync('value.json'))
await t.complete(t.config.x)`,
    [directory, '1', '60000'],
  ).finished
  expect(second).toMatchObject({ code: 0, stdout: '2 true false\n' })
  const [trial] = await read(directory)
  expect(trial).toMatchObject({ state: 'complete', attempt: 2, value: (trial!.config as { x: number }).x })
  expect(readFileSync(join(directory, trial!.id, 'value.attempt-1.json'), 'utf8')).toContain('99')
})

test('a worker frozen past its lease loses its trial to another and is told so when it wakes', async () => {
  const directory = join(scratch(), 's')
  const frozen = startLines(
    `${OPEN}const t = await study.ask()
console.error('started')
for (let k = 0; k < 1000 && !t.signal.aborted; k++) await new Promise((resolve) => setTimeout(resolve, 20))
console.log(t.signal.aborted ? 'given up' : 'unaware')
console.log(await t.complete(1))
await study.close()`,
    [directory, '1', '600'],
  )
  await until('the first worker has its trial', () => frozen.words() === 'started\n')
  frozen.child.kill('SIGSTOP')
  const other = await startLines(
    `${OPEN}const t = await study.ask()
console.log(t.attempt, await t.complete(2))`,
    [directory, '1', '600'],
  ).finished
  expect(other).toMatchObject({ code: 0, stdout: '2 committed\n' })
  frozen.child.kill('SIGCONT')
  const woken = await frozen.finished
  expect(woken).toMatchObject({ code: 0, stderr: 'started\n', stdout: 'given up\nsuperseded\n' })
  const [trial] = await read(directory)
  expect(trial).toMatchObject({ state: 'complete', attempt: 2, value: 2 })
}, 60_000)

test('an objective that blocks the main thread loses no heartbeat', async () => {
  const directory = join(scratch(), 's')
  const go = join(scratch(), 'go')
  const busy = startLines(
    `${OPEN}const { existsSync } = await import('node:fs')
const t = await study.ask()
while (!existsSync(args[3]));
console.log(t.attempt, await t.complete(1))`,
    [directory, '1', '2000', go],
  )
  await until('the busy worker has its trial', async () => (await safely(directory)).length === 1)
  const other = await startLines(`${OPEN}console.log(await study.ask(), study.unfinished.length)`, [
    directory,
    '1',
    '2000',
  ]).finished
  writeFileSync(go, '')
  expect(other.stdout).toBe('undefined 1\n')
  expect((await busy.finished).stdout).toBe('1 committed\n')
})

test('a task that its scheduler started again takes its own trial once the old heart is quiet for a beat', async () => {
  const directory = join(scratch(), 's')
  const job = { SLURM_JOB_ID: '77', SLURM_ARRAY_JOB_ID: '70', SLURM_ARRAY_TASK_ID: '3' }
  const first = startLines(
    `${OPEN}await study.ask(); console.log('on'); await new Promise(() => setInterval(() => undefined, 1000))`,
    [directory, '5', '6000'],
    job,
  )
  await until('the first run has its trial', async () => (await safely(directory)).length === 1)
  const again = (): Promise<{ readonly stdout: string }> =>
    startLines(
      `${OPEN}const t = await study.ask(); console.log(t.number, t.attempt); await t.complete(1)`,
      [directory, '5'],
      { ...job, SLURM_RESTART_COUNT: '1' },
    ).finished
  // The scheduler believes that the first run is dead, but it works on: nobody takes its trial.
  expect((await again()).stdout).toBe('1 1\n')
  first.child.kill('SIGSTOP')
  expect((await again()).stdout).toBe('0 2\n')
  first.child.kill('SIGKILL')
  await first.finished
})

async function read(directory: string): Promise<TrialRecord[]> {
  await using study = await openStudy(directory, { readOnly: true })
  return await study.trials()
}

async function safely(directory: string): Promise<TrialRecord[]> {
  return await read(directory).catch(() => [])
}

function seeded(seed: number): () => number {
  let state = seed
  return () => (state = (state * 48271) % 2147483647) / 2147483647
}
