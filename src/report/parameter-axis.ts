/** The axis of a parameter in a figure, where each trial lies on it, and what some trials have in common there. */

import type { Columns, ParameterColumn } from './columns.ts'
import type { Facts } from './facts.ts'
import { fewerCategories } from './fewer-categories.ts'
import { cellWidth, shortened } from './label.ts'
import type { Places } from './mark.ts'
import { briefNumber } from './number-text.ts'
import { categoryScale, parameterScale } from './range.ts'
import { shareOf } from './scale.ts'
import type { Scale } from './scale.ts'
import { pick } from './trial-marks.ts'

/** The longest name within a sentence, in characters. */
const LONGEST_NAME = 40

export interface ParameterAxis {
  readonly scale: Scale
  /** A place on the scale for each trial of the study. */
  readonly at: Places
  /** The place of a place in the column, which is another one for a category that is among `other`. */
  readonly placeOf: (place: number) => number
}

/**
 * The axis of a parameter. Many categories without an order are shown by how frequent they are.
 *
 * @param named  categories that have a place of their own in any case
 */
export function parameterAxis(column: ParameterColumn, named: readonly number[] = []): ParameterAxis {
  const scale = parameterScale(column)
  const isOrdered = column.kind !== 'category' || column.leaf.parameter.type === 'ordinal'
  if (isOrdered) return { scale, at: column.at, placeOf: (place) => place }
  const { words, at, indexes } = fewerCategories(column, named)
  return { scale: { ...categoryScale(column.label, words), rail: scale.rail }, at, placeOf: (place) => indexes[place]! }
}

/**
 * The axis of a parameter by its index. Trials can be selected by a range of it, unless categories share a place there.
 *
 * @param named  categories that have a place of their own in any case
 */
export function axisOf({ parameters }: Columns, parameter: number, named: readonly number[] = []): ParameterAxis {
  const axis = parameterAxis(parameters[parameter]!, named)
  const isWhole = axis.at === parameters[parameter]!.at
  return isWhole ? { ...axis, scale: { ...axis.scale, of: `parameter ${parameter}` } } : axis
}

/** The parameters from the most important one on, as indexes; in the order of the space where no model has said it. */
export function byImportance({ columns, importances }: Facts): number[] {
  const shares = new Map(importances[0]?.rows.map(({ parameters, share }) => [parameters.join(), share]))
  const share = (parameter: number): number => shares.get(String(parameter)) ?? 0
  return columns.parameters.map((_, parameter) => parameter).sort((a, b) => share(b) - share(a) || a - b)
}

/** A name or a category within a sentence: short, on one line. */
export const nameText = (name: string): string => shortened(name, LONGEST_NAME, cellWidth)

/**
 * What some trials have in common in a parameter, in words, and how much narrower that is than the whole scale, from 0
 * to 1: `lr from 0.001 to 0.004`, `kind cnn`. Null if they share nothing: not a single category, or a place only of
 * some.
 */
export function sharedIn(column: ParameterColumn, trials: Int32Array): { words: string; width: number } | null {
  const places = pick(column.at, trials).sort()
  const [low, high] = [places[0]!, places.at(-1)!]
  if (places.length === 0 || places.some(Number.isNaN)) return null
  const name = nameText(column.label)
  if (column.kind === 'category') {
    if (low === high) return { words: `${name} ${nameText(column.words[low]!)}`, width: 1 / (column.words.length + 1) }
    if (column.leaf.parameter.type !== 'ordinal') return null
    const words = `${name} from ${nameText(column.words[low]!)} to ${nameText(column.words[high]!)}`
    return { words, width: (high - low + 1) / (column.words.length + 1) }
  }
  const scale = parameterScale(column)
  return {
    words: low === high ? `${name} ${briefNumber(low)}` : `${name} from ${briefNumber(low)} to ${briefNumber(high)}`,
    width: shareOf(scale, high) - shareOf(scale, low),
  }
}
