/** Reads the end of a file that a program wrote. The file may be of any size. */

import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'

/** How much of a program's output is read for its answer, from the end. */
export const TAIL_BYTES = 2 ** 20

/** How much of the file is read for its last lines. */
const LINES_BYTES = 2 ** 16

/** A longer line is cut: nobody reads more of it. */
const LINE_LENGTH = 400

/**
 * The last `bytes` of a file as text; empty if there is no file. A text that does not begin with the file begins with
 * its first whole line, if there is one.
 */
export function readTail(path: string, bytes = TAIL_BYTES): string {
  let file: number
  try {
    file = openSync(path, constants.O_RDONLY)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
  try {
    const { size } = fstatSync(file)
    const start = Math.max(0, size - bytes)
    const buffer = Buffer.alloc(size - start)
    let filled = 0
    while (filled < buffer.length) {
      const count = readSync(file, buffer, filled, buffer.length - filled, start + filled)
      if (count === 0) break
      filled += count
    }
    const text = buffer.toString('utf8', 0, filled)
    const newline = text.search(/[\r\n]/)
    return start === 0 || newline < 0 ? text : text.slice(newline + 1)
  } finally {
    closeSync(file)
  }
}

/** The last `count` lines that are not blank. */
export function lastLines(path: string, count: number): string[] {
  return readTail(path, LINES_BYTES)
    .split(/[\r\n]+/)
    .filter((line) => line.trim() !== '')
    .slice(-count)
    .map((line) => line.slice(0, LINE_LENGTH))
}
