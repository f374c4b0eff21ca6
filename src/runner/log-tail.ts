/** Reads the end of a file that a program wrote. The file may be of any size. */

import { closeSync, fstatSync, readSync } from 'node:fs'
import { openToRead } from '../store/disk/door.ts'

/** How much of a program's output is read for its answer, from the end. */
export const TAIL_BYTES = 2 ** 20

/** How much of the file is read for its last lines. */
const LINES_BYTES = 2 ** 16

/** A longer line is cut: nobody reads more of it. */
const LINE_LENGTH = 400

/**
 * Opens what a program printed, to read it; undefined if there is no such file.
 *
 * @throws UntrustedError if a program has put something else in its place
 */
export function openProgramLog(path: string): number | undefined {
  try {
    return openToRead(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/**
 * The last `bytes` of a file as text; empty if there is no file. A text that does not begin with the file begins with
 * its first whole line, if there is one.
 *
 * @throws UntrustedError if a program has put something else in its place
 */
export function readTail(path: string, bytes = TAIL_BYTES): string {
  const file = openProgramLog(path)
  if (file === undefined) return ''
  try {
    return tailOf(file, bytes)
  } finally {
    closeSync(file)
  }
}

/**
 * The same for a file that is open. It may have been moved or removed since.
 *
 * @param from  where the part begins that is read as if it were the whole file
 */
export function tailOf(file: number, bytes = TAIL_BYTES, from = 0): string {
  const { size } = fstatSync(file)
  // A program may empty its own log. All that is there is new then.
  const first = size < from ? 0 : from
  const start = Math.max(first, size - bytes)
  const buffer = Buffer.alloc(size - start)
  let filled = 0
  while (filled < buffer.length) {
    const count = readSync(file, buffer, filled, buffer.length - filled, start + filled)
    if (count === 0) break
    filled += count
  }
  const text = textOf(buffer.subarray(0, filled))
  const newline = text.search(/[\r\n]/)
  return start === first || newline < 0 ? text : text.slice(newline + 1)
}

/**
 * Bytes as text: UTF-8, or UTF-16 if they begin with its mark, as many programs of Windows write files. UTF-16 without
 * a mark keeps its zero bytes, which `withoutControls` removes.
 */
export function textOf(bytes: Buffer): string {
  const [first, second] = bytes
  const isBigEndian = first === 0xfe && second === 0xff
  if (!isBigEndian && !(first === 0xff && second === 0xfe)) return bytes.toString('utf8').replace(/^\uFEFF/, '')
  const even = Buffer.from(bytes.subarray(2, bytes.length - (bytes.length % 2)))
  return (isBigEndian ? even.swap16() : even).toString('utf16le')
}

/** The last `count` lines that are not blank. None if the file cannot be read: they are for people only. */
export function lastLines(path: string | number, count: number, from = 0): string[] {
  return tailOrNothing(path, from)
    .split(/[\r\n]+/)
    .filter((line) => line.trim() !== '')
    .slice(-count)
    .map((line) => line.slice(0, LINE_LENGTH))
}

function tailOrNothing(path: string | number, from: number): string {
  try {
    return typeof path === 'number' ? tailOf(path, LINES_BYTES, from) : readTail(path, LINES_BYTES)
  } catch {
    return ''
  }
}
