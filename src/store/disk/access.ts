/** Explains a denied permission: who owns the path in question, and who we are. */

import { accessSync, constants, readFileSync, statSync } from 'node:fs'
import type { Stats } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Says who can do what about a call on `path` that was denied. Names the owner, the group and the mode of the path, or
 * of the nearest directory above it that we may look at, and who we are. Undefined if the system tells nothing.
 */
export function accessWords(path: string): string | undefined {
  const uid = process.geteuid?.()
  const gid = process.getegid?.()
  const found = denier(path)
  if (found === undefined || uid === undefined || gid === undefined) return undefined
  const { at, stats } = found
  const group = nameOf('group', stats.gid)
  const mode = (stats.mode & 0o7777).toString(8).padStart(4, '0')
  const stands = `'${at}' belongs to ${nameOf('passwd', stats.uid)}, group ${group}, mode ${mode}`
  if (stats.uid === uid) return `${stands}, and you are its owner; give yourself access with chmod -R u+rwX '${at}'`
  const isMember = gid === stats.gid || process.getgroups?.().includes(stats.gid) === true
  const me = nameOf('passwd', uid)
  return isMember
    ? `${stands}; you are ${me}; ask its owner to let the group in, with chmod -R g+rwX '${at}', ` +
        `and to set 'umask 002' for new files`
    : `${stands}; you are ${me} and not in that group; ask to become a member, or use another directory`
}

/** The path itself or the nearest directory above it, whichever denies the call and can be looked at. */
function denier(path: string): { at: string; stats: Stats } | undefined {
  for (let at = path, isFirst = true; ; at = dirname(at), isFirst = false) {
    try {
      const stats = statSync(at)
      // If we may read and write the file itself, its directory is what denies the call.
      if (isFirst && !stats.isDirectory() && isOpen(at)) continue
      return { at, stats }
    } catch {
      if (dirname(at) === at) return undefined
    }
  }
}

function isOpen(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** A name from this host's own table, else the number. Names that come over the network are not looked up. */
function nameOf(table: 'passwd' | 'group', id: number): string {
  try {
    const name = readFileSync(`/etc/${table}`, 'utf8')
      .split('\n')
      .map((row) => row.split(':'))
      .find((row) => row[2] === String(id))?.[0]
    if (name !== undefined) return `'${name}'`
  } catch {
    // this system has no such table
  }
  return `${table === 'passwd' ? 'uid' : 'gid'} ${id}`
}
