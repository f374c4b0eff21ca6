/** Creates a study, joins one, or reads one. */

import { randomBytes } from 'node:crypto'
import { resolve } from 'node:path'
import { StudyError } from '../errors.ts'
import type { Config, Goals, TrialRecord } from '../trial.ts'
import type { ConfigOf, Space } from '../space/parameter.ts'
import { isUtf8, shown } from '../space/shown.ts'
import { goalsOf, orderOf, sought } from '../space/goals.ts'
import { isConfigOf } from '../space/canonical.ts'
import { unreachedEnds } from '../space/unreached.ts'
import { parseConfig, parseSpace } from '../space/validate.ts'
import { obstacleNotice, publishBest } from '../store/protocol/best.ts'
import { probePrimitive } from '../store/disk/create-once.ts'
import { FORMAT } from '../store/disk/documents.ts'
import type { StudyDocument } from '../store/disk/documents.ts'
import { makeDirectory, realFileSystem } from '../store/disk/file-system.ts'
import type { FileSystem } from '../store/disk/file-system.ts'
import { createDefinition, readDefinition } from '../store/protocol/definition-file.ts'
import { openFolder } from '../store/protocol/folder.ts'
import { register } from '../store/protocol/registration.ts'
import { ioError } from '../store/disk/io-error.ts'
import { wrongNameWords } from '../store/disk/wrong-name.ts'
import { freeNumber } from '../store/memory/knowledge.ts'
import { realLife } from '../store/life/heartbeat.ts'
import type { Life } from '../store/life/heartbeat.ts'
import { studyMetaFolder } from '../paths.ts'
import { refreshAll } from '../store/protocol/refresh.ts'
import { checkStudyOptions, joinNotices, newDefinition, objectiveIn, readDefined } from './definition.ts'
import type { Defined, StudyOptions } from './definition.ts'
import { umaskNotice } from './group-access.ts'
import { DEFAULT_PATIENCE_MS } from './patience.ts'
import { samplerSource } from './sampler-source.ts'
import { prunerNotice, prunerSource } from './study-pruner.ts'
import type { KeptPruner } from './study-pruner.ts'
import { samplerNotice } from './study-sampler.ts'
import type { Kept } from './study-sampler.ts'
import { Study } from './study.ts'
import { itself, lessonOf, taughtNotices, warmStart } from './warm-start.ts'
import type { OtherStudy } from './warm-start.ts'

/**
 * Opens the study in `directory`, and creates it if there is none. Any number of processes may do so at once.
 *
 * @param directory  path of the study; relative to the working directory
 * @throws StudyError `SPACE_MISMATCH` or `OBJECTIVE_MISMATCH` if the study there has another space or other objectives;
 *   `NO_STUDY` if there is none, and no `space` to create it with; `NOT_A_STUDY` if something else is there;
 *   `UNKNOWN_FORMAT` if a newer anthill made it; `DAMAGED` if its definition is; `UNSUITABLE_FILE_SYSTEM` if the file
 *   system has no exclusive creation; `INPUT_OUTPUT` if the file system refuses. TypeError or RangeError for a space or
 *   options that make no sense
 *
 * @example
 * ```ts
 * import { choice, float, openStudy } from 'anthill'
 *
 * const space = { rate: float(1e-5, 1e-1, { log: true }), kind: choice(['flat', 'steep']) }
 * await using study = await openStudy('runs/open', { space, minimize: 'loss', trials: 6 })
 * const best = await study.optimize(({ config }) => Math.log10(config.rate) ** 2 + (config.kind === 'flat' ? 0 : 1))
 * console.log(best?.config.rate, best?.value)
 * ```
 */
export async function openStudy<const S extends Space>(
  directory: string,
  options: StudyOptions<S> & { readonly space: S },
): Promise<Study<ConfigOf<S>>>
export async function openStudy(directory: string, options?: StudyOptions): Promise<Study>
export async function openStudy(directory: string, options: StudyOptions<unknown> = {}): Promise<Study<never>> {
  return await openStudyOn({ files: realFileSystem, life: realLife }, directory, options)
}

/** The file system and the life of a process, which tests replace. @internal */
export interface Host {
  readonly files: FileSystem
  readonly life: Life
}

