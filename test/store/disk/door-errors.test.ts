/** What the door does where the system refuses a regular file, as a sick disk does. */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { isRefused, openToRead } from '../../../src/store/disk/door.ts'
import { scratch } from '../../support/scratch.ts'

vi.mock('node:fs', async (original) => {
  const real = await original<typeof import('node:fs')>()
  const openSync: typeof real.openSync = (path, ...rest) => {
    const code = /sick-(\w+)$/.exec(String(path))?.[1]
    if (code !== undefined) throw Object.assign(new Error(`${code}: refused`), { code })
    return real.openSync(path, ...rest)
  }
  return { ...real, openSync }
})

test.each(['ENXIO', 'ELOOP', 'EIO'])('a file that is one stays one, although the system answers %s', (code) => {
  const path = join(scratch(), `sick-${code}`)
  const refusal = (): unknown => {
    try {
      return openToRead(path)
    } catch (error) {
      return error
    }
  }
  writeFileSync(path, 'a text')
  expect(refusal()).toMatchObject({ code })
  expect(isRefused(refusal())).toBe(false)
})
