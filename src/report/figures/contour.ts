/** Contour: what the model predicts over two parameters, and the trials on top. */

import type { Facts } from '../facts.ts'
import { emptyFigure } from '../figure.ts'
import type { Figure, FigureHead } from '../figure.ts'
import { beside } from '../fewer-categories.ts'
import type { Mark, Places } from '../mark.ts'
import type { Contour, ModelView } from '../models/views.ts'
import { briefNumber, counted, percentText } from '../number-text.ts'
import { nameText } from '../parameter-axis.ts'
import { parameterScale, valueScale } from '../range.ts'
import { placeAt, shareOf } from '../scale.ts'
import type { Scale } from '../scale.ts'
import { placeText } from '../tick.ts'
import { bestFirst, shadesOf, takenOf, whyNoValue } from '../taken.ts'
import { leftOf, measured, nameOfTrial, pointsOf, rugOf, trialsWhere, worthIn } from '../trial-marks.ts'
import type { Measured } from '../trial-marks.ts'

/** Predicted values are shown in this many steps. */
const STEPS = 9

/** A cell is hatched where the model knows less than this share of what it could. */
const DOUBTFUL = 0.5

/** More trials than this would hide the cells: the best ones are drawn, and an even choice of the others. */
const MOST_ON_CELLS = 400
const BEST_SHARE = 0.25

/** What the cells show: the predicted value, how little the model knows, or the chance that a trial gives a value. */
export type ContourOf = 'mean' | 'doubt' | 'works'

export interface ContourOptions {
  /** An objective other than the first one. */
  readonly objective?: string | undefined
  readonly of?: ContourOf | undefined
}

/**
 * Two parameters, as indexes, for one objective. Without a model of the pair, the trials alone are shown, shaded by
 * their rank in it.
 */
export function contourFigure(
  facts: Facts,
  x: number,
  y: number,
  { objective, of = 'mean' }: ContourOptions = {},
): Figure {
  const { columns } = facts
  const aim = measured(facts, objective)
  const [across, up] = [columns.parameters[x]!, columns.parameters[y]!]
  const [scaleX, scaleY] = [parameterScale(across), parameterScale(up)]
  // Cells are those of the whole space, so each category has its own place here.
  const [placesX, placesY] = [across, up].map(({ kind, at }) => (kind === 'category' ? beside(at) : at)) as [
    Places,
    Places,
  ]
  const head = {
    id: `contour-${x}-${y}`,
    title: `${aim.name} over ${across.label} and ${up.label}`,
    question: 'Do the two depend on each other?',
  }
  const isNowhere = (trial: number): boolean => Number.isNaN(across.at[trial]!) && Number.isNaN(up.at[trial]!)
  const nowhere = (trial: number): string | null => (isNowhere(trial) ? 'where neither is active' : null)
  const { trials, left } = takenOf(columns, (trial) => whyNoValue(columns, aim, trial) ?? nowhere(trial))
  const failed = trialsWhere(columns, (trial) => columns.state[trial] === 'failed')
  const model = facts.models.find((view) => view.objective === aim.name)
  const surface = model === undefined ? null : surfaceOf(model, x, y)
  if (surface === null && trials.length === 0) return emptyFigure(head, 'No trial has a value yet.', left)
  const worth = worthIn(facts, aim)
  const shades = surface === null ? shadesOf(bestFirst({ ...columns, worth }), columns.count) : undefined
  const recommended = trials.filter((trial) => trial === facts.recommended)
  const drawn = surface === null ? trials : someOf(trials, bestFirst(columns))
  return {
    ...head,
    summary: surface === null ? trialsAlone(facts, head, worth) : surfaceText(facts, surface, aim, scaleX, scaleY),
    x: { ...scaleX, of: `parameter ${x}` },
    y: { ...scaleY, of: `parameter ${y}` },
    axes: [],
    marks: [
      ...(surface === null ? [] : cellsOf(surface, of, aim)),
      ...pointsOf('trial', drawn, placesX, placesY, shades),
      ...pointsOf('best', recommended, placesX, placesY),
      ...rugOf('failed', failed, across.at, 'x'),
      ...rugOf('failed', failed, up.at, 'y'),
    ],
    left: [...left, ...leftOf(trials.length - drawn.length, 'others not drawn')],
    empty: null,
  }
}

