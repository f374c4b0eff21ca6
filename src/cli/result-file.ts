/** A file with results from elsewhere, which may be anything: how long it may be, and which bytes it may have. */

import { closeSync, fstatSync, openSync, readFileSync, statSync } from 'node:fs'
import { helpOf } from './arguments.ts'
import { UsageError } from './failure.ts'

/** No file is longer than this, so that reading one needs a bounded part of memory. */
const MOST_BYTES = 64 * 1024 * 1024

const decoder = new TextDecoder('utf-8', { fatal: true })

/**
 * The content of a file, without a byte order mark; undefined if the path is a directory.
 *
 * @throws UsageError for what cannot be read, is too long, or is not text in UTF-8
 */
export function contentOf(path: string): string | undefined {
  const wrong = (words: string): UsageError => new UsageError(`file '${path}': ${words}`, helpOf('import'))
  let bytes: Buffer
  try {
    const found = statSync(path)
    if (found.isDirectory()) return undefined
    if (!found.isFile()) throw new Error('not a regular file')
    const file = openSync(path, 'r')
    try {
      const { size } = fstatSync(file)
      if (size > MOST_BYTES) throw new Error(`longer than ${MOST_BYTES / 2 ** 20} MB; import it in parts`)
      bytes = readFileSync(file)
    } finally {
      closeSync(file)
    }
  } catch (error) {
    throw wrong(`cannot be read (${(error as Error).message})`)
  }
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff))
    throw wrong('is UTF-16; save it as UTF-8')
  try {
    return decoder.decode(bytes)
  } catch {
    throw wrong('is not UTF-8; save it as UTF-8')
  }
}
