/** A space for a person: how each parameter was read. */

import { describeParameter } from '../space/difference.ts'
import { survey } from '../space/flatten.ts'
import type { Space } from '../space/parameter.ts'
import { shown } from '../space/shown.ts'
import { onOneLine } from '../space/words.ts'
import { aligned } from './table.ts'

/** One line for each parameter and constant: `lr  float 0.00001..0.1, log`. */
export function spaceLines(space: Space): string[] {
  const { leaves, derived, constants } = survey(space)
  const branch = (when: readonly { readonly name: string; readonly value: string }[]): string =>
    when.map(({ name, value }) => ` (if ${name} is ${value})`).join('')
  return aligned([
    ...leaves.map(({ name, parameter, when }): [string, string] => [
      name,
      onOneLine(describeParameter(parameter)) + branch(when),
    ]),
    ...derived.map(({ name, of, when }): [string, string] => [name, `derived ${shown(of)}${branch(when)}`]),
    ...constants.map(({ name, value, when }): [string, string] => [name, `constant ${shown(value)}${branch(when)}`]),
  ])
}
