/**
 * An index: the memory of one worker as a file. Every process that opens the study afterwards begins with it.
 *
 *   {"gen":42,"token":"…","bytes":…,"amend":3,…}   header: how many bytes follow it, and what no line says
 *   [17,"c",1,"5c49…",…]                           a line for each number known (index-line.ts); a later line of the
 *                                                  same number replaces an earlier one
 *   {"count":100000,"crc":"…"}                     footer: number of lines, CRC-32 of all bytes before it
 *
 * It is a hint, like the logs: it may have any part of the truth, and what is missing is read from the truth. Made by
 * `createOnce`. Readers load the highest generation whose footer is right.
 */

import { crc32 } from 'node:zlib'
import { contentPath } from '../disk/create-once.ts'
import { isCount, readBest, readIdentity } from '../disk/documents.ts'
import type { BestDocument, Identity, QueuedConfig } from '../disk/documents.ts'
import { isAbsent } from '../disk/file-system.ts'
import type { FileHandle } from '../disk/file-system.ts'
import { listIfThere } from './folder.ts'
import { addPeer, removePeer } from './peers.ts'
import type { Folder } from './folder.ts'
import { lineOf, readHead } from '../memory/index-line.ts'
import type { LineHead } from '../memory/index-line.ts'
import type { Knowledge } from '../memory/knowledge.ts'
import { learnBasis, learnBest, learnLine, learnRetry, learnSettled, passTaken } from '../memory/knowledge.ts'
import { generationOfIndex, indexFolder, indexPath, isTrialId, isWorkerId } from '../../paths.ts'

/** Looks for an index this many times: those listed may be removed before we open them, and then newer ones exist. */
const LOOKS = 5

/** Reads a header in pieces of this size, and the lines in larger ones. */
const HEADER_PIECE = 65_536
const LARGEST_READ = 16_777_216

const NEWLINE = 10

export interface IndexHeader {
  readonly gen: number
  readonly token: string
  /** How many bytes follow the header's newline. */
  readonly bytes: number
  /**
   * How many amendments are in it, and what they left: requests to stop, rounds asked for as [slot, attempt before],
   * and configs that wait.
   */
  readonly amend: number
  readonly stops: number
  readonly retries: readonly (readonly [slot: number, after: number])[]
  readonly queue: readonly QueuedConfig[]
  /** The basis of the highest number that has one. */
  readonly basis: Knowledge['latestBasis']
  /** The best trial's number, and how far its maker had read the chain of best trials. */
  readonly best: { readonly slot: number | null; readonly generation: number; readonly top: BestDocument | null }
  /** The largest ceiling of any worker, null if none had one. */
  readonly budget: number | null
  /** How many bytes of each log are in it. */
  readonly offsets: Readonly<Record<string, number>>
  /** Who writes each log that has not ended. Its first line says so, but readers of an index begin behind that. */
  readonly identities: readonly Identity[]
  /** Workers that have left, or whose logs are gone. */
  readonly left: readonly string[]
}

/** The generations that exist, highest first. None if the folder cannot be listed: an index is a hint. */
export async function indexGenerations(folder: Folder): Promise<number[]> {
  const names = await listIfThere(folder, indexFolder(folder.root)).catch(() => [])
  return names
    .map((name) => generationOfIndex(name))
    .filter((g) => g !== undefined)
    .sort((a, b) => b - a)
}

/** Takes the newest whole index into memory. What memory knows already stays. */
export async function loadIndex(folder: Folder): Promise<void> {
  for (let look = 0; look < LOOKS; look++) {
    const generations = await indexGenerations(folder)
    let isGone = false
    for (const generation of generations) {
      const found = await readIndex(folder, generation)
      if (found === 'gone') isGone = true
      if (typeof found === 'string') continue
      take(folder, found.header, found.bytes)
      folder.index.loaded = generation
      folder.index.highest = generations[0]!
      return
    }
    folder.index.loaded = 0
    folder.index.highest = generations[0] ?? 0
    if (!isGone) return
  }
}

