import { mkdirSync, readFileSync, readdirSync, writeFileSync, rmSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { randomStream } from '../../../src/numerics/random.ts'
import {
  line,
  readAmend,
  readBest,
  readFailed,
  readLock,
  readSlot,
  readStudy,
  readValue,
} from '../../../src/store/disk/documents.ts'
import { trialId } from '../../../src/store/disk/trial-id.ts'
import { readHead, readLine } from '../../../src/store/memory/index-line.ts'
import type { LineHead } from '../../../src/store/memory/index-line.ts'
import { UnsoundLine } from '../../../src/store/memory/slot-table.ts'
import { claimNext } from '../../../src/store/protocol/claim.ts'
import { endAttempt } from '../../../src/store/protocol/attempts.ts'
import type { Claim } from '../../../src/store/protocol/attempts.ts'
import { commit } from '../../../src/store/protocol/commit.ts'
import type { Folder } from '../../../src/store/protocol/folder.ts'
import { indexHeader } from '../../../src/store/protocol/index-file.ts'
import { makeIndex } from '../../../src/store/protocol/index-maker.ts'
import { logLine, parsedLine } from '../../../src/store/protocol/log.ts'
import type { LogEvent } from '../../../src/store/protocol/log.ts'
import { mendMemory, soundly } from '../../../src/store/protocol/mend-memory.ts'
import { refreshAll } from '../../../src/store/protocol/refresh.ts'
import * as paths from '../../../src/paths.ts'
import { openTestFolder, proposeFor } from '../../support/study-folder.ts'

const CONFIG = '{"x": 1}'
const ID = trialId(CONFIG)
const WORKER = 'node-1-0a1b2c3d4e'
const SIGNED = { token: 't', time: '2026-01-01T00:00:00.000Z' }
const NAMED = { id: ID, config: CONFIG, repeat: 0 }
const IDENTITY = { worker: WORKER, host: 'h', boot: '', namespace: '', pid: 7, start: '', job: '', restart: 0 }
const SLOT = { slot: 0, epoch: 1, ...NAMED, origin: 'sobol', worker: WORKER, ...SIGNED }
const LOCK = { slot: 0, epoch: 1, attempt: 1, round: 1, ...NAMED, identity: IDENTITY, ...SIGNED }
const FAILED = { slot: 0, attempt: 1, reason: 'exit', detail: '', curve: [[0, 1]], worker: WORKER, ...SIGNED }
const VALUE = {
  ...{ slot: 0, attempt: 1, round: 1, status: 'complete', values: { value: 1 }, curve: [[0, null]] },
  ...{ worker: WORKER, started: '', ...SIGNED },
}
const STUDY = {
  ...{ format: 1, space: {}, objectives: { value: 'minimize' }, sampler: 'auto', seed: 1, leaseMs: 1000 },
  ...{ attempts: { lost: 10, failed: 1 }, primitive: 'link', ...SIGNED },
}
const BEST = { slot: 0, id: ID, worth: 1, token: 't' }
const AMEND = { enqueue: [NAMED], by: WORKER, ...SIGNED }

const manner = { pace: { isSlow: false, contention: 0 }, readsRecord: true }
const DEEP = (n = 100_000): unknown => JSON.parse('['.repeat(n) + ']'.repeat(n)) as unknown

/** The text of a document with some fields set to something else. */
const withField = (d: object, change: object): string => {
  const deep = Object.entries(change).find(([, v]) => v === DEEP)?.[0]
  if (deep === undefined) return line({ ...d, ...change })
  return line({ ...d, [deep]: 'DEEP' }).replace('"DEEP"', '['.repeat(100_000) + ']'.repeat(100_000))
}

test('documents of honest workers pass', () => {
  expect(
    [readSlot, readLock, readFailed, readValue, readStudy, readBest, readAmend].map((read, k) =>
      read(line([SLOT, LOCK, FAILED, VALUE, STUDY, BEST, AMEND][k]!)),
    ),
  ).toEqual([SLOT, LOCK, FAILED, VALUE, STUDY, BEST, AMEND])
})

test.each([
  ['slot', readSlot, SLOT, { slot: 2 ** 53 - 1 }, { slot: -5 }, { slot: null }, { epoch: 0 }, { epoch: 2 ** 32 }],
  [
    'slot',
    readSlot,
    SLOT,
    { id: '..///////////victim1' },
    { id: ID.toUpperCase() },
    { config: '{"x": 2}' },
    { repeat: 1 },
  ],
  ['slot', readSlot, SLOT, { worker: '../x' }, { time: 5 }, { origin: {} }, { closed: 'damaged' }],
  ['lock', readLock, LOCK, { slot: 2 ** 53 - 1 }, { attempt: 4294967294 }, { attempt: 0 }, { round: 0.5 }],
  [
    'lock',
    readLock,
    LOCK,
    { identity: null },
    { identity: { ...IDENTITY, pid: -1 } },
    { held: 5 },
    { held: { ttlMs: '1' } },
    { held: { ttlMs: -1 } },
    { identity: { ...IDENTITY, worker: '../x' } },
  ],
  ['note', readFailed, FAILED, { attempt: 1e9 }, { curve: [5] }, { curve: [[0, 'x']] }, { curve: DEEP }, { reason: 1 }],
  ['value', readValue, VALUE, { values: null }, { values: { value: ['1'] } }, { values: [1] }, { started: 1 }],
  ['value', readValue, VALUE, { round: 1e300 }, { curve: [[1]] }, { detail: {} }, { status: 'done' }],
  ['best', readBest, BEST, { slot: 1e15 }, { id: 'x' }, { worth: null }],
  ['amendment', readAmend, AMEND, { enqueue: {} }, { enqueue: [null] }, { enqueue: [{ ...NAMED, config: '{}' }] }],
  ['amendment', readAmend, AMEND, { retry: { slot: 1, after: 2 ** 40 } }, { retry: [5] }, { stop: 1 }, { stop: DEEP }],
])('a %s with a wrong number, type, id or hash is damaged', (_, read, document, ...changes) => {
  for (const change of changes)
    expect([change, read(withField(document, change as object))]).toEqual([change, undefined])
})

test('a file without its last byte, and a number beyond all numbers, are damage', () => {
  const readers = [readSlot, readLock, readFailed, readValue, readBest, readAmend]
  for (const [k, document] of [SLOT, LOCK, FAILED, VALUE, BEST, AMEND].entries())
    expect(readers[k]!(line(document).trimEnd())).toBeUndefined()
  expect(readStudy(line(STUDY).trimEnd())).toContain('not one whole line')
  expect(readValue(line(VALUE).replace('"value":1', '"value":1e999'))).toBeUndefined()
  expect(readBest(line(BEST).replace('"worth":1', '"worth":1e999'))).toBeUndefined()
  expect(readStudy(line(STUDY).replace('"leaseMs":1000', '"leaseMs":1e999'))).toContain("'leaseMs' must be")
})

test.each([
  { seed: 0.5 },
  { seed: 2 ** 32 },
  { leaseMs: -5 },
  { leaseMs: 1e300 },
  { sampler: '__proto__' },
  { sampler: 7 },
  { attempts: { lost: 0, failed: 1 } },
  { attempts: [] },
  { primitive: 'rename' },
  { objectives: null },
  { space: DEEP },
])('a definition that cannot be one is refused, and the reason is said (%j)', (change) => {
  expect(readStudy(withField(STUDY, change))).toEqual(expect.stringContaining('must be'))
})

test('JSON of a sampler that is nested too deeply is not there, and the slot is', () => {
  const slot = readSlot(withField(SLOT, { basis: DEEP }))
  expect(slot).toEqual(SLOT)
})

describe('a line of a log is skipped and counted', () => {
  test.each<[string, unknown]>([
    ['a slot that is null', { slot: null }],
    ['a claim without identity', { lock: { ...LOCK, identity: undefined } }],
    ['a number beyond all', { slot: { ...SLOT, slot: 2 ** 53 - 1 } }],
    ['an attempt beyond all', { report: { slot: 0, attempt: 4294967294, step: 0, value: 1 } }],
    ['a negative number', { ask: -5 }],
    ['a release of nothing', { release: '1' }],
    ['an id of another config', { slot: { ...SLOT, id: 'a'.repeat(20) } }],
    ['an id that is a path', { value: VALUE, id: '..///////////victim1' }],
    ['a value that is a list', { value: { ...VALUE, values: { value: ['1'] } }, id: ID }],
    ['an identity that is a list', { identity: [] }],
    ['left, but not quite', { left: 'yes' }],
  ])('%s', async (_, event) => {
    const bytes = logLine(event as LogEvent)
    expect(parsedLine(bytes.toString().trimEnd())).toBeUndefined()
    const folder = await openTestFolder()
    mkdirSync(paths.logFolder(folder.root), { recursive: true })
    writeFileSync(paths.logPath(folder.root, WORKER), Buffer.concat([bytes, logLine({ slot: SLOT } as LogEvent)]))
    await refreshAll(folder, 0)
    expect([...folder.known.slots.numbers()]).toEqual([0])
    expect(folder.others.get(WORKER)!.tail.skipped).toBe(1)
  })

  test('but a line of a kind that this version does not know says nothing', () => {
    expect(
      parsedLine(
        logLine({ later: 1 } as LogEvent)
          .toString()
          .trimEnd(),
      ),
    ).toEqual({ later: 1, crc: expect.any(String) as string })
  })
})

/** A study with `count` complete trials and an index of them; gives the index's text. */
async function indexed(count: number): Promise<{ folder: Folder; path: string; text: string }> {
  const folder = await openTestFolder()
  for (let n = 0; n < count; n++) {
    const claim = (await claimNext(folder, proposeFor, manner, () => 0)) as Claim
    await commit(folder, claim, 'complete', { value: count - n }, [])
  }
  await makeIndex(folder, 0)
  const path = paths.indexPath(folder.root, 1)
  return { folder, path, text: readFileSync(path, 'utf8') }
}

/** The text of an index whose checksum and size are right, whatever else is not. */
function sealed(header: object, lines: readonly string[], count = lines.length): string {
  const body = lines.join('')
  const footer = (crc: string): string => line({ count, crc })
  const head = line({ ...header, bytes: Buffer.byteLength(body + footer('00000000')) })
  return (
    head +
    body +
    footer(
      crc32(Buffer.from(head + body))
        .toString(16)
        .padStart(8, '0'),
    )
  )
}

const partsOf = (text: string): { header: object; lines: string[] } => {
  const [head, ...rest] = text.trimEnd().split('\n')
  return { header: JSON.parse(head!) as object, lines: rest.slice(0, -1).map((l) => `${l}\n`) }
}

describe('an index with a right checksum is passed over as a whole', () => {
  test.each<[string, (line: string) => string]>([
    ['an id that is a path', (l) => l.replace(/"[0-9a-f]{20}"/, '"..///////////victim1"')],
    ['a number beyond all', (l) => l.replace(/^\[\d+/, '[9007199254740991')],
    ['a negative number', (l) => l.replace(/^\[/, '[-')],
    ['a round 0', (l) => l.replace(/"c",1,/, '"c",0,')],
    ['a round beyond all', (l) => l.replace(/"c",1,/, '"c",4294967294,')],
    ['a state that is none', (l) => l.replace('"c"', '"z"')],
    ['an unfinished trial without its fields', (l) => l.replace('"c"', '"u"')],
    ['no array', () => '{}\n'],
  ])('if a line has %s', async (_, change) => {
    const { folder, path, text } = await indexed(3)
    const { header, lines } = partsOf(text)
    writeFileSync(path, sealed(header, [lines[0]!, change(lines[1]!), lines[2]!]))
    const again = await openTestFolder({ root: folder.root })
    await refreshAll(again, 0)
    expect(again.index.loaded).toBe(0)
    expect(again.known.slots.ended.complete).toBe(3)
    expect(again.known.best!.number).toBe(2)
  })

  test.each<[string, (text: string) => string]>([
    ['the claim of another number', (l) => l.replace('"lock":{"slot":2', '"lock":{"slot":1')],
    ['the claim of another attempt', (l) => l.replace(/("lock":.*?"attempt":)1/, '$12')],
    ['the note of another number', (l) => l.replace('"failed":{"slot":2', '"failed":{"slot":1')],
    ['the note of another attempt', (l) => l.replace(/("failed":.*?"attempt":)1/, '$12')],
    [
      'the claim of another config',
      (l) => {
        const { id, config } = proposeFor(7, 0)
        return l.replace(/("lock":.*?"id":")\w+(","config":)"(?:[^"\\]|\\.)*"/, `$1${id}$2${JSON.stringify(config)}`)
      },
    ],
  ])('if an unfinished trial has %s', async (_, change) => {
    const { folder } = await indexed(2)
    const claim = (await claimNext(folder, proposeFor, manner, () => 0)) as Claim
    await endAttempt(folder, claim.slot, 1, 'interrupted', '', [])
    await makeIndex(folder, 0)
    const path = paths.indexPath(folder.root, 2)
    const { header, lines } = partsOf(readFileSync(path, 'utf8'))
    expect(await loadedBy(folder.root)).toBe(2)
    const changed = change(lines[2]!)
    expect(changed).not.toBe(lines[2])
    writeFileSync(path, sealed(header, [lines[0]!, lines[1]!, changed]))
    expect(await loadedBy(folder.root)).toBe(1)
  })

  async function loadedBy(root: string): Promise<number> {
    const again = await openTestFolder({ root })
    await refreshAll(again, 0)
    return again.index.loaded
  }

  test.each<[string, object]>([
    ['retries: [5]', { retries: [5] }],
    ['a retry after an attempt beyond all', { retries: [[0, 2 ** 40]] }],
    ['amendments beyond all', { amend: 2 ** 53 - 1 }],
    ['more amendments than there are', { amend: 4 }],
    ['an identity that is null', { identities: [null] }],
    ['a queued config of another id', { queue: [{ id: ID, config: '{}', repeat: 0 }] }],
    ['no offsets', { offsets: null }],
    ['a best that is none', { best: { slot: '0', generation: 0, top: null } }],
    ['a worker that is a path', { left: ['../x'] }],
    ['a basis that is none', { basis: { slot: -1 } }],
  ])('if its header has %s', async (_, change) => {
    const { folder, path, text } = await indexed(3)
    const { header, lines } = partsOf(text)
    writeFileSync(path, sealed({ ...header, ...change }, lines))
    const again = await openTestFolder({ root: folder.root })
    await refreshAll(again, 0)
    expect(again.index.loaded).toBe(0)
    expect([again.known.amendments, again.known.slots.ended.complete]).toEqual([0, 3])
  })

  test('if its count is not that of its lines', async () => {
    const { folder, path, text } = await indexed(3)
    const { header, lines } = partsOf(text)
    for (const count of [2, 4, 1e15]) {
      writeFileSync(path, sealed(header, lines, count))
      const again = await openTestFolder({ root: folder.root })
      await refreshAll(again, 0)
      expect([again.index.loaded, again.known.slots.ended.complete]).toEqual([0, 3])
    }
    expect(await indexHeader(folder, 1)).toBeDefined()
  })
})

test('a line whose hash is wrong is found when it is read, and the truth takes its place', async () => {
  const { folder, path, text } = await indexed(3)
  const { header, lines } = partsOf(text)
  const lies = [lines[0]!, lines[1]!.replace('\\"x\\": 1', '\\"x\\": 7'), lines[2]!]
  writeFileSync(path, sealed(header, lies))
  const again = await openTestFolder({ root: folder.root })
  await refreshAll(again, 0)
  expect(again.index.loaded).toBe(1)
  expect(() => again.known.slots.get(1)).toThrow(UnsoundLine)
  const configs = (): string[] => [0, 1, 2].map((n) => again.known.slots.get(n)!.config)
  expect(await soundly(again, async () => configs())).toEqual([0, 1, 2].map((n) => proposeFor(n, 0).config))
  expect(again.known.slots.ended.complete).toBe(3)
  // The index that this process makes next has the truth.
  expect(again.known.slots.lines().chunks.join('')).not.toContain('\\"x\\": 7')
})

test('a number whose line is wrong and whose slot is gone is free again', async () => {
  const { folder, path, text } = await indexed(3)
  const { header, lines } = partsOf(text)
  writeFileSync(path, sealed(header, [lines[0]!, lines[1]!.replace('\\"x\\": 1', '\\"x\\": 7'), lines[2]!]))
  rmSync(paths.slotPath(folder.root, 1, 1))
  rmSync(paths.logFolder(folder.root), { recursive: true })
  const again = await openTestFolder({ root: folder.root })
  await refreshAll(again, 0)
  again.known.firstFree = again.frontier = 3
  await mendMemory(again)
  expect([again.known.firstFree, again.frontier]).toEqual([1, 0])
  expect([...again.known.slots.numbers()]).toEqual([0, 2])
})

test('the best trial of an index that lies is found among the others', async () => {
  const { folder, path, text } = await indexed(3)
  const { header, lines } = partsOf(text)
  writeFileSync(path, sealed(header, [lines[0]!, lines[1]!, lines[2]!.replace('"value":1', '"value":"1"')]))
  const again = await openTestFolder({ root: folder.root })
  await refreshAll(again, 0)
  expect(again.known.best!.number).toBe(2)
  await mendMemory(again)
  expect([again.known.best!.number, again.known.slots.ended.complete]).toEqual([2, 3])
})

test('a number far above the others costs a look at the folders that exist', async () => {
  const { folder } = await indexed(2)
  const far = { ...LOCK, slot: 999_999_999 }
  mkdirSync(paths.trialMetaFolder(folder.root, ID), { recursive: true })
  writeFileSync(paths.lockPath(folder.root, ID, 1), line(far))
  mkdirSync(paths.slotFolder(folder.root, 999_999), { recursive: true })
  writeFileSync(paths.slotPath(folder.root, 999_999_999, 1), line({ ...SLOT, slot: 999_999_999 }))
  writeFileSync(paths.logPath(folder.root, WORKER), logLine({ slot: { ...SLOT, slot: 999_999_999 } } as LogEvent))
  const again = await openTestFolder({ root: folder.root })
  const startMs = performance.now()
  await refreshAll(again, 0)
  expect([...again.known.slots.numbers()]).toEqual([0, 1, 999_999_999])
  expect(performance.now() - startMs).toBeLessThan(5000)
  expect(((await claimNext(again, proposeFor, manner, () => 0)) as Claim).slot.number).toBe(2)
})

/** One change somewhere in a JSON value: another number, type, nesting, or nothing. */
function mutated(value: unknown, random: { next(): number }): unknown {
  const odd = [null, -1, 0.5, 2 ** 53, 1e300, '', 'x', '..', [], {}, [5], true, NaN, DEEP(500), undefined]
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random.next() * list.length)]!
  if (typeof value !== 'object' || value === null || random.next() < 0.2) return pick(odd)
  const keys = Object.keys(value)
  if (keys.length === 0) return pick(odd)
  const key = pick(keys)
  const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...value }) as Record<string, unknown>
  copy[key] = mutated(copy[key], random)
  return copy
}

