/**
 * An open study folder: its definition, what this process knows of the study, and who this process is once it claims.
 *
 * Everything in `protocol/` takes a `Folder` first. Calling sequence:
 *
 *   readDefinition | createDefinition   definition-file.ts      is there a study, and which?
 *   openFolder                          here                    a folder that knows nothing yet
 *   refreshAll                          refresh.ts              index and logs (hints), then the truth fills the holes
 *   register                            registration.ts         heartbeat, then log; before a claim, never to read
 *     refresh                           refresh.ts              what others did meanwhile
 *     lookAfter | claimNext             attempts.ts, claim.ts   a trial whose owner is gone, or the next number
 *     commit | endAttempt               commit.ts, attempts.ts  its value, or its end without one
 *   leave                               registration.ts         says goodbye
 *
 * FORMAT.md, "Order", has the reasons. This file also has the calls by which all the others read and create files.
 */

import { MOST_PAUSES } from '../disk/bounds.ts'
import { randomBytes } from 'node:crypto'
import { dirname } from 'node:path'
import { StudyError } from '../../errors.ts'
import { pokePath, slotPath } from '../../paths.ts'
import { createOnce, readOnce } from '../disk/create-once.ts'
import type { Creation, Primitive } from '../disk/create-once.ts'
import { line } from '../disk/documents.ts'
import type { BestDocument, Identity, StudyDocument } from '../disk/documents.ts'
import { isAbsent, makeDirectory, writeFile } from '../disk/file-system.ts'
import type { FileHandle, FileSystem } from '../disk/file-system.ts'
import { ioError } from '../disk/io-error.ts'
import { realLife } from '../life/heartbeat.ts'
import type { Heartbeat, Life } from '../life/heartbeat.ts'
import { emptyKnowledge } from '../memory/knowledge.ts'
import type { Knowledge, TrialOrder } from '../memory/knowledge.ts'
import type { Peers } from './peers.ts'

/** A new index is due once the logs have grown by this much: a smaller one saves its readers less than it costs. */
const INDEX_AFTER_BYTES = 1_048_576

/** Each token has this much randomness, in hex digits: 48 bits. */
const RANDOM_DIGITS = 12

/** Random digits for the next tokens: to draw them one by one would be a system call for each file. */
let pool = ''
let drawn = 0

const NO_INDEX: Omit<IndexState, 'stuck'> = {
  loaded: 0,
  token: '',
  stamp: undefined,
  highest: 0,
  bytes: 0,
  covered: new Map(),
  uncovered: 0,
  dueMs: null,
}

/** Numbers the tokens of this process. */
let tokens = 0

export interface Folder extends Peers {
  readonly files: FileSystem
  readonly life: Life
  readonly study: StudyDocument
  readonly primitive: Primitive
  readonly isReadOnly: boolean
  /** This process's own ceiling on slots. */
  readonly ceiling: number
  readonly known: Knowledge
  /** What this process shows of itself once it may claim. */
  registration: Registration | null
  /** Numbers that this process runs or is about to claim. */
  readonly mine: Set<number>
  /** What this process could not read or write and passed over, and why (unreachable.ts). */
  readonly unreachable: Map<string, string>
  readonly index: IndexState
  /** A new index is due beyond this many bytes of logs, or beyond a fifth of the last index if that is more. */
  readonly indexAfterBytes: number
  /** On the monotonic clock, −∞ before the first time: when `log/` was last listed, and when logs were last read. */
  readonly logs: { listedMs: number; refreshedMs: number }
  /** Numbers below looked taken when this process last searched the slot files; a few of them may be free after all. */
  frontier: number
  /** How many numbers memory had when it was last compared with the slot files (`forgetHearsay`). */
  confirmed: number
  /** Trials that rest by their own files, by number, and how many attempts they had then. */
  readonly resting: Map<number, number>
  /** How far the chain of best trials was read, the best trial in it, and what stands in the place of the link. */
  bestChain: { readonly generation: number; readonly top: BestDocument | null; readonly obstacle: string | null }
}

export interface Registration {
  readonly log: FileHandle
  /** Null for a worker whose claims are held. */
  readonly heartbeat: Heartbeat | null
  /** Bytes of its log up to the first write that failed. */
  written: number
  /** Whether a write of the log has failed. */
  isTorn: boolean
}

/** Which index memory was loaded from, and how far the newest one covers the logs. */
export interface IndexState {
  /** The generation that memory was loaded from, 0 for none. */
  loaded: number
  /** Its token, and the stamp of its file (`FileSystem.stamp`) once that was compared with the token. */
  token: string
  stamp: string | undefined
  /** The highest generation seen, whether it could be loaded or not. */
  highest: number
  /** The size of the newest index whose header was read, and how many bytes of each log it covers. */
  bytes: number
  covered: ReadonlyMap<string, number>
  /** How many bytes of the logs that we know it does not cover. */
  uncovered: number
  /** Logs that this process could not remove, since they are another user's. It does not try again. */
  readonly stuck: Set<string>
  /** Whether what amendments say comes from an index, and was not read by this process itself. */
  isHearsay?: boolean
  /** Whether this process could not read an amendment: then it makes no index. */
  isBlind?: boolean
  /** When this worker will make the next one, on the monotonic clock; null while none is due. */
  dueMs: number | null
}

