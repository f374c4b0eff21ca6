/**
 * Marks of a figure as SVG. All dots of a role are one path, since a page with thousands of elements is slow; colors
 * are attributes, with a class beside each (see palette.ts).
 */

import { densityOf } from './density.ts'
import type { Figure } from './figure.ts'
import { beyondEnd, pixelAt, rugKey } from './layout.ts'
import type { Axis, Layout } from './layout.ts'
import type { Mark, Places, Role } from './mark.ts'
import { shadeStep } from './palette.ts'
import type { Color, Palette } from './palette.ts'

/** What is drawn, and with what. */
export interface Sheet {
  readonly figure: Figure
  readonly layout: Layout
  readonly palette: Palette
}

type Kind<K extends Mark['kind']> = Mark & { readonly kind: K }

/** Bars or whiskers. */
type Bars = Extract<Mark, { readonly at: Places; readonly low: Places }>

/** A color or the step of a shade. */
type Paint = Color | number

/** Cells reach this many pixels into the next ones, so that no seam shows between them at another scale. */
const OVERLAP = 0.6

const SHADES_OF_DENSITY = 5

/** The size of the shape of a role: half its width in pixels. */
const SHAPES: Readonly<Record<Role, (x: number, y: number) => string>> = {
  trial: (x, y) => `M${n(x)},${n(y)}h0`,
  model: (x, y) => `M${n(x - 3)},${n(y)}l3,-3 3,3 -3,3z`,
  other: (x, y) => `M${n(x - 2.5)},${n(y)}h5M${n(x)},${n(y - 2.5)}v5`,
  best: (x, y) => `M${n(x - 3)},${n(y - 3)}h6v6h-6z`,
  failed: (x, y) => `M${n(x - 3)},${n(y - 3)}l6,6m0,-6l-6,6`,
  pruned: (x, y) => `M${n(x - 3.5)},${n(y - 2.5)}h7l-3.5,6z`,
  running: (x, y) => `M${n(x - 3)},${n(y)}a3,3 0 1 0 6,0a3,3 0 1 0 -6,0z`,
}

/** A number with at most one decimal: a tenth of a pixel is not seen. */
export const n = (pixel: number): string => String(Math.round(pixel * 10) / 10)

/** The attribute of a color, and its class. `inside`: the color of the filling of what has this stroke. */
export function painted({ colors, shades }: Palette, way: 'fill' | 'stroke', paint: Paint, inside?: Color): string {
  const color = typeof paint === 'number' ? shades[paint]! : colors[paint]
  const name = `${way[0]}-${typeof paint === 'number' ? `v${paint}` : paint}`
  if (inside === undefined) return `${way}="${color}" class="${name}"`
  return `${way}="${color}" fill="${colors[inside]}" class="${name} f-${inside}"`
}

/** A mark of a figure. `isDense`: whether its points are shown as counts. */
export function markSvg(sheet: Sheet, mark: Mark, isDense: boolean): string {
  switch (mark.kind) {
    case 'points':
      return isDense ? densitySvg(sheet, mark) : pointsSvg(sheet, mark)
    case 'line':
    case 'step':
      return lineSvg(sheet, mark)
    case 'band':
      return bandSvg(sheet, mark)
    case 'bars':
      return barsSvg(sheet, mark)
    case 'whiskers':
      return whiskersSvg(sheet, mark)
    case 'cells':
      return cellsSvg(sheet, mark)
    case 'rug':
      return rugSvg(sheet, mark)
    case 'rule':
      return ruleSvg(sheet, mark)
    case 'box':
      return boxSvg(sheet, mark)
    case 'paths':
      return pathsSvg(sheet, mark)
  }
  return mark satisfies never
}

const path = (d: string, attributes: string): string => (d === '' ? '' : `<path d="${d}" ${attributes}/>`)

