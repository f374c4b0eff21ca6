/**
 * Results from elsewhere: last year's table, another program's trials. They need no number and no directory, and teach
 * the samplers as trials do. All results of one call are one amendment: they are there or not, whatever happens.
 */

import type { Config, Objectives, Said, TrialState } from '../trial.ts'
import { configText } from '../space/canonical.ts'
import { namedValues } from '../space/objectives.ts'
import { checkOptions, isRecord, oneOf, refusal } from '../space/options.ts'
import type { Rule } from '../space/options.ts'
import type { Space, Where } from '../space/parameter.ts'
import { shown } from '../space/shown.ts'
import { parseAllowed } from '../space/where.ts'
import { MOST_OBSERVED_BYTES, isName } from '../store/disk/bounds.ts'
import type { ObservedResult } from '../store/disk/documents.ts'
import { trialId } from '../store/disk/trial-id.ts'
import { freshIn } from '../store/memory/observed.ts'
import { amend, readAmendmentsFresh } from '../store/protocol/amend.ts'
import type { Folder } from '../store/protocol/folder.ts'

/** How a trial elsewhere may have ended. */
const ENDS = ['complete', 'failed', 'pruned'] as const satisfies readonly TrialState[]

/** What a program gives without saying where it comes from. */
const PROGRAM = 'program'

const FROM: Rule = { must: 'a short text without control characters', holds: isName }

/** A result from elsewhere. */
export interface OldResult<C = Config> {
  readonly config: C
  /** A number for a single objective, or the value of each objective and outputs by name. */
  readonly values?: number | Said
  /** How it ended; default: `complete` with values, `failed` without. */
  readonly state?: (typeof ENDS)[number]
  /** Where it comes from: a file, say. Shown, and in the trial's `origin`; default: that of the call, or `program`. */
  readonly from?: string
}

/** What became of results from elsewhere. */
export interface Learned {
  /** How many are new to the study. */
  readonly learned: number
  /** How many were there already: the same config with the same values. */
  readonly known: number
}

/** What results are checked by. */
interface Sought {
  readonly space: Space
  readonly where?: Where | undefined
  readonly objectives: Objectives
}

/**
 * A result as it is written.
 *
 * @throws TypeError or RangeError for a config that is not one of the space or does not meet its conditions, and for
 *   values that are missing or cannot be kept
 *
 * @internal
 */
export function parseResult(sought: Sought, result: OldResult<unknown>, from = PROGRAM): ObservedResult {
  const given: unknown = result
  if (!isRecord(given)) throw new TypeError(`result: must be an object { config, values }, got ${shown(given)}`)
  checkOptions('a result', result, { config: null, values: null, state: oneOf(...ENDS), from: FROM }, 'field')
  const { config, values, state = values === undefined ? 'failed' : 'complete' } = result
  const text = configText(sought.space, parseAllowed(sought.space, sought.where, config))
  const said = saidBy(sought.objectives, state, values)
  return { id: trialId(text), config: text, status: state, values: said, from: result.from ?? from }
}

function saidBy(
  objectives: Objectives,
  state: NonNullable<OldResult['state']>,
  values: number | Said | undefined,
): Said {
  if (values !== undefined && state === 'failed')
    throw new RangeError(`field 'values': a result that failed has none, got ${shown(values)}; leave one of them out`)
  if (values !== undefined || state === 'complete') return namedValues(objectives, values as number | Said)
  return {}
}

/**
 * The same for several; an error says which one is wrong.
 *
 * @internal
 */
export function parseResults(sought: Sought, results: readonly OldResult<unknown>[], from?: string): ObservedResult[] {
  return results.map((result, k) => {
    try {
      return parseResult(sought, result, from)
    } catch (error) {
      const words = `result ${k}: ${(error as Error).message}`
      throw error instanceof TypeError ? new TypeError(words) : new RangeError(words)
    }
  })
}

/**
 * The arguments of `Study.learn`, as a list.
 *
 * @internal
 */
export function resultsOf(first: unknown, second: unknown, third: unknown): [OldResult<unknown>[], string | undefined] {
  const isList = Array.isArray(first)
  const options = isList ? second : third
  checkOptions('learn', options, { from: FROM })
  const { from } = (options ?? {}) as { from?: string }
  if (isList) return [first as OldResult<unknown>[], from]
  if (second === undefined) throw refusal('values', 'a number, or the value of each objective by name', second)
  return [[{ config: first, values: second as number | Said }], from]
}

/**
 * Appends those of some results that are not there yet. Memory must be up to date.
 *
 * @throws RangeError for more than a study may have; nothing is written then
 *
 * @internal
 */
export async function learn(folder: Folder, results: readonly ObservedResult[]): Promise<Learned> {
  const { known } = folder
  await readAmendmentsFresh(folder)
  let fresh: readonly ObservedResult[] = []
  let bytes = 0
  // Somebody else may append some of them at the same time: what is left is new once all before it is known.
  await amend(folder, () => {
    fresh = freshIn(known.observed, results).map(({ result }) => result)
    bytes = Buffer.byteLength(JSON.stringify(fresh)) + known.observed.bytes
    if (bytes > MOST_OBSERVED_BYTES) throw tooMany(bytes)
    return fresh.length > 0 ? { observe: fresh } : undefined
  })
  if (freshIn(known.observed, fresh).length > 0) throw tooMany(bytes)
  return { learned: fresh.length, known: results.length - fresh.length }
}

function tooMany(bytes: number): RangeError {
  const [has, most] = [bytes, MOST_OBSERVED_BYTES].map((count) => (count / 2 ** 20).toFixed(0))
  return new RangeError(
    `results: would be ${has} MB with those that the study has, got room for ${most} MB; nothing was added: ` +
      'leave out the worse ones',
  )
}
