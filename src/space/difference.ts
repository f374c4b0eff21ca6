/**
 * How two spaces differ, for a person whose space was refused because the study has another.
 */

import type { Json } from '../trial.ts'
import type { Condition, Constant, DerivedLeaf, Leaf } from './flatten.ts'
import { survey } from './flatten.ts'
import { sameJson } from './levels.ts'
import type { Parameter, Space } from './parameter.ts'
import { priorText } from './prior.ts'
import type { PriorShape } from './prior.ts'
import { parseStoredSpace } from './validate.ts'

/** A parameter or constant of one of the two spaces. */
interface Entry {
  readonly kind: 'parameter' | 'derived value' | 'constant'
  readonly label: string
  /** What is compared. */
  readonly form: Json
  /** The words of a message for `form`. */
  readonly describe: () => string
}

/** One line for each difference. Neither the order of names nor synonyms such as `categorical` are differences. */
export function describeDifference(wanted: Space, stored: Space): string[] {
  const mine = entriesOf(wanted)
  const theirs = entriesOf(stored)
  const lines: string[] = []
  for (const [key, { kind, label, form, describe }] of mine) {
    const other = theirs.get(key)
    if (other === undefined) {
      lines.push(`${kind} ${label}: the study has none, this run wants ${describe()}`)
    } else if (other.kind !== kind || !sameJson(other.form, form)) {
      lines.push(`${kind} ${label}: the study has ${other.describe()}, this run wants ${describe()}`)
    }
  }
  for (const [key, { kind, label, describe }] of theirs) {
    if (!mine.has(key)) lines.push(`${kind} ${label}: the study has ${describe()}, this run wants none`)
  }
  return lines
}

function entriesOf(space: Space): Map<string, Entry> {
  const { leaves, derived, constants } = survey(parseStoredSpace(space))
  return new Map([
    ...leaves.map((leaf): [string, Entry] => {
      const { name, when, parameter } = leaf
      const describe = (): string => describeParameter(parameter)
      return [keyOf(leaf), { kind: 'parameter', label: labelOf(name, when), form: formOf(parameter), describe }]
    }),
    ...derived.map((value): [string, Entry] => {
      const { name, when, of } = value
      return [keyOf(value), { kind: 'derived value', label: labelOf(name, when), form: of, describe: () => `'${of}'` }]
    }),
    ...constants.map((constant): [string, Entry] => {
      const { name, when, value } = constant
      const describe = (): string => JSON.stringify(value)
      return [keyOf(constant), { kind: 'constant', label: labelOf(name, when), form: value, describe }]
    }),
  ])
}

// By path, not by name: { a: { b } } and { 'a.b' } make different configs.
function keyOf({ path, when }: Leaf | DerivedLeaf | Constant): string {
  return JSON.stringify([path, when])
}

function labelOf(name: string, when: readonly Condition[]): string {
  const conditions = when.map((condition) => `${condition.name} = ${condition.value}`).join(', ')
  return conditions === '' ? `'${name}'` : `'${name}' (${conditions})`
}

// The parameters within a branch are entries of their own.
function formOf(parameter: Parameter): Json {
  if (parameter.type !== 'branch') return parameter as unknown as Json
  return { ...parameter, branches: Object.keys(parameter.branches).sort() }
}

/** A parameter in words: `float 1e-05..0.1, log`. */
export function describeParameter(parameter: Parameter): string {
  switch (parameter.type) {
    case 'float':
    case 'int': {
      const { type, low, high, ...options } = parameter
      return words(`${type} ${low}..${high}`, options)
    }
    case 'choice':
    case 'ordinal': {
      const { type, values, ...options } = parameter
      return words(`${type} ${JSON.stringify(values)}`, options)
    }
    case 'bool': {
      const { type, ...options } = parameter
      return words(type, options)
    }
    case 'branch': {
      const { type, branches, ...options } = parameter
      return words(`${type} ${JSON.stringify(Object.keys(branches).sort())}`, options)
    }
  }
  return parameter satisfies never
}

function words(head: string, options: object): string {
  const tail = Object.entries(options).map(([option, value]) => {
    if (option === 'prior') return `${option} ${priorText(value as PriorShape<Json>)}`
    return value === true ? option : `${option} ${JSON.stringify(value)}`
  })
  return [head, ...tail].join(', ')
}
