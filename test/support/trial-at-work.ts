/** A trial as the runner has it, without a study: it remembers how it was ended. */

import type { TrialAtWork } from '../../src/runner/attempt.ts'

/** The calls that end it, with what they were told. */
export type Told = readonly (readonly unknown[])[]

/**
 * @param change  what differs from a trial 7 at its first attempt, which nobody takes over; it may have getters
 */
export function trialAtWork(
  directory: string,
  change: Partial<TrialAtWork> = {},
): { readonly trial: TrialAtWork; readonly told: Told } {
  const told: unknown[][] = []
  const end = async (...words: unknown[]): Promise<'committed' | 'superseded'> => {
    told.push(words)
    return trial.signal.aborted ? 'superseded' : 'committed'
  }
  const trial: TrialAtWork = {
    id: '5c49826a83751767729e',
    number: 7,
    attempt: 1,
    config: { x: 0.5 },
    directory,
    seed: 1,
    signal: new AbortController().signal,
    check: async () => {},
    complete: (values) => end('complete', values),
    fail: (error, reason) => end('fail', reason, error),
    handBack: (why) => end('handBack', why),
  }
  Object.defineProperties(trial, Object.getOwnPropertyDescriptors(change))
  return { trial, told }
}
