/**
 * What an earlier attempt left running on this host: before the same trial starts again, it is ended, wherever its
 * worker is. The processes are known by their environment, which no reused process id can fake. Needs /proc; elsewhere,
 * and for a program that wiped its environment, the guardian of its worker has to do.
 */

import { readFileSync, realpathSync } from 'node:fs'
import type { AttemptFacts } from './attempt.ts'
import { wait } from '../study/wait.ts'
import { processIds } from './group.ts'

/** Ends the processes of earlier attempts: TERM, then KILL after `graceMs`; gives how many there were. */
export async function endLeftovers(attempt: AttemptFacts, graceMs: number): Promise<number> {
  let pids = processesOf(attempt)
  const count = pids.length
  signalAll(pids, 'SIGTERM')
  signalAll(pids, 'SIGCONT')
  const startMs = performance.now()
  // Five seconds after KILL only the kernel can still hold a process; the trial must not wait for that for ever.
  for (; pids.length > 0 && performance.now() - startMs < graceMs + 5000; pids = processesOf(attempt)) {
    if (performance.now() - startMs >= graceMs) signalAll(pids, 'SIGKILL')
    await wait(20)
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
      // The same directory, though a worker may have come to it by another path.
      return (
        variables.get('ANTHILL_ATTEMPT') !== String(attempt) &&
        realpathSync(variables.get('ANTHILL_TRIAL_DIR') ?? '') === place
      )
    } catch {
      return false // somebody else's, or gone
    }
  })
}

function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal)
    } catch {
      // Gone meanwhile.
    }
  }
}
