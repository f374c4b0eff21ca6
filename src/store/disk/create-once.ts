/**
 * The one primitive: it creates a file whole and once, and exactly one of all processes that try wins.
 *
 * Guarantee: after `createOnce` gave 'won', every reader finds exactly these bytes under this name, permanently; 'lost'
 * comes with the bytes that another process wrote. Nobody ever sees part of a file. Error codes of `link` and `rename`
 * are only hints (an NFS client whose reply was lost asks again and is told EEXIST). The verdict comes from reading the
 * file back, so the bytes must contain a token that is new at each attempt.
 *
 * Calling sequence: bytes = JSON + newline with a fresh token → `createOnce` → act on the verdict. A process killed in
 * between leaves a temporary file whose name begins with a dot; nobody reads those.
 */

import { isUtf8 } from 'node:buffer'
import { dirname } from 'node:path'
import { temporaryPath } from '../../paths.ts'
import { isRefused, isFileRefused } from './door.ts'
import { errorCode, makeDirectory, readFileFrom, writeFile } from './file-system.ts'
import type { FileSystem } from './file-system.ts'
import { ioError } from './io-error.ts'
import { LEAST_LIMIT, limitOf } from './limits.ts'

/** How much of large content is read back. */
const BEGINNING = 2048

/**
 * Waits before each look at a file that must exist but is not visible yet: 20 ms, doubling to 2 s, about 10 s in all.
 */
const READ_BACK_WAITS_MS = [0, 20, 40, 80, 160, 320, 640, 1280, 2000, 2000, 2000, 2000]

/** After a refusal the file is looked for only this many times: sshfs says EPERM where it means EEXIST. */
const LOOKS_AFTER_REFUSAL = 4

/**
 * Errors by which a file system says that it does not have a primitive. Any other error says nothing about it, and must
 * not decide: the choice is permanent.
 */
const INABILITIES: ReadonlySet<string> = new Set(['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EXDEV', 'EMLINK'])

/** Errors after which a file that is absent in the first looks will not appear later. */
const REFUSALS: ReadonlySet<string> = new Set([...INABILITIES, 'EACCES', 'ENOSPC', 'EDQUOT', 'EROFS'])

/**
 * How a file system lets one of many win. `link` (the default): a hard link to a finished temporary file. `rename-dir`,
 * where hard links do not exist: a folder with the file in it is renamed, which fails if the new name is taken. A probe
 * chooses when the study is created; the choice is recorded there, since all processes must use the same.
 */
export type Primitive = 'link' | 'rename-dir'

export type Creation = { readonly verdict: 'won' } | Lost

interface Lost {
  readonly verdict: 'lost'
  readonly text: string
}

/** The name is taken by something that cannot be read: it counts as a damaged file. */
const DAMAGED: Lost = { verdict: 'lost', text: '' }

/**
 * Creates `path` with `content`, which must contain `token`, unless it exists. Large content comes in parts: then the
 * token must stand at the beginning of the first part, and only that beginning is read back.
 *
 * @param floor  a directory that must exist: only what is missing below it is made
 * @throws RangeError if nobody would read that much
 * @throws StudyError `INPUT_OUTPUT` if there is no room or the outcome cannot be known; a retry will find the truth
 */
export async function createOnce(
  files: FileSystem,
  primitive: Primitive,
  path: string,
  content: string | readonly Uint8Array[],
  token: string,
  floor?: string,
): Promise<Creation> {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content
  if (bytes instanceof Uint8Array && bytes.length >= LEAST_LIMIT && bytes.length >= limitOf(path))
    throw new RangeError(`'${path}' would have ${bytes.length} bytes, which nobody reads; write less at a time`)
  const temporary = temporaryPath(path, token)
  const publish = primitive === 'link' ? publishByLink : publishByRename
  let failure: unknown
  try {
    failure = await publish(files, temporary, path, bytes)
  } catch (error) {
    if (isFileRefused(error)) return DAMAGED
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
      if (isRefused(error)) return 'damaged' as const
      failure ??= error
      return undefined
    })
    if (found === 'damaged') return DAMAGED
    if (found !== undefined) return found.isOurs ? { verdict: 'won' } : { verdict: 'lost', text: found.text }
  }
  throw ioError(path, failure ?? new Error('created, but not visible for 10 s'))
}

/**
 * The text of a file made by `createOnce`, undefined while there is none. If something else has that name (a link, a
 * folder, a pipe, a file that is too long), or its bytes are not UTF-8, it is damaged like a torn file, and its text is
 * empty: a text with a replacement for each wrong byte would pass as another space or another name.
 */
export async function readOnce(files: FileSystem, primitive: Primitive, path: string): Promise<string | undefined> {
  try {
    const bytes = await readFileFrom(files, contentPath(primitive, path), 0)
    return bytes === undefined || isUtf8(bytes) ? bytes?.toString('utf8') : ''
  } catch (error) {
    if (isRefused(error)) return ''
    throw error
  }
}

/** The path of the bytes of a file made by `createOnce`. */
export const contentPath = (primitive: Primitive, path: string): string =>
  primitive === 'link' ? path : `${path}.d/content`

async function readBack(
  files: FileSystem,
  path: string,
  content: string | readonly Uint8Array[],
): Promise<{ readonly isOurs: boolean; readonly text: string } | undefined> {
  const isWhole = typeof content === 'string'
  const found = await readFileFrom(files, path, 0, isWhole ? undefined : BEGINNING)
  if (found === undefined) return undefined
  const text = found.toString('utf8', 0, isWhole ? undefined : BEGINNING)
  if (isWhole) return { isOurs: text === content, text }
  const beginning = content[0]!.subarray(0, BEGINNING)
  return { isOurs: found.subarray(0, beginning.length).equals(beginning), text }
}

/**
 * Tries both primitives in `directory`. Gives the first by which only one process can win, undefined if neither works.
 *
 * @throws StudyError `INPUT_OUTPUT` for any error that does not say whether the file system has the primitive
 */
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

/** Gives the error of `link`, which is only a hint; throws if not even the temporary file could be written. */
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

/** Gives the error of `rename`, which is only a hint; throws if not even the temporary folder could be filled. */
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
