/**
 * The thread that beats while the main thread may be busy: it rewrites this worker's file in place, once in each
 * period.
 *
 * It opens and closes the file at each beat, since on NFS that is what makes a change visible elsewhere. It never
 * creates it: a missing file, or something else under its name, means that somebody cleared this worker
 * away. SIGKILL and SIGSTOP stop it together with the process, as they must.
 */

import { closeSync, writeSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { isRefused, openToOverwrite } from '../disk/door.ts'
import { errorCode } from '../disk/file-system.ts'
import { heartbeatBytes, REMOVED, STOP } from './heartbeat-record.ts'

const { path, periodMs, shared } = workerData as { path: string; periodMs: number; shared: Int32Array }

parentPort!.postMessage('beating')
for (let counter = 1; Atomics.wait(shared, STOP, 0, periodMs) === 'timed-out'; counter++) {
  try {
    const file = openToOverwrite(path)
    try {
      writeSync(file, heartbeatBytes(counter, 'on'), 0, undefined, 0)
    } finally {
      closeSync(file)
    }
  } catch (error) {
    // Any other failed write is a missed beat. Observers count beats, and nothing better can be done here.
    if (errorCode(error) === 'ENOENT' || isRefused(error)) Atomics.store(shared, REMOVED, 1)
  }
}
