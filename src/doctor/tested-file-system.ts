/** The file-system calls that an examination makes, as an interface: tests replace it with a worse file system. */

import { closeSync, openSync, writeSync } from 'node:fs'
import { realFileSystem } from '../store/disk/file-system.ts'
import type { FileSystem } from '../store/disk/file-system.ts'

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
    const file = openSync(path, 'a')
    try {
      writeSync(file, bytes)
    } finally {
      closeSync(file)
    }
  },
}

/** Removes a folder and everything in it. What cannot be removed stays, without an error. */
export async function removeTree(files: TestedFileSystem, path: string): Promise<void> {
  for (const name of await files.list(path).catch(() => [])) {
    const inner = `${path}/${name}`
    await files.unlink(inner).catch(() => removeTree(files, inner))
  }
  await files.rmdir(path).catch(() => undefined)
}
