/**
 * A small safe language of expressions over the parameters of a space: conditions such as `layers * width <= 4096`, and
 * values such as `10 ** u`.
 *
 * It has numbers, texts, booleans and null, signs as in Python, and a fixed table of functions. It has no loops, no
 * assignment, no property of an object and no way out of itself. Length, depth and the size of every result are
 * limited, so an expression ends at once, whatever is in it.
 *
 * An expression is checked against the names and kinds of a space before it is used: a name that is unknown or a kind
 * that can never be right is an error at once. What depends on values, such as a division by zero, is a `Failure` of
 * the evaluation.
 */

import { didYouMean } from '../nearest-name.ts'
import { shown } from '../shown.ts'
import { FUNCTIONS } from './functions.ts'
import { BOOLEAN, NUMBER, TEXT, asBoolean, fail, kindOf, kindWords } from './kinds.ts'
import type { Kinds, Value } from './kinds.ts'
import { OPERATIONS, SIGNS, compares } from './operations.ts'
import { parseTokens } from './parse.ts'
import type { Tree } from './parse.ts'
import { tokensOf } from './token.ts'
import type { Complain } from './token.ts'

/** The longest expression, in characters. */
const LONGEST = 4000

const CONSTANTS: Readonly<Record<string, number>> = { pi: Math.PI }

/** The value of a name of an expression, by its index in `names`. A name without a value throws whatever it likes. */
export type Lookup = (index: number) => Value

export interface Expression {
  readonly text: string
  /** The names that it uses, each once. */
  readonly names: readonly string[]
  /** Which kinds its value may be of. */
  readonly kinds: Kinds
  /** Its value. Throws a `Failure` if there is none. */
  readonly evaluate: (lookup: Lookup) => Value
}

/** A part of an expression that has been checked. */
interface Part {
  readonly kinds: Kinds
  readonly run: (lookup: Lookup) => Value
}

/**
 * An expression, checked.
 *
 * @param subject  what a message calls it, as in `where`
 * @param known    the names that it may use, with the kinds of their values; undefined: a value that is a list
 * @throws TypeError for what is not a text; RangeError that names the expression, the column and the remedy
 */
export function parseExpression(
  text: unknown,
  subject: string,
  known: ReadonlyMap<string, Kinds | undefined>,
): Expression {
  if (typeof text !== 'string')
    throw new TypeError(`${subject}: must be an expression in quotes, got ${shown(text)}; write it as in 'a * b <= 10'`)
  if (text.length > LONGEST)
    throw new RangeError(
      `${subject}: an expression must have at most ${LONGEST} characters, got ${text.length}; write it in parts`,
    )
  const complain: Complain = (column, message, remedy) => {
    throw new RangeError(`${subject} '${cut(text)}': ${message} at column ${column}; ${remedy}`)
  }
  if (text.trim() === '') throw new RangeError(`${subject}: an expression must not be empty; leave it out`)
  const hyphened = [...known.keys()].filter((name) => name.includes('-'))
  const names: string[] = []
  const part = checked(parseTokens(tokensOf(text, hyphened, complain), complain), names, known, complain)
  return { text, names, kinds: part.kinds, evaluate: part.run }
}

/** Whether two expressions have the same tokens, whatever the space between them. */
export function isSameText(a: string, b: string): boolean {
  return a === b || tokenText(a) === tokenText(b)
}

function tokenText(text: string): string {
  try {
    const complain: Complain = (_, message) => fail(message)
    return tokensOf(text, [], complain)
      .map(({ kind, text: content }) => (kind === 'text' ? JSON.stringify(content) : content))
      .join(' ')
  } catch {
    return text
  }
}

const cut = (text: string): string => (text.length > 80 ? `${text.slice(0, 77)}...` : text)

