/**
 * How many bytes a file of a study may have, by its kind. A larger one is damaged: nobody reads it to its end, and
 * nobody writes one. The bounds are far above what honest studies need; they bound memory and time, not use.
 */

import { basename } from 'node:path'

const KB = 1024
const MB = 1024 * KB

/** The kinds by their names; the first that matches counts. */
const LIMITS: readonly (readonly [name: RegExp, bytes: number])[] = [
  [/^lock\.\d+$/, 8 * MB], // a config, and who claimed it
  [/^\d{6,}(\.\d+)?$/, 8 * MB], // a slot: a config, a basis, and what the suggestion saw
  [/^(failed\.\d+|value\.\d+)\.json$/, 4 * MB], // a curve of 1,000 pairs, and the program's last words
  [/^value\.json$/, 4 * MB], // the same, or a program's answer
  [/^config\.json$/, 8 * MB],
  [/^study\.json$/, 16 * MB], // a space of 300,000 choices
  [/^\d{8,}\.json$/, 64 * KB], // an entry of the chain of best trials
  [/^\d{6,7}\.json$/, 32 * MB], // an amendment: 100,000 configs for the queue
  [/\.hb$/, 4 * KB], // a heartbeat has 64 bytes
]

/** The smallest of them. */
export const LEAST_LIMIT = 4 * KB

/** For all others: a piece of a log, a message between two doctors. */
const OTHERWISE = 16 * MB

/** An index of ten million trials. */
export const INDEX_BYTES = 2048 * MB

/** What no line of an index says, before its lines: the queue, and the offset of each log. */
export const INDEX_HEADER_BYTES = 64 * MB

/** How many bytes a file of this name may have. */
export function limitOf(path: string): number {
  const name = basename(path.replace(/\.d\/content$/, ''))
  return LIMITS.find(([pattern]) => pattern.test(name))?.[1] ?? OTHERWISE
}
