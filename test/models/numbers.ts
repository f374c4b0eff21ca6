/**
 * Model of slot, claim and queue: how numbers become trials, and how configs that people add get their turn.
 *
 * A step is one operation on the file system with the thinking after it. Between any two steps, a worker may be killed
 * (and perhaps started again with an empty memory), be taken for gone although it lives, or see an old answer: a file
 * that was made since its last change in a directory may still look absent, but a file it has seen stays visible. Logs
 * are hints: a refresh shows all that was logged, or nothing. A claimed trial counts as finished here; `attempts.ts`
 * has what follows.
 *
 *   N numbers · E epochs · C configs, of which the first A may be queued
 *   W workers, then A people who add one config each
 */

import { sortWorkers } from './checker.ts'
import type { Model, Take } from './checker.ts'

export interface NumbersBounds {
  readonly workers: number
  readonly numbers: number
  readonly epochs: number
  readonly configs: number
  /** People who append one config each to `amend/`. */
  readonly people?: number
  readonly kills?: number
  readonly suspicions?: number
  /** How many times a creation may succeed while its maker is told of an error. */
  readonly lostAnswers?: number
  readonly staleLookups?: boolean
  /** Whether logs may show nothing; true by default. */
  readonly lateLogs?: boolean
  /**
   * Whether a refresh may show what some workers have logged and not what others have, as if some are not known yet.
   */
  readonly logsOneByOne?: boolean
  /** Whether workers take any free number instead of the lowest, and may list the slots before, as after lost races. */
  readonly anyOrder?: boolean
  /**
   * Whether a worker leaves once the owners of all unfinished trials live, instead of waiting until all is finished.
   */
  readonly leavesOthers?: boolean
  /** Whether the sampler may run out of configs; then a number may stay without a trial. */
  readonly mayExhaust?: boolean
  readonly wrong?: NumbersMistake
}

/**
 * `absence makes an epoch`: a missing `lock.1` counts as proof that the config never became a trial. `intent in a log`:
 * the same, and a log has the config instead of the slot. `search from the highest`: numbers that were lost in a race
 * are forgotten, and nobody looks below the highest known number. `own leftovers stay`: what this process made and does
 * not run counts as its own. `stale end of the queue`: a worker leaves without looking past the cache of `amend/`.
 */
export type NumbersMistake =
  | 'absence makes an epoch'
  | 'intent in a log'
  | 'search from the highest'
  | 'own leftovers stay'
  | 'stale end of the queue'

export const TWO_TRIALS = 'a number has at most one trial'
export const NO_TRIAL = 'every number has its trial when the last worker leaves'
export const MISSED_CHANGE = 'nobody leaves without reading what was in amend/ when it began to leave'
export const UNTRIED = 'a queued config that was read is tried while there are numbers'
const RULES = ['', TWO_TRIALS, NO_TRIAL, MISSED_CHANGE, UNTRIED] as const

const OFF = 0,
  REFRESH = 1,
  AMEND = 2,
  ASK = 3,
  LOOK = 4,
  NEXT = 5,
  NEXT_OWN = 6,
  LOG = 7,
  CLAIM = 8,
  EPOCH = 9,
  POKE = 10,
  FAREWELL = 11,
  LEFT = 12,
  LOOK_OWN = 13
const PERSON_READS = 1,
  PERSON_CREATES = 2
const CLOSED = 15
const CLAIMED = 8,
  TAKEN = 16,
  EPOCH_BITS = 7
const BROKEN = 0,
  KILLS = 1,
  SUSPICIONS = 2,
  LOST_ANSWERS = 3,
  USED = 4,
  LOGGED = 5
const PC = 0,
  NUMBER = 1,
  AT_EPOCH = 2,
  SEEN_SLOTS = 3,
  SEEN_LOCKS = 4,
  AMENDED = 5,
  SEEN_AMEND = 6,
  LOOKED = 7,
  STOOD = 8,
  CONFIGS = 9,
  KNOWN = 10

