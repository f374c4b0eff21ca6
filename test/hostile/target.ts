/** What each path of a study is, and which trials may differ when it was changed. */

import { lstatSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** Truth: `study` to `amendment`. Hints: `best` to `index`. Nobody is told of a change of `face` and `other`. */
export type Kind =
  | 'study'
  | 'slot'
  | 'lock'
  | 'note'
  | 'record'
  | 'amendment'
  | 'best'
  | 'link'
  | 'heartbeat'
  | 'log'
  | 'index'
  | 'face'
  | 'other'
  | 'folder'

export interface Target {
  /** Relative to the study. */
  readonly path: string
  readonly kind: Kind
}

const KINDS: readonly (readonly [RegExp, Kind])[] = [
  [/^\.anthill\/study\.json$/, 'study'],
  [/^\.anthill\/slots\/\d+\/\d+(\.\d+)?$/, 'slot'],
  [/^\w{20}\/\.anthill\/lock\.\d+$/, 'lock'],
  [/^\w{20}\/\.anthill\/failed\.\d+\.json$/, 'note'],
  [/^\w{20}\/\.anthill\/value(\.\d+)?\.json$/, 'record'],
  [/^\.anthill\/amend\/\d+\.json$/, 'amendment'],
  [/^\.anthill\/best\/\d+\.json$/, 'best'],
  [/^best_instance$/, 'link'],
  [/^\.anthill\/workers\/.*\.hb$/, 'heartbeat'],
  [/^\.anthill\/log\/.*\.jsonl$/, 'log'],
  [/^\.anthill\/index\/\d+\.jsonl$/, 'index'],
  [/^\w{20}\/(config|value)\.json$/, 'face'],
]

/** Everything in a study, in a fixed order. */
export function targetsIn(root: string): Target[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((path) => ({ path, kind: kindOf(root, path) }))
}

function kindOf(root: string, path: string): Kind {
  if (lstatSync(join(root, path)).isDirectory()) return 'folder'
  return KINDS.find(([pattern]) => pattern.test(path))?.[1] ?? 'other'
}

/** Whether something else under this name must be named by the doctor. */
export const isProtocol = ({ kind, path }: Target): boolean =>
  kind !== 'face' && kind !== 'other' && (kind !== 'folder' || /^\.anthill|^\w{20}(\/\.anthill)?$/.test(path))

/** Which trials may differ: by their ids, by their numbers, or all of them. */
export interface Touched {
  readonly ids: ReadonlySet<string>
  readonly numbers: ReadonlySet<number>
  readonly all: boolean
}

/** The trials that may differ when a path of an unchanged study is changed. */
export function touchedBy(root: string, { path, kind }: Target): Touched {
  const ids = new Set<string>()
  const numbers = new Set<number>()
  const id = /^(\w{20})(\/|$)/.exec(path)?.[1]
  if (id !== undefined) ids.add(id)
  if (kind === 'slot') numbers.add(Number(/(\d+)(\.\d+)?$/.exec(path)![1]))
  if (kind === 'amendment') addRetried(join(root, path), numbers)
  if (path === '.anthill/amend')
    for (const name of readdirSync(join(root, path))) addRetried(join(root, path, name), numbers)
  const all = kind === 'study' || path === '.anthill' || (path.startsWith('.anthill/slots') && kind === 'folder')
  return { ids, numbers, all }
}

/** A trial has another round only because of the amendment that asks for it. */
function addRetried(path: string, numbers: Set<number>): void {
  const { retry } = JSON.parse(readFileSync(path, 'utf8')) as { retry?: { slot: number } }
  if (retry !== undefined) numbers.add(retry.slot)
}
