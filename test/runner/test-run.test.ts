import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { StartError } from '../../src/runner/child.ts'
import { parseMetrics } from '../../src/runner/metric.ts'
import { prepareProgram } from '../../src/runner/program.ts'
import { testRun } from '../../src/runner/test-run.ts'
import type { TrialSettings } from '../../src/runner/run-program.ts'
import { choice, float } from '../../src/space/parameter.ts'
import { parseSpace } from '../../src/space/validate.ts'
import { isAlive, numberIn } from '../support/process.ts'
import { scratch } from '../support/scratch.ts'
import { until } from '../support/worker-process.ts'

const space = parseSpace({ x: float(0, 4, { default: 1 }), opt: choice(['a b', 'c']) })
const settings: TrialSettings = { space, goals: { objectives: { value: 'minimize' } }, graceMs: 10_000 }

test('a test run shows what was put in and what was read, and leaves nothing behind', async () => {
  const program = prepareProgram(
    ['sh', '-c', 'pwd; cat config.json; echo; echo "$2" >&2; echo "value=$1"', 'sh', '{x}', '{opt}'],
    space,
  )
  const { stdout, stderr, argv, environment, ...end } = await testRun(program, {
    ...settings,
    metrics: parseMetrics(['value=(.*)'], settings.goals),
  })
  expect(end).toMatchObject({
    config: { x: 1, opt: 'a b' },
    code: 0,
    signal: null,
    cause: null,
    answer: { values: { value: 1 }, source: 'metric' },
  })
  expect(argv.slice(-2)).toEqual(['1.0', 'a b'])
  expect(stdout.slice(1)).toEqual(['{"opt": "a b", "x": 1.0}', 'value=1.0'])
  expect(stderr).toEqual(['a b'])
  expect(environment).toMatchObject({ ANTHILL_PARAM_X: '1.0', ANTHILL_TRIAL_DIR: stdout[0] })
  expect(existsSync(stdout[0]!)).toBe(false)
})

test('in a study with a fidelity, a test run goes as far as it is told', async () => {
  const program = prepareProgram(['sh', '-c', 'echo "$1$ANTHILL_FIDELITY"', 'sh', '{steps}'], space, {
    fidelity: 'steps',
  })
  expect((await testRun(program, settings, 3)).answer).toMatchObject({ values: { value: 33 } })
})

test('of several runs, a test run is the first', async () => {
  const program = prepareProgram(['sh', '-c', 'echo "$ANTHILL_RUN"'], space)
  expect((await testRun(program, { ...settings, runs: 3 })).answer).toMatchObject({ values: { value: 1 } })
})

test('a failure, a wrong answer and a missing program are reported as such', async () => {
  expect(await testRun(prepareProgram(['sh', '-c', 'echo 1; exit 3'], space), settings)).toMatchObject({
    code: 3,
    answer: undefined,
  })
  expect(await testRun(prepareProgram(['echo', 'hello'], space), settings)).toMatchObject({
    code: 0,
    answer: { problem: expect.stringContaining('no answer') },
  })
  expect(await testRun(prepareProgram(['sleep', '60'], space), { ...settings, timeoutMs: 100 })).toMatchObject({
    cause: 'timeout',
    answer: undefined,
  })
  await expect(testRun({ argv: ['./absent-{opt}'], startDirectory: '/' }, settings)).rejects.toThrow(StartError)
})

test('a stop ends a test run', async () => {
  const sign = join(scratch(), 'sign')
  writeFileSync(`${sign}.sh`, `echo $$ > ${sign}.new; mv ${sign}.new ${sign}; exec sleep 60`)
  const stop = new AbortController()
  const ran = testRun(prepareProgram(['sh', `${sign}.sh`], space), { ...settings, stop: stop.signal })
  await until('it has begun', () => existsSync(sign))
  stop.abort()
  expect(await ran).toMatchObject({ cause: 'interrupted', signal: 'SIGTERM' })
  expect(isAlive(numberIn(sign))).toBe(false)
})
