/**
 * Parameters as a shell writes them: `--param NAME=SPEC`.
 *
 *     lr=1e-5..1e-1~log      a float on a log scale
 *     layers=1..6            an int, since both ends are whole numbers
 *     rate=0.01..0.99~logit  another scale: logit, bilog, log10
 *     x=normal(0,1)          drawn from a distribution: normal, lognormal
 *     dropout=0..1:0.1       a step
 *     opt=adam,sgd           a choice; numbers, true, false and null are read as such, "1" in double quotes is a string
 *     batch=[16<32<64]       an ordinal
 *     nesterov=true,false    a bool
 *     C[2]=-5.0..5.0         a list of two: C.0 and C.1
 *     opt.lr=…               nested: { opt: { lr } }
 *     rate:=10 ** u          a value that follows from others
 *     x=0.0..1.0~prior=…     where the best value is believed to lie (`prior-notation.ts`)
 *
 * What other tools write for the same is refused with the line to write (`foreign-notation.ts`).
 */

import { nativeForms, nativeWord, rangeForms } from './foreign-notation.ts'
import { NUMBER, splitValues } from './listed.ts'
import { didYouMean } from './nearest-name.ts'
import type { Derived, Parameter, ParameterType, Space, SpaceNode } from './parameter.ts'
import { bool, choice, derived, float, int, lognormal, normal, ordinal, repeat } from './parameter.ts'
import { PRIOR_WORDS, splitBelief } from './prior-notation.ts'
import { parseParameterNamed, parseSpace } from './validate.ts'

const RANGE = new RegExp(`^(${NUMBER})\\.\\.(${NUMBER})(?::(${NUMBER}))?$`)

const BELL = new RegExp(`^(normal|lognormal)\\(\\s*(${NUMBER})\\s*,\\s*(${NUMBER})\\s*\\)$`)

/** A name with a number of repetitions. */
const REPEATED = /^(.+)\[(\d{1,9})\]$/

const SCALES = ['log', 'log10', 'logit', 'bilog'] as const

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
type Tree = Map<string, Parameter | Derived | readonly SpaceNode[] | Tree>

interface Param {
  readonly name: string
  readonly parameter: Parameter | Derived
  /** How often the parameter is repeated, in a list. */
  readonly count?: number
}

/**
 * One parameter with its name, from `NAME=SPEC`.
 *
 * @throws RangeError if the text is not of that form
 */
export function parseParam(text: string): Param {
  const [, own, of] = /^([A-Za-z_][\w.-]*)\s*:=(.*)$/s.exec(text) ?? []
  if (own !== undefined) return { name: own, parameter: derived(of!.trim()) }
  const equals = text.indexOf('=')
  const [, foreign, rest] = /^([A-Za-z_][\w.-]*)\s*[~:]\s*(.+)$/s.exec(text) ?? []
  if (foreign !== undefined && rest !== undefined && (equals < 1 || equals > foreign.length)) {
    const forms = nativeForms(rest.trim()) ?? [rest.trim()]
    throw new RangeError(`parameter '${foreign}': '=' must follow the name, got '${text}'; ${lineOf(foreign, forms)}`)
  }
  if (equals < 1) throw new RangeError(`parameter '${text}': must be NAME=SPEC; write it as in lr=1e-5..1e-1~log`)
  const whole = text.slice(0, equals).trim()
  const [, name = whole, count] = REPEATED.exec(whole) ?? []
  const parameter = parseSpec(text.slice(equals + 1), name)
  return count === undefined ? { name, parameter } : { name, parameter, count: Number(count) }
}

/** One parameter from its SPEC; `name` is what messages call it. */
export function parseSpec(spec: string, name = 'x'): Parameter {
  const { bare, options } = splitBelief(spec, `parameter '${name}'`)
  const parameter = parseBare(bare, name)
  return options === undefined ? parameter : parseParameterNamed(name, { ...parameter, ...options })
}

