/**
 * In what two spaces differ, for a person who has just been refused.
 */

import type { Json } from '../trial.ts'
import type { Condition, Constant, Leaf } from './flatten.ts'
import { survey } from './flatten.ts'
import { sameJson } from './levels.ts'
import type { Parameter, Space } from './parameter.ts'
import { parseSpace } from './validate.ts'

interface Entry {
  readonly label: string
  readonly kind: 'parameter' | 'constant'
  readonly form: Json
}

/** One line for each difference; none if the spaces are the same but for the order of names and the writing. */
export function describeDifference(wanted: Space, stored: Space): string[] {
  const mine = entriesOf(wanted)
  const theirs = entriesOf(stored)
  const lines: string[] = []
  for (const [key, entry] of mine) {
    const { label } = entry
    const other = theirs.get(key)
    if (other === undefined) {
      lines.push(`${entry.kind} ${label}: the study has none, this run wants ${describe(entry)}`)
    } else if (other.kind !== entry.kind || !sameJson(other.form, entry.form)) {
      lines.push(`${entry.kind} ${label}: the study has ${describe(other)}, this run wants ${describe(entry)}`)
    }
  }
  for (const [key, entry] of theirs) {
    if (!mine.has(key))
      lines.push(`${entry.kind} ${entry.label}: the study has ${describe(entry)}, this run wants none`)
  }
  return lines
}

function entriesOf(space: Space): Map<string, Entry> {
  const { leaves, constants } = survey(parseSpace(space))
  const entries = new Map<string, Entry>()
  const enter = ({ name, path, when }: Leaf | Constant, kind: Entry['kind'], form: Json): void => {
    // By path, not by name: { a: { b } } and { 'a.b' } make different configs.
    entries.set(JSON.stringify([path, when]), { label: labelOf(name, when), kind, form })
  }
  for (const leaf of leaves) enter(leaf, 'parameter', formOf(leaf.parameter))
  for (const constant of constants) enter(constant, 'constant', constant.value)
  return entries
}

function labelOf(name: string, when: readonly Condition[]): string {
  const conditions = when.map((condition) => `${condition.name} = ${condition.value}`).join(', ')
  return conditions === '' ? `'${name}'` : `'${name}' (${conditions})`
}

// What the branches hold is compared on its own.
function formOf(parameter: Parameter): Json {
  if (parameter.type !== 'branch') return parameter as unknown as Json
  return { ...parameter, branches: Object.keys(parameter.branches).sort() }
}

function describe({ kind, form }: Entry): string {
  if (kind === 'constant') return JSON.stringify(form)
  const { type, low, high, values, branches, ...options } = form as { readonly [option: string]: Json }
  const listed = values ?? branches
  const range = listed === undefined ? `${String(low)}..${String(high)}` : JSON.stringify(listed)
  const head = type === 'bool' ? 'bool' : `${String(type)} ${range}`
  const tail = Object.entries(options).map(([option, value]) =>
    value === true ? option : `${option} ${JSON.stringify(value)}`,
  )
  return [head, ...tail].join(', ')
}
