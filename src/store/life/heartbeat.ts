/**
 * Signs of life: one small file a worker, one writer, and a watch that judges it by the observer's own clock alone.
 */

import { Worker } from 'node:worker_threads'
import { ioError } from '../disk/io-error.ts'
import { readFileFrom, writeAll } from '../disk/file-system.ts'
import type { FileSystem } from '../disk/file-system.ts'
import { BURIED, heartbeatBytes, phaseOf } from './heartbeat-record.ts'

/** Twelve beats a lease: NFS, GPFS and sshfs show a change within 20 to 60 s of a default lease of 240 s. */
export const beatPeriodMs = (leaseMs: number): number => Math.max(20, leaseMs / 12)

/** A worker's own heartbeat. */
export interface Heartbeat {
  readonly path: string
  /** Whether the record was cleared away: others will take this worker for gone, which must not claim under its name again. */
  isBuried(): boolean
  stop(): Promise<void>
}

/**
 * Starts beating, in a thread that keeps nothing alive, on a record that stands (`heartbeatBytes(0, 'on')`). Resolves when
 * the thread runs: what is claimed afterwards may block the main thread for ever.
 */
export async function startHeartbeat(path: string, leaseMs: number): Promise<Heartbeat> {
  const stop = new Int32Array(new SharedArrayBuffer(8))
  const thread = new Worker(new URL('./heartbeat-thread.js', import.meta.url), {
    workerData: { path, periodMs: beatPeriodMs(leaseMs), stop },
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
    isBuried: () => Atomics.load(stop, BURIED) === 1,
    stop: async () => {
      Atomics.store(stop, 0, 1)
      Atomics.notify(stop, 0)
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

/** What an observer has seen of one record. */
interface Watched {
  record: string
  quietMs: number
  looks: number
  lastLookMs: number
  hasMoved: boolean
}

/** One observer's memory of records. */
export type Watch = Map<string, Watched>

export type Sign = 'left' | 'moved' | 'silent' | 'unsure'

/**
 * Looks at a worker's record; that one is removed is no sign of life. `moved`: it beat since the last look but one lease ago at most; `silent`: unchanged (or
 * absent) for a whole lease over at least three looks; `unsure`: not watched for long enough.
 *
 * Of a gap between two looks at most two periods count: an observer that was suspended has seen nothing.
 */
export async function look(
  files: FileSystem,
  watch: Watch,
  worker: string,
  path: string,
  leaseMs: number,
  nowMs: number,
): Promise<Sign> {
  const bytes = await readFileFrom(files, path, 0).catch((cause: unknown) => {
    throw ioError(path, cause)
  })
  const record = bytes?.toString('latin1') ?? ''
  if (phaseOf(record) === 'left') return 'left'
  const old = watch.get(worker)
  if (old === undefined) {
    watch.set(worker, { record, quietMs: 0, looks: 1, lastLookMs: nowMs, hasMoved: false })
    return 'unsure'
  }
  const gapMs = Math.min(nowMs - old.lastLookMs, 2 * beatPeriodMs(leaseMs))
  old.lastLookMs = nowMs
  if (record !== old.record && record !== '') {
    // What was absent and is there now may have stood for long behind an old cache: no beat was seen.
    const isBeat = old.record !== ''
    Object.assign(old, { record, quietMs: 0, looks: 1, hasMoved: old.hasMoved || isBeat })
    return isBeat ? 'moved' : 'unsure'
  }
  old.quietMs += gapMs
  old.looks++
  if (old.quietMs >= leaseMs && old.looks >= 3) return 'silent'
  return old.hasMoved && old.quietMs < leaseMs ? 'moved' : 'unsure'
}
