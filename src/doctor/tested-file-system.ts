/** The file-system calls that an examination makes, as an interface: tests replace it with a worse file system. */

import { closeSync, constants, openSync, writeSync } from 'node:fs'
import { refuseLinks } from '../store/disk/door.ts'
import { realFileSystem } from '../store/disk/file-system.ts'
import type { FileSystem } from '../store/disk/file-system.ts'

const { O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_WRONLY } = constants

/**
 * The calls of the protocol, and one more: appending from two processes. Anthill never does that, but the programs that
 * it runs may.
 */
export interface TestedFileSystem extends FileSystem {
  /** Opens with O_APPEND, writes once, closes. */
  append(path: string, bytes: Uint8Array): Promise<void>
}

export const realFiles: TestedFileSystem = {
  ...realFileSystem,
  append: async (path, bytes) => {
    refuseLinks(path)
    const file = openSync(path, O_APPEND | O_CREAT | O_WRONLY | O_NOFOLLOW | O_NONBLOCK, 0o666)
    try {
      writeSync(file, bytes)
    } finally {
      closeSync(file)
    }
  },
}
