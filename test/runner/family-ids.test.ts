/** Families in a process table of our own, where an id can be given to another process. */

import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Family } from '../../src/runner/family.ts'
import type { ProcessRow } from '../../src/runner/process-table.ts'

const table = vi.hoisted(() => new Map<number, ProcessRow>())

vi.mock('../../src/runner/process-table.ts', () => ({
  environmentText: () => '',
  moment: () => undefined,
  ownLine: () => new Set([1]),
  processIds: () => [...table.keys()],
  processIdsSince: () => undefined,
  processName: (pid: number) => `process ${pid}`,
  processRow: (pid: number) => table.get(pid),
  worksIn: () => false,
  writesTo: () => false,
}))

/** Puts a process into the table, or another one under its id. */
function put(pid: number, start: number, change: Partial<ProcessRow> = {}): void {
  table.set(pid, { pid, isZombie: false, parent: 1, group: pid, session: pid, start, ...change } as ProcessRow)
}

const familyOf = (leader: number): Family => new Family({ leader, isMarked: () => false, logs: [] })

afterEach(() => void vi.restoreAllMocks())
beforeEach(() => {
  table.clear()
  put(1, 1)
})

test('a process that got the id of one that belonged does not belong, and neither do its children', () => {
  put(100, 50)
  put(101, 51, { parent: 100 })
  const family = familyOf(100)
  family.look()
  expect(family.names()).toEqual(['process 100', 'process 101'])
  table.delete(100)
  put(101, 90)
  put(102, 91, { parent: 101 })
  family.look()
  expect(family.names()).toEqual([])
  expect(family.hasSome()).toBe(false)
})

test('a child belongs whose parent has ended, if the parent was seen, and a grandchild with it', () => {
  put(100, 50)
  const family = familyOf(100)
  table.delete(100)
  put(102, 53, { parent: 101, group: 7, session: 7 })
  put(101, 52, { parent: 100, group: 6, session: 6 })
  family.look()
  expect(family.names().toSorted()).toEqual(['process 101', 'process 102'])
})

test('what began in the same tick as the program belongs, and what is only in its session', () => {
  put(100, 50)
  put(104, 50, { parent: 100 })
  put(105, 55, { parent: 1, session: 100 })
  put(106, 56, { parent: 1, group: 100 })
  put(107, 57)
  const family = familyOf(100)
  family.look()
  expect(family.names().toSorted()).toEqual([100, 104, 105, 106].map((pid) => `process ${pid}`))
})

test('what was started since the last look is killed too, although its parent dies in the same moment', async () => {
  put(100, 50)
  const family = familyOf(100)
  family.look()
  put(108, 60, { parent: 100 })
  vi.spyOn(process, 'kill').mockImplementation((id, signal) => {
    const hit = [...table.values()].filter(({ pid, group }) => pid === id || group === -id)
    if (hit.length === 0) throw Object.assign(new Error('kill ESRCH'), { code: 'ESRCH' })
    if (signal === 'SIGKILL') {
      for (const { pid } of hit) table.delete(pid)
      for (const row of table.values()) if (!table.has(row.parent)) table.set(row.pid, { ...row, parent: 1 })
    }
    return true
  })
  expect(await family.kill()).toBe(true)
  expect([...table.keys()]).toEqual([1])
})

test('nothing older than the program belongs, and no zombie', () => {
  put(100, 50)
  put(90, 40, { parent: 100 })
  put(103, 54, { parent: 100, isZombie: true })
  const family = familyOf(100)
  family.look()
  expect(family.names()).toEqual(['process 100'])
  put(100, 50, { isZombie: true })
  expect(family.hasSome()).toBe(false)
})
