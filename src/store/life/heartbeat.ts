/**
 * Signs of life: one small file for each worker, which only that worker writes and others watch. Each observer measures
 * by its own monotonic clock (`nowMs` is `performance.now()`), so no two clocks are compared, and setting a clock
 * changes nothing.
 *
 * A `Life` is what makes a process known to the others: its identity, and the thread that beats. It is handed to a
 * folder as the file system is, so that a test can let many processes live and die in one.
 */

import { Worker } from 'node:worker_threads'
import type { Identity } from '../disk/documents.ts'
import { readFileFrom, writeAll } from '../disk/file-system.ts'
import type { FileSystem } from '../disk/file-system.ts'
import { ioError, isOfOnePlace } from '../disk/io-error.ts'
import { heartbeatBytes, phaseOf, REMOVED, STOP } from './heartbeat-record.ts'
import { newIdentity } from './identity.ts'

/** Twelve beats a lease: NFS, GPFS and sshfs show a change within 20 to 60 s of a default lease of 240 s. */
export const beatPeriodMs = (leaseMs: number): number => Math.max(20, leaseMs / 12)

/** Stands for a file that this process cannot read. */
const UNREADABLE = Buffer.alloc(0)

/** A worker's own heartbeat. */
export interface Heartbeat {
  readonly path: string
  /**
   * Whether somebody removed the file. Others then count this worker as gone: it must not claim under its name again.
   */
  isRemoved(): boolean
  stop(): Promise<void>
}

export interface Life {
  /** A name that no process has had before. */
  readonly newIdentity: () => Identity
  readonly startHeartbeat: (path: string, leaseMs: number) => Promise<Heartbeat>
}

export const realLife: Life = { newIdentity, startHeartbeat }

/** What one observer has seen of one worker's file. */
export interface Observation {
  /** The bytes of the file; '' while it has never been seen. */
  record: string
  /** Whether the last look found no file. */
  isAbsent: boolean
  /** For how long it has not changed, as far as this observer has seen. */
  quietMs: number
  /** How many looks since it last changed, that one included. */
  looks: number
  lastLookMs: number
  /** Whether it ever changed under our eyes. */
  hasMoved: boolean
}

/** What one observer has seen, by worker. */
export type Watch = Map<string, Observation>

/**
 * Starts beating on a file that exists already (`heartbeatBytes(0, 'on')`), in a thread that does not keep the process
 * alive. Resolves once the thread runs: what is claimed afterwards may block the main thread for any time.
 */
async function startHeartbeat(path: string, leaseMs: number): Promise<Heartbeat> {
  const shared = new Int32Array(new SharedArrayBuffer(8))
  const thread = new Worker(new URL('./heartbeat-thread.js', import.meta.url), {
    workerData: { path, periodMs: beatPeriodMs(leaseMs), shared },
    execArgv: [],
    env: {},
  })
  await new Promise<void>((resolve) => {
    thread.once('message', resolve)
    thread.once('exit', resolve)
    thread.on('error', () => resolve()) // a thread that could not start is a heartbeat missed
  })
  thread.unref()
  return {
    path,
    isRemoved: () => Atomics.load(shared, REMOVED) === 1,
    stop: async () => {
      Atomics.store(shared, STOP, 1)
      Atomics.notify(shared, STOP)
      await thread.terminate()
    },
  }
}

/** Stops beating and says goodbye, so that nobody has to wait for the lease. */
export async function endHeartbeat(files: FileSystem, heartbeat: Heartbeat): Promise<void> {
  await heartbeat.stop()
  const file = await files.open(heartbeat.path, 'r+')
  await writeAll(files, file, heartbeatBytes(0, 'left'), 0)
  await files.close(file)
}

/**
 * Reads a worker's heartbeat file and remembers in `watch` what it saw; gives that, or `left` if the worker said
 * goodbye. A missing file is not a sign of life, and neither is one that this process cannot read (a permission, a sick
 * block of the disk) or anything but a regular file. At most two beat periods of the time between two looks count as
 * quiet: an observer that was suspended in between has seen nothing.
 *
 * @throws StudyError `INPUT_OUTPUT` if this process could read no file at all: then nothing was seen
 */
export async function observe(
  files: FileSystem,
  watch: Watch,
  worker: string,
  path: string,
  leaseMs: number,
  nowMs: number,
): Promise<Readonly<Observation> | 'left'> {
  const bytes = await readFileFrom(files, path, 0).catch((cause: unknown) => {
    if (isOfOnePlace(cause)) return UNREADABLE
    throw ioError(path, cause, 'read')
  })
  const record = bytes?.toString('latin1') ?? ''
  const isAbsent = bytes === undefined
  if (phaseOf(record) === 'left') return 'left'
  const old = watch.get(worker)
  if (old === undefined) {
    const first: Observation = { record, isAbsent, quietMs: 0, looks: 1, lastLookMs: nowMs, hasMoved: false }
    watch.set(worker, first)
    return first
  }
  const gapMs = Math.min(nowMs - old.lastLookMs, 2 * beatPeriodMs(leaseMs))
  old.lastLookMs = nowMs
  old.isAbsent = isAbsent
  if (record !== old.record && record !== '') {
    // A file that appears may have existed for long behind an old cache: that is not a beat.
    old.hasMoved ||= old.record !== ''
    old.record = record
    old.quietMs = 0
    old.looks = 1
  } else {
    old.quietMs += gapMs
    old.looks++
  }
  return { ...old }
}