/** The attributes of a shape: dots are strokes with round ends, hollow shapes have no filling. */
function shapeAttributes(palette: Palette, role: Role, paint: Paint = role): string {
  const stroke = painted(palette, 'stroke', paint)
  // A shade says a value, so that nothing may show through it.
  const opacity = typeof paint === 'number' ? '' : ' stroke-opacity="0.65"'
  if (role === 'trial') return `${stroke} stroke-width="5" stroke-linecap="round"${opacity} fill="none"`
  if (role === 'best' || role === 'model') return `${painted(palette, 'fill', paint)} stroke="none"`
  return `${stroke} stroke-width="1.3" fill="none"`
}

function pointsSvg(sheet: Sheet, mark: Kind<'points'>): string {
  const { layout, palette } = sheet
  const paths = new Map<Paint, Set<string>>()
  const arrows = new Set<string>()
  for (let k = 0; k < mark.x.length; k++) {
    const [x, y] = [pixelAt(layout.x, mark.x[k]!), pixelAt(layout.y, mark.y[k]!)]
    if (!Number.isFinite(x) || !Number.isFinite(y)) continue
    const arrow = arrowhead(layout, mark.x[k]!, mark.y[k]!, x, y)
    const shade = mark.shade?.[k]
    const paint = shade === undefined || Number.isNaN(shade) ? mark.role : shadeStep(shade)
    const shapes = paths.get(paint) ?? new Set()
    if (arrow !== '') arrows.add(arrow)
    else paths.set(paint, shapes.add(SHAPES[mark.role](x, y)))
  }
  const drawn = [...paths].map(([paint, shapes]) => {
    const d = [...shapes].join('')
    return outlineSvg(sheet, mark, d) + path(d, shapeAttributes(palette, mark.role, paint))
  })
  return `${drawn.join('')}${arrowsSvg(palette, mark.role, arrows)}`
}

/** What sets points off from what is behind them: from cells of any color, and pale shades from the background. */
function outlineSvg({ figure, palette }: Sheet, { role, shade }: Kind<'points'>, d: string): string {
  const isOnCells = figure.marks.some(({ kind }) => kind === 'cells')
  if (!isOnCells && shade === undefined) return ''
  const stroke = painted(palette, 'stroke', isOnCells ? 'background' : 'other')
  const width = role === 'trial' ? (isOnCells ? 7 : 6) : 2.4
  return path(d, `${stroke} stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round" fill="none"`)
}

/** A triangle that points outward, for a place beyond an end; empty for one within. */
function arrowhead(layout: Layout, placeX: number, placeY: number, x: number, y: number): string {
  const up = beyondEnd(layout.y.scale, placeY)
  if (up !== 0) return `M${n(x - 3.5)},${n(y + 3 * up)}h7l-3.5,${n(-6 * up)}z`
  const right = beyondEnd(layout.x.scale, placeX)
  return right === 0 ? '' : `M${n(x - 3 * right)},${n(y - 3.5)}v7l${n(6 * right)},-3.5z`
}

const arrowsSvg = (palette: Palette, role: Role, arrows: ReadonlySet<string>): string =>
  path([...arrows].join(''), `${painted(palette, 'stroke', role)} stroke-width="1.2" fill="none"`)

/** Counts of many points in cells, and the best of them as marks. */
function densitySvg(sheet: Sheet, mark: Kind<'points'>): string {
  const { layout, palette, figure } = sheet
  const { counts, columns, rows, top, rest } = densityOf(figure, mark)
  const most = Math.log(1 + counts.reduce((a, b) => Math.max(a, b), 0))
  const shade = Float64Array.from(counts, (count) => (count === 0 ? NaN : Math.log(1 + count) / most))
  const steps = cellPaths(layout, { columns, rows, shade }, SHADES_OF_DENSITY, 0)
  const cells = steps.map((d, step) =>
    path(d, `${painted(palette, 'fill', mark.role)} fill-opacity="${n((step + 1) * 0.16)}" stroke="none"`),
  )
  const { shade: _, ...plain } = mark
  const some = (chosen: Int32Array): Kind<'points'> => ({
    ...plain,
    x: Float64Array.from(chosen, (k) => mark.x[k]!),
    y: Float64Array.from(chosen, (k) => mark.y[k]!),
    trial: chosen.map((k) => mark.trial[k]!),
  })
  return `${cells.join('')}${pointsSvg(sheet, some(rest))}${pointsSvg(sheet, some(top))}`
}

