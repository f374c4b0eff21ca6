/**
 * An open study folder: the definition, what this process knows of the study, and, once it claims something, who it is.
 *
 * Everything in `store/` takes a `Folder` first. The order of calls is that of FORMAT.md ("Open"): definition, logs
 * (hints), then the holes from the truth, then the amendments. A reader never writes; a worker registers (heartbeat,
 * then log) before its first claim, so that a command which finds nothing to do leaves no trace.
 */

import { StudyError } from '../../errors.ts'
import { createOnce, readOnce } from '../disk/create-once.ts'
import type { Creation, Primitive } from '../disk/create-once.ts'
import { FORMAT, readStudy } from '../disk/documents.ts'
import type { BestDocument, Identity, StudyDocument } from '../disk/documents.ts'
import { errorCode, isAbsent, makeDirectory, writeFile } from '../disk/file-system.ts'
import type { FileHandle, FileSystem } from '../disk/file-system.ts'
import { endHeartbeat } from '../life/heartbeat.ts'
import type { Heartbeat, Watch } from '../life/heartbeat.ts'
import { heartbeatBytes } from '../life/heartbeat-record.ts'
import { ioError } from '../disk/io-error.ts'
import { emptyKnowledge } from '../memory/knowledge.ts'
import type { Knowledge, TrialOrder } from '../memory/knowledge.ts'
import { realLife } from '../life/life.ts'
import type { Life } from '../life/life.ts'
import { appendEvent } from './log.ts'
import type { LogEvent, LogTail } from './log.ts'
import * as paths from '../../paths.ts'

/** What a process is to the others once it may claim. `written`: bytes of its log, as far as no write of it has failed. */
export interface Registration {
  readonly log: FileHandle
  readonly heartbeat: Heartbeat | null
  written: number
  isTorn: boolean
}

/** Another worker, as its log introduces it. */
export interface Peer {
  identity: Identity | null
  trials: number | null
  asks: number | null
  readonly tail: LogTail
  /** How far its log was read when `log/` was listed last; nothing new since then makes others doubt that it lives. */
  listedOffset: number
  /** Whether it was taken for gone: its log is read only when `log/` is listed. */
  isGone: boolean
}

/** What memory was loaded from, and how far the newest index that was seen covers the logs. */
export interface IndexState {
  /** 0: from none. */
  loaded: number
  /** The highest generation seen, whether it could be loaded or not. */
  highest: number
  /** Of the newest one whose head was read: its size, and how many bytes of each log it covers. */
  bytes: number
  covered: ReadonlyMap<string, number>
  /** Bytes of logs known that it does not cover. */
  uncovered: number
  /** When this worker is to make the next one, on the monotonic clock. */
  dueMs: number | null
}

export interface Folder {
  readonly files: FileSystem
  readonly life: Life
  /** Absolute path of the study. */
  readonly root: string
  readonly study: StudyDocument
  readonly primitive: Primitive
  readonly isReadOnly: boolean
  /** This process's own ceiling on slots. */
  readonly ceiling: number
  readonly known: Knowledge
  readonly watch: Watch
  me: Identity
  registration: Registration | null
  /** Numbers that this process runs or is about to claim. */
  readonly mine: Set<number>
  /** Other workers whose logs are read. */
  readonly others: Map<string, Peer>
  /** Those that have said goodbye, and how far their logs were read; nobody looks at them again. */
  readonly departed: Map<string, number>
  /** The largest ceiling of any worker that is no longer among the others, −1 for none. */
  budget: number
  readonly index: IndexState
  /** Uncovered bytes of logs from which on a new index is made, unless a fifth of the last index is more. */
  readonly indexAfterBytes: number
  /** When `log/` was listed last, on the monotonic clock; −∞ before the first time. */
  listedMs: number
  /** When the logs were read last, on the same clock. */
  refreshedMs: number
  /** When each worker's heartbeat was looked at last, and what it showed. */
  readonly signs: Map<string, { sign: string; atMs: number }>
  /** Numbers below are taken as far as was seen; a few of them may be free after all. */
  frontier: number
  /** How far the chain of best trials was read, and its top. */
  bestGeneration: number
  bestTop: BestDocument | null
}

/** Below that, what an index spares its readers is not worth the making. */
const INDEX_AFTER_BYTES = 1_048_576

