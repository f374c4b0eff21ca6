/** Records of trials as samplers and reports read them, for tests that need no study. */

import type { Config, TrialRecord } from '../../src/trial.ts'

/**
 * A trial that has ended in its first attempt: complete with its value, or failed without one. Its id is its number
 * unless `change` says otherwise.
 */
export function endedTrial(
  number: number,
  config: Config,
  value: number | null,
  change: Partial<TrialRecord> = {},
): TrialRecord {
  return {
    id: String(number),
    number,
    config,
    origin: 'sobol',
    repeat: 0,
    value,
    state: value === null ? 'failed' : 'complete',
    values: value === null ? {} : { value },
    outputs: {},
    curve: [],
    attempt: 1,
    worker: 'w',
    started: null,
    ended: null,
    reason: value === null ? 'exit' : null,
    detail: null,
    ...change,
  }
}
