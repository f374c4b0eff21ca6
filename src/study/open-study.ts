/** The door: create or join a study, or read one. */

import { randomBytes } from 'node:crypto'
import { resolve } from 'node:path'
import { StudyError } from '../errors.ts'
import type { Config, Objectives } from '../trial.ts'
import type { ConfigOf, Space } from '../space/parameter.ts'
import { objectivesOf, orderOf } from '../space/objectives.ts'
import { parseConfig, parseSpace } from '../space/validate.ts'
import { samplerNamed } from '../sampler/choose.ts'
import { SAMPLER_NAMES } from '../sampler/sampler.ts'
import type { Sampler } from '../sampler/sampler.ts'
import { publishBest } from '../store/protocol/best.ts'
import { probePrimitive } from '../store/disk/create-once.ts'
import { FORMAT } from '../store/disk/documents.ts'
import type { StudyDocument } from '../store/disk/documents.ts'
import { makeDirectory, realFileSystem } from '../store/disk/file-system.ts'
import type { FileSystem } from '../store/disk/file-system.ts'
import { createDefinition, readDefinition } from '../store/protocol/definition-file.ts'
import { openFolder } from '../store/protocol/folder.ts'
import { register } from '../store/protocol/registration.ts'
import { ioError } from '../store/disk/io-error.ts'
import { freeNumber } from '../store/memory/knowledge.ts'
import { realLife } from '../store/life/heartbeat.ts'
import type { Life } from '../store/life/heartbeat.ts'
import { studyMetaFolder } from '../paths.ts'
import { refreshAll } from '../store/protocol/refresh.ts'
import { checkOptions, joinNotices, newDefinition } from './definition.ts'
import type { StudyOptions } from './definition.ts'
import { umaskNotice } from './group-access.ts'
import { DEFAULT_PATIENCE_MS } from './patience.ts'
import { Study } from './study.ts'

/**
 * Opens the study in `directory`, creating it if it is not there; any number of processes may do so at once.
 *
 * @throws StudyError `SPACE_MISMATCH` or `OBJECTIVE_MISMATCH` when the study there is another one, `NO_STUDY` when there
 *   is none and no `space` to create it with, `NOT_A_STUDY` when something else lies there, `UNSUITABLE_FILE_SYSTEM`
 *   when the file system has no exclusive creation; TypeError or RangeError for options that make no sense
 */
export async function openStudy<const S extends Space>(
  directory: string,
  options: StudyOptions<S> & { readonly space: S },
): Promise<Study<ConfigOf<S>>>
export async function openStudy(directory: string, options?: StudyOptions): Promise<Study>
export async function openStudy(directory: string, options: StudyOptions<unknown> = {}): Promise<Study<never>> {
  return await openStudyOn({ files: realFileSystem, life: realLife }, directory, options)
}

/** What a process stands on; tests put another in the place of the real one. */
export interface Ground {
  readonly files: FileSystem
  readonly life: Life
}

/** `openStudy` on any ground. */
export async function openStudyOn(
  { files, life }: Ground,
  directory: string,
  options: StudyOptions<unknown>,
): Promise<Study<never>> {
  checkOptions(options)
  objectivesOf(options)
  const root = resolve(directory)
  const found = await readDefinition(files, root)
  const study = found ?? (await createStudy(files, root, options))
  const keptOut = options.readOnly === true ? undefined : umaskNotice(root)
  const notices = [...joinNotices(directory, options, study), ...(keptOut === undefined ? [] : [keptOut])]
  const objectives = study.objectives as unknown as Objectives
  const folder = openFolder(
    files,
    root,
    study,
    { isReadOnly: options.readOnly ?? false, ceiling: options.trials ?? Infinity, life },
    orderOf(objectives),
  )
  await refreshAll(folder, performance.now())
  if (!folder.isReadOnly) await publishBest(folder, false)
  if (options.trials !== undefined && freeNumber(folder.known, folder.ceiling, new Set(), 0) !== undefined) {
    // The heartbeat's thread takes as long to start as many trials: not at the first one, where others wait for it.
    await register(folder, { hasHeartbeat: true })
  }
  return new Study<never>(
    folder,
    parseSpace(study.space),
    objectives,
    samplerOf(options, study),
    notices,
    { patienceMs: options.patienceMs ?? DEFAULT_PATIENCE_MS, onWait: options.onWait },
    options.signal,
  )
}

/** The sampler asked for, else the study's; one of somebody's own that is not given is missed when it is needed, not by readers. */
function samplerOf({ sampler }: StudyOptions<unknown>, study: StudyDocument): Sampler {
  const { sampler: name } = study
  if (sampler === undefined && !SAMPLER_NAMES.some((known) => known === name)) return absentSampler(name)
  return typeof sampler === 'object' ? sampler : samplerNamed(sampler ?? name)
}

/** In the place of a sampler of somebody's own: an ask throws, and a replay sees what it is. */
function absentSampler(name: string): Sampler & { readonly isAbsent: true } {
  return { name, isAbsent: true, suggest: (question) => samplerNamed(name).suggest(question) }
}

/** What the study in `directory` searches and wants, without opening it; undefined where there is none. */
export async function definitionIn(
  directory: string,
): Promise<{ readonly space: Space; readonly objectives: Objectives } | undefined> {
  const study = await readDefinition(realFileSystem, resolve(directory))
  return study === undefined
    ? undefined
    : { space: parseSpace(study.space), objectives: study.objectives as unknown as Objectives }
}

/**
 * The best config of a study, wherever it was made; checked against `space`, and typed by it.
 *
 * @throws StudyError `NO_STUDY`, or `NO_RESULT` before the first value; RangeError when the config is not of this space
 */
export function bestConfig<const S extends Space>(directory: string, space: S): Promise<ConfigOf<S>> {
  return readBestConfig(directory, space) as Promise<never>
}

async function readBestConfig(directory: string, space: Space): Promise<Config> {
  const study = await openStudy(directory, { readOnly: true })
  const best = await study.best()
  if (best === undefined)
    throw new StudyError('NO_RESULT', `no trial of '${directory}' has a value yet; run some first`)
  return parseConfig(parseSpace(space), best.config)
}

async function createStudy(files: FileSystem, root: string, options: StudyOptions<unknown>): Promise<StudyDocument> {
  if (options.space === undefined || options.readOnly === true) {
    throw new StudyError(
      'NO_STUDY',
      `no study in '${root}'; name another directory${options.readOnly === true ? '' : ', or give a space to begin one'}`,
    )
  }
  const token = randomBytes(12).toString('hex')
  const made = {
    format: FORMAT,
    primitive: 'link' as const,
    token,
    time: new Date().toISOString(),
    seed: randomBytes(4).readUInt32LE(),
  }
  const study = newDefinition(options, made)
  await makeDirectory(files, studyMetaFolder(root)).catch((cause: unknown) => {
    throw ioError(root, cause)
  })
  const primitive = await probePrimitive(files, studyMetaFolder(root), token)
  if (primitive === undefined) {
    throw new StudyError(
      'UNSUITABLE_FILE_SYSTEM',
      `'${root}' lies on a file system without exclusive creation (neither link nor rename excludes); ` +
        'use a directory on NFS, a cluster file system or a local disk',
    )
  }
  return await createDefinition(files, root, { ...study, primitive })
}
