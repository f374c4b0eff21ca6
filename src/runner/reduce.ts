/** The option `--reduce`: which of several matches of a `--metric` counts. */

import { didYouMean } from '../space/nearest-name.ts'
import type { Metrics } from './metric.ts'

const REDUCERS = ['last', 'first', 'min', 'max', 'mean'] as const

/** One of the matches, or what they are together. */
export type Reducer = (typeof REDUCERS)[number]

/** How the matches of each metric become one value; `last` for one that is not there. */
export type Reducers = Readonly<Record<string, Reducer>>

/**
 * Reads the options `--reduce`: a word for all metrics, or `NAME=WORD` for one of them.
 *
 * @returns undefined if the option was not given
 * @throws RangeError for an unknown word or name, for a name that is given twice, and without `--metric`
 */
export function parseReducers(texts: readonly string[], metrics: Metrics | undefined): Reducers | undefined {
  if (texts.length === 0) return undefined
  if (metrics === undefined) throw new RangeError(`reduce '${texts[0]!}': belongs to --metric; give that too`)
  const names = Object.keys(metrics)
  const reducers: Record<string, Reducer> = {}
  for (const text of texts) {
    const cut = text.lastIndexOf('=')
    const word = text.slice(cut + 1)
    const named = cut < 0 ? names : [text.slice(0, cut)]
    if (!isReducer(word)) {
      const remedy = didYouMean(word, REDUCERS)
      throw new RangeError(`reduce '${text}': must be one of ${REDUCERS.join(', ')}, or NAME=max${remedy}`)
    }
    for (const name of named) {
      if (!names.includes(name))
        throw new RangeError(`reduce '${text}': there is no metric '${name}', but ${names.join(', ')}`)
      if (Object.hasOwn(reducers, name)) throw new RangeError(`reduce '${text}': given twice for '${name}'; keep one`)
      reducers[name] = word
    }
  }
  return reducers
}

/**
 * One number of several; infinite or NaN if that is all there is. `min` and `max` pass over what is not finite.
 *
 * @param values  at least one
 */
export function reduced(values: readonly number[], reducer: Reducer): number {
  const finite = values.filter(Number.isFinite)
  switch (reducer) {
    case 'last':
      return values.at(-1)!
    case 'first':
      return values[0]!
    case 'mean':
      return values.reduce((sum, value) => sum + value / values.length, 0)
    case 'min':
      return finite.length === 0 ? NaN : finite.reduce((a, b) => Math.min(a, b))
    case 'max':
      return finite.length === 0 ? NaN : finite.reduce((a, b) => Math.max(a, b))
  }
  return reducer satisfies never
}

const isReducer = (word: string): word is Reducer => (REDUCERS as readonly string[]).includes(word)
