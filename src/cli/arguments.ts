/**
 * The words of a command line. `util.parseArgs` splits them; this file adds negative numbers as values, options whose
 * value may be left out, a check of values, did-you-mean, and errors that name the remedy.
 */

import { didYouMean } from '../space/nearest-name.ts'
import { shellWord } from '../space/words.ts'
import { UsageError } from './failure.ts'

// Not an import: see screen.ts.
const { parseArgs } = process.getBuiltinModule('node:util')

/** An option takes a value (`text`), takes none (`flag`), may be repeated (`list`), or may have one (`optional`). */
export interface Option {
  readonly kind: 'text' | 'flag' | 'list' | 'optional'
  readonly short?: string
  /** The only values that it takes. */
  readonly values?: readonly string[]
  /** Values that completion offers, of an option that takes others too. */
  readonly offers?: readonly string[]
}

/** The options of a verb by their long names. */
export type Options = Readonly<Record<string, Option>>

/** What the reader of words must know about a verb. */
export interface VerbFacts {
  readonly name: string
  /** Whether it only looks. Such a verb changes no result, and its first argument may be the study. */
  readonly onlyLooks: boolean
}

export interface Words {
  readonly verb: VerbFacts
  /** All words after the verb, as given. */
  readonly all: readonly string[]
  /** The words that belong to no option. */
  readonly plain: readonly string[]
  /** The words after `--`; undefined if there is no `--`. */
  readonly after: readonly string[] | undefined
  readonly has: (name: string) => boolean
  readonly text: (name: string) => string | undefined
  readonly list: (name: string) => readonly string[]
  /** The values of several options, in the order of the command line. */
  readonly inOrder: (names: readonly string[]) => readonly (readonly [name: string, value: string])[]
  /** A whole number of at least `least`. */
  readonly count: (name: string, least: number) => number | undefined
  /** A finite number. */
  readonly number: (name: string) => number | undefined
  /** A length of time in milliseconds: `500ms`, `240s`, `2h`, `1h30m`, `1d`. */
  readonly duration: (name: string) => number | undefined
}

/** The options of every verb. */
export const COMMON_OPTIONS = { help: { kind: 'flag', short: 'h' }, json: { kind: 'flag' } } as const satisfies Options

/** Put before a negative number, so that parseArgs does not see an option. No argument of a process can contain it. */
const SHIELD = '\0'

const NEGATIVE_NUMBER = /^-(\d|\.\d|inf)/i

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** The longest wait. Node's timers count milliseconds in 31 bits; a longer wait would end at once. */
const LONGEST_MS = 2 ** 31 - 1

/**
 * Reads the words that follow the verb.
 *
 * @throws UsageError that names the wrong word
 */
export function readWords(verb: VerbFacts, words: readonly string[], options: Options): Words {
  const known: Options = { ...COMMON_OPTIONS, ...options }
  const end = words.indexOf('--')
  const given = new Map<string, string[]>()
  const asWritten = new Map<string, string>()
  const order: [string, string][] = []
  const plain: string[] = []
  for (const token of tokensOf(end < 0 ? words : words.slice(0, end), known)) {
    if (token.kind === 'positional') plain.push(token.value.replace(SHIELD, ''))
    if (token.kind !== 'option') continue
    const option = Object.hasOwn(known, token.name) ? known[token.name] : undefined
    if (option === undefined) throw unknownOption(verb.name, token.rawName, Object.keys(known))
    const value = checkedValue(verb.name, option, token)
    const values = given.get(token.name) ?? []
    if (option.kind !== 'list' && values.length > 0) {
      throw new UsageError(`option '${token.rawName}': given twice; give it once`, helpOf(verb.name))
    }
    given.set(token.name, [...values, value])
    asWritten.set(token.name, token.rawName)
    order.push([token.name, value])
  }
  const text = (name: string): string | undefined => given.get(name)?.[0]
  return {
    verb,
    all: words,
    plain,
    after: end < 0 ? undefined : words.slice(end + 1),
    has: (name) => given.has(name),
    text,
    list: (name) => given.get(name) ?? [],
    inOrder: (names) => order.filter(([name]) => names.includes(name)),
    count: (name, least) => {
      const word = text(name)
      return word === undefined ? undefined : wholeNumber(`option '${asWritten.get(name)}'`, word, least)
    },
    number: (name) => {
      const word = text(name)
      return word === undefined ? undefined : finiteNumber(`option '${asWritten.get(name)}'`, word)
    },
    duration: (name) => {
      const word = text(name)
      return word === undefined ? undefined : milliseconds(`option '${asWritten.get(name)}'`, word)
    },
  }
}

