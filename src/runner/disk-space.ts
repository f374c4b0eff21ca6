/** Whether a directory has room for a program's output. */

import { closeSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs'
import { constants } from 'node:os'
import { spaceProbePath } from '../paths.ts'

const { ENOSPC, EDQUOT } = constants.errno
const BYTES = 4096

/** True when a small file can't be written there for want of space, inodes or quota; any other trouble is not of this kind. */
export function hasNoRoom(directory: string): boolean {
  const path = spaceProbePath(directory, `${process.pid}.${process.hrtime.bigint().toString(36)}`)
  try {
    const file = openSync(path, 'wx')
    try {
      // Some file systems tell only at the flush, or when the file is closed.
      writeSync(file, Buffer.alloc(BYTES))
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    return false
  } catch (error) {
    // By number: Node has no name for EDQUOT.
    const { errno } = error as NodeJS.ErrnoException
    return errno === -ENOSPC || errno === -EDQUOT
  } finally {
    rmSync(path, { force: true })
  }
}
