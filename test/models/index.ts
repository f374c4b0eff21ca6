/**
 * Model of index and collection: a reader opens a study and looks again later, while workers write, other workers write
 * index files, and the logs that those cover are removed.
 *
 * A fact is that a trial exists (bit 2t) or is final (bit 2t + 1). It becomes true in its trial's own directory; then
 * its worker logs it. An index file has all facts that were true at some time before it was made, since its maker may
 * have slept in between. All index files but the newest `keep` are removed; then log segments which those cover to
 * their end, if the worker is gone and owns nothing unfinished, or if the segment is sealed. No answer is old here: a
 * process that opens a study has no cache yet.
 */

import type { Model, Take } from './checker.ts'

export interface IndexBounds {
  /**
   * For each trial: which worker runs it, and in which log segment it is logged. Segments of a worker are in sequence.
   */
  readonly trials: readonly { readonly worker: number; readonly segment: number }[]
  readonly generations: number
  /** How many index files are kept. */
  readonly keep: number
  readonly compactors?: number
  /** Kills of workers and compactors. */
  readonly kills?: number
  /** How many times a log segment or an index file may vanish, even if somebody needs it. */
  readonly losses?: number
  /** How many times the reader looks again. */
  readonly refreshes?: number
  readonly wrong?: IndexMistake
}

/**
 * `no holes filled`: facts that neither index nor logs have are not looked for. `probing from a head`: the newest index
 * file is found by counting up from a pointer. `holes of the dead only`: a trial is not looked at while its owner
 * lives. `refresh without the index`: later looks read logs only. `index by its number`: an index made anew under the
 * number that memory was loaded from counts as the same.
 */
export type IndexMistake =
  | 'no holes filled'
  | 'probing from a head'
  | 'holes of the dead only'
  | 'refresh without the index'
  | 'index by its number'

export const OPEN_IS_WHOLE = 'a reader that opens knows every trial and value that existed when it began'
export const REFRESH_IS_WHOLE = 'a reader that looks again knows all that was logged when it began'
const RULES = ['', OPEN_IS_WHOLE, REFRESH_IS_WHOLE] as const

const BROKEN = 0,
  KILLS = 1,
  LOSSES = 2,
  TRUTH = 3,
  LOGGED = 4,
  SEGMENTS = 5,
  SEALED = 6,
  FILES = 7,
  HEAD = 8,
  FIXED = 9
const GONE = 255
/** A worker's place in its script: for each trial, create it, log that, make it final, log that. */
const IDLE = 0,
  REMEMBER = 1,
  CREATE = 2,
  TRIM = 3,
  COLLECT = 4,
  POINT = 5
const COMPACTOR_SIZE = 3
/** A state of the reader. When it looks again: 1 while it reads on, 2 once it opens anew. */
const LIST = 1,
  LOAD = 2,
  LIST_LOGS = 3,
  READ_LOG = 4,
  SLOTS = 5,
  VALUES = 6,
  FRESH = 7,
  READY = 8,
  PROBE = 9,
  CHECK = 10,
  DONE = 11
const R_PC = 0,
  R_MEMORY = 1,
  R_MUST = 2,
  R_LISTED = 3,
  R_LOADED = 4,
  R_MADE = 5,
  R_AT = 6,
  R_LEFT = 7,
  R_REFRESHING = 8,
  READER_SIZE = 9

