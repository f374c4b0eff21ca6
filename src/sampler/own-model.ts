/** From parts that somebody has written to a model, an acquisition and a maximizer as the rest of a turn knows them. */

import type { Acquisition } from '../acquisition/acquisition.ts'
import { sortByValue } from '../acquisition/candidate.ts'
import type { Maximizer } from '../acquisition/maximize.ts'
import type { Random } from '../numerics/random.ts'
import { rowsOf } from '../numerics/vector.ts'
import { settleInPlace, snapped } from '../space/axes.ts'
import type { Axes } from '../space/axes.ts'
import { isRecord } from '../space/options.ts'
import { shown } from '../space/shown.ts'
import { normalModel } from '../surrogate/model.ts'
import type { Model } from '../surrogate/model.ts'
import { asked, askedNumber, wrongAnswer } from './own-part.ts'
import type { OwnAcquisition, OwnMaximizer, OwnModel, PartContext } from './own-part.ts'

/** Added to a variance, in units of standardized values: a model may be sure of a value. */
const SMALLEST_VARIANCE = 1e-12

/** Worth less than this is not told from nothing. */
const LEAST_WORTH = 1e-300

/** Steps of the differences that slopes are made of, in deviations. */
const STEP = 1e-4

/** A model that somebody has written, fitted. */
export function ownModel(
  { name, fit }: OwnModel,
  points: Float64Array,
  values: Float64Array,
  axes: Axes,
  random: Random,
): Model {
  const d = axes.list.length
  const n = values.length
  const fitted = asked('model', name, () => fit(copiedRows(points, n, d), values.slice(), contextOf(axes, random)))
  if (!isRecord(fitted) || typeof fitted.predict !== 'function')
    throw wrongAnswer('model', name, "an object with a function 'predict'", shown(fitted))
  return normalModel(d, n, (others, m, means, variances) => {
    const answer = asked('model', name, () => fitted.predict(copiedRows(others, m, d)))
    const [wantedMeans, deviations] = [listIn(answer, 'means'), listIn(answer, 'deviations')]
    if (wantedMeans?.length !== m || deviations?.length !== m) {
      const got = `${wantedMeans?.length ?? 'none'} and ${deviations?.length ?? 'none'}`
      throw wrongAnswer('model', name, `'means' and 'deviations' for each of ${m} rows`, got)
    }
    for (let c = 0; c < m; c++) {
      const [mean, deviation] = [wantedMeans[c]!, deviations[c]!]
      if (!Number.isFinite(mean) || !(Number.isFinite(deviation) && deviation >= 0)) {
        const got = `${shown(mean)} and ${shown(deviation)} in row ${c}`
        throw wrongAnswer('model', name, 'finite means, and deviations of at least 0', got)
      }
      means[c] = mean
      variances[c] = deviation ** 2 + SMALLEST_VARIANCE
    }
  })
}

/** An acquisition that somebody has written. Its slopes are differences. */
export function ownAcquisition({ name, worth }: OwnAcquisition, best: number): Acquisition {
  const logWorth = (mean: number, deviation: number): number => {
    const value = askedNumber('acquisition', name, () => worth(mean, deviation, best))
    if (value >= 0) return Math.log(Math.max(value, LEAST_WORTH))
    const must = 'a worth of at least 0, as exp(x) makes of any x'
    throw wrongAnswer('acquisition', name, must, `${value} for the mean ${mean} and the deviation ${deviation}`)
  }
  const acquisition = (mean: number, deviation: number, filled: Parameters<Acquisition>[2]): void => {
    const step = STEP * Math.max(deviation, STEP)
    const lower = Math.max(deviation - step, 0)
    filled.value = logWorth(mean, deviation)
    filled.byMean = (logWorth(mean + step, deviation) - logWorth(mean - step, deviation)) / (2 * step)
    filled.byDeviation = (logWorth(mean, deviation + step) - logWorth(mean, lower)) / (deviation + step - lower)
  }
  return Object.assign(acquisition, { looksFar: true })
}

/** A maximizer that somebody has written. */
export function ownMaximizer({ name, maximize }: OwnMaximizer): Maximizer {
  return (criterion, axes, centers, random) => {
    const { d } = criterion
    const valuesAt = (rows: readonly Float64Array[]): Float64Array => criterion.values(rowsOf(rows, d), rows.length)
    const settled = (rows: unknown): Float64Array[] => {
      if (!Array.isArray(rows)) throw wrongAnswer('maximizer', name, 'a list of rows', shown(rows))
      return rows.map((row: unknown) => settledRow(name, row, axes, random))
    }
    const found = asked('maximizer', name, () =>
      maximize({
        ...contextOf(axes, random),
        worth: (rows) => valuesAt(settled(rows)),
        centers: centers.map((x) => x.slice()),
      }),
    )
    const points = settled(found)
    if (points.length === 0) throw wrongAnswer('maximizer', name, 'at least one row', 'none')
    const values = valuesAt(points)
    return sortByValue(points.map((x, i) => ({ x, value: values[i]! })))
  }
}

const contextOf = ({ list }: Axes, random: Random): PartContext => ({
  axes: list.map(({ kind, count }) => ({ kind, count })),
  random: () => random.next(),
})

/** The rows of a matrix, each with memory of its own. */
function copiedRows(points: Float64Array, m: number, d: number): Float64Array[] {
  return Array.from({ length: m }, (_, c) => points.slice(c * d, (c + 1) * d))
}

function listIn(answer: unknown, key: 'means' | 'deviations'): ArrayLike<number> | undefined {
  const list = isRecord(answer) ? answer[key] : undefined
  return Array.isArray(list) || ArrayBuffer.isView(list) ? (list as unknown as ArrayLike<number>) : undefined
}

/** A row that a maximizer gives, as a point of the space. */
function settledRow(name: string, row: unknown, axes: Axes, random: Random): Float64Array {
  const d = axes.list.length
  const list = (Array.isArray(row) || ArrayBuffer.isView(row) ? row : []) as ArrayLike<number>
  if (list.length !== d) throw wrongAnswer('maximizer', name, `rows of ${d} numbers`, shown(row))
  const x = Float64Array.from(axes.list, (axis, k) => {
    const u = list[k]!
    if (Number.isNaN(u) && axis.when.length > 0) return NaN
    const isCategory = axis.kind === 'category'
    const isWithin = isCategory ? Number.isInteger(u) && u >= 0 && u < axis.count : u >= 0 && u <= 1
    if (isWithin) return isCategory ? u : snapped(axis, u)
    const must = isCategory ? `an index below ${axis.count}` : 'a coordinate from 0 to 1'
    throw wrongAnswer('maximizer', name, `${must} for parameter ${k}`, shown(u))
  })
  settleInPlace(x, axes, random)
  return x
}
