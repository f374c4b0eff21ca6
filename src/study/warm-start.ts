/**
 * Learning from other studies: the trials of each that have ended become one amendment, marked with the token of that
 * study. Its directory is only read, once; whatever happens there later does not count.
 */

import { basename } from 'node:path'
import { activeValues, flatten } from '../space/flatten.ts'
import { assemble } from '../space/assemble.ts'
import type { Space } from '../space/parameter.ts'
import { isSamplerName } from '../sampler/sampler.ts'
import type { ObservedResult } from '../store/disk/documents.ts'
import type { Folder } from '../store/protocol/folder.ts'
import { isEnd } from '../trial.ts'
import type { Config, Objectives, Said, TrialRecord } from '../trial.ts'
import { learn, parseResult } from './learn.ts'
import type { OldResult } from './learn.ts'
import type { StudyParts } from './records.ts'

/** What is read of another study. */
export interface OtherStudy {
  readonly directory: string
  readonly space: Space
  readonly objectives: Objectives
  readonly token: string
  readonly trials: () => Promise<readonly TrialRecord[]>
}

/** The longest name of a study that is kept. */
const LONGEST_FROM = 100

/** Whether a study has learned from this one. */
const isLearned = ({ known }: Folder, token: string): boolean =>
  known.observed.results.some(({ task }) => task === token)

/**
 * Learns from other studies. Memory must be up to date.
 *
 * @returns one sentence for each study of which something is left out
 * @throws RangeError for the study itself, what `lessonOf` refuses, or more results than a study may have
 */
export async function warmStart(
  parts: Pick<StudyParts, 'folder' | 'space' | 'where' | 'objectives'>,
  others: readonly OtherStudy[],
): Promise<string[]> {
  const { folder } = parts
  const notices: string[] = []
  for (const other of others) {
    if (other.token === folder.study.token) throw itself(other.directory)
    if (isLearned(folder, other.token)) continue
    const { results, left } = await lessonOf(parts, other)
    await learn(folder, results).catch((error: unknown) => {
      throw error instanceof RangeError ? new RangeError(`warm start '${other.directory}': ${error.message}`) : error
    })
    if (left > 0)
      notices.push(
        `warm start '${other.directory}': ${left} of its ${left + results.length} trials are left out, because their ` +
          'configs are not in this space',
      )
  }
  return notices
}

/** A sentence if this process makes less of earlier studies than somebody may expect. */
export function taughtNotices(sampler: string, objectives: Objectives): string[] {
  if (isSamplerName(sampler) && !['auto', 'bayesian'].includes(sampler))
    return [`warm start: sampler '${sampler}' takes nothing from earlier studies; 'auto' does`]
  if (Object.keys(objectives).length === 1) return []
  const [first] = Object.keys(objectives)
  return [
    `warm start: with several objectives, earlier studies lend only their best configs by '${first}'; ` +
      'no model learns from them',
  ]
}

/** The error for a study that shall learn from itself. */
export const itself = (directory: string): RangeError =>
  new RangeError(`warm start '${directory}': is the study itself, or a copy of it; name another one`)

/**
 * What another study teaches: its trials as results here, and how many are left out.
 *
 * @throws RangeError for a study that wants other objectives, or of which no trial is of use
 */
export async function lessonOf(
  parts: Pick<StudyParts, 'space' | 'where' | 'objectives'>,
  other: OtherStudy,
): Promise<{ readonly results: readonly ObservedResult[]; readonly left: number }> {
  const names = sameObjectives(parts.objectives, other)
  const ended = (await other.trials()).filter(({ state }) => isEnd(state))
  const results: ObservedResult[] = []
  let why = ''
  for (const trial of ended) {
    try {
      results.push(resultOf(parts, other, names, trial))
    } catch (error) {
      why ||= (error as Error).message
    }
  }
  const wrong = (words: string): RangeError => new RangeError(`warm start '${other.directory}': ${words}`)
  if (ended.length === 0) throw wrong('none of its trials has ended; leave it out, or begin once some have')
  if (results.length === 0)
    throw wrong(`none of its ${ended.length} trials has a config of this space (${why}); leave it out`)
  return { results, left: ended.length - results.length }
}

/**
 * The name of each objective in the other study, by its name here. The only objective may have another name.
 *
 * @throws RangeError if the other study has other objectives
 */
function sameObjectives(objectives: Objectives, other: OtherStudy): ReadonlyMap<string, string> {
  const [here, there] = [Object.keys(objectives), Object.keys(other.objectives)]
  const isOne = here.length === 1 && there.length === 1
  const names = new Map(here.map((name) => [name, isOne ? there[0]! : name]))
  for (const [name, its] of names) {
    const [wanted, found] = [objectives[name], other.objectives[its]]
    if (wanted !== found)
      throw new RangeError(
        `warm start '${other.directory}': must ${wanted} '${its}', got a study that ` +
          `${found === undefined ? 'does not have it' : `asks to ${found} it`}; leave it out`,
      )
  }
  return names
}

/**
 * A trial of another study as a result here.
 *
 * @throws RangeError or TypeError if its config is not one of this space
 */
function resultOf(
  { space, where, objectives }: Pick<StudyParts, 'space' | 'where' | 'objectives'>,
  other: OtherStudy,
  names: ReadonlyMap<string, string>,
  trial: TrialRecord,
): ObservedResult {
  const said: Record<string, Said[string]> = { ...trial.outputs }
  for (const [name, its] of names) if (trial.values[its] !== undefined) said[name] = trial.values[its]
  const hasValues = trial.state !== 'failed' && [...names.keys()].every((name) => said[name] !== undefined)
  const result: OldResult<unknown> = {
    config: configIn(space, other.space, trial.config),
    state: trial.state as 'complete' | 'failed' | 'pruned',
    ...(hasValues ? { values: said } : {}),
    from: nameOf(other.directory),
  }
  return { ...parseResult({ space, where, objectives }, result), task: other.token }
}

/** A config of another space in this one: each active parameter has the value of the one with its name there. */
function configIn(space: Space, theirs: Space, config: Config): Config {
  const values = activeValues(theirs, config)
  const names = new Set(flatten(theirs).map(({ name }) => name))
  return assemble(space, ({ name }) => {
    if (!names.has(name)) throw new RangeError(`parameter '${name}': is missing`)
    return values.get(name) ?? null
  })
}

/** The name of a directory as it may be kept and shown. */
function nameOf(directory: string): string {
  const name = basename(directory).replaceAll(/\p{Cc}/gu, '?')
  return name.slice(-LONGEST_FROM) || 'study'
}