/** What a step is about: the number, epoch and config of a slot as digits of one decimal number. */
export const slotWords = (number: number, epoch: number, config: number): number => (number * 10 + epoch) * 10 + config

export function numbersModel(name: string, bounds: NumbersBounds): Model {
  const { workers: W, numbers: N, epochs: E, configs: C, people: A = 0, wrong } = bounds
  if (C > 7 || N * (E - 1) > 8)
    throw new RangeError(`'${name}': 7 configs and 8 later epochs of all numbers are what a byte has bits for`)
  const isStale = bounds.staleLookups ?? false
  const hasIntents = wrong === 'intent in a log' || wrong === 'search from the highest'
  const absenceProves = hasIntents || wrong === 'absence makes an epoch'
  const configAt = LOGGED + 2
  const makerAt = configAt + N * E
  const lockAt = makerAt + N * E
  const queueAt = lockAt + C
  const personAt = queueAt + A
  const workerAt = personAt + 3 * A
  const size = KNOWN + N
  const start = new Uint8Array(workerAt + size * W)
  start[KILLS] = bounds.kills ?? 0
  start[SUSPICIONS] = bounds.suspicions ?? 0
  start[LOST_ANSWERS] = bounds.lostAnswers ?? 0
  start[USED] = A
  for (let w = 0; w < W; w++) start[workerAt + w * size] = REFRESH
  for (let p = 0; p < A; p++) start[personAt + 3 * p] = PERSON_READS
  const next = new Uint8Array(start.length)
  const makers = Array.from({ length: N * E }, (_, i) => makerAt + i)

  const isLogged = (s: Uint8Array, slot: number): boolean => ((s[LOGGED + (slot >> 3)]! >> (slot & 7)) & 1) === 1
  const slotOf = (n: number, e: number): number => n * E + e - 1
  const bitOf = (n: number, e: number): number => 1 << (n * (E - 1) + e - 2)
  const hasTrial = (s: Uint8Array, n: number): boolean => {
    for (let c = 0; c < C; c++) if (s[lockAt + c] === n + 1) return true
    return false
  }

  function broken(s: Uint8Array): string | undefined {
    for (let c = 0; c < C; c++) {
      for (let d = c + 1; d < C; d++) if (s[lockAt + c]! > 0 && s[lockAt + c] === s[lockAt + d]) return TWO_TRIALS
    }
    return s[BROKEN] === 0 ? undefined : RULES[s[BROKEN]!]
  }

  function steps(s: Uint8Array, take: Take): void {
    for (let p = 0; p < A; p++) personSteps(s, p, take)
    for (let w = 0; w < W; w++) {
      const pc = s[workerAt + w * size + PC]!
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

  /** The next state, in which this worker remembers nothing and nobody owns what it made. */
  function bury(s: Uint8Array, w: number, pc: number): void {
    next.set(s)
    const b = workerAt + w * size
    next.fill(0, b, b + size)
    next[b + PC] = pc
    for (const maker of makers) if (next[maker] === w + 1) next[maker] = 0
  }

  function workerSteps(s: Uint8Array, w: number, pc: number, take: Take): void {
    const b = workerAt + w * size
    const n = s[b + NUMBER]!
    const e = s[b + AT_EPOCH]!
    const begin = (to: number): void => {
      next.set(s)
      next[b + PC] = to
    }
    switch (pc) {
      case REFRESH:
        begin(A > 0 ? AMEND : ASK)
        for (let m = 0; m < N; m++) for (let d = 1; d <= E; d++) if (isLogged(s, slotOf(m, d))) learn(b, m, d)
        take(next, 'reads the logs', w, 0, false)
        if (!(bounds.lateLogs ?? true)) return
        if (bounds.logsOneByOne === true) readEachLog(s, w, take)
        begin(A > 0 ? AMEND : ASK)
        take(next, 'sees no log', w, 0, true)
        return
      case AMEND:
        return readAmendment(s, w, ASK, take)
      case ASK:
        return ask(s, w, take)
      case LOOK:
      case LOOK_OWN: {
        const c = s[configAt + slotOf(n, e)]!
        const isSeen = ((s[b + SEEN_LOCKS]! >> c) & 1) === 1
        const isIntentKnown = !hasIntents || s[makerAt + slotOf(n, e)] === w + 1 || isLogged(s, slotOf(n, e))
        const names = isIntentKnown ? s[lockAt + c - 1]! : 0
        const what = slotWords(n, e, c)
        if (names > 0) {
          begin(names === n + 1 ? ASK : pc === LOOK ? NEXT : NEXT_OWN)
          next[b + SEEN_LOCKS]! |= 1 << c
          learnLock(s, b, c)
          take(next, 'finds lock', w, what, false)
        }
        const isOld = names > 0 && ((!isSeen && isStale) || (hasIntents && (bounds.lateLogs ?? true)))
        if (names > 0 && !isOld) return
        const word = names === 0 ? 'misses lock' : 'does not see lock'
        if (pc === LOOK) return helpOr(s, w, absenceProves ? EPOCH : CLAIM, word, what, isOld, take)
        // Another worker made this epoch. It is looked after like any other.
        begin(ASK)
        take(next, word, w, what, isOld)
        return
      }
      case NEXT:
      case NEXT_OWN: {
        const later = e < E ? s[configAt + slotOf(n, e + 1)]! : 0
        if (later > 0) {
          begin(later === CLOSED ? ASK : pc === NEXT ? LOOK : LOOK_OWN)
          learn(b, n, e + 1)
          next[b + SEEN_SLOTS]! |= bitOf(n, e + 1)
          next[b + AT_EPOCH] = e + 1
          take(next, 'finds slot', w, slotWords(n, e + 1, later), false)
        }
        const isOld = later > 0 && isStale && (s[b + SEEN_SLOTS]! & bitOf(n, e + 1)) === 0
        if (later > 0 && !isOld) return
        const word = isOld ? 'does not see slot' : 'misses slot'
        // A helper repeats all steps of the owner, so it tries the lock once more, in vain.
        if (pc === NEXT) return helpOr(s, w, CLAIM, word, slotWords(n, e + 1, 0), isOld, take)
        begin(EPOCH)
        take(next, word, w, slotWords(n, e + 1, 0), isOld)
        return
      }
      case LOG:
        begin(CLAIM)
        next[LOGGED + (slotOf(n, e) >> 3)]! |= 1 << (slotOf(n, e) & 7)
        take(next, 'logs slot', w, slotWords(n, e, s[configAt + slotOf(n, e)]!), false)
        return
      case CLAIM: {
        const c = s[configAt + slotOf(n, e)]!
        const names = s[lockAt + c - 1]!
        if (names === 0) {
          if (s[LOST_ANSWERS]! > 0) {
            begin(REFRESH)
            next[lockAt + c - 1] = n + 1
            next[LOST_ANSWERS]!--
            take(next, 'creates lock, told of an error', w, slotWords(n, e, c), true)
          }
          begin(REFRESH)
          next[lockAt + c - 1] = n + 1
          next[b + SEEN_LOCKS]! |= 1 << c
          next[b + KNOWN + n]! |= CLAIMED
          next[b + LOOKED] = 0
          take(next, 'creates lock', w, slotWords(n, e, c), false)
          return
        }
        begin(names === n + 1 ? REFRESH : wrong === 'own leftovers stay' ? ASK : NEXT_OWN)
        next[b + SEEN_LOCKS]! |= 1 << c
        learnLock(s, b, c)
        take(next, 'loses lock', w, slotWords(n, e, c), false)
        return
      }
      case EPOCH: {
        const there = e < E ? s[configAt + slotOf(n, e + 1)]! : CLOSED
        if (e === E) throw new Error(`'${name}': an epoch more than the bounds have`)
        if (there > 0) {
          begin(there === CLOSED ? ASK : CLAIM)
          learn(b, n, e + 1)
          refreshSlots(b)
          next[b + AT_EPOCH] = e + 1
          take(next, 'loses slot', w, slotWords(n, e + 1, there), false)
          return
        }
        const proposals = propose(s, b)
        if (proposals.length === 0) proposals.push(CLOSED)
        for (const c of proposals) createSlot(s, w, n, e + 1, c, take)
        return
      }
      case POKE:
        begin(FAREWELL)
        next[b + SEEN_AMEND] = queued(s)
        take(next, 'pokes amend', w, 0, false)
        return
      case FAREWELL:
        return readAmendment(s, w, LEFT, take)
    }
  }

  function readEachLog(s: Uint8Array, w: number, take: Take): void {
    for (let maker = 0; maker <= W; maker++) {
      next.set(s)
      for (let m = 0; m < N; m++)
        for (let d = 1; d <= E; d++)
          if (isLogged(s, slotOf(m, d)) && s[makerAt + slotOf(m, d)] === maker) learn(workerAt + w * size, m, d)
      if (next.some((byte, i) => byte !== s[i])) take(next, 'reads the logs of one', w, 0, true)
    }
  }

  function ask(s: Uint8Array, w: number, take: Take): void {
    const b = workerAt + w * size
    const lookAt = (n: number): void => {
      next.set(s)
      next[b + PC] = LOOK
      next[b + NUMBER] = n
      next[b + AT_EPOCH] = s[b + KNOWN + n]! & EPOCH_BITS
    }
    const isOpen = (n: number): boolean => (s[b + KNOWN + n]! & EPOCH_BITS) > 0 && (s[b + KNOWN + n]! & CLAIMED) === 0
    for (let n = 0; n < N; n++) {
      if (!isOpen(n)) continue
      if (isGone(s, w, n)) {
        lookAt(n)
        take(next, 'turns to number', w, n, false)
        return
      }
      if (s[SUSPICIONS]! === 0) continue
      lookAt(n)
      take(next, 'turns to number', w, n, true)
    }
    if (bounds.anyOrder === true) listSlots(s, w, take)
    const free: number[] = []
    let highest = -1
    for (let n = 0; n < N; n++) if (s[b + KNOWN + n]! > 0) highest = n
    for (let n = wrong === 'search from the highest' ? highest + 1 : 0; n < N; n++)
      if (s[b + KNOWN + n] === 0) free.push(n)
    const proposals = free.length === 0 ? [] : propose(s, b)
    if (proposals.length > 0) {
      for (const n of bounds.anyOrder === true ? free : free.slice(0, 1))
        for (const c of proposals) createSlot(s, w, n, 1, c, take)
      return
    }
    for (let n = 0; n < N; n++) {
      if (!isOpen(n) || ((s[b + LOOKED]! >> n) & 1) === 1) continue
      lookAt(n)
      take(next, 'turns to number', w, n, false)
      return
    }
    next.set(s)
    next[b + LOOKED] = 0
    if (!(bounds.leavesOthers ?? false) && Array.from({ length: N }, (_, n) => isOpen(n)).includes(true)) {
      next[b + PC] = REFRESH
      take(next, 'waits', w, 0, false)
      return
    }
    next[b + STOOD] = queued(s)
    next[b + PC] = A === 0 ? LEFT : wrong === 'stale end of the queue' ? FAREWELL : POKE
    if (A === 0) leave(s, w)
    take(next, A === 0 ? 'leaves' : 'is about to leave', w, 0, false)
  }

  /** After a lost race, and before the last look around, the folder of slots is listed, and its files are read. */
  function listSlots(s: Uint8Array, w: number, take: Take): void {
    const b = workerAt + w * size
    next.set(s)
    for (let n = 0; n < N; n++) if (s[configAt + slotOf(n, 1)]! > 0) learn(b, n, 1)
    if (next.every((byte, i) => byte === s[i])) return
    take(next, 'finds slots', w, 0, false)
  }

  /** After a look that found nothing: continues for an owner that is gone, or leaves the number to one that lives. */
  function helpOr(
    s: Uint8Array,
    w: number,
    pc: number,
    word: string,
    what: number,
    isAdverse: boolean,
    take: Take,
  ): void {
    const b = workerAt + w * size
    const n = s[b + NUMBER]!
    next.set(s)
    if (isGone(s, w, n)) {
      next[b + PC] = pc
      take(next, word, w, what, isAdverse)
      return
    }
    next[b + PC] = ASK
    next[b + LOOKED]! |= 1 << n
    take(next, word, w, what, isAdverse)
    if (s[SUSPICIONS]! === 0) return
    next.set(s)
    next[b + PC] = pc
    next[SUSPICIONS]!--
    take(next, `${word} and suspects its owner`, w, what, true)
  }

  /** Whether the owner of a number is certainly gone, as far as this worker knows its epochs. */
  function isGone(s: Uint8Array, w: number, n: number): boolean {
    const maker = s[makerAt + slotOf(n, s[workerAt + w * size + KNOWN + n]! & EPOCH_BITS)]!
    return maker === 0 || (maker === w + 1 && wrong !== 'own leftovers stay')
  }

  function createSlot(s: Uint8Array, w: number, n: number, e: number, c: number, take: Take): void {
    const b = workerAt + w * size
    const i = slotOf(n, e)
    const there = s[configAt + i]!
    next.set(s)
    if (there > 0) {
      next[b + PC] = ASK
      if (wrong === 'search from the highest') next[b + KNOWN + n]! |= TAKEN
      else learn(b, n, e)
      refreshSlots(b)
      take(next, 'loses slot', w, slotWords(n, e, there), false)
      return
    }
    const make = (pc: number): void => {
      next.set(s)
      next[configAt + i] = c
      next[makerAt + i] = w + 1
      if (c !== CLOSED && c > s[USED]!) next[USED] = c
      next[b + PC] = pc
    }
    if (s[LOST_ANSWERS]! > 0) {
      make(REFRESH)
      next[LOST_ANSWERS]!--
      take(next, 'creates slot, told of an error', w, slotWords(n, e, c), true)
    }
    make(c === CLOSED ? REFRESH : LOG)
    next[b + NUMBER] = n
    next[b + AT_EPOCH] = e
    learn(b, n, e)
    refreshSlots(b)
    take(next, 'creates slot', w, slotWords(n, e, c), false)
  }

  /**
   * Configs that may be proposed: the first queued one that is new to this worker, otherwise any new one. Configs that
   * nobody has used yet are interchangeable.
   */
  function propose(s: Uint8Array, b: number): number[] {
    const isKnown = (c: number): boolean => ((s[b + CONFIGS]! >> c) & 1) === 1
    for (let i = 0; i < s[b + AMENDED]!; i++) if (!isKnown(s[queueAt + i]!)) return [s[queueAt + i]!]
    const proposals: number[] = []
    for (let c = A + 1; c <= Math.min(s[USED]! + 1, C); c++) if (!isKnown(c)) proposals.push(c)
    return proposals
  }

  function learn(b: number, n: number, e: number): void {
    const old = next[b + KNOWN + n]!
    if ((old & CLAIMED) !== 0 || (old & EPOCH_BITS) >= e) return
    const c = next[configAt + slotOf(n, e)]!
    next[b + KNOWN + n] = e | (c === CLOSED ? CLAIMED : 0)
    if (c !== CLOSED) next[b + CONFIGS]! |= 1 << c
  }

  function learnLock(s: Uint8Array, b: number, c: number): void {
    const n = s[lockAt + c - 1]! - 1
    for (let e = 1; e <= E; e++) {
      if (s[configAt + slotOf(n, e)] !== c) continue
      if ((next[b + KNOWN + n]! & CLAIMED) === 0) next[b + KNOWN + n] = e | CLAIMED
      next[b + CONFIGS]! |= 1 << c
      return
    }
  }

  function refreshSlots(b: number): void {
    for (let n = 0; n < N; n++)
      for (let e = 2; e <= E; e++) if (next[configAt + slotOf(n, e)]! > 0) next[b + SEEN_SLOTS]! |= bitOf(n, e)
  }

  function queued(s: Uint8Array): number {
    let count = 0
    while (count < A && s[queueAt + count]! > 0) count++
    return count
  }

  function readAmendment(s: Uint8Array, w: number, otherwise: number, take: Take): void {
    const b = workerAt + w * size
    const known = s[b + AMENDED]!
    const isThere = known < A && s[queueAt + known]! > 0
    if (isThere) {
      next.set(s)
      next[b + PC] = AMEND
      next[b + AMENDED] = known + 1
      next[b + LOOKED] = 0
      next[b + STOOD] = 0
      next[b + SEEN_AMEND] = Math.max(next[b + SEEN_AMEND]!, known + 1)
      take(next, 'finds amendment', w, known + 1, false)
    }
    const isOld = isThere && isStale && s[b + SEEN_AMEND]! <= known
    if (isThere && !isOld) return
    next.set(s)
    next[b + PC] = otherwise
    if (otherwise === LEFT) leave(s, w)
    take(next, `${isOld ? 'does not see' : 'misses'} amendment`, w, known + 1, isOld)
  }

  function leave(s: Uint8Array, w: number): void {
    const b = workerAt + w * size
    const stood = A === 0 ? 0 : s[b + STOOD]!
    const amended = s[b + AMENDED]!
    bury(s, w, LEFT)
    let isLast = true
    for (let v = 0; v < W; v++)
      if (v !== w && s[workerAt + v * size] !== OFF && s[workerAt + v * size] !== LEFT) isLast = false
    const mustAll = !(bounds.leavesOthers ?? false) || isLast
    for (let n = 0; n < N && mustAll; n++) {
      if (!hasTrial(s, n) && !(bounds.mayExhaust ?? false)) next[BROKEN] = RULES.indexOf(NO_TRIAL)
    }
    if (amended < stood) next[BROKEN] = RULES.indexOf(MISSED_CHANGE)
    let isFull = true
    for (let n = 0; n < N; n++) if (s[configAt + slotOf(n, 1)] === 0) isFull = false
    for (let i = 0; i < amended && mustAll && !isFull; i++)
      if (s[lockAt + s[queueAt + i]! - 1] === 0) next[BROKEN] = RULES.indexOf(UNTRIED)
  }

  /**
   * A person who adds a config: reads to the end of the chain, creates the next file, and repeats that if another was
   * faster.
   */
  function personSteps(s: Uint8Array, p: number, take: Take): void {
    const b = personAt + 3 * p
    const known = s[b + 1]!
    const isThere = known < A && s[queueAt + known]! > 0
    if (s[b] === PERSON_READS) {
      if (isThere) {
        next.set(s)
        next[b + 1] = known + 1
        take(next, 'finds amendment', W + p, known + 1, false)
      }
      const isOld = isThere && isStale && s[b + 2]! <= known
      if (isThere && !isOld) return
      next.set(s)
      next[b] = PERSON_CREATES
      take(next, `${isOld ? 'does not see' : 'misses'} amendment`, W + p, known + 1, isOld)
    } else if (s[b] === PERSON_CREATES) {
      next.set(s)
      next[b + 2] = queued(s)
      if (isThere) next[b] = PERSON_READS
      else {
        next[queueAt + known] = p + 1
        next.fill(0, b, b + 3)
      }
      take(next, isThere ? 'loses amendment' : 'creates amendment', W + p, known + 1, false)
    }
  }

  return {
    name,
    start,
    steps,
    broken,
    isOver: (s) => {
      for (let b = personAt; b < workerAt; b += 3) if (s[b] !== OFF) return false
      for (let b = workerAt; b < s.length; b += size) if (s[b] !== OFF && s[b] !== LEFT) return false
      return true
    },
    normalize: (s) => {
      for (let b = workerAt; b < s.length; b += size) {
        const pc = s[b]!
        if (pc <= ASK || pc >= POKE) s[b + NUMBER] = s[b + AT_EPOCH] = 0
      }
      return sortWorkers(s, { at: workerAt, size, count: W }, makers)
    },
  }
}
