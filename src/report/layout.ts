/**
 * Where things of a figure lie, in pixels: the area of the marks, its axes, ticks and labels. The same layout is drawn
 * as SVG here and by the script of a page, which finds marks by it.
 *
 * Pixels count from the left and the top. Labels neither overlap nor leave the figure; a long one is shortened.
 */

import type { Figure, Leftout } from './figure.ts'
import { fitting, inLines, shortened, spread, textWidth } from './label.ts'
import type { Mark, Places, Role } from './mark.ts'
import { shareOf } from './scale.ts'
import type { Scale } from './scale.ts'
import { ticksOf } from './tick.ts'
import type { Tick } from './tick.ts'

/** The height of a row of text, and of a strip of a rug or a rail. */
const ROW = 16

/** Between an axis and the row of its ticks: in the corner, the labels of the two axes must not touch. */
const TICK_GAP = 4
const STRIP = 13

/** Between the area and the first strip below it, whose label must not touch that of the lowest tick. */
const STRIP_GAP = 6

/** Between the area and the words of the rail beside it: half of the last number on the axis is there too. */
const RAIL_GAP = 18

/** Pixels that a number on an axis needs at least: across, and from one row to the next. */
const TICK_WIDTHS = { linear: 56, log: 44, time: 72, category: 14 } as const
const TICK_HEIGHT = 26
const LINE_HEIGHT = 14

/** The longest label of a category that stands upright, and beside the figure as a share of its width. */
const UPRIGHT = 76
const WIDEST_SHARE = 0.32

/** Categories that are at least this far apart have level labels. */
const LEVEL_SLOT = 46

/** Upright axes are at least this far apart. */
const AXIS_SLOT = 68

export interface Axis {
  readonly scale: Scale
  /** The pixels of its low and its high end. */
  readonly low: number
  readonly high: number
  /** The pixel of the rail for places that do not exist; NaN without one. */
  readonly rail: number
}

export interface Label {
  readonly text: string
  /** The middle of the text's height, and of its width or one end of it. */
  readonly x: number
  readonly y: number
  readonly anchor: 'start' | 'middle' | 'end'
  readonly isUpright?: boolean
  /** Whether marks lie below it: then it has a rim in the color of the background. */
  readonly isOnMarks?: boolean
  /** What it belongs to; it has the color of that. */
  readonly role?: Role
}

export interface Layout {
  readonly width: number
  readonly height: number
  readonly x: Axis
  readonly y: Axis
  /** For `paths`: the upright axes, with the pixel of each from the left. */
  readonly axes: readonly { readonly at: number; readonly axis: Axis }[]
  readonly xTicks: readonly Tick[]
  readonly yTicks: readonly Tick[]
  /** The pixel of each rug's strip, from the top below the x axis or from the left beside the y axis. */
  readonly rugs: ReadonlyMap<string, number>
  readonly labels: readonly Label[]
}

/** The key of a rug's strip in `rugs`. */
export const rugKey = ({ along, role }: { readonly along: 'x' | 'y'; readonly role: Role }): string =>
  `${along} ${role}`

/** The pixel of a place: at the nearer end if it lies beyond, on the rail if it does not exist, NaN without a rail. */
export function pixelAt({ scale, low, high, rail }: Axis, place: number): number {
  if (Number.isNaN(place)) return rail
  const share = scale.kind === 'log' && place <= 0 ? 0 : shareOf(scale, place)
  return low + Math.min(1, Math.max(0, share)) * (high - low)
}

/** Which end of its scale a place lies beyond: -1 the low one, 1 the high one, 0 neither. */
export const beyondEnd = ({ low, high }: Scale, place: number): -1 | 0 | 1 => (place > high ? 1 : place < low ? -1 : 0)

/** The least width in which a figure can be read, in pixels. */
export const leastWidth = ({ axes }: Figure): number => Math.max(240, AXIS_SLOT * axes.length)

