/**
 * Model of the best chain and its link: which worker publishes what, and where `best_instance` points in the end.
 *
 * Each of W workers ends one trial. Worker w's trial has the worth w; lower is better, so here the workers are not
 * interchangeable. A worker commits, publishes the best trial in its memory, and looks past all caches before it
 * leaves, which it does once the trials of all living workers are over. A file of the chain that was made since a
 * worker's last change in `best/` may look absent to it. The link may look as it was at the worker's last change beside
 * it, except at the first look after such a change.
 */

import type { Model, Take } from './checker.ts'

export interface BestBounds {
  readonly workers: number
  readonly kills?: number
  readonly staleLookups?: boolean
  readonly wrong?: BestMistake
}

/**
 * `own value only`: nobody publishes for a dead worker. `link without a poke`, `old link before leaving`: caches are
 * trusted. `no look after the rename`: after a rename only the chain is looked at again, not the link, over which a
 * slow worker may have renamed an older one.
 */
export type BestMistake =
  'own value only' | 'link without a poke' | 'old link before leaving' | 'no look after the rename'

export const IMPROVES = 'the chain strictly improves'
export const LINK_IS_COMMITTED = 'the link points to a committed trial'
export const TOP_IS_BEST = 'the top of the chain is the best commit when the last worker leaves'
export const LINK_IS_TOP = 'the link points to the top of the chain when the last worker leaves'
const RULES = ['', IMPROVES, LINK_IS_COMMITTED, TOP_IS_BEST, LINK_IS_TOP] as const

const OFF = 0,
  RUN = 1,
  TOP = 2,
  CREATE = 3,
  CHEAP = 4,
  SYMLINK = 5,
  FRESH_TOP = 6,
  OLD_LINK = 7,
  RENAME = 8,
  TOP_AFTER = 9,
  LINK_AFTER = 10,
  WAIT = 11,
  LEFT = 12,
  OPEN = 13
const NOBODY = 15
const KNOWS = 1,
  GENERATION = 2,
  TARGET = 3,
  SEEN_CHAIN = 4,
  SEEN_LINK = 5,
  FLAGS = 6,
  SIZE = 7
const IS_FRESH = 1,
  HAS_PUBLISHED = 2
const BROKEN = 0,
  KILLS = 1,
  COMMITTED = 2,
  LINK = 3,
  LENGTH = 4,
  CHAIN = 5

