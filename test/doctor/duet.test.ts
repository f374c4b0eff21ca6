/** Both ends of a duet in one process, on file systems that are worse than this one. */

import { join } from 'node:path'
import { expect, test } from 'vitest'
import { playDuet } from '../../src/doctor/duet.ts'
import type { Tempo } from '../../src/doctor/duet.ts'
import { LINK, RENAME_FOLDER, verdictOf } from '../../src/doctor/finding.ts'
import type { Finding } from '../../src/doctor/finding.ts'
import { realFiles } from '../../src/doctor/tested-file-system.ts'
import type { TestedFileSystem } from '../../src/doctor/tested-file-system.ts'
import type { Seat } from '../../src/doctor/mailbox.ts'
import { judgeRace } from '../../src/doctor/race.ts'
import { wait } from '../../src/study/patience.ts'
import { scratch } from '../support/scratch.ts'

const tempo: Tempo = { names: 30, raceMs: 20_000, ageLimitMs: 1500, hearMs: 20_000, helloMs: 20_000 }

/** Lets the other end run at every call, as between two processes. */
const turning = (files: TestedFileSystem): TestedFileSystem =>
  Object.fromEntries(
    Object.entries(files).map(([name, call]) => [
      name,
      async (...args: unknown[]) => {
        await new Promise((resolve) => setImmediate(resolve))
        return await (call as (...args: unknown[]) => Promise<unknown>)(...args)
      },
    ]),
  ) as unknown as TestedFileSystem

async function play(
  worse: Partial<TestedFileSystem> | ((seat: Seat) => Partial<TestedFileSystem>) = {},
  options: { leaseMs?: number; tempo?: Tempo } = {},
): Promise<Finding[]> {
  const folder = join(scratch(), 'duet')
  await realFiles.mkdir(folder)
  const end = (seat: Seat): Promise<Finding[]> =>
    playDuet(
      turning({ ...realFiles, sync: async () => undefined, ...(typeof worse === 'function' ? worse(seat) : worse) }),
      folder,
      seat,
      {
        pair: 'two ends',
        host: seat === 'a' ? 'ant' : 'bee',
        pid: 1,
        leaseMs: options.leaseMs ?? 240_000,
        primitive: 'link',
        tempo: options.tempo ?? tempo,
      },
    )
  const [a, b] = await Promise.all([end('a'), end('b')])
  expect(b.map(({ check, good, words }) => [check, good, words])).toEqual(
    a.map(({ check, good, words }) => [check, good, words]),
  )
  return a
}

const bad = (findings: readonly Finding[]): string[] => findings.filter(({ good }) => !good).map(({ check }) => check)
const wordsOn = (findings: readonly Finding[], check: string): string =>
  findings.find((finding) => finding.check === check)!.words
const agesOf = (findings: readonly Finding[]): Record<string, number | null> =>
  Object.assign({}, ...findings.map(({ ages }) => ages ?? {})) as Record<string, number | null>

test('both ends reach the same findings, and a local file system is good in all', async () => {
  const findings = await play()
  expect(bad(findings)).toEqual([])
  expect(new Set(findings.map(({ where }) => where))).toEqual(new Set(['ant and bee']))
  for (const check of ['exclusive create', LINK, RENAME_FOLDER])
    expect(wordsOn(findings, check)).toMatch(/^30 names: \d+ \+ \d+ won, none twice/)
  expect(Object.keys(agesOf(findings)).sort()).toEqual([
    'absent',
    'appended',
    'beat',
    'link',
    'listed',
    'poked',
    'removed',
    'replaced',
  ])
  expect(wordsOn(findings, 'a heartbeat is seen')).toContain('a lease of 4m 00s is long enough')
})

test('names that two can win are found', async () => {
  // Each end looks first and creates then, as a server without exclusive creation does.
  const racy: Partial<TestedFileSystem> = {
    open: async (path, flags) => {
      if (flags !== 'wx') return await realFiles.open(path, flags)
      if (await realFiles.exists(path)) throw Object.assign(new Error('EEXIST'), { code: 'EEXIST' })
      await wait(3)
      return await realFiles.open(path, 'w')
    },
  }
  const findings = await play(racy)
  expect(bad(findings)).toEqual(['exclusive create'])
  expect(wordsOn(findings, 'exclusive create')).toMatch(/[1-9]\d* twice/)
})

