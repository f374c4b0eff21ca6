/**
 * Changes one file or folder of a study, and gives it every verb. By hand:
 *
 *   HOSTILE_CASES=2000 HOSTILE_SEED=7 npx vitest run --root . --config test/vitest.config.ts test/hostile
 *   HOSTILE_SEED=7 HOSTILE_CASE=1234 ...    one case again
 */

import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { scratch } from '../support/scratch.ts'
import { caseOf, SOMEBODY, tryCase, wordsOf } from './case.ts'
import type { Stock } from './case.ts'
import { isRoot } from './change.ts'
import { makeOriginal } from './original.ts'
import { targetsIn } from './target.ts'
import { VerbProcess } from './verb-lines.ts'

const seed = Number(process.env['HOSTILE_SEED'] ?? 1)
const only = process.env['HOSTILE_CASE']
const count = Number(process.env['HOSTILE_CASES'] ?? 100)
const isByHand = process.env['HOSTILE_CASES'] !== undefined || only !== undefined

/** The whole examination of a directory is made in one of this many cases. */
const DOCTOR_EVERY = 40

/** Which part of the verbs each case is given in `npm test`. By hand it is given all of them. */
const SHARE = 0.04

const AT_ONCE = 2

const lanes = Array.from(
  { length: AT_ONCE },
  () => new Map([undefined, SOMEBODY].map((uid) => [uid, new VerbProcess(uid)])),
)
afterAll(() => lanes.forEach((lane) => lane.forEach((verbs) => verbs.end())))

/** Two studies, as this user has them and, if this is root, as somebody else does. */
async function stocksIn(place: string): Promise<Map<number | undefined, Stock[]>> {
  const originals = await Promise.all([makeOriginal(place, false), makeOriginal(place, true)])
  const stocks: Stock[] = []
  for (const original of originals) {
    const answer = await lanes[0]!.get(undefined)!.perform(['ls', original.root, '--json'], place)
    if (typeof answer === 'string' || answer.code !== 0) throw new Error(JSON.stringify(answer))
    stocks.push({ ...original, rows: JSON.parse(answer.stdout) as Stock['rows'], targets: targetsIn(original.root) })
  }
  return new Map(
    isRoot
      ? [
          [undefined, stocks],
          [SOMEBODY, stocks.map(givenAway)],
        ]
      : [[undefined, stocks]],
  )
}

/** A copy of a study that belongs to somebody else. */
function givenAway(stock: Stock): Stock {
  const root = `${stock.root}-given`
  spawnSync('cp', ['-a', stock.root, root])
  spawnSync('chown', ['-hR', `${SOMEBODY}:${SOMEBODY}`, root])
  return { ...stock, root }
}

test.runIf(process.platform === 'linux')(
  'whatever one file or folder of a study becomes, every verb ends in order, harms nothing and says what is wrong',
  async () => {
    const place = scratch()
    chmodSync(place, 0o755)
    const stocks = await stocksIn(place)
    const numbers = only === undefined ? Array.from({ length: count }, (_, k) => k) : only.split(',').map(Number)
    const left = [...numbers]
    const faults: string[] = []
    let slowest = { ms: 0, words: '' }
    let largest = { kB: 0, words: '' }
    await Promise.all(
      lanes.map(async (lane) => {
        for (let number = left.shift(); number !== undefined; number = left.shift()) {
          const one = caseOf(seed, number, stocks)
          const own = join(place, `case${number}`)
          mkdirSync(own)
          if (only !== undefined) console.log(wordsOf(one))
          const withDoctor = number % DOCTOR_EVERY === 0 || only !== undefined
          const result = await tryCase(one, lane.get(one.uid)!, own, withDoctor, isByHand ? 1 : SHARE)
          if (result.slowest.ms > slowest.ms)
            slowest = { ms: result.slowest.ms, words: `${number}: ${result.slowest.words}` }
          if (result.largest.kB > largest.kB)
            largest = { kB: result.largest.kB, words: `${number}: ${result.largest.words}` }
          for (const words of result.faults) faults.push(`${wordsOf(one)}\n    ${words}`)
          if (isByHand) for (const words of result.faults) console.log(`${wordsOf(one)}\n    ${words}`)
        }
      }),
    )
    if (isByHand) {
      console.log(`seed ${seed}: ${numbers.length} cases, ${faults.length} faults`)
      console.log(
        `slowest ${Math.round(slowest.ms)} ms (${slowest.words}), largest ${largest.kB >> 10} MB (${largest.words})`,
      )
    }
    expect(faults).toEqual([])
  },
  isByHand ? 12 * 3_600_000 : 600_000,
)
