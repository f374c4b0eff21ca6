import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { allRuns } from '../../src/runner/all-runs.ts'
import { prepareProgram } from '../../src/runner/program.ts'
import type { TrialSettings } from '../../src/runner/run-program.ts'
import { float } from '../../src/space/parameter.ts'
import { parseSpace } from '../../src/space/validate.ts'
import { seedOfRun } from '../../src/study/runs.ts'
import { scratch } from '../support/scratch.ts'
import { trialAtWork } from '../support/trial-at-work.ts'

const space = parseSpace({ x: float(0, 1) })
const settings: TrialSettings = { space, goals: { objectives: { value: 'minimize' } }, graceMs: 10_000 }

/** Runs a script of a shell several times; `{seed}` is its first argument. */
async function runs(script: string, change: Partial<TrialSettings> = {}) {
  const directory = scratch()
  const curve: number[] = []
  const { trial } = trialAtWork(directory, { seed: 5, report: async (value) => void curve.push(value) })
  const program = prepareProgram(['sh', '-c', script, 'sh', '{seed}'], space)
  const [verdict, , lastWords] = await allRuns(trial, program, { ...settings, runs: 3, ...change })
  const text = (name: string): string => readFileSync(join(directory, name), 'utf8')
  return { verdict, lastWords, directory, curve, text }
}

test('each run has its number and its seed, and answers for itself in the same logs', async () => {
  const point = `printf '{"step": 1, "value": %s}\\n' $ANTHILL_RUN`
  const { verdict, text, curve } = await runs(`${point}; echo "$1 $ANTHILL_SEED" >&2; echo $ANTHILL_RUN`)
  expect(verdict).toEqual({ state: 'complete', values: { value: 2, 'value@sd': 1 } })
  const seeds = [1, 2, 3].map((run) => `${seedOfRun(5, run)} ${seedOfRun(5, run)}\n`)
  expect(text('.anthill/stderr.1.log')).toBe(seeds.join(''))
  expect(text('.anthill/stdout.1.log').match(/^\d$/gm)).toEqual(['1', '2', '3'])
  expect(curve, 'the curve is that of the first run').toEqual([1])
})

test('a metric sees the output of its own run', async () => {
  const { verdict } = await runs('echo loss=$ANTHILL_RUN; echo loss=9', {
    metrics: { value: /loss=(\S+)/gm },
    reducers: { value: 'first' },
  })
  expect(verdict).toMatchObject({ values: { value: 2 } })
})

test('value.json of each run is kept aside, and a run that writes none is not given that of another', async () => {
  const { verdict, text, directory } = await runs('echo $ANTHILL_RUN > value.json')
  expect(verdict).toMatchObject({ values: { value: 2 } })
  expect([1, 2, 3].map((run) => text(`value.run-${run}.json`))).toEqual(['1\n', '2\n', '3\n'])
  expect(existsSync(join(directory, 'value.json'))).toBe(false)
  const silent = await runs('test $ANTHILL_RUN = 2 || echo $ANTHILL_RUN > value.json')
  expect(silent.verdict).toMatchObject({ state: 'failed', reason: 'no-answer' })
})

test('the first run that fails ends the attempt, with its own last words', async () => {
  const { verdict, lastWords, text } = await runs('echo run $ANTHILL_RUN >&2; test $ANTHILL_RUN = 1 && echo 1')
  expect(verdict).toEqual({ state: 'failed', reason: 'exit', detail: 'run 2 of 3: exit status 1' })
  expect(lastWords).toEqual(['run 2'])
  expect(text('.anthill/stderr.1.log')).toBe('run 1\nrun 2\n')
})

test('a stop between two runs starts no other one', async () => {
  const stop = new AbortController()
  const { verdict, text } = await runs('echo $ANTHILL_RUN', {
    stop: stop.signal,
    guardian: { token: 't', add: () => {}, remove: () => stop.abort(), close: () => {} },
  })
  expect(verdict).toMatchObject({ state: 'interrupted' })
  expect(text('.anthill/stdout.1.log')).toBe('1\n')
})

test('values too large for a mean are not an answer', async () => {
  const { verdict } = await runs('echo 1e308')
  expect(verdict).toMatchObject({ state: 'failed', reason: 'no-answer', detail: expect.stringContaining('too large') })
})
