/**
 * The id of a trial: the name of its directory, and the proof that a config belongs to it.
 *
 * Programs in any language compute the same id from the same bytes of a config. So two workers that suggest the
 * same config meet in the same directory.
 */

import { hash } from 'node:crypto'

/**
 * The first 20 hex digits of SHA-256 over the config's bytes. Repeat 1, 2, … of the same config, which is for noisy
 * objectives, hashes the bytes followed by `#1`, `#2`, ….
 */
export function trialId(configText: string, repeat = 0): string {
  const bytes = repeat === 0 ? configText : `${configText}#${repeat}`
  return hash('sha256', bytes).slice(0, 20)
}

/** The first repeat of a config, from 0, whose id is not taken. */
export function firstFree(configText: string, isTaken: (id: string) => boolean): number {
  let repeat = 0
  while (isTaken(trialId(configText, repeat))) repeat++
  return repeat
}
