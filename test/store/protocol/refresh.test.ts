import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { expect, test } from 'vitest'
import type { Claim } from '../../../src/store/protocol/attempts.ts'
import { claimNext } from '../../../src/store/protocol/claim.ts'
import type { Proposal } from '../../../src/store/protocol/claim.ts'
import { commit } from '../../../src/store/protocol/commit.ts'
import { line, readSlot } from '../../../src/store/disk/documents.ts'
import { realFileSystem } from '../../../src/store/disk/file-system.ts'
import type { FileSystem } from '../../../src/store/disk/file-system.ts'
import { readDefinition } from '../../../src/store/protocol/definition-file.ts'
import { freeNumber, learnSlot } from '../../../src/store/memory/knowledge.ts'
import { logFolder, slotPath, slotFolder, studyPath } from '../../../src/paths.ts'
import { readSlots, refresh, refreshAll, refreshLogs } from '../../../src/store/protocol/refresh.ts'
import { scratch } from '../../support/scratch.ts'
import { openTestFolder, proposeFor } from '../../support/study-folder.ts'

test('slots that were only seen in a listing are read, even if they fill their folder completely', async () => {
  const folder = await openTestFolder({ ceiling: 1000 })
  mkdirSync(slotFolder(folder.root, 0), { recursive: true })
  for (let slot = 0; slot < 1000; slot++) {
    writeFileSync(
      slotPath(folder.root, slot, 1),
      line({ slot, epoch: 1, ...proposeFor(slot, 0), worker: 'w-1', token: 't', time: '' }),
    )
    folder.known.seen.add(slot)
  }
  expect(freeNumber(folder.known, 1000, new Set(), 0)).toBeUndefined()
  await readSlots(folder)
  expect(folder.known.slots.size).toBe(1000)
  expect(folder.known.unfinished.size).toBe(1000)
})

test('a study that others create while we look is not damaged', async () => {
  const root = scratch()
  const { study } = await openTestFolder()
  const slow: FileSystem = {
    ...realFileSystem,
    list: async (directory) => {
      if (directory === root) {
        mkdirSync(slotFolder(root, 0), { recursive: true })
        mkdirSync(dirname(studyPath(root)), { recursive: true })
        writeFileSync(studyPath(root), line(study))
      }
      return realFileSystem.list(directory)
    },
  }
  expect(await readDefinition(slow, root)).toEqual(study)
})

test('a value in a log does not go to the config that the number had before', async () => {
  const owner = await openTestFolder()
  const manner = { pace: { isSlow: false, contention: 0 }, readsRecord: true }
  const same = (): Proposal => proposeFor(0, 0)
  const first = (await claimNext(owner, same, manner, () => 0, { ttlMs: null })) as Claim
  const second = (await claimNext(
    owner,
    (number, draw) => (draw === 0 ? same() : proposeFor(number, draw)),
    manner,
    () => 0,
    { ttlMs: null },
  )) as Claim
  expect(second.lock).toMatchObject({ slot: 1, epoch: 2 })
  const observer = await openTestFolder({ root: owner.root })
  learnSlot(observer.known, readSlot(readFileSync(slotPath(owner.root, 1, 1), 'utf8'))!)
  await commit(owner, second, 'complete', { value: 7 }, [])
  const log = `${logFolder(owner.root)}/${owner.me.worker}.0001.jsonl`
  writeFileSync(
    log,
    readFileSync(log, 'utf8')
      .split('\n')
      .filter((text) => !text.includes('"epoch":2'))
      .join('\n'),
  ) // lost, or still behind a cache
  await refresh(observer, 0)
  expect(observer.known.slots.get(1)).toMatchObject({ epoch: 1, final: null })
  await refreshAll(observer, 0)
  expect(observer.known.slots.get(1)).toMatchObject({ epoch: 2, id: second.slot.id, final: { values: { value: 7 } } })
  expect(first.slot.number).toBe(0)
})

test('a worker whose log still grows is not gone, however silent its heartbeat is', async () => {
  const writer = await openTestFolder()
  const reader = await openTestFolder({ root: writer.root })
  const isGone = async (nowMs: number): Promise<boolean> => {
    reader.signs.set(writer.me.worker, { sign: 'silent', atMs: nowMs })
    await refreshLogs(reader, nowMs, { isListed: true })
    return reader.others.get(writer.me.worker)!.isGone
  }
  const work = (): Promise<unknown> =>
    claimNext(writer, proposeFor, { pace: { isSlow: false, contention: 0 }, readsRecord: true }, () => 0, {
      ttlMs: null,
    })
  await work()
  expect(await isGone(0)).toBe(false)
  await work()
  expect(await isGone(1)).toBe(false)
  expect(await isGone(2)).toBe(true)
})
