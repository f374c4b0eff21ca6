/** How much of their time the workers of a study had nothing to do. */

import type { Facts } from './facts.ts'

/** Fewer gaps say little. */
const FEWEST_GAPS = 10

/** Less than this in all, in milliseconds, is not worth a word: trials that take no time leave mostly gaps. */
const LEAST_IDLE_MS = 60_000

/** If more than this share of the attempts is not known, what they took looks like a gap. */
const MOST_UNKNOWN = 0.02

export interface Idleness {
  /** The share of the workers' time, each from its first trial to its last, in which it ran none. */
  readonly share: number
  /** The median of the gaps. */
  readonly gapMs: number
  readonly gaps: number
  readonly workers: number
}

interface Span {
  readonly from: number
  readonly to: number
}

/** Null where too little is known. A worker that runs several trials at a time is idle while it runs none. */
export function idleness({ columns, lost, total, readAt }: Facts): Idleness | null {
  const attempts = columns.attempt.reduce((sum, attempt) => sum + attempt, 0)
  const begun = columns.attempt.filter((attempt) => attempt > 0).length
  if (columns.count < total || attempts - begun - lost.length > MOST_UNKNOWN * attempts) return null
  const spans = new Map<string, Span[]>()
  const add = (worker: string | null | undefined, from: number, to: number): void => {
    if (worker == null || !(to >= from)) return
    const own = spans.get(worker)
    if (own === undefined) spans.set(worker, [{ from, to }])
    else own.push({ from, to })
  }
  for (let i = 0; i < columns.count; i++) {
    const ended = columns.state[i] === 'running' ? readAt : columns.ended[i]!
    add(columns.workers[columns.worker[i]!], columns.started[i]!, ended)
  }
  for (const { worker, started, ended } of lost) add(worker, started, ended)
  const gaps: number[] = []
  let whole = 0
  for (const own of spans.values()) {
    own.sort((a, b) => a.from - b.from)
    let reached = own[0]!.from
    for (const { from, to } of own) {
      if (from > reached) gaps.push(from - reached)
      reached = Math.max(reached, to)
    }
    whole += reached - own[0]!.from
  }
  if (gaps.length < FEWEST_GAPS || whole <= 0) return null
  const idle = gaps.reduce((sum, gap) => sum + gap, 0)
  if (idle < LEAST_IDLE_MS) return null
  gaps.sort((a, b) => a - b)
  return { share: idle / whole, gapMs: gaps[Math.floor(gaps.length / 2)]!, gaps: gaps.length, workers: spans.size }
}
