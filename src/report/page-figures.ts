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
  /** The id of its figure. */
  readonly id: string
  /** Made when it is first asked for: a page that is open needs only what is in view. */
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
  const wide = (section: FigureSection, id: string, make: () => Figure): PlacedFigure =>
    placed({ section, id, width: WIDE.width, make })
  // Ids are unique on a page: those of further objectives end in their place.
  const ofEach = (section: FigureSection, id: string, make: (objective: string) => Figure): PlacedFigure[] =>
    objectives.map((objective, k) => wide(section, k === 0 ? id : `${id}-${k}`, () => make(objective)))
  const pair = (section: FigureSection, id: string, make: () => Figure): PlacedFigure =>
    placed({ section, id, ...PAIR, make })
  const parameters = byImportance(facts)
  const pairs = pairsOf(facts, parameters)
  const hasCurves = columns.curves.some(({ length }) => length > 0)
  return [
    ...ofEach('history', 'history', (objective) => historyFigure(facts, { objective })),
    ...(models.length > 0 ? [wide('history', 'room', () => roomFigure(facts))] : []),
    ...parameters.map((k) =>
      placed({ section: 'parameters', id: `cut-${k}`, ...SMALL, make: () => cutFigure(facts, k) }),
    ),
    ...ofEach('importance', 'importance', (objective) => importanceFigure(facts, { objective })),
    ...pairs.map(([x, y]) => pair('pairs', `contour-${x}-${y}`, () => contourFigure(facts, x, y))),
    wide('parallel', 'parallel', () => parallelFigure(facts)),
    wide('front', 'front', () => frontFigure(facts)),
    ...(counts.trials.failed > 0 ? [wide('failures', 'failure', () => failureFigure(facts))] : []),
    ...(models.length > 0
      ? [
          ...ofEach('model', 'calibration', (objective) => calibrationFigure(facts, objective)),
          ...ofEach('model', 'forecast', (objective) => forecastFigure(facts, objective)),
        ]
      : []),
    wide('workers', 'timeline', () => timelineFigure(facts)),
    wide('workers', 'duration', () => durationFigure(facts)),
    ...(hasCurves ? [wide('curves', 'curve', () => curveFigure(facts))] : []),
    ...ofEach('distribution', 'edf', (objective) => edfFigure(facts, { objective })),
    ...pairs.slice(0, 1).map(([x, y]) => pair('distribution', `rank-${x}-${y}`, () => rankFigure(facts, x, y))),
  ]
}

/** A figure in its place; without a height it has the one that its marks need. */
function placed(asked: {
  readonly section: FigureSection
  readonly id: string
  readonly width: number
  readonly height?: number
  readonly make: () => Figure
}): PlacedFigure {
  const { section, id, width, height, make } = asked
  let made: Figure | undefined
  return {
    ...{ section, id, width },
    get figure() {
      return (made ??= { ...make(), id })
    },
    get height() {
      return height ?? heightOf(this.figure)
    },
  }
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