test('whatever one field becomes, no reader throws, and what it lets pass is of the right form', () => {
  const random = randomStream('gate', 1)
  const readers = [readSlot, readLock, readFailed, readValue, readBest, readAmend] as const
  const documents = [SLOT, LOCK, FAILED, VALUE, BEST, AMEND]
  for (let round = 0; round < 3000; round++) {
    const k = round % readers.length
    const changed = mutated(documents[k], random)
    const text = `${JSON.stringify(changed) ?? ''}\n`
    const found = readers[k]!(text)
    if (found !== undefined) checkForm(found, text)
    const event = { [['slot', 'lock', 'failed', 'value', 'ask', 'report'][k]!]: changed } as LogEvent
    const told = parsedLine(logLine(event).toString().trimEnd())
    for (const part of Object.values(told ?? {})) if (typeof part === 'object') checkForm(part, text)
  }
})

/** What every document promises: numbers in bounds, an id that is the hash, texts where texts are. */
function checkForm(document: object, text: string): void {
  const d = document as Record<string, unknown>
  const isIn = (v: unknown, low: number, high: number): boolean =>
    v === undefined || (Number.isInteger(v) && (v as number) >= low && (v as number) <= high)
  const isRight =
    isIn(d.slot, 0, 999_999_999) &&
    [d.epoch, d.attempt, d.round].every((v) => isIn(v, 1, 100_000)) &&
    (d.config === undefined || d.config === '' || trialId(d.config as string, d.repeat as number) === d.id) &&
    [d.time, d.started, d.token, d.worker].every((v) => v === undefined || typeof v === 'string')
  expect([text, isRight]).toEqual([text, true])
}

