/**
 * The gate for spaces and configs that come from outside: from a program, a file, a command line, another version.
 *
 * What passes is complete, in range, of the right types and in one form. The other rooms rely on that and do not check
 * again. An error names the place, the value seen and the remedy.
 */

import type { Config, Json } from '../trial.ts'
import type { Leaf } from './flatten.ts'
import { flatten, plain } from './flatten.ts'
import { DEEPEST, checkPlain, parseJson, tooDeep } from './json.ts'
import { sameJson, valueIndex } from './levels.ts'
import { didYouMean } from './nearest-name.ts'
import { parseParameter, renameOptions } from './parameter-options.ts'
import type { Options, SimpleParameter } from './parameter-options.ts'
import type { BranchParameter, Group, Parameter, Space, SpaceNode } from './parameter.ts'
import { fieldsOf, hasParameter, isGroup, isParameter, isRecord } from './parameter.ts'
import { shown } from './shown.ts'

/** The form of a parameter's name, which also appears on command lines, in shell variables and in the head of a CSV. */
const NAME = /^[A-Za-z_][A-Za-z0-9_.-]*$/

type Path = readonly (string | number)[]

/**
 * A space that has been checked and brought into one form: a copy, and frozen.
 *
 * @throws TypeError or RangeError that names the first thing that is wrong
 */
export function parseSpace(value: unknown): Space {
  if (!isRecord(value)) throw new TypeError(`space: must be an object of parameters by name, got ${shown(value)}`)
  const isTyped = Object.hasOwn(value, 'type') && typeof value.type === 'string'
  if (isTyped && value.type !== 'group') {
    throw new TypeError(
      `space: must be an object of parameters by name, got a single one of type '${String(value.type)}'; ` +
        `give it a name, as in { x: ... }, or wrap an object with a key 'type' in group({...})`,
    )
  }
  const space = isTyped ? (parseNode(value, []) as unknown as Space) : parseFields(value, [])
  checkNames(space)
  return deepFreeze(space)
}

/** A parameter on its own, checked as in a space; `name` is what messages call it. */
export function parseParameterNamed(name: string, value: unknown): Parameter {
  const parsed = parseSpace({ [name]: value })[name]!
  if (!isParameter(parsed))
    throw new TypeError(`parameter '${name}': must be an object with a 'type', got ${shown(value)}`)
  return parsed
}

function subjectOf(path: Path): string {
  return path.length === 0 ? 'space' : `parameter '${path.join('.')}'`
}

function parseNode(value: unknown, path: Path): SpaceNode {
  const subject = subjectOf(path)
  if (path.length > DEEPEST) throw tooDeep(subject)
  if (Array.isArray(value)) return Array.from(value, (child, index) => parseNode(child, [...path, index]))
  if (!isRecord(value)) return parseJson(value, subject) as SpaceNode
  if (!Object.hasOwn(value, 'type') || typeof value.type !== 'string') return parseFields(value, path)
  checkPlain(value, subject)
  const { type, options } = renameOptions(value, subject)
  if (type === 'group') return parseGroup(options, path)
  if (type === 'branch') return parseBranch(options, path)
  return parseParameter(type, options, subject)
}

function parseFields(value: Options, path: Path): Space {
  checkPlain(value, subjectOf(path))
  const entries = Object.entries(value).map(([key, child]) => {
    const node = parseNode(child, [...path, key])
    if (hasParameter(node)) checkName(key, [...path, key])
    return [key, node] as const
  })
  return Object.fromEntries(entries)
}

function checkName(key: string, path: Path): void {
  if (key === '__proto__')
    throw new RangeError(`${subjectOf(path)}: the name '__proto__' is JavaScript's own; rename it`)
  if (!NAME.test(key)) {
    throw new RangeError(
      `${subjectOf(path)}: a name must begin with a letter or '_' and continue with letters, digits, ` +
        `'_', '.' and '-', got '${key}'; rename it`,
    )
  }
}

function parseGroup({ space }: Options, path: Path): Group {
  if (!isRecord(space))
    throw new TypeError(`${subjectOf(path)}: 'space' of a group must be an object, got ${shown(space)}`)
  return { type: 'group', space: parseFields(space, path) }
}

