/**
 * Process groups: every program is the leader of one, and what it starts belongs to it unless it takes pains to leave.
 */

import { readFileSync, readdirSync } from 'node:fs'
import { wait } from '../study/wait.ts'

/** Sends a signal to a group; false when nobody is left in it. */
export function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  // 0 and 1 would mean this process's own group, and everybody.
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

/** Kills a group and waits until it is gone; false when some of it still stands after `limitMs`. */
export async function killGroup(group: number, limitMs = 5000): Promise<boolean> {
  for (const startMs = performance.now(); signalGroup(group, 'SIGKILL'); await wait(5)) {
    const sinceMs = performance.now() - startMs
    // Where process 1 does not bury the dead (many containers), a group of zombies exists for ever.
    if (sinceMs > 50 && isBuried(group)) return true
    if (sinceMs > limitMs) return false
  }
  return true
}

/** Whether a group has members that still run. */
export function isGroupAlive(group: number): boolean {
  return signalGroup(group, 0) && !isBuried(group)
}

/** Whether /proc shows no running member of a group; false where there is no /proc. */
function isBuried(group: number): boolean {
  const pids = processIds()
  return (
    pids.length > 0 &&
    !pids.some((pid) => {
      try {
        // proc_pid_stat(5): `pid (name) state ppid pgrp …`; the name may hold anything, brackets too.
        const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
        const [state, , pgrp] = text.slice(text.lastIndexOf(')') + 2).split(' ')
        return Number(pgrp) === group && state !== 'Z' && state !== 'X'
      } catch {
        return false // gone meanwhile
      }
    })
  )
}

/** All processes that /proc shows; none where there is no /proc. */
export function processIds(): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
  } catch {
    return []
  }
}
