/**
 * Constants of a space that were meant as parameters: a mistyped `type`, the keys of another tool, a range as a text.
 * As constants they would be in every config, and nothing would be searched, without a word.
 */

import type { Json } from '../trial.ts'
import { nativeForms } from './foreign-notation.ts'
import { nearestName } from './nearest-name.ts'
import { isRecord } from './options.ts'
import { shown } from './shown.ts'

/** Our types, and the options that each must have. */
const TYPES: Readonly<Record<string, readonly string[]>> = {
  float: ['low', 'high'],
  int: ['low', 'high'],
  choice: ['values'],
  categorical: ['values'],
  ordinal: ['values'],
  bool: [],
  branch: ['key', 'branches'],
}

/** What other tools call our types. */
const FOREIGN_TYPES: Readonly<Record<string, string>> = {
  uniform: 'float',
  loguniform: 'float',
  quniform: 'float',
  real: 'float',
  double: 'float',
  number: 'float',
  continuous: 'float',
  integer: 'int',
  randint: 'int',
  range: 'int',
  boolean: 'bool',
  discrete: 'ordinal',
  enum: 'choice',
  cat: 'choice',
}

/** Keys that give the lower end, the upper end, both, or the values, in one notation or another. */
const LOWER = new Set('low min lower minimum lo lb from start lower_bound lowerbound min_value minvalue'.split(' '))
const UPPER = new Set('high max upper maximum hi ub to stop end upper_bound upperbound max_value maxvalue'.split(' '))
const BOTH = new Set('range bounds bound domain interval limits'.split(' '))
const VALUES = new Set('values choices categories candidates enum _value'.split(' '))
const KINDS = new Set('_type distribution dist parameter_type param_type'.split(' '))

const REMEDY = 'wrap a constant object with such keys in a group'

/** Our type for what another tool calls so. */
export function foreignType(word: string): string | undefined {
  const plain = word.toLowerCase()
  return Object.hasOwn(FOREIGN_TYPES, plain) ? FOREIGN_TYPES[plain] : undefined
}

/**
 * Refuses a constant that looks like a parameter. An object is looked at by its own keys only.
 *
 * @throws RangeError that says what was meant
 */
export function checkConstant(value: unknown, subject: string): void {
  if (typeof value === 'string') return checkText(value, subject)
  if (!isRecord(value)) return
  const keys = Object.keys(value)
  const kind = keys.find((key) => isKind(key, value[key]))
  const numberOf = (names: ReadonlySet<string>): string | undefined =>
    keys.find((key) => names.has(key.toLowerCase()) && isNumber(value[key]))
  const low = numberOf(LOWER)
  const high = numberOf(UPPER)
  const both = keys.find((key) => BOTH.has(key.toLowerCase()) && isPair(value[key]))
  const values = keys.find((key) => VALUES.has(key.toLowerCase()) && Array.isArray(value[key]))
  const isRangeOfNni = values === '_value' && isPair(value[values]) && value['_type'] !== 'choice'
  if (kind === undefined && both === undefined && values === undefined && (low === undefined || high === undefined))
    return
  const ends =
    low !== undefined && high !== undefined ? [value[low], value[high]] : value[both ?? (isRangeOfNni ? '_value' : '')]
  throw new RangeError(
    `${subject}: has no 'type', so it would be a constant, got ${shown(value)}; ` +
      `did you mean ${meant(value, kind, ends, isRangeOfNni ? undefined : values)}? ${REMEDY}`,
  )
}

/**
 * Refuses parameters among the values of a choice: nothing would search them.
 *
 * @throws RangeError that names `branch`
 */
export function checkListed(values: readonly Json[], subject: string): void {
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    if (isRecord(value) && isWhole(value)) {
      throw new RangeError(
        `${subject}: a value of a choice must not have a parameter in it, got ${shown(value)}; use a 'branch', ` +
          `which has a space for each choice`,
      )
    }
    Object.values(value).forEach(visit)
  }
  values.forEach(visit)
}

/** Whether an object is a whole parameter or group. */
function isWhole(value: Readonly<Record<string, unknown>>): boolean {
  const { type } = value
  if (type === 'group') return isRecord(value.space)
  if (typeof type !== 'string' || !Object.hasOwn(TYPES, type)) return false
  if (type === 'bool') return Object.keys(value).every((key) => key === 'type' || key === 'default')
  return TYPES[type]!.every((option) => Object.hasOwn(value, option) || (option === 'values' && 'choices' in value))
}

/** Whether a key and its value say what type a parameter has. */
function isKind(key: string, value: unknown): boolean {
  if (KINDS.has(key)) return true
  if (typeof value !== 'string' || key === 'type' || nearestName(key, ['type']) === undefined) return false
  return Object.hasOwn(TYPES, value.toLowerCase()) || Object.hasOwn(FOREIGN_TYPES, value.toLowerCase())
}

function meant(
  value: Readonly<Record<string, unknown>>,
  kind: string | undefined,
  ends: unknown,
  values: string | undefined,
): string {
  const word = typeof value[kind ?? ''] === 'string' ? (value[kind!] as string).toLowerCase().replaceAll('_', '') : ''
  const type = Object.hasOwn(TYPES, word) ? word : foreignType(word)
  if (values !== undefined) return `{"type": "${type ?? 'choice'}", "values": ${shown(value[values])}}`
  if (Array.isArray(ends)) {
    const [low, high] = ends as readonly unknown[]
    const log = /^q?log/.test(word) ? ', "log": true' : ''
    const isInt = type === 'int' || (type === undefined && [low, high].every(Number.isInteger) && high !== 1)
    return `{"type": "${isInt ? 'int' : 'float'}", "low": ${shown(low)}, "high": ${shown(high)}${log}}`
  }
  return kind !== undefined && !KINDS.has(kind) ? `'type' instead of '${kind}'` : `'type': '${type ?? 'float'}'`
}

/** A text that is a range or a distribution of some notation. */
function checkText(text: string, subject: string): void {
  const isRange = /^[+-]?[\d.]+(?:e[+-]?\d+)?\s*\.\.\s*[+-]?[\d.]+(?:e[+-]?\d+)?(?:~log)?$/i.test(text)
  const isCall = /^(?:\w+\.)*(?:q?log)?_?(?:q?uniform|normal|randint|choice|suggest_\w+)\s*\(.*\)$/s.test(text)
  if (!isRange && !isCall) return
  const [form] = isCall ? (nativeForms(text) ?? []) : [text]
  const remedy = form === undefined ? '' : `, as for --param NAME=${form}`
  throw new RangeError(
    `${subject}: is a text, so it would be a constant, got ${shown(text)}; ` +
      `write an object with a 'type'${remedy}, or put a constant text into a group`,
  )
}

const isNumber = (value: unknown): boolean =>
  typeof value === 'number' || (typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)))

const isPair = (value: unknown): boolean => Array.isArray(value) && value.length === 2 && value.every(isNumber)
