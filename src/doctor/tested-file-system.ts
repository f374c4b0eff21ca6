/** The calls that an examination makes: those of the protocol, and appending, which programs do and anthill never from two processes. */

import { closeSync, openSync, writeSync } from 'node:fs'
import { realFileSystem } from '../store/disk/file-system.ts'
import type { FileSystem } from '../store/disk/file-system.ts'

/** A file system under examination; a test puts a worse one in its place. */
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

/** Removes a folder and what is in it, as far as that works. */
export async function removeTree(files: TestedFileSystem, path: string): Promise<void> {
  for (const name of await files.list(path).catch(() => [])) {
    const inner = `${path}/${name}`
    await files.unlink(inner).catch(() => removeTree(files, inner))
  }
  await files.rmdir(path).catch(() => undefined)
}
