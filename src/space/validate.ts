/**
 * The gate for spaces and configs that come from outside: from a program, a file, a command line, another version.
 *
 * What passes is complete, in range, of the right types and in one form. The other rooms rely on that and do not check
 * again. An error names the place, the value seen and the remedy.
 */

import type { Config, Json } from '../trial.ts'
import type { Leaf } from './flatten.ts'
import { flatten, plain, survey } from './flatten.ts'
import { checkDerived, settleDerivedInPlace } from './derive.ts'
import { DEEPEST, checkPlain, deepFreeze, parseJson, tooDeep } from './json.ts'
import { sameJson, valueIndex } from './levels.ts'
import { checkConstant, checkListed } from './meant-as-parameter.ts'
import { didYouMean } from './nearest-name.ts'
import { isRecord } from './options.ts'
import { parseParameter, renameOptions } from './parameter-options.ts'
import type { Options, SimpleParameter } from './parameter-options.ts'
import type { BranchParameter, Derived, Group, Parameter, Space, SpaceNode } from './parameter.ts'
import { fieldsOf, hasParameter, isDerived, isGroup, isParameter, repeat } from './parameter.ts'
import { shown } from './shown.ts'

/** The form of a parameter's name, which also appears on command lines, in shell variables and in the head of a CSV. */
const NAME = /^[A-Za-z_][A-Za-z0-9_.-]*$/

/** Among more values than this, none is searched that looks like the one given. */
const MOST_COMPARED = 1000

/** A message lists this many values at most. */
const MOST_LISTED = 50

type Path = readonly (string | number)[]

type Named = Pick<Leaf, 'name' | 'when'>

/**
 * A space that has been checked and brought into one form: a copy, and frozen.
 *
 * @throws TypeError or RangeError that names the first thing that is wrong
 */
export function parseSpace(value: unknown): Space {
  const space = parseStoredSpace(value)
  if (isRecord(value)) checkMeant(fieldsOf(space), [], isGroup(space))
  return space
}

/**
 * The same for a space that is in a study already: an earlier version of this program may have taken constants that
 * look like parameters.
 */
export function parseStoredSpace(value: unknown): Space {
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
  deepFreeze(space)
  checkDerived(space)
  return space
}

/**
 * Refuses a space with nothing to search.
 *
 * @throws RangeError if it has no parameter
 */
