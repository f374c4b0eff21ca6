/**
 * Advice that a model gives. It speaks only where the model predicts values that it has not seen; where it does not,
 * that is the advice.
 */

import { upperMedian } from '../numerics/vector.ts'
import { signOf } from '../space/objectives.ts'
import {
  boundText,
  costText,
  flatText,
  levelText,
  luckyText,
  nextText,
  noiseText,
  promisingText,
  stoppedText,
  weakText,
} from './advice-text.ts'
import { tookOf } from './columns.ts'
import type { Columns, ParameterColumn } from './columns.ts'
import { configWords, trialWords } from './command-text.ts'
import { durationLikeness } from './duration-likeness.ts'
import type { Facts } from './facts.ts'
import type { Cut, ModelView } from './models/views.ts'
import { shortNumber } from './number-text.ts'
import { piece } from './piece.ts'
import type { Advice } from './piece.ts'
import { shareOf } from './scale.ts'
import { RESTED, bestTrials, binomialCdf, isRepeatable } from './trial-counts.ts'

/** From this many values on, a model should predict something. */
const WEAK_FROM = 40

/** As near to an end as this share of the range counts as at it. */
const AT_END = 0.02

/** At least this share of the best trials must be at the end too. */
const MOST_OF_BEST = 0.6

/** A difference in standard deviations that counts. */
const CLEAR = 2

/** A level of a category that fewer trials than this share have may have been given up too early. */
const RARE = 0.1

/** Chance alone leaves a level this rare in fewer than this share of studies. */
const BY_CHANCE = 0.01

/** A chance below this is none. */
const LEAST_CHANCE = 0.05

/** Noise from this share of the variance of all values on may decide which one is the best. */
const LEAST_NOISE = 0.01

/** This many of the best trials are compared with the noise. */
const COMPARED = 5

/** What a model says of places that nobody tried, and of what does nothing, counts from this R² of values left out. */
const CLEAR_R2 = 0.5

/** For a sentence about a parameter that does nothing: values, and the most that it may explain. */
const FLAT_FROM = 50
const FLAT_SHARE = 0.02

/** Without noise, a gain counts from this share of what the best value is better than the median. */
const LEAST_GAIN = 0.01

/** Durations differ if the ninth decile is this many times the first. */
const WIDE = 3

/** A trial takes less if it takes at most this share. */
const HALF = 0.5

/** Durations are compared over this many trials at most, the newest ones. */
const MOST_TIMED = 300

/** What models say, if there are any. */
export function modelAdvice(facts: Facts): Advice[] {
  const weak = weakAdvice(facts)
  const names = Object.keys(facts.study.goals.objectives)
  const first = facts.models.find(({ objective }) => objective === names[0])
  if (first === undefined) return weak
  const all = [...weak, ...boundAdvice(facts, first), ...levelAdvice(facts, first), ...flatAdvice(facts, first)]
  // With several objectives, what is good for one of them is not yet good.
  if (names.length > 1) return all
  return [
    ...all,
    ...noiseAdvice(facts, first),
    ...luckyAdvice(facts, first),
    ...roomAdvice(facts, first),
    ...costAdvice(facts, first),
  ]
}

const named = ({ study }: Facts, { objective }: ModelView): string | null =>
  Object.keys(study.goals.objectives).length > 1 ? objective : null

const signIn = ({ study }: Facts, { objective }: ModelView): 1 | -1 => signOf(study.goals.objectives[objective]!)

/**
 * An objective with enough values and no model: its model predicts nothing. The other reasons, few values, equal values
 * and that no trial may be recommended, are excluded here; importances show that models were asked.
 */
function weakAdvice(facts: Facts): Advice[] {
  const { columns, models, noModel, importances, recommended } = facts
  if (noModel === null || recommended < 0) return []
  const silent = importances.filter(({ objective }) => {
    const values = columns.values.get(objective)!.filter((_, i) => columns.state[i] === 'complete')
    return (
      models.every((view) => view.objective !== objective) &&
      values.length >= WEAK_FROM &&
      values.some((value) => value !== values[0])
    )
  })
  const names = Object.keys(facts.study.goals.objectives)
  return silent.length === 0
    ? []
    : [
        piece(
          facts,
          'weak',
          0.85,
          'importance',
          weakText(names.length > 1 ? silent.map((one) => one.objective) : [], noModel),
        ),
      ]
}

function boundAdvice(facts: Facts, view: ModelView): Advice[] {
  const best = bestTrials(facts.columns)
  return view.cuts.flatMap((cut) => {
    const column = facts.columns.parameters[cut.parameter]!
    const { parameter } = column.leaf
    if (parameter.type !== 'float' && parameter.type !== 'int') return []
    const ends = [
      { isUpper: false, end: parameter.low, deviations: cut.gainAtLow },
      { isUpper: true, end: parameter.high, deviations: cut.gainAtHigh },
    ]
    return ends.flatMap(({ isUpper, end, deviations }) => {
      const isThere = (trial: number): boolean => distanceToEnd(column, column.at[trial]!, isUpper) <= AT_END
      const there = best.filter(isThere).length
      if (!(deviations >= CLEAR) || !isThere(view.recommended.trial) || there < MOST_OF_BEST * best.length) return []
      if (best.length === 0 || losesElsewhere(facts, view, cut, isUpper)) return []
      const said = boundText({
        parameter: column.label,
        isUpper,
        end: shortNumber(end),
        isNatural: end === 0 || end === 1,
        there,
        of: best.length,
        deviations,
      })
      return [piece(facts, 'bound', 0.8, `cut-${cut.parameter}`, said)]
    })
  })
}

