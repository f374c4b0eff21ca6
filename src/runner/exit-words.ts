/** How a program's end is named in a message. */

import { constants } from 'node:os'

/** A shell, and many a wrapper, ends with this plus the number of the signal that ended its program. */
const SIGNAL_BASE = 128

/** What the usual signals mean. Other statuses above 128 are a program's own more often than a signal's. */
const MEANINGS: Readonly<Partial<Record<NodeJS.Signals, string>>> = {
  SIGSEGV: 'segmentation fault',
  SIGABRT: 'aborted',
  SIGBUS: 'bus error',
  SIGFPE: 'arithmetic error, such as a division by zero',
  SIGILL: 'illegal instruction',
  SIGTRAP: 'breakpoint trap',
  SIGSYS: 'bad system call',
  SIGXCPU: 'its CPU time limit was exceeded',
  SIGXFSZ: 'its file size limit was exceeded',
  SIGPIPE: 'broken pipe',
  SIGKILL: 'killed',
  SIGTERM: 'terminated',
  SIGINT: 'interrupted',
  SIGHUP: 'its terminal hung up',
  SIGQUIT: 'quit',
}

/** How a program ended, as the system says it. */
export interface ExitStatus {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** The status alone: `exit status 139`, `signal SEGV`. */
export function statusText({ code, signal }: ExitStatus): string {
  return signal === null ? `exit status ${code}` : `signal ${signal.slice(3)}`
}

/** The status and what it means: `exit status 139: segmentation fault (SEGV)`, `signal SEGV: segmentation fault`. */
export function exitWords(end: ExitStatus): string {
  const inner = end.signal ?? signalOfStatus(end.code)
  const meaning = inner === undefined ? undefined : MEANINGS[inner]
  if (inner === undefined || meaning === undefined) return statusText(end)
  return `${statusText(end)}: ${meaning}${end.signal === null ? ` (${inner.slice(3)})` : ''}`
}

/** The signal that an exit status speaks of, if it does. */
function signalOfStatus(code: number | null): NodeJS.Signals | undefined {
  if (code === null || code <= SIGNAL_BASE) return undefined
  const [name] = Object.entries(constants.signals).find(([, number]) => number === code - SIGNAL_BASE) ?? []
  return name as NodeJS.Signals | undefined
}
