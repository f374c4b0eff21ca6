/**
 * A figure as data: two axes and the marks between them. It says what is shown, and four renderers draw it: as SVG text
 * (`svg.ts`), on a canvas of the page, as rows of braille or ASCII (`braille.ts`), and as a table of numbers
 * (`figure-table.ts`). So the page, `anthill plot` and a screen reader show the same.
 */

import type { Mark } from './mark.ts'
import type { Scale } from './scale.ts'

/** The scale of a figure without marks. */
const NOTHING: Scale = { kind: 'linear', title: '', low: 0, high: 1, words: [], better: null, rail: null }

export interface Figure {
  /** A word that is unique on a page, such as `history` or `cut-3`; never made of a name of the study. */
  readonly id: string
  /** What it shows: `error by trial`. */
  readonly title: string
  /** The question that it answers: `Is it still getting better?` */
  readonly question: string
  /** One sentence with the numbers that matter. It is read to those who cannot see the figure. */
  readonly summary: string
  readonly x: Scale
  readonly y: Scale
  /** The axes of `paths`, from left to right; empty in any other figure. */
  readonly axes: readonly Scale[]
  /** In the order of drawing. Empty if `empty` says why there is nothing. */
  readonly marks: readonly Mark[]
  /** What is not drawn at its place, such as `3 values above 2.1`. */
  readonly left: readonly Leftout[]
  /** Why there is nothing to draw, as a sentence; null if there is something. */
  readonly empty: string | null
}

/** Marks that are not at their place, or not there at all. */
export interface Leftout {
  readonly count: number
  /** What they are, to be read after the number: `failed`, `values above 2.1`. */
  readonly why: string
}

/** What a figure is about, whether or not there is something to draw. */
export type FigureHead = Pick<Figure, 'id' | 'title' | 'question'>

/** A figure that says why there is nothing to draw, as a sentence. */
export const emptyFigure = (head: FigureHead, empty: string, left: readonly Leftout[] = []): Figure => ({
  ...head,
  summary: '',
  x: NOTHING,
  y: NOTHING,
  axes: [],
  marks: [],
  left,
  empty,
})
