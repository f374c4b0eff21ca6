import { expect, test } from 'vitest'
import type { History } from '../../src/sampler/observations.ts'
import { isSafe, safetyOf } from '../../src/sampler/safety.ts'
import { endedTrial } from '../support/trial-records.ts'

/** Trials work below 0.5 and fail above it; one below 0.5 failed by chance. */
const AVOIDABLE = 0.8
const CHANCE = 0.2

function safetyAfter(failures: readonly number[], recentFailures: number) {
  const worked = Array.from({ length: 20 }, (_, i) => i / 40)
  const failed = [0.6, 0.7, 0.9, 1, ...failures].map((x) => Float64Array.of(x))
  const history: History = {
    sign: 1,
    observed: worked.map((x, i) => ({ x: Float64Array.of(x), y: x, trial: endedTrial(i, { x }, x) })),
    failed,
    recentFailures,
    pending: [],
  }
  return safetyOf(history, [false], 1)!.safety
}

test('the latest failures keep suggestions at a distance, unless they were chance; older ones do not', () => {
  const calm = safetyAfter([AVOIDABLE, CHANCE], 1)
  const wary = safetyAfter([CHANCE, AVOIDABLE], 1)
  expect(calm.least).toBe(0.25)
  expect(wary.least).toBeGreaterThan(0.5)
  expect(safetyAfter([CHANCE, AVOIDABLE], 0).least).toBe(0.25)
})

test('a failure amid failures is feared; one amid trials that work is taken for luck, and its place is safe', () => {
  const safety = safetyAfter([AVOIDABLE, CHANCE], 1)
  const at = (points: Iterable<Float64Array>): number[] => [...points].map((x) => x[0]!)
  expect(at(safety.feared)).toContain(AVOIDABLE)
  expect(at(safety.placed)).not.toContain(CHANCE)
  expect(isSafe(safety, Float64Array.of(CHANCE))).toBe(true)
  expect(isSafe(safety, Float64Array.of(0.1))).toBe(true)
  expect(isSafe(safety, Float64Array.of(0.95))).toBe(false)
  expect(safetyOf({ observed: [], failed: [], recentFailures: 0 }, [false], 1)).toBeUndefined()
})