/** The lay-out of a figure in a width and a height of pixels. */
export function layoutOf(figure: Figure, width: number, height: number): Layout {
  return figure.axes.length > 0 ? pathsLayout(figure, width, height) : plainLayout(figure, width, height)
}

/** A scale in words: `error (log; lower is better)`. */
export function scaleWords({ title, kind, better }: Scale): string {
  const more = [
    ...(kind === 'log' ? ['log'] : []),
    ...(kind === 'time' ? ['UTC'] : []),
    ...(better === null ? [] : [`${better === 'low' ? 'lower' : 'higher'} is better`]),
  ]
  return more.length === 0 ? title : `${title} (${more.join('; ')})`
}

/** What is not at its place, in words: `4 failed`. */
export const leftWords = (left: readonly Leftout[]): string =>
  left.map(({ count, why }) => `${count} ${why}`).join(' · ')

function plainLayout(figure: Figure, width: number, height: number): Layout {
  const { x, y, marks } = figure
  const rugRoles = (along: 'x' | 'y'): Role[] => [
    ...new Set(marks.flatMap((mark) => (mark.kind === 'rug' && mark.along === along ? [mark.role] : []))),
  ]
  const [below, beside] = [rugRoles('x'), rugRoles('y')]
  const ends = endTexts(marks)
  const rules = marks.flatMap((mark) => (mark.kind === 'rule' && mark.along === 'y' && mark.text !== '' ? [mark] : []))
  const widest = width * WIDEST_SHARE
  const top = (y.title === '' ? 4 : ROW + 6) + (rules.length === 0 ? 0 : ROW + 3)
  const yRail = y.rail === null ? 0 : STRIP
  const provisional = Math.max(40, height - top - 3 * ROW)
  const yMost = Math.max(2, Math.floor(provisional / (y.kind === 'category' ? LINE_HEIGHT : TICK_HEIGHT)))
  const yTicks = ticksOf(y, yMost)
  // A name may be shortened, a number may not.
  const names = [...(y.kind === 'category' ? y.words : []), ...below, ...(y.rail === null ? [] : [y.rail])]
  const numbers = y.kind === 'category' ? [] : yTicks.map(({ text }) => textWidth(text))
  const side = Math.max(0, ...numbers, ...names.map((text) => textWidth(shortened(text, widest))))
  const left = Math.ceil(side) + 10 + STRIP * beside.length
  const endRoom = Math.min(widest, Math.max(0, ...ends.map(({ text }) => textWidth(shortened(text, widest))))) + 12
  const railRoom = x.rail === null ? 0 : Math.min(widest, textWidth(x.rail)) + RAIL_GAP + 4
  const right = Math.max(left + 20, width - Math.ceil(endRoom + railRoom))
  const categories = x.kind === 'category' ? categoryTicks(x, right - left) : null
  const xTicks = categories?.ticks ?? ticksOf(x, Math.max(2, Math.floor((right - left) / TICK_WIDTHS[x.kind])))
  const tickRoom = TICK_GAP + (categories?.height ?? ROW)
  const feet = footLabels(figure, left, right, width)
  const gap = y.rail === null && below.length === 0 ? 0 : STRIP_GAP
  const bottom = Math.max(top + 20, height - feet.height - tickRoom - STRIP * below.length - yRail - gap)
  const railAt = right + (railRoom + RAIL_GAP - 4) / 2
  const xAxis = { scale: x, low: left, high: right, rail: x.rail === null ? NaN : railAt }
  const railText = x.rail === null ? '' : shortened(x.rail, railRoom - RAIL_GAP)
  const railFrom = railAt - textWidth(railText) / 2 - 4
  const yAxis = { scale: y, low: bottom, high: top, rail: y.rail === null ? NaN : bottom + gap + STRIP / 2 }
  const rugs = new Map([
    ...below.map((role, k) => [rugKey({ along: 'x', role }), bottom + gap + yRail + STRIP * (k + 0.5)] as const),
    ...beside.map((role, k) => [rugKey({ along: 'y', role }), left - STRIP * (k + 0.5)] as const),
  ])
  const tickTop = bottom + gap + yRail + STRIP * below.length
  const sideX = left - 6 - STRIP * beside.length
  const shortSide = (text: string): string => shortened(text, side)
  return {
    width,
    height,
    x: xAxis,
    y: yAxis,
    axes: [],
    xTicks,
    yTicks,
    rugs,
    labels: [
      ...(y.title === ''
        ? []
        : [{ text: shortened(scaleWords(y), width - 8), x: 2, y: ROW / 2, anchor: 'start' as const }]),
      ...sideLabels(yTicks, yAxis, sideX, shortSide),
      ...(y.rail === null ? [] : [{ text: shortSide(y.rail), x: sideX, y: yAxis.rail, anchor: 'end' as const }]),
      ...below.map((role) => ({
        ...{ text: shortSide(role), x: sideX, y: rugs.get(rugKey({ along: 'x', role }))! },
        ...{ anchor: 'end' as const, role },
      })),
      ...(categories === null
        ? tickLabels(xTicks, xAxis, tickTop + TICK_GAP + ROW / 2, railText === '' ? width : railFrom)
        : categories.labels(xAxis, tickTop + TICK_GAP)),
      ...(x.rail === null
        ? []
        : [{ text: railText, x: railAt, y: tickTop + TICK_GAP + ROW / 2, anchor: 'middle' as const }]),
      ...endLabels(ends, yAxis, right + railRoom + 6, endRoom - 8),
      ...ruleLabels(rules, xAxis, top - ROW / 2 - 5, width),
      ...feet.labels(tickTop + tickRoom),
    ],
  }
}

