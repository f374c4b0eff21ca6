/**
 * Lets calls of a run go wrong, one in each way. By hand, every call goes wrong in every way, with a table at the end:
 *
 *   FAULTS=all npx vitest run --root . --config test/vitest.config.ts test/faults
 *   FAULTS=all FAULT_MODES=stop,torn FAULTS_AT_ONCE=4 ...    only these modes, more processes at once
 */

import { expect, test } from 'vitest'
import { scratch } from '../support/scratch.ts'
import { canInject, compileFaults } from './faulty-process.ts'
import { countCalls, MODES, modeName, SCENARIOS, tryPoint } from './sweep.ts'
import type { Mode, Scenario } from './sweep.ts'

const isFull = process.env['FAULTS'] === 'all'
const chosen = process.env['FAULT_MODES']?.split(',')
const atOnce = Number(process.env['FAULTS_AT_ONCE'] ?? 2)

test.runIf(canInject && isFull)(
  'every call that goes wrong leaves a study that the same line finishes exactly',
  async () => {
    const place = scratch()
    const library = compileFaults(place)
    const violations: string[] = []
    console.log('| process | fault | points | violations |')
    for (const mode of MODES.filter((m) => chosen?.some((name) => modeName(m).startsWith(name)) ?? true)) {
      for (const scenario of SCENARIOS) {
        const calls = await countCalls(library, place, scenario, mode)
        const { points, found } = await tryAll(
          library,
          place,
          Array.from({ length: calls }, (_, k) => ({ scenario, mode, k: k + 1 })),
        )
        console.log(`| ${scenario.name} | ${modeName(mode)} | ${points} | ${found.length} |`)
        for (const words of found) console.log(`    ${words}`)
        violations.push(...found)
      }
    }
    expect(violations).toEqual([])
  },
  10 * 3_600_000,
)

test.runIf(canInject && !isFull)(
  'one call that goes wrong, in each way, leaves a study that the same line finishes exactly',
  async () => {
    const place = scratch()
    const chosenPoints = MODES.map((mode, i) => ({
      mode,
      scenario: SCENARIOS[i % SCENARIOS.length]!,
      k: Math.ceil((mode.leastCalls * (i + 1)) / MODES.length),
    }))
    expect(await tryAll(compileFaults(place), place, chosenPoints)).toEqual({ points: MODES.length, found: [] })
  },
  300_000,
)

interface Point {
  readonly scenario: Scenario
  readonly mode: Mode
  readonly k: number
}

/** Tries points, `atOnce` at a time; counts the points whose call was made. */
async function tryAll(
  library: string,
  place: string,
  all: readonly Point[],
): Promise<{ points: number; found: string[] }> {
  const left = [...all]
  let points = 0
  const found: string[] = []
  const lane = async (): Promise<void> => {
    for (let point = left.shift(); point !== undefined; point = left.shift()) {
      const { scenario, mode, k } = point
      const violations = await tryPoint(library, place, scenario, mode, k)
      if (violations === undefined) continue
      points++
      found.push(...violations.map((words) => `${scenario.name}, ${modeName(mode)}:${k}: ${words}`))
    }
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
  return { points, found }
}
