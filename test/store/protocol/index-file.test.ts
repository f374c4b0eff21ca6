import { chownSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { crc32 } from 'node:zlib'
import { randomStream } from '../../../src/numerics/random.ts'
import type { Random } from '../../../src/numerics/random.ts'
import { amend } from '../../../src/store/protocol/amend.ts'
import { claimAttempt, endAttempt, lookAfter, verdictIfUsedUp } from '../../../src/store/protocol/attempts.ts'
import type { Claim } from '../../../src/store/protocol/attempts.ts'
import { claimNext } from '../../../src/store/protocol/claim.ts'
import { commit } from '../../../src/store/protocol/commit.ts'
import type { FileSystem } from '../../../src/store/disk/file-system.ts'
import { realFileSystem } from '../../../src/store/disk/file-system.ts'
import { leave, note, register } from '../../../src/store/protocol/registration.ts'
import type { Folder } from '../../../src/store/protocol/folder.ts'
import { indexHeader, loadIndex } from '../../../src/store/protocol/index-file.ts'
import { indexIfDue, makeIndex } from '../../../src/store/protocol/index-maker.ts'
import { learnReport } from '../../../src/store/memory/knowledge.ts'
import { heartbeatPath, indexFolder, indexPath, logFolder, logPath, lockPath, slotPath } from '../../../src/paths.ts'
import { refresh, refreshAll } from '../../../src/store/protocol/refresh.ts'
import { openTestFolder, proposeFor } from '../../support/study-folder.ts'

const MANNER = { pace: { isSlow: false, contention: 0 }, readsRecord: true }
const claim = async (folder: Folder): Promise<Claim> =>
  (await claimNext(folder, proposeFor, MANNER, () => 0, { ttlMs: null })) as Claim

/** Runs `count` trials to their end. */
async function work(folder: Folder, count: number): Promise<void> {
  for (let k = 0; k < count; k++) {
    await refresh(folder, performance.now())
    const mine = await claim(folder)
    await commit(folder, mine, 'complete', { value: 100 - mine.slot.number }, [])
  }
}

const opened = async (root: string, files?: FileSystem): Promise<Folder> => {
  const folder = await openTestFolder({ root, ...(files === undefined ? {} : { files }) })
  await refreshAll(folder, 0)
  return folder
}

/** All that memory knows of the numbers: final trials in full, the state of the others. */
const memoryOf = ({ known }: Folder): unknown =>
  [...known.slots.numbers()].map((number) => {
    const { id, config, isClosed, round, final } = known.slots.get(number)!
    return { number, id, config, isClosed, round, final: final === null ? null : { ...final, token: '' } }
  })

const indexes = (root: string): string[] => readdirSync(indexFolder(root)).sort()
const logs = (root: string): string[] => readdirSync(logFolder(root)).map((name) => name.replace('.0001.jsonl', ''))
const indexed = async (folder: Folder, times: number): Promise<void> => {
  for (let k = 0; k < times; k++) await makeIndex(folder, performance.now())
}

/** Why a trial was pruned: nobody says so, in words, with a prediction. */
const BECAUSE = [undefined, { detail: 'zu "schlecht"' }, { detail: '', predicted: [-1, 0.5, 1e300] }] as const

/**
 * A few trials of every kind: complete, pruned, failed and retried, interrupted, running with reports, unclaimed,
 * damaged.
 */
async function everyKind(folder: Folder, random: Random): Promise<void> {
  for (let k = 0; k < 24; k++) {
    const kind = random.integer(7)
    const mine = await claim(folder)
    const { slot, lock } = mine
    const curve: [number, number | null][] = [
      [0, random.next()],
      [1, null],
    ]
    if (kind <= 1) await commit(folder, mine, 'complete', { value: random.next() }, curve)
    if (kind === 2) await commit(folder, mine, 'pruned', {}, curve, BECAUSE[k % 3])
    if (kind >= 3 && kind <= 5) folder.mine.delete(slot.number)
    if (kind >= 3 && kind <= 5)
      await endAttempt(folder, slot, 1, kind === 3 ? 'interrupted' : 'exit', 'Stück für Stück "kaputt"\n', curve)
    if (kind >= 4 && kind <= 5) await verdictIfUsedUp(folder, slot)
    if (kind === 5) {
      await amend(folder, { retry: { slot: slot.number, after: 1 } })
      if (random.integer(2) === 0) await claimAttempt(folder, folder.known.slots.get(slot.number)!, 2, { ttlMs: null })
    }
    if (kind === 6) {
      learnReport(folder.known, folder.me.worker, { slot: slot.number, attempt: lock.attempt, step: 3, value: 0.5 })
      await note(folder, { report: { slot: slot.number, attempt: lock.attempt, step: 3, value: 0.5 } })
    }
  }
  await amend(folder, { enqueue: [{ ...proposeFor(9000, 0) }] })
  await amend(folder, { stop: true })
}

test.each([1, 2, 3, 4, 5, 6])(
  'an index without logs gives the same knowledge as the truth alone (seed %i)',
  async (seed) => {
    const owner = await openTestFolder()
    const { root } = owner
    await everyKind(owner, randomStream('index', seed))
    writeFileSync(slotPath(root, owner.known.highest + 1, 1), 'damaged')
    await refreshAll(owner, 0)
    const truth = memoryOf(await opened(root))
    await makeIndex(owner, 0)
    rmSync(logFolder(root), { recursive: true })
    const reader = await opened(root)
    expect(reader.index.loaded).toBe(1)
    expect(reader.others.get(owner.me.worker)!.identity).toEqual(owner.me)
    expect(memoryOf(reader)).toEqual(truth)
    expect(memoryOf(owner)).toEqual(truth)
    for (const what of ['amendments', 'stops', 'queue', 'firstFree', 'highest'] as const)
      expect(reader.known[what]).toEqual(owner.known[what])
    expect([...reader.known.unfinished].sort()).toEqual([...owner.known.unfinished].sort())
    expect(reader.known.slots.ended).toEqual(owner.known.slots.ended)
    expect(reader.known.best?.number).toBe(owner.known.best?.number)
    expect(reader.bestChain.top).toEqual(owner.bestChain.top)
    expect(new Map(reader.known.slotOfId)).toEqual(new Map(owner.known.slotOfId))
    const curves = (folder: Folder): unknown =>
      [...folder.known.unfinished].sort().map((n) => folder.known.slots.get(n)!.attempts.map((a) => a?.curve))
    expect(curves(reader)).toEqual(curves(owner))
    rmSync(indexFolder(root), { recursive: true })
    expect(memoryOf(await opened(root))).toEqual(truth)
  },
)

test('the value after a retry replaces the failure, in memory and in the index', async () => {
  const owner = await openTestFolder()
  const mine = await claim(owner)
  await endAttempt(owner, mine.slot, 1, 'exit', 'once', [])
  await verdictIfUsedUp(owner, mine.slot)
  await makeIndex(owner, 0)
  const reader = await opened(owner.root)
  expect(reader.known.slots.ended).toEqual({ complete: 0, pruned: 0, failed: 1 })
  await amend(reader, { retry: { slot: 0, after: 1 } })
  expect(reader.known.slots.ended).toEqual({ complete: 0, pruned: 0, failed: 0 })
  const again = reader.known.slots.live(0)
  await loadIndex(reader) // it says that the trial failed in round 1
  expect(reader.known.slots.live(0)).toBe(again)
  const look = await lookAfter(reader, 0, 0, { ttlMs: null })
  expect(look).toMatchObject({ outcome: 'mine', claim: { lock: { attempt: 2, round: 2 } } })
  await commit(reader, (look as { claim: Claim }).claim, 'complete', { value: 3 }, [])
  await makeIndex(reader, 0)
  const later = await opened(owner.root)
  expect(later.known.slots.get(0)).toMatchObject({
    round: 2,
    final: { status: 'complete', round: 2, values: { value: 3 } },
  })
  expect(later.known.slots.ended).toEqual({ complete: 1, pruned: 0, failed: 0 })
  expect(later.known.unfinished.size).toBe(0)
})

describe('the newest whole index', () => {
  test.each([
    ['torn', (text: Buffer) => text.subarray(0, text.length - 9)],
    ['without its newline', (text: Buffer) => text.subarray(0, -1)],
    ['altered', (text: Buffer) => Buffer.from(text.toString().replace('"test"', '"tost"'))],
    ['empty', () => Buffer.alloc(0)],
    ['of another generation', (text: Buffer) => Buffer.from(text.toString().replace('"gen":2', '"gen":3'))],
    [
      'of impossible size',
      (text: Buffer) => Buffer.from(text.toString().replace(/"bytes":\d+/, '"bytes":9007199254740991')),
    ],
  ])('is loaded, not one that is %s', async (_, damage) => {
    const owner = await openTestFolder()
    await work(owner, 3)
    await makeIndex(owner, 0)
    await work(owner, 2)
    await makeIndex(owner, 0)
    writeFileSync(indexPath(owner.root, 2), damage(readFileSync(indexPath(owner.root, 2))))
    const reader = await opened(owner.root)
    expect(reader.index.loaded).toBe(1)
    expect(memoryOf(reader)).toEqual(memoryOf(owner))
  })

  test('is looked for once, even if only a torn one exists', async () => {
    const owner = await openTestFolder()
    await work(owner, 2)
    await makeIndex(owner, 0)
    truncateSync(indexPath(owner.root, 1), 40)
    let looks = 0
    const files: FileSystem = {
      ...realFileSystem,
      list: async (path) => {
        if (path.endsWith('/index')) looks++
        return realFileSystem.list(path)
      },
    }
    const reader = await opened(owner.root, files)
    expect(reader.index.loaded).toBe(0)
    looks = 0
    await refresh(reader, 1)
    expect(looks).toBe(1)
    await makeIndex(owner, 0)
    await refresh(reader, 2)
    expect(reader.index.loaded).toBe(2)
  })

  test('may be unreadable, and nothing else suffers', async () => {
    const owner = await openTestFolder()
    await work(owner, 3)
    await makeIndex(owner, 0)
    const files: FileSystem = {
      ...realFileSystem,
      open: async (path, flags) => {
        if (path.includes('/index/')) throw Object.assign(new Error('input/output error'), { code: 'EIO' })
        return realFileSystem.open(path, flags)
      },
    }
    expect(memoryOf(await opened(owner.root, files))).toEqual(memoryOf(owner))
  })
})

describe('what an index makes superfluous', () => {
  test('three indexes are kept, and a log is removed when all of them cover it and its worker has left', async () => {
    const gone = await openTestFolder()
    const { root } = gone
    await work(gone, 5)
    const maker = await opened(root)
    await work(maker, 1)
    await indexed(maker, 4)
    expect(logs(root).sort()).toEqual([gone.me.worker, maker.me.worker].sort()) // has not left
    await leave(gone)
    await refresh(maker, 100_000)
    await indexed(maker, 2)
    expect(logs(root)).toHaveLength(2) // two of the three do not cover the goodbye
    await makeIndex(maker, 0)
    expect(logs(root)).toEqual([maker.me.worker])
    expect(indexes(root)).toEqual(['00000005.jsonl', '00000006.jsonl', '00000007.jsonl'])
    expect(await indexHeader(maker, 7)).toMatchObject({ left: [gone.me.worker] })
    await makeIndex(maker, 0)
    expect(Object.keys((await indexHeader(maker, 8))!.offsets)).toEqual([maker.me.worker])
    expect(memoryOf(await opened(root))).toEqual(memoryOf(maker))
  })

  test('a log stays until there are three indexes that cover it', async () => {
    const gone = await openTestFolder()
    await work(gone, 2)
    await leave(gone)
    const maker = await opened(gone.root)
    await work(maker, 1)
    for (const expected of [true, true, false]) {
      await makeIndex(maker, 0)
      expect(logs(gone.root).includes(gone.me.worker)).toBe(expected)
    }
  })

  test('a worker that left a trial unfinished keeps its log and its heartbeat until somebody ended it', async () => {
    const gone = await openTestFolder()
    await register(gone, { hasHeartbeat: true })
    const left = await claim(gone)
    await leave(gone)
    const maker = await opened(gone.root)
    await work(maker, 1)
    await indexed(maker, 5)
    expect(logs(gone.root)).toContain(gone.me.worker)
    await commit(maker, left, 'complete', { value: 1 }, [])
    await indexed(maker, 1)
    expect(logs(gone.root)).toEqual([maker.me.worker])
    expect(() => readFileSync(heartbeatPath(gone.root, gone.me.worker))).toThrow(/ENOENT/)
  })

  test('a line that a dead writer never finished does not keep its log', async () => {
    const gone = await openTestFolder()
    await work(gone, 2)
    await leave(gone)
    writeFileSync(logPath(gone.root, gone.me.worker), '{"slot":{"slot":7', { flag: 'a' })
    const maker = await opened(gone.root)
    await work(maker, 1)
    await indexed(maker, 3)
    expect(logs(gone.root)).toEqual([maker.me.worker])
  })

  test('what a killed maker left behind is removed in time', async () => {
    const maker = await openTestFolder()
    await work(maker, 1)
    mkdirSync(indexFolder(maker.root))
    writeFileSync(`${indexFolder(maker.root)}/.00000001.jsonl.w-1-0a1b2c3d4e.0`, 'half')
    await indexed(maker, 3)
    expect(indexes(maker.root)).toHaveLength(4)
    await indexed(maker, 1)
    expect(indexes(maker.root)).toEqual(['00000002.jsonl', '00000003.jsonl', '00000004.jsonl'])
  })

  test.skipIf(process.getuid?.() !== 0)('what another user made stays, and so do the logs behind it', async () => {
    const maker = await openTestFolder()
    const { root } = maker
    await work(maker, 2)
    await indexed(maker, 1)
    chownSync(indexPath(root, 1), 65_534, 65_534)
    const [mine, theirs] = [await opened(root), await opened(root)]
    for (const guest of [mine, theirs]) {
      await work(guest, 1)
      await leave(guest)
    }
    chownSync(logPath(root, theirs.me.worker), 65_534, 65_534)
    await refresh(maker, performance.now() + 1e6)
    await indexed(maker, 4)
    expect(indexes(root)).toEqual(['00000001.jsonl', '00000003.jsonl', '00000004.jsonl', '00000005.jsonl'])
    expect(logs(root)).toHaveLength(3)
    rmSync(indexPath(root, 1))
    await indexed(maker, 1)
    expect(logs(root).sort()).toEqual([maker.me.worker, theirs.me.worker].sort())
  })

  test('a maker so slow that its index is no longer among the newest does not build on it', async () => {
    const others = await openTestFolder()
    await work(others, 1)
    let meanwhile = async (): Promise<void> => undefined
    const files: FileSystem = {
      ...realFileSystem,
      link: async (from, to) => {
        if (to.includes('/index/')) await meanwhile()
        return realFileSystem.link(from, to)
      },
      unlink: async (path) => {
        if (path.endsWith('/index/00000001.jsonl')) throw Object.assign(new Error('not permitted'), { code: 'EPERM' })
        return realFileSystem.unlink(path)
      },
    }
    const slow = await opened(others.root, files)
    await work(slow, 1)
    meanwhile = async () => {
      meanwhile = async () => undefined
      await work(others, 3)
      await indexed(others, 5)
      rmSync(indexPath(others.root, 1), { force: true })
    }
    await makeIndex(slow, 0)
    expect(indexes(others.root)).toContain('00000005.jsonl')
    rmSync(logFolder(others.root), { recursive: true }) // as if all were covered
    await refresh(slow, 1)
    expect(memoryOf(slow)).toEqual(memoryOf(others))
  })
})

describe('traces that broke earlier designs', () => {
  /** Another worker comes, works, leaves, and is indexed until its log is gone. */
  async function comeAndGo(root: string, maker: Folder, count: number): Promise<void> {
    const guest = await opened(root)
    await work(guest, count)
    await leave(guest)
    await refresh(maker, performance.now() + 1e6)
    await indexed(maker, 3)
    expect(logs(root)).not.toContain(guest.me.worker)
  }

  test('12: the logs behind an old index are removed while a reader opens', async () => {
    const maker = await openTestFolder()
    const { root } = maker
    await work(maker, 2)
    await indexed(maker, 1)
    let isDone = false
    const files: FileSystem = {
      ...realFileSystem,
      list: async (path) => {
        if (path.endsWith('/log') && !isDone) {
          isDone = true
          await comeAndGo(root, maker, 4)
        }
        return realFileSystem.list(path)
      },
    }
    const reader = await opened(root, files)
    expect(isDone).toBe(true)
    expect(reader.index.loaded).toBe(4)
    expect(memoryOf(reader)).toEqual(memoryOf(maker))
  })

  test('13: all indexes but damaged ones are gone, and opening ends', async () => {
    const maker = await openTestFolder()
    await work(maker, 4)
    await indexed(maker, 2)
    truncateSync(indexPath(maker.root, 2), 90)
    rmSync(indexPath(maker.root, 1))
    rmSync(logFolder(maker.root), { recursive: true })
    expect(memoryOf(await opened(maker.root))).toEqual(memoryOf(maker))
  })

  test('14: a value is found although its log line is gone and the index says that the trial runs', async () => {
    const owner = await openTestFolder()
    const mine = await claim(owner)
    await makeIndex(owner, 0)
    await commit(owner, mine, 'complete', { value: 4 }, [])
    rmSync(logFolder(owner.root), { recursive: true })
    const reader = await opened(owner.root)
    expect(reader.index.loaded).toBe(1)
    expect(reader.known.slots.get(0)!.final).toMatchObject({ values: { value: 4 } })
  })

  test('15: a reader that slept while a worker came, left and was removed learns of it at the next look', async () => {
    const maker = await openTestFolder()
    const { root } = maker
    await work(maker, 2)
    const early = await opened(root) // from no index
    await indexed(maker, 1)
    const late = await opened(root)
    await comeAndGo(root, maker, 4)
    for (const sleeper of [early, late]) {
      await refresh(sleeper, 1)
      expect(memoryOf(sleeper)).toEqual(memoryOf(maker))
    }
  })

  test('a removed index that its slow maker creates anew is not the one that memory was loaded from', async () => {
    const maker = await openTestFolder()
    const { root } = maker
    await work(maker, 2)
    await indexed(maker, 1)
    const old = readFileSync(indexPath(root, 1), 'utf8')
    const sleeper = await opened(root)
    await refresh(sleeper, 1)
    await comeAndGo(root, maker, 4)
    expect(indexes(root)).not.toContain('00000001.jsonl')
    const { token } = JSON.parse(old.split('\n')[0]!) as { token: string }
    const body = old.replace(
      token,
      token.replace(/.$/, (last) => (last === '0' ? '1' : '0')),
    )
    const lines = body.slice(0, body.lastIndexOf('\n', body.length - 2) + 1)
    const crc = crc32(lines).toString(16).padStart(8, '0')
    writeFileSync(indexPath(root, 1), body.replace(/"crc":"\w+"/, `"crc":"${crc}"`))
    await refresh(sleeper, 2)
    expect(memoryOf(sleeper)).toEqual(memoryOf(maker))
  })

  test('an index that only got another inode is the same, and is not read again', async () => {
    const maker = await openTestFolder()
    await work(maker, 2)
    await indexed(maker, 1)
    let inode = 0
    let looks = 0
    const files: FileSystem = {
      ...realFileSystem,
      stamp: async () => String(inode),
      list: async (path) => {
        looks++
        return realFileSystem.list(path)
      },
    }
    const reader = await opened(maker.root, files)
    looks = 0
    for (; inode < 3; inode++) await refresh(reader, inode)
    expect(looks).toBe(0)
  })

  test('indexes vanish one after the other while a reader opens, and it ends with the truth', async () => {
    const maker = await openTestFolder()
    await work(maker, 4)
    await indexed(maker, 3)
    const files: FileSystem = {
      ...realFileSystem,
      open: async (path, flags) => {
        if (path.includes('/index/')) {
          rmSync(path, { force: true })
          await makeIndex(maker, 0)
        }
        return realFileSystem.open(path, flags)
      },
    }
    expect(memoryOf(await opened(maker.root, files))).toEqual(memoryOf(maker))
  })
})

describe('an index is due', () => {
  test('when the logs have grown, and then one worker makes it', async () => {
    const a = await openTestFolder({ indexAfterBytes: 3000 })
    await work(a, 1)
    await indexIfDue(a, 0)
    expect(() => indexes(a.root)).toThrow(/ENOENT/)
    await work(a, 9)
    const b = await openTestFolder({ root: a.root, indexAfterBytes: 3000 })
    await refreshAll(b, 0)
    await work(b, 1)
    await indexIfDue(a, 0) // it knows of no other worker: at once
    expect(indexes(a.root)).toEqual(['00000001.jsonl'])
    await indexIfDue(b, 0)
    await indexIfDue(b, 60_000) // its delay has passed, and it finds the index made
    expect(indexes(a.root)).toEqual(['00000001.jsonl'])
    expect(b.index.uncovered).toBeLessThan(3000)
    await indexIfDue(a, 60_000)
    expect(indexes(a.root)).toEqual(['00000001.jsonl'])
  })

  test('again only when enough was logged since to be worth writing it', async () => {
    const a = await openTestFolder({ indexAfterBytes: 100 })
    await work(a, 60)
    await indexIfDue(a, 0)
    await work(a, 1)
    expect(a.index.uncovered).toBeGreaterThan(100)
    await indexIfDue(a, 0)
    expect(indexes(a.root)).toEqual(['00000001.jsonl'])
    await work(a, 12)
    await indexIfDue(a, 0)
    expect(indexes(a.root)).toEqual(['00000001.jsonl', '00000002.jsonl'])
  })

  test('on a full disk as well, and nothing else suffers', async () => {
    const files: FileSystem = {
      ...realFileSystem,
      open: async (path, flags) => {
        if (path.includes('/index/') && flags !== 'r') throw Object.assign(new Error('no space'), { code: 'ENOSPC' })
        return realFileSystem.open(path, flags)
      },
    }
    const a = await openTestFolder({ files, indexAfterBytes: 100 })
    await work(a, 5)
    await indexIfDue(a, 0)
    await work(a, 1)
    expect(a.known.slots.ended.complete).toBe(6)
  })
})

test('of an index that is a hole of two gigabytes, one piece is read', async () => {
  const { root } = await openTestFolder()
  mkdirSync(indexFolder(root))
  writeFileSync(indexPath(root, 1), '')
  truncateSync(indexPath(root, 1), 2_000_000_000)
  let bytes = 0
  const files: FileSystem = {
    ...realFileSystem,
    read: async (file, target, position) => {
      const count = await realFileSystem.read(file, target, position)
      bytes += count
      return count
    },
  }
  await opened(root, files)
  expect(bytes).toBeLessThan(300_000)
})

test('an index can be made without hard links', async () => {
  const owner = await openTestFolder({ primitive: 'rename-dir' })
  await work(owner, 4)
  await indexed(owner, 5)
  expect(indexes(owner.root)).toEqual(['00000003.jsonl.d', '00000004.jsonl.d', '00000005.jsonl.d'])
  rmSync(logFolder(owner.root), { recursive: true })
  const reader = await openTestFolder({ root: owner.root, primitive: 'rename-dir' })
  await refreshAll(reader, 0)
  expect(reader.index.loaded).toBe(5)
  expect(memoryOf(reader)).toEqual(memoryOf(owner))
})

test('an abandoned duplicate and a slot that nobody claimed come out of an index as they went in', async () => {
  const owner = await openTestFolder()
  await work(owner, 1)
  writeFileSync(
    slotPath(owner.root, 1, 1),
    readFileSync(slotPath(owner.root, 0, 1), 'utf8').replace('"slot":0', '"slot":1'),
  )
  await refreshAll(owner, 0)
  const other = await claim(owner)
  rmSync(lockPath(owner.root, other.slot.id, 1))
  await makeIndex(owner, 0)
  const reader = await opened(owner.root)
  expect(reader.known.slotOfId.get(owner.known.slots.get(0)!.id)).toBe(0)
  expect(reader.known.slots.get(1)).toMatchObject({ isClaimed: false, final: null })
})