interface EndText {
  readonly text: string
  readonly at: number
  readonly role: Role
}

/** What is written at the ends of lines, and of rules that run from left to right. */
function endTexts(marks: readonly Mark[]): EndText[] {
  return marks.flatMap((mark): EndText[] => {
    if (mark.kind === 'rule') return mark.along === 'x' && mark.text !== '' ? [mark] : []
    if ((mark.kind !== 'line' && mark.kind !== 'step') || mark.text === undefined || mark.text === '') return []
    const at = mark.y.findLast((y, k) => Number.isFinite(y) && Number.isFinite(mark.x[k]!))
    return at === undefined ? [] : [{ text: mark.text, at, role: mark.role }]
  })
}

function endLabels(ends: readonly EndText[], axis: Axis, x: number, most: number): Label[] {
  const room = Math.max(1, Math.floor((axis.low - axis.high) / LINE_HEIGHT))
  const shown = ends.slice(0, room)
  const wanted = shown.map(({ at }) => pixelAt(axis, at))
  const places = spread(wanted, LINE_HEIGHT, axis.high + 2, axis.low)
  return shown.map(({ text, role }, k) => ({ text: shortened(text, most), x, y: places[k]!, anchor: 'start', role }))
}

/** The words of upright rules, above the area; those that would overlap an earlier one are left out. */
function ruleLabels(
  rules: readonly { readonly at: number; readonly text: string; readonly role: Role }[],
  axis: Axis,
  y: number,
  width: number,
): Label[] {
  const labels = rules.map(({ at, text, role }) => ({ ...centered(text, pixelAt(axis, at), width), y, role }))
  return fitting(labels, 8).map(({ text, x, role }) => ({ text, x, y, anchor: 'middle', role }))
}

/** A text around a pixel, moved as far as the figure's ends demand. */
function centered(text: string, at: number, width: number): { text: string; x: number; from: number; to: number } {
  const short = shortened(text, width - 4)
  const half = textWidth(short) / 2
  const x = Math.min(Math.max(at, half + 1), width - half - 1)
  return { text: short, x, from: x - half, to: x + half }
}

