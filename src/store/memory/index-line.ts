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
 * line when an index is loaded, the rest of a line when somebody asks for it (`readLine`).
 */

import { isWorkerId } from '../../paths.ts'
import { HIGHEST_SLOT, MOST_ATTEMPTS, isObject, isOrdinal, isString, isWhole, parsedJson } from '../disk/bounds.ts'
import { failedOf, isCurve, lockOf, slotOf, valueOf } from '../disk/documents.ts'
import type { Attempt, Slot } from './slot.ts'

/** The bytes of `[`, `,`, `"`, `0` and a newline. */
const [OPEN, COMMA, QUOTE, ZERO, NEWLINE] = [91, 44, 34, 48, 10]

/** Whether a byte is a hex digit, by the byte. */
const HEX_DIGITS = Uint8Array.from({ length: 256 }, (_, byte) => (/[0-9a-f]/.test(String.fromCharCode(byte)) ? 1 : 0))

/** How many characters an id has. */
const ID_LENGTH = 20

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
  /** The position of the line's newline. */
  end: number
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
  const { reason, detail, predicted, earlierMs } = final
  const why = [reason, detail, predicted, earlierMs].map((field) => field ?? null)
  while (why.length > 0 && why.at(-1) === null) why.pop()
  return `${JSON.stringify([...head, ...ending, ...why])}\n`
}

/** Reads the head of the line that begins at `start`. False if it is not sound, or if the line lacks its newline. */
export function readHead(bytes: Buffer, start: number, head: LineHead): boolean {
  let at = start + 1
  if (bytes[start] !== OPEN || !isDigit(bytes[at]!)) return false
  let number = 0
  for (; isDigit(bytes[at]!); at++) number = 10 * number + bytes[at]! - ZERO
  const state = STATE_OF_CODE[bytes[at + 2]!]
  if (number > HIGHEST_SLOT || state === undefined || bytes[at + 4] !== COMMA) return false
  let round = 0
  for (at += 5; isDigit(bytes[at]!); at++) round = 10 * round + bytes[at]! - ZERO
  if (round < 1 || round > MOST_ATTEMPTS || bytes[at] !== COMMA || bytes[at + 1] !== QUOTE) return false
  const idAt = at + 2
  const idEnd = state === 'x' ? idAt : idAt + ID_LENGTH
  for (at = idAt; at < idEnd; at++) if (HEX_DIGITS[bytes[at]!] !== 1) return false
  const end = bytes.indexOf(NEWLINE, at)
  if (end < 0 || bytes[at] !== QUOTE) return false
  head.number = number
  head.state = state
  head.round = round
  head.id = state === 'x' ? '' : bytes.toString('latin1', idAt, idEnd)
  head.end = end
  return true
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
  const [attempt, worker, started, time, values, curve, ...more] = rest
  const status = STATUS[state as keyof typeof STATUS]
  const [reason, detail, predicted, earlierMs] = more.map((field) => field ?? undefined)
  const why = { reason, detail, predicted, earlierMs }
  const ending = { slot, attempt, round: lineRound, status, values, curve, ...why }
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
