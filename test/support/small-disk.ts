/** A file system of our own that can be filled, or made read-only; only root may mount one. */

import { spawnSync } from 'node:child_process'
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { scratch } from './scratch.ts'

export interface SmallDisk {
  readonly directory: string
  /** Takes all room. */
  fill(): void
  /** Gives it back. */
  empty(): void
  remount(how: 'ro' | 'rw'): void
}

const mounted: string[] = []
const mount = (...words: string[]): boolean => spawnSync('mount', words, { stdio: 'ignore' }).status === 0

afterAll(() => {
  for (const directory of mounted.splice(0)) spawnSync('umount', ['-l', directory], { stdio: 'ignore' })
})

/** Whether this process may mount: root, and not in a container that forbids it. */
export const canMount =
  process.platform === 'linux' &&
  process.getuid?.() === 0 &&
  (() => {
    const directory = join(scratch(), 'probe')
    mkdirSync(directory)
    const may = mount('-t', 'tmpfs', '-o', 'size=64k', 'none', directory)
    if (may) spawnSync('umount', [directory], { stdio: 'ignore' })
    return may
  })()

/** Mounts one of some 400 kB; it is gone when the test file is done. */
export function smallDisk(): SmallDisk {
  const directory = join(scratch(), 'disk')
  mkdirSync(directory)
  if (!mount('-t', 'tmpfs', '-o', 'size=400k,nr_inodes=400', 'none', directory)) throw new Error('may not mount')
  mounted.push(directory)
  const filling = join(directory, 'filling')
  return {
    directory,
    fill: () => {
      const file = openSync(filling, 'a')
      try {
        // Down to the last page: what is smaller than a page still takes one.
        for (;;) writeSync(file, Buffer.alloc(4096))
      } catch {
        // full
      } finally {
        closeSync(file)
      }
    },
    empty: () => rmSync(filling, { force: true }),
    remount: (how) => void mount('-o', `remount,${how}`, directory),
  }
}
