/** The front of a study, as `front` prints it: a table, CSV and its JSON, with the volume that it takes. */

import type { Volume } from '../sampler/trial-front.ts'
import type { Goals } from '../space/goals.ts'
import type { Space } from '../space/parameter.ts'
import type { TrialRecord } from '../trial.ts'
import { shortNumber } from './number-text.ts'
import { trialLine, trialTable } from './trial-table.ts'

/** At most this many steps of the growing volume are printed. */
const MOST_STEPS = 8

/** The object of `front --json`. */
export const frontLine = (front: readonly TrialRecord[], { reference, grows }: Volume): object => ({
  trials: front.map(trialLine),
  reference,
  hypervolume: grows.at(-1)?.[1] ?? 0,
  grows,
})

/** What `front` prints: the table of its trials, then how its volume grew. */
export function frontLines(
  space: Space,
  goals: Goals,
  front: readonly TrialRecord[],
  { reference, grows }: Volume,
): string[] {
  const corner = Object.entries(reference).map(([name, value]) => `${name} ${shortNumber(value)}`)
  const steps = stepsOf(grows).map(([number, volume]) => `${shortNumber(volume)} at trial ${number ?? '-'}`)
  return [...trialTable(space, goals, front), '', `hypervolume, up to ${corner.join(', ')}: ${steps.join(', ')}`]
}

/** The volume after trials that are about evenly spaced, the last one among them. */
function stepsOf(grows: Volume['grows']): Volume['grows'] {
  const count = Math.min(MOST_STEPS, grows.length)
  return Array.from({ length: count }, (_, i) => grows[Math.ceil(((i + 1) * grows.length) / count) - 1]!)
}
