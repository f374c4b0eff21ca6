/** A study that a group shares, opened by a process whose umask keeps that group out of what it makes there. */

import { readFileSync, statSync, unlinkSync, writeFileSync } from 'node:fs'
import { studyMetaFolder } from '../paths.ts'

const READ = 0o040
const WRITE = 0o020
const SETGID = 0o2000
const STICKY = 0o1000

/**
 * A sentence for somebody whose files the group of the study could not read or write, undefined where all is well. A
 * directory is a group's when the group may write in it, or hands its group on (setgid).
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
  // Where everybody may write but only the owner remove (/tmp), no group is meant.
  if ((mode & STICKY) !== 0 || (mode & (WRITE | SETGID)) === 0) return undefined
  const made = modeOfNewFile(root)
  if (made === undefined || (made & (READ | WRITE)) === (READ | WRITE)) return undefined
  const lacks = (made & READ) === 0 ? 'not read' : 'read but not change'
  return (
    `'${root}' is shared by a group, which can ${lacks} what this process makes in it (umask ${umask.toString(8).padStart(3, '0')}): ` +
    `run 'umask 002' first, and 'chmod -R g+rwX' for what is there already`
  )
}

/** An access list of the directory may overrule the umask: only a file that was made tells. */
function modeOfNewFile(root: string): number | undefined {
  const path = `${studyMetaFolder(root)}/.mode.${process.pid}.${process.hrtime.bigint().toString(36)}`
  try {
    writeFileSync(path, '', { flag: 'wx' })
    const { mode } = statSync(path)
    unlinkSync(path)
    return mode
  } catch {
    return undefined
  }
}

/** Read where the system shows it: to ask for it by the call sets it for a moment, for all threads. */
function currentUmask(): number {
  try {
    const shown = /^Umask:\s*([0-7]+)$/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[1]
    if (shown !== undefined) return Number.parseInt(shown, 8)
  } catch {
    // no /proc here
  }
  return process.umask()
}
