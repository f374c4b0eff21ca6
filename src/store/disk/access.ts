/** Who owns what stands in the way, and who we are: the sentence behind a permission that was denied. */

import { accessSync, constants, readFileSync, statSync } from 'node:fs'
import type { Stats } from 'node:fs'
import { dirname } from 'node:path'

/**
 * What denies a call on `path`: the path itself, else the nearest directory above it that we may look at. Owner, group
 * and mode of it, who we are, and who can do what about it; undefined where nothing can be said.
 */
export function accessWords(path: string): string | undefined {
  const uid = process.geteuid?.()
  const gid = process.getegid?.()
  const found = denier(path)
  if (found === undefined || uid === undefined || gid === undefined) return undefined
  const { at, stats } = found
  const group = nameOf('group', stats.gid)
  const stands = `'${at}' belongs to ${nameOf('passwd', stats.uid)}, group ${group}, mode ${(stats.mode & 0o7777).toString(8).padStart(4, '0')}`
  const isMember = gid === stats.gid || process.getgroups?.().includes(stats.gid) === true
  const me = nameOf('passwd', uid)
  if (stats.uid === uid) return `${stands}, as you are: give yourself access with chmod -R u+rwX '${at}'`
  return isMember
    ? `${stands}; you are ${me}: ask its owner to let the group in, with chmod -R g+rwX '${at}', and 'umask 002' for what is to come`
    : `${stands}; you are ${me} and not in that group: ask to become a member, or use another directory`
}

function denier(path: string): { at: string; stats: Stats } | undefined {
  for (let at = path, isFirst = true; ; at = dirname(at), isFirst = false) {
    try {
      const stats = statSync(at)
      // A file that is ours to read and write is not what stands in the way: its directory is.
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

/** A name from this host's own table, else the number: names that come over the network are not looked up. */
function nameOf(table: 'passwd' | 'group', id: number): string {
  try {
    const name = readFileSync(`/etc/${table}`, 'utf8')
      .split('\n')
      .map((row) => row.split(':'))
      .find((row) => row[2] === String(id))?.[0]
    if (name !== undefined) return `'${name}'`
  } catch {
    // no such table here
  }
  return `${table === 'passwd' ? 'uid' : 'gid'} ${id}`
}