function lineSvg({ layout, palette }: Sheet, mark: Kind<'line' | 'step'>): string {
  let d = ''
  let before: { readonly y: number } | null = null
  mark.x.forEach((place, k) => {
    const [x, y] = [pixelAt({ ...layout.x, rail: NaN }, place), pixelAt({ ...layout.y, rail: NaN }, mark.y[k]!)]
    if (!Number.isFinite(x) || !Number.isFinite(y)) before = null
    else {
      if (before === null) d += `M${n(x)},${n(y)}`
      else if (mark.kind === 'line') d += `L${n(x)},${n(y)}`
      else d += before.y === y ? `H${n(x)}` : `H${n(x)}V${n(y)}`
      before = { y }
    }
  })
  const dashes = mark.isDashed === true ? ' stroke-dasharray="5 4"' : ''
  const width = mark.role === 'best' || mark.role === 'model' ? 2 : 1.4
  // What is level for long is one stroke.
  return path(
    d.replace(/(?:H[\d.-]+)+(H)/g, '$1'),
    `${painted(palette, 'stroke', mark.role)} stroke-width="${width}"${dashes} fill="none"`,
  )
}

function bandSvg({ layout, palette }: Sheet, mark: Kind<'band'>): string {
  const parts: string[] = []
  let run: [x: number, low: number, high: number][] = []
  const end = (): void => {
    if (run.length > 1) {
      const low = run.map(([x, y]) => `${n(x)},${n(y)}`)
      const high = run.map(([x, , y]) => `${n(x)},${n(y)}`).reverse()
      parts.push(`M${[...low, ...high].join('L')}z`)
    }
    run = []
  }
  mark.x.forEach((place, k) => {
    const at = [place, mark.low[k]!, mark.high[k]!]
    if (at.some(Number.isNaN)) end()
    else run.push([pixelAt(layout.x, place), pixelAt(layout.y, mark.low[k]!), pixelAt(layout.y, mark.high[k]!)])
  })
  end()
  return path(parts.join(''), `${painted(palette, 'fill', mark.role)} fill-opacity="0.16" stroke="none"`)
}

interface Span {
  readonly from: number
  readonly to: number
  readonly at: number
  readonly half: number
}

/** The pixels of a bar: along its length from `from` to `to`, and across. */
function spans(layout: Layout, mark: Bars): Span[] {
  const [along, across] = mark.along === 'x' ? [layout.x, layout.y] : [layout.y, layout.x]
  const half = mark.kind === 'bars' ? halfThickness(across, mark.thickness ?? 0.7) : 4
  return Array.from(mark.at, (place, k) => {
    const ends = [pixelAt(along, mark.low[k]!), pixelAt(along, mark.high[k]!)]
    return { from: Math.min(...ends), to: Math.max(...ends), at: pixelAt(across, place), half }
  }).filter(({ from, to, at }) => Number.isFinite(from) && Number.isFinite(to) && Number.isFinite(at))
}

function halfThickness({ scale, low, high }: Axis, thickness: number): number {
  const unit = Math.abs(high - low) / (scale.high - scale.low)
  return Math.min(9, Math.max(1, (unit * thickness) / 2))
}

