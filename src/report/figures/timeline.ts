/** Timeline: which worker worked on which trial, and when. */

import type { Facts } from '../facts.ts'
import type { Figure } from '../figure.ts'
import type { Mark, Role } from '../mark.ts'
import { counted, percentText, shortDuration } from '../number-text.ts'
import { categoryScale } from '../range.ts'
import { leftOf } from '../trial-marks.ts'

/** The figure has this many rows at most: those with the most trials. */
const MOST_ROWS = 40

interface Bar {
  readonly trial: number
  readonly role: Role
  readonly kind: 'ended' | 'running' | 'lost'
  readonly from: number
  readonly to: number
}

/** One trial at a time of one worker. */
interface Row {
  readonly worker: string
  readonly bars: Bar[]
}

export interface TimelineOptions {
  /** Only the last trials, this many. */
  readonly last?: number | undefined
}

export function timelineFigure(facts: Facts, { last = Infinity }: TimelineOptions = {}): Figure {
  const { bars, untimed } = barsByWorker(facts, facts.columns.count - last)
  // By the name of the host first, with which the name of a worker begins.
  const all = [...bars]
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .flatMap(([worker, some]) => rowsOf(worker, some))
  const limit = all.map((row) => row.bars.length).sort((a, b) => b - a)[MOST_ROWS - 1] ?? 0
  const rows = all.length <= MOST_ROWS ? all : all.filter((row) => row.bars.length >= limit).slice(0, MOST_ROWS)
  const shown = rows.flatMap((row, k) => row.bars.map((bar) => ({ ...bar, row: rows.length - 1 - k })))
  const low = shown.reduce((least, { from }) => Math.min(least, from), Infinity)
  const high = shown.reduce((most, { to }) => Math.max(most, to), -Infinity)
  const isEmpty = shown.length === 0
  return {
    id: 'timeline',
    title: 'workers by time',
    question: 'Where did the time go?',
    summary: isEmpty ? '' : summaryOf(all, shown.length, high - low),
    x: {
      ...{ kind: 'time', title: 'time', low: isEmpty ? 0 : low, high: isEmpty ? 1 : Math.max(high, low + 1) },
      ...{ words: [], better: null, of: 'started', rail: null },
    },
    y: categoryScale('', rows.map((row) => labelOf(row, rows)).reverse()),
    axes: [],
    marks: isEmpty ? [] : marksOf(shown),
    left: [
      ...leftOf(untimed, 'without a time'),
      ...leftOf(all.length - rows.length, 'rows of workers with fewer trials'),
    ],
    empty: isEmpty ? 'No trial has begun yet.' : null,
  }
}

/** What each worker did, and how many trials have begun whose times cannot be read. */
function barsByWorker({ columns, lost, readAt }: Facts, first: number) {
  const { count, state, started, ended, worker, workers } = columns
  const bars = new Map<string, Bar[]>()
  let untimed = 0
  const add = (name: string | null | undefined, bar: Bar): void => {
    if (!(bar.to >= bar.from)) {
      untimed++
      return
    }
    const key = name ?? 'unknown'
    const some = bars.get(key)
    if (some === undefined) bars.set(key, [bar])
    else some.push(bar)
  }
  for (let i = Math.max(0, first); i < count; i++) {
    if (state[i] === 'queued' || (worker[i]! < 0 && Number.isNaN(started[i]!))) continue
    const isRunning = state[i] === 'running'
    const to = isRunning ? Math.max(readAt, started[i]!) : ended[i]!
    const kind = isRunning ? 'running' : 'ended'
    add(workers[worker[i]!], { trial: i, role: roleOf(state[i]!), kind, from: started[i]!, to })
  }
  for (const { trial, worker: name, started: from, ended: to } of lost)
    if (trial >= first) add(name, { trial, role: 'failed', kind: 'lost', from, to })
  return { bars, untimed }
}

function roleOf(state: Facts['columns']['state'][number]): Role {
  switch (state) {
    case 'complete':
      return 'trial'
    case 'failed':
    case 'pruned':
    case 'running':
      return state
    case 'paused':
    case 'interrupted':
    case 'queued':
      return 'other'
  }
  return state satisfies never
}

/** The bars of a worker in as few rows as keep those apart that ran at the same time. */
function rowsOf(worker: string, bars: readonly Bar[]): Row[] {
  const rows: { bars: Bar[]; end: number }[] = []
  for (const bar of bars.toSorted((a, b) => a.from - b.from)) {
    const free = rows.find(({ end }) => end <= bar.from)
    if (free === undefined) rows.push({ bars: [bar], end: bar.to })
    else {
      free.bars.push(bar)
      free.end = Math.max(free.end, bar.to)
    }
  }
  return rows.map((row) => ({ worker, bars: row.bars }))
}

/** A worker with several rows has its name at the first one. */
function labelOf(row: Row, rows: readonly Row[]): string {
  const own = rows.filter(({ worker }) => worker === row.worker)
  return own.length === 1 ? row.worker : own[0] === row ? `${row.worker} (1)` : `(${own.indexOf(row) + 1})`
}

function marksOf(shown: readonly (Bar & { readonly row: number })[]): Mark[] {
  const groups = new Map<string, (Bar & { readonly row: number })[]>()
  for (const bar of shown) {
    const key = `${bar.kind} ${bar.role}`
    const some = groups.get(key)
    if (some === undefined) groups.set(key, [bar])
    else some.push(bar)
  }
  return [...groups.values()].map((some): Mark => {
    const { kind, role } = some[0]!
    return {
      ...{ kind: 'bars', role, along: 'x', at: Float64Array.from(some, ({ row }) => row) },
      ...{ low: Float64Array.from(some, ({ from }) => from), high: Float64Array.from(some, ({ to }) => to) },
      ...{ thickness: kind === 'lost' ? 0.25 : 0.7, isHatched: kind === 'running' },
      trial: Int32Array.from(some, ({ trial }) => trial),
    }
  })
}

function summaryOf(rows: readonly Row[], count: number, span: number): string {
  const workers = new Set(rows.map(({ worker }) => worker)).size
  let [busy, present] = [0, 0]
  for (const { bars } of rows) {
    busy += bars.reduce((sum, { from, to }) => sum + (to - from), 0)
    present += bars.reduce((most, { to }) => Math.max(most, to), -Infinity) - bars[0]!.from
  }
  const idle = present > 0 ? `; idle between trials ${percentText(Math.max(0, 1 - busy / present))} of the time` : ''
  return `${counted(workers, 'worker')}, ${counted(count, 'attempt')} in ${shortDuration(span)}${idle}`
}
