/**
 * Model of results from elsewhere: people import sets of results, workers read them, an index carries them.
 *
 * A person reads the chain `amend/` to its end, then creates the next file with all results of the import. If somebody
 * else was faster, the person reads on and tries again. A person who is killed starts the same import anew. A worker
 * reads the chain, perhaps from an index on, suggests by what it has counted, looks past all caches and suggests again.
 * A file that was made since a worker's or a person's own last change in `amend/` may look absent.
 *
 *   P people; person p imports the set `sets[p]`, from 1; several may import the same set
 *   W workers · S sets · each set has two results
 *
 * What a worker counts is a fold over the chain: each result once, in the order of the files. So it is enough to
 * remember how far a worker has read.
 */

import type { Model, Take } from './checker.ts'

export interface ObserveBounds {
  /** Which set each person imports. */
  readonly sets: readonly number[]
  readonly workers: number
  /** Kills of people. */
  readonly kills?: number
  readonly staleLookups?: boolean
  readonly wrong?: ObserveMistake
}

/**
 * `results in parts`: an import is two files, each counted when it is read. `counted each time`: a result that is there
 * already counts again. `index without results`: an index says how many files were read, and not what they said.
 */
export type ObserveMistake = 'results in parts' | 'counted each time' | 'index without results'

export const IMPORT_IS_WHOLE = 'a worker counts all results of an import, or none'
export const COUNTED_ONCE = 'a worker counts each result once'
export const SAME_FOR_ALL = 'the first n results are the same for everybody, at any time'
export const DONE_IS_SEEN = 'an import that was acknowledged is counted by a worker that looks past its cache later'
const RULES = ['', IMPORT_IS_WHOLE, COUNTED_ONCE, SAME_FOR_ALL, DONE_IS_SEEN] as const

const READS = 1,
  CREATES = 2,
  DONE = 3,
  OPENS = 4,
  ASKS = 5,
  READS_FRESH = 6,
  ASKS_FRESH = 7
const PERSON_SIZE = 4,
  /** A person's: how far the chain was read, how much of it was surely seen, and which part comes next. */
  READ = 1,
  SEEN = 2,
  PART = 3
const WORKER_SIZE = 5,
  /** A worker's: where its reading began, and the sets that it must know in the end. */
  FROM = 3,
  MUST = 4
const BROKEN = 0,
  KILLS = 1,
  TOLD = 2,
  LENGTH = 3,
  /** How many files the index has read, plus 1; 0 while there is none. */
  INDEX = 4,
  CHAIN = 5