function distanceToEnd({ kind, leaf: { parameter } }: ParameterColumn, place: number, isUpper: boolean): number {
  if (kind === 'category' || !('low' in parameter)) return Infinity
  const share = shareOf({ kind, low: parameter.low, high: parameter.high }, place)
  return Number.isNaN(share) ? Infinity : isUpper ? 1 - share : share
}

/** Whether another objective becomes worse toward that end. */
const losesElsewhere = ({ models }: Facts, view: ModelView, { parameter }: Cut, isUpper: boolean): boolean =>
  models.some((other) => {
    const cut = other === view ? undefined : other.cuts.find((each) => each.parameter === parameter)
    return cut !== undefined && (isUpper ? cut.gainAtHigh : cut.gainAtLow) < 0
  })

interface RareLevel {
  readonly cut: Cut
  readonly level: number
  readonly tried: number
  readonly of: number
  readonly chance: number
}

/** For each category the level that was most likely given up too early. */
function levelAdvice(facts: Facts, view: ModelView): Advice[] {
  const sign = signIn(facts, view)
  return view.cuts.flatMap((cut) => {
    const [found] = rareLevels(facts.columns, view, cut, sign).sort((a, b) => b.chance - a.chance)
    if (found === undefined) return []
    const { label, words } = facts.columns.parameters[cut.parameter]!
    const said = levelText(label, words[found.level]!, found.tried, found.of, found.chance)
    const line = levelLine(facts, view, found)
    return [piece(facts, 'level', 0.4 + 0.4 * found.chance, `cut-${cut.parameter}`, said, line)]
  })
}

function rareLevels({ parameters, state }: Columns, view: ModelView, cut: Cut, sign: 1 | -1): RareLevel[] {
  const { kind, words, at, leaf } = parameters[cut.parameter]!
  const own = cut.at.indexOf(at[view.recommended.trial]!)
  if (kind !== 'category' || own < 0) return []
  const counts = words.map((_, level) => at.filter((place, i) => place === level && state[i] === 'complete').length)
  const of = counts.reduce((sum, count) => sum + count, 0)
  const weights = 'weights' in leaf.parameter ? leaf.parameter.weights : undefined
  const total = weights?.reduce((sum, weight) => sum + weight, 0) ?? words.length
  return cut.at.flatMap((level, k) => {
    const tried = counts[level]!
    const expected = (weights?.[level] ?? 1) / total
    if (k === own || tried >= RARE * of || binomialCdf(tried, of, expected) > BY_CHANCE / words.length) return []
    const reaches = sign > 0 ? cut.low[k]! < cut.mean[own]! : cut.high[k]! > cut.mean[own]!
    const chance = cut.beats[k]!
    return reaches && chance >= LEAST_CHANCE ? [{ cut, level, tried, of, chance }] : []
  })
}

/** The line that tries a level: in the recommended trial or, where conditions may refuse that, its best trial again. */
function levelLine(
  { columns, study }: Facts,
  view: ModelView,
  { cut, level }: RareLevel,
): [string, ...string[]] | undefined {
  const { at } = columns.parameters[cut.parameter]!
  const own = bestTrials(columns, 1).find((trial) => at[trial] === level) ?? -1
  if (study.where.length > 0) {
    const again = own < 0 ? undefined : trialWords(columns, own)
    return again && ['add', ...again, '--repeat']
  }
  const { trial } = view.recommended
  const words = trialWords(columns, trial, { parameter: cut.parameter, place: level, other: own })
  return words && ['add', ...words, '--repeat']
}

function flatAdvice(facts: Facts, view: ModelView): Advice[] {
  if (view.trials < FLAT_FROM) return []
  const shares = view.cuts.flatMap(({ parameter }) => {
    const most = Math.max(...facts.models.map((each) => mostOf(facts, each, parameter)))
    return most < FLAT_SHARE ? [{ label: facts.columns.parameters[parameter]!.label, most }] : []
  })
  if (shares.length === 0) return []
  const most = Math.max(...shares.map((share) => share.most))
  const said = flatText(
    shares.map(({ label }) => label),
    most,
    view.trials,
  )
  return [piece(facts, 'flat', 0.4, 'importance', said)]
}

/** The most that a parameter may explain, alone or in a pair; infinite if it may matter or nobody knows. */
function mostOf({ importances }: Facts, { objective, r2, cuts }: ModelView, parameter: number): number {
  const cut = cuts.find((each) => each.parameter === parameter)
  if (!(r2 >= CLEAR_R2) || cut === undefined || !(cut.spanDeviations < CLEAR)) return Infinity
  const importance = importances.find((each) => each.objective === objective)
  const rows = importance?.rows.filter(({ parameters }) => parameters.includes(parameter)) ?? []
  return rows.length === 0 ? Infinity : Math.max(...rows.map(({ high }) => high))
}