export function indexModel(name: string, bounds: IndexBounds): Model {
  const { trials, generations: I, keep, wrong } = bounds
  const T = trials.length
  const W = 1 + Math.max(...trials.map(({ worker }) => worker))
  const G = 1 + Math.max(...trials.map(({ segment }) => segment))
  const C = bounds.compactors ?? 1
  const segments = Array.from({ length: G }, (_, g) => ({
    facts: trials.reduce((mask, trial, t) => (trial.segment === g ? mask | (3 << (2 * t)) : mask), 0),
    worker: trials.find(({ segment }) => segment === g)!.worker,
  }))
  const scripts = Array.from({ length: W }, (_, w) => trials.flatMap(({ worker }, t) => (worker === w ? [t] : [])))
  const segmentAt = FIXED
  const fileAt = segmentAt + G
  const madeAt = fileAt + I
  const workerAt = madeAt + I
  const compactorAt = workerAt + W
  const readerAt = compactorAt + COMPACTOR_SIZE * C
  const start = new Uint8Array(readerAt + READER_SIZE)
  start[KILLS] = bounds.kills ?? 0
  start[LOSSES] = bounds.losses ?? 0
  start[readerAt + R_PC] = wrong === 'probing from a head' ? PROBE : LIST
  start[readerAt + R_LEFT] = bounds.refreshes ?? 0
  const next = new Uint8Array(start.length)
  const SLOT_FACTS = trials.reduce((mask, _, t) => mask | (1 << (2 * t)), 0)
  const highestIn = (mask: number): number => 32 - Math.clz32(mask)

  function steps(s: Uint8Array, take: Take): void {
    if (s[readerAt] === DONE) return // nothing matters any more
    for (let w = 0; w < W; w++) workerSteps(s, w, take)
    for (let c = 0; c < C; c++) compactorSteps(s, c, take)
    readerSteps(s, take)
    if (s[LOSSES]! === 0) return
    for (const mask of [SEGMENTS, FILES]) {
      for (let i = 0; i < 8; i++) {
        if (((s[mask]! >> i) & 1) === 0) continue
        next.set(s)
        next[LOSSES]!--
        next[mask]! &= ~(1 << i)
        take(next, mask === FILES ? 'loses index' : 'loses log', W, i + 1, true)
      }
    }
  }

  function workerSteps(s: Uint8Array, w: number, take: Take): void {
    const at = s[workerAt + w]!
    const script = scripts[w]!
    if (at === GONE || at > 4 * script.length) return
    if (s[KILLS]! > 0) {
      next.set(s)
      next[KILLS]!--
      next[workerAt + w] = GONE
      take(next, 'is killed', w, 0, true)
    }
    next.set(s)
    next[workerAt + w] = at + 1
    if (at === 4 * script.length) {
      take(next, 'leaves', w, 0, false)
      return
    }
    const t = script[at >> 2]!
    const { segment } = trials[t]!
    const fact = at % 4 < 2 ? 1 << (2 * t) : 2 << (2 * t)
    if (at % 2 === 0) next[TRUTH]! |= fact
    else {
      if (((s[SEALED]! >> segment) & 1) === 0 && at % 4 === 1 && s[segmentAt + segment] === 0) {
        next[SEGMENTS]! |= 1 << segment
        for (let g = 0; g < segment; g++) if (segments[g]!.worker === w) next[SEALED]! |= 1 << g
      }
      next[segmentAt + segment]! |= fact
      next[LOGGED]! |= fact
    }
    take(next, ['creates trial', 'logs trial', 'commits', 'logs value'][at % 4]!, w, t, false)
  }

  function compactorSteps(s: Uint8Array, c: number, take: Take): void {
    const b = compactorAt + COMPACTOR_SIZE * c
    const generation = s[b + 1]!
    const who = W + c
    if (s[KILLS]! > 0 && s[b] !== IDLE) {
      next.set(s)
      next[KILLS]!--
      next.fill(0, b, b + COMPACTOR_SIZE)
      take(next, 'is killed', who, 0, true)
    }
    next.set(s)
    const end = (word: string, what: number): void => {
      next.fill(0, b, b + COMPACTOR_SIZE)
      take(next, word, who, what, false)
    }
    switch (s[b]) {
      case IDLE:
        if (highestIn(s[FILES]!) >= I) return
        next[b] = REMEMBER
        next[b + 1] = highestIn(s[FILES]!)
        take(next, 'lists index', who, highestIn(s[FILES]!), true)
        return
      case REMEMBER:
        next[b] = CREATE
        next[b + 2] = s[TRUTH]!
        take(next, 'knows all', who, s[TRUTH]!, false)
        return
      case CREATE:
        if (((s[FILES]! >> generation) & 1) === 1) return end('loses index', generation + 1)
        next[b] = TRIM
        next[FILES]! |= 1 << generation
        next[fileAt + generation] = s[b + 2]!
        next[madeAt + generation]!++
        next[b + 2] = 0
        take(next, 'creates index', who, generation + 1, false)
        return
      case TRIM: {
        let surplus = s[FILES]!
        for (let i = 0; i < keep && surplus > 0; i++) surplus &= ~(1 << (highestIn(surplus) - 1))
        if (surplus === 0) {
          next[b] = COLLECT
          take(next, 'has trimmed', who, 0, false)
          return
        }
        next[FILES]! &= ~(1 << (highestIn(surplus) - 1))
        take(next, 'removes index', who, highestIn(surplus), false)
        return
      }
      case COLLECT: {
        const segment = collectable(s)
        if (segment < 0 && wrong !== 'probing from a head') return end('has collected', 0)
        if (segment < 0) next[b] = POINT
        else next[SEGMENTS]! &= ~(1 << segment)
        take(next, segment < 0 ? 'has collected' : 'removes log', who, segment + 1, false)
        return
      }
      case POINT:
        next[HEAD] = Math.max(s[HEAD]!, generation + 1)
        return end('points to index', generation + 1)
    }
  }

  /** A segment that the newest index files cover and that nobody will append to; −1 if there is none. */
  function collectable(s: Uint8Array): number {
    let count = 0
    let covered = 255
    for (let g = 0; g < I; g++) {
      if (((s[FILES]! >> g) & 1) === 0) continue
      count++
      covered &= s[fileAt + g]!
    }
    if (count !== keep) return -1
    for (let g = 0; g < G; g++) {
      if (((s[SEGMENTS]! >> g) & 1) === 0 || (s[segmentAt + g]! & ~covered) !== 0) continue
      const { worker, facts } = segments[g]!
      const at = s[workerAt + worker]!
      const isOver = at === GONE || at > 4 * scripts[worker]!.length
      const owned = facts & s[TRUTH]!
      const isFinished = (((owned & SLOT_FACTS) << 1) & ~owned) === 0
      if (((s[SEALED]! >> g) & 1) === 1 || (isOver && isFinished)) return g
    }
    return -1
  }

  function readerSteps(s: Uint8Array, take: Take): void {
    const b = readerAt
    const who = W + C
    const loaded = s[b + R_LOADED]!
    next.set(s)
    const go = (to: number, word: string, what: number): void => {
      next[b] = to
      take(next, word, who, what, false)
    }
    /** A new opening begins: all facts that exist now must be known at its end, unless it is part of looking again. */
    const begin = (): void => {
      if (s[b + R_REFRESHING] === 0 && s[b + R_MUST] === 0)
        next[b + R_MUST] = wrong === 'no holes filled' ? s[LOGGED]! : s[TRUTH]!
    }
    switch (s[b]) {
      case LIST:
        begin()
        next[b + R_LISTED] = s[FILES]!
        return go(LOAD, 'lists index', highestIn(s[FILES]!))
      case PROBE: {
        begin()
        let newest = s[HEAD]!
        while (newest < I && ((s[FILES]! >> newest) & 1) === 1) newest++
        next[b + R_LISTED] = newest === 0 ? 0 : 1 << (newest - 1)
        return go(LOAD, 'probes for index', newest)
      }
      case LOAD: {
        const newest = highestIn(s[b + R_LISTED]!)
        const isThere = newest > 0 && ((s[FILES]! >> (newest - 1)) & 1) === 1
        if (newest > 0 && !isThere) {
          next[b + R_LISTED]! &= ~(1 << (newest - 1))
          return go(LOAD, 'misses index', newest)
        }
        if (isThere) next[b + R_MEMORY]! |= s[fileAt + newest - 1]!
        next[b + R_LOADED] = newest
        next[b + R_MADE] = isThere ? s[madeAt + newest - 1]! : 0
        next[b + R_LISTED] = 0
        return go(LIST_LOGS, 'loads index', newest)
      }
      case LIST_LOGS:
        next[b + R_LISTED] = s[SEGMENTS]!
        return go(READ_LOG, 'lists logs', s[SEGMENTS]!)
      case READ_LOG: {
        const segment = highestIn(s[b + R_LISTED]!) - 1
        if (segment < 0)
          return go(
            s[b + R_REFRESHING] === 1
              ? CHECK
              : wrong === 'no holes filled' || wrong === 'probing from a head'
                ? FRESH
                : SLOTS,
            'has read logs',
            0,
          )
        if (((s[SEGMENTS]! >> segment) & 1) === 1) next[b + R_MEMORY]! |= s[segmentAt + segment]!
        next[b + R_LISTED]! &= ~(1 << segment)
        return go(READ_LOG, 'reads log', segment + 1)
      }
      case SLOTS:
        next[b + R_MEMORY]! |= s[TRUTH]! & SLOT_FACTS
        next[b + R_AT] = 0
        return go(VALUES, 'lists slots', 0)
      case VALUES: {
        let t = s[b + R_AT]!
        while (t < T && (((s[b + R_MEMORY]! >> (2 * t)) & 3) !== 1 || isLeftAlone(s, t))) t++
        if (t < T) next[b + R_MEMORY]! |= s[TRUTH]! & (2 << (2 * t))
        next[b + R_AT] = t < T ? t + 1 : 0
        return go(t < T ? VALUES : FRESH, t < T ? 'looks at trial' : 'has looked at trials', t)
      }
      case FRESH:
        if (wrong === 'probing from a head') {
          if (highestIn(s[FILES]!) !== loaded) return go(PROBE, 'finds another index', highestIn(s[FILES]!))
        } else finish(s, s[b + R_REFRESHING]! > 0 ? REFRESH_IS_WHOLE : OPEN_IS_WHOLE)
        return go(READY, 'is open', 0)
      case READY:
        if (s[b + R_LEFT] === 0) return go(DONE, 'is done', 0)
        next[b + R_LEFT]!--
        next[b + R_REFRESHING] = 1
        next[b + R_MUST] = s[LOGGED]!
        return go(LIST_LOGS, 'looks again', 0)
      case CHECK: {
        const stands =
          loaded === 0
            ? s[FILES] === 0
            : ((s[FILES]! >> (loaded - 1)) & 1) === 1 &&
              (wrong === 'index by its number' || s[madeAt + loaded - 1] === s[b + R_MADE])
        if (!stands && wrong !== 'refresh without the index') {
          next[b + R_REFRESHING] = 2
          return go(LIST, 'finds its index gone', loaded)
        }
        finish(s, REFRESH_IS_WHOLE)
        return go(READY, 'is up to date', 0)
      }
    }
  }

  function isLeftAlone(s: Uint8Array, t: number): boolean {
    const { worker } = trials[t]!
    const at = s[workerAt + worker]!
    return wrong === 'holes of the dead only' && at !== GONE && at <= 4 * scripts[worker]!.length
  }

  function finish(s: Uint8Array, rule: (typeof RULES)[number]): void {
    const b = readerAt
    if ((s[b + R_MUST]! & ~s[b + R_MEMORY]!) !== 0) next[BROKEN] = RULES.indexOf(rule)
    next[b + R_MUST] = 0
    next[b + R_REFRESHING] = 0
  }

  return {
    name,
    start,
    steps,
    broken: (s) => (s[BROKEN] === 0 ? undefined : RULES[s[BROKEN]!]),
    isOver: (s) => s[readerAt] === DONE,
    normalize: (s) => {
      // It makes no difference what a removed file said, how often it was made if nobody remembers it, and which facts
      // are known by now.
      s[readerAt + R_MUST]! &= ~s[readerAt + R_MEMORY]!
      if (s[readerAt + R_LEFT] === 0 && wrong !== 'no holes filled') s[LOGGED] = 0
      for (let g = 0; g < G; g++) if (((s[SEGMENTS]! >> g) & 1) === 0) s[segmentAt + g] = 0
      for (let g = 0; g < I; g++) {
        if (((s[FILES]! >> g) & 1) === 0) s[fileAt + g] = 0
        if (s[readerAt + R_LOADED] !== g + 1) s[madeAt + g] = 0
      }
      return undefined
    },
  }
}
