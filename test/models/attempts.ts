/**
 * Model of commit and reclaim: the attempts at one trial, from its first lock to its terminal record, and again when a
 * person asks for another round.
 *
 * Worker 1 runs attempt 1 at the start, and the other workers look at the trial. A step is one operation on the file
 * system with the thinking after it. A worker may be killed together with its program, be interrupted, be taken for
 * gone although it lives, and see old answers: a file that was made in the trial's directory since this worker's last
 * change there may look absent. Where trials pause, an attempt may end with a note `paused`. Then the trial rests:
 * nobody must go on with it, and anybody may.
 *
 *   W workers · K attempts · R rounds, of which each after the first has its `retry` in `amend/`
 */

import { sortWorkers } from './checker.ts'
import type { Model, Take } from './checker.ts'

export interface AttemptsBounds {
  readonly workers: number
  /** The limits of the study's definition, for one round: attempts lost or interrupted, and attempts that fail. */
  readonly limits: { readonly lost: number; readonly failed: number }
  /** Files of `amend/`. Each asks for another round, or repeats an earlier request. */
  readonly retries?: number
  readonly kills?: number
  readonly suspicions?: number
  readonly interrupts?: number
  /** How many times a program may fail. */
  readonly failures?: number
  /** How many times a program may pause. */
  readonly pauses?: number
  readonly staleLookups?: boolean
  readonly wrong?: AttemptsMistake
}

/**
 * `any note ends`: a note of any attempt counts as the end of the last one. `no second look`: `value.json` is read
 * before the lock only. `interruptions fail`: they count against the limit for the program. `verdict without a note`:
 * an attempt counts as lost without a note of that. `note while it runs`: the note is created before the program has
 * stopped.
 */
export type AttemptsMistake =
  | 'any note ends'
  | 'no second look'
  | 'interruptions fail'
  | 'pauses count'
  | 'verdict without a note'
  | 'note while it runs'

export const LOCK_AFTER_NOTE = 'lock.(k+1) is made only after failed.k'
export const NO_GAP = 'every attempt below a higher lock has its note'
export const ONE_PROGRAM = 'if two programs run in a directory, the earlier one was taken for lost'
export const NOT_COMMITTED = 'a program starts only where no value was committed'
export const VERDICT_IS_DUE = 'a trial fails for good only when its attempts are used up'
export const IS_FINAL = 'nobody leaves a trial that neither is final nor rests'
export const MISSED_RETRY = 'nobody leaves without reading what was in amend/ when it began to leave'
const RULES = ['', LOCK_AFTER_NOTE, NO_GAP, ONE_PROGRAM, NOT_COMMITTED, VERDICT_IS_DUE, IS_FINAL, MISSED_RETRY] as const

const OFF = 0,
  REFRESH = 1,
  VALUE = 2,
  LOCKS = 3,
  NOTES = 4,
  NOTE = 5,
  VERDICT = 6,
  CLAIM = 7,
  RECHECK = 8,
  RUN = 9,
  STOPPING = 10,
  POKE = 11,
  FAREWELL = 12,
  LEFT = 13,
  RESTING = 14
const FAILED = 1,
  INTERRUPTED = 2,
  LOST = 3,
  PAUSED = 4
const NOTE_WORDS = ['', 'failed', 'interrupted', 'lost', 'paused'] as const
const COMPLETE = 1,
  GAVE_UP = 2
const GONE = 255
const BROKEN = 0,
  KILLS = 1,
  SUSPICIONS = 2,
  INTERRUPTS = 3,
  FAILURES = 4,
  PAUSES = 5,
  HEAD = 6
const ATTEMPT = 1,
  AT_NOTE = 2,
  SEEN_LOCKS = 3,
  SEEN_NOTES = 4,
  SEEN_VALUES = 5,
  AMENDED = 6,
  SEEN_AMEND = 7,
  STOOD = 8,
  RESTED = 9,
  SIZE = 10

