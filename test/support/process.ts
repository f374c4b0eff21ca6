/** Whether processes still run, and the process ids in files. */

import { readFileSync } from 'node:fs'

/** Whether a process runs. A zombie does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2))
  } catch (error) {
    // Without /proc, the signal alone has to do.
    return (error as NodeJS.ErrnoException).code === 'ENOENT' && process.platform !== 'linux'
  }
}

/** The number in a file. */
export function numberIn(path: string): number {
  return Number(readFileSync(path, 'utf8'))
}

/** The parent of a process, 0 if the process is gone; needs /proc. */
export function parentOf(pid: number): number {
  try {
    return Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'latin1'))![1])
  } catch {
    return 0
  }
}
