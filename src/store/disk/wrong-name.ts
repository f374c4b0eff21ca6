/** Explains why the system refuses a path whatever is tried with it: which part of the path is wrong, and how. */

import { lstatSync, readlinkSync, statSync } from 'node:fs'
import type { Stats } from 'node:fs'

/** The longest name of one file, in bytes, on nearly every file system. */
const LONGEST_NAME = 255

/** How much of a name that is too long is shown. */
const SHOWN_NAME = 20

/**
 * Says which part of a path cannot lead anywhere: a link to something absent or to itself, a file where a directory
 * must be, a name that is too long. Undefined if there is no such part.
 */
export function wrongNameWords(path: string): string | undefined {
  for (let end = path.indexOf('/', 1); ; end = path.indexOf('/', end + 1)) {
    const at = end < 0 ? path : path.slice(0, end)
    const name = at.slice(at.lastIndexOf('/') + 1)
    const bytes = Buffer.byteLength(name)
    if (bytes > LONGEST_NAME)
      return `the name '${name.slice(0, SHOWN_NAME)}…' has ${bytes} bytes, more than ${LONGEST_NAME}; use a shorter one`
    const own = look(() => lstatSync(at))
    if (typeof own === 'string') return undefined
    const led = own.isSymbolicLink() ? look(() => statSync(at)) : own
    if (led === 'ENOENT') {
      const remedy = 'make that, remove the link, or use another directory'
      return `'${at}' is a link to '${readlinkSync(at)}', which does not exist; ${remedy}`
    }
    if (led === 'ELOOP') return `'${at}' is a link that leads back to itself; remove it, or use another directory`
    if (typeof led === 'string') return undefined
    if (end < 0) return undefined
    if (!led.isDirectory()) return `'${at}' is not a directory, and one must be there; use another path`
  }
}

function look(call: () => Stats): Stats | string {
  try {
    return call()
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? ''
  }
}
