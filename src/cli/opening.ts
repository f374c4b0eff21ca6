/** Opens the study that a verb works on. The rooms behind it are loaded only here, once the command line is checked. */

import type { StudyError } from '../errors.ts'
import type { NamedSampler } from '../sampler/sampler-words.ts'
import type { StudyOptions } from '../study/definition.ts'
import type { DefinitionFound } from '../study/open-study.ts'
import type { Study } from '../study/study.ts'
import type { Config } from '../trial.ts'
import { say } from './screen.ts'
import type { Definition } from './study-options.ts'

/**
 * The space, the goals and the sampler of the study in a directory; undefined if there is none.
 *
 * @throws StudyError if the directory contains something else, or a damaged study
 */
export async function studyAt(directory: string): Promise<DefinitionFound | undefined> {
  const { definitionIn } = await import('../study/open-study.ts')
  return await definitionIn(directory)
}

/**
 * Opens a study to read it; leaves no trace in it.
 *
 * @throws StudyError; where the directory has no study, its message names the studies nearby
 */
export async function openToRead(directory: string, verb: string, rest: readonly string[]): Promise<Study<Config>> {
  return await openExisting(directory, verb, rest, { readOnly: true })
}

/**
 * Opens a study that must be there, to change something in it.
 *
 * @throws StudyError; where the directory has no study, its message names the studies nearby
 */
export async function openToSteer(directory: string, verb: string, rest: readonly string[]): Promise<Study<Config>> {
  const study = await openExisting(directory, verb, rest, {})
  for (const notice of study.notices) say(`anthill: ${notice}`)
  return study
}

async function openExisting(
  directory: string,
  verb: string,
  rest: readonly string[],
  options: StudyOptions,
): Promise<Study<Config>> {
  const { openStudy } = await import('../study/open-study.ts')
  return await openStudy(directory, options).catch(async (error: unknown) => {
    const { code, message = '' } = error as Partial<StudyError>
    if (code !== 'NO_STUDY' && code !== 'NOT_A_STUDY') throw error
    const { noStudyIn } = await import('./no-study.ts')
    throw noStudyIn(code, message, directory, verb, rest)
  })
}

/** Opens a study to work in it. Creates it if it does not exist and the definition has a space. */
export async function openToWork(
  directory: string,
  definition: Definition & Pick<StudyOptions, 'signal' | 'patienceMs' | 'onWait'>,
): Promise<Study<Config>> {
  const { openStudy } = await import('../study/open-study.ts')
  const { sampler: wanted, pruner: named, repeats, ...rest } = definition
  const asked = repeats === undefined ? wanted : await repeating(repeats, wanted, directory)
  const sampler = asked && (await (await import('../study/sampler-source.ts')).namedSampler(asked.name, asked.options))
  const pruner = named && (await import('../pruner/choose.ts')).prunerNamed(named.name, named.options)
  const study = await openStudy(directory, { ...rest, ...(sampler && { sampler }), ...(pruner && { pruner }) })
  for (const notice of study.notices) say(`anthill: ${notice}`)
  return study
}

/** The sampler that was asked for, or the study's, with these repeats. */
async function repeating(repeats: number, wanted: NamedSampler | undefined, directory: string): Promise<NamedSampler> {
  if (wanted !== undefined) return { ...wanted, options: { ...wanted.options, repeats } }
  const study = await studyAt(directory)
  const isBayesian = study?.sampler === 'auto' || study?.sampler === 'bayesian'
  return { name: 'auto', options: { ...(isBayesian ? study.samplerOptions : {}), repeats } }
}
