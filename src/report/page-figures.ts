/**
 * Which figures a page has, and where. The page's script makes the same ones of the same facts, for the width of its
 * window.
 */

import type { Facts } from './facts.ts'
import type { Figure } from './figure.ts'

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

/** The figures of a page, in the order in which they stand. */
export function pageFigures(facts: Facts): readonly PlacedFigure[] {
  void facts
  return []
}
