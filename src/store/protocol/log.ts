/**
 * The log of a worker: one writer appends, all others read on from where they were.
 *
 * It is a hint, never the truth: lines may be lost, late or cut off, and that costs time only. Each line is a JSON
 * object whose last field `crc` is the CRC-32 of the line without that field. A reader stops at a line without its
 * newline, and skips a line whose CRC is wrong, or that does not pass the checks of the files that it tells of.
 */

import { crc32 } from 'node:zlib'
import { readFileFrom, writeAll } from '../disk/file-system.ts'
import type { FileHandle, FileSystem } from '../disk/file-system.ts'
import { isCount, isNumber, isObject, isOrdinal, isSlotNumber, parsedJson } from '../disk/bounds.ts'
import { failedOf, identityOf, lockOf, slotOf, valueOf } from '../disk/documents.ts'
import type { FailedDocument, Identity, LockDocument, SlotDocument, ValueDocument } from '../disk/documents.ts'
import { isTrialId } from '../../paths.ts'

/**
 * A log is read in pieces of this size: the log of a million trials is longer than a string can be. No line is as long:
 * its slot or claim would be longer than such a file may be (disk/limits.ts).
 */
const PIECE = 16_777_216

/** How many characters the last field and the closing brace of a line take. */
const CRC_FIELD = ',"crc":"00000000"}'.length

const NEWLINE = 10

/** The check of each field. It gives what passed, undefined for what did not. */
const CHECKS: ReadonlyMap<string, (v: unknown) => unknown> = new Map<keyof LogEvent, (v: unknown) => unknown>([
  ['identity', identityOf],
  ['trials', ifIt(isCount)],
  ['ask', ifIt(isSlotNumber)],
  ['release', ifIt(isSlotNumber)],
  ['slot', slotOf],
  ['lock', lockOf],
  ['report', reportOf],
  ['failed', failedOf],
  ['value', valueOf],
  ['id', ifIt(isTrialId)],
  ['left', ifIt((v) => v === true)],
])

/**
 * One line. It has exactly one of these fields, with two exceptions: `trials`, the ceiling that the process was given,
 * comes with `identity`; and `id`, the trial that they belong to, comes with `failed` and `value`, since a later epoch
 * gives the same number another trial.
 */
export interface LogEvent {
  readonly identity?: Identity
  readonly trials?: number
  /** The number that a slow sampler is working on, so that others take another. */
  readonly ask?: number
  /** A number that the worker gave up without leaving: any other may go on with it. */
  readonly release?: number
  readonly slot?: SlotDocument
  readonly lock?: LockDocument
  readonly report?: {
    readonly slot: number
    readonly attempt: number
    readonly step: number
    readonly value: number | null
  }
  readonly failed?: FailedDocument
  readonly value?: ValueDocument
  readonly id?: string
  readonly left?: true
}

/** The bytes of one line. */
export function logLine(event: LogEvent): Buffer {
  const body = JSON.stringify(event)
  return Buffer.from(`${body.slice(0, -1)},"crc":"${hex(crc32(body))}"}\n`)
}

/** Appends one line, and gives the number of its bytes. With `flush` it is on the file server before this returns. */
export async function appendEvent(
  files: FileSystem,
  log: FileHandle,
  event: LogEvent,
  flush: boolean,
): Promise<number> {
  const bytes = logLine(event)
  await writeAll(files, log, bytes, null)
  if (flush) await files.sync(log)
  return bytes.length
}

/**
 * How far a reader has come in one log. `hasMore`: it stopped before the end that it saw. `skipped`: how many lines did
 * not pass.
 */
export interface LogTail {
  readonly path: string
  offset: number
  hasMore?: boolean
  skipped?: number
  /** It has a line that is longer than any event: nothing behind it is read. */
  isEndless?: boolean
}

/**
 * Reads the whole events behind the tail's offset, one piece at most, and moves the offset on. None if the log is
 * absent or cannot be read: it is a hint, and the truth has all that counts.
 */
export async function readEvents(files: FileSystem, tail: LogTail): Promise<LogEvent[]> {
  tail.hasMore = false
  if (tail.isEndless === true) return []
  const bytes = await readFileFrom(files, tail.path, tail.offset, PIECE).catch(() => undefined)
  if (bytes === undefined) return []
  const end = bytes.lastIndexOf(NEWLINE)
  tail.hasMore = end >= 0 && bytes.length >= PIECE
  tail.isEndless = end < 0 && bytes.length >= PIECE
  if (end < 0) return []
  tail.offset += end + 1
  const events: LogEvent[] = []
  const text = bytes.toString('utf8', 0, end + 1)
  for (let at = 0; at < text.length;) {
    const next = text.indexOf('\n', at)
    const event = next - at > CRC_FIELD ? parsedLine(text.slice(at, next)) : undefined
    if (event === undefined) tail.skipped = (tail.skipped ?? 0) + 1
    else events.push(event)
    at = next + 1
  }
  return events
}

/**
 * The event of a line, which is given without its newline; undefined if its CRC is wrong, or if anything in it does not
 * pass. A line of a kind that this version does not know is an event that says nothing.
 */
export function parsedLine(text: string): LogEvent | undefined {
  const crc = crc32('}', crc32(text.slice(0, -CRC_FIELD)))
  if (!text.endsWith(`,"crc":"${hex(crc)}"}`)) return undefined
  const event = parsedJson(text) as Record<string, unknown> | undefined
  if (!isObject(event)) return undefined
  for (const field in event) {
    const check = CHECKS.get(field)
    if (check !== undefined && (event[field] = check(event[field])) === undefined) return undefined
  }
  return event
}

function ifIt(isRight: (v: unknown) => boolean): (v: unknown) => unknown {
  return (v) => (isRight(v) ? v : undefined)
}

function reportOf(d: unknown): LogEvent['report'] {
  if (!isObject(d) || !isSlotNumber(d.slot) || !isOrdinal(d.attempt) || !isNumber(d.step)) return undefined
  if (d.value !== null && !isNumber(d.value)) return undefined
  return { slot: d.slot, attempt: d.attempt, step: d.step, value: d.value }
}

const hex = (crc: number): string => crc.toString(16).padStart(8, '0')
