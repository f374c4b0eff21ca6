/**
 * Learning from other studies: the trials of each that have ended become one amendment, marked with the token of that
 * study. Its directory is only read, once; whatever happens there later does not count.
 */

import { basename } from 'node:path'
import { activeValues, flatten } from '../space/flatten.ts'
import { assemble } from '../space/assemble.ts'
import type { Space } from '../space/parameter.ts'
import type { ObservedResult } from '../store/disk/documents.ts'
import type { Folder } from '../store/protocol/folder.ts'
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

const ENDS: readonly string[] = ['complete', 'failed', 'pruned']

/** Whether a study has learned from this one. */
const isLearned = ({ known }: Folder, token: string): boolean =>
  known.observed.results.some(({ task }) => task === token)

/**
 * Learns from other studies. Memory must be up to date.
 *
 * @returns one sentence for each study of which something is left out
 * @throws RangeError for a study that wants other objectives, the study itself, or more results than a study may have
 */
export async function warmStart(
  parts: Pick<StudyParts, 'folder' | 'space' | 'where' | 'objectives'>,
  others: readonly OtherStudy[],
): Promise<string[]> {
  const { folder } = parts
  const notices: string[] = []
  for (const other of others) {
    if (other.token === folder.study.token)
      throw new RangeError(`warm start '${other.directory}': is the study itself, or a copy of it; name another one`)
    const names = sameObjectives(parts.objectives, other)
    if (isLearned(folder, other.token)) continue
    const ended = (await other.trials()).filter(({ state }) => ENDS.includes(state))
    const results = ended.flatMap((trial) => resultOf(parts, other, names, trial) ?? [])
    await learn(folder, results)
    if (ended.length === 0) notices.push(`warm start '${other.directory}': none of its trials has ended`)
    const left = ended.length - results.length
    if (left > 0)
      notices.push(
        `warm start '${other.directory}': ${left} of its ${ended.length} trials are left out, because their configs ` +
          'are not in this space',
      )
  }
  return notices
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

/** A trial of another study as a result here; undefined if its config is not one of this space. */
function resultOf(
  { space, where, objectives }: Pick<StudyParts, 'space' | 'where' | 'objectives'>,
  other: OtherStudy,
  names: ReadonlyMap<string, string>,
  trial: TrialRecord,
): ObservedResult | undefined {
  const said: Record<string, Said[string]> = { ...trial.outputs }
  for (const [name, its] of names) if (trial.values[its] !== undefined) said[name] = trial.values[its]
  const hasValues = trial.state !== 'failed' && [...names.keys()].every((name) => said[name] !== undefined)
  try {
    const result: OldResult<unknown> = {
      config: configIn(space, other.space, trial.config),
      state: trial.state as 'complete' | 'failed' | 'pruned',
      ...(hasValues ? { values: said } : {}),
      from: nameOf(other.directory),
    }
    return { ...parseResult({ space, where, objectives }, result), task: other.token }
  } catch {
    return undefined
  }
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
