/**
 * A number and what became of it, as one line of text: in an index, and in memory once the number is settled.
 *
 *   [number, state, round, id, epoch, …]   one JSON array, ended by a newline
 *   state                                  c complete, p pruned, f failed, x closed without a trial, u unfinished
 *
 * The first four fields have a fixed form and are read without parsing the rest: opening a study of 100,000 trials
 * reads 100,000 heads, and parses only the lines that somebody asks for. `round` is the round of the terminal record,
 * or the current round of an unfinished trial.
 */

import type { Curve, ValueDocument } from '../disk/documents.ts'
import type { FailureReason } from '../../trial.ts'
import type { Attempt, Slot } from './slot.ts'

/** The bytes of `[`, `,`, `"`, `0` and a newline. */
const [OPEN, COMMA, QUOTE, ZERO, NEWLINE] = [91, 44, 34, 48, 10]

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

/** The fields of every line but a closed one; then follow those of `Ending` or `Running`. */
type Fields = [
  number: number,
  state: LineState,
  round: number,
  id: string,
  epoch: number,
  round: number,
  roundAfter: number,
  repeat: number,
  config: string,
  origin: string,
]
type Ending = [
  attempt: number,
  worker: string,
  started: string,
  time: string,
  values: Record<string, number>,
  curve: Curve,
  reason?: FailureReason,
  detail?: string,
]
type Running = [worker: string, time: string, isClaimed: boolean, isReleased: boolean, attempts: Attempt[]]

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

/** Reads the head of the line that begins at `start`. False if there is no such line, or if it lacks its newline. */
export function readHead(bytes: Buffer, start: number, head: LineHead): boolean {
  if (bytes[start] !== OPEN) return false
  let at = start + 1
  let number = 0
  for (; isDigit(bytes[at]); at++) number = 10 * number + bytes[at]! - ZERO
  const state = STATE_OF_CODE[bytes[at + 2] ?? 0]
  if (at === start + 1 || state === undefined || bytes[at + 4] !== COMMA) return false
  let round = 0
  for (at += 5; isDigit(bytes[at]); at++) round = 10 * round + bytes[at]! - ZERO
  if (bytes[at] !== COMMA || bytes[at + 1] !== QUOTE) return false
  const id = state === 'x' ? '' : bytes.toString('latin1', at + 2, at + 22)
  const end = bytes.indexOf(NEWLINE, at)
  if (end < 0 || bytes[at + 2 + id.length] !== QUOTE) return false
  head.number = number
  head.state = state
  head.round = round
  head.id = id
  head.end = end
  return true
}

/** The slot that a line describes. */
export function readLine(line: string): Slot {
  const fields = JSON.parse(line) as [...Fields, ...unknown[]]
  const [number, state, lineRound, id, epoch] = fields
  const none = { isClaimed: false, attempts: [], final: null, isReleased: false }
  if (state === 'x') {
    return {
      number,
      epoch,
      isClosed: true,
      id: '',
      config: '',
      repeat: 0,
      origin: '',
      worker: '',
      time: '',
      round: lineRound,
      roundAfter: 0,
      ...none,
    }
  }
  const [, , , , , round, roundAfter, repeat, config, origin, ...rest] = fields
  const slot = { number, epoch, isClosed: false, id, config, repeat, origin, round, roundAfter }
  if (state === 'u') {
    const [worker, time, isClaimed, isReleased, list] = rest as Running
    const attempts: Slot['attempts'] = []
    for (const attempt of list) attempts[attempt.attempt] = attempt
    return { ...slot, worker, time, isClaimed, attempts, final: null, isReleased }
  }
  const [attempt, worker, started, time, values, curve, reason, detail] = rest as Ending
  const final: ValueDocument = {
    slot: number,
    attempt,
    round: lineRound,
    status: STATUS[state],
    values,
    curve,
    ...(reason === undefined ? {} : { reason, detail: detail ?? '' }),
    worker,
    token: '',
    started,
    time,
  }
  return { ...slot, worker, time: started, ...none, isClaimed: true, final }
}

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 48 && byte <= 57
