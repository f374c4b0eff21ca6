/** Starts real processes in which one file-system call goes wrong (fault.c). */

import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startNode } from '../support/bounded-process.ts'
import type { Running } from '../support/worker-process.ts'

export const canInject = process.platform === 'linux' && spawnSync('cc', ['--version']).status === 0

/** Compiles fault.c into a directory; gives the path of the library. */
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
  /** Only calls below this directory count. */
  readonly directory: string
  /** `mode:k`; if undefined, calls are only counted. */
  readonly fault?: string
  /** The kinds of calls that count; if undefined, all that change something. */
  readonly kinds?: string | undefined
  /** The file to which each counted call appends a line. */
  readonly log: string
}

/** Starts Node with a program that meets the fault, and kills it if it does not end within `limitMs`. */
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

/** How many calls a log has counted. */
export function callsIn(log: string): number {
  try {
    return readFileSync(log, 'utf8').split('\n').length - 1
  } catch {
    return 0
  }
}
