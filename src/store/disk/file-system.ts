/**
 * The calls that the folder protocol makes, as an interface, so that tests can put a worse file system in their place.
 *
 * The real file system makes each call synchronously inside an async function. For short metadata calls that is several
 * times faster than the thread pool, a hanging mount elsewhere cannot starve it, and the order of calls is the
 * caller's. Errors are Node's own, with their `code`. Every call that opens or changes something goes through the door
 * (door.ts): it follows no link and opens regular files only.
 */

import {
  closeSync,
  fstatSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  readSync,
  renameSync,
  rmdirSync,
  symlinkSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { constants } from 'node:os'
import { temporaryPath } from '../../paths.ts'
import {
  distrust,
  isRefused,
  mustBeRegular,
  openNew,
  openToFill,
  openToOverwrite,
  openToReadAt,
  refuseLinks,
  trustFolder,
  UntrustedError,
} from './door.ts'
import { limitOf } from './limits.ts'
import { removeFound } from './removal.ts'
import type { Shape } from './removal.ts'

/** Most protocol files are smaller than the first read, and buffers of that size come from Node's pool. */
const FIRST_READ = 2048
const LATER_READ = 65_536
const LARGEST_READ = 4_194_304

/**
 * The system's own names of errors, by number. libuv has no name for some (ESTALE, EDQUOT): their `code` is 'UNKNOWN'
 * or a sentence.
 */
const NAME_OF_ERRNO = new Map(Object.entries(constants.errno).map(([name, errno]) => [-errno, name]))

/** An open file of one `FileSystem`. */
export type FileHandle = number

export interface FileSystem {
  /**
   * `r`: to read; `wx`: create exclusively; `w`: create, or empty our own; `r+`: overwrite in place, never create.
   * Anything but a regular file is refused (`isRefused`); with `r`, only a link is (`readFileFrom`).
   */
  open(path: string, flags: 'r' | 'wx' | 'w' | 'r+'): Promise<FileHandle>
  /** Reads into `target` from `position`. Gives the number of bytes, 0 at the end. */
  read(file: FileHandle, target: Uint8Array, position: number): Promise<number>
  /** Writes at `position`, or behind what this handle wrote last if it is null. Gives the number of bytes taken. */
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
   * Whether something has that name; false too if a file stands where a directory above it should be. Cheaper than
   * `open` if usually nothing has the name.
   */
  exists(path: string): Promise<boolean>
  /** When the bytes of a file last changed, in ms, by the clock of the file server. */
  modifiedMs(path: string): Promise<number>
  /**
   * A text that another file under the same name will not have: inode, size and time of an open file. A client knows
   * them since it opened the file, so nobody else is asked. Some systems give a file another inode now and then, so a
   * new text does not prove that the file is new.
   */
  stamp(file: FileHandle): Promise<string>
  /** Refuses an open file that is not a regular one (`isRefused`). */
  mustBeRegular(path: string, file: FileHandle): Promise<void>
  /**
   * Removes what was found under a name, a folder with all that is in it, if all of it is ours (removal.ts). False if
   * nothing has the name. `unlink` and `rmdir` are for what the caller has just made itself.
   */
  remove(path: string, isOurs: Shape): Promise<boolean>
}

const OPENERS: Readonly<Record<'r' | 'wx' | 'w' | 'r+', (path: string) => FileHandle>> = {
  r: openToReadAt,
  wx: openNew,
  w: openToFill,
  'r+': openToOverwrite,
}

export const realFileSystem: FileSystem = {
  open: async (path, flags) => OPENERS[flags](path),
  read: async (file, target, position) => readSync(file, target, 0, target.length, position),
  write: async (file, bytes, position) => writeSync(file, bytes, 0, bytes.length, position),
  sync: async (file) => fsyncSync(file),
  close: async (file) => closeSync(file),
  link: async (existing, path) => {
    refuseLinks(path)
    linkSync(existing, path)
  },
  unlink: async (path) => {
    refuseLinks(path)
    unlinkSync(path)
  },
  mkdir: async (path) => {
    refuseLinks(path)
    mkdirSync(path)
    trustFolder(path)
  },
  rmdir: async (path) => {
    refuseLinks(path)
    distrust(path)
    rmdirSync(path)
  },
  rename: async (from, to) => {
    refuseLinks(from)
    refuseLinks(to)
    distrust(from)
    distrust(to)
    renameSync(from, to)
  },
  symlink: async (target, path) => {
    refuseLinks(path)
    symlinkSync(target, path)
  },
  readlink: async (path) => readlinkSync(path),
  list: async (directory) => readdirSync(directory),
  exists: async (path) => {
    try {
      return lstatSync(path, { throwIfNoEntry: false }) !== undefined
    } catch (error) {
      // Node 20 throws for a path that leads through a file; Node 22 and later give undefined.
      if (errorCode(error) === 'ENOTDIR') return false
      throw error
    }
  },
  modifiedMs: async (path) => lstatSync(path).mtimeMs,
  stamp: async (file) => {
    const { ino, size, mtimeMs } = fstatSync(file)
    return `${ino} ${size} ${mtimeMs}`
  },
  mustBeRegular: async (path, file) => void mustBeRegular(path, file),
  remove: async (path, isOurs) => removeFound(path, isOurs),
}

/** The name of a failed call's error, by its `code` or else its `errno`; `''` for anything else that was thrown. */
export function errorCode(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return ''
  const code = String(error.code)
  return code in constants.errno || !('errno' in error) ? code : (NAME_OF_ERRNO.get(error.errno as number) ?? code)
}

/**
 * Whether a name was absent, or was replaced while we looked: normal for files that other processes make and remove.
 */
export function isAbsent(error: unknown): boolean {
  return ['ENOENT', 'ESTALE', 'ENOTDIR'].includes(errorCode(error))
}

/**
 * The bytes of a file from `offset` to its end, or about `most` of them; undefined if it is absent. Always opens the
 * file again, which makes a network client check its cache.
 *
 * @throws an error that `isRefused` if it is not a regular file, or longer than its kind may be (limits.ts)
 */
export async function readFileFrom(
  files: FileSystem,
  path: string,
  offset: number,
  most?: number,
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
    let limit: number | undefined // most files end with the first read
    for (let position = offset, size = FIRST_READ; ; size = Math.min(Math.max(LATER_READ, 4 * size), LARGEST_READ)) {
      const chunk = Buffer.allocUnsafe(size)
      const count = await files.read(file, chunk, position)
      chunks.push(chunk.subarray(0, count))
      position += count
      // A short read that ends a line is taken for the end of the file. Otherwise only a read of nothing proves the
      // end, since some mounts give less than was asked for.
      if (count > 0 && count < size && chunk[count - 1] === 10) break
      if (chunks.length === 1) await files.mustBeRegular(path, file) // what follows costs more, and is rare
      if (count === 0) break
      limit ??= most ?? limitOf(path)
      if (position - offset < limit) continue
      if (most === undefined) throw new UntrustedError(path, `is longer than ${limit} bytes`)
      break
    }
    return chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)
  } catch (error) {
    if (isAbsent(error)) return undefined
    if (!isRefused(error)) await files.mustBeRegular(path, file)
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
 * Makes a directory and what is missing above it, but neither `floor` nor anything above `floor`: if the study was
 * moved away, its root must not reappear in the old place.
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
    await make() // only once: a dangling link stays absent, whatever is made above it
  }
}