/**
 * Whether the index this memory was loaded from still exists; if it was loaded without one, whether none has appeared
 * since. If so, no log has been removed that memory has not read.
 */
export async function isIndexStanding(folder: Folder): Promise<boolean> {
  const { loaded, highest } = folder.index
  if (loaded === 0) return ((await indexGenerations(folder))[0] ?? 0) <= highest
  const file = await openIndex(folder, loaded) // opened, since that makes a network client check its cache
  if (file === undefined) return false
  await folder.files.close(file).catch(() => undefined)
  return true
}

/** The header of a generation, undefined if the file is absent or has no whole header. */
export async function indexHeader(folder: Folder, generation: number): Promise<IndexHeader | undefined> {
  const file = await openIndex(folder, generation)
  if (file === undefined) return undefined
  try {
    return (await readHeader(folder, file, generation))?.header
  } catch {
    return undefined
  } finally {
    await folder.files.close(file).catch(() => undefined)
  }
}

/** The bytes of an index of all that memory has, for `createOnce`. */
export function indexParts(folder: Folder, header: Omit<IndexHeader, 'bytes'>): Buffer[] {
  const { slots, unfinished } = folder.known
  const { chunks: lines, count: settled } = slots.lines()
  const open = [...unfinished].map((number) => lineOf(slots.get(number)!))
  if (open.length > 0) lines.push(Buffer.from(open.join('')))
  const count = settled + open.length
  const footer = (crc: number): Buffer => Buffer.from(`${JSON.stringify({ count, crc: hex(crc) })}\n`)
  const bytes = lines.reduce((sum, part) => sum + part.length, footer(0).length)
  const { gen, token, ...rest } = header
  const parts = [Buffer.from(`${JSON.stringify({ gen, token, bytes, ...rest })}\n`), ...lines]
  return [...parts, footer(parts.reduce((crc, part) => crc32(part, crc), 0))]
}

/** How many bytes of the logs that we know an index does not cover. */
export function uncoveredBytes(
  { others, departed, me, registration }: Folder,
  covered: ReadonlyMap<string, number>,
): number {
  let bytes = Math.max(0, (registration?.written ?? 0) - (covered.get(me.worker) ?? 0))
  for (const [worker, { tail }] of others) bytes += Math.max(0, tail.offset - (covered.get(worker) ?? 0))
  for (const [worker, offset] of departed) bytes += Math.max(0, offset - (covered.get(worker) ?? 0))
  return bytes
}

/** Remembers how far an index covers the logs. */
export function rememberCovered(folder: Folder, header: Pick<IndexHeader, 'bytes' | 'offsets' | 'left'>): void {
  const { index } = folder
  index.covered = new Map([
    ...header.left.map((worker) => [worker, Infinity] as const),
    ...Object.entries(header.offsets),
  ])
  index.bytes = header.bytes
  index.uncovered = uncoveredBytes(folder, index.covered)
}

async function openIndex(folder: Folder, generation: number): Promise<FileHandle | undefined> {
  return await folder.files
    .open(contentPath(folder.primitive, indexPath(folder.root, generation)), 'r')
    .catch(() => undefined)
}

/** The header and the lines of a generation, checked against its footer. */
export async function readIndex(
  folder: Folder,
  generation: number,
): Promise<{ header: IndexHeader; bytes: Buffer } | 'gone' | 'damaged'> {
  const file = await openIndex(folder, generation)
  if (file === undefined) return 'gone'
  try {
    const head = await readHeader(folder, file, generation)
    if (head === undefined) return 'damaged'
    const { header, start, crc } = head
    const bytes = Buffer.allocUnsafeSlow(header.bytes)
    for (let done = 0; done < bytes.length;) {
      const count = await folder.files.read(file, bytes.subarray(done, done + LARGEST_READ), start + done)
      if (count === 0) return 'damaged'
      done += count
    }
    const footerStart = bytes.lastIndexOf(NEWLINE, bytes.length - 2) + 1
    const lines = bytes.subarray(0, footerStart)
    const footer = parsed(bytes.toString('utf8', footerStart)) as { crc?: unknown } | undefined
    return footer?.crc === hex(crc32(lines, crc)) ? { header, bytes: lines } : 'damaged'
  } catch (error) {
    return isAbsent(error) ? 'gone' : 'damaged'
  } finally {
    await folder.files.close(file).catch(() => undefined)
  }
}

