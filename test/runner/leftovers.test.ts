import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { existsSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { endLeftovers } from '../../src/runner/leftovers.ts'
import { isAlive } from '../support/process.ts'
import { scratch } from '../support/scratch.ts'
import { until } from '../support/worker-process.ts'

const id = '5c49826a83751767729e'
const started: ChildProcess[] = []
afterAll(() => started.forEach((child) => child.kill('SIGKILL')))

/** Starts a process that an attempt might leave behind; resolves when it runs. */
const left = async (
  directory: string,
  attempt: number,
  script = 'exec sleep 60',
  change: NodeJS.ProcessEnv = {},
): Promise<number> => {
  const sign = join(scratch(), 'sign')
  const child = spawn('/bin/sh', ['-c', `echo > ${sign}; ${script}`], {
    detached: true,
    stdio: 'ignore',
    env: {
      PATH: process.env['PATH'],
      ANTHILL_TRIAL_ID: id,
      ANTHILL_TRIAL_DIR: directory,
      ANTHILL_ATTEMPT: String(attempt),
      ...change,
    },
  })
  started.push(child)
  await until('it has begun', () => existsSync(sign))
  return child.pid!
}

const next = (directory: string) => ({ id, number: 0, attempt: 3, config: {}, directory, seed: 1 })

describe.runIf(existsSync('/proc/self/environ'))('leftovers', () => {
  test('of all earlier attempts are ended, and no other process is', async () => {
    const directory = scratch()
    const gone = [await left(directory, 1), await left(directory, 2)]
    const others = [
      await left(directory, 3),
      await left(scratch(), 1),
      await left(directory, 1, 'exec sleep 60', { ANTHILL_TRIAL_ID: '00000000000000000000' }),
      await left(`${directory}-longer`, 1),
      await left('/no/such/directory', 1),
    ]
    expect(await endLeftovers(next(directory), 5000)).toBe(2)
    expect(gone.map(isAlive)).toEqual([false, false])
    expect(others.map(isAlive)).toEqual(others.map(() => true))
  })

  test('are found whichever path their worker used for the directory', async () => {
    const directory = scratch()
    const other = join(scratch(), 'other')
    symlinkSync(directory, other)
    const pid = await left(other, 1)
    await endLeftovers(next(directory), 5000)
    expect(isAlive(pid)).toBe(false)
  })

  test('that ignore TERM are killed after the grace, and so are stopped ones', async () => {
    const directory = scratch()
    const deaf = await left(directory, 1, 'trap "" TERM; while :; do sleep 0.05; done')
    const stopped = await left(directory, 1)
    process.kill(stopped, 'SIGSTOP')
    await endLeftovers(next(directory), 200)
    expect([deaf, stopped].map(isAlive)).toEqual([false, false])
  })

  test('are none if nothing was left', async () => {
    expect(await endLeftovers(next(scratch()), 5000)).toBe(0)
  })
})