/** `openStudy` on a given host. @internal */
export async function openStudyOn(
  { files, life }: Host,
  directory: string,
  options: StudyOptions<unknown>,
): Promise<Study<never>> {
  checkStudyOptions(options)
  if (objectiveIn(options) !== undefined) goalsOf(options)
  const root = rootOf(directory)
  const found = await readDefinition(files, root)
  const others = await otherStudies({ files, life }, root, options.warmStart ?? [])
  const created = found === undefined ? await createStudy(files, root, options, others) : undefined
  const study = found ?? created!.study
  const { space, where, goals } = created?.defined ?? readDefined(root, study)
  if (typeof options.sampler === 'object' && found !== undefined)
    options.sampler.check?.({ ...sought({ space, where, goals }), seed: study.seed })
  const keptOut = options.readOnly === true ? undefined : umaskNotice(root)
  const notices = [...joinNotices(directory, options, study), ...(found === undefined ? unreachedEnds(space) : [])]
  const sampler = samplerSource(study, options.sampler)
  const folder = openFolder(
    files,
    root,
    study,
    { isReadOnly: options.readOnly ?? false, ceiling: options.trials ?? Infinity, life },
    { ...orderOf(goals), isConfig: isConfigOf(space) },
  )
  await refreshAll(folder, performance.now())
  if (others.length > 0) {
    notices.push(...(await warmStart({ folder, space, where, objectives: goals.objectives }, others)))
    notices.push(...taughtNotices(sampler.name, goals.objectives))
  }
  if (!folder.isReadOnly) await publishBest(folder, false)
  const differs = folder.isReadOnly || options.sampler === undefined ? undefined : samplerNotice(study, sampler)
  const prunes = folder.isReadOnly ? undefined : prunerNotice(study, options.pruner)
  for (const notice of [differs, prunes, keptOut, obstacleNotice(folder)])
    if (notice !== undefined) notices.push(notice)
  if (options.trials !== undefined && freeNumber(folder.known, folder.ceiling, new Set(), 0) !== undefined) {
    // Starting the heartbeat's thread takes longer than a short trial. It starts here rather than at the first claim,
    // where other workers would wait for it.
    await register(folder, { hasHeartbeat: true })
  }
  return new Study<never>({
    folder,
    space,
    where,
    goals,
    sampler,
    pruner: prunerSource(study, options.pruner),
    ends: { maxHours: options.maxHours === Infinity ? undefined : options.maxHours, target: options.target },
    notices,
    patience: { patienceMs: options.patienceMs ?? DEFAULT_PATIENCE_MS, onWait: options.onWait },
    signal: options.signal,
  })
}

/** Other studies to learn from. The trials of each are read only if they are asked for, and once. */
async function otherStudies(host: Host, root: string, directories: readonly string[]): Promise<OtherStudy[]> {
  const others: OtherStudy[] = []
  for (const directory of directories) {
    const other = rootOf(directory)
    if (other === root) throw itself(directory)
    const study = await readDefinition(host.files, other)
    if (study === undefined) {
      const remedy = wrongNameWords(other) ?? 'name the directory of a study'
      throw new StudyError('NO_STUDY', `warm start '${directory}': no study is there; ${remedy}`)
    }
    const { space, goals } = readDefined(other, study)
    let trials: Promise<readonly TrialRecord[]> | undefined
    const read = async (): Promise<readonly TrialRecord[]> => {
      await using opened: Study<never> = await openStudyOn(host, directory, { readOnly: true })
      return await opened.trials()
    }
    const { objectives } = goals
    others.push({ directory, space, objectives, token: study.token, trials: () => (trials ??= read()) })
  }
  return others
}

/**
 * The absolute path of a study. A path whose bytes are not UTF-8 reaches us with other characters: another directory
 * would be made beside the one that was meant.
 *
 * @throws TypeError for what is not a string; RangeError for such a path
 */
function rootOf(directory: string): string {
  if (typeof directory !== 'string')
    throw new TypeError(`directory: must be a string, got ${shown(directory)}; write the path of the study`)
  const root = resolve(directory)
  if (!isUtf8(root)) throw new RangeError(`directory '${root}': its name is not UTF-8; rename it, or use another`)
  return root
}

/** What the definition of a study says, checked. @internal */
export interface DefinitionFound extends Kept, KeptPruner, Pick<StudyDocument, 'fidelity'> {
  readonly space: Space
  readonly goals: Goals
}

/** The definition of the study in `directory`, which is not opened; undefined if no study is there. @internal */
export async function definitionIn(directory: string): Promise<DefinitionFound | undefined> {
  const root = rootOf(directory)
  const study = await readDefinition(realFileSystem, root)
  return study === undefined ? undefined : { ...study, ...readDefined(root, study) }
}

/**
 * The best config of a study, checked against `space` and typed by it. It only reads the study.
 *
 * @param directory  path of the study
 * @throws StudyError `NO_STUDY` if there is no study, `NO_RESULT` before the first value; RangeError or TypeError if
 *   the config is not in this space
 *
 * @example
 * ```ts
 * import { bestConfig, float, openStudy } from 'anthill'
 *
 * const space = { x: float(-5, 5) }
 * await using study = await openStudy('runs/best', { space, trials: 4 })
 * await study.optimize(({ config }) => (config.x - 2) ** 2)
 * const { x } = await bestConfig('runs/best', space)
 * console.log(x)
 * ```
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

/** A study that was created just now, by this process or another. */
interface Created {
  readonly study: StudyDocument
  /** What it says, if this process created it: a pool of allowed configs was made for these objects. */
  readonly defined?: Defined
}

async function createStudy(
  files: FileSystem,
  root: string,
  options: StudyOptions<unknown>,
  others: readonly OtherStudy[],
): Promise<Created> {
  if (options.space === undefined || options.readOnly === true) {
    const orCreate = options.readOnly === true ? '' : ', or give a space to begin one'
    const remedy = wrongNameWords(root) ?? `name another directory${orCreate}`
    throw new StudyError('NO_STUDY', `no study in '${root}'; ${remedy}`)
  }
  const token = randomBytes(12).toString('hex')
  const made = {
    format: FORMAT,
    primitive: 'link' as const,
    token,
    time: new Date().toISOString(),
    seed: randomBytes(4).readUInt32LE(),
  }
  const { study, defined } = newDefinition(options, made)
  // What cannot teach it is refused before anything is there.
  for (const other of others) await lessonOf({ ...defined, objectives: defined.goals.objectives }, other)
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
  const published = await createDefinition(files, root, { ...study, primitive })
  return { study: published, ...(published.token === token ? { defined } : {}) }
}