function parseBranch({ key, branches, default: initial }: Options, path: Path): BranchParameter {
  const subject = subjectOf(path)
  if (typeof key !== 'string') throw new TypeError(`${subject}: 'key' of a branch must be a string, got ${shown(key)}`)
  checkName(key, [...path, key])
  if (!isRecord(branches))
    throw new TypeError(`${subject}: 'branches' must be an object of spaces by name, got ${shown(branches)}`)
  checkPlain(branches, subject)
  const names = Object.keys(branches)
  if (names.length === 0) throw new RangeError(`${subject}: 'branches' must not be empty, got {}; name at least one`)
  const parsed = Object.entries(branches).map(([name, fields]) => {
    if (!isRecord(fields)) {
      throw new TypeError(
        `${subject}: branch '${name}' must be an object, got ${shown(fields)}; write {} if it has no parameters`,
      )
    }
    const isTyped = Object.hasOwn(fields, 'type') && typeof fields.type === 'string'
    if (isTyped && fields.type !== 'group') {
      throw new TypeError(
        `${subject}: branch '${name}' must be a space, got a single parameter; give it a name, as in { x: ... }`,
      )
    }
    const space = isTyped ? (parseNode(fields, path) as unknown as Space) : parseFields(fields, path)
    if (Object.hasOwn(fieldsOf(space), key)) {
      throw new RangeError(
        `${subject}: branch '${name}' must not have a '${key}', which is the key of the choice; rename one`,
      )
    }
    return [name, space] as const
  })
  if (initial !== undefined && (typeof initial !== 'string' || !names.includes(initial))) {
    const remedy = didYouMean(String(initial), names) || `; use ${names.join(', ')}`
    throw new RangeError(`${subject}: 'default' must be one of its branches, got ${shown(initial)}${remedy}`)
  }
  const parameter = { type: 'branch' as const, key, branches: Object.fromEntries(parsed) }
  return initial === undefined ? parameter : { ...parameter, default: initial as string }
}

// 'a.b' beside { a: { b } } would be the same name for two parameters that can both be active.
function checkNames(space: Space): void {
  const byName = new Map<string, Leaf[]>()
  for (const leaf of flatten(space)) {
    const namesakes = byName.get(leaf.name) ?? []
    for (const other of namesakes) {
      const isExcluded = leaf.when.some(({ name, value }) =>
        other.when.some((its) => its.name === name && its.value !== value),
      )
      if (!isExcluded)
        throw new RangeError(`parameter '${leaf.name}': two parameters have this name, dots included; rename one`)
    }
    byName.set(leaf.name, [...namesakes, leaf])
  }
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    Object.values(value).forEach(deepFreeze)
  }
  return value
}

/**
 * A config of the space: a checked copy, in the order of the space. Every active parameter must have a value in its
 * range. A float may be off its step or digits, since a person may know better. Constants may be left out.
 *
 * @throws TypeError or RangeError that names the first thing that is wrong
 */
export function parseConfig(space: Space, value: unknown): Config {
  if (!isRecord(value)) throw new TypeError(`config: must be an object of values by name, got ${shown(value)}`)
  return parseRecord(fieldsOf(space), value, [])
}

function parseRecord(
  fields: Space,
  value: { readonly [key: string]: unknown },
  path: Path,
  beside?: BranchParameter,
): Config {
  for (const key of Object.keys(value)) {
    if (Object.hasOwn(fields, key) || key === beside?.key) continue
    const owner = Object.entries(beside?.branches ?? {}).find(([, other]) => Object.hasOwn(fieldsOf(other), key))
    if (beside !== undefined && owner !== undefined) {
      const chosen = shown(value[beside.key])
      throw new RangeError(
        `${subjectOf([...path, key])}: belongs to '${owner[0]}', but '${beside.key}' is ${chosen}; leave it out`,
      )
    }
    const known = [...Object.keys(fields), ...(beside === undefined ? [] : [beside.key])]
    const remedy = didYouMean(key, known) || `; the names here are ${known.join(', ') || 'none'}`
    throw new RangeError(`${subjectOf([...path, key])}: not in the space${remedy}`)
  }
  const entries = Object.entries(fields).map(([key, node]) => {
    const here = [...path, key]
    if (Object.hasOwn(value, key)) return [key, parseValue(node, value[key], here)] as const
    if (!hasParameter(node)) return [key, plain(node)] as const
    throw new RangeError(`${subjectOf(here)}: the config has no value for it; add one`)
  })
  return Object.fromEntries(entries)
}

