/** Fresh directories for tests, removed at the end of the test file. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

const made: string[] = []

/** The path of a new, empty directory. */
export function scratch(): string {
  const directory = mkdtempSync(join(tmpdir(), 'anthill-test-'))
  made.push(directory)
  return directory
}

afterAll(() => {
  for (const directory of made.splice(0)) rmSync(directory, { recursive: true, force: true, maxRetries: 5 })
})
