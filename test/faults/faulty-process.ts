/** Real processes with one file-system call that goes wrong (fault.c). */

import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startNode } from '../support/bounded-process.ts'
import type { Running } from '../support/worker-process.ts'

export const canInject = process.platform === 'linux' && spawnSync('cc', ['--version']).status === 0

/** Compiles the library into a directory; gives its path. */
export function compileFaults(directory: string): string {
  const path = join(directory, 'fault.so')
  execFileSync('cc', [
    '-O2',
    '-w',
    '-shared',
    '-fPIC',
    '-o',
    path,
    fileURLToPath(new URL('fault.c', import.meta.url)),
    '-ldl',
  ])
  return path
}

export interface Fault {
  /** The compiled library. */
  readonly library: string
  /** What below it is counted. */
  readonly directory: string
  /** `mode:k`; without it calls are only counted. */
  readonly fault?: string
  /** Kinds of calls that count; all that change something when left out. */
  readonly kinds?: string | undefined
  /** Where each counted call leaves a line. */
  readonly log: string
}

/** Starts Node with a program that meets the fault. One that does not end within `limitMs` is killed. */
export function startFaulty(
  words: readonly string[],
  { library, directory, fault, kinds, log }: Fault,
  limitMs: number,
): Running {
  return startNode(
    words,
    {
      LD_PRELOAD: library,
      UV_USE_IO_URING: '0',
      FAULT_DIR: directory,
      FAULT_LOG: log,
      ...(fault === undefined ? {} : { FAULT: fault }),
      ...(kinds === undefined ? {} : { FAULT_OPS: kinds }),
    },
    limitMs,
  )
}

/** How many calls have been counted. */
export function callsIn(log: string): number {
  try {
    return readFileSync(log, 'utf8').split('\n').length - 1
  } catch {
    return 0
  }
}
