/**
 * The log of a worker: one writer appends, everybody else reads on from where they were.
 *
 * A hint, never the truth: lines may be lost, late or cut off, and then cost time only. Each line is a JSON object
 * whose last field `crc` is the CRC-32 of the line without that field; a reader stops at a line without its newline
 * and skips one that does not add up.
 */

import { crc32 } from 'node:zlib'
import { ioError } from '../disk/io-error.ts'
import { isAbsent, readFileFrom, writeAll } from '../disk/file-system.ts'
import type { FileHandle, FileSystem } from '../disk/file-system.ts'
import type { FailedDocument, Identity, LockDocument, SlotDocument, ValueDocument } from '../disk/documents.ts'

/**
 * One line; exactly one of the fields but `trials`, which comes with `identity`: the ceiling that this process was
 * given, and `id`, which comes with `failed` and `value`: the trial that they are of, since a later epoch gives a
 * number another.
 */
export interface LogEvent {
  readonly identity?: Identity
  readonly trials?: number
  /** The number that a slow sampler is working on, so that others take another. */
  readonly ask?: number
  /** A number given up without leaving: whoever meets it may go on with it. */
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
  return Buffer.from(`${body.slice(0, -1)},"crc":"${crcOf(body)}"}\n`)
}

/** Appends one line; with `flush` it is on the file server before this returns. Gives the number of its bytes. */
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

/** How far a reader has come in one log; `hasMore` when it stopped before the end that it saw. */
export interface LogTail {
  readonly path: string
  offset: number
  hasMore?: boolean
}

/** A log is read in pieces of this size: one of a million trials is longer than a string can be. */
const PIECE = 16_777_216

/**
 * The whole events behind the tail's offset, of a piece at most; the offset moves on. None when the log is not there.
 */
export async function readEvents(files: FileSystem, tail: LogTail): Promise<LogEvent[]> {
  tail.hasMore = false
  let bytes: Buffer | undefined
  let end = -1
  for (let most = PIECE; ; most *= 2) {
    bytes = await readPiece(files, tail, most)
    if (bytes === undefined) return []
    end = bytes.lastIndexOf(10)
    tail.hasMore = end >= 0 && bytes.length >= most
    if (end >= 0 || bytes.length < most) break
  }
  if (end < 0) return []
  tail.offset += end + 1
  const events: LogEvent[] = []
  for (const text of bytes.toString('utf8', 0, end).split('\n')) {
    const event = parsedLine(text)
    if (event !== undefined) events.push(event)
  }
  return events
}

async function readPiece(files: FileSystem, tail: LogTail, most: number): Promise<Buffer | undefined> {
  try {
    return await readFileFrom(files, tail.path, tail.offset, most)
  } catch (error) {
    if (isAbsent(error)) return undefined
    throw ioError(tail.path, error)
  }
}

const CRC_FIELD = ',"crc":"00000000"}'.length

/** The event of a line without its newline, undefined for one that does not add up. */
export function parsedLine(text: string): LogEvent | undefined {
  const body = `${text.slice(0, -CRC_FIELD)}}`
  if (text.slice(-CRC_FIELD) !== `,"crc":"${crcOf(body)}"}`) return undefined
  try {
    return JSON.parse(body) as LogEvent
  } catch {
    return undefined
  }
}

const crcOf = (body: string): string => crc32(body).toString(16).padStart(8, '0')
