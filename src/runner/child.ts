/**
 * One running program. It is started without a shell, as the leader of a session and process group of its own, and
 * ended together with everything that it started (family.ts), however it ends: TERM, a grace, KILL.
 */

import { spawn } from 'node:child_process'
import { closeSync, fstatSync, mkdirSync, openSync, realpathSync } from 'node:fs'
import { dirname } from 'node:path'
import { openToAppend } from '../store/disk/door.ts'
import { Family } from './family.ts'
import { HostError, hostRemedy, isHostCaused, patiently } from './host-error.ts'
import { moment } from './process-table.ts'
import type { Moment } from './process-table.ts'
import type { Begins } from './program-output.ts'

/** What a program leaves behind may end by itself for this long before it gets TERM, and is named. */
const SETTLE_MS = 100

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
  /** The files for its output; neither may exist yet, unless this is a later run. */
  readonly stdoutPath: string
  readonly stderrPath: string
  /** Whether the same attempt ran a program before, so that its files are appended to. */
  readonly isLaterRun?: boolean | undefined
  readonly timeoutMs?: number | undefined
  /** From TERM to KILL. The default of the option `--grace` stands in cli/run-plan.ts. */
  readonly graceMs: number
  /** Whether an environment, as /proc shows it, is that of this attempt. Default: none is. */
  readonly isMarked?: ((environment: string) => boolean) | undefined
  /** Whether the program was found before, so that it is the host's fault if it is not there now. */
  readonly wasFound?: boolean | undefined
  /** Ends the wait for a host that cannot start programs at present. */
  readonly over?: AbortSignal | undefined
}

/** Why this worker ends a program. */
export type EndCause = 'timeout' | 'interrupted' | 'superseded' | 'pruned'

export interface ChildEnd {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** Null if the program ended by itself. */
  readonly cause: EndCause | null
  /** False if some of its processes could not be killed in time. */
  readonly isGone: boolean
  /** The names of the processes that the program left running when it ended by itself. They were ended too. */
  readonly left: readonly string[]
}

export interface Child {
  /** The number of the process group, which is the leader's process id. */
  readonly group: number
  /** Its standard output and error, open to read. The caller closes them. */
  readonly stdout: number
  readonly stderr: number
  /** Where its output begins in them. */
  readonly begins: Begins
  /** Resolves when the leader has ended, and everything that it started after it. */
  readonly ended: Promise<ChildEnd>
  /** Sends TERM to all of its processes, and KILL after the grace. */
  end(cause: EndCause): void
  /** Sends KILL to all of its processes. */
  kill(cause: EndCause): void
}

/** The system could not start a program, because of what it was told to start. */
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
 * @throws StartError if the system refuses to start it; HostError if that is the host's fault; the file system's error
 *   if a log cannot be opened
 */
export async function startChild(order: ChildOrder): Promise<Child> {
  const logs: number[] = []
  try {
    for (const path of [order.stdoutPath, order.stderrPath])
      logs.push(await patiently(() => openLog(path, order.isLaterRun === true), order.over))
    const [stdout, stderr] = logs as [number, number]
    const begins = { stdout: fstatSync(stdout).size, stderr: fstatSync(stderr).size }
    return { ...(await patiently(() => launch(order, stdout, stderr), order.over)), begins }
  } catch (error) {
    for (const log of logs) closeSync(log)
    throw error
  }
}

function launch(order: ChildOrder, stdout: number, stderr: number): Promise<Omit<Child, 'begins'>> {
  return new Promise((resolve, reject) => {
    const refused = (cause: unknown): void => {
      const { code = '', message } = cause as NodeJS.ErrnoException
      const words = `'${order.program}' could not be started: ${message}`
      const remedy = REMEDIES[code] === undefined ? '' : `; ${REMEDIES[code]}`
      if (isHostCaused(code, order.wasFound ?? false)) reject(new HostError(words + hostRemedy(code), { cause }))
      else reject(new StartError(words + remedy, { cause }))
    }
    try {
      const since = moment()
      const child = spawn(order.program, order.args, {
        cwd: order.directory,
        env: order.environment,
        detached: true,
        shell: false,
        stdio: ['ignore', stdout, stderr],
      })
      child.once('error', refused)
      if (child.pid === undefined) return
      const logs = [order.stdoutPath, order.stderrPath].flatMap(canonical)
      const [directory] = canonical(order.directory)
      const family = new Family({ leader: child.pid, isMarked: order.isMarked ?? (() => false), logs, directory })
      const exited = new Promise<Exit>((done) => child.once('exit', (code, signal) => done({ code, signal })))
      resolve({ ...watch(child.pid, family, since, exited, order), stdout, stderr })
    } catch (error) {
      refused(error) // the command line is too long, or has a zero byte
    }
  })
}

function watch(
  group: number,
  family: Family,
  since: Moment | undefined,
  exited: Promise<Exit>,
  { timeoutMs, graceMs }: ChildOrder,
): Omit<Child, 'stdout' | 'stderr' | 'begins'> {
  let cause: EndCause | null = null
  let hasExited = false
  /** Whether the grace is over before its time. */
  let isHurried = false
  let cancelKill: (() => void) | undefined
  const end = (why: EndCause): void => {
    if (hasExited) isHurried ||= cause === null
    if (hasExited || cause !== null) return
    cause = why
    family.terminate()
    cancelKill = after(graceMs, () => kill(why))
  }
  const kill = (why: EndCause): void => {
    isHurried = true
    if (hasExited && cause === null) return
    cause ??= why
    family.look()
    family.signal('SIGKILL')
  }
  const cancelTimeout = timeoutMs === undefined ? undefined : after(timeoutMs, () => end('timeout'))
  const ended = exited.then(async ({ code, signal }) => {
    hasExited = true
    cancelTimeout?.()
    let left: readonly string[] = []
    if (cause === null) {
      family.look(since)
      if (!family.hasSome()) return { code, signal, cause, isGone: true, left }
      await family.ends(SETTLE_MS, () => isHurried)
      left = family.names()
      if (left.length > 0) family.terminate()
      await family.ends(graceMs, () => isHurried)
    } else {
      // A leader that is only a wrapper dies of TERM at once, while the program in it may still write its checkpoint.
      await family.ends(Infinity, () => isHurried)
    }
    cancelKill?.()
    return { code, signal, cause, isGone: await family.kill(), left }
  })
  return { group, ended, end, kill }
}

/** A path without symbolic links, as the system shows it for an open file. */
function canonical(path: string): string[] {
  try {
    return [realpathSync(path)]
  } catch {
    return [] // the program has removed it already
  }
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
function openLog(path: string, isLaterRun: boolean): number {
  try {
    return isLaterRun ? openToAppend(path) : openOrMake(path)
  } catch (cause) {
    const { code = '', message } = cause as NodeJS.ErrnoException
    if (code === 'EMFILE' || code === 'ENFILE') throw new HostError(message + hostRemedy(code), { cause })
    throw cause
  }
}

function openOrMake(path: string): number {
  try {
    return openSync(path, 'ax+')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    // Only the last directory is made: where the study itself is gone, nothing takes its place.
    mkdirSync(dirname(path))
    return openSync(path, 'ax+')
  }
}
