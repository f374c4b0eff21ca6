import { symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { plain } from '../support/command.ts'
import { inProcess, runHere } from '../support/in-process.ts'
import { scratch } from '../support/scratch.ts'

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
  for (const [study, words] of Object.entries(places)) {
    const line = ['-n', '1', '-p', 'x=0.0..1.0', '--', 'echo', '1']
    for (const { code, stderr } of [await runHere(study, ...line), await inProcess(['status', study], plain)]) {
      expect([1, 2, 4]).toContain(code)
      expect(stderr).toMatch(words)
      expect(stderr).not.toMatch(/same line again|file system answers|\n\s+at /)
    }
  }
})
