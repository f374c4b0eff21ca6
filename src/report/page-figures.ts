/**
 * Which figures a page has, and where. The page's script makes the same ones of the same facts, for the width of its
 * window.
 */

import type { Facts } from './facts.ts'
import type { Figure } from './figure.ts'
import { calibrationFigure } from './figures/calibration.ts'
import { contourFigure } from './figures/contour.ts'
import { curveFigure } from './figures/curve.ts'
import { cutFigure } from './figures/cut.ts'
import { durationFigure } from './figures/duration.ts'
import { edfFigure } from './figures/edf.ts'
import { failureFigure } from './figures/failure.ts'
import { forecastFigure } from './figures/forecast.ts'
import { frontFigure } from './figures/front.ts'
import { historyFigure } from './figures/history.ts'
import { importanceFigure } from './figures/importance.ts'
import { parallelFigure } from './figures/parallel.ts'
import { rankFigure } from './figures/rank.ts'
import { roomFigure } from './figures/room.ts'
import { timelineFigure } from './figures/timeline.ts'
import { byImportance } from './parameter-axis.ts'

/** The sections of a page that hold figures, in their order. */
export type FigureSection =
  | 'history'
  | 'parameters'
  | 'importance'
  | 'pairs'
  | 'parallel'
  | 'front'
  | 'failures'
  | 'model'
  | 'workers'
  | 'curves'
  | 'distribution'

export interface PlacedFigure {
  readonly section: FigureSection
  readonly figure: Figure
  readonly width: number
  readonly height: number
}

/** What a figure without a script is laid out for: the width of the column, or one of three beside each other. */
export const WIDE = { width: 960, height: 230 } as const
export const SMALL = { width: 320, height: 210 } as const

/** A pair of parameters is a square. */
const PAIR = { width: 320, height: 300 } as const

/** Pixels that a row of a figure with categories takes, and those around all rows. */
const ROW = 22
const AROUND_ROWS = 70

/** The pairs that are shown without being asked for. */
const MOST_PAIRS = 3

/** The figures of a page, in the order in which they stand. */
export function pageFigures(facts: Facts): readonly PlacedFigure[] {
  const { columns, counts, study, models } = facts
  if (columns.count === 0) return []
  const objectives = Object.keys(study.goals.objectives)
  // Ids are unique on a page: those of further objectives end in their place.
  const ofEach = (make: (objective: string) => Figure): Figure[] =>
    objectives.map((objective, k) => {
      const figure = make(objective)
      return k === 0 ? figure : { ...figure, id: `${figure.id}-${k}` }
    })
  const wide = (section: FigureSection, figures: readonly Figure[]): PlacedFigure[] =>
    figures.map((figure) => ({ section, figure, ...WIDE, height: heightOf(figure) }))
  const parameters = byImportance(facts)
  const pairs = pairsOf(facts, parameters)
  return [
    ...wide('history', [
      ...ofEach((objective) => historyFigure(facts, { objective })),
      ...(models.length > 0 ? [roomFigure(facts)] : []),
    ]),
    ...parameters.map((each) => ({ section: 'parameters' as const, figure: cutFigure(facts, each), ...SMALL })),
    ...wide(
      'importance',
      ofEach((objective) => importanceFigure(facts, { objective })),
    ),
    ...pairs.map(([x, y]) => ({ section: 'pairs' as const, figure: contourFigure(facts, x, y), ...PAIR })),
    ...wide('parallel', [parallelFigure(facts)]),
    ...wide('front', [frontFigure(facts)]),
    ...(counts.trials.failed > 0 ? wide('failures', [failureFigure(facts)]) : []),
    ...(models.length > 0
      ? wide('model', [
          ...ofEach((objective) => calibrationFigure(facts, objective)),
          ...ofEach((objective) => forecastFigure(facts, objective)),
        ])
      : []),
    ...wide('workers', [timelineFigure(facts), durationFigure(facts)]),
    ...(columns.curves.some(({ length }) => length > 0) ? wide('curves', [curveFigure(facts)]) : []),
    ...wide(
      'distribution',
      ofEach((objective) => edfFigure(facts, { objective })),
    ),
    ...pairs
      .slice(0, 1)
      .map(([x, y]) => ({ section: 'distribution' as const, figure: rankFigure(facts, x, y), ...PAIR })),
  ]
}

/** Rows of categories need their height; other figures have one height. */
const heightOf = ({ id, y, axes, empty }: Figure): number =>
  empty !== null
    ? 90
    : axes.length > 0
      ? 300
      : y.kind === 'category'
        ? Math.min(900, AROUND_ROWS + ROW * y.words.length)
        : id.startsWith('calibration') || id === 'front' || id === 'failure'
          ? 300
          : WIDE.height

/** The pairs to show: the strongest ones that the model has seen, else the most important parameters. */
function pairsOf({ models, study }: Facts, parameters: readonly number[]): (readonly [x: number, y: number])[] {
  const [name] = Object.keys(study.goals.objectives)
  const model = models.find(({ objective }) => objective === name)
  const seen = (model?.contours ?? []).slice(0, MOST_PAIRS).map(({ x, y }) => [x, y] as const)
  if (seen.length > 0) return seen
  const [first, second] = parameters
  return first === undefined || second === undefined ? [] : [[first, second]]
}
