/**
 * The bytes of a config, whose hash is the trial's id. They are exactly what Python's `json.dumps(config,
 * sort_keys=True)` writes, so that one line of Python computes the id from a config.
 *
 * The parameter decides whether a number is an integer or a float there. The numbers of a float parameter are floats.
 * So are the values of a choice or ordinal if all of them are numbers and at least one is fractional. Everywhere else,
 * and so in a derived value, a whole number is an integer.
 */

import type { Config, Json } from '../trial.ts'
import { compareCodePoints } from './code-points.ts'
import type { Parameter, Space, SpaceNode } from './parameter.ts'
import { isRecord } from './options.ts'
import { fieldsOf, isDerived, isGroup, isParameter } from './parameter.ts'
import { shown } from './shown.ts'
import { parseConfig } from './validate.ts'

/** The characters that Python escapes with a letter; every other one that is not printable ASCII becomes `\\uXXXX`. */
const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
}

/** The text of a config of the space: ASCII, without a newline at its end. */
export function configText(space: Space, config: Config): string {
  return recordText(config, fieldsOf(space))
}

/**
 * The config in a text that `configText` wrote.
 *
 * @throws RangeError or TypeError if the text is not JSON, or the config is not one of the space
 */
export function readConfig(space: Space, text: string): Config {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new RangeError(`config: must be JSON, got ${shown(text)}; restore or delete it`, { cause })
  }
  return parseConfig(space, value)
}

/** Gives the test of a text from disk: whether it is a config of the space. It never throws. */
export function isConfigOf(space: Space): (text: string) => boolean {
  return (text) => {
    try {
      readConfig(space, text)
      return true
    } catch {
      return false
    }
  }
}

/** One value as text for a command line or the environment: a string as it is, everything else as in the config. */
export function valueText(parameter: Parameter | undefined, value: Json): string {
  if (typeof value === 'string') return value
  return nodeText(value, parameter?.type === 'branch' ? undefined : parameter)
}

/**
 * Python's `repr` of a float: the fewest digits that read back as the same number, always with a point or an exponent.
 *
 * @throws RangeError if the number is not finite
 */
export function floatText(x: number): string {
  if (!Number.isFinite(x)) throw new RangeError(`config: a number must be finite, got ${x}`)
  if (Object.is(x, -0)) return '-0.0'
  // JavaScript and Python agree on the digits. They differ in when they write an exponent (CPython's float_repr_style
  // 'short': below 1e-4 and from 1e16 on) and in its form (CPython: a sign and at least two digits).
  const [mantissa, power] = x.toExponential().split('e') as [string, string]
  const exponent = Number(power)
  if (exponent < -4 || exponent >= 16) {
    return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`
  }
  const text = String(x)
  return text.includes('.') ? text : `${text}.0`
}

function nodeText(value: Json, node: SpaceNode | undefined): string {
  if (node === undefined) return plainText(value)
  if (isDerived(node)) return plainText(value)
  if (isGroup(node)) return isRecord(value) ? recordText(value as Config, node.space) : plainText(value)
  if (isParameter(node)) {
    if (node.type === 'branch' && isRecord(value)) {
      const chosen = value[node.key]
      const fields = typeof chosen === 'string' && Object.hasOwn(node.branches, chosen) ? node.branches[chosen]! : {}
      return recordText(value as Config, fieldsOf(fields))
    }
    return typeof value === 'number' && isFloating(node) ? floatText(value) : plainText(value)
  }
  if (Array.isArray(value)) return arrayText(value, Array.isArray(node) ? node : [])
  if (isRecord(value)) return recordText(value as Config, isRecord(node) ? (node as Space) : {})
  return plainText(value)
}

/** Whether whole numbers of a parameter are written `1.0`. The answer is part of every id: it must never change. */
function isFloating(parameter: Parameter): boolean {
  switch (parameter.type) {
    case 'float':
      return true
    case 'choice':
    case 'ordinal': {
      const { values } = parameter
      return values.every((value) => typeof value === 'number') && !values.every(Number.isInteger)
    }
    case 'int':
    case 'bool':
    case 'branch':
      return false
  }
  return parameter satisfies never
}

function plainText(value: Json): string {
  if (typeof value === 'string') return stringText(value)
  if (typeof value === 'number') return numberText(value)
  if (value === null || typeof value === 'boolean') return String(value)
  return Array.isArray(value) ? arrayText(value, []) : recordText(value as Config, {})
}

function numberText(x: number): string {
  if (!Number.isInteger(x)) return floatText(x)
  return Number.isSafeInteger(x) ? String(x) : BigInt(x).toString()
}

function arrayText(values: readonly Json[], nodes: readonly SpaceNode[]): string {
  return `[${values.map((value, index) => nodeText(value, nodes[index])).join(', ')}]`
}

function recordText(record: Config, fields: Space): string {
  const parts = Object.keys(record)
    .sort(compareCodePoints)
    .map((key) => `${stringText(key)}: ${nodeText(record[key]!, Object.hasOwn(fields, key) ? fields[key] : undefined)}`)
  return `{${parts.join(', ')}}`
}

// Without the flag `u` the pattern goes by UTF-16 unit, as Python's escapes do: an astral character becomes two
// escapes.
function stringText(text: string): string {
  const escaped = text.replace(
    /["\\]|[^ -~]/g,
    (unit) => SHORT_ESCAPES[unit] ?? `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return `"${escaped}"`
}
