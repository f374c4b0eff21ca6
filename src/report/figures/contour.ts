/** F5, two parameters: what the model predicts over both of them, and the trials on top. */

import type { Facts } from '../facts.ts'
import { emptyFigure } from '../figure.ts'
import type { Figure, FigureHead } from '../figure.ts'
import type { Mark } from '../mark.ts'
import type { Contour, ModelView } from '../models/views.ts'
import { nameText } from '../parameter-axis.ts'
import { parameterScale, valueScale } from '../range.ts'
import { placeAt, shareOf } from '../scale.ts'
import type { Scale } from '../scale.ts'
import { placeText } from '../tick.ts'
import { aimOf, bestFirst, percent, pointsOf, rounded, shadesOf, takenOf, trialName, whyNoValue } from '../taken.ts'
import type { Aim } from '../taken.ts'

/** Predicted values are shown in this many steps. */
const STEPS = 9

/** A cell is hatched where the model knows less than this share of what it could. */
const DOUBTFUL = 0.5

/** What the cells show: the predicted value, how little the model knows, or the chance that a trial gives a value. */
export type ContourOf = 'mean' | 'doubt' | 'works'

/**
 * Two parameters, as indexes, for one objective. Without a model of the pair, the trials alone are shown, shaded by
 * their value.
 */
export function contourFigure(facts: Facts, x: number, y: number, of: ContourOf = 'mean', objective?: string): Figure {
  const { columns } = facts
  const aim = aimOf(facts, objective)
  const [across, up] = [columns.parameters[x]!, columns.parameters[y]!]
  const [scaleX, scaleY] = [parameterScale(across), parameterScale(up)]
  const head = {
    id: `contour-${x}-${y}`,
    title: `${aim.name} over ${across.label} and ${up.label}`,
    question: 'Do the two depend on each other?',
  }
  const isNowhere = (trial: number): boolean => Number.isNaN(across.at[trial]!) && Number.isNaN(up.at[trial]!)
  const nowhere = (trial: number): string | null => (isNowhere(trial) ? 'where neither is active' : null)
  const { trials, left } = takenOf(columns, (trial) => whyNoValue(columns, aim, trial) ?? nowhere(trial))
  const failed = columns.state.flatMap((state, i) => (state === 'failed' ? [i] : []))
  const model = facts.models.find((view) => view.objective === aim.name)
  const surface = model === undefined ? null : surfaceOf(model, x, y)
  if (surface === null && trials.length === 0) return emptyFigure(head, 'no trial has a value yet', left)
  const rug = (along: 'x' | 'y'): Mark => {
    const { at } = along === 'x' ? across : up
    const trial = Int32Array.from(failed.filter((i) => !Number.isNaN(at[i]!)))
    return { kind: 'rug', role: 'failed', along, at: Float64Array.from(trial, (i) => at[i]!), trial }
  }
  const shades = surface === null ? shadesOf(bestFirst(columns), columns.count) : undefined
  const recommended = trials.filter((trial) => trial === facts.recommended)
  return {
    ...head,
    summary: surface === null ? trialsAlone(facts, head) : surfaceText(facts, surface, aim, scaleX, scaleY),
    x: scaleX,
    y: scaleY,
    axes: [],
    marks: [
      ...(surface === null ? [] : cellsOf(surface, of, aim)),
      pointsOf('trial', trials, across.at, up.at, shades),
      pointsOf('best', recommended, across.at, up.at),
      rug('x'),
      rug('y'),
    ],
    left: left.filter(({ why }) => why !== 'failed'),
    empty: null,
  }
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
function cellsOf({ columns, rows, mean, doubt, works }: Contour, of: ContourOf, { name, better }: Aim): Mark[] {
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

function surfaceText(facts: Facts, surface: Contour, { name, better }: Aim, x: Scale, y: Scale): string {
  const { columns, rows, mean, doubt } = surface
  const sign = better === 'low' ? 1 : -1
  const best = mean.reduce((low, value, k) => (sign * value < sign * mean[low]! ? k : low), 0)
  const placed = (scale: Scale, cell: number, count: number): string => {
    const place = placeAt(scale, (cell + 0.5) / count)
    const words = scale.kind === 'category' ? nameText(placeText(scale, place)) : rounded(place)
    return `${nameText(scale.title)} ${words}`
  }
  const where = `${placed(x, Math.floor(best / rows), columns)}, ${placed(y, best % rows, rows)}`
  const unsure = doubt.filter((share) => share > DOUBTFUL).length / Math.max(1, doubt.length)
  const fixed = facts.recommended < 0 ? '' : `, all else as in ${trialName(facts.columns, facts.recommended)}`
  return (
    `${name} is predicted best, ${rounded(mean[best]!)}, near ${where}${fixed}; ` +
    (unsure === 0 ? 'the model knows all of this area' : `the model knows little of ${percent(unsure)} of this area`)
  )
}

const trialsAlone = ({ noModel, columns }: Facts, { title }: FigureHead): string =>
  `${title}: ${columns.worth.filter((worth) => !Number.isNaN(worth)).length} trials, the lighter the better; ` +
  (noModel === null ? 'the model was not asked about this pair' : `the model is left out: ${noModel}`)