/** Reads the definition; undefined when there is no study (nor anything that looks like a damaged one). */
export async function readDefinition(files: FileSystem, root: string): Promise<StudyDocument | undefined> {
  const study = await readStudyFile(files, root)
  if (study !== undefined) return study
  const entries = await files.list(root).catch((error: unknown) => {
    if (errorCode(error) === 'ENOTDIR')
      throw new StudyError('NOT_A_STUDY', `'${root}' is a file; name a directory`, { cause: error })
    if (isAbsent(error)) return undefined
    throw ioError(root, error, 'read')
  })
  const slots = await files.list(paths.slotsFolder(root)).catch(() => [])
  if (slots.length > 0) {
    // Somebody may have created the study since our look: the definition comes before the first slot.
    for (let look = 0; look < 3; look++) {
      await files.list(paths.studyMetaFolder(root)).catch(() => []) // which also makes a cached absence old
      const created = await readStudyFile(files, root)
      if (created !== undefined) return created
    }
    throw new StudyError(
      'DAMAGED',
      `'${root}' holds trials but no .anthill/study.json; restore that file from a copy of the study`,
    )
  }
  if (entries?.some((name) => !name.startsWith('.')) === true && !entries.includes(paths.META_NAME)) {
    throw new StudyError(
      'NOT_A_STUDY',
      `'${root}' holds other things and is no study; name a new or an empty directory`,
    )
  }
  return undefined
}

async function readStudyFile(files: FileSystem, root: string): Promise<StudyDocument | undefined> {
  const path = paths.studyPath(root)
  for (const primitive of ['link', 'rename-dir'] as const) {
    const text = await readOnce(files, primitive, path).catch((cause: unknown) => {
      throw ioError(path, cause, 'read')
    })
    if (text === undefined) continue
    return definitionOf(text, root)
  }
  return undefined
}

function definitionOf(text: string, root: string): StudyDocument {
  const study = readStudy(text)
  if (study === undefined) {
    throw new StudyError(
      'DAMAGED',
      `'${paths.studyPath(root)}' is not the definition of a study; restore it from a copy, or use another directory`,
    )
  }
  if (study.format !== FORMAT) {
    throw new StudyError(
      'UNKNOWN_FORMAT',
      `'${root}' has format ${study.format}, this version reads ${FORMAT}; use the version of anthill that made it`,
    )
  }
  return study
}

/** Creates the definition, or gives the one of whoever was faster. */
export async function createDefinition(files: FileSystem, root: string, study: StudyDocument): Promise<StudyDocument> {
  const path = paths.studyPath(root)
  await makeDirectory(files, paths.studyMetaFolder(root)).catch((cause: unknown) => {
    throw ioError(path, cause)
  })
  const created = await createOnce(files, study.primitive, path, `${JSON.stringify(study)}\n`, study.token)
  return created.verdict === 'won' ? study : definitionOf(created.text, root)
}

/** A folder whose definition was read; it knows nothing yet (see `refresh`). */
export function openFolder(
  files: FileSystem,
  root: string,
  study: StudyDocument,
  options: { isReadOnly: boolean; ceiling: number; indexAfterBytes?: number; life?: Life },
  order: TrialOrder,
): Folder {
  const { isReadOnly, ceiling, indexAfterBytes = INDEX_AFTER_BYTES, life = realLife } = options
  return {
    files,
    life,
    root,
    study,
    primitive: study.primitive,
    isReadOnly,
    ceiling,
    indexAfterBytes,
    known: emptyKnowledge(order),
    watch: new Map(),
    me: life.newIdentity(),
    registration: null,
    mine: new Set(),
    others: new Map(),
    departed: new Map(),
    budget: -1,
    index: { loaded: 0, highest: 0, bytes: 0, covered: new Map(), uncovered: 0, dueMs: null },
    listedMs: -Infinity,
    refreshedMs: -Infinity,
    signs: new Map(),
    frontier: 0,
    bestGeneration: 0,
    bestTop: null,
  }
}

/**
 * Before each claim: a heartbeat (unless nothing will run here), and a log that says who this is. A worker whose record
 * was cleared away goes on under a new name.
 */
export async function register(folder: Folder, options: { hasHeartbeat: boolean }): Promise<void> {
  const { files, root } = folder
  if (folder.registration?.heartbeat?.isBuried() === true) {
    await leave(folder)
    folder.me = folder.life.newIdentity()
  }
  const { me, registration } = folder
  if (registration !== null && (registration.heartbeat !== null || !options.hasHeartbeat)) return
  if (folder.isReadOnly) throw readOnlyError(root)
  const logPath = paths.logPath(root, me.worker)
  const heartbeatPath = paths.heartbeatPath(root, me.worker)
  const introduce = async (): Promise<FileHandle> => {
    await makeDirectory(files, paths.workersFolder(root), root)
    await makeDirectory(files, paths.logFolder(root), root)
    if (options.hasHeartbeat) await writeFile(files, heartbeatPath, heartbeatBytes(0, 'on'))
    return registration?.log ?? (await files.open(logPath, 'w'))
  }
  const log = await introduce()
    .catch(async (error: unknown) => {
      if (!isAbsent(error)) throw error
      // Both directories are derived, and somebody may have deleted one just now.
      return await introduce()
    })
    .catch(async (cause: unknown) => {
      // Nobody is to wait for a heart that never beat.
      if (options.hasHeartbeat) await files.unlink(heartbeatPath).catch(() => undefined)
      throw ioError(logPath, cause)
    })
  const heartbeat = options.hasHeartbeat ? await folder.life.startHeartbeat(heartbeatPath, folder.study.leaseMs) : null
  folder.registration = { log, heartbeat, written: registration?.written ?? 0, isTorn: registration?.isTorn ?? false }
  if (registration !== null) return
  await note(folder, Number.isFinite(folder.ceiling) ? { identity: me, trials: folder.ceiling } : { identity: me })
}

