/**
 * The ticks of a scale: places whose numbers are short, in steps of 1, 2 or 5; decades, then 2 and 5 between them on a
 * logarithmic scale; whole seconds, minutes, hours and days of time; each category.
 */

import { shortNumber } from './number-text.ts'
import { shareOf } from './scale.ts'
import type { Scale } from './scale.ts'

export interface Tick {
  readonly at: number
  readonly text: string
}

/** Steps of time in milliseconds, from the finest on. */
const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const TIME_STEPS = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 20, 30].map((count) => count * SECOND),
  ...[1, 2, 5, 10, 20, 30].map((count) => count * MINUTE),
  ...[1, 2, 3, 6, 12].map((count) => count * HOUR),
  ...[1, 2, 7, 14, 30, 91, 182, 365].map((count) => count * DAY),
]

/** The decimals of a decade that get ticks, from the coarsest choice to the finest. */
const MANTISSAS = [[1], [1, 2, 5], [1, 1.5, 2, 3, 4, 5, 6, 8]]

/** A logarithmic scale with fewer ticks than this gets finer ones. */
const FEWEST = 3

/** A tick with more characters than this has an exponent if that makes it shorter. */
const LONGEST_PLAIN = 6

/** The last millisecond that a date can have. */
const LAST_DATE = 8.64e15

/** The ticks of a scale, at most `most` of them, from low to high. Categories that would be more are stepped over. */
export function ticksOf(scale: Scale, most: number): Tick[] {
  const { kind, low, high, words, isWhole = false } = scale
  switch (kind) {
    case 'category': {
      const step = Math.max(1, Math.ceil(words.length / Math.max(1, most)))
      return words.flatMap((text, at) => (at % step === 0 ? [{ at, text }] : []))
    }
    case 'log':
      return named(logarithmic(low, high, most, isWhole))
    case 'linear':
      return named(linear(low, high, most, isWhole))
    case 'time':
      return times(low, high, most)
  }
  return kind satisfies never
}

/** A place of a scale in words: a number, the name of a category, a time of the day with its date. */
export function placeText(scale: Pick<Scale, 'kind' | 'words' | 'rail'>, place: number): string {
  if (Number.isNaN(place)) return scale.rail ?? '–'
  if (scale.kind === 'category') return scale.words[Math.round(place)] ?? '–'
  return scale.kind === 'time' ? isoText(place) : shortNumber(place)
}

function linear(low: number, high: number, most: number, isWhole: boolean): number[] {
  const rough = (high - low) / Math.max(1, most)
  if (!(rough > 0 && Number.isFinite(rough))) return [low]
  const power = Math.floor(Math.log10(rough))
  const decade = (exponent: number, factor: number): number => Number(`${factor}e${exponent}`)
  const steps = [...[1, 2, 5].map((factor) => decade(power, factor)), decade(power + 1, 1), decade(power + 1, 2)]
  const step = steps.find((each) => (!isWhole || each >= 1) && countOf(low, high, each) <= most) ?? steps.at(-1)!
  const first = Math.ceil(low / step - 1e-9)
  // The product of two decimals, without the errors of binary fractions.
  return Array.from({ length: countOf(low, high, step) }, (_, k) => Number(((first + k) * step).toPrecision(12)))
}

const countOf = (low: number, high: number, step: number): number =>
  Math.max(0, Math.floor(high / step + 1e-9) - Math.ceil(low / step - 1e-9) + 1)

function logarithmic(low: number, high: number, most: number, isWhole: boolean): number[] {
  const from = Math.floor(Math.log10(low))
  const to = Math.floor(Math.log10(high))
  const within = (factors: readonly number[], stride = 1): number[] => {
    const places: number[] = []
    for (let decade = Math.ceil(from / stride) * stride - (stride > 1 ? 0 : 1); decade <= to; decade += stride)
      for (const factor of factors) places.push(Number(`${factor}e${decade}`))
    return places.filter((at) => at >= low * (1 - 1e-9) && at <= high * (1 + 1e-9) && (!isWhole || at % 1 === 0))
  }
  let best: number[] | undefined
  for (const factors of MANTISSAS) {
    const places = within(factors)
    if (places.length > most) break
    best = places
    if (best.length >= 2 * FEWEST) break
  }
  if (best === undefined) return within([1], Math.ceil((to - from + 1) / Math.max(1, most)))
  if (best.length >= FEWEST) return best
  if (high / low < 10) return linear(low, high, most, isWhole).filter((at) => at > 0)
  const fine = within(MANTISSAS[1]!)
  const stride = Math.max(1, Math.ceil(fine.length / Math.max(1, most)))
  return fine.filter((_, k) => k % stride === 0)
}

/** Numbers in as few digits as tell them apart. */
function named(places: readonly number[]): Tick[] {
  const texts = places.map(tickText)
  const areApart = new Set(texts).size === texts.length
  return places.map((at, k) => ({ at, text: areApart ? texts[k]! : String(at) }))
}

/** A number, with an exponent where that is shorter than many zeros: `1e-5`, `1e8`. */
function tickText(place: number): string {
  const text = shortNumber(place)
  if (text.length <= LONGEST_PLAIN || !Number.isFinite(place)) return text
  const power = Number(place.toPrecision(6)).toExponential().replace('e+', 'e')
  return power.length < text.length ? power : text
}

function times(low: number, high: number, most: number): Tick[] {
  const step = TIME_STEPS.find((each) => countOf(low, high, each) <= most) ?? (high - low) / Math.max(1, most - 1)
  const first = Math.ceil(low / step)
  return Array.from({ length: Math.min(most, countOf(low, high, step)) }, (_, k) => {
    const at = (first + k) * step
    const isNewDay = k === 0 || Math.floor(at / DAY) !== Math.floor((at - step) / DAY)
    return { at, text: timeText(at, step, isNewDay && high - low > DAY / 2) }
  })
}

/** A time of the day (UTC) in the digits that a step needs; with its date at the first tick of each day. */
function timeText(at: number, step: number, hasDate: boolean): string {
  if (Math.abs(at) > LAST_DATE) return shortNumber(at)
  const [date, clock] = new Date(at).toISOString().split('T') as [string, string]
  if (step >= DAY) return date
  const text = clock.slice(0, step >= MINUTE ? 5 : step >= SECOND ? 8 : 12)
  return hasDate ? `${date.slice(-5)} ${text}` : text
}

/** A time as ISO 8601 in UTC, to the second. */
const isoText = (at: number): string =>
  Math.abs(at) > LAST_DATE ? shortNumber(at) : `${new Date(at).toISOString().slice(0, 19)}Z`

/** Whether a place lies on a scale, its ends included. */
export function isOn(scale: Scale, place: number): boolean {
  const share = shareOf(scale, place)
  return share >= -1e-9 && share <= 1 + 1e-9
}
