/** Hints that pass every check and lie. They may cost time; they never take a trial over, end it or start it again. */

import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { beforeEach, describe, expect, test } from 'vitest'
import { crc32 } from 'node:zlib'
import { amend, readAmendmentsFresh } from '../../../src/store/protocol/amend.ts'
import { endAttempt, isSuperseded, lookAfter, verdictIfUsedUp } from '../../../src/store/protocol/attempts.ts'
import type { Claim } from '../../../src/store/protocol/attempts.ts'
import { publishBest } from '../../../src/store/protocol/best.ts'
import { claimNext } from '../../../src/store/protocol/claim.ts'
import { commit } from '../../../src/store/protocol/commit.ts'
import type { Folder } from '../../../src/store/protocol/folder.ts'
import { learnReport } from '../../../src/store/memory/knowledge.ts'
import { makeIndex } from '../../../src/store/protocol/index-maker.ts'
import { logLine } from '../../../src/store/protocol/log.ts'
import type { LogEvent } from '../../../src/store/protocol/log.ts'
import { refresh, refreshAll } from '../../../src/store/protocol/refresh.ts'
import * as paths from '../../../src/paths.ts'
import { openTestFolder, proposeFor } from '../../support/study-folder.ts'

const LEASE_MS = 60_000
const LIAR = 'liar-1-0000000000'
const SIGNED = { token: 't', time: '2026-01-01T00:00:00.000Z' }

/** Claims the next number, with a heartbeat behind the claim. */
async function claim(folder: Folder): Promise<Claim> {
  const manner = { pace: { isSlow: false, contention: 0 }, readsRecord: true }
  return (await claimNext(folder, proposeFor, manner, () => 0)) as Claim
}

/** A process on another host: nothing but its heartbeat tells whether it lives. */
async function openElsewhere(root?: string): Promise<Folder> {
  const folder = await openTestFolder({ leaseMs: LEASE_MS, ...(root === undefined ? {} : { root }) })
  folder.me = { ...folder.me, boot: '', start: '' }
  return folder
}

let owner: Folder
let mine: Claim
let other: Folder

/** Somebody writes lines into a log; by default into that of a worker that does not exist. */
function lie(events: readonly LogEvent[], worker = LIAR): void {
  writeFileSync(paths.logPath(owner.root, worker), Buffer.concat(events.map(logLine)), { flag: 'a' })
}

beforeEach(async () => {
  owner = await openElsewhere()
  mine = await claim(owner)
  other = await openElsewhere(owner.root)
})

/** What the other process does about a trial in the next half of a lease, with a look each second. */
async function watched(number: number): Promise<string> {
  let outcome = ''
  for (let nowMs = 0; nowMs < LEASE_MS / 2; nowMs += 1000) {
    const look = await lookAfter(other, number, nowMs)
    outcome = look.outcome === 'others' ? look.liveness : look.outcome
    if (look.outcome !== 'others') break
  }
  return outcome
}

const filesOf = (id: string): string[] => readdirSync(paths.trialMetaFolder(owner.root, id)).sort()
const failed = { slot: 0, attempt: 1, reason: 'exit' as const, detail: '', curve: [], worker: LIAR, ...SIGNED }

describe('a live trial is not taken over because of a line in a log', () => {
  test.each<[string, (id: string) => readonly LogEvent[]]>([
    ['that its attempt has failed', (id) => [{ failed, id }]],
    ['that a later attempt reports', () => [{ report: { slot: 0, attempt: 2, step: 0, value: 1 } }]],
    [
      'that a later attempt has failed',
      (id) => [
        { failed, id },
        { failed: { ...failed, attempt: 2 }, id },
      ],
    ],
    ['that its number was released', () => [{ release: 0 }]],
  ])('%s', async (_, events) => {
    lie(events(mine.slot.id))
    await refreshAll(other, 0)
    expect(await watched(0)).toBe('unsure')
    expect(filesOf(mine.slot.id)).toEqual(['lock.1'])
  })

  test('that its worker has left', async () => {
    lie([{ left: true }], owner.me.worker)
    await refreshAll(other, 0)
    expect(other.departed.has(owner.me.worker)).toBe(true)
    expect(await watched(0)).toBe('unsure')
    expect(filesOf(mine.slot.id)).toEqual(['lock.1'])
  })

  test('that another process has claimed it, which is dead', async () => {
    const dead = { ...(await openTestFolder()).me, start: '1' }
    lie([{ lock: { ...mine.lock, identity: { ...dead, worker: owner.me.worker } } }])
    await refreshAll(other, 0)
    expect(await watched(0)).toBe('unsure')
    expect(filesOf(mine.slot.id)).toEqual(['lock.1'])
  })

  test('but a worker whose log says so, and whose heartbeat is gone, has left', async () => {
    lie([{ left: true }], owner.me.worker)
    rmSync(paths.heartbeatPath(owner.root, owner.me.worker))
    await refreshAll(other, 0)
    expect(await watched(0)).toBe('mine')
  })
})

