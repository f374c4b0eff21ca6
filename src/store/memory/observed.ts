/**
 * Results from elsewhere, as memory has them: a fold over the amendments, in their order.
 *
 * A result that was imported twice counts once. The results of one amendment count all or, if
 * the study would have too many with them, not at all. So everybody has the same list, and a suggestion need only say
 * how many of it there were.
 */

import type { Said } from '../../trial.ts'
import { MOST_OBSERVED_BYTES } from '../disk/bounds.ts'
import type { ObservedResult } from '../disk/documents.ts'
import { trialId } from '../disk/trial-id.ts'

export interface Observed {
  /** Each result once, in the order of the amendments. */
  readonly results: ObservedResult[]
  /** How often each config of this study was measured elsewhere, by id. */
  readonly times: Map<string, number>
  readonly keys: Set<string>
  /** The bytes of all results, as JSON. */
  bytes: number
}

/** What is asked of a result; see `TrialOrder`. */
interface Judge {
  readonly areValues?: (said: Said, isComplete: boolean) => boolean
  readonly isConfig?: (text: string) => boolean
}

export const nothingObserved = (): Observed => ({ results: [], times: new Map(), keys: new Set(), bytes: 0 })

/**
 * Learns from an amendment, or from all that an index says. A config that is not one of the space and values that are
 * not those of the objectives are passed over.
 *
 * @returns how many results are new; undefined if they are too many, so that none of them counts
 */
export function learnObserved(
  observed: Observed,
  results: readonly ObservedResult[],
  judge: Judge,
): number | undefined {
  const fresh = freshIn(
    observed,
    results.filter((result) => isSoundResult(result, judge)),
  )
  const bytes = fresh.reduce((sum, { result }) => sum + bytesOf(result), 0)
  if (observed.bytes + bytes > MOST_OBSERVED_BYTES) return undefined
  observed.bytes += bytes
  for (const { key, result } of fresh) {
    observed.keys.add(key)
    observed.results.push(result)
    if (result.task === undefined) countIn(observed.times, result)
  }
  return fresh.length
}

/** The results that are not there yet, each once. */
export function freshIn(
  { keys }: Pick<Observed, 'keys'>,
  results: readonly ObservedResult[],
): readonly { readonly key: string; readonly result: ObservedResult }[] {
  const fresh = new Map<string, ObservedResult>()
  for (const result of results) {
    const key = keyOf(result)
    if (!keys.has(key) && !fresh.has(key)) fresh.set(key, result)
  }
  return [...fresh].map(([key, result]) => ({ key, result }))
}

/** How often each config has been measured in some results, by id. */
export function timesOf(results: readonly ObservedResult[]): ReadonlyMap<string, number> {
  const times = new Map<string, number>()
  for (const result of results) countIn(times, result)
  return times
}

const countIn = (times: Map<string, number>, { id }: ObservedResult): unknown => times.set(id, (times.get(id) ?? 0) + 1)

/** Whether a result can be one of this study: a config of its space, with values of its objectives. */
export const isSoundResult = ({ config, values, status }: ObservedResult, { isConfig, areValues }: Judge): boolean =>
  (isConfig === undefined || isConfig(config)) && (areValues === undefined || areValues(values, status === 'complete'))

const bytesOf = (result: ObservedResult): number => Buffer.byteLength(JSON.stringify(result))

/** Two results with the same key are the same one. Where it comes from does not matter. */
function keyOf({ id, status, values, task = '' }: ObservedResult): string {
  return trialId(JSON.stringify([task, id, status, Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1))]))
}
