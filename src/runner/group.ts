/**
 * Process groups. Every program is the leader of its own group. What it starts belongs to the same group, unless it
 * leaves it on purpose; `family.ts` finds those.
 */

import { processIds, processRow } from './process-table.ts'

/**
 * Sends a signal to a group; 0 sends nothing.
 *
 * @returns false if no process is left in the group
 */
export function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  // Group 0 would mean this process's own group, and 1 every process.
  if (!Number.isInteger(group) || group <= 1)
    throw new RangeError(`process group: must be an integer above 1, got ${group}`)
  try {
    process.kill(-group, signal)
    return true
  } catch (error) {
    // macOS answers EPERM for a group of zombies.
    return (error as NodeJS.ErrnoException).code === 'EPERM' && process.platform !== 'darwin'
  }
}

/**
 * Whether a group has a member that still runs. In many containers process 1 does not collect zombies, and a group of
 * zombies never goes away; systems without /proc do not tell them apart.
 */
export function isGroupAlive(group: number): boolean {
  if (!signalGroup(group, 0)) return false
  const pids = processIds()
  return (
    pids.length === 0 ||
    pids.some((pid) => {
      const row = processRow(pid)
      return row !== undefined && row.group === group && !row.isZombie
    })
  )
}
