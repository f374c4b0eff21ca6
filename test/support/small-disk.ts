/** A small file system that tests can fill or make read-only. Only root may mount one. */

import { spawnSync } from 'node:child_process'
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { scratch } from './scratch.ts'

export interface SmallDisk {
  readonly directory: string
  /** Fills the disk. */
  fill(): void
  /** Frees what `fill` took. */
  empty(): void
  remount(how: 'ro' | 'rw'): void
}

const mounted: string[] = []
const mount = (...words: string[]): boolean => spawnSync('mount', words, { stdio: 'ignore' }).status === 0

afterAll(() => {
  for (const directory of mounted.splice(0)) spawnSync('umount', ['-l', directory], { stdio: 'ignore' })
})

/** Whether this process may mount: it is root, and not in a container that forbids it. */
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

/** Mounts a disk of some 400 kB, which is unmounted at the end of the test file. */
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
        // Down to the last page: anything smaller takes a whole page anyway.
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
