/**
 * Ends the processes that an earlier attempt left running on this host, before the same trial starts again. It finds
 * them by their environment, since a process id may have been used again. This needs /proc. On other systems, and for a
 * program that cleared its environment, only the guardian of its worker ends them.
 */

import { realpathSync } from 'node:fs'
import type { AttemptFacts } from './attempt.ts'
import { Family } from './family.ts'

/** Signals that say that this worker must end soon. */
export interface Hurry {
  readonly stop?: AbortSignal | undefined
  readonly kill?: AbortSignal | undefined
}

/**
 * Ends the processes of earlier attempts, and all that they started: TERM, then KILL after `graceMs`. After a stop it
 * does not wait for them, since nothing will start here then; the next attempt finds them again.
 *
 * @returns how many there were
 */
export async function endLeftovers(facts: AttemptFacts, graceMs: number, hurry: Hurry = {}): Promise<number> {
  const family = new Family({
    leader: undefined,
    isMarked: markOfEarlier(facts),
    logs: [],
    directory: realpathSync(facts.directory),
  })
  const count = family.terminate()
  if (count === 0) return 0
  const isHurried = (): boolean => hurry.stop?.aborted === true || hurry.kill?.aborted === true
  await family.ends(graceMs, isHurried)
  if (hurry.stop?.aborted !== true || hurry.kill?.aborted === true) await family.kill()
  return count
}

function markOfEarlier({ id, directory, attempt }: AttemptFacts): (environment: string) => boolean {
  const place = realpathSync(directory)
  return (environment) => {
    if (!environment.includes(`ANTHILL_TRIAL_ID=${id}`)) return false
    const variables = new Map(
      environment.split('\0').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    )
    const own = Buffer.from(variables.get('ANTHILL_TRIAL_DIR') ?? '', 'latin1').toString('utf8')
    if (variables.get('ANTHILL_ATTEMPT') === String(attempt)) return false
    try {
      // Symbolic links are resolved: a worker may have come to the directory by another path.
      return realpathSync(own) === place
    } catch {
      return false
    }
  }
}
