/**
 * Derived values: those of a config that follow from others, by expressions such as `10 ** u`. They are in the config
 * like all others, and so in its bytes and its hash, but nothing searches them.
 *
 * One may name another; they are computed in such an order. A name in a circle is an error.
 */

import type { Config, Json } from '../trial.ts'
import { parseExpression } from './expression/expression.ts'
import { ANY, isFailure } from './expression/kinds.ts'
import type { Kinds, Value } from './expression/kinds.ts'
import { survey } from './flatten.ts'
import { INACTIVE, addName, inConfig, kindsOfNames, valueWords, ownNames } from './names.ts'
import type { Derivation, Name, Names } from './names.ts'
import type { Space } from './parameter.ts'
import { shown } from './shown.ts'

/**
 * A number that is given may differ from the computed one by this much of it: another version of Node may have computed
 * it, and its digits count.
 */
const SAME = 1e-12

/** What the names of a space stand for, and its derived values in an order in which they can be computed. */
interface Derivations {
  readonly names: Names
  readonly inOrder: readonly (Derivation & { readonly valueIn: (config: Config) => Value })[]
}

/** Those of each frozen space, which cannot change afterwards. */
const KNOWN = new WeakMap<Space, Derivations>()

/** What is said of a derived value without a value, by the error that says it. */
const UNDERIVABLE = new WeakMap<object, string>()

/** What an error says of a derived value that has no value, without the remedy; undefined for any other error. */
export const underivableWords = (error: unknown): string | undefined =>
  typeof error === 'object' && error !== null ? UNDERIVABLE.get(error) : undefined

/** Everything that an expression may name. */
export const namesIn = (space: Space): Names => derivationsOf(space).names

/**
 * Checks the derived values of a space.
 *
 * @throws RangeError that names the expression that is wrong, or the names that make a circle
 */
export function checkDerived(space: Space): void {
  derivationsOf(space)
}

/**
 * Sets the derived values of a config that nobody else has. One that cannot be computed becomes null.
 */
export function fillDerivedInPlace(space: Space, config: Config): Config {
  for (const { path, valueIn } of inOrderOf(space)) {
    const place = placeOf(config, path)
    if (place === undefined) continue
    try {
      place.set(valueIn(config))
    } catch (caught) {
      if (caught !== INACTIVE && !isFailure(caught)) throw caught
      place.set(null)
    }
  }
  return config
}

/**
 * The same for a config of a user, who may have given the values.
 *
 * @throws RangeError for a value that contradicts its expression, or cannot be computed; it names the values
 */
export function settleDerivedInPlace(space: Space, config: Config): Config {
  for (const derivation of inOrderOf(space)) {
    const { name, path, expression, valueIn } = derivation
    const place = placeOf(config, path)
    if (place === undefined) continue
    const values = (): string => valueWords(expression, namesIn(space), config)
    let value: Value
    try {
      value = valueIn(config)
    } catch (caught) {
      if (caught !== INACTIVE && !isFailure(caught)) throw caught
      const failure = isFailure(caught) ? caught.failure : 'it needs what is not active'
      const words = `parameter '${name}': '${expression.text}' has no value here (${failure}; ${values()})`
      const error = new RangeError(`${words}; change the config, or the expression`)
      UNDERIVABLE.set(error, words)
      throw error
    }
    const given = place.get()
    if (given !== undefined && !isSame(given, value)) {
      throw new RangeError(
        `parameter '${name}': must be ${shown(value)}, which is '${expression.text}' (${values()}), ` +
          `got ${shown(given)}; leave it out`,
      )
    }
    place.set(given ?? value)
  }
  return config
}

function inOrderOf(space: Space): Derivations['inOrder'] {
  return survey(space).derived.length === 0 ? [] : derivationsOf(space).inOrder
}

function derivationsOf(space: Space): Derivations {
  const known = KNOWN.get(space)
  if (known !== undefined) return known
  const names: Map<string, Name> = ownNames(space)
  const inOrder: Derivations['inOrder'][number][] = []
  const { derived } = survey(space)
  const all = new Set(derived.map(({ name }) => name))
  const begun: string[] = []
  const derive = (name: string): void => {
    if (names.get(name)?.derived !== undefined || !all.has(name)) return
    if (begun.includes(name)) {
      const circle = [...begun.slice(begun.indexOf(name)), name].map((one) => `'${one}'`).join(' -> ')
      throw new RangeError(`parameter '${name}': is derived from itself, ${circle}; name a parameter instead`)
    }
    begun.push(name)
    const made = derived
      .filter((leaf) => leaf.name === name)
      .map((leaf): Derivation => {
        const subject = `parameter '${name}', derived as`
        // Names that are not derived yet have any kind here; those that the expression has are derived next.
        const open = new Map([...kindsOfNames(names), ...[...all].filter((one) => !names.has(one)).map(anyKind)])
        for (const other of parseExpression(leaf.of, subject, open).names) derive(other)
        return { ...leaf, expression: parseExpression(leaf.of, subject, kindsOfNames(names)) }
      })
    for (const derivation of made) {
      const { expression, path } = derivation
      addName(names, name, { kinds: expression.kinds, paths: [path], axes: [], derived: [derivation] })
      inOrder.push({ ...derivation, valueIn: inConfig(expression, names) })
    }
    begun.pop()
  }
  all.forEach(derive)
  const found = { names, inOrder }
  if (Object.isFrozen(space)) KNOWN.set(space, found)
  return found
}

const anyKind = (name: string): readonly [string, Kinds] => [name, ANY]

/** Where a config has the value of a path; undefined if the branch that has it was not chosen. */
function placeOf(
  config: Config,
  path: readonly (string | number)[],
): { readonly get: () => Json | undefined; readonly set: (value: Json) => void } | undefined {
  let parent: unknown = config
  for (const key of path.slice(0, -1)) {
    if (typeof parent !== 'object' || parent === null || !Object.hasOwn(parent, key)) return undefined
    parent = (parent as Record<string | number, unknown>)[key]
  }
  const key = path.at(-1)!
  if (typeof parent !== 'object' || parent === null || !Object.hasOwn(parent, key)) return undefined
  const record = parent as Record<string | number, Json | undefined>
  return { get: () => record[key], set: (value) => (record[key] = value) }
}

function isSame(given: Json, value: Value): boolean {
  if (typeof given !== 'number' || typeof value !== 'number') return given === value
  return Math.abs(given - value) <= SAME * Math.abs(value)
}
