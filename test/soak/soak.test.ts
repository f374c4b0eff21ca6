/**
 * A soak of a few seconds. By hand, it runs three minutes for each seed and prints a table at the end:
 *
 *   SOAK_SEEDS=1,2,3,4,5 npx vitest run --root . --config test/vitest.config.ts test/soak/soak.test.ts
 *   SOAK_SEEDS=7 SOAK_SECONDS=600 SOAK_KEEP=/somewhere ...    sets the length; keeps the histories of violations there
 */

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { scratch } from '../support/scratch.ts'
import { mountSmallDisk } from './small-disk.ts'
import type { SmallDisk } from './small-disk.ts'
import { soak } from './soak.ts'

const seeds = process.env['SOAK_SEEDS']?.split(',').map(Number)
const lengthMs = seeds === undefined ? 4000 : 1000 * Number(process.env['SOAK_SECONDS'] ?? 180)

let disk: SmallDisk | undefined
afterAll(() => disk?.remove())

test(
  'eight processes that are killed, suspended, left without disk space and without hints keep a study exact',
  async () => {
    const place = process.env['SOAK_KEEP'] ?? scratch()
    mkdirSync(place, { recursive: true })
    disk = mountSmallDisk(join(place, `disk-${process.pid}`))
    if (disk === undefined) console.log('no file system can be mounted here, so no disk is filled')
    if (seeds !== undefined)
      console.log(
        '| seed | episodes | trials | operations | unknown | superseded | kills | stops | full disks | deletions ' +
          '| violations |',
      )
    const violations: string[] = []
    for (const seed of seeds ?? [1]) {
      const tally = await soak({ seed, lengthMs, trials: seeds === undefined ? 60 : 400, place, disk })
      const { episodes, trials, operations, unknown, superseded, kills, stops, fillings, deletions } = tally
      violations.push(...tally.violations)
      if (seeds !== undefined) {
        const counts = [seed, episodes, trials, operations, unknown, superseded, kills, stops, fillings, deletions]
        console.log(`| ${[...counts, tally.violations.length].join(' | ')} |`)
        for (const words of tally.violations) console.log(`  ${words}`)
      }
    }
    expect(violations).toEqual([])
  },
  (seeds?.length ?? 1) * (lengthMs + 300_000),
)