test('a trial goes on with the config of its slot file, not with one that a log gives it', async () => {
  rmSync(paths.lockPath(owner.root, mine.slot.id, 1))
  const wrong = proposeFor(99, 0)
  lie([{ slot: { slot: 0, epoch: 3, ...wrong, worker: LIAR, ...SIGNED } }, { release: 0 }])
  other.known.slots.drop(0)
  await refreshAll(other, 0)
  await lookAfter(other, 0, 0)
  expect(other.known.slots.get(0)).toMatchObject({ epoch: 1, id: mine.slot.id })
  expect(existsSync(paths.trialDirectory(owner.root, wrong.id))).toBe(false)
})

test('a number that only a log knows is forgotten, and nothing is made for it', async () => {
  lie([{ slot: { slot: 700, epoch: 1, ...proposeFor(700, 0), worker: LIAR, ...SIGNED } }, { release: 700 }])
  await refreshAll(other, 0)
  other.known.slots.get(700)!.isReleased = true
  expect(await lookAfter(other, 700, 0)).toEqual({ outcome: 'final' })
  expect(other.known.slots.has(700)).toBe(false)
  expect(readdirSync(paths.slotsFolder(owner.root))).toEqual(['000'])
})

test('a process is not told that its own trial was taken over because a log says so', async () => {
  const value = { slot: 0, attempt: 1, round: 1, status: 'failed' as const, values: {}, curve: [], started: '' }
  lie([
    { failed, id: mine.slot.id },
    { value: { ...value, worker: LIAR, ...SIGNED }, id: mine.slot.id },
  ])
  await refreshAll(owner, 0)
  expect(await isSuperseded(owner, mine)).toBe(false)
  expect(await commit(owner, mine, 'complete', { value: 1 }, [])).toBe('committed')
  expect(owner.known.slots.get(0)!.final).toMatchObject({ status: 'complete' })
})

test('an index that lies about retries, the queue and stops is believed until something would follow', async () => {
  await endAttempt(owner, mine.slot, 1, 'exit', '', [])
  await verdictIfUsedUp(owner, owner.known.slots.get(0)!)
  await amend(owner, { enqueue: [] })
  await makeIndex(owner, 0)
  const path = paths.indexPath(owner.root, 1)
  const [header, ...lines] = readFileSync(path, 'utf8').split('\n')
  const queued = proposeFor(55, 5)
  const told = { ...(JSON.parse(header!) as object), stops: 3, retries: [[0, 1]], queue: [queued] }
  const body = [JSON.stringify(told), ...lines.slice(0, -2)].join('\n') + '\n'
  const footer = JSON.stringify({ count: lines.length - 2, crc: crc32(body).toString(16).padStart(8, '0') }) + '\n'
  const bytes = body.length - JSON.stringify(told).length - 1 + footer.length
  const right = body.replace(/"bytes":\d+/, `"bytes":${bytes}`)
  writeFileSync(path, right + footer.replace(/"crc":"\w+"/, `"crc":"${crc32(right).toString(16).padStart(8, '0')}"`))
  await refreshAll(other, 0)
  expect(other.index.loaded).toBe(1)
  expect(other.known.queue).toHaveLength(1)
  expect(other.known.latestStop).toBe(0)
  expect(await lookAfter(other, 0, 0)).toEqual({ outcome: 'final' })
  expect(filesOf(mine.slot.id)).toEqual(['failed.1.json', 'lock.1', 'value.json'])
  expect((await claim(other)).slot.id).not.toBe(queued.id)
  await readAmendmentsFresh(other)
  expect([other.known.queue, other.known.stops]).toEqual([[], 0])
})

test('an entry of the chain that no trial bears out keeps no better trial out', async () => {
  await commit(owner, mine, 'complete', { value: 5 }, [])
  const entry = { slot: 0, id: mine.slot.id, worth: -1e300, token: 't' }
  writeFileSync(paths.bestPath(owner.root, 2), JSON.stringify(entry) + '\n')
  writeFileSync(paths.bestPath(owner.root, 3), JSON.stringify({ ...entry, slot: 7, id: 'a'.repeat(20) }) + '\n')
  await refreshAll(other, 0)
  await publishBest(other, true)
  expect(other.bestChain).toMatchObject({ generation: 3, top: { slot: 0, worth: 5 } })
  const second = await claim(other)
  await commit(other, second, 'complete', { value: 4 }, [])
  expect(other.bestChain).toMatchObject({ generation: 4, top: { slot: second.slot.number, worth: 4 } })
  // An entry that is true is believed by a process that has not heard of its trial.
  await publishBest(owner, true)
  expect(owner.bestChain.top).toMatchObject({ slot: second.slot.number, worth: 4 })
})

