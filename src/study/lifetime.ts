/** How long a study is open: until somebody closes it, or a signal aborts. */

/** What happens at its end. */
interface Ending {
  /** Tells the running trials that the study is being closed. */
  readonly abandon: () => void
  /** Hands back what still runs, and leaves. */
  readonly leave: () => Promise<void>
}

/** @internal */
export interface Lifetime {
  /** Aborted when the study closes; ends a wait for others inside `ask`. */
  readonly over: AbortSignal
  /** Whether somebody has closed the study. */
  readonly isClosing: () => boolean
  /** Waits for a loop, which a signal's end waits for too. */
  readonly during: <T>(loop: Promise<T>) => Promise<T>
  /** Closes the study. A second call waits for the first. */
  readonly close: () => Promise<void>
}

/**
 * Begins a lifetime.
 *
 * A signal closes the study once every loop has ended. An objective cannot be killed, and a trial that still runs must
 * not be handed back, or two programs would work in one directory. `trial.signal` tells the objective to stop.
 *
 * @internal
 */
export function lifetimeOf(signal: AbortSignal | undefined, { abandon, leave }: Ending): Lifetime {
  const over = new AbortController()
  const loops = new Set<Promise<unknown>>()
  let closing: Promise<void> | undefined
  const end = async (): Promise<void> => {
    signal?.removeEventListener('abort', onAbort)
    over.abort()
    await leave()
  }
  const close = async (): Promise<void> => await (closing ??= end())
  const closeInTime = async (): Promise<void> => {
    over.abort()
    abandon()
    await Promise.allSettled(loops)
    await close()
  }
  const onAbort = (): void => void closeInTime().catch(() => undefined)
  signal?.addEventListener('abort', onAbort, { once: true })
  // When the study that is being made has all its parts.
  if (signal?.aborted === true) queueMicrotask(onAbort)
  return {
    over: over.signal,
    isClosing: () => closing !== undefined,
    during: async (loop) => {
      loops.add(loop)
      try {
        return await loop
      } finally {
        loops.delete(loop)
      }
    },
    close,
  }
}
