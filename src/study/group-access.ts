/** Warns about a umask that keeps a group out of the study that it shares. */

import { closeSync, fstatSync, readFileSync, statSync, unlinkSync } from 'node:fs'
import { modeProbePath } from '../paths.ts'
import { openNew } from '../store/disk/door.ts'

const READ = 0o040
const WRITE = 0o020
const SETGID = 0o2000
const STICKY = 0o1000

/**
 * A notice if the group of the study could not read or write the files that this process makes; undefined if it could.
 *
 * A directory counts as shared by a group if the group may write in it, or if new files inherit its group (setgid).
 */
export function umaskNotice(root: string): string | undefined {
  const umask = currentUmask()
  if ((umask & (READ | WRITE)) === 0) return undefined
  let mode: number
  try {
    ;({ mode } = statSync(root))
  } catch {
    return undefined
  }
  // In a directory like /tmp, everybody may write and only the owner may delete: it is not meant for a group.
  if ((mode & STICKY) !== 0 || (mode & (WRITE | SETGID)) === 0) return undefined
  const made = modeOfNewFile(root)
  if (made === undefined || (made & (READ | WRITE)) === (READ | WRITE)) return undefined
  const access = (made & READ) === 0 ? 'cannot read' : 'can read but not change'
  const shown = umask.toString(8).padStart(3, '0')
  return (
    `'${root}' is shared by a group, which ${access} the files that this process makes in it (umask ${shown}); ` +
    `run 'umask 002' first, and 'chmod -R g+rwX' for the files that are there already`
  )
}

/**
 * Makes a file and looks at its mode. An access list of the directory may overrule the umask, so the umask alone does
 * not tell.
 */
function modeOfNewFile(root: string): number | undefined {
  const path = modeProbePath(root, `${process.pid}.${process.hrtime.bigint().toString(36)}`)
  try {
    const file = openNew(path)
    const { mode } = fstatSync(file)
    closeSync(file)
    unlinkSync(path)
    return mode
  } catch {
    return undefined
  }
}

/** Read from /proc if there is one, because `process.umask()` sets the umask of all threads to 0 for a moment. */
function currentUmask(): number {
  try {
    const shown = /^Umask:\s*([0-7]+)$/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[1]
    if (shown !== undefined) return Number.parseInt(shown, 8)
  } catch {
    // There is no /proc.
  }
  return process.umask()
}
