/**
 * Reads a study's protocol files without the store, by FORMAT.md alone.
 *
 * No process may be using the study. A file that is not whole is left out, so that its absence shows.
 */

import { readFileSync, readdirSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'

export interface FinalSlot {
  readonly slot: number
  readonly epoch: number
  readonly id: string
  readonly config: string
  readonly origin: string
  readonly worker: string
  readonly closed?: string
}

export interface FinalLock {
  readonly slot: number
  readonly attempt: number
  readonly id: string
  readonly identity: { readonly worker: string }
}

export interface FinalNote {
  readonly slot: number
  readonly attempt: number
  readonly reason: string
  readonly worker: string
}

export interface FinalValue {
  readonly slot: number
  readonly attempt: number
  readonly status: 'complete' | 'pruned' | 'failed'
  readonly values: Readonly<Record<string, number>>
  readonly worker: string
}

/** The files in a trial's `.anthill/`; locks and notes by attempt, from 1. */
export interface FinalTrial {
  readonly id: string
  readonly locks: ReadonlyMap<number, FinalLock>
  readonly notes: ReadonlyMap<number, FinalNote>
  readonly value: FinalValue | undefined
}

export interface FinalFolder {
  readonly limits: { readonly lost: number; readonly failed: number }
  readonly slots: readonly FinalSlot[]
  readonly trials: ReadonlyMap<string, FinalTrial>
  /** The ids of the configs in the queue, in their order. */
  readonly queued: readonly string[]
  /** The chain of best trials, up to the first generation that is missing. */
  readonly best: readonly { readonly slot: number; readonly id: string; readonly worth: number }[]
  readonly link: string | undefined
}

export function readFinalFolder(root: string): FinalFolder {
  const meta = join(root, '.anthill')
  const definitionName = names(meta).find((name) => name.startsWith('study.json'))!
  const definition = document(join(meta, definitionName)) as { attempts: FinalFolder['limits'] }
  const amendments = chain(join(meta, 'amend')) as { enqueue?: { id: string }[] }[]
  return {
    limits: definition.attempts,
    slots: names(join(meta, 'slots')).flatMap((folder) => chain(join(meta, 'slots', folder)) as FinalSlot[]),
    trials: new Map(
      names(root)
        .filter((name) => /^[0-9a-f]{20}$/.test(name))
        .map((id) => [id, trialIn(join(root, id, '.anthill'), id)]),
    ),
    queued: amendments.flatMap(({ enqueue = [] }) => enqueue.map(({ id }) => id)),
    best: withoutGap(join(meta, 'best')) as FinalFolder['best'],
    link: linkIn(root),
  }
}

function trialIn(directory: string, id: string): FinalTrial {
  const locks = new Map<number, FinalLock>()
  const notes = new Map<number, FinalNote>()
  let value: FinalValue | undefined
  for (const name of names(directory)) {
    const [, kind, attempt] = /^(lock|failed)\.(\d+)(?:\.json)?(?:\.d)?$/.exec(name) ?? []
    const path = join(directory, name)
    if (kind === 'lock') set(locks, Number(attempt), document(path) as FinalLock | undefined)
    if (kind === 'failed') set(notes, Number(attempt), document(path) as FinalNote | undefined)
    if (/^value\.json(\.d)?$/.test(name)) value = document(path) as FinalValue | undefined
  }
  return { id, locks, notes, value }
}

const set = <T>(map: Map<number, T>, key: number, value: T | undefined): void =>
  void (value !== undefined && map.set(key, value))

/** All documents in a directory, in the order of their names. */
const chain = (directory: string): unknown[] =>
  names(directory)
    .map((name) => document(join(directory, name)))
    .filter((d) => d !== undefined)

/** The documents 1, 2, … of a directory, up to the first that is missing. */
function withoutGap(directory: string): unknown[] {
  const all = names(directory)
  const end = all.findIndex((name, k) => Number.parseInt(name, 10) !== k + 1)
  return all
    .slice(0, end < 0 ? all.length : end)
    .map((name) => document(join(directory, name)))
    .filter((d) => d !== undefined)
}

/** The content of a protocol file, which `link` or `rename-dir` made; undefined unless it is one whole line. */
function document(path: string): unknown {
  const text = readFileSync(path.endsWith('.d') ? join(path, 'content') : path, 'utf8')
  try {
    return text.endsWith('\n') ? JSON.parse(text) : undefined
  } catch {
    return undefined
  }
}

function names(directory: string): string[] {
  try {
    return readdirSync(directory)
      .filter((name) => !name.startsWith('.'))
      .sort()
  } catch {
    return []
  }
}

function linkIn(root: string): string | undefined {
  try {
    return readlinkSync(join(root, 'best_instance'))
  } catch {
    return undefined
  }
}
