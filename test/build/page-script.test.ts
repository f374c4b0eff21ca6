/** The script of the page, as the build wrote it. */

import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Script } from 'node:vm'
import { expect, test } from 'vitest'

/** The most that the script may weigh, as it stands in each report: it draws all figures. */
const MOST_BYTES = 120_000

/** What would read text of a study as markup or as code, or break the page's policy. */
const FORBIDDEN =
  /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|style=|\.cssText|setAttribute\('style/

const top = fileURLToPath(new URL('../..', import.meta.url))
const script = readFileSync(join(top, 'dist/report/page.js'), 'utf8')

test('it is one classic script of at most 120 kB, and nothing in it ends its element', () => {
  expect(() => new Script(script)).not.toThrow()
  expect(script).not.toMatch(/<\/script|<!--/i)
  expect(Buffer.byteLength(script)).toBeLessThanOrEqual(MOST_BYTES)
})

test('it reads no text as markup or code, and names no address', () => {
  const folder = join(top, 'src/report/page')
  const files = readdirSync(folder).filter((name) => name.endsWith('.ts'))
  expect(files.filter((name) => FORBIDDEN.test(readFileSync(join(folder, name), 'utf8')))).toEqual([])
  expect(script.match(/\w+:\/\/[^\s'"`]*/g) ?? []).toSatisfy((found: string[]) =>
    found.every((address) => address === 'http://www.w3.org/2000/svg'),
  )
})

test('comments of the sources do not ship', () => {
  expect(script).not.toMatch(/^\s*\/\*\*/m)
})
