import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { heartbeatPath, lockPath, workersFolder } from '../../../src/paths.ts'
import { realFileSystem } from '../../../src/store/disk/file-system.ts'
import type { FileSystem } from '../../../src/store/disk/file-system.ts'
import { heartbeatBytes } from '../../../src/store/life/heartbeat-record.ts'
import { claimNext } from '../../../src/store/protocol/claim.ts'
import { lookAt, ownerOf } from '../../../src/store/protocol/liveness.ts'
import type { Sign } from '../../../src/store/protocol/peers.ts'
import { openTestFolder, proposeFor } from '../../support/study-folder.ts'

const worker = 'w-1-0000000000'

/** One observer, with a lease of 1.2 s; gives the path of the worker's heartbeat, and what a look at a time shows. */
async function observer(): Promise<{ path: string; at: (nowMs: number) => Promise<Sign> }> {
  const folder = await openTestFolder({ leaseMs: 1200 })
  mkdirSync(workersFolder(folder.root), { recursive: true })
  return { path: heartbeatPath(folder.root, worker), at: (nowMs) => lookAt(folder, worker, null, nowMs) }
}

test('a worker is silent after a lease of looks, alive as soon as its heartbeat moves, gone when it left', async () => {
  const { path, at } = await observer()
  writeFileSync(path, heartbeatBytes(1, 'on'))
  expect(await at(0)).toBe('unsure')
  writeFileSync(path, heartbeatBytes(2, 'on'))
  expect(await at(100)).toBe('moved')
  for (let ms = 200; ms < 1300; ms += 100) expect(await at(ms)).toBe('moved')
  expect(await at(1300)).toBe('silent')
  writeFileSync(path, heartbeatBytes(3, 'on'))
  expect(await at(1400)).toBe('moved')
  writeFileSync(path, heartbeatBytes(0, 'left'))
  expect(await at(1500)).toBe('left')
})

test('a heartbeat that is removed, or comes out of an old cache, has not moved', async () => {
  const { path, at } = await observer()
  expect(await at(0)).toBe('unsure')
  writeFileSync(path, heartbeatBytes(5, 'on'))
  expect(await at(100)).toBe('unsure')
  expect(await at(200)).toBe('unsure')
  rmSync(path)
  for (let ms = 300; ms < 1300; ms += 100) expect(await at(ms)).toBe('unsure')
  expect(await at(1300)).toBe('silent')
  writeFileSync(path, heartbeatBytes(6, 'on'))
  expect(await at(1400)).toBe('moved')
})

test('a heartbeat that cannot be read is not a sign of life: the lease runs from the first look', async () => {
  let code = 'EIO'
  const open: FileSystem['open'] = async (path, flags) => {
    if (path.endsWith('.hb')) throw Object.assign(new Error(code), { code })
    return realFileSystem.open(path, flags)
  }
  const folder = await openTestFolder({ leaseMs: 1200, files: { ...realFileSystem, open } })
  const at = (nowMs: number): Promise<Sign> => lookAt(folder, worker, null, nowMs)
  for (let ms = 0; ms < 1200; ms += 100) expect(await at(ms)).toBe('unsure')
  code = 'EACCES'
  expect(await at(1200)).toBe('silent')
  code = 'EMFILE' // says nothing of this file
  await expect(at(1300)).rejects.toMatchObject({ code: 'INPUT_OUTPUT' })
})

test('an observer that was suspended has seen two periods, not an hour', async () => {
  const { at } = await observer()
  await at(0)
  await at(10)
  expect(await at(3_600_000)).toBe('unsure')
  expect(await at(3_600_100)).toBe('unsure')
})

test('an earlier run of our own task is gone once its heartbeat was quiet for one and a half beats', async () => {
  const folder = await openTestFolder({ leaseMs: 1200 })
  mkdirSync(workersFolder(folder.root), { recursive: true })
  const path = heartbeatPath(folder.root, worker)
  const here = { ...folder, me: { ...folder.me, job: 'north:7/1/', restart: 1 } }
  const earlier = { ...here.me, worker, boot: 'another', restart: 0 }
  const at = (nowMs: number): Promise<Sign> => lookAt(here, worker, earlier, nowMs)
  writeFileSync(path, heartbeatBytes(1, 'on'))
  expect(await at(0)).toBe('unsure')
  expect(await at(100)).toBe('unsure')
  writeFileSync(path, heartbeatBytes(2, 'on'))
  expect(await at(140)).toBe('moved')
  expect(await at(240)).toBe('moved')
  expect(await at(280)).toBe('moved')
  expect(await at(290)).toBe('silent')
  writeFileSync(path, heartbeatBytes(0, 'left'))
  expect(await at(300)).toBe('left')
})

test.each([
  [60_000, 40, 'alive'],
  [60_000, 70, 'gone'],
  [null, 1_000_000, 'alive'],
])('the owner of a held claim with %s ms to live is, %i s later, %s', async (ttlMs, ageS, liveness) => {
  const folder = await openTestFolder()
  const manner = { pace: { isSlow: false, contention: 0 }, readsRecord: true }
  await claimNext(folder, proposeFor, manner, () => 0, { ttlMs })
  const slot = folder.known.slots.get(0)!
  const then = Date.now() / 1000 - ageS
  utimesSync(lockPath(folder.root, slot.id, 1), then, then)
  expect(await ownerOf(folder, slot, 0)).toBe(liveness)
})
