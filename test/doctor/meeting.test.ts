import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { doctorFolder } from '../../src/paths.ts'
import { expect, test } from 'vitest'
import { realFiles } from '../../src/doctor/tested-file-system.ts'
import { exchange, hear, openMailbox, say } from '../../src/doctor/mailbox.ts'
import { leaveTable, findPartner, openTable } from '../../src/doctor/meeting.ts'
import type { Meeting, Table } from '../../src/doctor/meeting.ts'
import { scratch } from '../support/scratch.ts'

const open = (directory: string, token: string): Promise<Table> => openTable(realFiles, directory, token)

test('of two tables the first stays and both use it, no matter who began to look first', async () => {
  for (const first of ['a', 'b'] as const) {
    const directory = scratch()
    const [a, b] = [await open(directory, '0000000a'), await open(directory, '0000000b')]
    const seats: Promise<Meeting | undefined>[] = []
    for (const table of first === 'a' ? [a, b] : [b, a]) {
      seats.push(findPartner(realFiles, table, 5000, 10_000))
      await new Promise((resolve) => setTimeout(resolve, 400))
    }
    const met = await Promise.all(seats)
    expect(met.map((meeting) => meeting?.folder)).toEqual(Array(2).fill(`${a.hall}/${a.name}`))
    expect(new Set(met.map((meeting) => meeting?.seat))).toEqual(new Set(['a', 'b']))
    await Promise.all([leaveTable(realFiles, a), leaveTable(realFiles, b)])
    expect(readdirSync(directory)).toEqual([])
  }
})

test('of three that come together, two pair up, and the third leaves when they have', async () => {
  const directory = scratch()
  const tables = await Promise.all(['00000001', '00000002', '00000003'].map((token) => open(directory, token)))
  const met = await Promise.all(
    tables.map(async (table) => {
      const meeting = await findPartner(realFiles, table, 1500, 8000)
      if (meeting !== undefined) await new Promise((resolve) => setTimeout(resolve, 500))
      await leaveTable(realFiles, table)
      return meeting
    }),
  )
  expect(
    met
      .filter((meeting) => meeting !== undefined)
      .map(({ seat }) => seat)
      .sort(),
  ).toEqual(['a', 'b'])
  expect(new Set(met.filter((meeting) => meeting !== undefined).map(({ folder }) => folder)).size).toBe(1)
  expect(readdirSync(directory)).toEqual([])
}, 30_000)

test('the table of a killed doctor is ignored, and the wait for a partner ends in time', async () => {
  const directory = scratch()
  const left = join(doctorFolder(directory), 'ant-17-00000000')
  mkdirSync(left, { recursive: true })
  writeFileSync(join(left, 'beat'), '00000001\n')
  const table = await open(directory, 'ffffffff')
  const startMs = performance.now()
  expect(await findPartner(realFiles, table, 300, 60_000)).toBeUndefined()
  expect(performance.now() - startMs).toBeLessThan(20_000)
  await leaveTable(realFiles, table)
  expect(readdirSync(doctorFolder(directory))).toEqual(['ant-17-00000000'])
})

test('messages arrive in order, and another kind of message, a goodbye or silence ends the talk', async () => {
  const folder = scratch()
  const [a, b] = [openMailbox(realFiles, folder, 'a'), openMailbox(realFiles, folder, 'b')]
  await say(a, { kind: 'one', n: 1 })
  await say(a, { kind: 'two' })
  expect(await hear(b, 'one', 1000)).toEqual({ kind: 'one', n: 1 })
  await expect(hear(b, 'three', 1000)).rejects.toMatchObject({
    name: 'Silence',
    message: expect.stringContaining("'two' where 'three' was due") as string,
  })
  const [toA, toB] = await Promise.all([
    exchange(a, { kind: 'x', from: 'a' }, 5000),
    exchange(b, { kind: 'x', from: 'b' }, 5000),
  ])
  expect([toA['from'], toB['from']]).toEqual(['b', 'a'])
  await say(b, { kind: 'bye', why: 'it was interrupted' })
  await expect(hear(a, 'x', 1000)).rejects.toThrow('has gone: it was interrupted')
  await expect(hear(b, 'x', 50)).rejects.toThrow('said nothing')
  const stop = new AbortController()
  stop.abort(new Error('stopped'))
  await expect(hear(openMailbox(realFiles, folder, 'b', stop.signal), 'x', 60_000)).rejects.toThrow('stopped')
})
