/**
 * A figure as SVG text, laid out for a width and a height in pixels. It is legible without a style sheet, without a
 * script, and on paper; its text is 12 pixels high, since nothing scales it.
 */

import { escaped } from './escape.ts'
import type { Figure } from './figure.ts'
import { inLines } from './label.ts'
import { layoutOf, pixelAt } from './layout.ts'
import type { Label, Layout } from './layout.ts'
import { LIGHT } from './palette.ts'
import type { Palette } from './palette.ts'
import { markSvg, n, painted } from './svg-marks.ts'
import type { Sheet } from './svg-marks.ts'

/** A figure with more points than this shows most of them as counts. */
export const MOST_POINTS = 2000

const FONT = 'font-family="system-ui, -apple-system, \'Segoe UI\', Roboto, \'DejaVu Sans\', sans-serif" font-size="12"'

/** The rows that an empty figure's sentence may take, each this high. */
const SENTENCE_ROW = 18

export interface SvgSize {
  readonly width: number
  readonly height: number
}

/** A figure as the text of one `<svg>` element. Its ids begin with the figure's, so that they are unique on a page. */
export function svgText(figure: Figure, { width, height }: SvgSize, palette: Palette = LIGHT): string {
  const layout = layoutOf(figure, width, height)
  const sheet = { figure, layout, palette }
  const inner = figure.empty === null ? frameSvg(sheet) + marksSvg(sheet) + labelsSvg(sheet) : emptySvg(sheet)
  const ids = [`${figure.id}-title`, `${figure.id}-summary`] as const
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ` +
    `role="img" aria-labelledby="${ids.join(' ')}" ${FONT}>` +
    `<title id="${ids[0]}">${escaped(figure.title)}</title>` +
    `<desc id="${ids[1]}">${escaped(figure.empty ?? figure.summary)}</desc>${inner}</svg>`
  )
}

/** The grid behind the marks, and the line of the x axis. */
function frameSvg({ layout, palette, figure }: Sheet): string {
  const { x, y, axes, yTicks } = layout
  if (axes.length > 0) {
    const d = axes.map(({ at, axis }) => `M${n(at)},${n(axis.low)}V${n(axis.high)}`).join('')
    return `<path d="${d}" ${painted(palette, 'stroke', 'rule')} fill="none"/>`
  }
  const lines =
    figure.y.kind === 'category' ? [] : yTicks.map(({ at }) => `M${n(x.low)},${n(pixelAt(y, at))}H${n(x.high)}`)
  const rail = Number.isFinite(x.rail) ? `M${n(x.rail)},${n(y.low)}V${n(y.high)}` : ''
  const low = Number.isFinite(y.rail) ? `M${n(x.low)},${n(y.rail)}H${n(x.high)}` : ''
  return (
    `<path d="${lines.join('')}${rail}${low}" ${painted(palette, 'stroke', 'grid')} fill="none"/>` +
    `<path d="M${n(x.low)},${n(y.low)}H${n(x.high)}${tickLines(layout)}" ` +
    `${painted(palette, 'stroke', 'rule')} fill="none"/>`
  )
}

const tickLines = ({ x, y, xTicks }: Layout): string =>
  x.scale.kind === 'category' ? '' : xTicks.map(({ at }) => `M${n(pixelAt(x, at))},${n(y.low)}v4`).join('')

function marksSvg(sheet: Sheet): string {
  const { marks } = sheet.figure
  const counted = marks.reduce((sum, mark) => sum + (mark.kind === 'points' ? mark.x.length : 0), 0)
  // What is rare stays a mark of its own, whatever the others do.
  const isDense = (k: number): boolean => {
    const mark = marks[k]!
    return counted > MOST_POINTS && mark.kind === 'points' && mark.x.length > MOST_POINTS / 4
  }
  // The script of a page pales the group while something is brushed.
  return `<g class="marks">${marks.map((mark, k) => markSvg(sheet, mark, isDense(k))).join('')}</g>`
}

const labelsSvg = ({ layout, palette }: Sheet): string =>
  layout.labels.map((label) => labelSvg(label, palette)).join('')

function labelSvg(label: Label, palette: Palette): string {
  const { text, x, y, anchor, isUpright = false, isOnMarks = false, role = 'muted' } = label
  const turn = isUpright ? ` transform="rotate(-90 ${n(x)} ${n(y)})"` : ''
  const ends = anchor === 'start' ? '' : ` text-anchor="${anchor}"`
  const rim = `${painted(palette, 'stroke', 'background', role)} stroke-width="3" paint-order="stroke"`
  const paint = isOnMarks ? rim : painted(palette, 'fill', role)
  return `<text x="${n(x)}" y="${n(y)}" dy=".35em"${ends}${turn} ${paint}>${escaped(text)}</text>`
}

/** The sentence in the place of the marks. */
function emptySvg({ figure, layout: { width, height }, palette }: Sheet): string {
  const lines = inLines(figure.empty ?? '', width - 24).slice(0, Math.max(1, Math.floor(height / SENTENCE_ROW)))
  const top = height / 2 - ((lines.length - 1) * SENTENCE_ROW) / 2
  return lines
    .map((text, k) => labelSvg({ text, x: width / 2, y: top + k * SENTENCE_ROW, anchor: 'middle' }, palette))
    .join('')
}
