import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { openStudy } from '../../src/index.ts'
import { randomStream } from '../../src/numerics/random.ts'
import { choice, float } from '../../src/space/parameter.ts'
import { plain } from '../support/command.ts'
import { inProcess, written } from '../support/in-process.ts'
import { scratch } from '../support/scratch.ts'
import type { Finished } from '../support/worker-process.ts'

const anthill = (...args: string[]): Promise<Finished> => inProcess(args, plain)

/** Thirty trials of a noisy objective. Trial 4 came from the queue. */
let study = ''
beforeAll(async () => {
  study = join(scratch(), 'study')
  const noise = randomStream('learn', 1)
  await using opened = await openStudy(study, {
    space: { x: float(0, 1), c: choice(['a', 'b']) },
    minimize: 'loss',
    trials: 30,
    seed: 2,
    sampler: 'auto',
  })
  await opened.optimize(async ({ number, config }) => {
    if (number === 3) await opened.enqueue({ x: 0.123, c: 'b' })
    return 10 * (config.x - 0.4) ** 2 + (config.c === 'a' ? 0 : 1) + 0.5 * (noise.next() - 0.5)
  })
})

test('why explains a model, an opening point and the queue, in words and as JSON', async () => {
  const { code, stdout, stderr } = await anthill('why', study, '28')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toMatch(/^Trial 28 \([0-9a-f]{8}\) tried x=/)
  expect(stdout.replaceAll('\n', ' ')).toMatch(/The trial exp(lores|loits):/)
  expect(stdout.replaceAll('\n', ' ')).toMatch(/Nearest known trials: \d+ .* It came out at loss /)
  expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([])
  const told = JSON.parse((await anthill('why', study, '28', '--json')).stdout)
  expect(Object.keys(told)).toEqual([
    'id',
    'number',
    'state',
    'value',
    'values',
    'outputs',
    'config',
    'origin',
    'verdict',
    'reason',
    'explanation',
    'nearest',
  ])
  expect(told).toMatchObject({
    number: 28,
    origin: 'bayesian',
    verdict: 'same',
    explanation: { by: 'model', observed: 28 },
  })
  expect(told.nearest).toHaveLength(3)
  expect((await anthill('why', study, '0')).stdout.replaceAll('\n', ' ')).toContain('as the 1st of 5 opening points')
  expect((await anthill('why', '-s', study, '4')).stdout.replaceAll('\n', ' ')).toContain(
    'somebody had put it into the queue',
  )
  expect(await anthill('why', study, '99')).toMatchObject({ code: 4 })
})

test('replay has status 0 for the same config, 1 for a different one, 4 if nothing can be computed', async () => {
  const { id } = JSON.parse((await anthill('show', study, '29', '--json')).stdout)
  expect(await anthill('replay', study, id.slice(0, 10))).toMatchObject({
    code: 0,
    stdout: "trial 29: 'bayesian' suggests the same config again\n",
  })
  expect(await anthill('replay', study, '4')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('from the queue'),
  })
  const same = JSON.parse((await anthill('replay', study, '29', '--json')).stdout)
  expect(same).toMatchObject({ verdict: 'same', reason: null })
  expect(same.again).toEqual(same.config)

  // In a copy of the study, the slot says that trial 29 saw less than it did.
  const copy = join(scratch(), 'copy')
  cpSync(study, copy, { recursive: true, verbatimSymlinks: true })
  for (const hint of ['log', 'index', 'best', 'workers'])
    rmSync(join(copy, '.anthill', hint), { recursive: true, force: true })
  const path = join(copy, '.anthill', 'slots', '000', '000029')
  const slot = readFileSync(path, 'utf8')
  writeFileSync(path, slot.replace('"saw":{"below":29', '"saw":{"below":20'))
  const other = await anthill('replay', copy, '29')
  expect(other).toMatchObject({ code: 1, stderr: '' })
  expect(other.stdout).toMatch(
    /^trial 29: 'bayesian' suggests a different config\n {2}then {2}--x .*\n {2}now {3}--x .*\n$/,
  )
  writeFileSync(path, slot.replace('"saw"', '"was"'))
  expect(await anthill('replay', copy, '29')).toMatchObject({
    code: 4,
    stderr: expect.stringContaining('cannot be computed again'),
  })
  expect(JSON.parse((await anthill('replay', copy, '29', '--json')).stdout)).toMatchObject({
    verdict: 'unknown',
    again: null,
  })
})

