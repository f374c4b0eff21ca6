/**
 * One program at work: started without a shell as the leader of a session and group of its own, ended with all that it
 * started.
 */

import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { wait } from '../study/wait.ts'
import { isGroupAlive, killGroup, signalGroup } from './group.ts'

export interface ChildOrder {
  readonly program: string
  readonly args: readonly string[]
  readonly directory: string
  readonly environment: NodeJS.ProcessEnv
  /** Files that must not exist yet. */
  readonly stdoutPath: string
  readonly stderrPath: string
  readonly timeoutMs?: number | undefined
  readonly graceMs: number
}

/** Why a program is ended from here. */
export type EndCause = 'timeout' | 'interrupted' | 'superseded'

export interface ChildEnd {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** Null when it ended by itself. */
  readonly cause: EndCause | null
  /** False when some of its processes could not be killed in time. */
  readonly isGone: boolean
}

export interface Child {
  /** The process group: the leader's id. */
  readonly group: number
  /** When the leader has ended, and the rest of its group after it. */
  readonly ended: Promise<ChildEnd>
  /** TERM to the group, KILL after the grace. */
  end(cause: EndCause): void
  /** KILL to the group. */
  kill(cause: EndCause): void
}

/** A program that could not be started at all. */
export class StartError extends Error {
  override readonly name = 'StartError'
}

const REMEDIES: Readonly<Record<string, string>> = {
  ENOENT: 'it is gone, or its first line names an interpreter that is not there',
  EACCES: "it may not be executed: run 'chmod +x', or look whether it lies on a file system mounted noexec",
  E2BIG: 'its arguments are too long: let it read config.json instead',
}

interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/**
 * Starts a program.
 *
 * @throws StartError when the system refuses it; what the file system says when a log cannot be opened
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
      const remedy = REMEDIES[(cause as NodeJS.ErrnoException).code ?? '']
      reject(
        new StartError(
          `'${order.program}' could not be started: ${(cause as Error).message}${remedy === undefined ? '' : `; ${remedy}`}`,
          { cause },
        ),
      )
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
      refused(error) // too long a command line, a zero byte
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
    signalGroup(group, 'SIGCONT') // one that is stopped hears TERM only when it goes on
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
    // A leader that is a mere wrapper dies of TERM at once; what it started may still be writing its checkpoint.
    while (cause !== null && !isKilled && isGroupAlive(group)) await wait(20)
    cancelKill?.()
    return { code, signal, cause, isGone: await killGroup(group) }
  })
  return { group, ended, end, kill }
}

/** A timer that may be longer than the 2³¹ − 1 ms of `setTimeout`; the function given back cancels it. */
function after(ms: number, act: () => void): () => void {
  const most = 2 ** 31 - 1
  let timer: NodeJS.Timeout
  const arm = (leftMs: number): void => {
    timer = setTimeout(() => (leftMs > most ? arm(leftMs - most) : act()), Math.min(leftMs, most))
  }
  arm(ms)
  return () => clearTimeout(timer)
}

// Appending, so that two who hold the same file open (a library that opens /dev/stdout) do not overwrite each other.
function openLog(path: string): number {
  try {
    return openSync(path, 'ax')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    mkdirSync(dirname(path), { recursive: true })
    return openSync(path, 'ax')
  }
}
