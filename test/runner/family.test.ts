import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { prepareProgram } from '../../src/runner/program.ts'
import { runTrial } from '../../src/runner/run-trial.ts'
import type { TrialSettings } from '../../src/runner/run-program.ts'
import type { TrialOutcome } from '../../src/runner/run-trial.ts'
import { float } from '../../src/space/parameter.ts'
import { parseSpace } from '../../src/space/validate.ts'
import { isAlive, numberIn } from '../support/process.ts'
import { scratch } from '../support/scratch.ts'
import { trialAtWork } from '../support/trial-at-work.ts'
import { until } from '../support/worker-process.ts'

const space = parseSpace({ x: float(0, 1) })
const hasPython = spawnSync('python3', ['--version']).status === 0

/** The process at the bottom. It notes its id, notes when it hears TERM, and ends 0.2 s later unless it is deaf. */
const bottom = (isDeaf: boolean): string =>
  `trap '${isDeaf ? 'echo > heard' : 'sleep 0.2; echo > heard; exit'}' TERM
echo $$ > bottom.new; mv bottom.new bottom; while :; do sleep 0.05; done`

/** Ways to start `./bottom.sh` such that it leaves the group, the session or the family tree of its program. */
const escapes: Readonly<Record<string, string>> = {
  'GNU timeout': 'timeout 900 sh ./bottom.sh &',
  setsid: 'setsid sh ./bottom.sh &',
  'job control': 'set -m; sh ./bottom.sh & set +m',
  'a double fork': '(setsid sh ./bottom.sh &) &',
  'a cleared environment': 'env -i PATH="$PATH" setsid sh ./bottom.sh &',
  'a double fork with a cleared environment': '(env -i PATH="$PATH" setsid sh ./bottom.sh &) & wait $!',
  // The reader outlives TERM: without it, a word of the shell about its dead `sleep` would end the shell by SIGPIPE.
  'nohup in a pipe': `nohup setsid sh ./bottom.sh 2>&1 | (trap '' TERM; cat > /dev/null) &`,
  ...(hasPython
    ? {
        start_new_session: `python3 -c '
import subprocess
subprocess.Popen(["sh", "./bottom.sh"], start_new_session=True).wait()' &`,
        'a daemon': `python3 -c '
import os
if os.fork(): os._exit(0)
os.setsid()
if os.fork(): os._exit(0)
os.execvp("sh", ["sh", "./bottom.sh"])' > /dev/null 2>&1 < /dev/null &`,
      }
    : {}),
}

const toKill: number[] = []
afterEach(() => {
  for (const pid of toKill.splice(0)) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // As it should be.
    }
  }
})

interface Begun {
  readonly directory: string
  readonly ran: Promise<TrialOutcome>
  readonly superseded: AbortController
}

const begin = (escape: string, isDeaf: boolean, then: string, change: Partial<TrialSettings> = {}): Begun => {
  const directory = scratch()
  const superseded = new AbortController()
  const end = async (): Promise<'committed'> => {
    const file = join(directory, 'bottom')
    expect(existsSync(file) && isAlive(numberIn(file))).toBe(false)
    return 'committed'
  }
  const { trial } = trialAtWork(directory, { signal: superseded.signal, complete: end, fail: end, handBack: end })
  const script = `cat > bottom.sh <<'END'
${bottom(isDeaf)}
END
${escape}
while [ ! -e bottom ]; do sleep 0.02; done; ${then}`
  const settings: TrialSettings = { space, goals: { objectives: { value: 'minimize' } }, graceMs: 10_000, ...change }
  return { directory, superseded, ran: runTrial(trial, prepareProgram(['sh', '-c', script], space), settings) }
}

/** Waits until the process at the bottom runs; gives its id. */
const bottomOf = async (directory: string): Promise<number> => {
  await until('the bottom runs', () => existsSync(join(directory, 'bottom')))
  const pid = numberIn(join(directory, 'bottom'))
  toKill.push(pid)
  expect(isAlive(pid)).toBe(true)
  return pid
}

