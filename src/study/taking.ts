/** How a study takes trials: one from its supply, or several at once. */

import { endAttempt } from '../store/protocol/attempts.ts'
import { MOST_IN_A_ROW, ifReachable, trialPlace } from '../store/protocol/unreachable.ts'
import type { AskOptions } from './ask-options.ts'
import type { LiveTrial } from './live-trial.ts'
import type { LiveTrials } from './live-trials.ts'
import { nextClaim } from './supply.ts'
import type { Silent, Supplied, Supply } from './supply.ts'
import { mustBeAtHome } from './working-directory.ts'

/** Where trials come from, and where they go. @internal */
export interface Taking<C> {
  readonly supply: Supply
  readonly live: LiveTrials<C>
  /** Aborted when the study closes. */
  readonly over: AbortSignal
  /** Told what a wait is for; see `ClaimWishes`. */
  readonly onSilence: (silent: readonly Silent[]) => void
}

/** What was taken. @internal */
export interface Taken<C> extends Omit<Supplied, 'claim'> {
  /** Undefined when nothing is left for this process. */
  readonly trial: LiveTrial<C> | undefined
}

/**
 * Takes a trial.
 *
 * @throws TypeError for a second live trial with `chdir`; what the sampler throws
 *
 * @internal
 */
export async function takeTrial<C>(
  { supply, live, over, onSilence }: Taking<C>,
  { ttlMs, signal, wait, chdir = false, queued = false }: AskOptions,
): Promise<Taken<C>> {
  if (chdir) mustBeAtHome()
  const { folder } = supply
  const held = ttlMs === undefined ? undefined : { ttlMs: Number.isFinite(ttlMs) ? ttlMs : null }
  const signals = signal === undefined ? [over] : [over, signal]
  for (let failures = 0; ;) {
    const { claim, ...rest } = await nextClaim(supply, {
      held,
      mayWait: wait ?? true,
      isQueueOnly: queued,
      signals,
      onSilence,
    })
    if (claim === undefined) return { trial: undefined, ...rest }
    if (over.aborted) {
      await endAttempt(folder, claim.slot, claim.lock.attempt, 'interrupted', 'the study was closed', [])
      folder.mine.delete(claim.slot.number)
      return { trial: undefined, ...rest }
    }
    const how = { chdir, isHeld: held !== undefined }
    const place = trialPlace(claim.slot.number)
    const start = (): Promise<LiveTrial<C>> => live.start(claim, how)
    const trial = await (++failures < MOST_IN_A_ROW ? ifReachable(folder, place, start) : start())
    if (trial !== undefined) return { trial, ...rest }
  }
}

/**
 * Takes several trials. Only the first may wait for other workers: those that were taken would wait with it.
 *
 * @returns fewer than `count` when nothing is left, or when a trial cannot be taken after another one was. The error is
 *   not lost: if it lasts, the next call meets it first
 * @throws what `take` throws for the first one
 *
 * @internal
 */
export async function takeSeveral<T>(
  take: (options: AskOptions) => Promise<T | undefined>,
  count: number,
  options: AskOptions,
): Promise<T[]> {
  const first = await take(options)
  if (first === undefined) return []
  const taken = [first]
  while (taken.length < count) {
    const next = await take({ ...options, wait: false }).catch(() => undefined)
    if (next === undefined) break
    taken.push(next)
  }
  return taken
}