function parseValue(node: SpaceNode, value: unknown, path: Path): Json {
  if (isGroup(node)) return parseObject(node.space, value, path)
  if (isParameter(node))
    return node.type === 'branch' ? parseBranchValue(node, value, path) : parseLeaf(node, value, path)
  if (!hasParameter(node)) {
    const constant = plain(node)
    if (sameJson(constant, parseJson(value, subjectOf(path)))) return constant
    throw new RangeError(
      `${subjectOf(path)}: must be the constant ${shown(constant)}, got ${shown(value)}; leave it out of the config`,
    )
  }
  if (!Array.isArray(node)) return parseObject(node as Space, value, path)
  if (!Array.isArray(value) || value.length !== node.length) {
    throw new RangeError(`${subjectOf(path)}: must be a list of ${node.length}, got ${shown(value)}`)
  }
  return node.map((child, index) => parseValue(child, value[index], [...path, index]))
}

function parseObject(fields: Space, value: unknown, path: Path): Config {
  if (!isRecord(value)) throw new TypeError(`${subjectOf(path)}: must be an object, got ${shown(value)}`)
  return parseRecord(fields, value, path)
}

function parseBranchValue(parameter: BranchParameter, value: unknown, path: Path): Config {
  if (!isRecord(value))
    throw new TypeError(`${subjectOf(path)}: must be an object with a '${parameter.key}', got ${shown(value)}`)
  const chosen = Object.hasOwn(value, parameter.key) ? value[parameter.key] : undefined
  const names = Object.keys(parameter.branches)
  if (typeof chosen !== 'string' || !names.includes(chosen)) {
    const remedy = typeof chosen === 'string' ? didYouMean(chosen, names) : ''
    const subject = subjectOf([...path, parameter.key])
    throw new RangeError(`${subject}: must be one of ${names.map(shown).join(', ')}, got ${shown(chosen)}${remedy}`)
  }
  return { [parameter.key]: chosen, ...parseRecord(fieldsOf(parameter.branches[chosen]!), value, path, parameter) }
}

function parseLeaf(parameter: SimpleParameter, value: unknown, path: Path): Json {
  switch (parameter.type) {
    case 'float':
      return parseNumber(parameter.low, parameter.high, value, path)
    case 'int':
      if (typeof value === 'number' && Number.isFinite(value) && !Number.isInteger(value))
        throw new RangeError(`${subjectOf(path)}: must be a whole number, got ${value}`)
      // + 0 turns -0 into 0: an integer has no sign of zero.
      return parseNumber(parameter.low, parameter.high, value, path) + 0
    case 'choice':
    case 'ordinal':
      return parseListed(parameter.values, value, path)
    case 'bool':
      if (typeof value !== 'boolean')
        throw new TypeError(`${subjectOf(path)}: must be true or false, got ${shown(value)}`)
      return value
  }
  return parameter satisfies never
}

function parseNumber(low: number, high: number, value: unknown, path: Path): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    throw new TypeError(`${subjectOf(path)}: must be a finite number, got ${shown(value)}`)
  }
  if (value < low || value > high) {
    throw new RangeError(`${subjectOf(path)}: must be from ${low} to ${high}, got ${value}`)
  }
  return value
}

function parseListed(values: readonly Json[], value: unknown, path: Path): Json {
  const known = values[valueIndex(values, value as Json)]
  if (known !== undefined) return known
  const words = values.filter((other) => typeof other === 'string')
  const remedy = typeof value === 'string' ? didYouMean(value, words) : ''
  throw new RangeError(
    `${subjectOf(path)}: must be one of ${values.map(shown).join(', ')}, got ${shown(value)}${remedy}`,
  )
}