function checked(tree: Tree, names: string[], known: ReadonlyMap<string, Kinds | undefined>, complain: Complain): Part {
  const { column } = tree
  const check = (part: Tree): Part => checked(part, names, known, complain)
  const must = (part: Part, takes: Kinds, what: string, at: number): void => {
    if ((part.kinds & takes) !== 0) return
    const isMixed = what === "'+'" && part.kinds === BOOLEAN
    const remedy = isMixed ? 'write int(...) around it' : takes === BOOLEAN ? 'write a comparison' : 'use another value'
    complain(at, `${what} takes ${kindWords(takes)}, got ${kindWords(part.kinds)}`, remedy)
  }
  switch (tree.kind) {
    case 'value': {
      const { value } = tree
      if (typeof value === 'number' && !Number.isFinite(value))
        complain(column, 'a number must be finite, got one beyond 1.8e308', 'write a smaller one')
      return { kinds: kindOf(value)!, run: () => value }
    }
    case 'name':
      return named(tree.name, column, names, known, complain)
    case 'unary': {
      const of = check(tree.of)
      if (tree.sign === 'not') {
        must(of, BOOLEAN, "'not'", column)
        return { kinds: BOOLEAN, run: (lookup) => !asBoolean(of.run(lookup), "'not'") }
      }
      must(of, NUMBER, `'${tree.sign}'`, column)
      const compute = SIGNS[tree.sign]!
      return { kinds: NUMBER, run: (lookup) => compute(of.run(lookup)) }
    }
    case 'binary': {
      const { takes, gives, compute } = OPERATIONS[tree.sign]!
      const left = check(tree.left)
      const right = check(tree.right)
      for (const side of [left, right]) must(side, takes, `'${tree.sign}'`, column)
      const both = left.kinds & right.kinds & takes
      if (both === 0)
        complain(
          column,
          `'${tree.sign}' takes two of a kind, got ${kindWords(left.kinds)} and ${kindWords(right.kinds)}`,
          'write str(...) around the number, or int(...) around the text',
        )
      return { kinds: gives(both), run: (lookup) => compute(left.run(lookup), right.run(lookup)) }
    }
    case 'logic': {
      const left = check(tree.left)
      const right = check(tree.right)
      const what = `'${tree.sign}'`
      for (const side of [left, right]) must(side, BOOLEAN, what, column)
      const settles = tree.sign === 'or'
      return {
        kinds: BOOLEAN,
        run: (lookup) => (asBoolean(left.run(lookup), what) === settles ? settles : asBoolean(right.run(lookup), what)),
      }
    }
    case 'compare':
      return chain(
        check(tree.first),
        tree.rest.map((link) => ({ ...link, part: check(link.right) })),
        must,
      )
    case 'among': {
      const of = check(tree.of)
      const list = tree.list.map(check)
      const { isNot } = tree
      return {
        kinds: BOOLEAN,
        run: (lookup) => {
          const value = of.run(lookup)
          return list.some((one) => one.run(lookup) === value) !== isNot
        },
      }
    }
    case 'choose': {
      const test = check(tree.test)
      must(test, BOOLEAN, 'a condition', column)
      const yes = check(tree.yes)
      const no = check(tree.no)
      return {
        kinds: yes.kinds | no.kinds,
        run: (lookup) => (asBoolean(test.run(lookup), 'a condition') ? yes.run(lookup) : no.run(lookup)),
      }
    }
    case 'call': {
      const { name, given } = tree
      if (!Object.hasOwn(FUNCTIONS, name))
        complain(column, `unknown function '${name}'`, remedyAmong(name, Object.keys(FUNCTIONS), 'use one of'))
      const { count, takes, gives, compute } = FUNCTIONS[name]!
      if (given.length < count[0] || given.length > count[1]) {
        const most = count[1] === Infinity ? ' or more' : count[1] > count[0] ? ` or ${count[1]}` : ''
        complain(column, `${name}() takes ${count[0]}${most} values, got ${given.length}`, 'add or remove some')
      }
      const parts = given.map(check)
      for (const [i, part] of parts.entries()) must(part, takes, `${name}()`, given[i]!.column)
      return { kinds: gives, run: (lookup) => compute(parts.map((part) => part.run(lookup))) }
    }
  }
  return tree satisfies never
}

function chain(
  first: Part,
  rest: readonly { readonly sign: string; readonly part: Part; readonly column: number }[],
  must: (part: Part, takes: Kinds, what: string, at: number) => void,
): Part {
  let left = first
  for (const { sign, part, column } of rest) {
    const takes = sign.endsWith('in') ? TEXT : NUMBER | TEXT
    if (sign !== '==' && sign !== '!=') for (const side of [left, part]) must(side, takes, `'${sign}'`, column)
    left = part
  }
  const [only, ...more] = rest
  // The usual case, without a loop.
  if (more.length === 0) {
    const { sign, part } = only!
    return { kinds: BOOLEAN, run: (lookup) => compares(sign, first.run(lookup), part.run(lookup)) }
  }
  return {
    kinds: BOOLEAN,
    run: (lookup) => {
      let value = first.run(lookup)
      for (const { sign, part } of rest) {
        const next = part.run(lookup)
        if (!compares(sign, value, next)) return false
        value = next
      }
      return true
    },
  }
}

function named(
  name: string,
  column: number,
  names: string[],
  known: ReadonlyMap<string, Kinds | undefined>,
  complain: Complain,
): Part {
  if (!known.has(name)) {
    if (Object.hasOwn(CONSTANTS, name)) return { kinds: NUMBER, run: () => CONSTANTS[name]! }
    complain(column, `unknown name '${name}'`, remedyAmong(name, [...known.keys()], 'the names here are'))
  }
  const kinds = known.get(name)
  if (kinds === undefined)
    return complain(column, `'${name}' is a list or an object`, 'an expression takes numbers, texts and booleans only')
  const found = names.indexOf(name)
  const index = found < 0 ? names.push(name) - 1 : found
  return { kinds, run: (lookup) => lookup(index) }
}

function remedyAmong(name: string, known: readonly string[], all: string): string {
  const few = known.slice(0, 30).join(', ')
  return didYouMean(name, known).slice(2) || `${all} ${few}${known.length > 30 ? ', …' : ''}`
}