test('links that replace what stands there let two win, and that is not good enough', async () => {
  const findings = await play((seat) => ({
    link: async (from, to) => {
      // Late enough for the other to have read its own bytes back.
      if (seat === 'b') await wait(5)
      await realFiles.unlink(to).catch(() => undefined)
      await realFiles.link(from, to)
    },
  }))
  const race = findings.find(({ check }) => check === LINK)!
  expect(race).toMatchObject({ good: false, needed: true, words: expect.stringMatching(/[1-9]\d* twice/) as string })
})

test('a lost answer, asked for again, does not harm a race for links', async () => {
  let count = 0
  const findings = await play({
    link: async (from, to) => {
      await realFiles.link(from, to)
      if (count++ % 3 === 0) throw Object.assign(new Error('EEXIST'), { code: 'EEXIST' })
    },
  })
  expect(bad(findings)).toEqual([])
})

test('failed lookups that a cache believes for a while are measured and reported by name', async () => {
  const found = await play((seat) => {
    if (seat === 'a') return {}
    // Client b believes a failed lookup for its next eight looks, unless it changes something in that folder itself.
    const believed = new Map<string, number>()
    const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/'))
    return {
      open: async (path, flags) => {
        if (flags !== 'r') {
          for (const other of believed.keys()) if (folderOf(other) === folderOf(path)) believed.delete(other)
          return await realFiles.open(path, flags)
        }
        const left = believed.get(path) ?? 0
        if (left > 0) {
          believed.set(path, left - 1)
          throw Object.assign(new Error('ENOENT'), { code: 'ENOENT' })
        }
        return await realFiles.open(path, flags).catch((error: unknown) => {
          if (!believed.has(path)) believed.set(path, 8)
          throw error
        })
      },
    }
  })
  const ages = agesOf(found)
  expect(ages['absent']).toBeGreaterThan(100)
  expect(ages['poked']).toBeLessThan(ages['absent']!)
  expect(bad(found)).toEqual([])
  expect(wordsOn(found, 'a new name is seen')).toMatch(/after \d\.\ds if it was looked for before/)
})

test('a listing that never changes, and a name that stays hidden in spite of all, are reported as such', async () => {
  const found = await play((seat) => {
    if (seat === 'b') return {}
    const listings = new Map<string, string[]>()
    const absent = new Set<string>()
    return {
      list: async (directory) => {
        if (!directory.includes('/listed')) return await realFiles.list(directory)
        if (!listings.has(directory)) listings.set(directory, await realFiles.list(directory))
        return listings.get(directory)!
      },
      open: async (path, flags) => {
        if (flags === 'r' && path.includes('/poked/')) {
          if (absent.has(path)) throw Object.assign(new Error('ENOENT'), { code: 'ENOENT' })
          return await realFiles.open(path, flags).catch((error: unknown) => {
            absent.add(path)
            throw error
          })
        }
        return await realFiles.open(path, flags)
      },
    }
  })
  expect(agesOf(found)).toMatchObject({ listed: null, poked: null })
  expect(bad(found)).toEqual(['a new name is seen'])
  expect(verdictOf(found)).toMatchObject({
    isGoodEnough: false,
    words: expect.stringContaining('a new name is seen (ant and bee)') as string,
  })
})

test('heartbeats that are seen late require a longer lease, and those never seen another directory', async () => {
  const late =
    (looks: number) =>
    (seat: Seat): Partial<TestedFileSystem> => {
      if (seat === 'a') return {}
      const first = new Map<string, { readonly bytes: Uint8Array; looks: number }>()
      const paths = new Map<number, string>()
      return {
        open: async (path, flags) => {
          const file = await realFiles.open(path, flags)
          if (flags === 'r') paths.set(file, path)
          return file
        },
        read: async (file, target, position) => {
          const path = paths.get(file)!
          const count = await realFiles.read(file, target, position)
          if (!path.includes('/beat/') || position > 0) return count
          const old = first.get(path) ?? { bytes: Uint8Array.from(target.subarray(0, count)), looks: 0 }
          first.set(path, old)
          if (old.looks++ > looks) return count
          target.set(old.bytes)
          return old.bytes.length
        },
      }
    }
  const some = await play(late(11), { leaseMs: 2000, tempo: { ...tempo, ageLimitMs: 60_000 } })
  expect(bad(some)).toEqual(['a heartbeat is seen'])
  expect(wordsOn(some, 'a heartbeat is seen')).toMatch(
    /a lease of 2\.0s is too short: create the study with --lease \d+s or more/,
  )
  const links: Finding = { check: LINK, where: 'alone', good: true, needed: false, words: '' }
  expect(verdictOf([...some, links]).isGoodEnough).toBe(false)
  const none = await play(late(Infinity))
  expect(wordsOn(none, 'a heartbeat is seen')).toMatch(/not within 1\.5s: live workers would count as dead/)
})

