/** Whether processes still run, and the ids that they leave in files. */

import { readFileSync } from 'node:fs'

/** Whether a process runs; one that is dead and not yet buried does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2))
  } catch (error) {
    // Where there is no /proc, the signal alone has to do.
    return (error as NodeJS.ErrnoException).code === 'ENOENT' && process.platform !== 'linux'
  }
}

/** The number that a file holds. */
export function numberIn(path: string): number {
  return Number(readFileSync(path, 'utf8'))
}

/** The parent of a process, 0 when it is gone; needs /proc. */
export function parentOf(pid: number): number {
  try {
    return Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'latin1'))![1])
  } catch {
    return 0
  }
}
