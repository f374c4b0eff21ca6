/**
 * One turn for several objectives: a model of each in the same role, and the point that is expected to add most to the
 * volume of the front.
 *
 * The front is that of the posterior means, as the models see values; a pending trial is in it where it is believed to
 * turn out. The reference lies at least a tenth of the front's extent beyond its worst values, so that its ends are
 * worth something. With two objectives, it is also not better than 90 % of the measured values, in every second
 * suggestion than all of them. Otherwise a front of which only a part is known would never be continued beyond a gap.
 */

import { jointCriterionOf } from '../acquisition/criterion.ts'
import { logHypervolumeImprovement, logScalarizedImprovement } from '../acquisition/hypervolume.ts'
import type { JointAcquisition } from '../acquisition/hypervolume.ts'
import { normalDraw } from '../numerics/draws.ts'
import { frontOf, isDominated } from '../numerics/front.ts'
import { shuffle } from '../numerics/random.ts'
import type { Random } from '../numerics/random.ts'
import { rowsOf } from '../numerics/vector.ts'
import { warped } from '../surrogate/warp.ts'
import { HYPERVOLUME } from './acquisition-table.ts'
import { beliefAt } from './belief.ts'
import type { ModelExplanation } from './explanation.ts'
import type { Made } from './made.ts'
import { evenly } from './model-set.ts'
import { oddsAt, predictionAt, seenBy } from './model-view.ts'
import { columnsOf, modelsOf } from './objective-models.ts'
import type { Observation } from './observations.ts'
import type { Past } from './past.ts'
import type { Role } from './role.ts'
import { budgetOf, centersOf, inFull, termsOf } from './search.ts'
import type { Turn } from './turn.ts'

/** The reference lies beyond the worst value of the front by this share of the front's extent. */
const MARGIN = 0.1

/** With two objectives, the reference is not better than this share of the values of an objective, by turns. */
const MEASURED_SHARES = [0.9, 1] as const

/** An extent counts as at least this many deviations of the values: a front of one point has none. */
const LEAST_EXTENT = 1

/** Most pending trials in the front, taken evenly. */
const MOST_PENDING = 100

/** No weight is smaller, because values are divided by it. */
const LEAST_WEIGHT = 1e-3

/** One turn of the models in this role. */
export function byHypervolume(role: Role, past: Past): Turn {
  const { objectives, basis, axes, effort, maximizer, random, weights } = past
  const { chosen, made, learned } = modelsOf(role, past)
  const m = made.length
  const front = frontOfMeans(made, chosen, past)
  const reference = m === 2 ? atMeasured(referenceOf(front, m), made, past.number) : referenceOf(front, m)
  const acquisition =
    m <= 3
      ? logHypervolumeImprovement(front, reference)
      : logScalarizedImprovement(front, reference, weightsOnSphere(m, weights))
  const models = made.map(({ model }) => model)
  const criterion = jointCriterionOf(models, acquisition, termsOf(past))
  const ranked = bestFirst(made, chosen, weights)
  const cost = { ...models[0]!, n: models.reduce((sum, { n }) => sum + n, 0) }
  const found = maximizer(criterion, axes, centersOf(ranked), random, inFull(budgetOf(cost, effort)))
  return {
    ranked,
    found,
    learned: { ...basis, ...learned },
    view: (x) => ({
      ...viewOf(made, front, acquisition, past, x),
      predictions: Object.fromEntries(
        objectives.map(({ name, history }, k) => [name, predictionAt(made[k]!, history.sign, x)]),
      ),
      acquisition: { name: HYPERVOLUME.name, value: criterion.values(x, 1)[0]! },
    }),
  }
}