/** The labels of ticks on one row that ends at `width`. */
function tickLabels(ticks: readonly Tick[], axis: Axis, y: number, width: number): Label[] {
  const labels = ticks.map(({ at, text }) => centered(text, pixelAt(axis, at), width))
  return fitting(labels, 8).map(({ text, x }) => ({ text, x, y, anchor: 'middle' }))
}

function sideLabels(ticks: readonly Tick[], axis: Axis, x: number, short: (text: string) => string): Label[] {
  const labels = ticks.map(({ at, text }) => {
    const y = pixelAt(axis, at)
    return { text: short(text), y, from: y - 6, to: y + 6 }
  })
  return fitting(labels, 1).map(({ text, y }) => ({ text, x, y, anchor: 'end' }))
}

/** Categories below the area: level where there is room, else upright, and then as many as there is room for. */
function categoryTicks(scale: Scale, width: number) {
  const slot = width / Math.max(1, scale.words.length)
  const isLevel = slot >= LEVEL_SLOT || scale.words.every((word) => textWidth(word) <= slot - 6)
  const most = isLevel ? slot - 6 : UPRIGHT
  const ticks = ticksOf(scale, isLevel ? Infinity : Math.max(1, Math.floor(width / LINE_HEIGHT)))
  const texts = ticks.map(({ text }) => shortened(text, most))
  const height = isLevel ? ROW : 6 + Math.max(0, ...texts.map((text) => textWidth(text)))
  const labels = (axis: Axis, top: number): Label[] =>
    texts.map((text, k) => {
      const x = pixelAt(axis, ticks[k]!.at)
      return isLevel
        ? { text, x, y: top + ROW / 2, anchor: 'middle' }
        : { text, x, y: top + 3, anchor: 'end', isUpright: true }
    })
  return { ticks, height, labels }
}

/** The title of the x axis, and what is not at its place: on one row if both fit. */
function footLabels({ x, left }: Figure, from: number, to: number, width: number) {
  const title = shortened(scaleWords(x), width - 8)
  const whole = leftWords(left)
  const isOneRow = textWidth(title) + textWidth(whole) + 16 <= to - from
  const notes = whole === '' ? [] : isOneRow ? [whole] : inLines(whole, width - 8)
  const rows = (title === '' || (isOneRow && whole !== '') ? 0 : 1) + notes.length
  const labels = (top: number): Label[] => [
    ...(title === ''
      ? []
      : [{ text: title, x: Math.max(to, textWidth(title) + 2), y: top + ROW / 2, anchor: 'end' as const }]),
    ...notes.map((text, k) => ({
      ...{ text, x: isOneRow ? from : 2, anchor: 'start' as const },
      y: top + ROW * (k + (isOneRow || title === '' ? 0.5 : 1.5)),
    })),
  ]
  return { height: rows * ROW + 2, labels }
}

/** Upright axes side by side, each with its title above, its ends and the names of its categories. */
function pathsLayout(figure: Figure, width: number, height: number): Layout {
  const count = figure.axes.length
  const slot = width / count
  const hasRail = figure.axes.some(({ rail }) => rail !== null)
  const feet = footLabels({ ...figure, x: { ...figure.x, title: '' } }, 2, width, width)
  const top = 2 * ROW + 4
  const bottom = Math.max(top + 20, height - feet.height - ROW - (hasRail ? 2 * ROW : 0))
  const rail = hasRail ? bottom + ROW + 8 : NaN
  const axes = figure.axes.map((scale, k) => ({
    at: (k + 0.5) * slot,
    axis: { scale, low: bottom, high: top, rail: scale.rail === null ? NaN : rail },
  }))
  const flat = { ...figure.x, title: '' }
  return {
    width,
    height,
    x: { scale: flat, low: 0, high: width, rail: NaN },
    y: { scale: flat, low: bottom, high: top, rail: NaN },
    axes,
    xTicks: [],
    yTicks: [],
    rugs: new Map(),
    labels: [
      ...axes.map(({ at, axis }) => ({
        ...{ text: shortened(axis.scale.title, slot - 6), x: at, y: ROW / 2, anchor: 'middle' as const },
      })),
      ...axes.flatMap(({ at, axis }) => axisLabels(at, axis, slot - 8)),
      ...axes.flatMap(({ at, axis: { scale } }): Label[] =>
        scale.rail === null ? [] : [{ text: shortened(scale.rail, slot - 4), x: at, y: rail + 10, anchor: 'middle' }],
      ),
      ...feet.labels(height - feet.height),
    ],
  }
}

