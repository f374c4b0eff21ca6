/**
 * A figure of the page that answers to its reader: drawn again for the width that it has, with an overlay for what is
 * selected and, where there are many points, a canvas below that. It is drawn when it comes into view.
 */

import type { Figure } from '../figure.ts'
import { layoutOf, leastWidth, trialPlaces } from '../layout.ts'
import type { Mark } from '../mark.ts'
import type { Palette } from '../palette.ts'
import { MOST_POINTS, svgText } from '../svg.ts'
import { drawPoints } from './canvas.ts'
import { element, shape, svgElement } from './element.ts'
import { gridOf } from './nearest.ts'
import type { Grid } from './nearest.ts'
import { showHovered, showSelection } from './overlay.ts'
import type { Laid } from './overlay.ts'
import type { Selection } from './selection.ts'

export interface Chart {
  /** The id of its figure. */
  readonly id: string
  readonly host: HTMLElement
  /** The part that the pointer is followed in, and that the keyboard reaches. */
  readonly plot: HTMLElement
  /** Draws a figure in place of the last one. */
  readonly draw: (figure: Figure, palette: Palette) => void
  /** Draws it as the file has it, without a canvas and in the light colors: for paper. */
  readonly unfold: () => void
  readonly select: (selection: Selection, chosen: Uint8Array | undefined) => void
  /** What is drawn, and where; undefined before the first drawing. */
  readonly laid: () => (Laid & { readonly figure: Figure }) | undefined
  /** Its marks by cell, made when first asked for. */
  readonly grid: () => Grid | undefined
}

type Drawn = Laid & { readonly figure: Figure; grid?: Grid }

/** Takes over a figure that the page has as SVG. Undefined if there is none in it. */
export function chartOf(host: HTMLElement): Chart | undefined {
  const plot = host.querySelector<HTMLElement>('.plot')
  const first = plot?.querySelector('svg')
  const id = host.dataset.figure
  if (plot === null || first == null || id === undefined) return undefined
  const [held, hovered] = [shape('g'), shape('g')]
  const overlay = shape('svg', { class: 'overlay', 'aria-hidden': 'true' }, held, hovered)
  const [staticWidth, staticHeight] = [Number(first.getAttribute('width')), Number(first.getAttribute('height'))]
  let canvas: HTMLCanvasElement | undefined
  let svg: SVGElement = first
  let drawn: Drawn | undefined
  let shown: readonly unknown[] = []
  plot.append(overlay)
  plot.tabIndex = 0
  plot.setAttribute('role', 'group')
  plot.setAttribute('aria-label', first.querySelector('title')?.textContent ?? id)

  const draw = (figure: Figure, palette: Palette): void => {
    const width = Math.max(leastWidth(figure), Math.floor(plot.clientWidth))
    const height = staticHeight
    const dense = densePoints(figure)
    const below =
      dense.length === 0
        ? figure
        : { ...figure, marks: figure.marks.filter((mark) => !(dense as readonly Mark[]).includes(mark)) }
    const fresh = svgElement(svgText(below, { width, height }, palette))
    svg.replaceWith(fresh)
    svg = fresh
    const layout = layoutOf(figure, width, height)
    drawn = { figure, layout, places: trialPlaces(figure, layout) }
    overlay.setAttribute('width', String(width))
    overlay.setAttribute('height', String(height))
    if (dense.length > 0) {
      canvas ??= element('canvas', { class: 'points', 'aria-hidden': 'true' })
      // Below the figure: lines and marks that matter are over the many.
      svg.before(canvas)
      drawPoints(canvas, layout, dense, palette)
    } else canvas?.remove()
  }
  return {
    id,
    host,
    plot,
    draw,
    select: (selection, chosen) => {
      if (drawn === undefined) return
      const { pinned, brushes, hovered: trial } = selection
      const wanted = [drawn, pinned, brushes, chosen]
      if (wanted.some((each, k) => each !== shown[k])) {
        shown = wanted
        plot.classList.toggle('brushed', chosen !== undefined)
        showSelection(held, drawn, selection, chosen)
      }
      showHovered(hovered, drawn, trial)
    },
    unfold: () => {
      if (drawn === undefined) return
      canvas?.remove()
      const whole = svgElement(svgText(drawn.figure, { width: staticWidth, height: staticHeight }))
      svg.replaceWith(whole)
      svg = whole
      held.replaceChildren()
      hovered.replaceChildren()
      shown = []
    },
    laid: () => drawn,
    grid: () => {
      if (drawn === undefined) return undefined
      const { places, layout } = drawn
      drawn.grid ??= gridOf(places.x, places.y, layout.width, layout.height)
      return drawn.grid
    },
  }
}

/** The marks that a canvas draws: those of many points. */
function densePoints({ marks }: Figure): Extract<Mark, { kind: 'points' }>[] {
  const points = marks.flatMap((mark) => (mark.kind === 'points' && mark.shade === undefined ? [mark] : []))
  const count = points.reduce((sum, { x }) => sum + x.length, 0)
  return count > MOST_POINTS ? points.filter(({ x }) => x.length > MOST_POINTS / 4) : []
}
