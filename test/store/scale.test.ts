import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { orderOf } from '../../src/space/goals.ts'
import { openStudy } from '../../src/study/open-study.ts'
import type { Claim } from '../../src/store/protocol/attempts.ts'
import { claimNext } from '../../src/store/protocol/claim.ts'
import { commit } from '../../src/store/protocol/commit.ts'
import { readDefinition } from '../../src/store/protocol/definition-file.ts'
import { openFolder } from '../../src/store/protocol/folder.ts'
import { addPeer } from '../../src/store/protocol/peers.ts'
import { note, register } from '../../src/store/protocol/registration.ts'
import type { Folder } from '../../src/store/protocol/folder.ts'
import { heartbeatBytes } from '../../src/store/life/heartbeat-record.ts'
import { logLine, readEvents } from '../../src/store/protocol/log.ts'
import { realFileSystem } from '../../src/store/disk/file-system.ts'
import { heartbeatPath, logFolder, logPath, studyMetaFolder, workersFolder } from '../../src/paths.ts'
import { refresh, refreshAll } from '../../src/store/protocol/refresh.ts'
import { checkStudy } from '../../src/doctor/study-check.ts'
import { writeStudy } from '../benchmark/write-study.ts'
import type { Written } from '../benchmark/write-study.ts'
import { countingFiles } from '../support/counting-files.ts'
import type { CountingFiles } from '../support/counting-files.ts'
import { scratch } from '../support/scratch.ts'
import { proposeFor } from '../support/study-folder.ts'

async function written(options: Partial<Written>): Promise<string> {
  const root = join(scratch(), 's')
  await writeStudy(root, { trials: 100, live: 0, departed: 0, ...options })
  return root
}

async function folderOf(root: string, counting: CountingFiles): Promise<Folder> {
  const definition = (await readDefinition(counting.files, root))!
  return openFolder(
    counting.files,
    root,
    definition,
    { isReadOnly: false, ceiling: Infinity },
    orderOf({ objectives: { value: 'minimize' } }),
  )
}

test('the studies of the benchmarks are whole, and look the same with and without their hints', async () => {
  const root = await written({ trials: 120, live: 3, departed: 5 })
  expect(await checkStudy(root)).toMatchObject({ slots: 123, files: 123 + 123 + 120, damages: [] })
  const read = async (): Promise<unknown> => {
    const study = await openStudy(root, { readOnly: true })
    const best = await study.best()
    return { trials: await study.trials(), best, counts: (await study.status()).trials }
  }
  const all = await read()
  rmSync(logFolder(root), { recursive: true })
  expect(await read()).toEqual(all)
  for (const hints of ['index', 'best', 'workers']) rmSync(`${studyMetaFolder(root)}/${hints}`, { recursive: true })
  expect(await read()).toEqual(all)
})

test('opening reads the definition, the index, one best file and what is alive, nothing that has ended', async () => {
  const names = async (options: Partial<Written>): Promise<string[]> => {
    const counting = countingFiles()
    const root = await written(options)
    await refreshAll(await folderOf(root, counting), 0)
    const { opened, calls } = counting.taken()
    expect(calls.list).toBeLessThanOrEqual(5)
    const ofTrial = /\/[0-9a-f]{20}\//
    const named = (path: string): string => path.replace(ofTrial, '/ID/').replace(/best\/\d{8}/, 'best/TOP')
    return [...new Set(opened.map((path) => named(path.slice(root.length))))].sort()
  }
  const logs = [0, 1, 2].map((k) => `/.anthill/log/live-${k}-0000000000.0001.jsonl`)
  const hints = ['/.anthill/index/00000003.jsonl', '/.anthill/best/TOP.json', ...logs]
  const expected = [...hints, '/.anthill/study.json', '/ID/.anthill/lock.1'].sort()
  expect(await names({ trials: 100, live: 3 })).toEqual(expected)
  expect(await names({ trials: 2100, live: 3, departed: 900, isBare: true })).toEqual(expected)
})

test.each([true, false])(
  'a claim, a report and a commit make as many calls at 1,500 trials as at 100 (sampler reads the record: %s)',
  async (readsRecord) => {
    const callsAt = async (trials: number): Promise<unknown> => {
      const counting = countingFiles()
      const folder = await folderOf(await written({ trials, departed: 3, isBare: true }), counting)
      await refreshAll(folder, 0)
      await register(folder, { hasHeartbeat: false })
      const manner = { pace: { isSlow: false, contention: 0 }, readsRecord }
      const calls: unknown[] = []
      for (let k = 0; k < 2; k++) {
        counting.taken()
        await refresh(folder, 1)
        const claim = (await claimNext(folder, proposeFor, manner, () => 0, { ttlMs: null })) as Claim
        calls.push(counting.taken().calls)
        await note(folder, { report: { slot: claim.slot.number, attempt: 1, step: 0, value: 1 } })
        calls.push(counting.taken().calls)
        await commit(folder, claim, 'complete', { value: 100 }, [])
        calls.push(counting.taken().calls)
      }
      return calls.slice(3)
    }
    const few = await callsAt(100)
    expect(await callsAt(1500)).toEqual(few)
    const changing = (few as Record<string, number>[]).flatMap((calls) =>
      ['write', 'sync', 'link', 'unlink', 'mkdir', 'rename'].map((name) => calls[name] ?? 0),
    )
    // Three creations of 4 calls (and an open), 2 directories, 2 + 1 lines of 2 (but 1 for the report, which is not
    // flushed), 2 for the face of the value.
    expect(changing.reduce((a, b) => a + b, 0)).toBe(20 + 2)
  },
)