describe.runIf(existsSync('/proc/self/environ'))('whatever a program starts', () => {
  test.each(Object.keys(escapes))('hears TERM and ends with its trial at a stop: %s', async (name) => {
    const stop = new AbortController()
    const { directory, ran } = begin(escapes[name]!, false, 'sleep 60', { stop: stop.signal })
    const pid = await bottomOf(directory)
    stop.abort()
    expect(await ran).toMatchObject({ state: 'interrupted', left: [] })
    expect(isAlive(pid)).toBe(false)
    expect(existsSync(join(directory, 'heard'))).toBe(true)
  })

  test.each(Object.keys(escapes))('ends after a good end, and is named: %s', async (name) => {
    const { directory, ran } = begin(escapes[name]!, false, 'echo 3')
    const pid = await bottomOf(directory)
    const { state, value, left } = await ran
    expect({ state, value }).toEqual({ state: 'complete', value: 3 })
    expect(left!.join()).toContain(`bottom.sh (process ${pid})`)
    expect(isAlive(pid)).toBe(false)
    expect(existsSync(join(directory, 'heard'))).toBe(true)
  })

  test('is killed after the grace if it is deaf, at a time-out and after a failure', async () => {
    const late = begin(escapes['setsid']!, true, 'sleep 60', { timeoutMs: 700, graceMs: 200 })
    const pid = await bottomOf(late.directory)
    expect(await late.ran).toMatchObject({ state: 'failed', reason: 'timeout' })
    expect(isAlive(pid)).toBe(false)
    expect(existsSync(join(late.directory, 'heard'))).toBe(true)
    const failed = begin(escapes['setsid']!, true, 'exit 3', { graceMs: 200 })
    expect(await failed.ran).toMatchObject({ state: 'failed', detail: 'exit status 3', left: [expect.anything()] })
    expect(isAlive(numberIn(join(failed.directory, 'bottom')))).toBe(false)
  })

  test('is killed at once by a second INT, and ends when its trial was taken over', async () => {
    const kill = new AbortController()
    const first = begin(escapes['setsid']!, true, 'sleep 60', { graceMs: 3_600_000, kill: kill.signal })
    const pid = await bottomOf(first.directory)
    kill.abort()
    expect(await first.ran).toMatchObject({ state: 'interrupted' })
    expect(isAlive(pid)).toBe(false)
    const second = begin(escapes['setsid']!, false, 'sleep 60')
    const other = await bottomOf(second.directory)
    second.superseded.abort()
    expect(await second.ran).toMatchObject({ state: 'superseded' })
    expect(isAlive(other)).toBe(false)
  })

  test('does not keep a worker that is stopped after a good end, and the value counts', async () => {
    const stop = new AbortController()
    const { directory, ran } = begin(escapes['setsid']!, true, 'echo 3', { stop: stop.signal, graceMs: 3_600_000 })
    const pid = await bottomOf(directory)
    await until('it has heard TERM', () => existsSync(join(directory, 'heard')))
    const startMs = performance.now()
    stop.abort()
    expect(await ran).toMatchObject({ state: 'complete', value: 3 })
    expect(performance.now() - startMs).toBeLessThan(10_000)
    expect(isAlive(pid)).toBe(false)
  })

  test('is not named if it ends by itself right after its program', async () => {
    const { ran } = begin('echo > bottom; setsid sh -c "sleep 0.05" &', false, 'echo 3')
    expect(await ran).toMatchObject({ state: 'complete', left: [] })
  })
})

test('a program of another attempt, and one that only reads the output, are left alone', async () => {
  const stop = new AbortController()
  const { directory, ran } = begin('echo > bottom', false, 'echo begun; sleep 60', { stop: stop.signal })
  await until('it has begun', () => existsSync(join(directory, 'bottom')))
  const others = ['tail -f .anthill/stdout.1.log > /dev/null', 'sleep 60'].map((line, k) => {
    const environment = { PATH: process.env['PATH'], ANTHILL_TRIAL_DIR: directory, ANTHILL_ATTEMPT: String(k + 2) }
    const script = `${line} & echo $! > other.${k}; exit 0`
    spawnSync('sh', ['-c', script], { cwd: directory, env: environment, stdio: 'ignore' })
    return Number(readFileSync(join(directory, `other.${k}`), 'utf8'))
  })
  toKill.push(...others)
  stop.abort()
  expect(await ran).toMatchObject({ state: 'interrupted' })
  expect(others.map(isAlive)).toEqual([true, true])
})
