/**
 * A worker introduces itself before its first claim, logs what it does, and says goodbye.
 *
 * A process that claims nothing never registers: a command that finds nothing to do leaves no trace.
 */

import { heartbeatPath, logFolder, logPath, workersFolder } from '../../paths.ts'
import { isAbsent, makeDirectory, writeFile } from '../disk/file-system.ts'
import type { FileHandle } from '../disk/file-system.ts'
import { ioError } from '../disk/io-error.ts'
import { endHeartbeat } from '../life/heartbeat.ts'
import { heartbeatBytes } from '../life/heartbeat-record.ts'
import { readOnlyError } from './folder.ts'
import type { Folder } from './folder.ts'
import { appendEvent } from './log.ts'
import type { LogEvent } from './log.ts'

/**
 * Makes sure, before each claim, that this worker has a heartbeat (unless its claims are held) and a log that says who
 * it is. If somebody removed its heartbeat file, it goes on under a new name: others count the old one as gone.
 */
export async function register(folder: Folder, options: { hasHeartbeat: boolean }): Promise<void> {
  const { files, root } = folder
  if (folder.registration?.heartbeat?.isRemoved() === true) {
    await leave(folder)
    folder.me = folder.life.newIdentity()
  }
  const { me, registration } = folder
  if (registration !== null && (registration.heartbeat !== null || !options.hasHeartbeat)) return
  if (folder.isReadOnly) throw readOnlyError(root)
  const log = logPath(root, me.worker)
  const record = heartbeatPath(root, me.worker)
  const introduce = async (): Promise<FileHandle> => {
    await makeDirectory(files, workersFolder(root), root)
    await makeDirectory(files, logFolder(root), root)
    if (options.hasHeartbeat) await writeFile(files, record, heartbeatBytes(0, 'on'))
    return registration?.log ?? (await files.open(log, 'w'))
  }
  const handle = await introduce()
    .catch(async (error: unknown) => {
      if (!isAbsent(error)) throw error
      // Both directories are derived, and somebody may have deleted one just now.
      return await introduce()
    })
    .catch(async (cause: unknown) => {
      // Others would wait a whole lease for a heartbeat that never began.
      if (options.hasHeartbeat) await files.unlink(record).catch(() => undefined)
      throw ioError(log, cause)
    })
  const heartbeat = options.hasHeartbeat ? await folder.life.startHeartbeat(record, folder.study.leaseMs) : null
  const { written = 0, isTorn = false } = registration ?? {}
  folder.registration = { log: handle, heartbeat, written, isTorn }
  if (registration !== null) return
  await note(folder, Number.isFinite(folder.ceiling) ? { identity: me, trials: folder.ceiling } : { identity: me })
}

/** Says goodbye, so that nobody waits a lease for a worker that has left. */
export async function leave(folder: Folder): Promise<void> {
  const { registration } = folder
  if (registration === null) return
  folder.registration = null
  await appendEvent(folder.files, registration.log, { left: true }, true).catch(() => undefined)
  await folder.files.close(registration.log).catch(() => undefined)
  if (registration.heartbeat !== null) await endHeartbeat(folder.files, registration.heartbeat).catch(() => undefined)
}

/** Appends to this worker's log. The log is a hint, so a write that fails (on a full disk, say) is not an error. */
export async function note(folder: Folder, event: LogEvent, flush = true): Promise<void> {
  const { registration } = folder
  if (registration === null) return
  try {
    const count = await appendEvent(folder.files, registration.log, event, flush)
    if (registration.isTorn) return
    registration.written += count
    folder.index.uncovered += count
  } catch {
    registration.isTorn = true // we no longer know where its bytes end
  }
}
