/** The figures that `anthill plot` draws: a line for each, with what it takes and who makes it. */

import type { Facts } from '../../report/facts.ts'
import type { HistoryBy } from '../../report/history-axis.ts'
import type { Figure } from '../../report/figure.ts'
import { calibrationFigure } from '../../report/figures/calibration.ts'
import { contourFigure } from '../../report/figures/contour.ts'
import { curveFigure } from '../../report/figures/curve.ts'
import { cutFigure } from '../../report/figures/cut.ts'
import { durationFigure } from '../../report/figures/duration.ts'
import { edfFigure } from '../../report/figures/edf.ts'
import { failureFigure } from '../../report/figures/failure.ts'
import { forecastFigure } from '../../report/figures/forecast.ts'
import { frontFigure } from '../../report/figures/front.ts'
import { historyFigure } from '../../report/figures/history.ts'
import { importanceFigure } from '../../report/figures/importance.ts'
import { parallelFigure } from '../../report/figures/parallel.ts'
import { rankFigure } from '../../report/figures/rank.ts'
import { roomFigure } from '../../report/figures/room.ts'
import { timelineFigure } from '../../report/figures/timeline.ts'

/** The options that change a figure; each kind takes some of them. */
export type FigureOption = 'objective' | 'last' | 'by' | 'linear' | 'top'

/** What a command line asks of a figure, found in the study. */
export interface Asked {
  /** Indexes of the parameters, or of the trials, that the words after the kind name. */
  readonly named: readonly number[]
  readonly objective: string | undefined
  readonly last: number | undefined
  readonly by: HistoryBy | undefined
  readonly isLinear: boolean
  /** A share of the trials. */
  readonly top: number | undefined
}

export interface PlotKind {
  /** What the words after the kind name, and how many there may be. */
  readonly takes: 'parameters' | 'trials'
  readonly least: number
  readonly most: number
  readonly options: readonly FigureOption[]
  /** Whether it shows something that only a model tells. */
  readonly hasModel: boolean
  /** For how many trials it computes suggestions again; left out for none. */
  readonly forecasts?: number
  readonly figure: (facts: Facts, asked: Asked) => Figure
}

const NONE = { takes: 'parameters', least: 0, most: 0 } as const
const PAIR = { takes: 'parameters', least: 2, most: 2 } as const

/** By their names on the command line. */
export const PLOT_KINDS: Readonly<Record<string, PlotKind>> = {
  history: {
    ...{ ...NONE, options: ['objective', 'last', 'by', 'linear'], hasModel: false },
    figure: (facts, asked) => historyFigure(facts, asked),
  },
  slice: {
    ...{ takes: 'parameters', least: 1, most: 1, options: ['objective', 'last', 'linear'], hasModel: true },
    figure: (facts, asked) => cutFigure(facts, asked.named[0]!, asked),
  },
  contour: {
    ...{ ...PAIR, options: ['objective'], hasModel: true },
    figure: (facts, { named, objective }) => contourFigure(facts, named[0]!, named[1]!, { objective }),
  },
  importance: {
    ...{ ...NONE, options: ['objective'], hasModel: true },
    figure: (facts, asked) => importanceFigure(facts, asked),
  },
  parallel: {
    ...{ takes: 'parameters', least: 0, most: Infinity, options: ['top'], hasModel: true },
    figure: (facts, { named, top }) =>
      parallelFigure(facts, {
        ...(top === undefined ? {} : { top }),
        ...(named.length === 0 ? {} : { parameters: named }),
      }),
  },
  pareto: {
    ...{ ...NONE, options: ['objective'], hasModel: false },
    figure: (facts, { objective }) => frontFigure(facts, objective),
  },
  failures: { ...NONE, options: [], hasModel: false, figure: (facts) => failureFigure(facts) },
  timeline: {
    ...{ ...NONE, options: ['last'], hasModel: false },
    figure: (facts, asked) => timelineFigure(facts, asked),
  },
  duration: {
    ...{ takes: 'parameters', least: 0, most: 1, options: ['objective', 'last', 'linear'], hasModel: false },
    figure: (facts, asked) => durationFigure(facts, asked.named[0], asked),
  },
  curve: {
    ...{ takes: 'trials', least: 0, most: Infinity, options: ['linear'], hasModel: false },
    figure: (facts, { named, isLinear }) =>
      curveFigure(facts, { isLinear, ...(named.length === 0 ? {} : { trials: named }) }),
  },
  edf: {
    ...{ ...NONE, options: ['objective'], hasModel: false },
    figure: (facts, { objective }) => edfFigure(facts, { objective }),
  },
  rank: {
    ...{ ...PAIR, options: [], hasModel: false },
    figure: (facts, { named }) => rankFigure(facts, named[0]!, named[1]!),
  },
  room: {
    ...{ ...NONE, options: ['objective'], hasModel: true },
    figure: (facts, { objective }) => roomFigure(facts, objective),
  },
  calibration: {
    ...{ ...NONE, options: ['objective'], hasModel: true },
    figure: (facts, { objective }) => calibrationFigure(facts, objective),
  },
  forecasts: {
    ...{ ...NONE, options: ['objective'], hasModel: true, forecasts: 60 },
    figure: (facts, { objective }) => forecastFigure(facts, objective),
  },
}