test('an entry of the chain counts where a record of an earlier round of its trial is damaged', async () => {
  const { id } = mine.slot
  writeFileSync(paths.valuePath(owner.root, id, 1), '{"slot":0,"att')
  const end = { slot: 0, attempt: 2, round: 2, status: 'complete', values: { value: 5 }, curve: [], started: '' }
  writeFileSync(paths.valuePath(owner.root, id, 2), JSON.stringify({ ...end, worker: LIAR, ...SIGNED }) + '\n')
  mkdirSync(paths.bestFolder(owner.root), { recursive: true })
  writeFileSync(paths.bestPath(owner.root, 1), JSON.stringify({ slot: 0, id, worth: 5, token: 't' }) + '\n')
  await publishBest(other, true)
  expect(other.bestChain).toMatchObject({ generation: 1, top: { slot: 0, worth: 5 } })
})

test('a retry after an attempt that cannot exist opens no round', async () => {
  await endAttempt(owner, mine.slot, 1, 'exit', '', [])
  await verdictIfUsedUp(owner, owner.known.slots.get(0)!)
  await amend(owner, { retry: { slot: 0, after: 90_000 } })
  await refreshAll(other, 0)
  expect(other.known.slots.get(0)).toMatchObject({ round: 1, roundAfter: 0, final: { status: 'failed' } })
  await amend(owner, { retry: { slot: 0, after: 1 } })
  await refresh(other, 1)
  expect(other.known.slots.get(0)).toMatchObject({ round: 2, roundAfter: 1, final: null })
  expect(await lookAfter(other, 0, 0)).toMatchObject({ claim: { lock: { attempt: 2, round: 2 } } })
})

test('a dead worker that reported more values than a note may have leaves a note that others can write', async () => {
  lie([{ left: true }], owner.me.worker)
  rmSync(paths.heartbeatPath(owner.root, owner.me.worker))
  await refreshAll(other, 0)
  for (let step = 0; step < 300_000; step++)
    learnReport(other.known, owner.me.worker, { slot: 0, attempt: 1, step, value: 0.123456789 })
  expect(await watched(0)).toBe('mine')
  const { curve } = other.known.slots.get(0)!.attempts[1]!.failed!
  expect([curve.length, curve.at(-1)]).toEqual([1000, [299_999, 0.123456789]])
})

test.each([
  ['without the objective', { status: 'complete', values: {} }, 'failed'],
  ['with a text for the objective', { status: 'complete', values: { value: '1' } }, 'failed'],
  ['with an output', { status: 'complete', values: { value: 1, loss: 2 } }, 'complete'],
  ['with the objective', { status: 'complete', values: { value: 1 } }, 'complete'],
  ['without values, if it was pruned', { status: 'pruned', values: {} }, 'pruned'],
])('a terminal record %s counts as it must, and a log that tells of it too', async (_, end, status) => {
  const value = { slot: 0, attempt: 1, round: 1, curve: [], started: '', worker: owner.me.worker, ...SIGNED, ...end }
  lie([{ value, id: mine.slot.id } as LogEvent])
  await refresh(other, 0)
  await refreshAll(other, 0)
  if (status === 'failed') expect(other.known.slots.get(0)!.final).toBe(null)
  writeFileSync(paths.valuePath(owner.root, mine.slot.id, 1), JSON.stringify(value) + '\n')
  await refreshAll(other, 0)
  expect(other.known.slots.get(0)!.final).toMatchObject({ status })
})

test('an identity has short names without control characters, and a process number that can be', async () => {
  const { identity } = mine.lock
  const path = paths.lockPath(owner.root, mine.slot.id, 1)
  for (const change of [{ host: 'x'.repeat(1e6) }, { job: '\u001b]0;x\u0007' }, { pid: 2 ** 40 }, { restart: -1 }]) {
    writeFileSync(path, JSON.stringify({ ...mine.lock, identity: { ...identity, ...change } }) + '\n')
    const reader = await openTestFolder({ root: owner.root })
    rmSync(paths.logFolder(owner.root), { recursive: true, force: true })
    await refreshAll(reader, 0)
    expect(reader.known.slots.get(0)!.attempts).toEqual([])
  }
})
