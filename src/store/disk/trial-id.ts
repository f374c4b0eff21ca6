/** The name of a trial's directory, and how to check that a config belongs to it. */

import { hash } from 'node:crypto'

/**
 * Instance id: the first 20 hex digits of SHA-256 over the config's bytes; repeat 1, 2, … of the same config (for
 * noisy objectives) hashes the bytes followed by `#1`, `#2`, ….
 */
export function trialId(configText: string, repeat = 0): string {
  const bytes = repeat === 0 ? configText : `${configText}#${repeat}`
  return hash('sha256', bytes).slice(0, 20)
}

/** The first repeat of a config, from 0, of which the id is not taken. */
export function firstFree(configText: string, isTaken: (id: string) => boolean): number {
  let repeat = 0
  while (isTaken(trialId(configText, repeat))) repeat++
  return repeat
}