test('lost appended lines are counted, and reported as harmless to anthill', async () => {
  const found = await play({
    // Writes at the end of the file as this client knew it before the other wrote, as NFS does.
    append: async (path, bytes) => {
      const known = (await realFiles.exists(path)) ? (await import('node:fs')).statSync(path).size : 0
      await wait(1)
      const file = await realFiles.open(path, known === 0 && !(await realFiles.exists(path)) ? 'w' : 'r+')
      await realFiles.write(file, bytes, known)
      await realFiles.close(file)
    },
  })
  expect(bad(found)).toEqual(['append by both'])
  expect(wordsOn(found, 'append by both')).toMatch(/only \d+ of \d+ lines are there: harmless to anthill/)
})

test('a replaced file that can be seen half written is not good enough', async () => {
  const found = await play({
    rename: async (from, to) => {
      if (!to.endsWith('/replaced')) return await realFiles.rename(from, to)
      const file = await realFiles.open(to, 'w')
      const bytes = new Uint8Array(8192)
      const source = await realFiles.open(from, 'r')
      const count = await realFiles.read(source, bytes, 0)
      await realFiles.close(source)
      // Only the first 1000 bytes are written, so that every reader sees half a file.
      await realFiles.write(file, bytes.subarray(0, Math.min(count, 1000)), 0)
      await realFiles.close(file)
    },
  })
  expect(bad(found)).toEqual(['rename over a file that is read'])
})

test('each clock is compared with the clock of the file server', async () => {
  const found = await play((seat) =>
    seat === 'a' ? {} : { modifiedMs: async (path) => (await realFiles.modifiedMs(path)) - 7_200_000 },
  )
  expect(bad(found)).toEqual(['clocks'])
  expect(wordsOn(found, 'clocks')).toBe(
    'ant agrees with the file server, bee is 2h 00m ahead of the file server; this only affects the times shown',
  )
})

test('an end that dies or never comes is not waited for longer than agreed', async () => {
  const folder = join(scratch(), 'duet')
  await realFiles.mkdir(folder)
  const quick = { ...tempo, helloMs: 300, hearMs: 300 }
  const alone = playDuet(realFiles, folder, 'a', {
    pair: 'two',
    host: 'ant',
    pid: 1,
    leaseMs: 1000,
    primitive: 'link',
    tempo: quick,
  })
  await expect(alone).rejects.toMatchObject({
    name: 'Silence',
    message: expect.stringContaining('said nothing') as string,
  })

  const second = join(scratch(), 'duet')
  await realFiles.mkdir(second)
  const stop = new AbortController()
  const dying: TestedFileSystem = {
    ...realFiles,
    link: async (from, to) => {
      stop.abort()
      await realFiles.link(from, to)
    },
  }
  const ends = await Promise.allSettled([
    playDuet(turning(realFiles), second, 'a', {
      pair: 'two',
      host: 'ant',
      pid: 1,
      leaseMs: 1000,
      primitive: 'link',
      tempo,
    }),
    playDuet(turning(dying), second, 'b', {
      pair: 'two',
      host: 'bee',
      pid: 2,
      leaseMs: 1000,
      primitive: 'link',
      tempo,
      signal: stop.signal,
    }),
  ])
  expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect((ends[0] as PromiseRejectedResult).reason).toMatchObject({
    name: 'Silence',
    message: expect.stringContaining('it was interrupted') as string,
  })
})

test('a race is judged on the names that both tried', () => {
  const run = (tried: number, ...won: number[]) => ({ won, tried, error: '' })
  expect(judgeRace(run(4, 0, 2), run(6, 1, 3, 4, 5))).toEqual({
    names: 4,
    byA: 2,
    byB: 2,
    twice: 0,
    byNobody: 0,
    errors: [],
  })
  expect(judgeRace(run(3, 0, 1), run(3, 1))).toMatchObject({ twice: 1, byNobody: 1 })
})

test('a race is judged by the names that both tried, whichever end was slower', () => {
  const long = { won: [0, 2, 4, 5, 6], tried: 7, error: '' }
  const short = { won: [1, 3], tried: 4, error: '' }
  const result = { names: 4, twice: 0, byNobody: 0, errors: [] }
  expect(judgeRace(long, short)).toEqual({ ...result, byA: 2, byB: 2 })
  expect(judgeRace(short, long)).toEqual({ ...result, byA: 2, byB: 2 })
  expect(judgeRace({ ...long, won: [0] }, { ...short, won: [0] })).toMatchObject({ twice: 1, byNobody: 3 })
})
