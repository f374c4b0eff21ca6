/**
 * One running program. It is started without a shell, as the leader of a session and process group of its own, and
 * ended together with everything that it started.
 */

import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { wait } from '../study/patience.ts'
import { isGroupAlive, killGroup, signalGroup } from './group.ts'

/** How often to look whether the rest of a program's group has ended. */
const GROUP_LOOK_MS = 20

/** The longest time that `setTimeout` can wait: 2³¹ − 1 ms. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/** What to do about an error that the system gives instead of starting a program. */
const REMEDIES: Readonly<Record<string, string>> = {
  ENOENT: 'see whether it still exists, and the interpreter that its first line names',
  EACCES: "run 'chmod +x', and see whether its file system is mounted noexec",
  E2BIG: 'let it read config.json instead of arguments',
}

/** How to start a program, and when to end it. */
export interface ChildOrder {
  /** An absolute path, or a name to look up in PATH. */
  readonly program: string
  readonly args: readonly string[]
  readonly directory: string
  readonly environment: NodeJS.ProcessEnv
  /** The files for its output; neither may exist yet. */
  readonly stdoutPath: string
  readonly stderrPath: string
  readonly timeoutMs?: number | undefined
  /** From TERM to KILL. The default of the option `--grace` stands in cli/run-plan.ts. */
  readonly graceMs: number
}

/** Why this worker ends a program. */
export type EndCause = 'timeout' | 'interrupted' | 'superseded'

export interface ChildEnd {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** Null if the program ended by itself. */
  readonly cause: EndCause | null
  /** False if some of its processes could not be killed in time. */
  readonly isGone: boolean
}

export interface Child {
  /** The number of the process group, which is the leader's process id. */
  readonly group: number
  /** Resolves when the leader has ended and the rest of its group after it. */
  readonly ended: Promise<ChildEnd>
  /** Sends TERM to the group, and KILL after the grace. */
  end(cause: EndCause): void
  /** Sends KILL to the group. */
  kill(cause: EndCause): void
}

/** The system could not start a program. */
export class StartError extends Error {
  override readonly name = 'StartError'
}

interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/**
 * Starts a program.
 *
 * @throws StartError if the system refuses to start it; the file system's error if a log cannot be opened
 */
export async function startChild(order: ChildOrder): Promise<Child> {
  const stdout = openLog(order.stdoutPath)
  let stderr: number | undefined
  try {
    stderr = openLog(order.stderrPath)
    return await launch(order, stdout, stderr)
  } finally {
    closeSync(stdout)
    if (stderr !== undefined) closeSync(stderr)
  }
}

function launch(order: ChildOrder, stdout: number, stderr: number): Promise<Child> {
  return new Promise((resolve, reject) => {
    const refused = (cause: unknown): void => {
      const { code = '', message } = cause as NodeJS.ErrnoException
      const remedy = REMEDIES[code] === undefined ? '' : `; ${REMEDIES[code]}`
      reject(new StartError(`'${order.program}' could not be started: ${message}${remedy}`, { cause }))
    }
    try {
      const child = spawn(order.program, order.args, {
        cwd: order.directory,
        env: order.environment,
        detached: true,
        shell: false,
        stdio: ['ignore', stdout, stderr],
      })
      child.once('error', refused)
      if (child.pid === undefined) return
      const exited = new Promise<Exit>((done) => child.once('exit', (code, signal) => done({ code, signal })))
      resolve(watch(child.pid, exited, order))
    } catch (error) {
      refused(error) // the command line is too long, or has a zero byte
    }
  })
}

function watch(group: number, exited: Promise<Exit>, { timeoutMs, graceMs }: ChildOrder): Child {
  let cause: EndCause | null = null
  let hasExited = false
  let isKilled = false
  let cancelKill: (() => void) | undefined
  const end = (why: EndCause): void => {
    if (hasExited || cause !== null) return
    cause = why
    signalGroup(group, 'SIGTERM')
    signalGroup(group, 'SIGCONT') // a stopped process receives TERM only when it continues
    cancelKill = after(graceMs, () => kill(why))
  }
  const kill = (why: EndCause): void => {
    if (hasExited && cause === null) return
    cause ??= why
    isKilled = true
    signalGroup(group, 'SIGKILL')
  }
  const cancelTimeout = timeoutMs === undefined ? undefined : after(timeoutMs, () => end('timeout'))
  const ended = exited.then(async ({ code, signal }) => {
    hasExited = true
    cancelTimeout?.()
    // A leader that is only a wrapper dies of TERM at once, while the program in it may still write its checkpoint.
    while (cause !== null && !isKilled && isGroupAlive(group)) await wait(GROUP_LOOK_MS)
    cancelKill?.()
    return { code, signal, cause, isGone: await killGroup(group) }
  })
  return { group, ended, end, kill }
}

/** A timer without the limit of `setTimeout`; gives a function that cancels it. */
function after(ms: number, act: () => void): () => void {
  let timer: NodeJS.Timeout
  const arm = (leftMs: number): void => {
    timer = setTimeout(
      () => (leftMs > LONGEST_TIMER_MS ? arm(leftMs - LONGEST_TIMER_MS) : act()),
      Math.min(leftMs, LONGEST_TIMER_MS),
    )
  }
  arm(ms)
  return () => clearTimeout(timer)
}

// Opened for appending: two processes that have the same file open do not overwrite each other. A library may open
// /dev/stdout.
function openLog(path: string): number {
  try {
    return openSync(path, 'ax')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    mkdirSync(dirname(path), { recursive: true })
    return openSync(path, 'ax')
  }
}
