/**
 * Writes a file whole or not at all: beside its place under another name, then renamed. A reader never sees a part of
 * it, and a full disk leaves the old one. What is not a file, such as a pipe or a device, is written to as it is.
 */

import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  lstatSync,
  openSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { temporaryPath } from '../../paths.ts'
import { UsageError } from '../failure.ts'

/** The rights to read and write of an owner, a group and others. */
const READ_AND_WRITE = 0o666

/**
 * Writes a text to a file.
 *
 * @param like  a folder: who may read or write it may do so with the file
 * @throws UsageError if the place is a directory or has none; the error of the system if it refuses
 */
export function writeWhole(path: string, text: string, like: string): void {
  const place = targetOf(path)
  try {
    if (place === undefined) writeFileSync(path, text)
    else replaceFile(place, text, statSync(like).mode & READ_AND_WRITE)
  } catch (error) {
    throw refused(path, error as NodeJS.ErrnoException)
  }
}

/** The error of the system, about the file that was asked for: not about the temporary one, nor about none. */
function refused(path: string, error: NodeJS.ErrnoException): Error {
  const folder = dirname(resolve(path))
  if (error.code === 'ENOENT' && !existsSync(folder))
    return new UsageError(`cannot write '${path}': there is no directory '${folder}'; make it first`)
  const { code = error.message } = error
  return Object.assign(new Error(`'${path}' could not be written (${code})`, { cause: error }), { code, path })
}

/** The file that a path means, at the end of links; undefined if something else is there, which cannot be replaced. */
function targetOf(path: string): string | undefined {
  try {
    const real = realpathSync(path)
    const found = statSync(real)
    if (found.isDirectory())
      throw new UsageError(`'${path}' is a directory; name a file in it, such as '${join(path, 'a')}'`)
    return found.isFile() ? real : undefined
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return whereNothingIs(path)
  }
}

/** A link to a file that does not exist yet stays a link: the file is made where it leads. */
function whereNothingIs(path: string): string | undefined {
  const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true
  return isLink ? targetOf(resolve(dirname(path), readlinkSync(path))) : path
}

function replaceFile(path: string, text: string, mode: number): void {
  const temporary = temporaryPath(path, token())
  const file = openSync(temporary, 'wx', mode)
  try {
    try {
      writeFileSync(file, text)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    // What the process masks by default is not what the folder says.
    chmodSync(temporary, mode)
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
}

const token = (): string => randomBytes(12).toString('hex')
