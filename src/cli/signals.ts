/**
 * The signals of a job scheduler and of a person at a terminal, as one object that the verb `run` reads.
 *
 * | signal | meaning |
 * | --- | --- |
 * | INT, TERM, HUP | start nothing more, end the running programs, hand their trials back |
 * | INT a second time | kill the running programs at once |
 * | USR1, USR2 | drain: start nothing more, let the running programs end by themselves |
 */

import { setMaxListeners } from 'node:events'
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'

export type EndingSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP'

/** The exit status after each signal. As in a shell, it is 128 plus the signal's number. */
export const SIGNAL_STATUS: Readonly<Record<EndingSignal, number>> = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }

/** The signals that have arrived so far. */
export interface ArrivedSignals {
  /** Aborted by the first INT, TERM or HUP. */
  readonly stop: AbortSignal
  /** Aborted by the second INT. */
  readonly kill: AbortSignal
  /** Aborted by USR1 or USR2. */
  readonly drain: AbortSignal
  /** The first signal that ends the run; it decides the exit status. */
  readonly ending: EndingSignal | null
}

const stopController = new AbortController()
const killController = new AbortController()
const drainController = new AbortController()
let ending: EndingSignal | null = null

// Each lane listens to each of them, and there may be any number of lanes.
setMaxListeners(0, stopController.signal, killController.signal, drainController.signal)

export const arrivedSignals: ArrivedSignals = {
  stop: stopController.signal,
  kill: killController.signal,
  drain: drainController.signal,
  get ending() {
    return ending
  },
}

/** Installs the listeners: all of them for `run`, only the one against Node's debugger for every other verb. */
export function installSignalListeners(isRun: boolean): void {
  process.on('SIGUSR1', () => drainController.abort())
  if (!isRun) return
  process.on('SIGUSR2', () => drainController.abort())
  process.on('SIGINT', () => (ending === 'SIGINT' ? killController.abort() : end('SIGINT')))
  process.on('SIGTERM', () => end('SIGTERM'))
  const isIgnored = ignoresHangup()
  process.on('SIGHUP', () => {
    if (!isIgnored) end('SIGHUP')
  })
  process.once('exit', leaveAtOnce)
}

/**
 * Ends the process without Node's teardown, which takes the listeners away some time before the process is gone: an INT
 * that arrives in between would end it by that signal, without its status. It is called once nothing is left to do.
 */
function leaveAtOnce(status: number): void {
  process.exit(status)
}

function end(signal: EndingSignal): void {
  ending ??= signal
  stopController.abort()
}

/**
 * Whether HUP was ignored when this process started, as under nohup. Node resets every signal to its default before any
 * script runs, so this can only be inferred: from the variable `_`, in which bash, zsh and ksh name the command that
 * they started, and from a parent that ignores HUP itself (a script under nohup, `trap '' HUP`). A nohup that was not
 * started by a shell goes unseen.
 */
function ignoresHangup(): boolean {
  if (basename(process.env['_'] ?? '') === 'nohup') return true
  try {
    const ignored = /^SigIgn:\s*([0-9a-f]+)$/m.exec(readFileSync(`/proc/${process.ppid}/status`, 'latin1'))
    return ignored !== null && (BigInt(`0x${ignored[1]}`) & 1n) === 1n
  } catch {
    return false // no /proc here
  }
}
