/**
 * Options as a command line writes them: a name, then words.
 *
 *     auto acquisition=lcb acquisition.kappa=2.5 models=plain,forest
 *
 * Dots nest: a word and the options below it are an object with `kind`; below a list, an option goes to all words that
 * have it. Commas make lists. Numbers, `true` and `false` are read as such; within double quotes everything is a text.
 */

import type { Json } from '../trial.ts'
import { splitValues } from './listed.ts'
import type { Table, Value } from './option-values.ts'
import { refusal } from './options.ts'

/** Options while they are put together: the values of a name, and what is nested below it. */
interface Branch {
  values?: readonly Json[]
  readonly below: Map<string, Branch>
}

/** The name at the beginning of a text, and the words after it. */
export function splitName(text: string): { readonly name: string; readonly words: readonly string[] } {
  const [name = '', ...words] = text.match(/(?:"(?:[^"\\]|\\.)*"|\S)+/g) ?? []
  return { name, words }
}

/**
 * The options of words as in `repeats=3`.
 *
 * @param table  says which of them are lists
 * @throws RangeError for what is not an option, or is given twice
 */
export function optionsOfWords(words: readonly string[], table?: Table): Record<string, Json> {
  const root: Branch = { below: new Map() }
  for (const word of words) {
    const equals = word.indexOf('=')
    if (equals < 1) throw new RangeError(`must be options as in NAME=VALUE after the name, got '${word}'`)
    const path = word.slice(0, equals)
    const branch = path.split('.').reduce((at, key) => branchAt(at, key), root)
    if (branch.values !== undefined) throw new RangeError(`option '${path}': given twice; keep one`)
    branch.values = splitValues(word.slice(equals + 1), ',', `option '${path}'`)
  }
  return Object.fromEntries([...root.below].map(([key, branch]) => [key, valueOf(branch, key, ownValue(table, key))]))
}

function branchAt({ below }: Branch, key: string): Branch {
  const there = below.get(key) ?? { below: new Map<string, Branch>() }
  below.set(key, there)
  return there
}

function valueOf({ values, below }: Branch, path: string, own: Value | undefined): Json {
  const isList = own?.isList === true
  const value = values === undefined ? undefined : values.length === 1 && !isList ? values[0]! : values
  if (below.size === 0) return value!
  if (isList && values !== undefined)
    return values.map((word, i) => withBelow(word, below, path, own, i === 0 ? values : []))
  if (value === undefined || typeof value === 'string') return withBelow(value, below, path, own)
  throw refusal(`option '${path}'`, 'a word, since it has options of its own', value)
}

/**
 * A word with the options below it.
 *
 * @param list  the words of the list that it begins, if it is in one: an option goes to all words that have it, and to
 *   the first if none has, so that the gate refuses it
 */
function withBelow(
  word: Json | undefined,
  below: Branch['below'],
  path: string,
  own: Value | undefined,
  list?: readonly Json[],
): Json {
  const has = (other: Json | undefined, key: string): boolean =>
    ownValue(own?.tables?.[String(other)], key) !== undefined
  const mine = [...below].filter(
    ([key]) => list === undefined || has(word, key) || (list.length > 0 && !list.some((other) => has(other, key))),
  )
  if (mine.length === 0) return word!
  const options = mine.map(
    ([key, branch]) => [key, valueOf(branch, `${path}.${key}`, ownValue(own?.tables?.[String(word)], key))] as const,
  )
  return { ...(word === undefined ? {} : { kind: word }), ...Object.fromEntries(options) }
}

function ownValue(table: Table | undefined, key: string): Value | undefined {
  return table !== undefined && Object.hasOwn(table, key) ? table[key]!.value : undefined
}
