import {
  existsSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { expect, test } from 'vitest'
import { commit } from '../../../src/store/protocol/commit.ts'
import { publishBest } from '../../../src/store/protocol/best.ts'
import { claimNext } from '../../../src/store/protocol/claim.ts'
import type { Claim } from '../../../src/store/protocol/attempts.ts'
import { realFileSystem } from '../../../src/store/disk/file-system.ts'
import type { FileSystem } from '../../../src/store/disk/file-system.ts'
import { leave } from '../../../src/store/protocol/registration.ts'
import type { Folder } from '../../../src/store/protocol/folder.ts'
import { bestFolder, bestLink, valuePath } from '../../../src/paths.ts'
import { refreshAll } from '../../../src/store/protocol/refresh.ts'
import { openTestFolder, proposeFor } from '../../support/study-folder.ts'

const claim = async (folder: Folder): Promise<Claim> =>
  (await claimNext(folder, proposeFor, { pace: { isSlow: false, contention: 0 }, readsRecord: true }, () => 0, {
    ttlMs: null,
  })) as Claim

const chainOf = (folder: Folder): { worth: number }[] =>
  readdirSync(bestFolder(folder.root))
    .sort()
    .map((name, i) => {
      expect(name).toBe(`${String(i + 1).padStart(8, '0')}.json`)
      return JSON.parse(readFileSync(`${bestFolder(folder.root)}/${name}`, 'utf8')) as { worth: number }
    })

test('trials that end at the same time leave a chain without gaps that strictly improves', async () => {
  const folder = await openTestFolder()
  for (let round = 0; round < 10; round++) {
    const claims: Claim[] = []
    for (let i = 0; i < 4; i++) claims.push(await claim(folder))
    await Promise.all(
      claims.map((c, i) => commit(folder, c, 'complete', { value: -(4 * round + ((3 * i + 1) % 4)) }, [])),
    )
  }
  const worths = chainOf(folder).map((b) => b.worth)
  expect(worths).toEqual([...new Set(worths)].sort((a, b) => b - a))
  expect(worths.at(-1)).toBe(-39)
  expect(readlinkSync(bestLink(folder.root))).toBe(folder.known.best!.id)
  await leave(folder)
})

test('a deleted chain begins anew, without a gap, for workers that knew the old one', async () => {
  const folder = await openTestFolder()
  for (const value of [5, 4, 3]) await commit(folder, await claim(folder), 'complete', { value }, [])
  rmSync(bestFolder(folder.root), { recursive: true })
  await commit(folder, await claim(folder), 'complete', { value: 2 }, [])
  expect(chainOf(folder).map((b) => b.worth)).toEqual([2])
  rmSync(bestFolder(folder.root), { recursive: true })
  await publishBest(folder, true)
  expect(chainOf(folder).map((b) => b.worth)).toEqual([2])
  await leave(folder)
})

test('a generation that is not an improvement, from a chain deleted meanwhile, changes nothing', async () => {
  const folder = await openTestFolder()
  await commit(folder, await claim(folder), 'complete', { value: 5 }, [])
  const other = await openTestFolder({ root: folder.root })
  rmSync(bestFolder(folder.root), { recursive: true })
  for (const value of [3, 4]) await commit(folder, await claim(folder), 'complete', { value }, [])
  const best = folder.known.best!.id
  const worse = [0, 1, 2].map((n) => folder.known.slots.get(n)!).find((slot) => slot.final!.values.value === 4)!
  writeFileSync(
    `${bestFolder(folder.root)}/00000002.json`,
    `${JSON.stringify({ slot: worse.number, id: worse.id, worth: 4, token: 't' })}\n`,
  )
  for (const reader of [folder, other]) {
    await publishBest(reader, true)
    expect(readlinkSync(bestLink(folder.root))).toBe(best)
  }
  expect(chainOf(folder).map((b) => b.worth)).toEqual([3, 4])
  await commit(folder, await claim(folder), 'complete', { value: 2 }, [])
  expect(chainOf(folder).map((b) => b.worth)).toEqual([3, 4, 2])
  await leave(folder)
})

test('no generation is made for a value that only a log reports, because a disk has lost its record', async () => {
  const folder = await openTestFolder()
  const { slot } = await claim(folder)
  await commit(folder, { slot, lock: slot.attempts[1]!.lock! }, 'complete', { value: 5 }, [])
  rmSync(bestFolder(folder.root), { recursive: true })
  writeFileSync(valuePath(folder.root, slot.id, 1), '{"slot":0,"att')
  const other = await openTestFolder({ root: folder.root })
  await refreshAll(other, 0)
  expect(other.known.best?.id).toBe(slot.id)
  await publishBest(other, true)
  expect(existsSync(bestFolder(folder.root)) ? chainOf(folder) : []).toEqual([])
  await leave(folder)
})

test('a committed value is reported as committed, whatever happens to the chain afterwards', async () => {
  let isFull = false
  const files: FileSystem = {
    ...realFileSystem,
    open: async (path, flags) => {
      if (isFull && flags !== 'r' && path.includes('/best/')) throw Object.assign(new Error('full'), { code: 'ENOSPC' })
      return realFileSystem.open(path, flags)
    },
  }
  const folder = await openTestFolder({ files })
  const first = await claim(folder)
  isFull = true
  expect(await commit(folder, first, 'complete', { value: 1 }, [])).toBe('committed')
  isFull = false
  await commit(folder, await claim(folder), 'complete', { value: 2 }, [])
  expect(chainOf(folder).map((b) => b.worth)).toEqual([1])
  await leave(folder)
})

test('an older link that a slow worker renamed over the best one is put right before leaving', async () => {
  let slow: string | undefined
  const files: FileSystem = {
    ...realFileSystem,
    rename: async (from, to) => {
      await realFileSystem.rename(from, to)
      if (slow === undefined || !to.endsWith('/best_instance')) return
      symlinkSync(slow, `${to}.slow`)
      renameSync(`${to}.slow`, to) // and is killed, before it looks at the chain again
      slow = undefined
    },
  }
  const folder = await openTestFolder({ files })
  const first = await claim(folder)
  await commit(folder, first, 'complete', { value: 2 }, [])
  const second = await claim(folder)
  slow = first.slot.id
  await commit(folder, second, 'complete', { value: 1 }, [])
  expect(slow).toBeUndefined()
  expect(readlinkSync(bestLink(folder.root))).toBe(second.slot.id)
  await leave(folder)
})

test('the link is not moved back to a trial that another client has beaten, although a cache hides that', async () => {
  let isHidden = false
  const renames: string[] = []
  let meanwhile = async (): Promise<void> => undefined
  const absent = (path: string): boolean => isHidden && path.endsWith('/best/00000002.json')
  const files: FileSystem = {
    ...realFileSystem,
    exists: async (path) => !absent(path) && (await realFileSystem.exists(path)),
    open: async (path, flags) => {
      if (absent(path)) throw Object.assign(new Error('not seen yet'), { code: 'ENOENT' })
      // A change of this client in that folder makes it look again.
      if (flags !== 'r' && path.includes('/best/')) isHidden = false
      return realFileSystem.open(path, flags)
    },
    symlink: async (target, path) => {
      await realFileSystem.symlink(target, path)
      await meanwhile()
    },
    rename: async (from, to) => {
      if (to.endsWith('/best_instance')) renames.push(readlinkSync(from))
      await realFileSystem.rename(from, to)
    },
  }
  const slow = await openTestFolder({ files })
  const fast = await openTestFolder({ root: slow.root })
  const [good, better] = [await claim(slow), await claim(fast)]
  meanwhile = async () => {
    meanwhile = async () => undefined
    await commit(fast, better, 'complete', { value: 1 }, [])
    isHidden = true
  }
  await commit(slow, good, 'complete', { value: 2 }, [])
  expect(renames).toEqual([])
  expect(readlinkSync(bestLink(slow.root))).toBe(better.slot.id)
})
