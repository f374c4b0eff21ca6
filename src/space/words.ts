/**
 * A config as the words that other programs take: flags of a command line, assignments of a shell, one line for a
 * person. Values are written as everywhere else (`1.0`, `1e-05`), and quoted so that no shell acts on them.
 */

import type { Config } from '../trial.ts'
import { valueText } from './canonical.ts'
import { activeValues, flatten, isActive, survey } from './flatten.ts'
import type { Space } from './parameter.ts'

/** The text of each active parameter by name, in the order of the space. */
export function parameterTexts(space: Space, config: Config): Map<string, string> {
  const values = activeValues(space, config)
  const active = flatten(space).filter((leaf) => isActive(leaf, values))
  return new Map(active.map(({ name, parameter }) => [name, valueText(parameter, values.get(name)!)]))
}

/** The same with the constants that this config carries. */
export function allTexts(space: Space, config: Config): Map<string, string> {
  const texts = parameterTexts(space, config)
  const values = activeValues(space, config)
  for (const { name, value, when } of survey(space).constants) {
    if (when.every((condition) => values.get(condition.name) === condition.value))
      texts.set(name, valueText(undefined, value))
  }
  return texts
}

/** The active parameters as words: `--lr 0.01`, or `--lr=-0.01` where the value would look like an option itself. */
export function flagWords(space: Space, config: Config): string[] {
  return [...parameterTexts(space, config)].flatMap(([name, text]) =>
    text.startsWith('-') ? [`--${name}=${text}`] : [`--${name}`, text],
  )
}

/** `--lr 0.01 --opt adam`, for a shell. */
export function flagsText(space: Space, config: Config): string {
  return flagWords(space, config).map(shellWord).join(' ')
}

/** `lr=0.01 opt=adam`, on one line, for a person. */
export function briefText(space: Space, config: Config): string {
  return [...parameterTexts(space, config)].map(([name, text]) => `${name}=${shellWord(onOneLine(text))}`).join(' ')
}

/**
 * One shell assignment a line. What a shell does not allow in a name becomes `_`.
 *
 * @throws RangeError when two parameters would share a name
 */
export function assignmentLines(values: Iterable<readonly [name: string, text: string]>): string[] {
  const taken = new Map<string, string>()
  return Array.from(values, ([name, text]) => {
    const variable = name.replace(/[^A-Za-z0-9_]/g, '_')
    const other = taken.get(variable)
    if (other !== undefined) {
      throw new RangeError(`parameters '${other}' and '${name}' are both '${variable}' to a shell: use --format json`)
    }
    taken.set(variable, name)
    return `${variable}=${shellWord(text)}`
  })
}

/** Text that a POSIX shell reads as one word and never acts on; left bare where that is safe. */
export function shellWord(text: string): string {
  return /^[A-Za-z0-9_@%+:,./-][A-Za-z0-9_@%+=:,./-]*$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}

/** Line ends as `\n`, so that a value cannot break out of its line. */
export function onOneLine(text: string): string {
  return text.replaceAll('\r', '\\r').replaceAll('\n', '\\n')
}
