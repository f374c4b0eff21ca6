/**
 * Numbers that change as a study goes on: the weight of exploration, a temperature, a chance. Each is a function of the
 * suggestion's step and of a random stream of its own, so every process computes the same one, and so does a replay.
 *
 *   i   the step: suggestions of models before this one, from 0; pending ones count
 *   d   number of parameters
 *
 * Sources: Srinivas et al. 2010, "Gaussian process optimization in the bandit setting", theorem 1 (`bandit`); Paria,
 * Kandasamy & Póczos 2019, arXiv 1805.12168 (`growing`); Wang, Emmerich & Bäck 2018, "Cooling strategies for the
 * moment-generating function" (`exponential`, `linear`, `logarithmic`); Egele et al. 2023, arXiv 2207.00479 (`drawn`).
 */

import { normalQuantile } from '../numerics/special.ts'
import type { Random } from '../numerics/random.ts'
import { checkOptions, isRecord, remedyFor, wholeNumber } from '../space/options.ts'
import type { Rule, Rules } from '../space/options.ts'
import { shown } from '../space/shown.ts'
import type { Schedule } from './acquisition-options.ts'

type Kind = Exclude<Schedule, number>['kind']

const ABOVE_ZERO: Rule = { must: 'a number above 0', holds: (value) => isFiniteNumber(value) && value > 0 }

const AT_LEAST_ZERO: Rule = { must: 'a number of at least 0', holds: (value) => isFiniteNumber(value) && value >= 0 }

const PROBABILITY: Rule = {
  must: 'a number above 0 and of at most 1',
  holds: (value) => isFiniteNumber(value) && value > 0 && value <= 1,
}

const DELTA = 0.05
const LAMBDA = 0.2
const SCALE = 0.125
const MEDIAN = 1
const SPREAD = 0.5

/** What each kind has; those in `needed` have no default. */
const KINDS: Readonly<Record<Kind, { readonly rules: Rules; readonly needed: readonly string[] }>> = {
  periodic: {
    rules: { from: ABOVE_ZERO, to: ABOVE_ZERO, period: wholeNumber(1) },
    needed: ['from', 'to', 'period'],
  },
  exponential: {
    rules: { from: ABOVE_ZERO, to: ABOVE_ZERO, over: wholeNumber(1) },
    needed: ['from', 'to', 'over'],
  },
  linear: {
    rules: { from: AT_LEAST_ZERO, to: AT_LEAST_ZERO, over: wholeNumber(1) },
    needed: ['from', 'to', 'over'],
  },
  logarithmic: { rules: { to: ABOVE_ZERO, over: wholeNumber(1) }, needed: ['to', 'over'] },
  switch: {
    rules: { from: AT_LEAST_ZERO, to: AT_LEAST_ZERO, at: wholeNumber(0) },
    needed: ['from', 'to', 'at'],
  },
  bandit: { rules: { delta: PROBABILITY, lambda: ABOVE_ZERO }, needed: [] },
  growing: { rules: { scale: ABOVE_ZERO }, needed: [] },
  drawn: { rules: { mean: ABOVE_ZERO }, needed: ['mean'] },
  'log-normal': { rules: { median: ABOVE_ZERO, spread: AT_LEAST_ZERO }, needed: [] },
}

/**
 * The number at a step. A kind that draws takes exactly one number from `random`, all others none.
 *
 * @param step  suggestions of models before this one, from 0
 * @param d     number of parameters, at least 1
 */
export function valueAt(schedule: Schedule, step: number, d: number, random: Random): number {
  if (typeof schedule === 'number') return schedule
  const i = step + 1
  switch (schedule.kind) {
    case 'periodic':
      return between(schedule.from, schedule.to, (step % schedule.period) / schedule.period)
    case 'exponential':
      return between(schedule.from, schedule.to, Math.min(i / schedule.over, 1))
    case 'linear':
      return schedule.from + (schedule.to - schedule.from) * Math.min(i / schedule.over, 1)
    case 'logarithmic':
      return (schedule.to * Math.log(schedule.over + 1)) / Math.log(Math.min(i, schedule.over) + 1)
    case 'switch':
      return step < schedule.at ? schedule.from : schedule.to
    case 'bandit': {
      const { delta = DELTA, lambda = LAMBDA } = schedule
      return Math.sqrt(2 * lambda * Math.log((d * (i * Math.PI) ** 2) / (6 * delta)))
    }
    case 'growing':
      return Math.sqrt((schedule.scale ?? SCALE) * Math.log(2 * i + 1))
    case 'drawn':
      return -schedule.mean * Math.log1p(-random.next())
    case 'log-normal': {
      const { median = MEDIAN, spread = SPREAD } = schedule
      return median * Math.exp(spread * normalQuantile(Math.max(random.next(), Number.EPSILON)))
    }
  }
}

/**
 * Refuses what is not a schedule.
 *
 * @param name  of the option, as in `kappa`
 * @param rule  what a plain number must be
 * @throws TypeError if it is neither a number nor an object; RangeError for an unknown kind, an unknown or missing
 *   entry, and a number that makes no sense
 */
export function checkSchedule(name: string, given: unknown, rule: Rule): void {
  if (given === undefined || rule.holds(given)) return
  if (!isRecord(given)) {
    const message = `option '${name}': must be ${rule.must}, or a schedule such as { kind: 'drawn', mean: 1 }, got `
    throw new (typeof given === 'number' || typeof given === 'string' ? RangeError : TypeError)(message + shown(given))
  }
  const { kind, ...entries } = given
  if (typeof kind !== 'string' || !isKind(kind)) {
    const remedy = remedyFor(typeof kind === 'string' ? kind : '', Object.keys(KINDS))
    throw new RangeError(`option '${name}': a schedule of kind ${shown(kind)} does not exist${remedy}`)
  }
  const { rules, needed } = KINDS[kind]
  checkOptions(`the schedule '${kind}' of '${name}'`, entries, rules)
  const missing = needed.find((entry) => entries[entry] === undefined)
  if (missing === undefined) return
  throw new RangeError(
    `option '${name}': the schedule '${kind}' needs '${missing}', which must be ${mustOf(kind, missing)}`,
  )
}

/** From `from` to `to` by equal factors. */
function between(from: number, to: number, share: number): number {
  return from * (to / from) ** share
}

function isFiniteNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}

function isKind(kind: string): kind is Kind {
  return Object.hasOwn(KINDS, kind)
}

function mustOf(kind: Kind, entry: string): string {
  return KINDS[kind].rules[entry]!.must
}
