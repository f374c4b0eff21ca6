import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openStudy } from '../../src/study/open-study.ts'
import { scratch } from '../support/scratch.ts'
import { STUDIES } from './studies.ts'

/** Where studies are written to be looked at, such as `/tmp/studies`; left out: only the smallest one, into scratch. */
const WANTED = process.env['STUDIES']

test('the study of a single trial has one', async () => {
  const root = join(scratch(), 'single')
  await STUDIES.single(root)
  await using study = await openStudy(root, { readOnly: true })
  expect((await study.trials()).map(({ state }) => state)).toEqual(['complete'])
})

test.skipIf(WANTED === undefined)('all studies to look at are written', { timeout: 300_000 }, async () => {
  mkdirSync(WANTED!, { recursive: true })
  for (const [name, make] of Object.entries(STUDIES)) {
    const root = join(WANTED!, name)
    if (existsSync(root)) continue
    const began = Date.now()
    await make(root)
    console.log(`${root}: ${((Date.now() - began) / 1000).toFixed(1)} s`)
  }
})