/** The front of the posterior means, k × m, where trials that break constraints have no part. */
function frontOfMeans(made: readonly Made[], chosen: readonly Observation[], past: Past): Float64Array {
  const { axes, history, beliefs } = past
  const m = made.length
  const isAllowed = chosen.some(({ breaks }) => breaks !== true)
    ? chosen.map(({ breaks }) => breaks !== true)
    : chosen.map(() => true)
  const measured = made.map(({ means }) => means.filter((_, i) => isAllowed[i]!))
  const pending = beliefs.pending === 'ignore' ? [] : evenly(history.pending, MOST_PENDING)
  const points = rowsOf(pending, axes.list.length)
  const believed = made.map(({ model }) => model.predict(points, pending.length).means)
  const rows = columnsOf(measured.map((means, k) => Float64Array.of(...means, ...believed[k]!)))
  const front = frontOf(rows, rows.length / m, m)
  return Float64Array.from(front.flatMap((i) => [...rows.subarray(i * m, (i + 1) * m)]))
}

/**
 * The reference of a front: a value for each of m objectives.
 *
 * @param front  k × m
 */
function referenceOf(front: Float64Array, m: number): Float64Array {
  return Float64Array.from({ length: m }, (_, k) => {
    const column = front.filter((_, i) => i % m === k)
    const worst = column.reduce((a, b) => Math.max(a, b), -Infinity)
    const best = column.reduce((a, b) => Math.min(a, b), Infinity)
    return worst + MARGIN * Math.max(worst - best, LEAST_EXTENT)
  })
}

/** A reference that is not better than most of the values that were measured. */
function atMeasured(reference: Float64Array, made: readonly Made[], number: number): Float64Array {
  const share = MEASURED_SHARES[number % MEASURED_SHARES.length]!
  return reference.map((at, k) => {
    const sorted = made[k]!.means.toSorted()
    return Math.max(at, sorted[Math.min(Math.floor(share * sorted.length), sorted.length - 1)]!)
  })
}

/** A direction, evenly distributed over those with positive coordinates. */
function weightsOnSphere(m: number, random: Random): Float64Array {
  const normal = Float64Array.from({ length: m }, () => Math.abs(normalDraw(random)))
  const length = Math.hypot(...normal)
  return normal.map((at) => Math.max(at / length, LEAST_WEIGHT))
}

/** The front in a random order, then the others by the sum of their means; last, those that break constraints. */
function bestFirst(made: readonly Made[], chosen: readonly Observation[], random: Random): Observation[] {
  const rows = columnsOf(made.map(({ means }) => means))
  const m = made.length
  const allowed = [...chosen.keys()].filter((i) => chosen[i]!.breaks !== true)
  const usable = allowed.length > 0 ? allowed : [...chosen.keys()]
  const points = Float64Array.from(usable.flatMap((i) => [...rows.subarray(i * m, (i + 1) * m)]))
  const front = frontOf(points, usable.length, m).map((i) => usable[i]!)
  shuffle(front, random)
  const isAhead = new Set(front)
  const isUsable = new Set(usable)
  const sum = (i: number): number => made.reduce((total, { means }) => total + means[i]!, 0)
  const others = [...chosen.keys()].filter((i) => !isAhead.has(i))
  others.sort((a, b) => Number(isUsable.has(b)) - Number(isUsable.has(a)) || sum(a) - sum(b) || a - b)
  return [...front, ...others].map((i) => chosen[i]!)
}

/** What is said about a point beside its predictions. */
function viewOf(
  made: readonly Made[],
  front: Float64Array,
  { improves }: JointAcquisition,
  past: Past,
  x: Float64Array,
): Omit<ModelExplanation, 'acquisition'> {
  const [first] = made
  const { sign } = past.objectives[0]!.history
  const { inverse } = warped(first!.y, first!.warp)
  const predicted = made.map(({ model }) => model.predict(x, 1))
  const means = Float64Array.from(predicted, (one) => one.means[0]!)
  const deviations = Float64Array.from(predicted, (one) => Math.sqrt(one.variances[0]!))
  return {
    ...seenBy(first!, past, x),
    prediction: predictionAt(first!, sign, x),
    incumbent: sign * inverse(first!.best),
    improves: improves(means, deviations),
    ...oddsAt(past, x),
    ...beliefAt(past, x),
    mode: isDominated(front, front.length / made.length, made.length, means) ? 'explore' : 'exploit',
  }
}
