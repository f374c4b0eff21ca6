import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { StartError, startChild } from '../../src/runner/child.ts'
import type { Child, ChildOrder } from '../../src/runner/child.ts'
import { isGroupAlive, signalGroup } from '../../src/runner/group.ts'
import { isAlive, numberIn } from '../support/process.ts'
import { scratch } from '../support/scratch.ts'
import { until } from '../support/worker-process.ts'

/** Starts a shell script in a fresh directory. */
const start = async (script: string, order: Partial<ChildOrder> = {}): Promise<Child & { directory: string }> => {
  const directory = scratch()
  const child = await startChild({
    program: '/bin/sh',
    args: ['-c', script],
    directory,
    environment: { PATH: process.env['PATH'] },
    stdoutPath: join(directory, '.anthill/stdout.log'),
    stderrPath: join(directory, '.anthill/stderr.log'),
    graceMs: 20_000,
    ...order,
  })
  return { ...child, directory }
}

const sign = async (directory: string, name = 'sign'): Promise<void> =>
  until(`'${name}' is there`, () => existsSync(join(directory, name)))

test('a program runs in its directory, leads its own group, writes to files and has an empty input', async () => {
  const { ended, group, directory } = await start(
    'pwd; echo oops >&2; cat; ps -o pgid= -p $$ 2>/dev/null || cut -d" " -f5 /proc/$$/stat; exit 3',
  )
  expect(await ended).toEqual({ code: 3, signal: null, cause: null, isGone: true, left: [] })
  const [where, own] = readFileSync(join(directory, '.anthill/stdout.log'), 'utf8').trim().split('\n')
  expect(where).toBe(directory)
  expect(Number(own)).toBe(group)
  expect(readFileSync(join(directory, '.anthill/stderr.log'), 'utf8')).toBe('oops\n')
})

test('a program that cannot be started gives a StartError, and an old log is never overwritten', async () => {
  await expect(start('', { program: '/no/such/program' })).rejects.toThrow(StartError)
  await expect(start('', { args: ['-c', 'true', 'a\0b'] })).rejects.toThrow("'/bin/sh' could not be started")
  await expect(start('', { args: ['-c', 'true', 'x'.repeat(2 ** 22)] })).rejects.toThrow(
    'let it read config.json instead',
  )
  const script = join(scratch(), 'script')
  for (const [text, mode, remedy] of [
    ['#!/no/such/interpreter\n', 0o755, 'the interpreter that its first line names'],
    ['#!/bin/sh\n', 0o644, "run 'chmod +x'"],
  ] as const) {
    writeFileSync(script, text)
    chmodSync(script, mode)
    await expect(start('', { program: script })).rejects.toThrow(remedy)
  }
  await expect(start('', { directory: '/no/such/directory' })).rejects.toThrow(StartError)
  const old = join(scratch(), 'old.log')
  writeFileSync(old, 'old')
  await expect(start('true', { stdoutPath: old })).rejects.toThrow('EEXIST')
})

test('what a program leaves in its group ends with the program', async () => {
  const { ended, group, directory } = await start('sleep 60 & echo $! > pid; exit 0')
  expect(await ended).toMatchObject({
    code: 0,
    cause: null,
    isGone: true,
    left: [expect.stringContaining('sleep 60 (process ')],
  })
  expect(isAlive(numberIn(join(directory, 'pid')))).toBe(false)
  expect(isGroupAlive(group)).toBe(false)
})

test('TERM comes first, and a program that obeys has time to say goodbye', async () => {
  const { end, ended, directory } = await start(
    'trap "sleep 0.2; echo bye > bye; exit 7" TERM; echo > sign; while :; do sleep 0.05; done',
  )
  await sign(directory)
  end('interrupted')
  expect(await ended).toEqual({ code: 7, signal: null, cause: 'interrupted', isGone: true, left: [] })
  expect(existsSync(join(directory, 'bye'))).toBe(true)
})

test('KILL comes after the grace for a program that ignores TERM, and for its descendants', async () => {
  const { end, ended, directory } = await start(
    'trap "" TERM; sh -c "trap \'\' TERM; while :; do sleep 0.05; done" & echo $! > sign; wait',
    { graceMs: 150 },
  )
  await sign(directory)
  end('superseded')
  expect(await ended).toEqual({ code: null, signal: 'SIGKILL', cause: 'superseded', isGone: true, left: [] })
  expect(isAlive(numberIn(join(directory, 'sign')))).toBe(false)
})

test('the rest of a group has the grace too when its leader obeys at once', async () => {
  const { end, ended, directory } = await start(
    'sh -c "trap \'sleep 0.3; echo saved > saved; exit\' TERM; echo > sign; while :; do sleep 0.05; done" &\n' +
      'exec sleep 60',
  )
  await sign(directory)
  end('interrupted')
  expect(await ended).toMatchObject({ signal: 'SIGTERM', isGone: true, left: [] })
  expect(existsSync(join(directory, 'saved'))).toBe(true)
})

test('a kill does not wait for the grace, even after TERM', async () => {
  const { end, kill, ended, directory } = await start('trap "" TERM; echo > sign; while :; do sleep 0.05; done')
  await sign(directory)
  end('interrupted')
  kill('interrupted')
  expect(await ended).toMatchObject({ signal: 'SIGKILL', cause: 'interrupted', isGone: true, left: [] })
})

test('a stopped program receives TERM all the same', async () => {
  const { end, ended, directory, group } = await start('echo > sign; sleep 60')
  await sign(directory)
  signalGroup(group, 'SIGSTOP')
  end('interrupted')
  expect(await ended).toMatchObject({ signal: 'SIGTERM', cause: 'interrupted' })
})

test('a program that takes too long is ended, and one that does not is not', async () => {
  expect(await (await start('sleep 60', { timeoutMs: 100 })).ended).toMatchObject({
    cause: 'timeout',
    isGone: true,
    left: [],
  })
  expect(await (await start('exit 0', { timeoutMs: 3e9 })).ended).toMatchObject({ cause: null, code: 0 })
})

test('an end that comes too late changes nothing', async () => {
  const { end, kill, ended } = await start('exit 4')
  await ended
  end('timeout')
  kill('interrupted')
  expect(await ended).toEqual({ code: 4, signal: null, cause: null, isGone: true, left: [] })
})

test('a kill after the program has ended by itself ends what it left running, and the end stays its own', async () => {
  const { kill, ended, directory, group } = await start(
    'sh -c "trap \'\' TERM; echo > sign; while :; do sleep 0.05; done" &\n' +
      'while [ ! -e sign ]; do sleep 0.01; done; exit 4',
    { graceMs: 60_000 },
  )
  await sign(directory)
  const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 50))
  while (isAlive(group)) await pause()
  await pause() // until this process has heard of it as well
  kill('interrupted')
  expect(await ended).toMatchObject({ code: 4, signal: null, cause: null, isGone: true })
})