/** The command that prints the help of a verb. */
export const helpOf = (verb: string): string => `anthill ${verb} --help`

/** Reads a whole number of at least `least`; `subject` begins the error. */
export function wholeNumber(subject: string, word: string, least: number): number {
  const number = /^-?\d+$/.test(word) ? Number(word) : Number.NaN
  if (!Number.isSafeInteger(number) || number < least) {
    throw new UsageError(`${subject}: must be a whole number of at least ${least}, got '${word}'`)
  }
  return number
}

/** Reads a number; `subject` begins the error. */
export function finiteNumber(subject: string, word: string): number {
  const number = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(word) ? Number(word) : Number.NaN
  if (!Number.isFinite(number)) throw new UsageError(`${subject}: must be a number, got '${word}'`)
  return number
}

/** Reads a length of time, in milliseconds; `subject` begins the error. */
export function milliseconds(subject: string, word: string): number {
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(word)) {
    const remedy = 'write a number with its unit, like 500ms, 240s, 30m, 2h, 1h30m or 1d'
    const hint = /^\d+(\.\d+)?$/.test(word) ? ` (seconds would be ${word}s)` : ''
    throw new UsageError(`${subject}: must be a length of time, got '${word}'; ${remedy}${hint}`)
  }
  let total = 0
  for (const [, number, unit] of word.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g))
    total += Number(number) * UNIT_MS[unit!]!
  if (total <= 0 || total > LONGEST_MS)
    throw new UsageError(`${subject}: must be more than 0 and at most 24d, got '${word}'`)
  return total
}

/** What parseArgs says of one option. */
interface OptionToken {
  readonly name: string
  /** As written on the command line: `-n` or `--trials`. */
  readonly rawName: string
  readonly value?: string | undefined
  /** Whether the value is in the same word, as in `--trials=20` and `-n20`. */
  readonly inlineValue?: boolean | undefined
}

function tokensOf(words: readonly string[], known: Options) {
  const options = Object.entries(known).map(([name, { kind, short }]) => {
    const type = kind === 'flag' || kind === 'optional' ? ('boolean' as const) : ('string' as const)
    return [name, { type, ...(short === undefined ? {} : { short }) }] as const
  })
  return parseArgs({
    args: words.map((word) => (NEGATIVE_NUMBER.test(word) ? SHIELD + word : word)),
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: Object.fromEntries(options),
  }).tokens
}

/** The value of an option; the empty text for one without. */
function checkedValue(verb: string, option: Option, token: OptionToken): string {
  const subject = `option '${token.rawName}'`
  const value = valueOf(token)
  if (option.kind === 'flag' && value !== undefined)
    throw new UsageError(`${subject}: takes no value, got '${value}'`, helpOf(verb))
  if (option.kind === 'flag' || option.kind === 'optional') return value ?? ''
  const isNextOption = token.inlineValue !== true && /^-[a-z-]/i.test(value ?? '')
  if (isNextOption && !/^--?[a-z][a-z-]*(=.*)?$/is.test(value!)) {
    const remedy = `write ${token.rawName}=${shellWord(value!)}`
    throw new UsageError(`${subject}: must have a value, and '${value}' looks like an option; ${remedy}`, helpOf(verb))
  }
  if (value === undefined || value === '' || isNextOption)
    throw new UsageError(`${subject}: must have a value`, helpOf(verb))
  if (option.values !== undefined && !option.values.includes(value)) {
    const expected = `must be one of ${option.values.join(', ')}`
    throw new UsageError(`${subject}: ${expected}, got '${value}'${didYouMean(value, option.values)}`, helpOf(verb))
  }
  return value
}

/** The value without its shield. `-n=20` means `-n20`: people who know `--trials=20` write it. */
function valueOf({ rawName, value, inlineValue }: OptionToken): string | undefined {
  const text = value?.replace(SHIELD, '')
  return inlineValue === true && !rawName.startsWith('--') ? text?.replace(/^=/, '') : text
}

function unknownOption(verb: string, name: string, known: readonly string[]): UsageError {
  const hint = didYouMean(name.replace(/^-+/, ''), known, (near) => `'--${near}'`)
  return new UsageError(`unknown option '${name}'${hint}`, helpOf(verb))
}
