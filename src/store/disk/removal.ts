/**
 * The one function that deletes what it finds: whatever a killed process left, and hints that nobody reads. (A call
 * that has just made a file under an unguessable name may unlink that name itself.)
 *
 * It looks before it touches anything. All of it must have names that this program makes, be what this program makes
 * under them, and belong to this user. Links are never followed; a link goes only where this program makes links.
 */

import { lstatSync, readdirSync, rmdirSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { distrust, kindOf, refuseLinks } from './door.ts'

export type Kind = 'file' | 'folder' | 'link'

/**
 * Whether this program makes such a thing. `below` is its path below the one that will be removed, without a slash at
 * the beginning; '' is that one itself.
 */
export type Shape = (below: string, kind: Kind) => boolean

/** Nothing of ours is deeper than this, counted from the path that is removed. */
const DEEPEST = 4

/**
 * Removes a file, a link or a folder with all that is in it.
 *
 * @returns false if nothing had that name
 * @throws Error if any part of it is not ours; then nothing is removed
 */
export function removeFound(path: string, isOurs: Shape): boolean {
  refuseLinks(path, true)
  const steps = inOrder(path, '', isOurs, 0)
  for (const { path: step, kind } of steps) {
    distrust(step)
    if (kind === 'folder') rmdirSync(step)
    else unlinkSync(step)
  }
  return steps.length > 0
}

/** Whether all of it may be removed; false too if nothing has that name. */
export function mayRemove(path: string, isOurs: Shape): boolean {
  try {
    refuseLinks(path, true)
    return inOrder(path, '', isOurs, 0).length > 0
  } catch {
    return false
  }
}

/** What will be removed, the contents of a folder before the folder. */
function inOrder(path: string, below: string, isOurs: Shape, depth: number): { path: string; kind: Kind }[] {
  const stats = lstatSync(path, { throwIfNoEntry: false })
  if (stats === undefined) return []
  const kind = stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : stats.isSymbolicLink() ? 'link' : undefined
  if (kind === undefined || depth > DEEPEST || !isOurs(below, kind))
    throw new Error(`'${path}' is ${kindOf(stats)} that anthill did not make; it stays`)
  // A system without user ids has no owners either.
  const user = process.geteuid?.()
  if (user !== undefined && stats.uid !== user)
    throw new Error(`'${path}' belongs to another user (uid ${stats.uid}), who may remove it`)
  if (kind !== 'folder') return [{ path, kind }]
  const inner = readdirSync(path).flatMap((name) =>
    inOrder(join(path, name), below === '' ? name : `${below}/${name}`, isOurs, depth + 1),
  )
  return [...inner, { path, kind }]
}
