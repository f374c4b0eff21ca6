/**
 * The log of a worker: one writer appends, all others read on from where they were.
 *
 * It is a hint, never the truth: lines may be lost, late or cut off, and that costs time only. Each line is a JSON
 * object whose last field `crc` is the CRC-32 of the line without that field. A reader stops at a line without its
 * newline, and skips a line whose CRC is wrong.
 */

import { crc32 } from 'node:zlib'
import { ioError } from '../disk/io-error.ts'
import { isAbsent, readFileFrom, writeAll } from '../disk/file-system.ts'
import type { FileHandle, FileSystem } from '../disk/file-system.ts'
import type { FailedDocument, Identity, LockDocument, SlotDocument, ValueDocument } from '../disk/documents.ts'

/** A log is read in pieces of this size: the log of a million trials is longer than a string can be. */
const PIECE = 16_777_216

/** How many characters the last field and the closing brace of a line take. */
const CRC_FIELD = ',"crc":"00000000"}'.length

const NEWLINE = 10

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
  return Buffer.from(`${body.slice(0, -1)},"crc":"${crcOf(body)}"}\n`)
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

/** How far a reader has come in one log. `hasMore`: it stopped before the end that it saw. */
export interface LogTail {
  readonly path: string
  offset: number
  hasMore?: boolean
}

/**
 * Reads the whole events behind the tail's offset, one piece at most, and moves the offset on. None if the log is
 * absent.
 */
export async function readEvents(files: FileSystem, tail: LogTail): Promise<LogEvent[]> {
  tail.hasMore = false
  let bytes: Buffer | undefined
  let end = -1
  for (let most = PIECE; ; most *= 2) {
    bytes = await readPiece(files, tail, most)
    if (bytes === undefined) return []
    end = bytes.lastIndexOf(NEWLINE)
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

/** The event of a line, which is given without its newline; undefined if its CRC is wrong. */
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
