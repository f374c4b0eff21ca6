/**
 * Reads the intermediate values of a program while it runs, from where it has read before. Sources, in this order:
 *
 * 1. `anthill report-value`, which appends to a file of the attempt
 * 2. the program's standard output: with `--curve`, what the pattern finds; else each line that is a JSON object with a
 *    `step` and the first objective, or `value`, as in {"step": 3, "loss": 0.4}
 *
 * A line counts once it has ended. What is not an intermediate value is passed over.
 */

import { closeSync, fstatSync, readSync } from 'node:fs'
import { isRecord } from '../space/options.ts'
import type { Objectives } from '../trial.ts'
import { withoutControls } from './control-sequences.ts'
import { curveMatches, reported } from './curve-pattern.ts'
import type { Reported } from './curve-pattern.ts'
import { openProgramLog } from './log-tail.ts'
import { parsePythonJson } from './python-json.ts'

/** How much is read at once: then signals are heard, and others have their turn. A longer line is passed over. */
const PIECE_BYTES = 2 ** 18

/** What a program prints between two looks beyond this many bytes is passed over: a log may have gigabytes. */
const MOST_BEHIND = 2 ** 26

/** What an intermediate value in JSON must have. */
const KEY = Buffer.from('"step"')

const [NEWLINE, RETURN] = [10, 13]

/** Where values are read. */
export interface CurveOrder {
  /** The program's standard output, open to read. */
  readonly stdout: number
  /** The file that `anthill report-value` appends to. It may not exist yet. */
  readonly reportsPath: string
  readonly objectives: Objectives
  /** `--curve`. */
  readonly pattern?: RegExp | undefined
}

/** A file that is read from where it was read before. */
interface Tail {
  file: number | undefined
  offset: number
  /** Whether the line at the offset is too long, and passed over. */
  isSkipping: boolean
}

export interface CurveReader {
  /**
   * The values in the next piece of each source.
   *
   * @param isLast  whether nothing more will be written, so that a line without its end counts
   */
  readonly next: (isLast: boolean) => readonly Reported[]
  /** Whether there was more than one piece. */
  readonly hasMore: boolean
  /** Whether the pattern was given up, because it takes too long. */
  readonly isLate: boolean
  readonly close: () => void
}

export function curveReader({ stdout, reportsPath, objectives, pattern }: CurveOrder): CurveReader {
  const reports: Tail = { file: undefined, offset: 0, isSkipping: false }
  const output: Tail = { file: stdout, offset: 0, isSkipping: false }
  const [objective = 'value'] = Object.keys(objectives)
  const state = { hasMore: false, isLate: false }
  const fromOutput = (piece: Buffer): readonly Reported[] => {
    if (pattern === undefined) return linesWithKey(piece).flatMap((line) => inJson(line, objective))
    if (state.isLate) return []
    const found = curveMatches(withoutControls(piece.toString()), pattern)
    if (found !== 'late') return found
    state.isLate = true
    return []
  }
  return {
    next: (isLast) => {
      state.hasMore = false
      const read = (tail: Tail): Buffer => {
        const piece = nextPiece(tail, isLast)
        state.hasMore ||= piece.hasMore
        return piece.bytes
      }
      reports.file ??= opened(reportsPath)
      const told = linesOf(read(reports)).flatMap(inReport)
      return [...told, ...fromOutput(read(output))]
    },
    get hasMore() {
      return state.hasMore
    },
    get isLate() {
      return state.isLate
    },
    close: () => {
      if (reports.file !== undefined) closeSync(reports.file)
      reports.file = undefined
    },
  }
}

function inReport(line: string): Reported[] {
  const json = parsePythonJson(line)?.value
  return isRecord(json) ? reported(json['value'] === null ? NaN : json['value'], json['step']) : []
}

/** An intermediate value in a line of JSON. If `step` is itself an objective, no line is one. */
function inJson(text: string, objective: string): Reported[] {
  const line = withoutControls(text).trim()
  const json = line.startsWith('{') && objective !== 'step' ? parsePythonJson(line)?.value : undefined
  if (!isRecord(json) || typeof json['step'] !== 'number') return []
  return reported(Object.hasOwn(json, objective) ? json[objective] : json['value'], json['step'])
}

/** Lines that have the key. Most output has none, and is not even made a text. */
function linesWithKey(piece: Buffer): string[] {
  const lines: string[] = []
  for (let at = piece.indexOf(KEY); at >= 0;) {
    const end = endOfLine(piece, at)
    const begin = Math.max(piece.lastIndexOf(NEWLINE, at), piece.lastIndexOf(RETURN, at)) + 1
    lines.push(piece.toString('utf8', begin, end))
    at = piece.indexOf(KEY, end)
  }
  return lines
}

function endOfLine(piece: Buffer, from: number): number {
  const ends = [piece.indexOf(NEWLINE, from), piece.indexOf(RETURN, from)].filter((end) => end >= 0)
  return ends.length === 0 ? piece.length : Math.min(...ends)
}

const linesOf = (piece: Buffer): string[] => (piece.length === 0 ? [] : piece.toString().split('\n'))

/** The whole lines behind the tail's offset, one piece at most. */
function nextPiece(tail: Tail, isLast: boolean): { readonly bytes: Buffer; readonly hasMore: boolean } {
  const none = { bytes: Buffer.alloc(0), hasMore: false }
  if (tail.file === undefined) return none
  const { size } = fstatSync(tail.file)
  // A program may empty its own log. What it writes then is new.
  if (size < tail.offset) Object.assign(tail, { offset: 0, isSkipping: false })
  if (size - tail.offset > MOST_BEHIND) Object.assign(tail, { offset: size - MOST_BEHIND, isSkipping: true })
  const wanted = Math.min(size - tail.offset, PIECE_BYTES)
  if (wanted === 0) return none
  const buffer = Buffer.allocUnsafe(wanted)
  const count = readSync(tail.file, buffer, 0, wanted, tail.offset)
  const piece = buffer.subarray(0, count)
  const hasMore = tail.offset + count < size
  const end = isLast && !hasMore ? count : Math.max(piece.lastIndexOf(NEWLINE), piece.lastIndexOf(RETURN)) + 1
  if (end === 0) {
    if (count < PIECE_BYTES) return none
    Object.assign(tail, { offset: tail.offset + count, isSkipping: true })
    return { ...none, hasMore }
  }
  const begin = tail.isSkipping ? endOfLine(piece, 0) : 0
  Object.assign(tail, { offset: tail.offset + end, isSkipping: false })
  return { bytes: piece.subarray(Math.min(begin, end), end), hasMore }
}

/** The file of reports; undefined as long as there is none, or if something else stands in its place. */
function opened(path: string): number | undefined {
  try {
    return openProgramLog(path)
  } catch {
    return undefined
  }
}
