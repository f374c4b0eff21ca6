/** The end of a file that a program wrote; the whole may be of any size. */

import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'

/** More of a program's output than this is never read. */
export const TAIL_BYTES = 2 ** 20

/** The last `bytes` of a file as text, from the beginning of a line where one is known; empty when there is no file. */
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

/** The last lines that say something, each cut to a width that a person reads. */
export function lastLines(path: string, count: number): string[] {
  return readTail(path, 2 ** 16)
    .split(/[\r\n]+/)
    .filter((line) => line.trim() !== '')
    .slice(-count)
    .map((line) => line.slice(0, 400))
}
