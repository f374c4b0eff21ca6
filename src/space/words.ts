/**
 * A config as text for other programs and people: options of a command line, assignments of a shell, one line to read.
 * Values are written as everywhere else (`1.0`, `1e-05`) and quoted so that a shell takes them literally.
 */

import type { Config } from '../trial.ts'
import { valueText } from './canonical.ts'
import { activeValues, flatten, isActive, survey, valueAt } from './flatten.ts'
import type { Space } from './parameter.ts'
import { shellName } from './shell-names.ts'

/** The text of each active parameter by name, in the order of the space; then those of the derived values. */
export function parameterTexts(space: Space, config: Config): Map<string, string> {
  const values = activeValues(space, config)
  const active = flatten(space).filter((leaf) => isActive(leaf, values))
  const texts = new Map(active.map(({ name, parameter }) => [name, valueText(parameter, values.get(name)!)]))
  for (const leaf of survey(space).derived) {
    if (isActive(leaf, values)) texts.set(leaf.name, valueText(undefined, valueAt(config, leaf)))
  }
  return texts
}

/** The same, and the text of each constant of the config. */
export function allTexts(space: Space, config: Config): Map<string, string> {
  const texts = parameterTexts(space, config)
  const values = activeValues(space, config)
  for (const { name, value, when } of survey(space).constants) {
    if (when.every((condition) => values.get(condition.name) === condition.value))
      texts.set(name, valueText(undefined, value))
  }
  return texts
}

/** The active parameters as options: `--lr 0.01`, or `--lr=-0.01` where the value would look like another option. */
export function flagWords(space: Space, config: Config): string[] {
  return [...parameterTexts(space, config)].flatMap(([name, text]) =>
    text.startsWith('-') ? [`--${name}=${text}`] : [`--${name}`, text],
  )
}

/** The options in one line of shell: `--lr 0.01 --opt adam`. */
export function flagsText(space: Space, config: Config): string {
  return flagWords(space, config).map(shellWord).join(' ')
}

/** The active parameters in one line for people: `lr=0.01 opt=adam`. */
export function briefText(space: Space, config: Config): string {
  return [...parameterTexts(space, config)].map(([name, text]) => `${name}=${shellWord(onOneLine(text))}`).join(' ')
}

/**
 * One shell assignment per value. A character that a shell does not allow in a name becomes `_`.
 *
 * @throws RangeError if two names become the same
 */
export function assignmentLines(values: Iterable<readonly [name: string, text: string]>): string[] {
  const taken = new Map<string, string>()
  return Array.from(values, ([name, text]) => {
    const variable = shellName(name)
    const other = taken.get(variable)
    if (other !== undefined) {
      throw new RangeError(`parameters '${other}' and '${name}': both are '${variable}' to a shell; use --format json`)
    }
    taken.set(variable, name)
    return `${variable}=${shellWord(text)}`
  })
}

/** The text as one literal word of a POSIX shell, in quotes only where it must be. */
export function shellWord(text: string): string {
  return /^[A-Za-z0-9_@%+:,./-][A-Za-z0-9_@%+=:,./-]*$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}

/** The text with its line ends written as `\n` and `\r`, so that a value cannot break out of its line. */
export function onOneLine(text: string): string {
  return text.replaceAll('\r', '\\r').replaceAll('\n', '\\n')
}
