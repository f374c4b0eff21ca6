/** Labels of figures: how wide a text is about, the short form of a long one, and which of several have room. */

import { escaped } from './escape.ts'

/** Widths in pixels at 12 px, by the widest of the usual fonts for screens (DejaVu Sans, Verdana). */
const NARROW = /[ijl.,:;'|!()[\]{}1 `ftrI/\\-]/
const BROAD = /[mwMW@%&+=<>~#×→]/
const DOUBLE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[^\0-\uffff]/u

/** The width of a text in pixels, not less than what a browser will need for it. */
export function textWidth(text: string): number {
  let width = 0
  for (const character of text) {
    width += DOUBLE.test(character) ? 13 : NARROW.test(character) ? 5 : BROAD.test(character) ? 11 : 7.8
  }
  return Math.ceil(width)
}

/** The number of cells of a terminal that a text takes. */
export function cellWidth(text: string): number {
  let width = 0
  for (const character of text) width += DOUBLE.test(character) ? 2 : 1
  return width
}

/** How a page shows a character: controls take the room of their codes. */
const shownAs = (character: string): string => (/\p{Cc}/u.test(character) ? escaped(character) : character)

/**
 * A text within a width, with `…` in its middle where something was left out: labels often differ at their ends.
 *
 * @param widthOf  the width of a text: `textWidth`, `cellWidth`
 */
export function shortened(text: string, most: number, widthOf = textWidth): string {
  const whole = Array.from(text.length > 2000 ? `${text.slice(0, 1000)}${text.slice(-1000)}` : text)
  const line = whole.map((character) => (/[\n\r\t\u2028\u2029]/.test(character) ? ' ' : shownAs(character)))
  if (whole.join('') === text && widthOf(line.join('')) <= most) return line.join('')
  const room = most - widthOf('…')
  const head: string[] = []
  const tail: string[] = []
  let used = 0
  for (let k = 0; k < line.length; k++) {
    const next = k % 2 === 0 ? line[k / 2]! : line.at(-(k + 1) / 2)!
    used += widthOf(next)
    if (used > room) break
    if (k % 2 === 0) head.push(next)
    else tail.unshift(next)
  }
  return room < 0 ? '' : `${head.join('')}…${tail.join('')}`
}

/** A text in lines of at most `most`; a word that is longer is shortened. */
export function inLines(text: string, most: number, widthOf = textWidth): string[] {
  const lines: string[] = []
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1)
    if (last !== undefined && widthOf(`${last} ${word}`) <= most) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(shortened(word, most, widthOf))
  }
  return lines
}

/**
 * Those labels that have room, in the order of their importance: each from `from` to `to` on one line, at least `gap`
 * apart.
 */
export function fitting<L extends { readonly from: number; readonly to: number }>(
  labels: readonly L[],
  gap: number,
): L[] {
  const kept: L[] = []
  for (const label of labels)
    if (kept.every(({ from, to }) => label.to + gap <= from || label.from >= to + gap)) kept.push(label)
  return kept
}

/** Places of labels that must not overlap, near the wanted ones, within `low` and `high` as far as there is room. */
export function spread(wanted: readonly number[], gap: number, low: number, high: number): number[] {
  const order = wanted.map((_, k) => k).sort((a, b) => wanted[a]! - wanted[b]!)
  const places = [...wanted]
  let least = low
  for (const k of order) least = (places[k] = Math.max(wanted[k]!, least)) + gap
  let most = high
  for (const k of order.reverse()) most = (places[k] = Math.min(places[k]!, most)) - gap
  return places
}