export function attemptsModel(name: string, bounds: AttemptsBounds): Model {
  const { workers: W, limits, retries: A = 0, wrong } = bounds
  const R = A + 1
  const K = R * (limits.lost + limits.failed - 1) + (bounds.pauses ?? 0)
  if (K > 8) throw new RangeError(`'${name}': ${K} attempts are more than a byte has bits`)
  const isStale = bounds.staleLookups ?? false
  const lockAt = HEAD
  const roundAt = lockAt + K
  const noteAt = roundAt + K
  const valueAt = noteAt + K
  const amendAt = valueAt + R
  const workerAt = amendAt + A
  const start = new Uint8Array(workerAt + SIZE * W)
  start[KILLS] = bounds.kills ?? 0
  start[SUSPICIONS] = bounds.suspicions ?? 0
  start[INTERRUPTS] = bounds.interrupts ?? 0
  start[FAILURES] = bounds.failures ?? 0
  start[PAUSES] = bounds.pauses ?? 0
  for (let w = 0; w < W; w++) start[workerAt + w * SIZE] = REFRESH
  start.set([RUN, 1, 0, 1], workerAt + (W - 1) * SIZE)
  start[lockAt] = W
  start[roundAt] = 1
  const locks = Array.from({ length: K }, (_, k) => lockAt + k)
  const next = new Uint8Array(start.length)

  /** The round that the first `count` retries have opened, and the attempt after which it began. */
  const roundOf = (s: Uint8Array, count: number): { round: number; after: number } => {
    let round = 1
    let after = 0
    for (let i = 0; i < count; i++) {
      if (s[amendAt + i]! <= after) continue
      after = s[amendAt + i]!
      round++
    }
    return { round, after }
  }
  const amendments = (s: Uint8Array): number => {
    let count = 0
    while (count < A && s[amendAt + count]! > 0) count++
    return count
  }
  const highest = (s: Uint8Array): number => {
    let k = 0
    while (k < K && s[lockAt + k]! > 0) k++
    return k
  }
  /** Whether the notes of attempts `after + 1` to `k` reach a limit, if `extra` more attempts count as lost. */
  const isUsedUp = (s: Uint8Array, after: number, k: number, extra = 0): boolean => {
    let failed = 0
    let lost = extra
    for (let i = after; i < k; i++) {
      const note = s[noteAt + i]!
      if (note === PAUSED && wrong !== 'pauses count') continue
      if (note === FAILED || (note === INTERRUPTED && wrong === 'interruptions fail')) failed++
      else if (note !== 0) lost++
    }
    return failed >= limits.failed || lost >= limits.lost
  }

  function steps(s: Uint8Array, take: Take): void {
    personSteps(s, take)
    for (let w = 0; w < W; w++) {
      const pc = s[workerAt + w * SIZE]!
      if (pc === OFF || pc === LEFT) continue
      workerSteps(s, w, pc, take)
      if (s[KILLS]! === 0) continue
      for (const after of [OFF, REFRESH]) {
        bury(s, w, after)
        next[KILLS]!--
        take(next, after === OFF ? 'is killed' : 'is killed and started again', w, 0, true)
      }
    }
  }

  function bury(s: Uint8Array, w: number, pc: number): void {
    next.set(s)
    const b = workerAt + w * SIZE
    next.fill(0, b, b + SIZE)
    next[b] = pc
    for (const lock of locks) if (next[lock] === w + 1) next[lock] = GONE
  }

  /** Asks for another round of a trial that has failed for good; twice if two people do so at the same time. */
  function personSteps(s: Uint8Array, take: Take): void {
    const count = amendments(s)
    if (count === A) return
    const { round } = roundOf(s, count)
    const value = s[valueAt + round - 1]!
    if (value >= GAVE_UP) {
      for (const after of new Set([highest(s), value - GAVE_UP])) {
        next.set(s)
        next[amendAt + count] = after
        take(next, 'is retried after', W, after, false)
      }
    }
    if (count === 0) return
    next.set(s)
    next[amendAt + count] = s[amendAt + count - 1]!
    take(next, 'is retried after', W, s[amendAt + count - 1]!, true)
  }

  function workerSteps(s: Uint8Array, w: number, pc: number, take: Take): void {
    const b = workerAt + w * SIZE
    const k = s[b + ATTEMPT]!
    const { round, after } = roundOf(s, s[b + AMENDED]!)
    const begin = (to: number): void => {
      next.set(s)
      next[b] = to
    }
    /** Reads a file of the trial's directory: it is there, or absent, or there but not visible yet. */
    const look = (
      isThere: boolean,
      seenAt: number,
      bit: number,
      word: string,
      what: number,
      there: () => void,
      missing: (isAdverse: boolean, word: string) => void,
    ): void => {
      if (isThere) {
        next.set(s)
        next[b + seenAt]! |= 1 << bit
        there()
        take(next, `finds ${word}`, w, what, false)
      }
      if (isThere && (!isStale || ((s[b + seenAt]! >> bit) & 1) === 1)) return
      missing(isThere, `${isThere ? 'does not see' : 'misses'} ${word}`)
    }
    switch (pc) {
      case REFRESH:
        if (A > 0) return readAmendment(s, w, VALUE, take)
        begin(VALUE)
        take(next, 'looks', w, 0, false)
        return
      case VALUE:
        return look(
          s[valueAt + round - 1]! > 0,
          SEEN_VALUES,
          round,
          'value',
          round,
          () => {
            next[b] = POKE
            next[b + STOOD] = amendments(s)
          },
          (isAdverse, word) => {
            begin(LOCKS)
            next[b + ATTEMPT] = 0
            take(next, word, w, round, isAdverse)
          },
        )
      case LOCKS:
        return look(
          k < K && s[lockAt + k]! > 0,
          SEEN_LOCKS,
          k,
          'lock',
          k + 1,
          () => {
            next[b + ATTEMPT] = k + 1
          },
          (isAdverse, word) => {
            begin(k === 0 ? CLAIM : NOTES)
            next[b + AT_NOTE] = 1
            take(next, word, w, k + 1, isAdverse)
          },
        )
      case NOTES: {
        const j = s[b + AT_NOTE]!
        return look(
          s[noteAt + j - 1]! > 0,
          SEEN_NOTES,
          j - 1,
          'note',
          j,
          () => {
            next[b + AT_NOTE] = j + 1
            if (j !== k && wrong !== 'any note ends') return
            next[b] = isUsedUp(s, after, k) ? VERDICT : s[noteAt + j - 1] === PAUSED ? RESTING : CLAIM
          },
          (isAdverse, word) => {
            if (j < k) {
              begin(wrong === 'any note ends' ? NOTES : NOTE)
              if (wrong === 'any note ends') next[b + AT_NOTE] = j + 1
              take(next, word, w, j, isAdverse)
              return
            }
            const then = wrong === 'verdict without a note' && isUsedUp(s, after, k, 1) ? VERDICT : NOTE
            const owner = s[lockAt + k - 1]!
            const isGone = owner === GONE || owner === w + 1
            begin(isGone ? then : REFRESH)
            take(next, word, w, j, isAdverse)
            if (isGone || s[SUSPICIONS]! === 0) return
            begin(then)
            next[SUSPICIONS]!--
            take(next, `${word} and suspects its owner`, w, j, true)
          },
        )
      }
      case NOTE: {
        const j = s[b + AT_NOTE]!
        begin(VALUE)
        const isWon = s[noteAt + j - 1] === 0
        if (isWon) next[noteAt + j - 1] = LOST
        if (isWon && j < k) next[BROKEN] = RULES.indexOf(NO_GAP)
        refreshTrial(b)
        take(next, isWon ? 'creates note lost' : 'loses note lost', w, j, false)
        return
      }
      case VERDICT:
        begin(VALUE)
        if (s[valueAt + round - 1] === 0) {
          next[valueAt + round - 1] = GAVE_UP + k
          if (!isReallyUsedUp(s, after)) next[BROKEN] = RULES.indexOf(VERDICT_IS_DUE)
        }
        refreshTrial(b)
        take(next, s[valueAt + round - 1] === 0 ? 'creates verdict' : 'loses verdict', w, round, false)
        return
      case CLAIM: {
        if (k === K) throw new Error(`'${name}': an attempt more than the bounds have`)
        const isWon = s[lockAt + k] === 0
        begin(!isWon ? VALUE : k === 0 ? RUN : RECHECK)
        if (isWon) {
          next[lockAt + k] = w + 1
          next[roundAt + k] = round
          next[b + ATTEMPT] = k + 1
          if (k > 0 && s[noteAt + k - 1] === 0) next[BROKEN] = RULES.indexOf(LOCK_AFTER_NOTE)
        }
        refreshTrial(b)
        if (isWon && wrong === 'no second look') run(b, w)
        take(next, isWon ? 'creates lock' : 'loses lock', w, k + 1, false)
        return
      }
      case RECHECK:
        return look(
          s[valueAt + round - 1]! > 0,
          SEEN_VALUES,
          round,
          'value',
          round,
          () => {
            next[b] = REFRESH
          },
          (isAdverse, word) => {
            next.set(s)
            run(b, w)
            take(next, word, w, round, isAdverse)
          },
        )
      case RESTING:
        begin(CLAIM)
        take(next, 'goes on with the trial', w, k, false)
        begin(POKE)
        next[b + RESTED] = 1
        next[b + STOOD] = amendments(s)
        take(next, 'lets the trial rest', w, k, false)
        return
      case RUN:
        return runningSteps(s, w, k, take)
      case STOPPING:
        begin(REFRESH)
        take(next, 'stops its program', w, k, false)
        return
      case POKE:
        begin(FAREWELL)
        next[b + SEEN_AMEND] = amendments(s)
        take(next, 'pokes amend', w, 0, false)
        return
      case FAREWELL:
        return readAmendment(s, w, LEFT, take)
    }
  }

  function runningSteps(s: Uint8Array, w: number, k: number, take: Take): void {
    const b = workerAt + w * SIZE
    const round = s[roundAt + k - 1]!
    const begin = (to: number): void => {
      next.set(s)
      next[b] = to
    }
    begin(REFRESH)
    const isFirst = s[valueAt + round - 1] === 0
    if (isFirst) next[valueAt + round - 1] = COMPLETE
    refreshTrial(b)
    take(next, isFirst ? 'creates value' : 'loses value', w, round, false)
    if (s[noteAt + k - 1]! > 0) {
      begin(REFRESH)
      next[b + SEEN_NOTES]! |= 1 << (k - 1)
      take(next, 'finds its own note', w, k, false)
    }
    for (const [budget, reason] of [
      [FAILURES, FAILED],
      [INTERRUPTS, INTERRUPTED],
      [PAUSES, PAUSED],
    ] as const) {
      if (s[budget]! === 0) continue
      const isWon = s[noteAt + k - 1] === 0
      begin(REFRESH)
      next[budget]!--
      if (isWon) next[noteAt + k - 1] = reason
      refreshTrial(b)
      const word = `${isWon ? 'creates' : 'loses'} note ${NOTE_WORDS[reason]}`
      const { round: now, after } = roundOf(s, s[b + AMENDED]!)
      if (isWon && now === round && isUsedUp(next, after, k)) next[b] = VERDICT
      if (wrong === 'note while it runs') next[b] = STOPPING
      take(next, word, w, k, true)
      if (reason !== INTERRUPTED) continue
      next[b] = LEFT
      bury(next.slice(), w, LEFT)
      take(next, `${word} and leaves`, w, k, true)
    }
  }

  /** A program starts, in the directory of an attempt that was just claimed. */
  function run(b: number, w: number): void {
    const k = next[b + ATTEMPT]!
    const round = next[roundAt + k - 1]!
    next[b] = RUN
    if (next[valueAt + round - 1]! > 0 && ((next[b + SEEN_VALUES]! >> round) & 1) === 1)
      next[BROKEN] = RULES.indexOf(NOT_COMMITTED)
    for (let v = 0; v < W; v++) {
      const other = workerAt + v * SIZE
      if (v === w || (next[other] !== RUN && next[other] !== STOPPING)) continue
      // If two programs run, the earlier attempt must have been taken for lost, even if its program only starts now.
      if (next[noteAt + Math.min(k, next[other + ATTEMPT]!) - 1] !== LOST) next[BROKEN] = RULES.indexOf(ONE_PROGRAM)
    }
  }

  /** Whether a limit is reached by the notes that exist, whatever a worker sees of them. */
  function isReallyUsedUp(s: Uint8Array, after: number): boolean {
    let failed = 0
    let lost = 0
    for (let i = after; i < K; i++) {
      if (s[noteAt + i] === FAILED) failed++
      else if (s[noteAt + i]! > 0 && s[noteAt + i] !== PAUSED) lost++
    }
    return failed >= limits.failed || lost >= limits.lost
  }

  /** A worker's own change in the directory shows it what is there. */
  function refreshTrial(b: number): void {
    for (let k = 0; k < K; k++) {
      if (next[lockAt + k]! > 0) next[b + SEEN_LOCKS]! |= 1 << k
      if (next[noteAt + k]! > 0) next[b + SEEN_NOTES]! |= 1 << k
    }
    for (let r = 1; r <= R; r++) if (next[valueAt + r - 1]! > 0) next[b + SEEN_VALUES]! |= 1 << r
  }

  function readAmendment(s: Uint8Array, w: number, otherwise: number, take: Take): void {
    const b = workerAt + w * SIZE
    const known = s[b + AMENDED]!
    const isThere = known < amendments(s)
    if (isThere) {
      next.set(s)
      next[b] = REFRESH
      next[b + AMENDED] = known + 1
      next[b + SEEN_AMEND] = Math.max(next[b + SEEN_AMEND]!, known + 1)
      take(next, 'finds amendment', w, known + 1, false)
    }
    const isOld = isThere && isStale && s[b + SEEN_AMEND]! <= known
    if (isThere && !isOld) return
    next.set(s)
    next[b] = otherwise
    if (otherwise === LEFT) {
      const { round } = roundOf(s, known)
      bury(s, w, LEFT)
      if (s[valueAt + round - 1] === 0 && s[b + RESTED] === 0) next[BROKEN] = RULES.indexOf(IS_FINAL)
      if (known < s[b + STOOD]!) next[BROKEN] = RULES.indexOf(MISSED_RETRY)
    }
    take(
      next,
      otherwise === LEFT ? 'leaves' : isOld ? 'does not see amendment' : 'misses amendment',
      w,
      known + 1,
      isOld,
    )
  }

  return {
    name,
    start,
    steps,
    broken: (s) => (s[BROKEN] === 0 ? undefined : RULES[s[BROKEN]!]),
    isOver: (s) => {
      for (let b = workerAt; b < s.length; b += SIZE) if (s[b] !== OFF && s[b] !== LEFT) return false
      return true
    },
    normalize: (s) => {
      for (let b = workerAt; b < s.length; b += SIZE) {
        const pc = s[b]!
        if (pc === REFRESH || pc === VALUE || pc === POKE || pc === FAREWELL) s[b + ATTEMPT] = 0
        if (pc !== NOTES && pc !== NOTE) s[b + AT_NOTE] = 0
        if (pc !== POKE && pc !== FAREWELL) s[b + STOOD] = s[b + RESTED] = 0
      }
      return sortWorkers(s, { at: workerAt, size: SIZE, count: W }, locks)
    },
  }
}