test('predict says what the model expects of a config, as the library does, and what is missing', async () => {
  const { status, out } = await written(false, 'predict', study, 'x=0.4', 'c=a')
  expect(status).toBe(0)
  expect(out).toMatch(/^loss {2}-?0\.\d+ \(one standard deviation: -?0\.\d+ to 0\.\d+\)\n$/)
  await using opened = await openStudy(study, { readOnly: true })
  const interval = await opened.predict({ x: 0.4, c: 'a' })
  expect(await opened.predict({ x: 0.4, c: 'a' }, { objective: 'loss' })).toEqual(interval)
  const json = await written(false, 'predict', '-s', study, 'x=0.4', 'c=a', '--json')
  expect(JSON.parse(json.out)).toEqual({ config: { x: 0.4, c: 'a' }, predictions: { loss: interval } })
  await expect(opened.predict({ x: 0.4, c: 'a' }, { objective: 'los' })).rejects.toThrow(
    "objective 'los': must be one of 'loss'; did you mean 'loss'?",
  )
  expect(await written(false, 'predict', study, 'x=0.4')).toEqual({
    status: 2,
    out: expect.stringContaining("parameter 'c': left out, but it has no default; give c=VALUE"),
  })
  const young = join(scratch(), 'young')
  await (await openStudy(young, { space: { x: float(0, 1) } })).close()
  expect(await written(false, 'predict', young, 'x=0.4')).toEqual({
    status: 4,
    out: expect.stringContaining('has no model yet: too few trials have ended'),
  })
})

test('importance says what matters and how far to trust that, and needs more than a handful of trials', async () => {
  const { code, stdout } = await anthill('importance', study)
  expect(code).toBe(0)
  expect(stdout).toMatch(/^loss: .* of 30 complete trials\nit predicts held-out trials with R² /)
  const [told] = JSON.parse((await anthill('importance', '-s', study, '--json')).stdout)
  expect(Object.keys(told)).toEqual(['objective', 'trials', 'heldOut', 'rows'])
  expect(told.rows.map((row: object) => Object.keys(row).join())).toEqual(
    Array(3).fill('parameters,share,low,high,deviation'),
  )
  const young = join(scratch(), 'young')
  await anthill('ask', '-s', young, '--param', 'x=0.0..1.0')
  expect(await anthill('tell', '-s', young, '0', '1')).toMatchObject({ code: 0 })
  expect(await anthill('importance', young)).toMatchObject({
    code: 4,
    stdout: '',
    stderr: expect.stringContaining('1 complete trial; importance takes at least 10'),
  })
})

test('HYP-28: best --model gives the config with the best mean and its interval, in every format', async () => {
  const told = JSON.parse((await anthill('best', study, '--model', '--json')).stdout)
  expect(Object.keys(told)).toEqual(['id', 'number', 'value', 'config', 'directory', 'model'])
  expect(told.model).toMatchObject({ isNoisy: true, trials: 30 })
  const { value, low, high } = told.model.mean
  expect(low < value && value < high).toBe(true)
  expect((await anthill('best', study, '--model')).stdout).toMatch(
    /^value +\S+\nmean +\S+ \(95 %: \S+ to \S+\), by a model of 30 trials\ntrial +/,
  )
  expect((await anthill('best', study, '--model', '--format', 'dir')).stdout).toBe(`${told.directory}\n`)
  expect(JSON.parse((await anthill('best', study, '--model', '--format', 'json')).stdout)).toEqual(told.config)
  expect((await anthill('best', study, '--model', '--format', 'flags')).stdout).toBe(
    `--x ${told.config.x} --c ${told.config.c}\n`,
  )
  expect((await anthill('best', study, '--model', '--format', 'env')).stdout).toBe(
    `x=${told.config.x}\nc=${told.config.c}\n`,
  )
})

test('retry says of a trial that rests that it goes on once it is among the best', async () => {
  const directory = join(scratch(), 's')
  await using study = await openStudy(directory, { space: { x: float(0, 1) }, fidelity: { steps: [1, 9] }, trials: 2 })
  await (await study.ask())!.complete(0.5)
  const { out } = await written(false, 'retry', '-s', directory, '0')
  expect(out).toBe('trial 0 is paused; it goes on once it is among the best\n')
})
