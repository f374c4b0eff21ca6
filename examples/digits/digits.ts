/** Reads and draws the 1,797 handwritten digits of digits.txt, images of 8 × 8 pixels. */

import { readFileSync } from 'node:fs'

/** The width and height of an image. */
export const SIDE = 8

export interface Digit {
  /** 64 pixels, row by row, from 0 (paper) to 1 (ink). */
  readonly pixels: Float64Array
  /** The digit that the image shows, 0 to 9. */
  readonly label: number
}

// Found through the package, since the compiled program is in another folder than digits.txt.
const file = new URL('examples/digits/digits.txt', import.meta.resolve('anthill/package.json'))

/** Reads the digits, in the order of their writers. Each line has 64 pixels in base 17, a space and the label. */
export function readDigits(): Digit[] {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
  return lines.map((line) => ({
    pixels: Float64Array.from(line.slice(0, SIDE * SIDE), (pixel) => Number.parseInt(pixel, 17) / 16),
    label: Number(line.slice(SIDE * SIDE + 1)),
  }))
}

/** Draws a digit with characters, one line for each row. */
export function drawn({ pixels }: Digit): string {
  const rows = Array.from({ length: SIDE }, (_, row) => pixels.subarray(row * SIDE, (row + 1) * SIDE))
  return rows
    .map((row) =>
      Array.from(row, (ink) => ' .:*#'[Math.round(4 * ink)]!.repeat(2))
        .join('')
        .trimEnd(),
    )
    .join('\n')
}