test('whatever one field of an index line becomes, reading it does not throw', async () => {
  const random = randomStream('gate', 2)
  const { text } = await indexed(2)
  const { lines } = partsOf(text)
  const attempt = { attempt: 1, worker: WORKER, lock: LOCK, failed: FAILED, curve: [[0, 1]] }
  const open = [0, 'u', 1, ID, 1, 1, 0, 0, CONFIG, 'sobol', WORKER, '', true, false, [attempt]]
  const samples = [...lines.map((l) => JSON.parse(l) as unknown), open, [1, 'x', 1, '', 2]]
  for (const sample of samples) expect(readLine(line(sample as object))).toBeDefined()
  const head: LineHead = { number: 0, state: 'x', round: 0, id: '', end: -1 }
  for (let round = 0; round < 3000; round++) {
    const changed = `${JSON.stringify(mutated(samples[round % samples.length], random)) ?? ''}\n`
    const slot = readLine(changed)
    if (slot !== undefined) {
      checkForm({ slot: slot.number, ...slot, worker: slot.worker }, changed)
      if (slot.final !== null) checkForm(slot.final, changed)
    }
    const bytes = Buffer.from(changed)
    if (readHead(bytes, 0, head)) expect(head.end).toBe(bytes.length - 1)
  }
})

test('a folder in the place of a claim, a note, a value or an amendment stops nobody', async () => {
  const { folder } = await indexed(2)
  const { root } = folder
  const next = proposeFor(2, 0)
  mkdirSync(paths.lockPath(root, next.id, 1), { recursive: true })
  mkdirSync(paths.amendPath(root, 1), { recursive: true })
  mkdirSync(paths.logPath(root, 'other-1-0000000000'), { recursive: true })
  const again = await openTestFolder({ root })
  await refreshAll(again, 0)
  const claim = (await claimNext(again, proposeFor, manner, () => 0)) as Claim
  expect([claim.slot.number, claim.slot.epoch]).toEqual([2, 2])
  expect(await commit(again, claim, 'complete', { value: 9 }, [])).toBe('committed')
  expect(again.known.amendments).toBe(1)
  expect(readdirSync(paths.amendFolder(root))).toEqual(['000001.json'])
})