/**
 * Whether noise decides which value is the best: it is much beside all values, or the model takes another trial home
 * than the best one, as it does where noise is much beside the good values. And a config that was measured again must
 * have given another value, if any was.
 */
const isNoisy = ({ columns, best }: Facts, { objective, noise, noiseShare, recommended }: ModelView): boolean =>
  noise > 0 &&
  (noiseShare > LEAST_NOISE || recommended.trial !== best) &&
  !isRepeatable(columns, columns.values.get(objective)!)

function noiseAdvice(facts: Facts, view: ModelView): Advice[] {
  const { columns } = facts
  const best = bestTrials(columns).slice(0, COMPARED)
  if (best.length < COMPARED || !isNoisy(facts, view)) return []
  const apart = columns.worth[best.at(-1)!]! - columns.worth[best[0]!]!
  if (!(apart < 2 * view.noise)) return []
  const said = noiseText({
    objective: named(facts, view),
    noise: view.noise,
    share: view.noiseShare,
    trials: view.trials,
    apart,
    of: COMPARED,
  })
  return [piece(facts, 'noise', 0.65, 'history', said, ['best', '--model'])]
}

function luckyAdvice(facts: Facts, view: ModelView): Advice[] {
  const { columns } = facts
  const { trial, mean } = view.best
  if (trial !== facts.best || !isNoisy(facts, view)) return []
  const value = columns.values.get(view.objective)![trial]!
  if (signIn(facts, view) > 0 ? mean.low <= value : mean.high >= value) return []
  const words = trialWords(columns, trial)
  const said = luckyText(value, columns.number[trial]!, mean.value, mean)
  return [piece(facts, 'lucky', 0.7, 'calibration', said, words && ['add', ...words, '--repeat'])]
}

/** Whether to stop or to go on: by the room that the model sees, beside what could be measured. */
function roomAdvice(facts: Facts, view: ModelView): Advice[] {
  const { columns, counts, study } = facts
  const { room, next, optimum } = view
  const inOrder = columns.worth.filter((worth) => Number.isFinite(worth))
  if (room === null || inOrder.length === 0) return []
  const sorted = inOrder.toSorted()
  const [least, median] = [sorted[0]!, upperMedian(sorted)]
  const grain = Math.max(view.noise, LEAST_GAIN * (median - least))
  const before = inOrder.subarray(0, -RESTED).reduce((low, worth) => Math.min(low, worth), Infinity)
  const gained = before - least
  if (inOrder.length >= 2 * RESTED && gained <= view.noise && room.middle < grain) {
    const line: [string, ...string[]] = counts.workers.live > 0 ? ['stop'] : ['best', '--model']
    return [piece(facts, 'stopped', 0.75, 'room', stoppedText(RESTED, view.noise > 0, room), line)]
  }
  // Beyond what it explains a model sees chances everywhere.
  if (!(view.r2 >= CLEAR_R2)) return []
  const line =
    optimum === null ? undefined : (['add', ...configWords(study.space, optimum.config)] as [string, ...string[]])
  if (next !== null && next.chance >= 0.2)
    return [piece(facts, 'promising', 0.45, 'room', nextText(next.trials, next.chance, next.gain), line)]
  return room.low > grain ? [piece(facts, 'promising', 0.4, 'room', promisingText(room), line)] : []
}

/** A trial that is as good as the best one but for noise, in a study whose configs decide how long a trial takes. */
function costAdvice(facts: Facts, view: ModelView): Advice[] {
  const { columns, best } = facts
  const took = tookOf(columns)
  const known = bestTrials(columns, 1).filter((i) => took[i]! > 0)
  if (!known.includes(best) || !isWide(known.map((i) => took[i]!))) return []
  const newest = [...known].sort((a, b) => a - b).slice(-MOST_TIMED)
  const likeness = durationLikeness(columns, [...new Set([...newest, best])], took)
  if (likeness === null) return []
  const { expected, correlation, of } = likeness
  const trial = known.find(
    (i) =>
      columns.worth[i]! <= columns.worth[best]! + view.noise &&
      took[i]! <= HALF * took[best]! &&
      expected(i) <= HALF * expected(best),
  )
  if (trial === undefined) return []
  const values = columns.values.get(view.objective)!
  const said = costText({
    trial: columns.number[trial]!,
    value: values[trial]!,
    best: values[best]!,
    took: took[trial]!,
    bestTook: took[best]!,
    correlation,
    of,
  })
  return [piece(facts, 'cost', 0.5, 'duration', said, ['show', String(columns.number[trial])])]
}

function isWide(durations: readonly number[]): boolean {
  const sorted = [...durations].sort((a, b) => a - b)
  return sorted[Math.floor(0.9 * sorted.length)]! >= WIDE * sorted[Math.floor(sorted.length / 10)]!
}
