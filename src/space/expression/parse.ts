/**
 * The grammar: from tokens to a tree. Signs and their order are those of Python; `&&`, `||`, `!` and `c ? a : b` are
 * read too.
 *
 *   loosest   a if c else b   c ? a : b
 *             or ||
 *             and &&
 *             not
 *             == != < <= > >= in, not in     (a < b < c: both)
 *             |   ^   &   << >>   + -   * / // %
 *             unary - + ~ !
 *   tightest  **              (to the right; -2 ** 2 is -4)
 */

import { tokenWords } from './token.ts'
import type { Complain, Token } from './token.ts'

/** The deepest nesting of an expression. */
const DEEPEST = 100

/** Binary signs between comparisons and unary signs, with how tightly they bind. */
const BINARY: Readonly<Record<string, number>> = {
  '|': 1,
  '^': 2,
  '&': 3,
  '<<': 4,
  '>>': 4,
  '+': 5,
  '-': 5,
  '*': 6,
  '/': 6,
  '//': 6,
  '%': 6,
}

const COMPARISONS = ['==', '!=', '<', '<=', '>', '>=']

const UNARY = ['-', '+', '~', '!']

/** Words that are signs. */
const RESERVED = ['and', 'or', 'not', 'in', 'if', 'else']

const LITERALS: Readonly<Record<string, boolean | null>> = {
  true: true,
  false: false,
  null: null,
  True: true,
  False: false,
  None: null,
}

interface Placed {
  readonly column: number
}

export type Tree = Placed &
  (
    | { readonly kind: 'value'; readonly value: number | string | boolean | null }
    | { readonly kind: 'name'; readonly name: string }
    | { readonly kind: 'unary'; readonly sign: string; readonly of: Tree }
    | { readonly kind: 'binary'; readonly sign: string; readonly left: Tree; readonly right: Tree }
    | { readonly kind: 'logic'; readonly sign: 'and' | 'or'; readonly left: Tree; readonly right: Tree }
    | { readonly kind: 'compare'; readonly first: Tree; readonly rest: readonly Link[] }
    | { readonly kind: 'among'; readonly of: Tree; readonly list: readonly Tree[]; readonly isNot: boolean }
    | { readonly kind: 'choose'; readonly test: Tree; readonly yes: Tree; readonly no: Tree }
    | { readonly kind: 'call'; readonly name: string; readonly given: readonly Tree[] }
  )

/** One step of a chain of comparisons. `in` and `not in` here have a text on their right. */
export interface Link extends Placed {
  readonly sign: string
  readonly right: Tree
}

/** The tree of an expression. */
export function parseTokens(tokens: readonly Token[], complain: Complain): Tree {
  let at = 0
  let depth = 0

  const next = (): Token => tokens[at]!
  const isNext = (...signs: readonly string[]): boolean => {
    const { kind, text } = next()
    return (kind === 'sign' || (kind === 'name' && RESERVED.includes(text))) && signs.includes(text)
  }
  const taken = (): Token => tokens[at++]!
  const expect = (sign: string, remedy: string): void => {
    if (!isNext(sign)) complain(next().column, `'${sign}' must follow, got ${tokenWords(next())}`, remedy)
    at++
  }
  const nested = (parse: () => Tree): Tree => {
    if (++depth > DEEPEST) complain(next().column, `nested more than ${DEEPEST} deep`, 'write it in parts')
    const tree = parse()
    depth--
    return tree
  }

  const whole = (): Tree =>
    nested(() => {
      const left = either()
      const { column } = next()
      if (isNext('if')) {
        at++
        const test = either()
        expect('else', 'write a if condition else b')
        return { kind: 'choose', test, yes: left, no: whole(), column }
      }
      if (!isNext('?')) return left
      at++
      const yes = whole()
      expect(':', 'write condition ? a : b')
      return { kind: 'choose', test: left, yes, no: whole(), column }
    })

  const either = (): Tree => {
    let left = both()
    while (isNext('or', '||')) left = { kind: 'logic', sign: 'or', column: taken().column, left, right: both() }
    return left
  }

  const both = (): Tree => {
    let left = negation()
    while (isNext('and', '&&')) left = { kind: 'logic', sign: 'and', column: taken().column, left, right: negation() }
    return left
  }

  const negation = (): Tree => {
    if (!isNext('not')) return comparison()
    const { column } = taken()
    return nested(() => ({ kind: 'unary', sign: 'not', of: negation(), column }))
  }

  const comparison = (): Tree => {
    const first = binary(1)
    const rest: Link[] = []
    for (;;) {
      const { column } = next()
      const isNot = isNext('not') && tokens[at + 1]?.text === 'in'
      if (isNot) at++
      if (isNext('in')) {
        at++
        const sign = isNot ? 'not in' : 'in'
        if (rest.length === 0 && isNext('[', '(')) {
          const list = listed()
          if (list !== undefined) return { kind: 'among', of: first, list, isNot, column }
        }
        rest.push({ sign, right: binary(1), column })
      } else if (isNext(...COMPARISONS)) rest.push({ sign: taken().text, column, right: binary(1) })
      else return rest.length === 0 ? first : { kind: 'compare', first, rest, column: first.column }
    }
  }

  /** The values in brackets; undefined if the brackets hold a single value in parentheses, which is not a list. */
  const listed = (): Tree[] | undefined => {
    const begin = at
    const { text } = taken()
    const list = upTo(text === '[' ? ']' : ')')
    if (text === '[' || list.length > 1) return list
    at = begin
    return undefined
  }

  const upTo = (end: string): Tree[] => {
    const list: Tree[] = []
    while (!isNext(end)) {
      list.push(whole())
      if (isNext(end)) break
      expect(',', `put commas between values, and '${end}' at the end`)
    }
    at++
    return list
  }

  const binary = (least: number): Tree => {
    let left = unary()
    for (;;) {
      const { kind, text, column } = next()
      const tightness = kind === 'sign' && Object.hasOwn(BINARY, text) ? BINARY[text]! : 0
      if (tightness < least) return left
      at++
      left = { kind: 'binary', sign: text, left, right: binary(tightness + 1), column }
    }
  }

  const unary = (): Tree => {
    if (!isNext(...UNARY)) return power()
    const { text, column } = taken()
    return nested(() => ({ kind: 'unary', sign: text === '!' ? 'not' : text, of: unary(), column }))
  }

  const power = (): Tree => {
    const left = single()
    if (!isNext('**')) return left
    const { column } = taken()
    return nested(() => ({ kind: 'binary', sign: '**', left, right: unary(), column }))
  }

  const single = (): Tree => {
    const token = next()
    const { kind, text, column } = token
    if (kind === 'number') return (at++, { kind: 'value', value: token.value!, column })
    if (kind === 'text') return (at++, { kind: 'value', value: text, column })
    if (kind === 'name' && !RESERVED.includes(text)) {
      at++
      if (isNext('(')) return (at++, { kind: 'call', name: text, given: upTo(')'), column })
      if (Object.hasOwn(LITERALS, text)) return { kind: 'value', value: LITERALS[text]!, column }
      return { kind: 'name', name: text, column }
    }
    if (kind !== 'sign' || text !== '(')
      complain(
        column,
        `a value must stand here, got ${tokenWords(token)}`,
        'write a number, a text in quotes or a name',
      )
    at++
    const inner = whole()
    expect(')', 'close the parentheses')
    return inner
  }

  const tree = whole()
  if (next().kind !== 'end')
    complain(next().column, `the expression must end here, got ${tokenWords(next())}`, 'put a sign between the values')
  return tree
}
