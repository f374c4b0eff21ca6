import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, closeSync, copyFileSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { moment, ownLine, processIdsSince, processName, processRow, writesTo } from '../../src/runner/process-table.ts'
import { scratch } from '../support/scratch.ts'

const toKill: number[] = []
afterEach(() => {
  for (const pid of toKill.splice(0)) process.kill(pid, 'SIGKILL')
})

/** The id of a process that sleeps; it runs once this has returned. */
async function sleeper(program = 'sleep', stdio: ('ignore' | number)[] = ['ignore', 'ignore', 'ignore']) {
  const child = spawn(program, ['60'], { stdio, detached: true })
  await new Promise((resolve) => child.once('spawn', resolve))
  toKill.push(child.pid!)
  return child.pid!
}

describe.runIf(process.platform === 'linux')('the table of /proc', () => {
  test('a process is read whole, although its name has brackets and spaces', async () => {
    const program = join(scratch(), 'a) Z (b')
    copyFileSync(spawnSync('sh', ['-c', 'command -v sleep'], { encoding: 'utf8' }).stdout.trim(), program)
    chmodSync(program, 0o755)
    const pid = await sleeper(program)
    const row = { pid, isZombie: false, parent: process.pid, group: pid, session: pid }
    expect(processRow(pid)).toMatchObject(row)
    expect(processName(pid)).toMatch(/^\/.* \(process \d+\)$/)
    expect(processRow(2 ** 30)).toBeUndefined()
  })

  test('the processes that began since a moment are found, and no older ones', async () => {
    const since = moment()!
    const pid = await sleeper()
    const begun = processIdsSince(since)!
    expect(begun).toContain(pid)
    expect(begun).not.toContain(process.pid)
    // The ids have begun anew since: those above the old one and those up to the last one are new.
    const before = processIdsSince({ ...since, pid: pid + 1_000_000 })!
    expect(before).toContain(process.pid)
    expect(processIdsSince({ ...since, births: since.births - 2 ** 30 })).toBeUndefined()
    expect(processIdsSince(undefined)).toBeUndefined()
  })

  test('a process writes to a file by its output or by its errors', async () => {
    const paths = ['out', 'err'].map((name) => join(scratch(), name))
    const files = paths.map((path) => openSync(path, 'w'))
    const pid = await sleeper('sleep', ['ignore', files[0]!, 'ignore'])
    const other = await sleeper('sleep', ['ignore', 'ignore', files[1]!])
    files.forEach(closeSync)
    expect([writesTo(pid, paths), writesTo(pid, [paths[1]!])]).toEqual([true, false])
    expect([writesTo(other, paths), writesTo(other, [paths[0]!])]).toEqual([true, false])
  })

  test('the own line goes up to the first process', () => {
    for (const pid of [process.pid, process.ppid]) expect(ownLine().has(pid)).toBe(true)
  })
})
