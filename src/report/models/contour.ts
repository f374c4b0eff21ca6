/**
 * The predicted mean over two parameters, with all else as in the recommended trial: how far it can be trusted, and
 * where trials are likely to fail.
 */

import { oddsOfValues } from '../../sampler/model-view.ts'
import { rowsOf } from '../../numerics/vector.ts'
import { predictMany, priorVariance } from '../../surrogate/prediction.ts'
import { cellsAlong, movedTo } from './places.ts'
import { isAllowed } from './surface.ts'
import type { Surface } from './surface.ts'
import type { Contour, ImportanceView } from './views.ts'

/** Cells along a number. */
export const CONTOUR_CELLS = 40

/** How many pairs are shown. */
const PAIRS = 3

/**
 * The contour over two axes that are active at the center.
 *
 * @param isLogarithmic  by axis, whether it is drawn so
 */
export function contourOver(surface: Surface, x: number, y: number, isLogarithmic: readonly boolean[]): Contour {
  const { axes, process, judge, risks } = surface
  const [across, up] = [x, y].map((k) => cellsAlong(axes.list[k]!, CONTOUR_CELLS, isLogarithmic[k]!))
  const cells = across!.flatMap((u) =>
    up!.map((v) =>
      movedTo(surface, [
        [x, u],
        [y, v],
      ]),
    ),
  )
  const isOpen = cells.map((cell) => isAllowed(surface, cell))
  const d = axes.list.length
  const points = rowsOf(cells, d)
  const { means, variances } = predictMany(process, points, cells.length)
  const whereOpen = (of: (c: number) => number): number[] => cells.map((_, c) => (isOpen[c]! ? of(c) : NaN))
  const odds = risks.safety && oddsOfValues(risks.safety, points, cells.length)
  return {
    x,
    y,
    columns: across!.length,
    rows: up!.length,
    mean: whereOpen((c) => judge.valueOf(means[c]!)),
    doubt: whereOpen((c) => Math.min(Math.sqrt(variances[c]! / priorVariance(process, points, c * d)), 1)),
    works: odds === undefined ? [] : whereOpen((c) => odds[c]!),
  }
}

/** The pairs that interact most, then those of the most important parameters; of the axes that may be in a pair. */
export function strongestPairs(
  importance: ImportanceView | undefined,
  active: readonly number[],
): readonly (readonly [number, number])[] {
  const rows = importance?.rows ?? []
  const shareOf = (wanted: readonly number[]): number =>
    rows.find(({ parameters }) => parameters.length === wanted.length && parameters.every((k, i) => k === wanted[i]))
      ?.share ?? 0
  const single = new Map(active.map((k) => [k, shareOf([k])]))
  return active
    .flatMap((a, i) => active.slice(i + 1).map((b) => [a, b] as const))
    .map((pair) => ({ pair, both: shareOf(pair), alone: single.get(pair[0])! + single.get(pair[1])! }))
    .sort((one, other) => other.both - one.both || other.alone - one.alone)
    .slice(0, PAIRS)
    .map(({ pair }) => pair)
}
