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
import {
  HIGHEST_GENERATION,
  isCount,
  isObject,
  isOrdinal,
  isShallow,
  isSlotNumber,
  isString,
  isWhole,
  parsedJson,
} from '../disk/bounds.ts'
import { bestOf, identityOf, isObserved, isQueued, observedOf, queuedOf, readBest } from '../disk/documents.ts'
import type { BestDocument, Identity, ObservedResult, QueuedConfig } from '../disk/documents.ts'
import { isAbsent } from '../disk/file-system.ts'
import { INDEX_BYTES, INDEX_HEADER_BYTES } from '../disk/limits.ts'
import type { FileHandle } from '../disk/file-system.ts'
import { isRemembered } from './best.ts'
import { isMade, listIfThere, readText } from './folder.ts'
import { addPeer, removePeer } from './peers.ts'
import type { Folder } from './folder.ts'
import { lineOf, readHead } from '../memory/index-line.ts'
import type { LineHead } from '../memory/index-line.ts'
import type { Knowledge } from '../memory/knowledge.ts'
import {
  isConfig,
  learnBasis,
  learnBest,
  learnLine,
  learnRetry,
  learnSettled,
  passTaken,
  rankedIn,
} from '../memory/knowledge.ts'
import { learnObserved } from '../memory/observed.ts'
import { findBest, forgetUnsound } from '../memory/soundness.ts'
import { UnsoundLine } from '../memory/slot-table.ts'
import { amendPath, bestPath, generationOfIndex, indexFolder, indexPath, isWorkerId } from '../../paths.ts'

/** Looks for an index this many times: those listed may be removed before we open them, and then newer ones exist. */
const LOOKS = 5

/** Reads a header in pieces, the first of this size and each twice as large, and the lines in larger ones. */
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
  /** Results from elsewhere; left out if there are none. */
  readonly observed?: readonly ObservedResult[]
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

/** An index whose bytes are those that somebody wrote: its header, its lines, and how many there must be. */
export interface IndexContent {
  readonly header: IndexHeader
  /** The stamp of its file (`FileSystem.stamp`). */
  readonly stamp: string
  readonly bytes: Buffer
  readonly count: number
}

/** The generations that exist, highest first. None if the folder cannot be listed: an index is a hint. */
export async function indexGenerations(folder: Folder): Promise<number[]> {
  const names = await listIfThere(folder, indexFolder(folder.root)).catch(() => [])
  return names
    .map((name) => generationOfIndex(name))
    .filter((g) => isWhole(g, 1, HIGHEST_GENERATION))
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
      if (typeof found === 'string' || !(await hasItsAmendments(folder, found.header))) continue
      if (!take(folder, found, await isBorneOut(folder, found.header))) continue
      rememberLoaded(folder, generation, found.header.token, found.stamp)
      folder.index.highest = generations[0]!
      return
    }
    folder.index.loaded = 0
    folder.index.highest = generations[0] ?? 0
    if (!isGone) return
  }
}

/**
 * Whether the chain of best trials says what an index says of it. Otherwise somebody may have named another trial as
 * the best one, and a generation so high that nobody would publish a better one.
 */
async function isBorneOut(folder: Folder, { best: { generation, top } }: IndexHeader): Promise<boolean> {
  if (top === null) return false
  const text = await readText(folder, bestPath(folder.root, generation)).catch(() => undefined)
  const entry = text === undefined ? undefined : readBest(text)
  return entry?.slot === top.slot && entry.id === top.id && entry.worth === top.worth && entry.token === top.token
}

/** Remembers which index memory has, by its token: a generation may be removed and created anew. */
export function rememberLoaded({ index }: Folder, loaded: number, token: string, stamp?: string): void {
  Object.assign(index, { loaded, token, stamp })
}

/** Whether the last amendment exists that an index has read: a number beyond them would hide all later ones. */
async function hasItsAmendments(folder: Folder, { amend }: IndexHeader): Promise<boolean> {
  return amend <= folder.known.amendments || (await isMade(folder, amendPath(folder.root, amend)).catch(() => false))
}

/**
 * Whether the index this memory was loaded from still exists; if it was loaded without one, whether none has appeared
 * since. If so, no log has been removed that memory has not read.
 */
