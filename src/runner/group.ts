/**
 * Process groups. Every program is the leader of its own group. What it starts belongs to the same group, unless it
 * leaves it on purpose.
 */

import { readFileSync, readdirSync } from 'node:fs'
import { wait } from '../study/patience.ts'

/** The wait between two kills of the same group. */
const LOOK_MS = 5

/** A killed group that is still there after this is looked up in /proc, which costs more than a signal. */
const ZOMBIES_MS = 50

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

/** Kills a group and waits until it is gone; gives false if some of it is still there after `limitMs`. */
export async function killGroup(group: number, limitMs = 5000): Promise<boolean> {
  for (const startMs = performance.now(); signalGroup(group, 'SIGKILL'); await wait(LOOK_MS)) {
    const sinceMs = performance.now() - startMs
    // In many containers process 1 does not collect zombies. Then a group of zombies never goes away.
    if (sinceMs > ZOMBIES_MS && hasOnlyZombies(group)) return true
    if (sinceMs > limitMs) return false
  }
  return true
}

/** Whether a group has a member that still runs. */
export function isGroupAlive(group: number): boolean {
  return signalGroup(group, 0) && !hasOnlyZombies(group)
}

/** Whether /proc shows no running member of a group; false on systems without /proc. */
function hasOnlyZombies(group: number): boolean {
  const pids = processIds()
  return (
    pids.length > 0 &&
    !pids.some((pid) => {
      try {
        // proc_pid_stat(5): `pid (name) state ppid pgrp …`; the name may contain anything, even brackets.
        const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
        const [state, , pgrp] = text.slice(text.lastIndexOf(')') + 2).split(' ')
        return Number(pgrp) === group && state !== 'Z' && state !== 'X'
      } catch {
        return false // it has ended
      }
    })
  )
}

/** The ids of all processes that /proc shows; none on systems without /proc. */
export function processIds(): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
  } catch {
    return []
  }
}