export function mustSearch(space: Space): Space {
  if (flatten(space).length > 0) return space
  const form = `{"x": {"type": "float", "low": 0, "high": 1}}`
  throw new RangeError(`space: must have a parameter, but has constants only; write each as in ${form}`)
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
  if (value.type === 'repeat') return parseNode(repeatedNode(value, subject), path)
  const { type, options } = renameOptions(value, subject)
  if (type === 'group') return parseGroup(options, path)
  if (type === 'branch') return parseBranch(options, path)
  if (type === 'derived') return parseDerived(options, path)
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

/**
 * Refuses constants that look like parameters, and a space without any parameter: somebody has mistyped a key, or knows
 * another notation. What is in a group is meant as it is.
 */
function checkMeant(node: SpaceNode, path: Path, isMeant: boolean): void {
  const subject = subjectOf(path)
  if (isGroup(node)) {
    checkMeant(node.space, path, true)
  } else if (path.length > 0 && isParameter(node)) {
    if (node.type === 'branch') {
      for (const fields of Object.values(node.branches)) checkMeant(fieldsOf(fields), path, isMeant || isGroup(fields))
    }
    if (node.type === 'choice' || node.type === 'ordinal') checkListed(node.values, subject)
  } else if (!isDerived(node)) {
    if (path.length > 0 && !isMeant) checkConstant(node, subject)
    if (typeof node !== 'object' || node === null) return
    for (const [key, child] of Object.entries(node)) checkMeant(child as SpaceNode, [...path, key], isMeant)
  }
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

/** The list that a node of type `repeat` stands for. */
function repeatedNode({ type, of, count, ...others }: Options, subject: string): SpaceNode {
  const [unknown] = Object.keys(others)
  if (unknown !== undefined)
    throw new RangeError(`${subject}: unknown option '${unknown}'; '${String(type)}' takes count, of`)
  if (of === undefined)
    throw new TypeError(`${subject}: 'of' of a repetition must be a parameter or a space, got nothing`)
  try {
    return repeat(count as number, of as SpaceNode)
  } catch (error) {
    throw new RangeError(`${subject}: ${(error as Error).message}; give it a 'count'`)
  }
}

function parseDerived({ of }: Options, path: Path): Derived {
  const must = "'of' of a derived value must be an expression"
  if (typeof of === 'string') return { type: 'derived', of: of.trim() }
  throw new TypeError(`${subjectOf(path)}: ${must}, got ${shown(of)}; write it as in derived('10 ** u')`)
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
  const byName = new Map<string, Named[]>()
  const { leaves, derived } = survey(space)
  for (const leaf of [...leaves, ...derived]) {
    const namesakes = byName.get(leaf.name)
    if (namesakes === undefined) byName.set(leaf.name, [leaf])
    else namesakes.push(leaf)
  }
  for (const namesakes of byName.values()) checkNamesakes(namesakes, 0)
}

/**
 * Namesakes must never be active together. Most of them depend on the same selectors, and are told apart by the values
 * of these, one selector after the other. Only the rest is compared pair by pair.
 */
function checkNamesakes(leaves: readonly Named[], depth: number): void {
  if (leaves.length < 2) return
  const selector = leaves[0]!.when[depth]?.name
  if (selector !== undefined && leaves.every(({ when }) => when[depth]?.name === selector)) {
    const byValue = new Map<string, Named[]>()
    for (const leaf of leaves) {
      const { value } = leaf.when[depth]!
      const alike = byValue.get(value)
      if (alike === undefined) byValue.set(value, [leaf])
      else alike.push(leaf)
    }
    for (const alike of byValue.values()) checkNamesakes(alike, depth + 1)
    return
  }
  for (const [k, leaf] of leaves.entries()) {
    for (const other of leaves.slice(0, k)) {
      const isExcluded = leaf.when.some(({ name, value }) =>
        other.when.some((its) => its.name === name && its.value !== value),
      )
      if (!isExcluded)
        throw new RangeError(`parameter '${leaf.name}': two parameters have this name, dots included; rename one`)
    }
  }
}

/**
 * A config of the space: a checked copy, in the order of the space. Every active parameter must have a value in its
 * range. A float may be off its step or digits, since a person may know better. Constants and derived values may be
 * left out.
 *
 * @throws TypeError or RangeError that names the first thing that is wrong
 */
export function parseConfig(space: Space, value: unknown): Config {
  if (!isRecord(space)) throw new TypeError(`space: must be an object of parameters by name, got ${shown(space)}`)
  if (!isRecord(value)) throw new TypeError(`config: must be an object of values by name, got ${shown(value)}`)
  return settleDerivedInPlace(space, parseRecord(fieldsOf(space), value, []))
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
    if (Object.hasOwn(value, key) && isFloatOf(node, value[key])) return [key, value[key]] as const
    const here = [...path, key]
    if (Object.hasOwn(value, key)) return [key, parseValue(node, value[key], here)] as const
    if (!hasParameter(node)) return [key, plain(node)] as const
    if (!mustBeGiven(node)) return [key, withoutDerived(node)] as const
    throw new RangeError(`${subjectOf(here)}: the config has no value for it; add one`)
  })
  return Object.fromEntries(entries)
}

/** Whether a config must have a value for a node: it has a parameter, not only derived values and constants. */
function mustBeGiven(node: SpaceNode): boolean {
  if (isGroup(node)) return mustBeGiven(node.space)
  if (isParameter(node)) return true
  return !isDerived(node) && typeof node === 'object' && node !== null && Object.values(node).some(mustBeGiven)
}

/** A node without parameters, with nothing yet in the place of each derived value. */
function withoutDerived(node: SpaceNode): Json {
  if (isDerived(node)) return undefined as unknown as Json
  if (isGroup(node)) return withoutDerived(node.space)
  if (Array.isArray(node)) return node.map(withoutDerived)
  if (typeof node !== 'object' || node === null) return node as Json
  return Object.fromEntries(Object.entries(node).map(([key, child]) => [key, withoutDerived(child as SpaceNode)]))
}

/** Whether a value is one of a float: the common case, told before a path for messages is made. */
function isFloatOf(node: SpaceNode, value: unknown): value is number {
  return (
    isParameter(node) && node.type === 'float' && typeof value === 'number' && value >= node.low && value <= node.high
  )
}

function parseValue(node: SpaceNode, value: unknown, path: Path): Json {
  if (isGroup(node)) return parseObject(node.space, value, path)
  if (isDerived(node)) return parseJson(value, subjectOf(path))
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

/** The values in a message: all of a few, the first of many. */
function listed(values: readonly Json[]): string {
  const first = values.slice(0, MOST_LISTED).map(shown).join(', ')
  return values.length <= MOST_LISTED ? first : `${first} and ${values.length - MOST_LISTED} others`
}

function parseListed(values: readonly Json[], value: unknown, path: Path): Json {
  const known = values[valueIndex(values, value as Json)]
  if (known !== undefined) return known
  const words = values.filter((other) => typeof other === 'string')
  const remedy = typeof value === 'string' && words.length <= MOST_COMPARED ? didYouMean(value, words) : ''
  throw new RangeError(`${subjectOf(path)}: must be one of ${listed(values)}, got ${shown(value)}${remedy}`)
}
