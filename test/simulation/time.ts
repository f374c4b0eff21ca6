/**
 * Time that passes only when it is told to: timers and the monotonic clock of one simulation.
 *
 * `install` replaces the process's own timers, clock and random numbers, so that the code under test waits and draws
 * without noticing. The function that it gives puts the real ones back.
 */

import { syncBuiltinESMExports } from 'node:module'
import promises from 'node:timers/promises'
import { randomStream } from '../../src/numerics/random.ts'

interface Timer {
  readonly id: number
  dueMs: number
  readonly everyMs: number | undefined
  readonly call: () => void
}

/** The clock that a simulation reads. */
export interface Clock {
  nowMs(): number
}

/** The time that is installed. */
let installed: VirtualTime | undefined

export class VirtualTime implements Clock {
  #nowMs = 0
  #timers: Timer[] = []
  #ids = 0

  nowMs(): number {
    return this.#nowMs
  }

  /** When the next timer is due; undefined if nobody waits. */
  get nextMs(): number | undefined {
    return this.#timers[0]?.dueMs
  }

  /** Moves on, and calls what becomes due, in order of time. */
  advanceTo(ms: number): void {
    for (let timer = this.#timers[0]; timer !== undefined && timer.dueMs <= ms; timer = this.#timers[0]) {
      this.#timers.shift()
      this.#nowMs = Math.max(this.#nowMs, timer.dueMs)
      if (timer.everyMs !== undefined) this.#insert({ ...timer, dueMs: timer.dueMs + timer.everyMs })
      timer.call()
    }
    this.#nowMs = Math.max(this.#nowMs, ms)
  }

  after(ms: number, call: () => void, everyMs?: number): number {
    const id = ++this.#ids
    this.#insert({ id, dueMs: this.#nowMs + Math.max(ms, 0), everyMs, call })
    return id
  }

  cancel(id: number | undefined): void {
    this.#timers = this.#timers.filter((timer) => timer.id !== id)
  }

  /**
   * Replaces timers, `performance.now` and `Math.random` until the function that it gives is called.
   *
   * @throws Error while another simulation runs. A test that timed out goes on beside the next one, and each would take
   * the other's time for its own.
   */
  install(seed: number): () => void {
    if (installed !== undefined)
      throw new Error('another simulation still runs: look at the test before this one, which may have timed out')
    installed = this
    const real = { setTimeout, clearTimeout, setInterval, clearInterval, now: performance.now, random: Math.random }
    const later =
      (repeats: boolean) =>
      (call: () => void, ms = 0): object => {
        const id = this.after(ms, call, repeats ? Math.max(ms, 1) : undefined)
        const handle = { id, unref: () => handle, ref: () => handle }
        return handle
      }
    const cancel = (handle: { id: number } | undefined): void => this.cancel(handle?.id)
    Object.assign(globalThis, {
      setTimeout: later(false),
      clearTimeout: cancel,
      setInterval: later(true),
      clearInterval: cancel,
    })
    const realWait = promises.setTimeout
    promises.setTimeout = this.#wait as typeof promises.setTimeout
    syncBuiltinESMExports()
    performance.now = () => this.#nowMs
    Math.random = randomStream('dice', seed).next
    return () => {
      installed = undefined
      const { now, random, ...timers } = real
      Object.assign(globalThis, timers)
      promises.setTimeout = realWait
      syncBuiltinESMExports()
      performance.now = now
      Math.random = random
    }
  }

  /** As `setTimeout` of node:timers/promises. */
  readonly #wait = <T>(ms = 1, value?: T, { signal }: { signal?: AbortSignal } = {}): Promise<T> =>
    new Promise((resolve, reject) => {
      const id = this.after(ms, () => {
        signal?.removeEventListener('abort', abort)
        resolve(value as T)
      })
      const abort = (): void => {
        this.cancel(id)
        reject(new DOMException('The operation was aborted', 'AbortError'))
      }
      if (signal?.aborted === true) abort()
      else signal?.addEventListener('abort', abort, { once: true })
    })

  #insert(timer: Timer): void {
    const at = this.#timers.findIndex((other) => other.dueMs > timer.dueMs)
    this.#timers.splice(at < 0 ? this.#timers.length : at, 0, timer)
  }
}
