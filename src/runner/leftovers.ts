/**
 * Ends the processes that an earlier attempt left running on this host, before the same trial starts again. It finds
 * them by their environment, since a process id may have been used again. This needs /proc. On other systems, and for a
 * program that cleared its environment, only the guardian of its worker ends them.
 */

import { readFileSync, realpathSync } from 'node:fs'
import type { AttemptFacts } from './attempt.ts'
import { wait } from '../study/patience.ts'
import { processIds } from './group.ts'

/** The wait between two looks at the processes. */
const LOOK_MS = 20

/** How long to wait after KILL. A process that is still there then is held by the kernel, and the trial goes on. */
const KILLED_MS = 5000

/** Ends the processes of earlier attempts: TERM, then KILL after `graceMs`. Gives how many there were. */
export async function endLeftovers(facts: AttemptFacts, graceMs: number): Promise<number> {
  let pids = processesOf(facts)
  const count = pids.length
  signalAll(pids, 'SIGTERM')
  signalAll(pids, 'SIGCONT')
  const startMs = performance.now()
  for (; pids.length > 0 && performance.now() - startMs < graceMs + KILLED_MS; pids = processesOf(facts)) {
    if (performance.now() - startMs >= graceMs) signalAll(pids, 'SIGKILL')
    await wait(LOOK_MS)
  }
  return count
}

function processesOf({ id, directory, attempt }: AttemptFacts): number[] {
  const place = realpathSync(directory)
  return processIds().filter((pid) => {
    if (pid === process.pid) return false
    try {
      const text = readFileSync(`/proc/${pid}/environ`, 'utf8')
      if (!text.includes(`ANTHILL_TRIAL_ID=${id}`)) return false
      const variables = new Map(
        text.split('\0').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
      )
      // The paths are compared after symbolic links are resolved: a worker may have come to the directory by another
      // path.
      return (
        variables.get('ANTHILL_ATTEMPT') !== String(attempt) &&
        realpathSync(variables.get('ANTHILL_TRIAL_DIR') ?? '') === place
      )
    } catch {
      return false // it belongs to another user, or has ended
    }
  })
}

function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal)
    } catch {
      // It has ended.
    }
  }
}
