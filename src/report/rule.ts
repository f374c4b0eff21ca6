/**
 * Where trials fail: the conjunction of at most two conditions that tells failed trials best from those that gave a
 * value, and only if chance would not do as well.
 *
 * A rule's score is its coverage, times by how much its precision is above the rate of failures:
 *
 *   coverage   the share of all failures that lie within it
 *   precision  (f + 1) / (n + 2) for f failures among n trials within it (Laplace's rule of succession), so that one
 *              failure in a corner does not look like a law
 *
 * Each end beyond the first one must raise the score by a twentieth. A search over thousands of rules always finds
 * one. So the same search goes over shuffled outcomes, and a rule counts only if none of those has one as good.
 */

import { randomStream, shuffle } from '../numerics/random.ts'
import type { Columns, ParameterColumn } from './columns.ts'
import { shortNumber } from './number-text.ts'
import { trialsWhere } from './trial-marks.ts'

/** Below this many failures, or other ends, there is nothing to compare. */
const FEWEST = 4

/** At most this many failures, and this many other trials, are looked at. Evenly spaced ones stand for the rest. */
const MOST_TRIALS = 1000

/** An interval begins and ends at these many quantiles of a number; its ends become exact afterwards. */
const ONE_SIDED_CUTS = 16
const TWO_SIDED_CUTS = 8

/** The search goes on from the best condition on each of this many parameters. */
const STARTS = 6

/** What an end costs: the score with it is multiplied by this. */
const PRICE = 0.95

/** None of this many shuffled outcomes may give as good a rule: a chance of 1 in 500. */
const SHUFFLES = 499

/**
 * A parameter lies between two ends, both included, one of which may be infinite. The places are those of its column:
 * values, or indexes of categories. Where the parameter is not active, the condition does not hold.
 */
export interface Condition {
  /** An index in the columns' `parameters`. */
  readonly parameter: number
  readonly low: number
  readonly high: number
}

export interface FailureRule {
  /** One, or two of different parameters; all must hold. */
  readonly conditions: readonly Condition[]
  /** How many trials within it failed, of how many there that failed or gave a value. */
  readonly failed: number
  readonly within: number
  /** The same over all trials. */
  readonly allFailed: number
  readonly all: number
}

/** A condition with the trials for which it holds, a bit for each. */
interface Candidate extends Condition {
  readonly bits: Uint32Array
  readonly ends: number
}

/** A candidate and how many failures lie within it. */
interface Weighed {
  readonly candidate: Candidate
  readonly caught: number
}

interface Found {
  readonly score: number
  readonly of: readonly Candidate[]
}

/** Failures and other trials, as bits. */
interface Outcomes {
  readonly failed: Uint32Array
  readonly failures: number
  readonly count: number
}

/** Where trials fail; null if nothing tells failures from other trials better than chance does. */
export function failureRule(columns: Columns, seed: number): FailureRule | null {
  const { failed, worked } = outcomesOf(columns)
  if (Math.min(failed.length, worked.length) < FEWEST) return null
  const looked = [...evenly(failed), ...evenly(worked)]
  const isFailed = Uint8Array.from(looked, (_, i) => (i < Math.min(failed.length, MOST_TRIALS) ? 1 : 0))
  const seen = outcomesAs(isFailed)
  const candidates = columns.parameters.map((column, parameter) => candidatesOf(column, parameter, looked))
  const best = search(candidates, seen, 0)
  if (best.of.length === 0) return null
  const random = randomStream('failure rule', seed)
  for (let k = 0; k < SHUFFLES; k++) {
    shuffle(isFailed, random)
    if (search(candidates, outcomesAs(isFailed), best.score).score >= best.score) return null
  }
  return simplified(columns, best.of, failed, worked)
}

/** Whether a trial is where a rule says. */
export const holdsFor = ({ parameters }: Columns, conditions: readonly Condition[], trial: number): boolean =>
  conditions.every(({ parameter, low, high }) => {
    const at = parameters[parameter]!.at[trial]!
    return at >= low && at <= high
  })

/** A condition in words: `batch >= 256`, `0.1 <= lr <= 0.3`, `kind is cnn`. */
export function conditionText({ parameters }: Columns, { parameter, low, high }: Condition): string {
  const { label, kind, words } = parameters[parameter]!
  const text = (place: number): string => (kind === 'category' ? words[place]! : shortNumber(place))
  if (low === high) return `${label} is ${text(low)}`
  if (high === Infinity) return `${label} >= ${text(low)}`
  return low === -Infinity ? `${label} <= ${text(high)}` : `${text(low)} <= ${label} <= ${text(high)}`
}

/** The trials that failed, and those that gave a value or were ended early: the outcomes that a config leads to. */
export const outcomesOf = (columns: Columns): { readonly failed: Int32Array; readonly worked: Int32Array } => ({
  failed: trialsWhere(columns, (trial) => columns.state[trial] === 'failed'),
  worked: trialsWhere(columns, (trial) => ['complete', 'pruned', 'paused'].includes(columns.state[trial]!)),
})

