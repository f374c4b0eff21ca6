import { existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { expect, test, vi } from 'vitest'
import { claimAttempt, endAttempt, lookAfter, verdictIfUsedUp } from '../../../src/store/protocol/attempts.ts'
import type { Claim } from '../../../src/store/protocol/attempts.ts'
import { claimNext, claimSlot } from '../../../src/store/protocol/claim.ts'
import { commit } from '../../../src/store/protocol/commit.ts'
import { realFileSystem } from '../../../src/store/disk/file-system.ts'
import type { SlotDocument } from '../../../src/store/disk/documents.ts'
import type { FileSystem } from '../../../src/store/disk/file-system.ts'
import type { Folder } from '../../../src/store/protocol/folder.ts'
import { learnAmendment } from '../../../src/store/memory/changes.ts'
import { learnSlot, learnValue } from '../../../src/store/memory/knowledge.ts'
import { failedPath, lockPath, slotPath, valuePath } from '../../../src/paths.ts'
import { refreshAll } from '../../../src/store/protocol/refresh.ts'
import { openTestFolder, proposeFor } from '../../support/study-folder.ts'

const claim = async (folder: Folder): Promise<Claim> =>
  (await claimNext(folder, proposeFor, { pace: { isSlow: false, contention: 0 }, readsRecord: true }, () => 0, {
    ttlMs: null,
  })) as Claim

/** A study with one trial whose attempt 1 was interrupted, and a second observer who knows nothing yet. */
async function interrupted(): Promise<{ claim: Claim; observer: Folder }> {
  const owner = await openTestFolder()
  const mine = await claim(owner)
  await endAttempt(owner, mine.slot, 1, 'interrupted', '', [])
  const observer = await openTestFolder({ root: owner.root })
  rmSync(`${owner.root}/.anthill/log`, { recursive: true })
  return { claim: mine, observer }
}

const tear = (path: string): void => truncateSync(path, readFileSync(path).length >> 1)

test('a torn note counts as lost, and the trial goes on', async () => {
  const { claim, observer } = await interrupted()
  tear(failedPath(observer.root, claim.slot.id, 1))
  await refreshAll(observer, 0)
  const look = await lookAfter(observer, 0, 0)
  expect(look).toMatchObject({ outcome: 'mine', claim: { lock: { attempt: 2 } } })
  expect(observer.known.slots.get(0)!.attempts[1]!.failed).toMatchObject({ reason: 'lost' })
})

test('a torn second lock is an attempt by nobody, and others wait one lease for it', async () => {
  const { claim, observer } = await interrupted()
  writeFileSync(lockPath(observer.root, claim.slot.id, 2), '{"slot":0,')
  await refreshAll(observer, 0)
  let nowMs = 0
  let look = await lookAfter(observer, 0, nowMs)
  expect(look).toMatchObject({ outcome: 'others', liveness: 'unsure' })
  while (look.outcome === 'others' && nowMs < 70_000) look = await lookAfter(observer, 0, (nowMs += 1000))
  expect(look).toMatchObject({ outcome: 'mine', claim: { lock: { attempt: 3 } } })
  expect(nowMs).toBeGreaterThanOrEqual(60_000)
})

test('a torn first lock names nobody: its slot goes on to another config', async () => {
  const { claim, observer } = await interrupted()
  tear(lockPath(observer.root, claim.slot.id, 1))
  await refreshAll(observer, 0)
  observer.known.slots.get(0)!.isReleased = true // its maker is gone
  expect(await lookAfter(observer, 0, 0)).toEqual({ outcome: 'duplicate' })
  const next = (await claimSlot(observer, observer.known.slots.get(0)!, proposeFor))!
  expect(next.lock).toMatchObject({ slot: 0, epoch: 2, attempt: 1, config: '{"x": 0, "y": 1}' })
})

test('a torn first lock loses no value that was committed behind it', async () => {
  const owner = await openTestFolder()
  const mine = await claim(owner)
  await commit(owner, mine, 'complete', { value: 7 }, [])
  tear(lockPath(owner.root, mine.slot.id, 1))
  rmSync(`${owner.root}/.anthill/log`, { recursive: true })
  const observer = await openTestFolder({ root: owner.root })
  await refreshAll(observer, 0)
  expect(observer.known.slots.get(0)!.final).toMatchObject({ values: { value: 7 } })
})

test('a torn terminal record makes a trial failed, for its owner and for everybody', async () => {
  const { claim, observer } = await interrupted()
  writeFileSync(valuePath(observer.root, claim.slot.id, 1), '{"slot":0')
  await refreshAll(observer, 0)
  expect(observer.known.slots.get(0)!.final).toMatchObject({ status: 'failed', reason: 'lost' })
  expect(await commit(observer, claim, 'complete', { value: 1 }, [])).toBe('superseded')
})

test.each([
  ['torn', ''],
  ['of another number', '{"slot":5,"epoch":1,"closed":"exhausted","worker":"w","token":"","time":""}\n'],
])('a slot file that is %s is a number used up, in any epoch', async (_, text) => {
  const folder = await openTestFolder()
  const first = await claim(folder)
  writeFileSync(slotPath(folder.root, 1, 1), text)
  expect((await claim(folder)).slot.number).toBeGreaterThan(1)
  expect(folder.known.slots.get(1)).toMatchObject({ isClosed: true })
  writeFileSync(
    slotPath(folder.root, 900, 1),
    readFileSync(slotPath(folder.root, 0, 1), 'utf8').replace('"slot":0', '"slot":900'),
  ) // a duplicate
  await refreshAll(folder, 0)
  writeFileSync(slotPath(folder.root, 900, 2), text)
  expect(await claimSlot(folder, folder.known.slots.get(900)!, proposeFor)).toBeUndefined()
  expect(folder.known.slots.get(900)).toMatchObject({ isClosed: true })
  expect(folder.known.slotOfId.get(first.slot.id)).toBe(0)
})

test('a note that is missing below a higher lock is made again, and nobody waits for it', async () => {
  const { claim, observer } = await interrupted()
  await refreshAll(observer, 0)
  const second = (await claimAttempt(observer, observer.known.slots.get(0)!, 2, { ttlMs: null }))!
  await endAttempt(observer, second.slot, 2, 'interrupted', '', [])
  rmSync(failedPath(observer.root, claim.slot.id, 1))
  rmSync(`${observer.root}/.anthill/log`, { recursive: true })
  const later = await openTestFolder({ root: observer.root })
  await refreshAll(later, 0)
  expect(await lookAfter(later, 0, 0)).toMatchObject({ outcome: 'mine', claim: { lock: { attempt: 3 } } })
  expect(existsSync(failedPath(observer.root, claim.slot.id, 1))).toBe(true)
})

test('an end whose outcome could not be seen counts as committed when it is told again', async () => {
  let blindLooks = 0
  const files: FileSystem = {
    ...realFileSystem,
    open: async (path, flags) => {
      if (flags === 'r' && /value\.json$|failed/.test(path) && blindLooks-- > 0)
        throw Object.assign(new Error('input/output error'), { code: 'EIO' })
      return realFileSystem.open(path, flags)
    },
  }
  const folder = await openTestFolder({ files })
  const [a, b] = [await claim(folder), await claim(folder)]
  const unseen = async (end: Promise<unknown>): Promise<void> => {
    blindLooks = Infinity
    const refused = expect(end).rejects.toThrow(/EIO/)
    await vi.advanceTimersByTimeAsync(15_000)
    await refused
    blindLooks = 0
  }
  vi.useFakeTimers({ toFake: ['setTimeout'] })
  try {
    await unseen(commit(folder, a, 'complete', { value: 1 }, []))
    await unseen(endAttempt(folder, b.slot, 1, 'exit', 'status 1', []))
  } finally {
    vi.useRealTimers()
  }
  expect(await commit(folder, a, 'complete', { value: 1 }, [])).toBe('committed')
  expect(await endAttempt(folder, b.slot, 1, 'exit', 'status 1', [])).toBe('committed')
  expect(await commit(folder, a, 'complete', { value: 2 }, [])).toBe('superseded')
  const c = await claim(folder)
  blindLooks = 2
  expect(await commit(folder, c, 'complete', { value: 3 }, [])).toBe('committed')
})

test('a trial goes on if an old cache hides its locks while its claim is known', async () => {
  const owner = await openTestFolder()
  const mine = await claim(owner)
  await endAttempt(owner, mine.slot, 1, 'exit', 'no luck', [])
  await verdictIfUsedUp(owner, owner.known.slots.get(0)!)
  let isOld = true
  const files: FileSystem = {
    ...realFileSystem,
    open: async (path, flags) => {
      if (isOld && flags === 'r' && path.includes('/lock.'))
        throw Object.assign(new Error('not seen yet'), { code: 'ENOENT' })
      return realFileSystem.open(path, flags)
    },
    link: async (existing, path) => {
      isOld = false
      await realFileSystem.link(existing, path)
    },
  }
  const observer = await openTestFolder({ root: owner.root, files })
  learnSlot(observer.known, JSON.parse(readFileSync(slotPath(owner.root, 0, 1), 'utf8')) as SlotDocument)
  learnValue(observer.known, owner.known.slots.get(0)!.final!)
  learnAmendment(observer.known, 1, { retry: { slot: 0, after: 1 }, by: 'somebody', token: 't', time: '' })
  observer.known.slots.get(0)!.isReleased = true // its maker is gone
  expect(await lookAfter(observer, 0, 0)).toMatchObject({ outcome: 'mine', claim: { lock: { attempt: 2, round: 2 } } })
})

test('a value that was committed while a later attempt was claimed counts, and that attempt never starts', async () => {
  const owner = await openTestFolder()
  const mine = await claim(owner)
  const files: FileSystem = {
    ...realFileSystem,
    link: async (existing, path) => {
      if (path.endsWith('/lock.2')) await commit(owner, mine, 'complete', { value: 7 }, [])
      await realFileSystem.link(existing, path)
    },
  }
  const observer = await openTestFolder({ root: owner.root, files })
  await refreshAll(observer, 0)
  await endAttempt(observer, observer.known.slots.get(0)!, 1, 'lost', 'it was silent for a lease', [])
  expect(await lookAfter(observer, 0, 0)).toEqual({ outcome: 'final' })
  expect(existsSync(lockPath(owner.root, mine.slot.id, 2))).toBe(true)
  expect(observer.known.slots.get(0)!.final).toMatchObject({ values: { value: 7 } })
  expect(observer.mine.has(0)).toBe(false)
})
