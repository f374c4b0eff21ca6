/**
 * Every call of a run goes wrong once, in every way. Here a few of them; all, with a table of the results:
 *
 *   FAULTS=all npx vitest run --root . --config test/vitest.config.ts test/faults
 *   FAULTS=all FAULT_MODES=stop,torn FAULTS_AT_ONCE=4 ...    some modes, more processes at once
 */

import { expect, test } from 'vitest'
import { scratch } from '../support/scratch.ts'
import { canInject, compileFaults } from './faulty-process.ts'
import { countCalls, MODES, modeName, SCENARIOS, tryPoint } from './sweep.ts'
import type { Mode, Scenario } from './sweep.ts'

const isFull = process.env['FAULTS'] === 'all'
const chosen = process.env['FAULT_MODES']?.split(',')
const atOnce = Number(process.env['FAULTS_AT_ONCE'] ?? 2)

test.runIf(canInject)(`${isFull ? 'every' : 'a'} call that goes wrong leaves a study that the same line finishes exactly`, async () => {
  const place = scratch()
  const library = compileFaults(place)
  const violations: string[] = []
  for (const mode of MODES.filter((m) => chosen?.some((name) => modeName(m).startsWith(name)) ?? true)) {
    for (const scenario of SCENARIOS) {
      const { points, found } = await sweep(library, place, scenario, mode)
      violations.push(...found)
      if (isFull) console.log(`| ${scenario.name} | ${modeName(mode)} | ${points} | ${found.length} |${found.map((words) => `\n    ${words}`).join('')}`)
    }
  }
  expect(violations).toEqual([])
}, isFull ? 10 * 3_600_000 : 120_000)

/** All points of a mode; or one, another for each mode. */
async function sweep(library: string, place: string, scenario: Scenario, mode: Mode): Promise<{ points: number; found: string[] }> {
  const calls = await countCalls(library, place, scenario, mode)
  const left = isFull ? Array.from({ length: calls }, (_, k) => k + 1) : [1 + Math.floor(((MODES.indexOf(mode) + 1) / (MODES.length + 1)) * calls)]
  let points = 0
  const found: string[] = []
  const lane = async (): Promise<void> => {
    for (let k = left.shift(); k !== undefined; k = left.shift()) {
      const violations = await tryPoint(library, place, scenario, mode, k)
      if (violations === undefined) continue
      points++
      found.push(...violations.map((words) => `${scenario.name}, ${modeName(mode)}:${k}: ${words}`))
    }
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
  return { points, found }
}
