/**
 * Points of a figure on a canvas: dots up to some thousands, and above that counts for each pixel, which one pass over
 * the columns gives. SVG would take seconds for as many.
 */

import type { Mark } from '../mark.ts'
import { pixelAt } from '../layout.ts'
import type { Layout } from '../layout.ts'
import type { Palette } from '../palette.ts'

type Points = Extract<Mark, { kind: 'points' }>

/** With more points than this, pixels show how many lie on them. */
const MOST_DOTS = 20_000

/** The radius of a dot, and its opacity where dots may cover each other. */
const RADIUS = 2
const OPACITY = 0.65

/** The opacity of a pixel with one point; with more it grows by the logarithm. */
const FAINTEST = 0.35

/** Draws points over the area of a layout. The canvas is sized for it. */
export function drawPoints(
  canvas: HTMLCanvasElement,
  layout: Layout,
  points: readonly Points[],
  palette: Palette,
): void {
  const ratio = window.devicePixelRatio || 1
  canvas.width = Math.round(layout.width * ratio)
  canvas.height = Math.round(layout.height * ratio)
  canvas.style.width = `${layout.width}px`
  canvas.style.height = `${layout.height}px`
  const context = canvas.getContext('2d')
  if (context === null) return
  context.clearRect(0, 0, canvas.width, canvas.height)
  const count = points.reduce((sum, { x }) => sum + x.length, 0)
  if (count > MOST_DOTS) drawCounts(context, layout, points, palette, ratio)
  else drawDots(context, layout, points, palette, ratio)
}

function drawDots(
  context: CanvasRenderingContext2D,
  layout: Layout,
  points: readonly Points[],
  palette: Palette,
  ratio: number,
): void {
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  context.globalAlpha = OPACITY
  for (const { x, y, role } of points) {
    context.fillStyle = palette.colors[role]
    for (let i = 0; i < x.length; i++) {
      const [px, py] = [pixelAt(layout.x, x[i]!), pixelAt(layout.y, y[i]!)]
      if (!Number.isNaN(px) && !Number.isNaN(py)) context.fillRect(px - RADIUS, py - RADIUS, 2 * RADIUS, 2 * RADIUS)
    }
  }
  context.globalAlpha = 1
}

function drawCounts(
  context: CanvasRenderingContext2D,
  layout: Layout,
  points: readonly Points[],
  palette: Palette,
  ratio: number,
): void {
  const { width, height } = context.canvas
  const image = context.createImageData(width, height)
  for (const { x, y, role } of points) {
    const counts = new Uint32Array(width * height)
    let most = 1
    for (let i = 0; i < x.length; i++) {
      const [px, py] = [pixelAt(layout.x, x[i]!) * ratio, pixelAt(layout.y, y[i]!) * ratio]
      if (Number.isNaN(px) || Number.isNaN(py)) continue
      // Two pixels each way: a single one of many pixels a point would hardly be seen.
      for (let row = Math.floor(py) - 1; row <= Math.floor(py); row++)
        for (let column = Math.floor(px) - 1; column <= Math.floor(px); column++) {
          if (column < 0 || row < 0 || column >= width || row >= height) continue
          const here = ++counts[row * width + column]!
          if (here > most) most = here
        }
    }
    paint(image.data, counts, most, palette.colors[role])
  }
  context.putImageData(image, 0, 0)
}

/** Puts a color where there are points, over what is there already. */
function paint(pixels: Uint8ClampedArray, counts: Uint32Array, most: number, color: string): void {
  const [red, green, blue] = [1, 3, 5].map((from) => parseInt(color.slice(from, from + 2), 16))
  for (let k = 0; k < counts.length; k++) {
    if (counts[k] === 0) continue
    const share = most === 1 ? 1 : FAINTEST + (1 - FAINTEST) * (Math.log(counts[k]!) / Math.log(most))
    pixels[4 * k] = red!
    pixels[4 * k + 1] = green!
    pixels[4 * k + 2] = blue!
    pixels[4 * k + 3] = Math.max(pixels[4 * k + 3]!, Math.round(255 * share))
  }
}
