/** Whether the disk of a directory is full. */

import { closeSync, fsyncSync, rmSync, writeSync } from 'node:fs'
import { constants } from 'node:os'
import { spaceProbePath } from '../paths.ts'
import { openNew } from '../store/disk/door.ts'

const { ENOSPC, EDQUOT } = constants.errno

/** The size of the probe: one block of most file systems. */
const PROBE_BYTES = 4096

/** Whether a small file cannot be written there because space, inodes or quota are used up. Other errors give false. */
export function isDiskFull(directory: string): boolean {
  const path = spaceProbePath(directory, `${process.pid}.${process.hrtime.bigint().toString(36)}`)
  let file: number | undefined
  try {
    file = openNew(path)
    try {
      // Some file systems report a full disk only when the file is flushed or closed.
      writeSync(file, Buffer.alloc(PROBE_BYTES))
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    return false
  } catch (error) {
    // Compared by number, since Node has no name for EDQUOT.
    const { errno } = error as NodeJS.ErrnoException
    return errno === -ENOSPC || errno === -EDQUOT
  } finally {
    if (file !== undefined) rmSync(path, { force: true })
  }
}
