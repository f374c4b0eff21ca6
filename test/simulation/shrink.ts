/** Makes a failing plan smaller, so that it still fails in the same way: fewer faults, fewer turns out of order. */

import { runPlan } from './run.ts'
import type { Outcome } from './run.ts'
import type { Plan } from './cluster.ts'

/**
 * Leaves out faults and choices, halves first, as long as the same invariant is still violated.
 *
 * @param most  run this many plans at most
 */
export async function shrink(outcome: Outcome, most = 300): Promise<Outcome> {
  let best = outcome
  let runs = 0
  const failsWith = async (plan: Plan): Promise<boolean> => {
    if (++runs > most) return false
    const tried = await runPlan(plan)
    if (kindOf(tried) !== kindOf(outcome)) return false
    best = tried
    return true
  }
  let plan: Plan = { ...outcome.plan, faults: outcome.struck, choices: outcome.chosen }
  if (!(await failsWith(plan))) return outcome
  for (const part of ['faults', 'choices'] as const) {
    for (let size = Math.ceil(plan[part]!.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
      for (let from = 0; from < plan[part]!.length;) {
        const less: Plan = { ...plan, [part]: plan[part]!.filter((_, i) => i < from || i >= from + size) }
        if (await failsWith(less)) plan = less
        else from += size
      }
    }
  }
  return best
}

/** The invariant of the first violation of a failure. */
const kindOf = ({ violations }: Outcome): string => violations[0]?.split(':')[0] ?? ''

/** A failing run in words: how to see it again, and the smallest plan that shows it. */
export function described({ plan, violations, struck, chosen }: Outcome): string {
  return (
    `seed ${plan.seed} (ANTHILL_SEED=${plan.seed} ANTHILL_SCHEDULES=1 repeats it)\n  ${violations.join('\n  ')}\n` +
    `  least plan: ${JSON.stringify({ ...plan, faults: struck, choices: chosen })}`
  )
}