function evenly(trials: Int32Array): readonly number[] {
  if (trials.length <= MOST_TRIALS) return [...trials]
  return Array.from({ length: MOST_TRIALS }, (_, i) => trials[Math.floor((i * trials.length) / MOST_TRIALS)]!)
}

function outcomesAs(isFailed: Uint8Array): Outcomes {
  const failed = bitsOf(isFailed.length, (i) => isFailed[i] === 1)
  return { failed, failures: countOf(failed), count: isFailed.length }
}

/** Every condition on a parameter that holds for some of the trials, and not for all. */
function candidatesOf(column: ParameterColumn, parameter: number, trials: readonly number[]): Candidate[] {
  const at = Float64Array.from(trials, (trial) => column.at[trial]!)
  const seen = [...new Set(at)].filter((place) => !Number.isNaN(place)).sort((a, b) => a - b)
  const ranges = isOrdered(column) ? intervalsOf(seen) : seen.map((place) => [place, place] as const)
  return ranges.flatMap(([low, high]) => {
    const bits = bitsOf(at.length, (i) => at[i]! >= low && at[i]! <= high)
    const held = countOf(bits)
    return held === 0 || held === at.length ? [] : [{ parameter, low, high, bits, ends: endsOf({ low, high }) }]
  })
}

const isOrdered = ({ kind, leaf }: ParameterColumn): boolean => kind !== 'category' || leaf.parameter.type === 'ordinal'

const endsOf = ({ low, high }: Pick<Condition, 'low' | 'high'>): number =>
  low !== high && low > -Infinity && high < Infinity ? 2 : 1

/** Intervals with ends among values in ascending order: first those with one end, then those with two. */
function intervalsOf(seen: readonly number[]): (readonly [number, number])[] {
  const edges = quantilesOf(seen, ONE_SIDED_CUTS)
  const inner = quantilesOf(seen, TWO_SIDED_CUTS)
  return [
    ...edges.flatMap((edge) => [[-Infinity, edge] as const, [edge, Infinity] as const]),
    ...inner.flatMap((low, i) => inner.slice(i).map((high) => [low, high] as const)),
  ]
}

const quantilesOf = (seen: readonly number[], most: number): number[] =>
  seen.length <= most
    ? [...seen]
    : Array.from({ length: most }, (_, k) => seen[Math.round((k * (seen.length - 1)) / (most - 1))]!)

/**
 * The best rule of one or two conditions. From the best condition on each of the most promising parameters, the best
 * second one is looked for, and then a better first one beside it.
 *
 * @param floor  rules that cannot reach this score need not be found
 */
function search(candidates: readonly (readonly Candidate[])[], outcomes: Outcomes, floor: number): Found {
  const reach = (caught: number): number => (caught / outcomes.failures) * (1 - outcomes.failures / outcomes.count)
  const weighed = candidates.map((list) => {
    const kept: Weighed[] = []
    for (const candidate of list) {
      const caught = countOfBoth(candidate.bits, outcomes.failed)
      // No rule with this condition scores more, even if everything within it fails.
      if (reach(caught) >= floor) kept.push({ candidate, caught })
    }
    return kept
  })
  const all = weighed.flat()
  const singles = weighed
    .map((list) => bestOf(list, null, outcomes, 0))
    .filter(({ of }) => of.length > 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, STARTS)
  let best: Found = singles[0] ?? { score: 0, of: [] }
  for (const { of } of singles) {
    let [kept] = of as [Candidate]
    for (let pass = 0; pass < 2; pass++) {
      const found = bestOf(all, kept, outcomes, Math.max(best.score, floor * (1 - 1e-12)))
      if (found.of.length < 2) break
      best = found
      kept = found.of[1]!
    }
  }
  return best
}

/** The best of some conditions beside a first one, above a score; none if no condition reaches it. */
function bestOf(list: readonly Weighed[], first: Candidate | null, outcomes: Outcomes, above: number): Found {
  const { failed, failures, count } = outcomes
  const rate = failures / count
  let best: Found = { score: above, of: [] }
  for (const { candidate, caught } of list) {
    if (candidate.parameter === first?.parameter) continue
    const price = PRICE ** (candidate.ends + (first?.ends ?? 0) - 1)
    // Even if everything within it fails, this many failures give at most this score.
    const most = (price * (1 - rate)) / failures
    if (most * caught <= best.score) continue
    const inFailed = first === null ? caught : countOfBoth(candidate.bits, failed, first.bits)
    if (most * inFailed <= best.score) continue
    const within = countOfBoth(candidate.bits, first?.bits ?? candidate.bits)
    const score = price * (inFailed / failures) * ((inFailed + 1) / (within + 2) - rate)
    if (score > best.score) best = { score, of: first === null ? [candidate] : [first, candidate] }
  }
  return best
}

