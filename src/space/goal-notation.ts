/** The notation of goals on a command line: `memory<=16`, `valid`, `not crashed`, and `loss=1,latency=0.1`. */

import type { Constraint, Constraints } from '../trial.ts'
import type { Preference } from './goals.ts'

/** The forms, for a message. */
const FORMS = "write 'memory<=16', 'accuracy>=0.9', '1<=size<=5', 'valid' or 'not crashed'"

const NUMBER = String.raw`[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?`

const NAME = String.raw`[A-Za-z_][A-Za-z0-9_./@ -]*?`

const BOUND = new RegExp(`^(${NAME})\\s*(<=|>=)\\s*(${NUMBER})$`)

const BETWEEN = new RegExp(`^(${NUMBER})\\s*(<=|>=)\\s*(${NAME})\\s*(?:(<=|>=)\\s*(${NUMBER}))?$`)

const TRUTH = new RegExp(`^(not\\s+|!\\s*)?(${NAME})(?:\\s*==?\\s*(true|false))?$`, 'i')

/**
 * The constraints in the words of several options. Two bounds of one name go together.
 *
 * @throws RangeError for words that are none, or that say two things of one name
 */
export function constraintsFromWords(texts: readonly string[]): Constraints {
  const constraints = new Map<string, Constraint>()
  for (const text of texts) {
    const [name, said] = constraintIn(text)
    const before = constraints.get(name)
    constraints.set(name, before === undefined ? said : both(name, before, said))
  }
  return Object.fromEntries(constraints)
}

/**
 * The preference in the words of an option: a weight for each objective, or bounds.
 *
 * @throws RangeError for words that are neither, or both
 */
export function preferenceFromWords(text: string): Preference {
  const parts = text.split(',').map((part) => part.trim())
  const weights = parts.map((part) => new RegExp(`^(${NAME})\\s*=\\s*(${NUMBER})$`).exec(part))
  if (weights.every((weight) => weight !== null))
    return { weights: Object.fromEntries(weights.map(([, name, weight]) => [name!, Number(weight)])) }
  const within = constraintsFromWords(parts)
  const wrong = Object.entries(within).find(([, bounds]) => typeof bounds === 'boolean')?.[0]
  if (wrong === undefined) return { within: within as Extract<Preference, { within: unknown }>['within'] }
  throw new RangeError(`option '--prefer': '${wrong}' has no bound; write 'loss=1,latency=0.1' or 'latency<=20'`)
}

function constraintIn(text: string): [name: string, Constraint] {
  const trimmed = text.trim()
  const bound = BOUND.exec(trimmed)
  if (bound !== null) return [bound[1]!, { [bound[2] === '<=' ? 'atMost' : 'atLeast']: Number(bound[3]) }]
  const between = BETWEEN.exec(trimmed)
  if (between !== null) {
    const [, first, sign, name, second, last] = between as unknown as [string, string, string, string, string?, string?]
    const low = { [sign === '<=' ? 'atLeast' : 'atMost']: Number(first) }
    if (second === undefined) return [name, low]
    if (second === sign) return [name, { ...low, [second === '<=' ? 'atMost' : 'atLeast']: Number(last) }]
  }
  const truth = TRUTH.exec(trimmed)
  if (truth !== null) return [truth[2]!, (truth[1] === undefined) === (truth[3]?.toLowerCase() !== 'false')]
  const advice = /[<>](?!=)/.test(trimmed) ? "bounds belong to what is allowed, so write '<=' or '>='" : FORMS
  throw new RangeError(`constraint '${text}': is not understood; ${advice}`)
}

function both(name: string, before: Constraint, said: Constraint): Constraint {
  const isApart =
    typeof before === 'object' &&
    typeof said === 'object' &&
    Object.keys(said).every((end) => !Object.hasOwn(before, end))
  if (isApart) return { ...before, ...said }
  throw new RangeError(`constraint '${name}': given twice; give it once`)
}