/** The same without a belief. */
function parseBare(spec: string, name: string): Parameter {
  const subject = `parameter '${name}'`
  const text = spec.trim()
  if (text === '') throw new RangeError(`${subject}: a SPEC must follow the '='; ${formsRemedy()}`)
  if (text.startsWith('[') && text.endsWith(']') && text.includes('<') && !hasComma(text)) {
    return parseParameterNamed(name, ordinal(splitValues(text.slice(1, -1), '<', subject)))
  }
  const [, bell, mean, deviation] = BELL.exec(text) ?? []
  if (bell !== undefined)
    return parseParameterNamed(name, (bell === 'normal' ? normal : lognormal)(Number(mean), Number(deviation)))
  const tilde = text.lastIndexOf('~')
  const range = parseRange(
    tilde < 0 ? text : text.slice(0, tilde),
    tilde < 0 ? undefined : text.slice(tilde + 1).trim(),
    name,
  )
  if (range !== undefined) return parseParameterNamed(name, range)
  const meant = /[<≤,]/.test(text) ? rangeForms(text) : undefined
  if (meant !== undefined)
    throw new RangeError(`${subject}: must be a range of numbers, got '${text}'; ${lineOf(name, meant)}`)
  if (text.includes('<') && !text.includes(',')) {
    throw new RangeError(`${subject}: values with an order must be in brackets, got '${text}'; write '[${text}]'`)
  }
  checkForeign(text, name)
  const values = splitValues(text, ',', subject)
  if (values.length < 2) {
    const forms = nativeForms(text)
    const remedy =
      forms === undefined ? `${formsRemedy()}, or put the value into the command itself` : lineOf(name, forms)
    throw new RangeError(`${subject}: must have more than one value, got '${text}'; ${remedy}`)
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
    const { name, parameter, count } = parseParam(text)
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
    tree.set(last, count === undefined ? parameter : repeat(count, parameter))
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

/** The end of a message: what to write, in the ways that may have been meant. */
function lineOf(name: string, forms: readonly string[]): string {
  const lines = [...new Set(forms)].map((form) =>
    /[[<>(){}"'|;~]/.test(form) ? `'${name}=${form}'` : `${name}=${form}`,
  )
  return `write ${lines.join(' or ')}`
}

/** Whether there is a comma outside of double quotes. */
function hasComma(text: string): boolean {
  return text.replace(/"(?:[^"\\]|\\.)*"/g, '').includes(',')
}

/**
 * Refuses a text that means something else to another tool, and would be a choice of odd texts here. Within double
 * quotes everything is a text.
 */
function checkForeign(text: string, name: string): void {
  const subject = `parameter '${name}'`
  const outside = text.replace(/"(?:[^"\\]|\\.)*"/g, '""')
  const items = outside.split(',').map((item) => item.trim())
  const forms = /^[([{<'A-Za-z_].*[)\]}>']$/s.test(outside) && !isBalancedList(items) ? nativeForms(text) : undefined
  if (forms !== undefined)
    throw new RangeError(`${subject}: must not be in brackets or a call, got '${text}'; ${lineOf(name, forms)}`)
  if (items.length > 1 && nativeForms(text) !== undefined && !isBalancedList(items))
    throw new RangeError(
      `${subject}: must be in the notation of this program, got '${text}'; ${lineOf(name, nativeForms(text)!)}`,
    )
  const broken = items.find((item) => !isBalanced(item))
  if (broken !== undefined) {
    throw new RangeError(
      `${subject}: '${broken}' has half a pair of brackets, got '${text}'; put such a text in double quotes`,
    )
  }
  const quoted = items.find((item) => /^'.*'$/.test(item))
  if (quoted !== undefined) {
    const bare = items.map((item) => item.replace(/^'(.*)'$/, '$1')).join(',')
    throw new RangeError(`${subject}: a value must not be in single quotes, got '${text}'; ${lineOf(name, [bare])}`)
  }
  const range = items.length > 1 ? items.find((item) => RANGE.test(item) || /^(?:\.{2,}|…)$/.test(item)) : undefined
  if (range !== undefined) {
    const numbers = items.flatMap((item) => item.split('..')).filter((item) => /\d/.test(item))
    const remedy = `${lineOf(name, [`${numbers[0]}..${numbers.at(-1)}`, [...new Set(numbers)].join(',')])}`
    throw new RangeError(`${subject}: a range and a list cannot be mixed, got '${text}'; ${remedy}`)
  }
  const python = items.find((item) => nativeWord(item) !== item)
  if (python !== undefined) {
    const native = items.map((item) => nativeWord(item) || '""').join(',')
    const texts = items.map((item) => (nativeWord(item) === item ? item : JSON.stringify(item))).join(',')
    const remedy = lineOf(name, [native, texts])
    throw new RangeError(`${subject}: '${python}' may be a word of Python or a text, got '${text}'; ${remedy}`)
  }
}

/** Whether every item is whole by itself: `relu(0.1)`, `x`. */
function isBalancedList(items: readonly string[]): boolean {
  return items.length > 1 && items.every((item) => isBalanced(item) && !/^[([{<]/.test(item) && !/^'/.test(item))
}

function isBalanced(item: string): boolean {
  const open: string[] = []
  for (const sign of item.replace(/->|=>|<=|>=/g, '')) {
    if (sign === '(' || sign === '[' || sign === '{') open.push(sign)
    const opening = { ')': '(', ']': '[', '}': '{' }[sign]
    if (opening !== undefined && open.pop() !== opening) return false
  }
  return open.length === 0
}

function parseRange(text: string, modifier: string | undefined, name: string): Parameter | undefined {
  const subject = `parameter '${name}'`
  const match = RANGE.exec(text.trim())
  if (match === null) {
    const forms = /^[\d+-][^,]*\.\./.test(text) ? nativeForms(text.trim()) : undefined
    if (forms !== undefined)
      throw new RangeError(`${subject}: must be a range of numbers, got '${text}'; ${lineOf(name, forms)}`)
    if (/^[\d+-][^,]*\.\.[^,]*$/.test(text))
      throw new RangeError(`${subject}: must be a range of numbers, got '${text}'; ${formsRemedy()}`)
    return undefined
  }
  const [, low, high, step] = match as unknown as [string, string, string, string | undefined]
  const isWhole = [low, high, step ?? '1'].every((number) => /^[+-]?\d+$/.test(number))
  if (/^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\.\.\.\d/.test(text.trim())) {
    const remedy = lineOf(name, [text.trim().replace('...', '..')])
    throw new RangeError(`${subject}: two points make a range, got '${text}'; ${remedy}`)
  }
  if (modifier === undefined && step === undefined && isWhole && Number(low) === 0 && Number(high) === 1) {
    const remedy = `write ${name}=0.0..1.0 for the numbers between, or ${name}=0,1 for only these two`
    throw new RangeError(`${subject}: two whole numbers make a range of whole numbers, got '${text}'; ${remedy}`)
  }
  if (modifier !== undefined && /^(?:lin(?:ear)?|u(?:niform)?|int|float)$/.test(modifier))
    throw new RangeError(`${subject}: unknown scale '~${modifier}'; leave it out, as in ${name}=${text}`)
  if (modifier !== undefined && PRIOR_WORDS.some((word) => modifier.startsWith(word) && modifier !== 'log'))
    throw new RangeError(`${subject}: '${modifier}' is not a scale; write ~prior=${modifier}`)
  if (modifier !== undefined && !SCALES.some((scale) => scale === modifier)) {
    throw new RangeError(
      `${subject}: unknown scale '~${modifier}'${didYouMean(modifier, SCALES) || `; there is ~${SCALES.join(', ~')}`}`,
    )
  }
  const isCurve = modifier === 'logit' || modifier === 'bilog'
  const options = {
    ...(modifier === undefined ? {} : isCurve ? ({ scale: modifier } as const) : { log: true }),
    ...(step === undefined ? {} : { step: Number(step) }),
  }
  return (isWhole && !isCurve ? int : float)(Number(low), Number(high), options)
}