async function readHeader(
  folder: Folder,
  file: FileHandle,
  generation: number,
): Promise<{ header: IndexHeader; start: number; crc: number } | undefined> {
  let bytes = Buffer.alloc(0)
  for (let end = -1; end < 0; end = bytes.indexOf(NEWLINE)) {
    const piece = Buffer.allocUnsafe(HEADER_PIECE)
    const count = await folder.files.read(file, piece, bytes.length)
    if (count === 0) return undefined
    bytes = Buffer.concat([bytes, piece.subarray(0, count)])
  }
  const line = bytes.subarray(0, bytes.indexOf(NEWLINE) + 1)
  const header = parsed(line.toString()) as IndexHeader | undefined
  return isHeader(header, generation) ? { header, start: line.length, crc: crc32(line) } : undefined
}

function isHeader(d: IndexHeader | undefined, generation: number): d is IndexHeader {
  return (
    d?.gen === generation &&
    [d.bytes, d.amend, d.stops].every(isCount) &&
    Array.isArray(d.retries) &&
    Array.isArray(d.queue) &&
    d.queue.every((q) => isTrialId(q?.id) && typeof q.config === 'string' && isCount(q.repeat)) &&
    typeof d.best === 'object' &&
    isCount(d.best?.generation) &&
    (d.budget === null || isCount(d.budget)) &&
    typeof d.offsets === 'object' &&
    Object.entries(d.offsets).every(([w, n]) => isWorkerId(w) && isCount(n)) &&
    Array.isArray(d.identities) &&
    d.identities.every((identity) => readIdentity(identity) !== undefined) &&
    Array.isArray(d.left) &&
    d.left.every(isWorkerId)
  )
}

/** Takes an index into memory. */
function take(folder: Folder, header: IndexHeader, bytes: Buffer): void {
  const { known } = folder
  if (header.amend > known.amendments) {
    known.amendments = header.amend
    known.stops = header.stops
    known.queue = [...header.queue]
    for (const [slot, after] of header.retries) learnRetry(known, slot, after)
  }
  takeLines(folder, bytes)
  passTaken(known)
  if (header.basis != null) learnBasis(known, header.basis)
  const best = header.best.slot === null ? undefined : known.slots.get(header.best.slot)
  if (best !== undefined) learnBest(known, best)
  if (header.best.generation > folder.bestChain.generation) {
    const top = readBest(`${JSON.stringify(header.best.top)}\n`) ?? null
    folder.bestChain = { generation: header.best.generation, top }
  }
  folder.budget = Math.max(folder.budget, header.budget ?? -1)
  for (const worker of header.left)
    if (!folder.departed.has(worker)) removePeer(folder, worker, header.offsets[worker] ?? 0)
  for (const [worker, offset] of Object.entries(header.offsets)) addPeer(folder, worker, offset)
  for (const identity of header.identities) {
    const peer = folder.others.get(identity.worker)
    if (peer !== undefined) peer.identity ??= identity
  }
  rememberCovered(folder, header)
}

function takeLines(folder: Folder, bytes: Buffer): void {
  const { known } = folder
  const { slots } = known
  const head: LineHead = { number: 0, state: 'x', round: 0, id: '', end: 0 }
  let at = 0
  if (slots.size === 0) {
    // Memory is empty: the settled lines, which come first, are used where they are, without copying.
    const chunk = slots.adopt(bytes)
    let count = 0
    for (; readHead(bytes, at, head) && head.state !== 'u'; at = head.end + 1, count++) {
      slots.place(head.number, head.state, chunk, at)
      learnSettled(known, head)
    }
    slots.endAdopted(chunk, at, count)
  }
  for (; readHead(bytes, at, head); at = head.end + 1) learnLine(known, head, bytes.subarray(at, head.end + 1))
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const hex = (crc: number): string => crc.toString(16).padStart(8, '0')
