/** A wait that a signal can end early. */

import { setTimeout } from 'node:timers/promises'

/** Waits for `ms` milliseconds, or until the signal aborts. It does not throw then: look at the signal afterwards. */
export async function wait(ms: number, signal?: AbortSignal): Promise<void> {
  await setTimeout(ms, undefined, signal === undefined ? {} : { signal }).catch((error: unknown) => {
    if (signal?.aborted !== true) throw error
  })
}
