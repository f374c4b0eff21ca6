/**
 * Writes a file whole or not at all: beside its place under another name, then renamed. A reader never sees a part of
 * it, and a full disk leaves the old one. What is not a file, such as a pipe or a device, is written to as it is.
 */

import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
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
  if (place === undefined) writeFileSync(path, text)
  else replaceFile(place, text, statSync(like).mode & READ_AND_WRITE)
}

/** The file that a path means, at the end of links; undefined if something else is there, which cannot be replaced. */
function targetOf(path: string): string | undefined {
  try {
    const real = realpathSync(path)
    const found = statSync(real)
    if (found.isDirectory())
      throw new UsageError(`'${path}' is a directory; name a file in it, as in -o ${path}/a.html`)
    return found.isFile() ? real : undefined
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return path
  }
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
    unlinkSync(temporary)
    throw error
  }
}

const token = (): string => randomBytes(12).toString('hex')