export function observeModel(name: string, bounds: ObserveBounds): Model {
  const { sets, workers: W, wrong } = bounds
  const isStale = bounds.staleLookups ?? false
  const parts = wrong === 'results in parts' ? 2 : 1
  const longest = parts * (sets.length + (bounds.kills ?? 0))
  const personAt = CHAIN + longest
  const workerAt = personAt + PERSON_SIZE * sets.length
  const start = new Uint8Array(workerAt + WORKER_SIZE * W)
  start[KILLS] = bounds.kills ?? 0
  for (let p = 0; p < sets.length; p++) start[personAt + p * PERSON_SIZE] = READS
  for (let w = 0; w < W; w++) start[workerAt + w * WORKER_SIZE] = OPENS
  const next = new Uint8Array(start.length)

  /** The results in some files of the chain, in order. A file is twice its set, plus the part that it has. */
  const resultsIn = (s: Uint8Array, from: number, to: number): number[] => {
    const results: number[] = []
    for (const file of s.subarray(CHAIN + from, CHAIN + to)) {
      const each = parts === 2 ? [file] : [file & ~1, file | 1]
      results.push(...(wrong === 'counted each time' ? each : each.filter((result) => !results.includes(result))))
    }
    return results
  }

  function steps(s: Uint8Array, take: Take): void {
    for (let p = 0; p < sets.length; p++) personSteps(s, p, take)
    for (let w = 0; w < W; w++) workerSteps(s, w, take)
  }

  /** Looks at the next file of the chain. What an old cache hides is absent. */
  function look(
    s: Uint8Array,
    b: number,
    isFresh: boolean,
    absent: (isAdverse: boolean) => void,
    who: number,
    take: Take,
  ): void {
    const read = s[b + READ]!
    const isThere = read < s[LENGTH]!
    if (isThere) {
      next.set(s)
      next[b + READ] = read + 1
      next[b + SEEN] = Math.max(s[b + SEEN]!, read + 1)
      take(next, 'finds amendment', who, read + 1, false)
      if (isFresh || !isStale || s[b + SEEN]! > read) return
    }
    next.set(s)
    absent(isThere)
    take(next, isThere ? 'does not see amendment' : 'misses amendment', who, read + 1, isThere)
  }

  function personSteps(s: Uint8Array, p: number, take: Take): void {
    const b = personAt + p * PERSON_SIZE
    if (s[b] === DONE) return
    if (s[KILLS]! > 0) {
      next.set(s)
      next[KILLS]!--
      next.fill(0, b, b + PERSON_SIZE)
      next[b] = READS
      take(next, 'is killed and begins anew', p, 0, true)
    }
    if (s[b] === READS) return look(s, b, false, () => (next[b] = CREATES), p, take)
    const read = s[b + READ]!
    const isWon = read === s[LENGTH]
    next.set(s)
    next[b] = READS
    next[b + SEEN] = s[LENGTH]! + (isWon ? 1 : 0)
    if (isWon) {
      const part = s[b + PART]!
      next[CHAIN + read] = 2 * sets[p]! + part
      next[LENGTH]!++
      next[b + READ]!++
      next[b + PART] = part + 1
      if (part + 1 === parts) {
        next.fill(0, b, b + PERSON_SIZE)
        next[b] = DONE
        next[TOLD]! |= 1 << sets[p]!
      }
    }
    take(next, isWon ? 'creates amendment' : 'loses amendment', p, read + 1, false)
  }

  function workerSteps(s: Uint8Array, w: number, take: Take): void {
    const b = workerAt + w * WORKER_SIZE
    const who = sets.length + w
    switch (s[b]) {
      case OPENS:
        next.set(s)
        next[b] = READS
        take(next, 'opens without an index', who, 0, false)
        if (s[INDEX] === 0) return
        next[b + READ] = s[INDEX]! - 1
        next[b + FROM] = wrong === 'index without results' ? s[INDEX]! - 1 : 0
        take(next, 'opens by an index of', who, s[INDEX]! - 1, false)
        return
      case READS:
        return look(s, b, false, () => (next[b] = ASKS), who, take)
      case ASKS:
        next.set(s)
        suggest(s, b)
        if (s[INDEX] === 0) {
          next[INDEX] = s[b + READ]! + 1
          take(next, 'suggests and makes an index of', who, s[b + READ]!, false)
        }
        next.set(s)
        suggest(s, b)
        next[b] = READS_FRESH
        next[b + MUST] = s[TOLD]!
        next[b + SEEN] = s[LENGTH]!
        take(next, 'suggests and pokes', who, 0, false)
        return
      case READS_FRESH:
        return look(s, b, false, () => (next[b] = ASKS_FRESH), who, take)
      case ASKS_FRESH: {
        next.set(s)
        suggest(s, b)
        const counted = resultsIn(s, s[b + FROM]!, s[b + READ]!)
        for (let set = 1; 1 << set <= s[b + MUST]!; set++)
          if (((s[b + MUST]! >> set) & 1) === 1 && !counted.includes(2 * set))
            next[BROKEN] = RULES.indexOf(DONE_IS_SEEN)
        next.fill(0, b, b + WORKER_SIZE)
        next[b] = DONE
        take(next, 'suggests and leaves', who, counted.length, false)
      }
    }
  }

  /** A suggestion by all that a worker has counted: somebody else will compute it again by the first n results. */
  function suggest(s: Uint8Array, b: number): void {
    const counted = resultsIn(s, s[b + FROM]!, s[b + READ]!)
    const all = resultsIn(s, 0, s[LENGTH]!)
    if (new Set(counted).size < counted.length) next[BROKEN] = RULES.indexOf(COUNTED_ONCE)
    else if (counted.some((result) => !counted.includes(result ^ 1))) next[BROKEN] = RULES.indexOf(IMPORT_IS_WHOLE)
    else if (counted.some((result, i) => result !== all[i])) next[BROKEN] = RULES.indexOf(SAME_FOR_ALL)
  }

  return {
    name,
    start,
    steps,
    broken: (s) => (s[BROKEN] === 0 ? undefined : RULES[s[BROKEN]!]),
    isOver: (s) => {
      for (let b = personAt; b < workerAt; b += PERSON_SIZE) if (s[b] !== DONE) return false
      for (let b = workerAt; b < s.length; b += WORKER_SIZE) if (s[b] !== DONE) return false
      return true
    },
  }
}
