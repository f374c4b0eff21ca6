/**
 * The signals of a job scheduler and of a person at a terminal, as one object that the verb `run` can ask.
 *
 * | signal | meaning |
 * | --- | --- |
 * | INT, TERM, HUP | start nothing, end what runs, hand it back |
 * | INT a second time | end what runs at once |
 * | USR1, USR2 | drain: start nothing, let what runs end by itself |
 */

import { readFileSync } from 'node:fs'
import { basename } from 'node:path'

export type EndingSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP'

/** The status of a shell for a process ended by that signal: 128 and its number. */
export const signalStatus: Readonly<Record<EndingSignal, number>> = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }

const stopping = new AbortController()
const killing = new AbortController()
const draining = new AbortController()
let first: EndingSignal | null = null

/** What has arrived so far. */
export interface Arrived {
  /** Aborted by the first INT, TERM or HUP. */
  readonly stop: AbortSignal
  /** Aborted by the second INT. */
  readonly kill: AbortSignal
  /** Aborted by USR1 or USR2. */
  readonly drain: AbortSignal
  /** The signal that ended the run, for the exit status. */
  readonly ending: EndingSignal | null
}

export const arrived: Arrived = {
  stop: stopping.signal,
  kill: killing.signal,
  drain: draining.signal,
  get ending() {
    return first
  },
}

/** Installs the listeners: all of them for a run, the one against Node's debugger for every other verb. */
export function listen(isRun: boolean): void {
  process.on('SIGUSR1', () => draining.abort())
  if (!isRun) return
  process.on('SIGUSR2', () => draining.abort())
  process.on('SIGINT', () => (first === 'SIGINT' ? killing.abort() : end('SIGINT')))
  process.on('SIGTERM', () => end('SIGTERM'))
  const ignored = hangupIgnored()
  process.on('SIGHUP', () => {
    if (!ignored) end('SIGHUP')
  })
}

function end(signal: EndingSignal): void {
  first ??= signal
  stopping.abort()
}

/**
 * Whether HUP came ignored, as under nohup. Node sets every signal back to its default before any script runs, so the
 * truth is gone; what is left of it is the `_` by which bash, zsh and ksh name the command they started, and a parent
 * that ignores HUP itself (a script under nohup, `trap '' HUP`). A nohup started without a shell is not seen.
 */
function hangupIgnored(): boolean {
  if (basename(process.env['_'] ?? '') === 'nohup') return true
  try {
    const ignored = /^SigIgn:\s*([0-9a-f]+)$/m.exec(readFileSync(`/proc/${process.ppid}/status`, 'latin1'))
    return ignored !== null && (BigInt(`0x${ignored[1]}`) & 1n) === 1n
  } catch {
    return false // no /proc here
  }
}
