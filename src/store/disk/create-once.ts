/**
 * The one primitive: a file that comes into being whole, once, by exactly one of all who try.
 *
 * Guarantee: after `createOnce` gave 'won', every reader finds exactly these bytes under this name for ever; after
 * 'lost' it gives what stands there. Nobody ever sees part of a file. Error codes of `link` and `rename` are hints only
 * (a lost NFS reply is sent again and answered EEXIST): the verdict comes from reading the file back, which is why the
 * bytes must hold a token that is new at each attempt.
 *
 * Calling sequence: bytes = JSON + newline with a fresh token → `createOnce` → act on the verdict. A process killed in
 * between leaves a temp file whose name begins with a dot; nobody reads those.
 */

import { dirname } from 'node:path'
import { temporaryPath } from '../../paths.ts'
import { errorCode, makeDirectory, readFileFrom, writeFile } from './file-system.ts'
import type { FileSystem } from './file-system.ts'
import { ioError } from './io-error.ts'

/**
 * How a file system lets one of many win: `link` of a finished temp file (the default), or, where hard links do not
 * exist, `rename-dir`: renaming a folder with the file in it onto a name that fails when taken. Chosen by a probe when
 * the study is created, and recorded there, since all must use the same.
 */
export type Primitive = 'link' | 'rename-dir'

export type Creation = { readonly verdict: 'won' } | { readonly verdict: 'lost'; readonly text: string }

/** Waits between looks when a file that must exist is not to be seen yet: 20 ms doubling to 2 s, about 10 s in all. */
const READ_BACK_WAITS_MS = [0, 20, 40, 80, 160, 320, 640, 1280, 2000, 2000, 2000, 2000]

const LOOKS_AFTER_REFUSAL = 4

/** Answers of a file system that does not do such a thing at all; sshfs also says EPERM where it means EEXIST. */
const REFUSALS: ReadonlySet<string> = new Set([
  'EPERM',
  'ENOSYS',
  'ENOTSUP',
  'EOPNOTSUPP',
  'EXDEV',
  'EMLINK',
  'EACCES',
  'ENOSPC',
  'EDQUOT',
  'EROFS',
])

/**
 * Creates `path` with `content`, which must contain `token`, unless it exists. What is large comes in parts: then the
 * token must stand at the beginning of the first, and no more than that beginning is read back.
 *
 * @param floor  a directory that must stand: only what is missing below it is made
 * @throws StudyError `INPUT_OUTPUT` when the outcome can't be known or there is no room; whoever retries meets the truth
 */
export async function createOnce(
  files: FileSystem,
  primitive: Primitive,
  path: string,
  content: string | readonly Uint8Array[],
  token: string,
  floor?: string,
): Promise<Creation> {
  const temporary = temporaryPath(path, token)
  const publish = primitive === 'link' ? publishByLink : publishByRename
  const bytes = typeof content === 'string' ? Buffer.from(content) : content
  let failure: unknown
  try {
    failure = await publish(files, temporary, path, bytes)
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw ioError(path, error)
    await makeDirectory(files, dirname(path), floor).catch((cause: unknown) => {
      throw ioError(path, cause)
    })
    failure = await publish(files, temporary, path, bytes).catch((cause: unknown) => {
      throw ioError(path, cause)
    })
  }
  for (const [look, waitMs] of READ_BACK_WAITS_MS.entries()) {
    if (look >= LOOKS_AFTER_REFUSAL && REFUSALS.has(errorCode(failure))) break
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs))
    const found = await readBack(files, contentPath(primitive, path), content).catch((error: unknown) => {
      failure ??= error
    })
    if (found !== undefined) return found.isOurs ? { verdict: 'won' } : { verdict: 'lost', text: found.text }
  }
  throw ioError(path, failure ?? new Error('created, but not to be seen for 10 s'))
}

/** The text of a file made by `createOnce`, undefined while there is none. */
export async function readOnce(files: FileSystem, primitive: Primitive, path: string): Promise<string | undefined> {
  return (await readFileFrom(files, contentPath(primitive, path), 0))?.toString('utf8')
}

/** Where the bytes of a file made by `createOnce` lie. */
export const contentPath = (primitive: Primitive, path: string): string =>
  primitive === 'link' ? path : `${path}.d/content`

const BEGINNING = 2048

async function readBack(
  files: FileSystem,
  path: string,
  content: string | readonly Uint8Array[],
): Promise<{ readonly isOurs: boolean; readonly text: string } | undefined> {
  const isWhole = typeof content === 'string'
  const found = await readFileFrom(files, path, 0, isWhole ? Infinity : BEGINNING)
  if (found === undefined) return undefined
  const text = found.toString('utf8', 0, isWhole ? undefined : BEGINNING)
  if (isWhole) return { isOurs: text === content, text }
  const beginning = content[0]!.subarray(0, BEGINNING)
  return { isOurs: found.subarray(0, beginning.length).equals(beginning), text }
}

/** What a file system answers that has no such thing. Any other error says nothing of it, and the choice is for ever. */
const INABILITIES: ReadonlySet<string> = new Set(['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EXDEV', 'EMLINK'])

/** Tries both primitives in `directory`; gives the first that excludes, undefined when neither does. */
export async function probePrimitive(
  files: FileSystem,
  directory: string,
  token: string,
): Promise<Primitive | undefined> {
  for (const primitive of ['link', 'rename-dir'] as const) {
    const path = temporaryPath(`${directory}/probe.${primitive}`, token)
    try {
      const first = await createOnce(files, primitive, path, `1 ${token}`, `a-${token}`)
      const second = await createOnce(files, primitive, path, `2 ${token}`, `b-${token}`)
      if (first.verdict === 'won' && second.verdict === 'lost') return primitive
    } catch (error) {
      if (!INABILITIES.has(errorCode((error as Error).cause))) throw error
    } finally {
      await files.unlink(primitive === 'link' ? path : `${path}.d/content`).catch(() => undefined)
      await files.rmdir(`${path}.d`).catch(() => undefined)
    }
  }
  return undefined
}

/** Gives the error of `link`, which is a hint only; throws when not even the temp file could be made. */
async function publishByLink(
  files: FileSystem,
  temporary: string,
  path: string,
  bytes: Uint8Array | readonly Uint8Array[],
): Promise<unknown> {
  await writeWhole(files, temporary, bytes)
  let failure: unknown
  try {
    await files.link(temporary, path)
  } catch (error) {
    failure = error
  }
  await files.unlink(temporary).catch(() => undefined)
  return failure
}

async function publishByRename(
  files: FileSystem,
  temporary: string,
  path: string,
  bytes: Uint8Array | readonly Uint8Array[],
): Promise<unknown> {
  await makeDirectory(files, temporary, temporary.slice(0, temporary.lastIndexOf('/')))
  await writeWhole(files, `${temporary}/content`, bytes)
  try {
    await files.rename(temporary, `${path}.d`)
    return undefined
  } catch (error) {
    await files.unlink(`${temporary}/content`).catch(() => undefined)
    await files.rmdir(temporary).catch(() => undefined)
    return error
  }
}

async function writeWhole(files: FileSystem, path: string, bytes: Uint8Array | readonly Uint8Array[]): Promise<void> {
  try {
    await writeFile(files, path, bytes, { flush: true })
  } catch (error) {
    await files.unlink(path).catch(() => undefined)
    throw error
  }
}
