/**
 * An expression as a list of tokens: numbers, texts in quotes, names, and signs.
 *
 * A name is that of a parameter, with dots for nested ones: `optimizer.lr`, `filters.2` or `filters[2]`. A name with a
 * hyphen is read as a whole where the space has it.
 */

export interface Token {
  readonly kind: 'number' | 'text' | 'name' | 'sign' | 'end'
  /** What it stands for: the name, the sign, the content of a text. */
  readonly text: string
  readonly value?: number
  /** The place of its first character, from 1. */
  readonly column: number
}

/** Something is wrong at a place of an expression. @internal */
export type Complain = (column: number, message: string, remedy: string) => never

const NUMBER = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y
const NAME = /[A-Za-z_]\w*(?:\.\w+|\[\d+\])*/y
const TEXT = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/sy
const SIGN = /\*\*|\/\/|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%<>()[\],?:!&|^~]/y
const SPACE = /\s+/y

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' }

/** The most tokens of an expression: as deep as a sum of that many terms is, no call stack ends. */
const MOST = 1000

/** Signs of other languages, and what to write. */
const FOREIGN: Readonly<Record<string, string>> = {
  '=': "write '==' to compare",
  '.': 'a name follows the name of its group at once, as in optimizer.lr',
  '{': "write a list of values as in x in ['a', 'b']",
  '`': 'write the name of a parameter as it is',
  '≤': "write '<='",
  '≥': "write '>='",
  '≠': "write '!='",
  '×': "write '*'",
}

/**
 * The tokens of a text; the last one is its end.
 *
 * @param names  names with a hyphen that the text may use
 */
export function tokensOf(text: string, names: readonly string[], complain: Complain): Token[] {
  const longestFirst = [...names].sort((a, b) => b.length - a.length)
  const tokens: Token[] = []
  let at = 0
  const matched = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at
    return pattern.exec(text)?.[0]
  }
  while (at < text.length) {
    const space = matched(SPACE)
    if (space !== undefined) {
      at += space.length
      continue
    }
    const column = at + 1
    if (tokens.length === MOST) complain(column, `more than ${MOST} names and signs`, 'write it in parts')
    const hyphened = longestFirst.find(
      (name) => text.startsWith(name, at) && !/[\w-]/.test(text[at + name.length] ?? ''),
    )
    const number = matched(NUMBER)
    const word = hyphened ?? matched(NAME)
    const quoted = matched(TEXT)
    const sign = matched(SIGN)
    const found = number ?? word ?? quoted ?? sign
    if (found === undefined) return complain(column, `unexpected '${shownSign(text, at)}'`, remedyFor(text, at))
    at += found.length
    if (number !== undefined) {
      if (/[\w.]/.test(text[at] ?? ''))
        complain(column, `a number must end before '${text[at]}'`, "put a sign between them, such as '*'")
      tokens.push({ kind: 'number', text: number, value: Number(number), column })
    } else if (word !== undefined) {
      tokens.push({ kind: 'name', text: word.replace(/\[(\d+)\]/g, '.$1'), column })
    } else if (quoted !== undefined) {
      tokens.push({ kind: 'text', text: unescaped(quoted.slice(1, -1)), column })
    } else tokens.push({ kind: 'sign', text: found, column })
  }
  return [...tokens, { kind: 'end', text: '', column: text.length + 1 }]
}

/** How a message names a token. */
export function tokenWords({ kind, text }: Token): string {
  if (kind === 'end') return 'the end'
  return kind === 'text' ? JSON.stringify(text) : `'${text}'`
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/gs, (_, letter: string) => ESCAPES[letter] ?? letter)
}

const shownSign = (text: string, at: number): string => String.fromCodePoint(text.codePointAt(at)!)

function remedyFor(text: string, at: number): string {
  const sign = shownSign(text, at)
  if (sign === "'" || sign === '"') return `close the text with ${sign}`
  return Object.hasOwn(FOREIGN, sign) ? FOREIGN[sign]! : 'remove it'
}
