import { expect, test } from 'vitest'
import { planOf, runPlan } from './run.ts'
import { described, shrink } from './shrink.ts'

/** How many schedules to try, and from which seed on. A sweep of many prints its table. */
const SCHEDULES = Number(process.env.ANTHILL_SCHEDULES ?? 300)
const FIRST_SEED = Number(process.env.ANTHILL_SEED ?? 1)
const isSweep = process.env.ANTHILL_SCHEDULES !== undefined

test(
  `three clients keep every invariant in ${SCHEDULES} schedules of kills, pauses, stale caches and lost answers`,
  async () => {
    const failures: string[] = []
    const table: Record<string, number> = { schedules: 0, violations: 0, calls: 0 }
    const count = (what: string, by = 1): void => {
      table[what] = (table[what] ?? 0) + by
    }
    for (let seed = FIRST_SEED; seed < FIRST_SEED + SCHEDULES && failures.length < 5; seed++) {
      const outcome = await runPlan(planOf(seed))
      count('schedules')
      count('calls', outcome.calls)
      for (const [what, times] of Object.entries(outcome.seen)) count(what, times)
      for (const { kind } of outcome.struck) count(kind)
      if (outcome.violations.length === 0) continue
      count('violations')
      failures.push(described(await shrink(outcome)))
    }
    if (isSweep) console.table(table)
    expect(failures.join('\n')).toBe('')
    // A thing that never happened was not tested.
    if (SCHEDULES >= 300)
      for (const what of ['taken', 'superseded', 'epochs', 'kill-before', 'pause', 'repeat'])
        expect([what, table[what]]).not.toEqual([what, 0])
  },
  isSweep ? 24 * 3_600_000 : 180_000,
)

test('a plan gives the same run each time, also with its turns written out', async () => {
  for (const seed of [3, 77, 512]) {
    const first = await runPlan(planOf(seed), true)
    const second = await runPlan(planOf(seed), true)
    const written = await runPlan({ ...first.plan, choices: first.chosen }, true)
    const bare = (trace: readonly string[]): string[] =>
      trace.map((line) => line.replace(/\.[A-Z]\d+-\d+\.[0-9a-z]+|[0-9a-f]{24}/g, ''))
    expect(first.trace.length).toBeGreaterThan(100)
    expect(bare(second.trace)).toEqual(bare(first.trace))
    expect(bare(written.trace)).toEqual(bare(first.trace))
  }
})

test('a server whose links replace an existing file is found out, and the plan that shows it gets small', async () => {
  let found
  for (let seed = 1; seed < 60 && found === undefined; seed++) {
    const outcome = await runPlan({ ...planOf(seed), linksReplace: true })
    if (outcome.violations.length > 0) found = outcome
  }
  expect(found!.violations.join('\n')).toMatch(/I\d/)
  const least = await shrink(found!, 100)
  expect(least.violations.length).toBeGreaterThan(0)
  expect(least.struck.length).toBeLessThanOrEqual(found!.struck.length)
  expect(least.chosen.length).toBeLessThan(Math.max(found!.chosen.length, 1))
})
