/** Advice that follows from the records of the trials alone: failures, time, cost, constraints, the front. */

import {
  constraintText,
  failingText,
  failuresText,
  harmonyText,
  idleText,
  lostText,
  pruningText,
  stillFrontText,
  tightText,
  timeText,
  tradeText,
} from './advice-text.ts'
import { tookOf } from './columns.ts'
import type { Columns } from './columns.ts'
import type { Facts } from './facts.ts'
import { piece } from './piece.ts'
import type { Advice } from './piece.ts'
import { conditionText, failureRule, holdsFor, outcomesOf } from './rule.ts'
import { frontOf } from '../numerics/front.ts'
import { excessOf, saidAs } from '../space/constraints.ts'
import { constraintText as ruleText } from '../space/goals.ts'
import { signOf } from '../space/objectives.ts'
import { idleness } from './idleness.ts'
import { RESTED } from './trial-counts.ts'

/** Fewer failures may be accidents. */
const FEWEST_FAILURES = 4

/** Failures without a rule are worth a sentence if they are at least this share of the trials that ended. */
const MANY_FAILURES = 0.2

/** Fewer lost attempts, or a smaller share of all, may be accidents. */
const FEWEST_LOST = 3
const MANY_LOST = 0.05

/** The workers' own time between trials is small beside this share. */
const MUCH_IDLE = 0.25

/** A sentence about constraints or the front takes this many complete trials. */
const FEWEST_COMPLETE = 20

/** A constraint is worth a sentence if this share of the trials breaks it. */
const MANY_BREAK = 0.8

/** Trials that were ended early are worth a sentence from this many on. */
const FEWEST_PRUNED = 5

/** What the records say. Models are not needed. */
export function recordAdvice(facts: Facts): Advice[] {
  return [
    ...failuresAdvice(facts),
    ...timeAdvice(facts),
    ...idleAdvice(facts),
    ...lostAdvice(facts),
    ...pruningAdvice(facts),
    ...constraintAdvice(facts),
    ...frontAdvice(facts),
  ]
}

function failuresAdvice(facts: Facts): Advice[] {
  const { columns, failures, study } = facts
  const { failed, worked } = outcomesOf(columns)
  if (failed.length < FEWEST_FAILURES) return []
  const share = failed.length / (failed.length + worked.length)
  const newest = (trials: readonly number[]): [string, string] => ['log', String(columns.number[trials.at(-1)!])]
  const rule = failureRule(columns, study.seed)
  if (rule !== null) {
    const there = failed.filter((trial) => holdsFor(columns, rule.conditions, trial))
    const inside = new Set(there)
    const common = failures
      .map(({ words, trials }) => ({ words, count: trials.filter((trial) => inside.has(trial)).length }))
      .reduce((most, each) => (each.count > most.count ? each : most), { words: '', count: 0 })
    const conditions = rule.conditions.map((condition) => conditionText(columns, condition))
    const ending = 2 * common.count > there.length ? common.words : null
    const said = failuresText({ ...rule, conditions, ending })
    return [piece(facts, 'failures', 0.6 + 0.35 * share, 'failure', said, newest([...there]))]
  }
  const [largest] = failures
  if (share < MANY_FAILURES || largest === undefined) return []
  const said = failingText(failed.length, failed.length + worked.length, largest.trials.length, largest.words)
  return [piece(facts, 'failures', 0.5 + 0.45 * share, 'failure', said, newest(largest.trials))]
}

function timeAdvice(facts: Facts): Advice[] {
  const { left } = facts.counts
  return left == null ? [] : [piece(facts, 'time', 0.2, 'timeline', timeText(left))]
}

function idleAdvice(facts: Facts): Advice[] {
  const found = idleness(facts)
  if (found === null || found.share < MUCH_IDLE) return []
  const { share, gapMs, gaps, workers } = found
  return [piece(facts, 'idle', 0.3 + 0.4 * share, 'timeline', idleText(share, gapMs, gaps, workers))]
}

function lostAdvice(facts: Facts): Advice[] {
  const { columns, lost } = facts
  const all = columns.attempt.reduce((sum, attempt) => sum + attempt, 0)
  const last = columns.reason.filter((reason) => reason === 'lost').length
  const count = last + lost.filter(({ reason }) => reason === 'lost').length
  if (count < FEWEST_LOST || count < MANY_LOST * all) return []
  return [piece(facts, 'lost', 0.5 + 0.4 * (count / all), 'timeline', lostText(count, all), ['doctor'])]
}