export function bestModel(name: string, bounds: BestBounds): Model {
  const { workers: W, wrong } = bounds
  const isStale = bounds.staleLookups ?? false
  const workerAt = CHAIN + W
  const start = new Uint8Array(workerAt + SIZE * W)
  start[KILLS] = bounds.kills ?? 0
  start[LINK] = NOBODY
  for (let w = 0; w < W; w++) {
    start[workerAt + w * SIZE] = RUN
    start[workerAt + w * SIZE + SEEN_LINK] = NOBODY
  }
  const next = new Uint8Array(start.length)
  const bestOf = (mask: number): number => {
    for (let w = 0; w < W; w++) if (((mask >> w) & 1) === 1) return w
    return NOBODY
  }
  /** The worth on top of the chain, as far as this worker has read it. */
  const topAt = (s: Uint8Array, generation: number): number => (generation === 0 ? NOBODY : s[CHAIN + generation - 1]!)

  function steps(s: Uint8Array, take: Take): void {
    for (let w = 0; w < W; w++) {
      const b = workerAt + w * SIZE
      if (s[b] === OFF || s[b] === LEFT) continue
      workerSteps(s, w, b, take)
      if (s[KILLS]! === 0) continue
      for (const after of [OFF, OPEN]) {
        bury(s, b, after)
        next[KILLS]!--
        take(next, after === OFF ? 'is killed' : 'is killed, and another opens', w, 0, true)
      }
    }
  }

  function bury(s: Uint8Array, b: number, pc: number): void {
    next.set(s)
    next.fill(0, b, b + SIZE)
    next[b] = pc
    next[b + SEEN_LINK] = pc === OPEN ? s[LINK]! : NOBODY
  }

  function workerSteps(s: Uint8Array, w: number, b: number, take: Take): void {
    const generation = s[b + GENERATION]!
    const isFresh = (s[b + FLAGS]! & IS_FRESH) !== 0
    const hasPublished = (s[b + FLAGS]! & HAS_PUBLISHED) !== 0
    const begin = (to: number): void => {
      next.set(s)
      next[b] = to
    }
    /** Reads the next file of the chain. */
    const readOn = (found: () => void, missing: (word: string, isAdverse: boolean) => void): void => {
      const isThere = generation < s[LENGTH]!
      if (isThere) {
        next.set(s)
        next[b + GENERATION] = generation + 1
        next[b + SEEN_CHAIN] = Math.max(s[b + SEEN_CHAIN]!, generation + 1)
        found()
        take(next, 'finds best', w, generation + 1, false)
      }
      if (!isThere) missing('misses best', false)
      else if (isStale && s[b + SEEN_CHAIN]! <= generation) missing('does not see best', true)
    }
    /** Reads the link, as it is now or as it was. */
    const readLink = (isOldAllowed: boolean, then: (target: number, isAdverse: boolean) => void): void => {
      then(s[LINK]!, false)
      if (isOldAllowed && isStale && s[b + SEEN_LINK] !== s[LINK]) then(s[b + SEEN_LINK]!, true)
    }
    switch (s[b]) {
      case RUN:
        for (const knows of wrong === 'own value only' ? [1 << w] : [1 << w, (1 << w) | s[COMMITTED]!]) {
          begin(TOP)
          next[COMMITTED]! |= 1 << w
          next[b + KNOWS] = knows
          take(next, 'commits', w, w, false)
        }
        return
      case OPEN:
        begin(TOP)
        next[b + KNOWS] = wrong === 'own value only' ? 0 : s[COMMITTED]!
        take(next, 'opens', w, 0, false)
        return
      case TOP:
        return readOn(
          () => undefined,
          (word, isAdverse) => {
            const best = bestOf(s[b + KNOWS]!)
            begin(best < topAt(s, generation) ? CREATE : CHEAP)
            if (next[b] === CHEAP) afterTop(b, s)
            take(next, word, w, generation + 1, isAdverse)
          },
        )
      case CREATE: {
        const isWon = generation === s[LENGTH]
        begin(TOP)
        if (isWon) {
          next[CHAIN + generation] = bestOf(s[b + KNOWS]!)
          next[LENGTH]!++
          next[b + FLAGS]! |= HAS_PUBLISHED
          if (generation > 0 && next[CHAIN + generation]! >= s[CHAIN + generation - 1]!)
            next[BROKEN] = RULES.indexOf(IMPROVES)
        }
        next[b + SEEN_CHAIN] = next[LENGTH]!
        take(next, isWon ? 'creates best' : 'loses best', w, generation + 1, false)
        return
      }
      case CHEAP:
        readLink(true, (target, isAdverse) => {
          begin(target === topAt(s, generation) ? (isFresh ? LEFT : WAIT) : SYMLINK)
          if (next[b] === LEFT) leave(s, b)
          take(next, 'reads link', w, target, isAdverse)
        })
        return
      case SYMLINK:
        // Nobody else can see these two calls, so they count as one.
        begin(FRESH_TOP)
        next[b + TARGET] = generation
        next[b + SEEN_LINK] = s[LINK]!
        if (wrong !== 'link without a poke') next[b + SEEN_CHAIN] = s[LENGTH]!
        take(next, 'makes a symlink and pokes', w, topAt(s, generation), false)
        return
      case FRESH_TOP:
        return readOn(
          () => undefined,
          (word, isAdverse) => {
            begin(generation === s[b + TARGET] ? OLD_LINK : SYMLINK)
            take(next, word, w, generation + 1, isAdverse)
          },
        )
      case OLD_LINK:
      case LINK_AFTER:
        // This is the first look after this worker's own change beside the link, which made its cache old: it asks the
        // server.
        readLink(wrong === 'link without a poke', (target, isAdverse) => {
          const isRight = target === topAt(s, generation)
          begin(!isRight ? (s[b] === OLD_LINK ? RENAME : SYMLINK) : isFresh ? LEFT : WAIT)
          next[b + SEEN_LINK] = target
          if (isRight && isFresh) leave(s, b)
          take(next, 'reads link', w, target, isAdverse)
        })
        return
      case RENAME:
        begin(TOP_AFTER)
        next[LINK] = topAt(s, s[b + TARGET]!)
        next[b + SEEN_LINK] = next[LINK]
        if (((s[COMMITTED]! >> next[LINK]!) & 1) === 0) next[BROKEN] = RULES.indexOf(LINK_IS_COMMITTED)
        take(next, 'renames link', w, next[LINK]!, false)
        return
      case TOP_AFTER:
        return readOn(
          () => undefined,
          (word, isAdverse) => {
            const isDone = generation === s[b + TARGET]
            begin(!isDone ? SYMLINK : wrong !== 'no look after the rename' ? LINK_AFTER : isFresh ? LEFT : WAIT)
            if (next[b] === LEFT) leave(s, b)
            take(next, word, w, generation + 1, isAdverse)
          },
        )
      case WAIT: {
        for (let v = 0; v < W; v++) if (s[workerAt + v * SIZE] === RUN) return
        begin(TOP)
        next[b + FLAGS] = IS_FRESH
        if (wrong !== 'own value only') next[b + KNOWS] = s[COMMITTED]!
        take(next, 'is about to leave', w, 0, false)
      }
    }

    /** What a worker does if its best trial does not beat the top: it puts the link right, or leaves it alone. */
    function afterTop(at: number, before: Uint8Array): void {
      if (before[at + GENERATION] === 0) {
        next[at] = isFresh ? LEFT : WAIT
        if (isFresh) leave(before, at)
      } else if (hasPublished || (isFresh && wrong !== 'old link before leaving')) next[at] = SYMLINK
    }
  }

  function leave(s: Uint8Array, b: number): void {
    const generation = s[b + GENERATION]!
    bury(s, b, LEFT)
    for (let at = workerAt; at < s.length; at += SIZE) if (at !== b && ![OFF, LEFT].includes(s[at]!)) return
    if (topAt(s, s[LENGTH]!) !== bestOf(s[COMMITTED]!)) next[BROKEN] = RULES.indexOf(TOP_IS_BEST)
    else if (generation > 0 && s[LINK] !== topAt(s, s[LENGTH]!)) next[BROKEN] = RULES.indexOf(LINK_IS_TOP)
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
        const isAtLink =
          pc === SYMLINK ||
          pc === FRESH_TOP ||
          pc === OLD_LINK ||
          pc === RENAME ||
          pc === TOP_AFTER ||
          pc === LINK_AFTER
        if (!isAtLink) s[b + TARGET] = 0
        if (isAtLink || pc === WAIT) s[b + FLAGS]! &= ~HAS_PUBLISHED
        if ((isAtLink || pc === WAIT) && wrong !== 'own value only') s[b + KNOWS] = 0
        if (isAtLink && pc !== TOP_AFTER && pc !== LINK_AFTER && wrong !== 'link without a poke')
          s[b + SEEN_LINK] = NOBODY
        if (pc === WAIT) s[b + SEEN_CHAIN] = s[b + GENERATION]!
      }
      return undefined
    },
  }
}