/** The ends of an upright axis, or its categories. */
function axisLabels(at: number, axis: Axis, most: number): Label[] {
  const { scale, low, high } = axis
  const short = (text: string): string => shortened(text, most)
  if (scale.kind === 'category') {
    const room = Math.max(1, Math.floor((low - high) / LINE_HEIGHT))
    return ticksOf(scale, room).map(({ at: place, text }) => {
      const half = textWidth(short(text)) < most / 2 ? 5 : 0
      const x = half > 0 ? at + half : at
      return { text: short(text), x, y: pixelAt(axis, place), anchor: half > 0 ? 'start' : 'middle', isOnMarks: true }
    })
  }
  const [first, last] = endTicks(scale)
  return [
    { text: short(last), x: at, y: high - ROW / 2, anchor: 'middle' },
    { text: short(first), x: at, y: low + ROW / 2, anchor: 'middle' },
  ]
}

/** The ends of a scale in words. */
function endTicks(scale: Scale): readonly [string, string] {
  const text = (at: number): string => ticksOf({ ...scale, low: at, high: at }, 1)[0]?.text ?? ''
  const round = (at: number): number => Number(at.toPrecision(3))
  return scale.kind === 'time'
    ? [text(scale.low), text(scale.high)]
    : [String(round(scale.low)), String(round(scale.high))]
}

/** Where each trial of a figure is drawn, in pixels; what a pointer is compared with. */
export interface TrialPlaces {
  readonly trial: Int32Array
  readonly x: Places
  readonly y: Places
}

/** The marks of trials in a figure. A path has a place on each of its axes. */
export function trialPlaces({ marks }: Pick<Figure, 'marks'>, layout: Layout): TrialPlaces {
  const found: [trial: number, x: number, y: number][] = []
  for (const mark of marks) {
    if (mark.kind === 'points')
      mark.trial.forEach((trial, k) =>
        found.push([trial, pixelAt(layout.x, mark.x[k]!), pixelAt(layout.y, mark.y[k]!)]),
      )
    if (mark.kind === 'rug') {
      const strip = layout.rugs.get(rugKey(mark))!
      const axis = layout[mark.along]
      mark.trial.forEach((trial, k) => {
        const place = pixelAt(axis, mark.at[k]!)
        found.push(mark.along === 'x' ? [trial, place, strip] : [trial, strip, place])
      })
    }
    if ((mark.kind === 'bars' || mark.kind === 'whiskers') && mark.trial !== undefined)
      mark.trial.forEach((trial, k) => {
        const across = pixelAt(layout[mark.along === 'x' ? 'y' : 'x'], mark.at[k]!)
        const [a, b] = [pixelAt(layout[mark.along], mark.low[k]!), pixelAt(layout[mark.along], mark.high[k]!)]
        found.push(mark.along === 'x' ? [trial, (a + b) / 2, across] : [trial, across, (a + b) / 2])
      })
    if (mark.kind === 'paths')
      mark.trial.forEach((trial, k) =>
        layout.axes.forEach(({ at, axis }, j) =>
          found.push([trial, at, pixelAt(axis, mark.places[k * layout.axes.length + j]!)]),
        ),
      )
  }
  const seen = found.filter(([trial, x, y]) => trial >= 0 && Number.isFinite(x) && Number.isFinite(y))
  return {
    trial: Int32Array.from(seen, ([trial]) => trial),
    x: Float64Array.from(seen, ([, x]) => x),
    y: Float64Array.from(seen, ([, , y]) => y),
  }
}
