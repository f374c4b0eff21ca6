/**
 * A number and what became of it, as one line of text: in an index, and in memory once the number is settled.
 *
 *   [number, state, round, id, epoch, …]   one JSON array, ended by a newline
 *   state                                  c complete, p pruned, f failed, x closed without a trial, u unfinished
 *
 * The first four fields have a fixed form and are read without parsing the rest: opening a study of 100,000 trials
 * reads 100,000 heads, and parses only the lines that somebody asks for. `round` is the round of the terminal record,
 * or the current round of an unfinished trial.
 *
 * A line passes the same checks as the files that it stands for: the head of each line and all of an unfinished trial's
 * line when an index is loaded (`soundLines`), the rest of a line when somebody asks for it (`readLine`).
 */

import { isWorkerId } from '../../paths.ts'
import { HIGHEST_SLOT, MOST_ATTEMPTS, isObject, isOrdinal, isString, isWhole, parsedJson } from '../disk/bounds.ts'
import { failedOf, isCurve, lockOf, slotOf, valueOf } from '../disk/documents.ts'
import type { Attempt, Slot } from './slot.ts'

/** The bytes of `[`, `,`, `"`, `0` and a newline. */
const [OPEN, COMMA, QUOTE, ZERO, NEWLINE] = [91, 44, 34, 48, 10]

/** How many characters an id has, and a line at least. */
const ID_LENGTH = 20
const SHORTEST_LINE = '[0,"x",1,"",1]\n'.length

const STATUS = { c: 'complete', p: 'pruned', f: 'failed' } as const
const STATE_OF = { complete: 'c', pruned: 'p', failed: 'f' } as const
const STATE_OF_CODE: readonly (LineState | undefined)[] = Array.from({ length: 128 }, (_, code) =>
  'cpfxu'.includes(String.fromCharCode(code)) ? (String.fromCharCode(code) as LineState) : undefined,
)

/** The head of a line. One object is used for many lines. */
export interface LineHead {
  number: number
  state: LineState
  round: number
  /** '' for a closed slot. */
  id: string
}

export type LineState = 'c' | 'p' | 'f' | 'x' | 'u'

export const stateOfSlot = (slot: Slot): LineState =>
  slot.isClosed ? 'x' : slot.final === null ? 'u' : STATE_OF[slot.final.status]

/** The line of a slot, its newline included. */
export function lineOf(slot: Slot): string {
  const { number, id, epoch, round, roundAfter, repeat, config, origin, final } = slot
  const state = stateOfSlot(slot)
  if (slot.isClosed) return `${JSON.stringify([number, state, round, '', epoch])}\n`
  const head = [number, state, final?.round ?? round, id, epoch, round, roundAfter, repeat, config, origin]
  if (final === null) {
    const attempts = slot.attempts.filter((a) => a !== undefined)
    return `${JSON.stringify([...head, slot.worker, slot.time, slot.isClaimed, slot.isReleased, attempts])}\n`
  }
  const ending = [final.attempt, final.worker, final.started, final.time, final.values, final.curve]
  const why = final.reason === undefined ? [] : [final.reason, final.detail ?? '']
  return `${JSON.stringify([...head, ...ending, ...why])}\n`
}

/**
 * Where each line begins, and at last where the lines end. Undefined unless there are `count` lines, each with a sound
 * head, and those of unfinished trials are sound to their ends.
 */
export function soundLines(bytes: Buffer, count: number): Uint32Array | undefined {
  if (count * SHORTEST_LINE > bytes.length) return undefined
  const starts = new Uint32Array(count + 1)
  let at = 0
  for (let k = 0; k < count; k++) {
    starts[k] = at
    const end = bytes.indexOf(NEWLINE, at)
    const state = end < 0 ? undefined : stateInHead(bytes, at)
    if (state === undefined) return undefined
    if (state === 'u' && readLine(bytes.toString('utf8', at, end)) === undefined) return undefined
    at = end + 1
  }
  starts[count] = at
  return at === bytes.length ? starts : undefined
}

/** The state in the head that begins at `at`, undefined if the head is not sound. */
function stateInHead(bytes: Buffer, at: number): LineState | undefined {
  if (bytes[at] !== OPEN || !isDigit(bytes[++at]!)) return undefined
  let number = 0
  for (; isDigit(bytes[at]!); at++) number = 10 * number + bytes[at]! - ZERO
  const state = STATE_OF_CODE[bytes[at + 2]!]
  if (number > HIGHEST_SLOT || state === undefined || bytes[at + 4] !== COMMA || !isDigit(bytes[at + 5]!))
    return undefined
  let round = 0
  for (at += 5; isDigit(bytes[at]!); at++) round = 10 * round + bytes[at]! - ZERO
  if (round < 1 || round > MOST_ATTEMPTS || bytes[at] !== COMMA || bytes[at + 1] !== QUOTE) return undefined
  at += 2
  for (const to = state === 'x' ? at : at + ID_LENGTH; at < to; at++) if (!isHexDigit(bytes[at]!)) return undefined
  return bytes[at] === QUOTE ? state : undefined
}

