import { symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { plain, run } from '../support/command.ts'
import { scratch } from '../support/scratch.ts'
import { startCommand } from '../support/worker-process.ts'

test('a directory that can never be a study is told as such, and never as something that passes', async () => {
  const place = scratch()
  const at = (...names: string[]): string => join(place, ...names)
  symlinkSync('nowhere', at('dangling'))
  symlinkSync('loop', at('loop'))
  writeFileSync(at('file'), '')
  const places = {
    [at('dangling')]: /is a link to 'nowhere', which does not exist/,
    [at('loop', 'study')]: /is a link that leads back to itself/,
    [at('file', 'study')]: new RegExp(`'${at('file')}' is not a directory`),
    [at('n'.repeat(300))]: /has 300 bytes, more than 255; use a shorter one/,
  }
  const looked = Object.entries(places).map(async ([study, words]) => {
    const line = ['-n', '1', '-p', 'x=0.0..1.0', '--', 'echo', '1']
    const status = startCommand(['status', study], { env: plain }).finished
    for (const { code, stderr } of [await run(study, ...line), await status]) {
      expect([1, 2, 4]).toContain(code)
      expect(stderr).toMatch(words)
      expect(stderr).not.toMatch(/same line again|file system answers|\n\s+at /)
    }
  })
  await Promise.all(looked)
})
