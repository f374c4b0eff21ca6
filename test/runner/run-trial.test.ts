import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { prepareProgram } from '../../src/runner/program.ts'
import { runTrial } from '../../src/runner/run-trial.ts'
import type { TrialSettings } from '../../src/runner/run-program.ts'
import type { TrialOutcome } from '../../src/runner/run-trial.ts'
import { float } from '../../src/space/parameter.ts'
import { parseSpace } from '../../src/space/validate.ts'
import { isAlive, numberIn } from '../support/process.ts'
import { scratch } from '../support/scratch.ts'
import { trialAtWork } from '../support/trial-at-work.ts'
import type { Told } from '../support/trial-at-work.ts'
import { until } from '../support/worker-process.ts'

const space = parseSpace({ x: float(0, 1) })

/** A live trial. `others` is called at each check and may take the trial over. */
const trialAt = (directory: string, others: (giveUp: () => void) => void = () => {}) => {
  const given = new AbortController()
  const giveUp = (): void => given.abort()
  return { ...trialAtWork(directory, { signal: given.signal, check: async () => others(giveUp) }), giveUp }
}

interface Ran {
  readonly outcome: TrialOutcome
  readonly told: Told
  readonly directory: string
}

/** Runs a script of a shell as the program of a trial. */
const run = async (
  script: string,
  change: Partial<TrialSettings> = {},
  others?: (giveUp: () => void) => void,
): Promise<Ran> => {
  const directory = scratch()
  const { trial, told } = trialAt(directory, others)
  const settings: TrialSettings = { space, goals: { objectives: { value: 'minimize' } }, graceMs: 10_000, ...change }
  return { outcome: await runTrial(trial, prepareProgram(['sh', '-c', script], space), settings), told, directory }
}

test('status 0 and a finite answer is complete', async () => {
  const { outcome, told } = await run('echo $ANTHILL_PARAM_X')
  expect(outcome).toMatchObject({
    number: 7,
    attempt: 1,
    state: 'complete',
    value: 0.5,
    values: { value: 0.5 },
    reason: null,
    detail: null,
    lastWords: [],
  })
  expect(told).toEqual([['complete', { value: 0.5 }]])
})

test('several objectives come by name, and the first is the value', async () => {
  const { outcome } = await run(`echo '{"b": 2, "a": 1}'`, { goals: { objectives: { a: 'minimize', b: 'maximize' } } })
  expect(outcome).toMatchObject({ state: 'complete', value: 1, values: { a: 1, b: 2 } })
})

test('every other end of a program has its own verdict', async () => {
  const verdicts = [
    ['true', 'failed', 'no-answer', 'no answer: '],
    ['echo nan', 'failed', 'no-answer', "'value' is not finite"],
    ['echo 1; exit 3', 'failed', 'exit', 'exit status 3'],
    ['echo 1; exit 127', 'failed', 'exit', 'exit status 127'],
    ['echo 1; kill -SEGV $$', 'failed', 'signal', 'signal SEGV'],
    ['echo 1; kill -TERM $$', 'failed', 'signal', 'signal TERM'],
    ['kill -KILL $$', 'failed', 'memory', 'signal KILL: killed, most often because memory ran out'],
    ['exit 137', 'failed', 'memory', 'exit status 137: killed'],
    ['exit 143', 'failed', 'exit', 'exit status 143'],
    ['echo 1; exit 75', 'interrupted', 'interrupted', 'its program asked for another attempt with exit status 75'],
    ['exit 130', 'interrupted', 'interrupted', 'exit status 130'],
  ] as const
  for (const [script, state, reason, detail] of verdicts) {
    const { outcome, told } = await run(script)
    expect(outcome, script).toMatchObject({
      state,
      reason,
      value: null,
      values: {},
      detail: expect.stringContaining(detail),
    })
    expect(told, script).toEqual([
      state === 'failed'
        ? ['fail', reason, [outcome.detail, ...outcome.lastWords].join('\n')]
        : ['handBack', outcome.detail],
    ])
  }
})

test('a failure carries the last words of its program', async () => {
  const { outcome, told } = await run('for k in $(seq 30); do echo "line $k" >&2; done; exit 1')
  expect(outcome.lastWords).toHaveLength(20)
  expect(outcome.lastWords.at(-1)).toBe('line 30')
  expect(told[0]![2]).toBe(['exit status 1', ...outcome.lastWords].join('\n'))
  expect((await run('echo words >&2; echo 1')).outcome.lastWords).toEqual([])
  expect((await run('echo "loss: 0.1"')).outcome.lastWords).toEqual(['loss: 0.1'])
  expect((await run('echo "loss: 0.1"; echo words >&2')).outcome.lastWords).toEqual(['words'])
})

test('a program that takes too long has failed, even if it ends with an answer', async () => {
  const { outcome } = await run('trap "echo 1; exit 0" TERM; while :; do sleep 0.05; done', { timeoutMs: 200 })
  expect(outcome).toMatchObject({ state: 'failed', reason: 'timeout', detail: 'took longer than 0.2 s' })
})

