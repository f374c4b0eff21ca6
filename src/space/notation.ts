/**
 * Parameters as a shell writes them: `--param NAME=SPEC`.
 *
 *     lr=1e-5..1e-1~log      a float on a log scale
 *     layers=1..6            an int, since both ends are whole numbers
 *     dropout=0..1:0.1       a step
 *     opt=adam,sgd           a choice; numbers, true, false and null are read as such, "1" in double quotes is a string
 *     batch=[16<32<64]       an ordinal
 *     nesterov=true,false    a bool
 *     opt.lr=…               nested: { opt: { lr } }
 */

import type { Json } from '../trial.ts'
import { didYouMean } from './nearest-name.ts'
import type { Parameter, ParameterType, Space } from './parameter.ts'
import { bool, choice, float, int, ordinal } from './parameter.ts'
import { parseParameterNamed, parseSpace } from './validate.ts'

const NUMBER = String.raw`[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?`
const RANGE = new RegExp(`^(${NUMBER})\\.\\.(${NUMBER})(?::(${NUMBER}))?$`)

/** How a shell writes each type, for messages; empty where another type has the same form, or a shell has none. */
const FORMS: Readonly<Record<ParameterType, readonly string[]>> = {
  float: ['LOW..HIGH', 'LOW..HIGH:STEP', 'LOW..HIGH~log'],
  int: [], // as a float, with whole numbers
  choice: ['A,B,C'],
  bool: [], // as the choice true,false
  ordinal: ['[A<B<C]'],
  branch: [], // only in JSON
}

/** Parameters and groups of parameters by name, while they are put together. */
type Tree = Map<string, Parameter | Tree>

/**
 * One parameter with its name, from `NAME=SPEC`.
 *
 * @throws RangeError if the text is not of that form
 */
export function parseParam(text: string): { name: string; parameter: Parameter } {
  const equals = text.indexOf('=')
  if (equals < 1) throw new RangeError(`parameter '${text}': must be NAME=SPEC; write it as in lr=1e-5..1e-1~log`)
  const name = text.slice(0, equals).trim()
  return { name, parameter: parseSpec(text.slice(equals + 1), name) }
}

/** One parameter from its SPEC; `name` is what messages call it. */
export function parseSpec(spec: string, name = 'x'): Parameter {
  const subject = `parameter '${name}'`
  const text = spec.trim()
  if (text === '') throw new RangeError(`${subject}: a SPEC must follow the '='; ${formsRemedy()}`)
  if (text.startsWith('[') && text.endsWith(']')) {
    return parseParameterNamed(name, ordinal(splitValues(text.slice(1, -1), '<', subject)))
  }
  const tilde = text.lastIndexOf('~')
  const range = parseRange(
    tilde < 0 ? text : text.slice(0, tilde),
    tilde < 0 ? undefined : text.slice(tilde + 1),
    subject,
  )
  if (range !== undefined) return parseParameterNamed(name, range)
  if (text.includes('<') && !text.includes(',')) {
    throw new RangeError(`${subject}: values with an order must be in brackets, got '${text}'; write '[${text}]'`)
  }
  const values = splitValues(text, ',', subject)
  if (values.length < 2) {
    throw new RangeError(
      `${subject}: must have more than one value, got '${text}'; ${formsRemedy()}, ` +
        `or put the value into the command itself`,
    )
  }
  const isBool = values.length === 2 && values.includes(true) && values.includes(false)
  return parseParameterNamed(name, isBool ? bool() : choice(values))
}

/**
 * A space from a list of `NAME=SPEC`; names with dots nest.
 *
 * @throws RangeError if a text is not of that form, or two names collide
 */
export function spaceFromParams(params: readonly string[]): Space {
  const root: Tree = new Map()
  for (const text of params) {
    const { name, parameter } = parseParam(text)
    const keys = name.split('.')
    const last = keys.pop()!
    let tree = root
    for (const key of keys) {
      const below = tree.get(key) ?? new Map()
      if (!(below instanceof Map)) throw conflict(name, key)
      tree.set(key, below)
      tree = below
    }
    const there = tree.get(last)
    if (there instanceof Map) throw conflict(name, last)
    if (there !== undefined) throw new RangeError(`parameter '${name}': given twice; keep one`)
    tree.set(last, parameter)
  }
  return parseSpace(objectOf(root))
}

function objectOf(tree: Tree): object {
  return Object.fromEntries([...tree].map(([key, below]) => [key, below instanceof Map ? objectOf(below) : below]))
}

function conflict(name: string, key: string): RangeError {
  return new RangeError(`parameter '${name}': '${key}' is both a parameter and a group of parameters; rename one`)
}

function formsRemedy(): string {
  const forms = Object.values(FORMS).flat()
  return `write ${forms.slice(0, -1).join(', ')} or ${forms.at(-1)}`
}

function parseRange(text: string, modifier: string | undefined, subject: string): Parameter | undefined {
  const match = RANGE.exec(text.trim())
  if (match === null) {
    if (/^[\d+-][^,]*\.\.[^,]*$/.test(text))
      throw new RangeError(`${subject}: must be a range of numbers, got '${text}'; ${formsRemedy()}`)
    return undefined
  }
  if (modifier !== undefined && modifier !== 'log') {
    throw new RangeError(
      `${subject}: unknown scale '~${modifier}'${didYouMean(modifier, ['log']) || "; only '~log' may follow a range"}`,
    )
  }
  const [, low, high, step] = match as unknown as [string, string, string, string | undefined]
  const options = {
    ...(modifier === undefined ? {} : { log: true }),
    ...(step === undefined ? {} : { step: Number(step) }),
  }
  const isWhole = [low, high, step ?? '1'].every((number) => /^[+-]?\d+$/.test(number))
  return (isWhole ? int : float)(Number(low), Number(high), options)
}

// Splits at separators outside of double quotes. Within quotes the escapes are those of JSON.
function splitValues(text: string, separator: string, subject: string): Json[] {
  const values: Json[] = []
  let rest = text
  for (;;) {
    const quoted = /^\s*("(?:[^"\\]|\\.)*")\s*/.exec(rest)
    const end = quoted === null ? rest.indexOf(separator) : quoted[0].length
    const item = (end < 0 ? rest : rest.slice(0, end)).trim()
    if (quoted !== null && end < rest.length && rest[end] !== separator) {
      throw new RangeError(
        `${subject}: '${separator}' must follow a closing quote, got '${rest.slice(end)}'; put it between values`,
      )
    }
    values.push(parseItem(item, subject))
    if (end < 0 || end >= rest.length) return values
    rest = rest.slice(end + 1)
  }
}

function parseItem(item: string, subject: string): Json {
  if (item === '')
    throw new RangeError(
      `${subject}: a value must not be empty; remove the extra separator, or write "" for the empty string`,
    )
  if (item === 'true' || item === 'false') return item === 'true'
  if (item === 'null') return null
  if (item.startsWith('"')) {
    try {
      return JSON.parse(item) as Json
    } catch (cause) {
      throw new RangeError(
        `${subject}: must be a string of JSON, got ${item}; close the quotes, and write \\" for a quote within`,
        { cause },
      )
    }
  }
  return new RegExp(`^${NUMBER}$`).test(item) ? Number(item) : item
}