/**
 * Writes a file that no other process writes: its name has a token, or it has one writer. By default it is not opened
 * exclusively, and each write has a position: a network client that repeats a call must neither fail nor write twice.
 * The file is closed exactly once, even after an error, since its descriptor may belong to another file after that.
 */
export async function writeFile(
  files: FileSystem,
  path: string,
  bytes: Uint8Array | readonly Uint8Array[],
  options: { readonly flags?: 'w' | 'wx'; readonly flush?: boolean } = {},
): Promise<void> {
  const file = await files.open(path, options.flags ?? 'w')
  try {
    await (bytes instanceof Uint8Array ? writeAll(files, file, bytes, 0) : writeParts(files, file, bytes))
    if (options.flush === true) await files.sync(file)
  } catch (error) {
    await files.close(file).catch(() => undefined)
    throw error
  }
  await files.close(file)
}

async function writeParts(files: FileSystem, file: FileHandle, parts: readonly Uint8Array[]): Promise<void> {
  let position = 0
  for (const part of parts) {
    await writeAll(files, file, part, position)
    position += part.length
  }
}

/** Replaces a file whole: readers see the old bytes or the new ones. Not flushed, hence for derived files only. */
export async function replaceFile(files: FileSystem, path: string, bytes: Uint8Array, token: string): Promise<void> {
  const temporary = temporaryPath(path, token)
  await writeFile(files, temporary, bytes)
  await files.rename(temporary, path)
}