function barsSvg({ layout, palette }: Sheet, mark: Bars): string {
  const isAlongX = mark.along === 'x'
  const drawn = new Set<string>()
  const lines: string[] = []
  for (const { from, to, at, half } of joined(spans(layout, mark))) {
    const [x, y] = isAlongX ? [from, at - half] : [at - half, from]
    // A bar of no length is seen all the same.
    const [w, h] = isAlongX ? [Math.max(1, to - from), 2 * half] : [2 * half, Math.max(1, to - from)]
    drawn.add(`M${n(x)},${n(y)}h${n(w)}v${n(h)}h${n(-w)}z`)
    if (mark.isHatched === true) lines.push(hatches(x, y, w, h))
  }
  const area = [...drawn].join('')
  if (mark.isHatched !== true)
    return path(area, `${painted(palette, 'fill', mark.role)} fill-opacity="0.75" stroke="none"`)
  const stroke = `${painted(palette, 'stroke', mark.role)} stroke-width="1" fill="none"`
  return path(area, stroke) + path(lines.join(''), stroke)
}

/** Bars of one row with less between them than half a pixel, as one: nobody can tell them apart. */
function joined(bars: readonly Span[]): Span[] {
  const rows = new Map<number, Span[]>()
  for (const bar of bars.toSorted((a, b) => a.from - b.from)) {
    const row = rows.get(bar.at) ?? []
    const last = row.at(-1)
    if (last !== undefined && bar.from - last.to < 0.5) row[row.length - 1] = { ...last, to: Math.max(last.to, bar.to) }
    else row.push(bar)
    rows.set(bar.at, row)
  }
  return [...rows.values()].flat()
}

/** Slanted lines within a rectangle. */
function hatches(x: number, y: number, w: number, h: number, gap = 5): string {
  let d = ''
  for (let shift = gap; shift < w + h; shift += gap) {
    const [x1, y1] = shift <= h ? [x, y + shift] : [x + shift - h, y + h]
    const [x2, y2] = shift <= w ? [x + shift, y] : [x + w, y + shift - w]
    d += `M${n(x1)},${n(y1)}L${n(x2)},${n(y2)}`
  }
  return d
}

function whiskersSvg({ layout, palette }: Sheet, mark: Bars): string {
  const drawn = spans(layout, mark).map(({ from, to, at, half }) =>
    mark.along === 'x'
      ? `M${n(from)},${n(at)}H${n(to)}M${n(from)},${n(at - half)}v${2 * half}M${n(to)},${n(at - half)}v${2 * half}`
      : `M${n(at)},${n(from)}V${n(to)}M${n(at - half)},${n(from)}h${2 * half}M${n(at - half)},${n(to)}h${2 * half}`,
  )
  return path(drawn.join(''), `${painted(palette, 'stroke', mark.role)} stroke-width="1.5" fill="none"`)
}

/** The paths of cells by the step of their shade; cells of one step in a column are joined. */
function cellPaths(
  { x, y }: Layout,
  { columns, rows, shade }: Pick<Kind<'cells'>, 'columns' | 'rows' | 'shade'>,
  steps: number | undefined,
  overlap: number,
): string[] {
  const paths: string[] = []
  const [w, h] = [(x.high - x.low) / columns, (y.low - y.high) / rows]
  const stepAt = (column: number, row: number): number => {
    const value = row < rows ? shade[column * rows + row]! : NaN
    return Number.isNaN(value) ? -1 : shadeStep(value, steps)
  }
  for (let column = 0; column < columns; column++) {
    for (let row = 0, first = 0; row < rows; row++) {
      const step = stepAt(column, row)
      if (step === stepAt(column, row + 1)) continue
      if (step >= 0) {
        const left = x.low + column * w
        const right = Math.min(left + w + overlap, x.high)
        const top = Math.max(y.low - (row + 1) * h - overlap, y.high)
        const d = `M${n(left)},${n(y.low - first * h)}H${n(right)}V${n(top)}H${n(left)}z`
        paths[step] = (paths[step] ?? '') + d
      }
      first = row + 1
    }
  }
  return Array.from(paths, (d) => d ?? '')
}