/** A folder whose definition was read. It knows nothing yet: `refreshAll` comes next. */
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
    known: emptyKnowledge(order, study.attempts, study.fidelity === undefined ? 0 : MOST_PAUSES),
    me: life.newIdentity(),
    registration: null,
    mine: new Set(),
    unreachable: new Map(),
    others: new Map(),
    departed: new Map(),
    budget: -1,
    watch: new Map(),
    signs: new Map(),
    index: { ...NO_INDEX, stuck: new Set() },
    indexAfterBytes,
    logs: { listedMs: -Infinity, refreshedMs: -Infinity },
    frontier: 0,
    confirmed: 0,
    resting: new Map(),
    bestChain: { generation: 0, top: null, obstacle: null },
  }
}

/** `createOnce` with a fresh token. `write` gives the document that carries it. */
export async function create(
  folder: Folder,
  path: string,
  write: (token: string, time: string) => object,
): Promise<Creation> {
  if (folder.isReadOnly) throw readOnlyError(folder.root)
  const token = freshToken(folder.me)
  const bytes = line(write(token, new Date().toISOString()))
  return await createOnce(folder.files, folder.primitive, path, bytes, token, folder.root)
}

/** The text of a write-once file, undefined while it is absent. */
export async function readText(folder: Folder, path: string): Promise<string | undefined> {
  try {
    return await readOnce(folder.files, folder.primitive, path)
  } catch (cause) {
    throw ioError(path, cause, 'read')
  }
}

/** The same for a file that is usually absent, such as the next one of a chain: looks first, which is cheaper. */
export async function readIfMade(folder: Folder, path: string): Promise<string | undefined> {
  return (await isMade(folder, path)) ? await readText(folder, path) : undefined
}

/** Whether a number is taken: whether its slot file exists. */
export async function slotExists(folder: Folder, number: number): Promise<boolean> {
  return await isMade(folder, slotPath(folder.root, number, 1))
}

/** Whether a write-once file exists. */
export async function isMade(folder: Folder, path: string): Promise<boolean> {
  try {
    return await folder.files.exists(folder.primitive === 'link' ? path : `${path}.d`)
  } catch (cause) {
    throw ioError(path, cause, 'read')
  }
}

/** The names in a directory, none if it is absent. */
export async function listIfThere(folder: Folder, directory: string): Promise<string[]> {
  try {
    return await folder.files.list(directory)
  } catch (cause) {
    if (isAbsent(cause)) return []
    throw ioError(directory, cause, 'read')
  }
}

/**
 * Creates and removes a file in a directory, so that this client no longer trusts what it has cached of it.
 *
 * @param options.isMade  whether to make the directory if it is absent
 */
export async function poke(folder: Folder, directory: string, options = { isMade: true }): Promise<void> {
  const { files, root } = folder
  const path = pokePath(directory, freshToken(folder.me))
  const touch = (): Promise<void> => writeFile(files, path, Buffer.alloc(0))
  try {
    await touch().catch(async (error: unknown) => {
      if (!isAbsent(error) || !options.isMade) throw error
      // The directory is absent, or a cache says so. Making it asks the server in either case.
      await makeDirectory(files, directory, root)
      await touch()
    })
    await files.unlink(path).catch((error: unknown) => {
      if (!isAbsent(error)) throw error
    })
  } catch (error) {
    if (isAbsent(error) && !options.isMade) return
    throw ioError(path, error)
  }
}

/** The text of a write-once file, undefined if it is absent, whatever a cache says. Makes no directory. */
export async function readTextFresh(folder: Folder, path: string): Promise<string | undefined> {
  const text = await readText(folder, path)
  if (text !== undefined || folder.isReadOnly) return text
  await poke(folder, dirname(path), { isMade: false })
  return await readText(folder, path)
}

/**
 * A token for one attempt at a creation. It is unique: no two workers share an id, and each counts its own tokens. It
 * is unguessable: nobody can put something else under a temporary name before it is made.
 */
export function freshToken(me: Identity): string {
  if (drawn === pool.length) {
    pool = randomBytes(64 * RANDOM_DIGITS).toString('hex')
    drawn = 0
  }
  drawn += RANDOM_DIGITS
  return `${me.worker}.${(tokens++).toString(36)}${pool.slice(drawn - RANDOM_DIGITS, drawn)}`
}

export const readOnlyError = (root: string): StudyError =>
  new StudyError('INPUT_OUTPUT', `'${root}' was opened to read only; open it without 'readOnly'`)
