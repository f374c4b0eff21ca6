/** The options of `Study.ask`, and what they may be. */

import { FLAG, SIGNAL, checkOptions, refusal, wholeNumber } from '../space/options.ts'
import type { Rules } from '../space/options.ts'

const RULES: Rules = {
  chdir: FLAG,
  wait: FLAG,
  queued: FLAG,
  ttlMs: { must: 'more than 0', holds: (ttl) => typeof ttl === 'number' && ttl > 0 },
  signal: SIGNAL,
}

const COUNT = wholeNumber(1)

/** How `Study.ask` takes a trial. */
export interface AskOptions {
  /**
   * Whether to change the process into the trial's directory until the trial ends; default false. Only one live trial
   * of a process can do so.
   */
  readonly chdir?: boolean
  /**
   * What to do when only other workers' trials are left. True, the default: wait until each of these workers has been
   * seen alive, or is gone and its trial can be taken over; one lease at most. False: return at once.
   */
  readonly wait?: boolean
  /**
   * Whether to take nothing that the sampler would suggest: only the queue, what others left, and with a fidelity the
   * repeats that rest. Default false.
   */
  readonly queued?: boolean
  /**
   * Makes a held claim: one without a process behind it. `tell` or `retry` ends it, or this many ms do. More than 0;
   * with Infinity it does not end by itself.
   */
  readonly ttlMs?: number
  /** Ends the wait early; `ask` then gives undefined. */
  readonly signal?: AbortSignal | undefined
}

/**
 * @param count  how many trials are asked for at once; undefined for a single one
 * @throws TypeError or RangeError for an option that is unknown or wrong
 */
export function checkAskOptions(options: AskOptions, count?: number): void {
  if (count !== undefined && !COUNT.holds(count)) throw refusal("'count'", COUNT.must, count)
  checkOptions('ask', options, RULES)
  if (count !== undefined && count > 1 && options.chdir === true)
    throw new TypeError(
      `option 'chdir': a process has one working directory, got ${count} trials; ask for one at a time`,
    )
}
