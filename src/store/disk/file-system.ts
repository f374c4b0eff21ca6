/**
 * The calls that the folder protocol makes, as an interface, so that tests can put a worse file system in their place.
 *
 * The real one makes each call synchronously inside an async function: that is several times faster than the thread
 * pool for short metadata calls, cannot be starved by a hanging mount elsewhere in the pool, and leaves the order of
 * calls to the caller. Errors are Node's own, with their `code`.
 */

import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  renameSync,
  rmdirSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { temporaryPath } from '../../paths.ts'
import { constants } from 'node:os'

/** An open file of one `FileSystem`. */
export type FileHandle = number

export interface FileSystem {
  /** `r`: to read; `wx`: create exclusively; `w`: create or truncate; `r+`: overwrite in place, never create. */
  open(path: string, flags: 'r' | 'wx' | 'w' | 'r+'): Promise<FileHandle>
  /** Reads into `target` from `position`; gives the number of bytes, 0 at the end. */
  read(file: FileHandle, target: Uint8Array, position: number): Promise<number>
  /** Writes at `position`, or at the end of what this handle wrote; gives the number of bytes taken. */
  write(file: FileHandle, bytes: Uint8Array, position: number | null): Promise<number>
  sync(file: FileHandle): Promise<void>
  close(file: FileHandle): Promise<void>
  link(existing: string, path: string): Promise<void>
  unlink(path: string): Promise<void>
  mkdir(path: string): Promise<void>
  rmdir(path: string): Promise<void>
  rename(from: string, to: string): Promise<void>
  symlink(target: string, path: string): Promise<void>
  readlink(path: string): Promise<string>
  list(directory: string): Promise<string[]>
  /**
   * Whether something has that name; false too where a file stands in the place of a directory above it. Cheaper than
   * an `open` that fails, where most often nothing has the name.
   */
  exists(path: string): Promise<boolean>
  /** When the bytes of a file last changed, in ms, by the clock of the file server. */
  modifiedMs(path: string): Promise<number>
}

export const realFileSystem: FileSystem = {
  open: async (path, flags) => openSync(path, flags, 0o666),
  read: async (file, target, position) => readSync(file, target, 0, target.length, position),
  write: async (file, bytes, position) => writeSync(file, bytes, 0, bytes.length, position),
  sync: async (file) => fsyncSync(file),
  close: async (file) => closeSync(file),
  link: async (existing, path) => linkSync(existing, path),
  unlink: async (path) => unlinkSync(path),
  mkdir: async (path) => void mkdirSync(path),
  rmdir: async (path) => rmdirSync(path),
  rename: async (from, to) => renameSync(from, to),
  symlink: async (target, path) => symlinkSync(target, path),
  readlink: async (path) => readlinkSync(path),
  list: async (directory) => readdirSync(directory),
  exists: async (path) => {
    try {
      return statSync(path, { throwIfNoEntry: false }) !== undefined
    } catch (error) {
      // Node 20 throws for a path that leads through a file; Node 22 and later give undefined.
      if (errorCode(error) === 'ENOTDIR') return false
      throw error
    }
  },
  modifiedMs: async (path) => statSync(path).mtimeMs,
}

/** The system's own names by number, for what libuv has no name for (ESTALE, EDQUOT): there `code` is 'UNKNOWN' or a sentence. */
const NAME_OF_ERRNO = new Map(Object.entries(constants.errno).map(([name, errno]) => [-errno, name]))

/** The name of a failed call's error, by its `code` or else its `errno`; `''` for anything else that was thrown. */
export function errorCode(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return ''
  const code = String(error.code)
  return code in constants.errno || !('errno' in error) ? code : (NAME_OF_ERRNO.get(error.errno as number) ?? code)
}

/** Absent, or moved under our feet: what a look at a name may say that another process just made or replaced. */
export function isAbsent(error: unknown): boolean {
  return ['ENOENT', 'ESTALE', 'ENOTDIR'].includes(errorCode(error))
}

/** Most protocol files are smaller than the first read, and buffers of that size come from Node's pool. */
const FIRST_READ = 2048
const LATER_READ = 65_536
const LARGEST_READ = 4_194_304

/** The bytes of a file from `offset` to its end, or about `most` of them; undefined when it is absent. Opens anew, so that caches revalidate. */
export async function readFileFrom(
  files: FileSystem,
  path: string,
  offset: number,
  most = Infinity,
): Promise<Buffer | undefined> {
  let file: FileHandle
  try {
    file = await files.open(path, 'r')
  } catch (error) {
    if (isAbsent(error)) return undefined
    throw error
  }
  try {
    const chunks: Buffer[] = []
    for (let position = offset, size = FIRST_READ; ; size = Math.min(Math.max(LATER_READ, 4 * size), LARGEST_READ)) {
      const chunk = Buffer.allocUnsafe(size)
      const count = await files.read(file, chunk, position)
      chunks.push(chunk.subarray(0, count))
      position += count
      // What ends a line is most often the end of the file; else only a read of nothing proves it: some mounts read short.
      if (count === 0 || (count < size && chunk[count - 1] === 10) || position - offset >= most) break
    }
    return chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)
  } catch (error) {
    if (isAbsent(error)) return undefined
    throw error
  } finally {
    await files.close(file).catch(() => undefined)
  }
}

/** Writes all of `bytes`, however many calls that takes. */
export async function writeAll(
  files: FileSystem,
  file: FileHandle,
  bytes: Uint8Array,
  position: number | null,
): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const rest = done === 0 ? bytes : bytes.subarray(done)
    done += await files.write(file, rest, position === null ? null : position + done)
  }
}

/**
 * Makes a directory and what is missing above it, but neither `floor` nor anything above that: the root of a study that
 * was moved away must not rise again where it was.
 */
export async function makeDirectory(files: FileSystem, path: string, floor = ''): Promise<void> {
  const make = (): Promise<void> =>
    files.mkdir(path).catch((error: unknown) => {
      if (errorCode(error) !== 'EEXIST') throw error
    })
  try {
    await make()
  } catch (error) {
    const parent = path.slice(0, path.lastIndexOf('/'))
    if (errorCode(error) !== 'ENOENT' || parent === '' || parent === floor) throw error
    await makeDirectory(files, parent, floor)
    await make() // once: a link to nowhere stays absent whatever is made above it
  }
}

/**
 * Writes a file that is this process's own: a name with a token, or one writer's. Not exclusively, and at a position,
 * since what was done and is asked for again must neither fail nor be done twice. Closed once, whatever happens: the number may be another file's by then.
 */
export async function writeFile(
  files: FileSystem,
  path: string,
  bytes: Uint8Array | readonly Uint8Array[],
  options: { readonly flags?: 'w' | 'wx'; readonly flush?: boolean } = {},
): Promise<void> {
  const file = await files.open(path, options.flags ?? 'w')
  try {
    let position = 0
    for (const part of bytes instanceof Uint8Array ? [bytes] : bytes) {
      await writeAll(files, file, part, position)
      position += part.length
    }
    if (options.flush === true) await files.sync(file)
  } catch (error) {
    await files.close(file).catch(() => undefined)
    throw error
  }
  await files.close(file)
}

/** Replaces a file whole: readers see the old bytes or the new ones. Not flushed; for what can be derived again. */
export async function replaceFile(files: FileSystem, path: string, bytes: Uint8Array, token: string): Promise<void> {
  const temporary = temporaryPath(path, token)
  await writeFile(files, temporary, bytes)
  await files.rename(temporary, path)
}
