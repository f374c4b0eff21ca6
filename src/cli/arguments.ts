/**
 * The words of a command line, read by `util.parseArgs` with what it lacks: negative numbers as values, an option whose
 * value may be left out, did-you-mean, and errors that name the remedy.
 */

import { parseArgs } from 'node:util'
import { nearestName } from '../space/nearest-name.ts'
import { UsageError } from './failure.ts'

/** `text` needs a value, `flag` has none, `list` may be given again, `perhaps` may have one: `--failed`, `--failed=why`. */
export interface Option {
  readonly kind: 'text' | 'flag' | 'list' | 'perhaps'
  readonly short?: string
}

export interface Words {
  /** The words that belong to no option. */
  readonly plain: readonly string[]
  /** The words after `--`; undefined without one. */
  readonly after: readonly string[] | undefined
  readonly has: (name: string) => boolean
  readonly text: (name: string) => string | undefined
  readonly list: (name: string) => readonly string[]
  /** What several options were given, in the order of the command line. */
  readonly inOrder: (names: readonly string[]) => readonly (readonly [name: string, value: string])[]
  /** A whole number of at least `least`. */
  readonly count: (name: string, least: number) => number | undefined
  /** A length of time in milliseconds: `500ms`, `240s`, `2h`, `1h30m`, `1d`. */
  readonly duration: (name: string) => number | undefined
}

const always: Readonly<Record<string, Option>> = { help: { kind: 'flag', short: 'h' }, json: { kind: 'flag' } }

// A mark that no argument of a process can hold; before a negative number it keeps parseArgs from seeing options.
const shield = '\0'
const negative = /^-(\d|\.\d|inf)/i

/** Reads the words that follow the verb. Throws a UsageError that names the word. */
export function readWords(verb: string, words: readonly string[], options: Readonly<Record<string, Option>>): Words {
  const known: Record<string, Option> = { ...always, ...options }
  const end = words.indexOf('--')
  const before = end < 0 ? words : words.slice(0, end)
  const { tokens } = parseArgs({
    args: before.map((word) => (negative.test(word) ? shield + word : word)),
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: Object.fromEntries(
      Object.entries(known).map(([name, { kind, short }]) => [
        name,
        {
          type: kind === 'flag' || kind === 'perhaps' ? ('boolean' as const) : ('string' as const),
          ...(short ? { short } : {}),
        },
      ]),
    ),
  })
  const given = new Map<string, string[]>()
  const asWritten = new Map<string, string>()
  const order: [string, string][] = []
  const plain: string[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') plain.push(token.value.replace(shield, ''))
    if (token.kind !== 'option') continue
    const option = Object.hasOwn(known, token.name) ? known[token.name] : undefined
    if (option === undefined) throw unknownOption(verb, token.rawName, Object.keys(known))
    const value = valueOf(token.value?.replace(shield, ''), token)
    const wantsValue = option.kind === 'text' || option.kind === 'list'
    if (wantsValue && (value === undefined || value === '')) throw missingValue(verb, token.rawName)
    if (wantsValue && token.inlineValue !== true && /^-[a-z-]/i.test(value ?? ''))
      throw missingValue(verb, token.rawName)
    if (option.kind === 'flag' && value !== undefined) {
      throw new UsageError(`option '${token.rawName}' takes no value, got '${value}'`, `anthill ${verb} --help`)
    }
    const values = given.get(token.name) ?? []
    if (option.kind !== 'list' && values.length > 0) {
      throw new UsageError(`option '${token.rawName}' is given twice: give it once`, `anthill ${verb} --help`)
    }
    given.set(token.name, [...values, value ?? ''])
    asWritten.set(token.name, token.rawName)
    order.push([token.name, value ?? ''])
  }
  const text = (name: string): string | undefined => given.get(name)?.[0]
  return {
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
    duration: (name) => {
      const word = text(name)
      return word === undefined ? undefined : milliseconds(`option '${asWritten.get(name)}'`, word)
    },
  }
}

/** `-n=20` is what the hands write that know `--trials=20`. */
function valueOf(
  value: string | undefined,
  token: { readonly rawName: string; readonly inlineValue: boolean | undefined },
): string | undefined {
  return token.inlineValue === true && !token.rawName.startsWith('--') ? value?.replace(/^=/, '') : value
}

/** Reads a whole number of at least `least`; `subject` begins the error. */
function wholeNumber(subject: string, word: string, least: number): number {
  const number = /^-?\d+$/.test(word) ? Number(word) : Number.NaN
  if (!Number.isSafeInteger(number) || number < least) {
    throw new UsageError(`${subject}: needs a whole number of at least ${least}, got '${word}'`)
  }
  return number
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Reads a length of time, in milliseconds; `subject` begins the error. */
export function milliseconds(subject: string, word: string): number {
  const remedy = 'write a number with its unit, like 500ms, 240s, 30m, 2h, 1h30m or 1d'
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(word)) {
    const hint = /^\d+(\.\d+)?$/.test(word) ? ` (seconds would be ${word}s)` : ''
    throw new UsageError(`${subject}: '${word}' is no length of time: ${remedy}${hint}`)
  }
  let total = 0
  for (const [, number, unit] of word.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)) total += Number(number) * units[unit!]!
  // Timers of Node count in 31 bits of milliseconds; a longer wait would end at once.
  if (total <= 0 || total > 2 ** 31 - 1)
    throw new UsageError(`${subject}: '${word}' is out of range: give more than 0 and at most 24d`)
  return total
}

function unknownOption(verb: string, name: string, known: readonly string[]): UsageError {
  const near = nearestName(name.replace(/^-+/, ''), known)
  const hint = near === undefined ? '' : `: did you mean '--${near}'?`
  return new UsageError(`unknown option '${name}'${hint}`, `anthill ${verb} --help`)
}

const missingValue = (verb: string, name: string): UsageError =>
  new UsageError(`option '${name}' needs a value`, `anthill ${verb} --help`)