/** Reads the sound head of the line that begins at `start`. */
export function readHead(bytes: Buffer, start: number, head: LineHead): void {
  let at = start + 1
  let number = 0
  for (; isDigit(bytes[at]!); at++) number = 10 * number + bytes[at]! - ZERO
  head.number = number
  head.state = STATE_OF_CODE[bytes[at + 2]!]!
  let round = 0
  for (at += 5; isDigit(bytes[at]!); at++) round = 10 * round + bytes[at]! - ZERO
  head.round = round
  head.id = head.state === 'x' ? '' : bytes.toString('latin1', at + 2, at + 2 + ID_LENGTH)
}

/** The slot that a line describes; undefined if something in it does not pass. */
export function readLine(line: string): Slot | undefined {
  const fields = parsedJson(line)
  if (!Array.isArray(fields)) return undefined
  const [slot, state, lineRound, id, epoch, round, roundAfter, repeat, config, origin, ...rest] = fields as unknown[]
  const closed = state === 'x' ? { closed: 'exhausted' } : {}
  const d = slotOf({ slot, epoch, ...closed, id, config, repeat, origin, worker: 'unknown', token: '', time: '' })
  if (d === undefined || !isOrdinal(lineRound)) return undefined
  const none = { isClaimed: false, attempts: [], final: null, isReleased: false }
  const { slot: number, ...named } = { slot: d.slot, epoch: d.epoch, id: d.id, config: d.config, repeat: d.repeat }
  if (state === 'x')
    return {
      number,
      ...named,
      isClosed: true,
      origin: '',
      worker: '',
      time: '',
      round: lineRound,
      roundAfter: 0,
      ...none,
    }
  if (!isOrdinal(round) || !isWhole(roundAfter, 0, MOST_ATTEMPTS)) return undefined
  const trial = { number, ...named, isClosed: false, origin: d.origin, round, roundAfter }
  if (state === 'u') return unfinishedOf(trial, rest)
  const [attempt, worker, started, time, values, curve, reason, detail = reason === undefined ? undefined : ''] = rest
  const status = STATUS[state as keyof typeof STATUS]
  const ending = { slot, attempt, round: lineRound, status, values, curve, reason, detail }
  const final = valueOf({ ...ending, worker, token: '', started, time })
  if (final === undefined) return undefined
  return { ...trial, worker: final.worker, time: final.started, ...none, isClaimed: true, final }
}

type Trial = Omit<Slot, 'worker' | 'time' | 'isClaimed' | 'isReleased' | 'attempts' | 'final'>

function unfinishedOf(trial: Trial, rest: readonly unknown[]): Slot | undefined {
  const [worker, time, isClaimed, isReleased, list] = rest
  if (!isWorkerId(worker) || !isString(time) || !Array.isArray(list)) return undefined
  if (typeof isClaimed !== 'boolean' || typeof isReleased !== 'boolean') return undefined
  const attempts: Slot['attempts'] = []
  for (const d of list) {
    const attempt = attemptOf(d, trial)
    if (attempt === undefined) return undefined
    attempts[attempt.attempt] = attempt
  }
  return { ...trial, worker, time, isClaimed, attempts, final: null, isReleased }
}

function attemptOf(d: unknown, { number, id }: Trial): Attempt | undefined {
  if (!isObject(d) || !isOrdinal(d.attempt) || !isWorkerId(d.worker)) return undefined
  const { attempt, worker } = d
  const lock = d.lock === null ? null : lockOf(d.lock)
  const failed = d.failed === null ? null : failedOf(d.failed)
  const { curve } = d
  if (lock === undefined || failed === undefined || !isCurve(curve)) return undefined
  if (lock !== null && (lock.slot !== number || lock.id !== id || lock.attempt !== attempt)) return undefined
  if (failed !== null && (failed.slot !== number || failed.attempt !== attempt)) return undefined
  return { attempt, worker, lock, failed, curve: curve as Attempt['curve'] }
}

const isDigit = (byte: number): boolean => byte >= 48 && byte <= 57
const isHexDigit = (byte: number): boolean => (byte >= 48 && byte <= 57) || (byte >= 97 && byte <= 102)
