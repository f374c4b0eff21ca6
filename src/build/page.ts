/**
 * The step of the build that writes `dist/report/page.js`: the script of the page as one classic script, which
 * `anthill report` puts into the files that it writes. Vite, which vitest brings, makes it small.
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { Script } from 'node:vm'
import { minifySync } from 'vite'
import { linked } from './link.ts'

/** The folder of the build, from this file; below it the first module, and where the script is written. */
const DIST = '../'
const MAIN = 'report/page/main.js'
const WRITTEN = 'report/page.js'

/** What would end the element that holds the script, or change how its rest is read. */
const BREAKS_OUT = /<\/script|<!--/i

const dist = new URL(DIST, import.meta.url)
const whole = linked(MAIN, (path) => readFileSync(new URL(path, dist), 'utf8'))
// Half of its size is names and space, which each report would carry.
const { code: script, errors } = minifySync(WRITTEN, whole, { module: false })
if (errors.length > 0) throw new Error(`${WRITTEN}: ${errors[0]!.message}`)
const found = BREAKS_OUT.exec(script)
if (found !== null) throw new Error(`${WRITTEN}: contains '${found[0]}', which no script of a page may contain`)
// Reads it without running it: an error of syntax is found here rather than in a browser.
new Script(script, { filename: WRITTEN })
writeFileSync(new URL(WRITTEN, dist), script)