/** What it saved to end trials early, by the median duration of the others. */
function pruningAdvice(facts: Facts): Advice[] {
  const { columns } = facts
  const took = tookOf(columns)
  const of = (state: string): number[] =>
    Array.from(took).filter((ms, i) => columns.state[i] === state && columns.attempt[i] === 1 && ms >= 0)
  const [complete, pruned] = [of('complete').sort((a, b) => a - b), of('pruned')]
  if (complete.length < FEWEST_PRUNED || pruned.length < FEWEST_PRUNED) return []
  const whole = complete[Math.floor(complete.length / 2)]!
  const saved = pruned.reduce((sum, ms) => sum + Math.max(whole - ms, 0), 0)
  const spent = [...complete, ...pruned].reduce((sum, ms) => sum + ms, 0)
  const share = saved / (spent + saved)
  if (!(share >= 0.05)) return []
  return [piece(facts, 'pruning', 0.15, 'curve', pruningText(pruned.length, saved, share, complete.length))]
}

function constraintAdvice(facts: Facts): Advice[] {
  const { columns, best, study } = facts
  const complete = indexesOf(columns, 'complete')
  const broken = new Map<string, number>()
  for (const i of complete) for (const rule of columns.breaks[i]!) broken.set(rule, (broken.get(rule) ?? 0) + 1)
  const [worst] = [...broken].sort((a, b) => b[1] - a[1])
  if (worst === undefined || complete.length < FEWEST_COMPLETE) return []
  const [rule, count] = worst
  // Else what is missing is a preferred trial, not one that meets the constraints.
  if (best < 0 && complete.every((i) => columns.breaks[i]!.length > 0)) {
    const nearest = nearestTo(facts, rule, complete)
    const said = constraintText(rule, count, complete.length, nearest)
    return [piece(facts, 'constraint', 0.95, 'history', said, nearest === null ? undefined : ['show', String(nearest)])]
  }
  if (count < MANY_BREAK * complete.length) return []
  const table = Object.keys(study.goals.objectives).length > 1 ? 'front' : 'best'
  return [
    piece(
      facts,
      'constraint',
      0.55,
      'history',
      tightText(rule, count, complete.length),
      best < 0 ? undefined : [table],
    ),
  ]
}

/** The number of the trial that breaks a constraint by the least. */
function nearestTo({ columns, study }: Facts, rule: string, trials: readonly number[]): number | null {
  const { constraints = {} } = study.goals
  const found = Object.entries(constraints).find(([name, constraint]) => ruleText(name, constraint) === rule)
  if (found === undefined || typeof found[1] === 'boolean') return null
  const [name, constraint] = found
  let [nearest, least]: [number | null, number] = [null, Infinity]
  for (const i of trials) {
    const output = columns.outputs.get(name)?.[i] ?? undefined
    const value = columns.values.get(name)?.[i]
    const said = {
      values: value === undefined ? {} : { [name]: value },
      outputs: output === undefined ? {} : { [name]: output },
    }
    const excess = excessOf(constraint, saidAs(name, said))
    if (excess < least) [nearest, least] = [columns.number[i]!, excess]
  }
  return nearest
}

function frontAdvice(facts: Facts): Advice[] {
  const { columns, study } = facts
  const names = Object.keys(study.goals.objectives)
  const m = names.length
  if (m < 2) return []
  const rows = indexesOf(columns, 'complete').filter(
    (i) => columns.breaks[i]!.length === 0 && names.every((name) => Number.isFinite(columns.values.get(name)![i])),
  )
  if (rows.length < FEWEST_COMPLETE) return []
  const signs = names.map((name) => signOf(study.goals.objectives[name]!))
  const points = Float64Array.from(
    rows.flatMap((i) => names.map((name, k) => signs[k]! * columns.values.get(name)![i]!)),
  )
  const front = frontOf(points, rows.length, m)
  const number = (row: number): number => columns.number[rows[row]!]!
  const [only, second] = front
  if (second === undefined)
    return [
      piece(facts, 'trade', 0.35, 'front', harmonyText(number(only!), rows.length), ['show', String(number(only!))]),
    ]
  const said = [piece(facts, 'trade', 0.3, 'front', tradeText(front.length, rows.length), ['front'])]
  const isAtRest = rows.length >= 2 * RESTED && front.every((row) => row < rows.length - RESTED)
  if (!isAtRest) return said
  const line = facts.counts.workers.live > 0 ? ('stop' as const) : ('front' as const)
  return [...said, piece(facts, 'stopped', 0.6, 'front', stillFrontText(RESTED, front.length), [line])]
}

const indexesOf = ({ count, state }: Columns, wanted: string): number[] =>
  Array.from({ length: count }, (_, i) => i).filter((i) => state[i] === wanted)