/** The same conditions with the ends that are best over all trials, each in as few digits as tell the trials apart. */
function sharpened(columns: Columns, of: readonly Condition[], failed: Int32Array, worked: Int32Array): Condition[] {
  const conditions = of.map(({ parameter, low, high }): Condition => ({ parameter, low, high }))
  const isFailed = new Set(failed)
  const trials = [...failed, ...worked]
  for (const [k, condition] of conditions.entries()) {
    const column = columns.parameters[condition.parameter]!
    if (!isOrdered(column)) continue
    const { at } = column
    const others = conditions.filter((_, other) => other !== k)
    const beside = trials.filter((trial) => !Number.isNaN(at[trial]!) && holdsFor(columns, others, trial))
    beside.sort((a, b) => at[a]! - at[b]!)
    const places = Float64Array.from(beside, (trial) => at[trial]!)
    const fails = beside.map((trial) => isFailed.has(trial))
    let { low, high } = condition
    if (low > -Infinity) low = bestEnd(places, fails, high, failed.length / trials.length, true)
    if (high < Infinity) high = bestEnd(places, fails, low, failed.length / trials.length, false)
    conditions[k] = { parameter: condition.parameter, ...inFewDigits(places, low, high) }
  }
  return conditions
}

/** The rule with exact ends, and without the ends and conditions that with these are not worth their price. */
function simplified(columns: Columns, of: readonly Condition[], failed: Int32Array, worked: Int32Array): FailureRule {
  const rule = counted(columns, sharpened(columns, of, failed, worked), failed, worked)
  const simpler = rule.conditions.flatMap((condition, k) => {
    const opened = [
      { ...condition, low: -Infinity },
      { ...condition, high: Infinity },
    ].filter(({ low, high }) => condition.low < condition.high && (low > -Infinity || high < Infinity))
    const others = rule.conditions.filter((_, other) => other !== k)
    return [...opened.map((each) => rule.conditions.with(k, each)), ...(others.length > 0 ? [others] : [])]
  })
  const scored = simpler
    .map((conditions) => ({ conditions, score: scoreOf(counted(columns, conditions, failed, worked)) }))
    .filter(({ score }) => score > scoreOf(rule))
    .sort((a, b) => b.score - a.score)
  return scored.length === 0 ? rule : simplified(columns, scored[0]!.conditions, failed, worked)
}

/** The best lower (or upper) end of an interval whose other end is given, among places in ascending order. */
function bestEnd(places: Float64Array, fails: readonly boolean[], other: number, rate: number, isLow: boolean): number {
  const order = Array.from(places, (_, i) => (isLow ? places.length - 1 - i : i))
  let [best, end, inFailed, within] = [-Infinity, other, 0, 0]
  for (const [k, i] of order.entries()) {
    const place = places[i]!
    if (isLow ? place > other : place < other) continue
    within++
    if (fails[i]) inFailed++
    const next = order[k + 1]
    if (next !== undefined && places[next] === place) continue
    const score = inFailed * ((inFailed + 1) / (within + 2) - rate)
    if (score > best) [best, end] = [score, place]
  }
  return end
}

/** The shortest numbers that hold the same places between them. */
function inFewDigits(places: Float64Array, low: number, high: number): { low: number; high: number } {
  const below = places.findLast((place) => place < low) ?? -Infinity
  const above = places.find((place) => place > high) ?? Infinity
  return low === high
    ? { low, high }
    : {
        low: shortest(low, (end) => end > below && end <= low),
        high: shortest(high, (end) => end >= high && end < above),
      }
}

function shortest(end: number, isSame: (end: number) => boolean): number {
  if (!Number.isFinite(end)) return end
  for (let digits = 1; digits < 17; digits++) {
    const rounded = Number(end.toPrecision(digits))
    if (isSame(rounded)) return rounded
  }
  return end
}

function counted(
  columns: Columns,
  conditions: readonly Condition[],
  failed: Int32Array,
  worked: Int32Array,
): FailureRule {
  const held = (trials: Int32Array): number => trials.filter((i) => holdsFor(columns, conditions, i)).length
  const inFailed = held(failed)
  return {
    conditions,
    failed: inFailed,
    within: inFailed + held(worked),
    allFailed: failed.length,
    all: failed.length + worked.length,
  }
}

function scoreOf({ conditions, failed, within, allFailed, all }: FailureRule): number {
  const ends = conditions.reduce((sum, condition) => sum + endsOf(condition), 0)
  return PRICE ** (ends - 1) * (failed / allFailed) * ((failed + 1) / (within + 2) - allFailed / all)
}

function bitsOf(count: number, holds: (i: number) => boolean): Uint32Array {
  const bits = new Uint32Array(Math.ceil(count / 32))
  for (let i = 0; i < count; i++) if (holds(i)) bits[i >> 5]! |= 1 << (i & 31)
  return bits
}

const countOf = (bits: Uint32Array): number => countOfBoth(bits, bits)

/** How many bits are set in all of these. */
function countOfBoth(a: Uint32Array, b: Uint32Array, c = b): number {
  let count = 0
  for (let i = 0; i < a.length; i++) {
    // The bits of a word, summed in pairs, fours, eights (Warren 2012, "Hacker's Delight", 5-1).
    let word = a[i]! & b[i]! & c[i]!
    word -= (word >>> 1) & 0x55555555
    word = (word & 0x33333333) + ((word >>> 2) & 0x33333333)
    count += Math.imul((word + (word >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
  }
  return count
}