export async function isIndexStanding(folder: Folder): Promise<boolean> {
  const { index, files } = folder
  if (index.loaded === 0) return ((await indexGenerations(folder))[0] ?? 0) <= index.highest
  const file = await openIndex(folder, index.loaded) // opened, since that makes a network client check its cache
  if (file === undefined) return false
  try {
    const stamp = await files.stamp(file)
    if (stamp === index.stamp) return true
    // A maker that had slept may have created a removed generation anew: that is another index under the same name.
    if ((await readHeader(folder, file, index.loaded))?.header.token !== index.token) return false
    index.stamp = stamp
    return true
  } catch {
    return false
  } finally {
    await files.close(file).catch(() => undefined)
  }
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
function uncoveredBytes({ others, departed, me, registration }: Folder, covered: ReadonlyMap<string, number>): number {
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

async function openIndex({ files, primitive, root }: Folder, generation: number): Promise<FileHandle | undefined> {
  const path = contentPath(primitive, indexPath(root, generation))
  const file = await files.open(path, 'r').catch(() => undefined)
  if (file === undefined) return undefined
  try {
    await files.mustBeRegular(path, file)
    return file
  } catch {
    await files.close(file).catch(() => undefined)
    return undefined
  }
}

/** The header and the lines of a generation, checked against its footer. */
export async function readIndex(folder: Folder, generation: number): Promise<IndexContent | 'gone' | 'damaged'> {
  const file = await openIndex(folder, generation)
  if (file === undefined) return 'gone'
  try {
    const stamp = await folder.files.stamp(file)
    const head = await readHeader(folder, file, generation)
    if (head === undefined) return 'damaged'
    const { header, start, crc } = head
    if (header.bytes > INDEX_BYTES) return 'damaged'
    const bytes = Buffer.allocUnsafeSlow(header.bytes)
    for (let done = 0; done < bytes.length;) {
      const count = await folder.files.read(file, bytes.subarray(done, done + LARGEST_READ), start + done)
      // JSON has no zero bytes. A file with holes has as many as it likes, and we would keep them in memory.
      if (count === 0 || bytes.subarray(done, done + count).includes(0)) return 'damaged'
      done += count
    }
    const footerStart = bytes.lastIndexOf(NEWLINE, bytes.length - 2) + 1
    const lines = bytes.subarray(0, footerStart)
    const footer = parsedJson(bytes.toString('utf8', footerStart))
    if (!isObject(footer) || !isCount(footer.count) || footer.crc !== hex(crc32(lines, crc))) return 'damaged'
    return { header, stamp, bytes: lines, count: footer.count }
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
  const pieces: Buffer[] = []
  let length = 0
  for (let end = -1; end < 0;) {
    if (length > INDEX_HEADER_BYTES) return undefined
    const piece = Buffer.allocUnsafe(Math.max(HEADER_PIECE, length))
    const count = await folder.files.read(file, piece, length)
    end = piece.subarray(0, count).indexOf(NEWLINE)
    pieces.push(piece.subarray(0, end < 0 ? count : end + 1))
    // JSON has no zero bytes, and a file with holes has as many as it likes.
    if (count === 0 || pieces.at(-1)!.includes(0)) return undefined
    length += count
  }
  const line = Buffer.concat(pieces)
  const header = headerIn(line.toString(), generation)
  return header === undefined ? undefined : { header, start: line.length, crc: crc32(line) }
}

/** The header in a line; undefined if anything in it does not pass. */
function headerIn(line: string, generation: number): IndexHeader | undefined {
  const d = parsedJson(line)
  if (!isObject(d) || d.gen !== generation || !isString(d.token) || !isWhole(d.bytes, 0, INDEX_BYTES)) return undefined
  if (!isWhole(d.amend, 0, HIGHEST_GENERATION) || !isCount(d.stops)) return undefined
  const { token, retries, queue, observed = [], best, basis = null, budget, offsets, left } = d
  if (!isListOf(retries, isRetry) || !isListOf(queue, isQueued) || !isListOf(left, isWorkerId)) return undefined
  if (!isListOf(observed, isObserved)) return undefined
  if (!isBasis(basis) || !(budget === null || isCount(budget))) return undefined
  if (!isObject(offsets) || !Object.entries(offsets).every(([w, n]) => isWorkerId(w) && isCount(n))) return undefined
  if (!isObject(best) || !(best.slot === null || isSlotNumber(best.slot))) return undefined
  if (!isWhole(best.generation, 0, HIGHEST_GENERATION)) return undefined
  const top = best.top === null ? null : bestOf(best.top)
  const identities = Array.isArray(d.identities) ? d.identities.map(identityOf) : [undefined]
  if (top === undefined || !identities.every((identity) => identity !== undefined)) return undefined
  const chain = { slot: best.slot, generation: best.generation, top }
  const told = { basis, best: chain, budget, offsets: offsets as Record<string, number>, identities, left }
  return {
    gen: generation,
    token,
    bytes: d.bytes,
    amend: d.amend,
    stops: d.stops,
    retries,
    queue: queue.map(queuedOf),
    observed: observed.map(observedOf),
    ...told,
  }
}

const isListOf = <T>(d: unknown, isOne: (one: unknown) => one is T): d is readonly T[] =>
  Array.isArray(d) && d.every(isOne)

const isRetry = (d: unknown): d is readonly [slot: number, after: number] =>
  Array.isArray(d) && d.length === 2 && isSlotNumber(d[0]) && isOrdinal(d[1])

const isBasis = (d: unknown): d is Knowledge['latestBasis'] =>
  d === null ||
  (isObject(d) && isSlotNumber(d.slot) && isOrdinal(d.epoch) && d.basis !== undefined && isShallow(d.basis))

/**
 * Takes an index into memory. False if one of its lines cannot be right: then the lines before it are in memory, as
 * good as any hint, and the rest of the index counts as absent.
 */
function take(folder: Folder, index: IndexContent, isBestBorneOut: boolean): boolean {
  const { header } = index
  const { known } = folder
  if (!takeLines(folder, index)) return false
  // Later amendments are read one by one, as always: an index may lie, and a request to stop ends this process.
  if (known.amendments === 0 && header.amend > 0) {
    folder.index.isHearsay = true
    known.amendments = header.amend
    known.stops = header.stops
    known.queue = header.queue.filter((queued) => isConfig(known, queued.config))
    learnObserved(known.observed, header.observed ?? [], known.order)
    for (const [slot, after] of header.retries) learnRetry(known, slot, after)
  }
  passTaken(known)
  if (header.basis != null) learnBasis(known, header.basis)
  takeBest(folder, header.best, isBestBorneOut)
  const { generation, top } = header.best
  if (isBestBorneOut && generation > folder.bestChain.generation && isRemembered(folder, top!))
    folder.bestChain = { ...folder.bestChain, generation, top }
  folder.budget = Math.max(folder.budget, header.budget ?? -1)
  for (const worker of header.left)
    if (!folder.departed.has(worker)) removePeer(folder, worker, header.offsets[worker] ?? 0)
  for (const [worker, offset] of Object.entries(header.offsets)) addPeer(folder, worker, offset)
  for (const identity of header.identities) {
    const peer = folder.others.get(identity.worker)
    if (peer !== undefined) peer.identity ??= identity
  }
  rememberCovered(folder, header)
  return true
}

/**
 * Takes in the best trial of an index. If the chain of best trials does not bear it out, or if its line does not pass,
 * all lines are read.
 */
function takeBest({ known }: Folder, { slot, top }: IndexHeader['best'], isBorneOut: boolean): void {
  const { order, slots } = known
  try {
    const trial = slot === null ? undefined : slots.get(slot)
    if (trial !== undefined) learnBest(known, trial)
    const best = known.best === null ? null : rankedIn(known, known.best)
    if (isBorneOut && best !== null && !order.isBetter({ worth: top!.worth, number: top!.slot }, best)) return
    findBest(known)
    if (known.best !== null || slots.ended.complete === 0) return
  } catch (error) {
    if (!(error instanceof UnsoundLine)) throw error
  }
  forgetUnsound(known)
}

/** Takes the lines into memory. False if there are not `count` of them that pass. */
function takeLines({ known, mine }: Folder, { bytes, count }: IndexContent): boolean {
  const { slots } = known
  const head: LineHead = { number: 0, state: 'x', round: 0, id: '', end: -1 }
  let at = 0
  let taken = 0
  if (slots.size === 0) {
    // Memory is empty: the settled lines, which come first, are used where they are, without copying.
    const chunk = slots.adopt(bytes)
    for (; readHead(bytes, at, head) && head.state !== 'u'; at = head.end + 1, taken++) {
      slots.place(head.number, head.state, chunk, at)
      learnSettled(known, head)
    }
    slots.endAdopted(chunk, at, taken)
  }
  for (; readHead(bytes, at, head); at = head.end + 1, taken++)
    if (!mine.has(head.number) && !learnLine(known, head, bytes.subarray(at, head.end + 1))) return false
  return taken === count && at === bytes.length
}

const hex = (crc: number): string => crc.toString(16).padStart(8, '0')