/** A worker that works elsewhere, or died there without a word. */
function peer(folder: Folder, k: number): void {
  const worker = `peer-${k}-0000000000`
  writeFileSync(
    logPath(folder.root, worker),
    logLine({ identity: { ...folder.me, worker, host: 'elsewhere', boot: '' } }),
  )
  writeFileSync(heartbeatPath(folder.root, worker), heartbeatBytes(1, 'on'))
  addPeer(folder, worker)
}

test('with a thousand workers known and eight of them at work, an ask reads eight tails, or none', async () => {
  const reads = async (departed: number): Promise<{ refreshed: string[]; claimed: string[] }> => {
    const counting = countingFiles()
    const folder = await folderOf(await written({ trials: 50, departed }), counting)
    await refreshAll(folder, 0)
    for (let k = 0; k < 8; k++) peer(folder, k)
    await refresh(folder, 0)
    counting.taken()
    await refresh(folder, 1)
    const refreshed = counting.taken().opened.map((path) => path.slice(studyMetaFolder(folder.root).length + 1))
    await claimNext(folder, proposeFor, { pace: { isSlow: false, contention: 0 }, readsRecord: false }, () => 0, {
      ttlMs: null,
    })
    const claimed = counting.taken().opened.filter((path) => /\/(log|index|workers|best|amend)\//.test(path))
    return { refreshed: refreshed.sort(), claimed }
  }
  const tails = Array.from({ length: 8 }, (_, k) => `log/peer-${k}-0000000000.0001.jsonl`)
  const few = await reads(0)
  expect(few.refreshed).toEqual(['index/00000003.jsonl', ...tails])
  expect(few.claimed).toEqual([])
  expect(await reads(992)).toEqual(few)
})

test('a worker that died without a word is read only at listings, once it was silent for a lease', async () => {
  const counting = countingFiles()
  const folder = await folderOf(await written({ trials: 50 }), counting)
  await refreshAll(folder, 0)
  for (let k = 0; k < 5; k++) peer(folder, k)
  const tailsAt = async (nowMs: number): Promise<number> => {
    counting.taken()
    await refresh(folder, nowMs)
    return counting.taken().opened.filter((path) => path.includes('/log/peer-')).length
  }
  expect(await tailsAt(1000)).toBe(5)
  let nowMs = 1000
  for (let k = 0; k < 12; k++) await tailsAt((nowMs += 60_000))
  expect(await tailsAt(nowMs + 1)).toBe(0)
  writeFileSync(logPath(folder.root, 'peer-3-0000000000'), logLine({ ask: 77 }), { flag: 'a' }) // only suspended
  writeFileSync(heartbeatPath(folder.root, 'peer-3-0000000000'), heartbeatBytes(2, 'on'))
  expect(await tailsAt((nowMs += 60_000))).toBe(5)
  expect(folder.others.get('peer-3-0000000000')!.asks).toBe(77)
  expect(await tailsAt(nowMs + 1)).toBe(1)
})

test('status and best of a study read no trial that has ended', async () => {
  const root = await written({ trials: 200, departed: 7, indexedAt: [0.5, 0.9, 1] })
  const before = await (await openStudy(root, { readOnly: true })).status()
  for (const name of readdirSync(root).filter((name) => /^[0-9a-f]{20}$/.test(name)))
    rmSync(join(root, name), { recursive: true })
  rmSync(logFolder(root), { recursive: true })
  rmSync(workersFolder(root), { recursive: true })
  const after = await (await openStudy(root, { readOnly: true })).status()
  expect(after.trials).toMatchObject({ complete: 200, running: 0 })
  expect(after.budget).toBe(200)
  expect(after.best).toEqual(before.best)
  expect(before.workers).toEqual({ live: 0, silent: 0, done: 8 })
})

test('a log larger than a piece is read to its end, including lines that two pieces share', async () => {
  const path = join(scratch(), 'w.0001.jsonl')
  const detail = 'x'.repeat(100_000)
  const lines = Array.from({ length: 400 }, (_, k) =>
    logLine({ failed: { slot: k, attempt: 1, reason: 'exit', detail, curve: [], worker: 'w-1', token: '', time: '' } }),
  )
  writeFileSync(path, Buffer.concat(lines))
  const tail = { path, offset: 0, hasMore: true }
  const slots: number[] = []
  let pieces = 0
  for (; tail.hasMore && pieces < 10; pieces++)
    slots.push(...(await readEvents(realFileSystem, tail)).map((event) => event.failed!.slot))
  expect(pieces).toBeGreaterThan(1)
  expect(slots).toEqual(lines.map((_, k) => k))
})
