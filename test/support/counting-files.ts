/** The real file system, with a count of the calls that reach it. */

import { realFileSystem } from '../../src/store/disk/file-system.ts'
import type { FileSystem } from '../../src/store/disk/file-system.ts'

export type Counts = Record<string, number>

export interface CountingFiles {
  readonly files: FileSystem
  /** The calls since the last time, by name. `opened` lists the files that were opened for reading. */
  taken(): { readonly calls: Counts; readonly sum: number; readonly opened: readonly string[] }
}

/** Counts every call. An open for reading that finds nothing counts as a call, but is not listed in `opened`. */
export function countingFiles(): CountingFiles {
  let calls: Counts = {}
  let opened: string[] = []
  const counted = Object.fromEntries(
    Object.entries(realFileSystem).map(([name, call]) => [
      name,
      async (...args: unknown[]) => {
        calls[name] = (calls[name] ?? 0) + 1
        const result = await (call as (...args: unknown[]) => Promise<unknown>)(...args)
        if (name === 'open' && args[1] === 'r') opened.push(String(args[0]))
        return result
      },
    ]),
  ) as unknown as FileSystem
  return {
    files: counted,
    taken: () => {
      const result = { calls, sum: Object.values(calls).reduce((a, b) => a + b, 0), opened }
      calls = {}
      opened = []
      return result
    },
  }
}
