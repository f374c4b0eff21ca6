/** A small file system for the soak, which can be filled to the last block. Needs the right to mount. */

import { spawnSync } from 'node:child_process'
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'

const SIZE_MIB = 64

export interface SmallDisk {
  readonly directory: string
  readonly fill: () => void
  readonly free: () => void
  readonly remove: () => void
}

/** Mounts a small file system on a new directory; undefined if that is not allowed. */
export function mountSmallDisk(directory: string): SmallDisk | undefined {
  mkdirSync(directory)
  if (
    process.platform !== 'linux' ||
    spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE_MIB}m`, 'anthill-soak', directory]).status !== 0
  )
    return undefined
  const ballast = join(directory, '.ballast')
  return {
    directory,
    fill: () => {
      const file = openSync(ballast, 'w')
      try {
        for (let size = 1 << 20; size >= 4096; size /= 2) writeUntilFull(file, Buffer.alloc(size))
      } finally {
        closeSync(file)
      }
    },
    free: () => rmSync(ballast, { force: true }),
    remove: () => void spawnSync('umount', ['-l', directory]),
  }
}

function writeUntilFull(file: number, bytes: Buffer): void {
  try {
    for (let written = 0; written < SIZE_MIB << 20; written += bytes.length) writeSync(file, bytes)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
  }
}