/** As many trials as leave the cells visible. */
function someOf(trials: Int32Array, ordered: Int32Array): Int32Array {
  if (trials.length <= MOST_ON_CELLS) return trials
  const best = new Set(ordered.slice(0, BEST_SHARE * MOST_ON_CELLS))
  const step = trials.length / ((1 - BEST_SHARE) * MOST_ON_CELLS)
  return trials.filter((trial, k) => best.has(trial) || Math.floor(k / step) !== Math.floor((k - 1) / step))
}

/** The surface over two parameters, the first one across. */
function surfaceOf({ contours }: ModelView, x: number, y: number): Contour | null {
  const found = contours.find((contour) => contour.x === x && contour.y === y)
  if (found !== undefined) return found
  const turned = contours.find((contour) => contour.x === y && contour.y === x)
  if (turned === undefined) return null
  const { columns, rows, mean, doubt, works } = turned
  const across = (values: readonly number[]): number[] =>
    values.map((_, k) => values[(k % columns) * rows + Math.floor(k / columns)]!)
  return { x, y, columns: rows, rows: columns, mean: across(mean), doubt: across(doubt), works: across(works) }
}

/** The cells, from the worst (0) to the best (1). */
function cellsOf({ columns, rows, mean, doubt, works }: Contour, of: ContourOf, { name, better }: Measured): Mark[] {
  const grid = { kind: 'cells' as const, columns, rows }
  switch (of) {
    case 'mean': {
      const scale = valueScale(name, mean, { better })
      const goodness = (value: number): number => (better === 'low' ? 1 - shareOf(scale, value) : shareOf(scale, value))
      const stepped = (value: number): number => Math.round(Math.min(1, Math.max(0, goodness(value))) * (STEPS - 1))
      const isHatched = Uint8Array.from(doubt, (share) => (share > DOUBTFUL ? 1 : 0))
      return [{ ...grid, shade: Float64Array.from(mean, (value) => stepped(value) / (STEPS - 1)), isHatched }]
    }
    case 'doubt':
      return [{ ...grid, shade: Float64Array.from(doubt, (share) => 1 - share) }]
    case 'works':
      return works.length === 0 ? [] : [{ ...grid, shade: Float64Array.from(works) }]
  }
  return of satisfies never
}

function surfaceText(facts: Facts, surface: Contour, { name, better }: Measured, x: Scale, y: Scale): string {
  const { columns, rows, mean, doubt } = surface
  const sign = better === 'low' ? 1 : -1
  const best = mean.reduce((low, value, k) => (sign * value < sign * mean[low]! ? k : low), 0)
  const placed = (scale: Scale, cell: number, count: number): string => {
    const place = placeAt(scale, (cell + 0.5) / count)
    const number = scale.isWhole === true ? Math.round(place) : place
    const words = scale.kind === 'category' ? nameText(placeText(scale, place)) : briefNumber(number)
    return `${nameText(scale.title)} ${words}`
  }
  const where = `${placed(x, Math.floor(best / rows), columns)}, ${placed(y, best % rows, rows)}`
  const unsure = doubt.filter((share) => share > DOUBTFUL).length / Math.max(1, doubt.length)
  const fixed = facts.recommended < 0 ? '' : `, all else as in trial ${nameOfTrial(facts.columns, facts.recommended)}`
  return (
    `${name} is predicted best, ${briefNumber(mean[best]!)}, near ${where}${fixed}; ` +
    (unsure === 0
      ? 'the model knows all of this area'
      : `the model knows little of ${percentText(unsure)} of this area`)
  )
}

const trialsAlone = ({ noModel }: Facts, { title }: FigureHead, worth: Places): string =>
  `${title}: ${counted(worth.filter((each) => !Number.isNaN(each)).length, 'trial')}, shaded by rank; ` +
  (noModel === null ? 'the model was not asked about this pair' : `without a model: ${noModel}`)