function cellsSvg({ layout, palette }: Sheet, mark: Kind<'cells'>): string {
  const cells = cellPaths(layout, mark, undefined, OVERLAP).map((d, step) =>
    path(d, `${painted(palette, 'fill', step)} stroke="none" shape-rendering="crispEdges"`),
  )
  const [w, h] = [(layout.x.high - layout.x.low) / mark.columns, (layout.y.low - layout.y.high) / mark.rows]
  let lines = ''
  mark.isHatched?.forEach((is, k) => {
    const [column, row] = [Math.floor(k / mark.rows), k % mark.rows]
    if (is === 1) lines += `M${n(layout.x.low + column * w)},${n(layout.y.low - row * h)}l${n(w)},${n(-h)}`
  })
  // The cells are pale together: where two of them overlap, nothing is darker.
  return (
    `<g opacity="0.85">${cells.join('')}</g>` +
    path(lines, `${painted(palette, 'stroke', 'background')} stroke-width="1" fill="none"`)
  )
}

function rugSvg({ layout, palette }: Sheet, mark: Kind<'rug'>): string {
  const strip = layout.rugs.get(rugKey(mark))!
  const shapes = new Set<string>()
  for (const place of mark.at) {
    const at = pixelAt(layout[mark.along], place)
    if (Number.isFinite(at))
      shapes.add(mark.along === 'x' ? SHAPES[mark.role](at, strip) : SHAPES[mark.role](strip, at))
  }
  return path([...shapes].join(''), shapeAttributes(palette, mark.role))
}

function ruleSvg({ layout: { x, y }, palette }: Sheet, mark: Kind<'rule'>): string {
  const at = pixelAt(mark.along === 'x' ? y : x, mark.at)
  if (!Number.isFinite(at)) return ''
  const d = mark.along === 'x' ? `M${n(x.low)},${n(at)}H${n(x.high)}` : `M${n(at)},${n(y.low)}V${n(y.high)}`
  return path(d, `${painted(palette, 'stroke', mark.role)} stroke-width="1.2" stroke-dasharray="4 3" fill="none"`)
}

function boxSvg({ layout, palette }: Sheet, mark: Kind<'box'>): string {
  const [x1, x2] = mark.x.map((place) => pixelAt(layout.x, place)) as [number, number]
  const [y1, y2] = mark.y.map((place) => pixelAt(layout.y, place)) as [number, number]
  const d = `M${n(x1)},${n(y1)}H${n(x2)}V${n(y2)}H${n(x1)}z`
  return path(d, `${painted(palette, 'stroke', mark.role, mark.role)} fill-opacity="0.1" stroke-width="1"`)
}

/** Pale lines first, then those with a shade, the best last; each within its trial. */
function pathsSvg({ layout, palette }: Sheet, mark: Kind<'paths'>): string {
  const { axes } = layout
  const lines = new Map<number, string>()
  mark.trial.forEach((_, k) => {
    let d = ''
    let isDown = false
    axes.forEach(({ at, axis }, j) => {
      const y = pixelAt(axis, mark.places[k * axes.length + j]!)
      if (Number.isFinite(y)) d += `${isDown ? 'L' : 'M'}${n(at)},${n(y)}`
      isDown = Number.isFinite(y)
    })
    const shade = mark.shade[k]!
    const step = Number.isNaN(shade) ? -1 : shadeStep(shade)
    lines.set(step, (lines.get(step) ?? '') + d)
  })
  return [...lines]
    .sort(([a], [b]) => a - b)
    .map(([step, d]) =>
      step < 0
        ? path(d, `${painted(palette, 'stroke', 'other')} stroke-opacity="0.2" stroke-width="1" fill="none"`)
        : path(d, `${painted(palette, 'stroke', step)} stroke-width="1.8" fill="none"`),
    )
    .join('')
}
