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
import { isRecord, refusal } from '../space/options.ts'
import type { Rule } from '../space/options.ts'
import type { Schedule } from './acquisition-options.ts'
import { kinds, positive, whole, within } from '../space/option-values.ts'
import type { Option, Table, Value } from '../space/option-values.ts'
import { askedNumber, orOwn, wrongAnswer } from './own-part.ts'
import type { OwnSchedule } from './own-part.ts'

type Kind = Exclude<Schedule, number | OwnSchedule>['kind']

const DELTA = 0.05
const LAMBDA = 0.2
const SCALE = 0.125
const MEDIAN = 1
const SPREAD = 0.5

const OVER: Option = { value: whole(1), isNeeded: true, line: 'suggestions until it has arrived' }

const from = (value: Value): Option => ({ value, isNeeded: true, line: 'where it begins' })
const to = (value: Value): Option => ({ value, isNeeded: true, line: 'where it ends' })

/** What each kind has. */
export const SCHEDULES: Readonly<Record<Kind, Table>> = {
  periodic: {
    from: from(positive()),
    to: to(positive()),
    period: { value: whole(1), isNeeded: true, line: 'suggestions until it begins again' },
  },
  exponential: { from: from(positive()), to: to(positive()), over: OVER },
  linear: { from: from(within(0, Infinity)), to: to(within(0, Infinity)), over: OVER },
  logarithmic: { to: to(positive()), over: OVER },
  switch: {
    from: from(within(0, Infinity)),
    to: to(within(0, Infinity)),
    at: { value: whole(0), isNeeded: true, line: 'suggestions before it changes' },
  },
  bandit: {
    delta: { value: positive(1), default: DELTA, line: 'chance that a bound does not hold' },
    lambda: { value: positive(), default: LAMBDA, line: 'factor of its square' },
  },
  growing: { scale: { value: positive(), default: SCALE, line: 'factor of its square' } },
  drawn: { mean: { value: positive(), isNeeded: true, line: 'mean of the draws' } },
  'log-normal': {
    median: { value: positive(), default: MEDIAN, line: 'median of the draws' },
    spread: { value: within(0, Infinity), default: SPREAD, line: 'deviation of their logarithm' },
  },
}

/** What the help says about each kind. */
const LINES: Readonly<Record<Kind, string>> = {
  periodic: 'falls by equal factors, again and again',
  exponential: 'changes by equal factors',
  linear: 'changes by equal steps',
  logarithmic: 'as 1 / ln i, for suggestion i: fast in the beginning',
  switch: 'one number, then another one',
  bandit: 'grows slowly, so that bounds hold with some probability',
  growing: 'grows slowly, without regard to the number of parameters',
  drawn: 'drawn for each suggestion, from an exponential distribution',
  'log-normal': 'drawn for each suggestion, from a log-normal distribution',
}

/** One of the kinds, without the plain number. */
export const SCHEDULE: Value = kinds(SCHEDULES, LINES)

/** An option that is a number, or says how the number changes. */
export function scheduled(plain: Rule): Value {
  const value: Value = {
    form: 'X|SCHEDULE',
    parse: (value, name) => {
      if (plain.holds(value)) return value
      const isKind = isRecord(value) || (typeof value === 'string' && Object.hasOwn(SCHEDULES, value))
      if (!isKind)
        throw refusal(`option '${name}'`, `${plain.must}, or a schedule as in { kind: 'drawn', mean: 1 }`, value)
      const parsed = SCHEDULE.parse(value, name)
      // A word alone is kept as an object, so that `valueAt` reads one form.
      return typeof parsed === 'string' ? { kind: parsed } : parsed
    },
  }
  const any = orOwn(value, 'schedule')
  return {
    ...any,
    parse: (given, name) => {
      const parsed = any.parse(given, name)
      return isRecord(parsed) && typeof parsed.of === 'function' ? ruledSchedule(parsed as never, plain) : parsed
    },
  }
}

/** A schedule that somebody has written, of numbers that the option allows. */
function ruledSchedule({ name, of }: OwnSchedule, { must, holds }: Rule): OwnSchedule {
  const ruled = (step: number, d: number): number => {
    const value = askedNumber('schedule', name, () => of(step, d))
    if (holds(value)) return value
    throw wrongAnswer('schedule', name, must, `${value} at step ${step}`)
  }
  return Object.freeze({ kind: 'own', name, of: ruled })
}

/**
 * The number at a step. A kind that draws takes exactly one number from `random`, all others none.
 *
 * @param step  suggestions of models before this one, from 0
 * @param d     number of parameters, at least 1
 */
export function valueAt(schedule: Schedule, step: number, d: number, random: Random): number {
  if (typeof schedule === 'number') return schedule
  if ('name' in schedule) return schedule.of(step, d)
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

/** From `from` to `to` by equal factors. */
function between(from: number, to: number, share: number): number {
  return from * (to / from) ** share
}