test('a stop hands the trial back, but only once its program is gone', async () => {
  const stop = new AbortController()
  const directory = scratch()
  const { trial, told } = trialAt(directory)
  const sign = join(directory, 'sign')
  const ran = runTrial(
    trial,
    prepareProgram(
      ['sh', '-c', `trap "sleep 0.3; exit 0" TERM; echo $$ > new; mv new ${sign}; while :; do sleep 0.05; done`],
      space,
    ),
    {
      space,
      goals: { objectives: { value: 'minimize' } },
      graceMs: 10_000,
      stop: stop.signal,
    },
  )
  await until('it has begun', () => existsSync(sign))
  stop.abort()
  expect(told).toEqual([])
  expect(await ran).toMatchObject({ state: 'interrupted', reason: 'interrupted' })
  expect(isAlive(numberIn(sign))).toBe(false)
  expect(told).toEqual([['handBack', 'the run was stopped']])
})

test('a kill does not wait for the grace', async () => {
  const kill = new AbortController()
  setTimeout(() => kill.abort(), 200)
  expect(
    (await run('trap "" TERM; while :; do sleep 0.05; done', { graceMs: 3_600_000, kill: kill.signal })).outcome,
  ).toMatchObject({ state: 'interrupted' })
})

test('a stop that came before keeps the program from starting', async () => {
  const { outcome, directory } = await run('echo > ran', { stop: AbortSignal.abort() })
  expect(outcome).toMatchObject({ state: 'interrupted', detail: 'stopped before its program was started' })
  expect(existsSync(join(directory, 'ran'))).toBe(false)
})

test('a scheduler that signals program and worker does not fail the trial, in either order', async () => {
  const stop = new AbortController()
  setTimeout(() => stop.abort(), 150)
  const { outcome, told } = await run('kill -TERM $$', { stop: stop.signal })
  expect(outcome).toMatchObject({ state: 'interrupted' })
  expect(told).toEqual([['handBack', outcome.detail]])
})

test('an attempt that was taken over is ended here, and its values do not count', async () => {
  const directory = scratch()
  const { trial, giveUp } = trialAt(directory)
  const ran = runTrial(trial, prepareProgram(['sh', '-c', 'echo > sign; exec sleep 60'], space), {
    space,
    goals: { objectives: { value: 'minimize' } },
    graceMs: 10_000,
  })
  await until('it has begun', () => existsSync(join(directory, 'sign')))
  giveUp()
  expect(await ran).toMatchObject({
    state: 'superseded',
    value: null,
    values: {},
    reason: null,
    detail: 'taken over by another worker',
  })
})

test('a superseded attempt does not use a value.json that the next attempt may have written', async () => {
  const script = 'echo 3 > value.json'
  const { outcome, told } = await run(script, {}, (giveUp) => giveUp())
  expect(outcome).toMatchObject({ state: 'superseded', value: null })
  expect(told.map(([verb]) => verb)).toEqual(['handBack'])
  expect((await run(script)).outcome).toMatchObject({ state: 'complete', value: 3 })
})

test('a program that cannot be started fails its trial; a log that cannot be opened ends the run', async () => {
  const directory = scratch()
  const settings: TrialSettings = { space, goals: { objectives: { value: 'minimize' } }, graceMs: 1000 }
  const first = trialAt(directory)
  expect(await runTrial(first.trial, { argv: ['./no-such-{x}'], startDirectory: directory }, settings)).toMatchObject({
    state: 'failed',
    reason: 'exit',
    detail: expect.stringContaining(`'${directory}/no-such-0.5' could not be started`),
  })
  const second = trialAt(directory)
  writeFileSync(join(directory, '.anthill/stdout.1.log'), '')
  await expect(runTrial(second.trial, prepareProgram(['true'], space), settings)).rejects.toThrow('EEXIST')
  expect(second.told).toEqual([['handBack', expect.stringContaining('the program could not be run: EEXIST')]])
})

test('every attempt has its own output, and an earlier value.json is not its answer', async () => {
  const directory = scratch()
  writeFileSync(join(directory, 'value.json'), '99')
  const settings: TrialSettings = { space, goals: { objectives: { value: 'minimize' } }, graceMs: 1000 }
  const program = prepareProgram(['sh', '-c', 'echo attempt $ANTHILL_ATTEMPT'], space)
  for (const attempt of [1, 2]) {
    const { trial } = trialAt(directory)
    expect(await runTrial({ ...trial, attempt }, program, settings)).toMatchObject({
      attempt,
      state: 'failed',
      reason: 'no-answer',
    })
    expect(readFileSync(join(directory, `.anthill/stdout.${attempt}.log`), 'utf8')).toBe(`attempt ${attempt}\n`)
  }
})

test('a program with an interpreter line runs in the directory of its trial though named from elsewhere', async () => {
  const start = scratch()
  writeFileSync(join(start, 'solve'), '#!/bin/sh\npwd > where\necho "$1"\n')
  chmodSync(join(start, 'solve'), 0o755)
  const directory = scratch()
  const { trial } = trialAt(directory)
  const program = prepareProgram(['./solve', '{x}'], space, { startDirectory: start })
  expect(
    await runTrial(trial, program, { space, goals: { objectives: { value: 'minimize' } }, graceMs: 1000 }),
  ).toMatchObject({
    value: 0.5,
  })
  expect(readFileSync(join(directory, 'where'), 'utf8')).toBe(`${directory}\n`)
})
