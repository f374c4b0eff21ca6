/** Command lines that a person may copy: each works as it is written. */

import { valueText } from '../space/canonical.ts'
import { activeValues, flatten, isActive } from '../space/flatten.ts'
import type { Space } from '../space/parameter.ts'
import { shellWord } from '../space/words.ts'
import type { Config } from '../trial.ts'
import type { Columns } from './columns.ts'

/** A command about a study. */
export function commandOn(verb: string, directory: string, ...more: readonly string[]): string {
  return ['anthill', verb, '-s', shellWord(directory), ...more].join(' ')
}

/** The parameters of a config as words NAME=VALUE for `anthill add`. */
export function configWords(space: Space, config: Config): string[] {
  const values = activeValues(space, config)
  return flatten(space)
    .filter((leaf) => isActive(leaf, values))
    .map(({ name, parameter }) => assignment(name, valueText(parameter, values.get(name)!)))
}

/**
 * A trial's parameters as words NAME=VALUE for `anthill add`, with one of them set to another place of its column.
 * Where that makes a parameter active that the trial does not have, its value is that of another trial.
 *
 * @returns undefined if a value is missing there too
 */
export function trialWords(
  { parameters }: Pick<Columns, 'parameters'>,
  trial: number,
  change?: { readonly parameter: number; readonly place: number; readonly other: number },
): string[] | undefined {
  const texts = new Map<string, string>()
  for (const [k, { leaf, words, at }] of parameters.entries()) {
    if (!leaf.when.every(({ name, value }) => texts.get(name) === value)) continue
    const own = k === change?.parameter ? change.place : at[trial]!
    const place = Number.isNaN(own) && change !== undefined ? (at[change.other] ?? NaN) : own
    if (Number.isNaN(place)) return undefined
    texts.set(leaf.name, words[place] ?? valueText(leaf.parameter, place))
  }
  return [...texts].map(([name, text]) => assignment(name, text))
}

const assignment = (name: string, text: string): string => shellWord(`${name}=${text}`)
