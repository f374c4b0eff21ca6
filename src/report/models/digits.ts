/**
 * A view in as many digits as can be seen: it is written into pages, where further ones would only take space. Trials
 * keep theirs.
 */

import type { Calibration, Contour, Cut, ModelView } from './views.ts'

/** Significant digits of a curve and of a color, where values are of the size of their range; else more. */
const OF_CURVES = 6
const OF_COLORS = 4

/** More than this many are not in a number. */
const MOST = 17

/** Decimals of a share. */
const OF_SHARES = 2

/** The same view in fewer digits. */
export const inBrief = (view: ModelView): ModelView => ({
  ...view,
  cuts: view.cuts.map(cutInBrief),
  contours: view.contours.map(contourInBrief),
  calibration: calibrationInBrief(view.calibration),
})

function cutInBrief(cut: Cut): Cut {
  const { mean, low, high, average, beats } = cut
  const brief = briefFor([mean, low, high, average], OF_CURVES)
  return {
    ...cut,
    mean: mean.map(brief),
    low: low.map(brief),
    high: high.map(brief),
    average: average.map(brief),
    // A small chance is not none.
    beats: beats.map((odds) => Number(odds.toPrecision(OF_COLORS))),
  }
}

function contourInBrief(contour: Contour): Contour {
  const { mean, doubt, works } = contour
  const share = (value: number): number => Number(value.toFixed(OF_SHARES))
  return { ...contour, mean: mean.map(briefFor([mean], OF_COLORS)), doubt: doubt.map(share), works: works.map(share) }
}

function calibrationInBrief(calibration: Calibration): Calibration {
  const { mean, low, high, seen } = calibration
  const brief = briefFor([mean, low, high, seen], OF_CURVES)
  return { ...calibration, mean: mean.map(brief), low: low.map(brief), high: high.map(brief) }
}

/** How numbers are shortened: they keep more digits if their range is small beside them. */
function briefFor(lists: readonly (readonly number[])[], digits: number): (value: number) => number {
  const finite = lists.flat().filter(Number.isFinite)
  const low = finite.reduce((a, b) => Math.min(a, b), Infinity)
  const high = finite.reduce((a, b) => Math.max(a, b), -Infinity)
  const more = Math.log10(Math.max(Math.abs(low), Math.abs(high)) / (high - low))
  const all = digits + (more > 0 ? Math.min(Math.ceil(more), MOST) : 0)
  return (value) => Number(value.toPrecision(Math.min(all, MOST)))
}
