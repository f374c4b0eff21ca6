/**
 * The thread that beats while the main thread may be busy: rewrites this worker's record in place, once a period.
 *
 * Opened and closed at each beat, since on NFS that is what makes it visible elsewhere; never created anew: an absent
 * file means that the worker was cleared away. It stops with the process on SIGKILL and SIGSTOP alike, as it must.
 */

import { closeSync, openSync, writeSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { errorCode } from '../disk/file-system.ts'
import { BURIED, heartbeatBytes } from './heartbeat-record.ts'

const { path, periodMs, stop } = workerData as { path: string; periodMs: number; stop: Int32Array }

parentPort!.postMessage('beating')
for (let counter = 1; Atomics.wait(stop, 0, 0, periodMs) === 'timed-out'; counter++) {
  try {
    const file = openSync(path, 'r+')
    try {
      writeSync(file, heartbeatBytes(counter, 'on'), 0, undefined, 0)
    } finally {
      closeSync(file)
    }
  } catch (error) {
    if (errorCode(error) === 'ENOENT') Atomics.store(stop, BURIED, 1)
    // A beat that could not be written is a beat missed: observers count, nobody here can do better.
  }
}