/** Says goodbye: nobody waits for a lease of a worker that has left. */
export async function leave(folder: Folder): Promise<void> {
  const { registration } = folder
  if (registration === null) return
  folder.registration = null
  await appendEvent(folder.files, registration.log, { left: true }, true).catch(() => undefined)
  await folder.files.close(registration.log).catch(() => undefined)
  if (registration.heartbeat !== null) await endHeartbeat(folder.files, registration.heartbeat).catch(() => undefined)
}

/** Appends to this worker's log; a hint, so a failure to write one is nobody's trouble but the full disk's. */
export async function note(folder: Folder, event: LogEvent, flush = true): Promise<void> {
  const { registration } = folder
  if (registration === null) return
  try {
    const count = await appendEvent(folder.files, registration.log, event, flush)
    if (registration.isTorn) return
    registration.written += count
    folder.index.uncovered += count
  } catch {
    registration.isTorn = true // where its bytes end is not known any more
  }
}

/** `createOnce` with a fresh token: `write` gives the document that carries it. */
export async function create(
  folder: Folder,
  path: string,
  write: (token: string, time: string) => object,
): Promise<Creation> {
  if (folder.isReadOnly) throw readOnlyError(folder.root)
  const token = freshToken(folder.me)
  return await createOnce(
    folder.files,
    folder.primitive,
    path,
    `${JSON.stringify(write(token, new Date().toISOString()))}\n`,
    token,
    folder.root,
  )
}

/** The text of a write-once file, undefined while it is absent. */
export async function readText(folder: Folder, path: string): Promise<string | undefined> {
  try {
    return await readOnce(folder.files, folder.primitive, path)
  } catch (cause) {
    throw ioError(path, cause, 'read')
  }
}

/** The same for a file that most often is not there yet: the next of a chain. */
export async function readIfMade(folder: Folder, path: string): Promise<string | undefined> {
  return (await isMade(folder, path)) ? await readText(folder, path) : undefined
}

/** Whether a number is taken: whether its slot file has been made. */
export async function slotExists(folder: Folder, number: number): Promise<boolean> {
  return await isMade(folder, paths.slotPath(folder.root, number, 1))
}

/** Whether a write-once file has been made. */
export async function isMade(folder: Folder, path: string): Promise<boolean> {
  try {
    return await folder.files.exists(folder.primitive === 'link' ? path : `${path}.d`)
  } catch (cause) {
    throw ioError(path, cause, 'read')
  }
}

/** The names in a directory; none while it is not there. */
export async function listIfThere(folder: Folder, directory: string): Promise<string[]> {
  try {
    return await folder.files.list(directory)
  } catch (cause) {
    if (isAbsent(cause)) return []
    throw ioError(directory, cause, 'read')
  }
}

/** Makes whatever this client has cached of a directory old: creates and removes a file there. */
export async function poke(folder: Folder, directory: string): Promise<void> {
  const { files, root } = folder
  const path = paths.pokePath(directory, freshToken(folder.me))
  const touch = (): Promise<void> => writeFile(files, path, Buffer.alloc(0))
  try {
    await touch().catch(async (error: unknown) => {
      if (!isAbsent(error)) throw error
      // Not there, or a cache says so: making it asks the server even so.
      await makeDirectory(files, directory, root)
      await touch()
    })
    await files.unlink(path).catch((error: unknown) => {
      if (!isAbsent(error)) throw error
    })
  } catch (error) {
    throw ioError(path, error)
  }
}

/** Takes a worker into the circle of those whose logs are read, from an offset on. */
export function addPeer(folder: Folder, worker: string, offset = 0): void {
  if (
    worker === folder.me.worker ||
    folder.others.has(worker) ||
    folder.departed.has(worker) ||
    !paths.isWorkerId(worker)
  )
    return
  folder.others.set(worker, {
    identity: null,
    trials: null,
    asks: null,
    isGone: false,
    listedOffset: -1,
    tail: { path: paths.logPath(folder.root, worker), offset },
  })
}

/** Lets a worker go whose log has been read to its last word. */
export function removePeer(folder: Folder, worker: string, offset = 0): void {
  const peer = folder.others.get(worker)
  if (peer?.trials != null) folder.budget = Math.max(folder.budget, peer.trials)
  folder.others.delete(worker)
  folder.departed.set(worker, Math.max(offset, peer?.tail.offset ?? 0))
}

/** Unique per attempt at creating anything: worker ids are never used twice, the counter not within one. */
export function freshToken(me: Identity): string {
  return `${me.worker}.${(tokens++).toString(36)}`
}

let tokens = 0

const readOnlyError = (root: string): StudyError =>
  new StudyError('INPUT_OUTPUT', `'${root}' was opened to read only; open it without 'readOnly'`)
