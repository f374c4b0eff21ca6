/**
 * A fidelity: how thoroughly a trial is tried, such as the number of epochs. It is not a parameter, since more of it is
 * always better. A trial begins at the lowest rung of a ladder, rests there, and goes on to the next rung, in the same
 * directory, if it is among the best at its own (`sampler/ladder.ts`).
 */

import { isName } from './objectives.ts'
import { checkOptions, isRecord, refusal } from './options.ts'
import type { Rule, Rules } from './options.ts'
import type { Space } from './parameter.ts'
import { survey } from './flatten.ts'
import { shown } from './shown.ts'

/** One in this many trials at a rung goes on, by default: Li et al. (2020), §3.2, use 3 or 4. */
const DEFAULT_FACTOR = 3

/** More rungs than this would mean a factor close to 1, with which trials hardly differ from rung to rung. */
const MOST_RUNGS = 50

/** What a fidelity is, by its name. */
export interface Fidelity {
  readonly name: string
  /** Where a trial begins: above 0. */
  readonly from: number
  /** Where a trial is complete: above `from`. */
  readonly to: number
  /** Each rung is this many times the one below; one in this many trials goes on to it. At least 1.5. */
  readonly factor: number
}

/** A fidelity with its rungs, ascending. */
export interface Ladder extends Fidelity {
  readonly rungs: readonly number[]
}

/** A fidelity as an option has it: one name with both ends, or with an object. */
export type FidelityOption = Readonly<
  Record<
    string,
    readonly [from: number, to: number] | { readonly from: number; readonly to: number; readonly factor?: number }
  >
>

const ENDS: Rules = {
  from: { must: 'a number above 0', holds: isPositive },
  to: { must: 'a number above 0', holds: isPositive },
  factor: { must: 'a number of at least 1.5', holds: (factor) => isPositive(factor) && factor >= 1.5 },
}

/** The option, before anything is known of the space. @internal */
export const FIDELITY: Rule = {
  must: 'an object with one name, as in { epochs: [1, 81] }',
  holds: (option) => isRecord(option) && Object.keys(option).length === 1,
}

const FORM = 'write it as in { epochs: [1, 81] }'

/** `NAME=FROM..TO`, with a factor if there is one. */
const WORDS = /^([^=]+)=([^.]+(?:\.\d+)?|\.\d+)\.\.([^~]+)(?:~factor=(.+))?$/

/**
 * The fidelity in an option.
 *
 * @throws TypeError or RangeError for what is not one, or for a name that the space has
 */
export function fidelityOf(option: unknown, space: Space): Fidelity {
  if (!FIDELITY.holds(option)) throw refusal("option 'fidelity'", FIDELITY.must, option)
  const [[name, given]] = Object.entries(option as object) as [[string, unknown]]
  const subject = `fidelity '${name}'`
  if (!isName(name) || /[ /@]/.test(name))
    throw new RangeError(`${subject}: a name must have letters, digits, '_', '.' and '-' only; rename it`)
  if (namesOf(space).has(name)) throw new RangeError(`${subject}: a parameter has that name; rename one of the two`)
  const ends: unknown = Array.isArray(given) ? { from: given[0], to: given[1] } : given
  if (!isRecord(ends) || (Array.isArray(given) && given.length !== 2))
    throw new TypeError(`${subject}: must have two ends, got ${shown(given)}; ${FORM}`)
  checkOptions(subject, ends, ENDS, 'field')
  const { from, to, factor = DEFAULT_FACTOR } = ends as Partial<Fidelity>
  if (from === undefined || to === undefined)
    throw new RangeError(`${subject}: '${from === undefined ? 'from' : 'to'}' is missing; ${FORM}`)
  if (from >= to) throw new RangeError(`${subject}: its ends must differ and ascend, got ${from} and ${to}; swap them`)
  const fidelity = { name, from, to, factor }
  if (rungsOf(fidelity).length > MOST_RUNGS)
    throw new RangeError(
      `${subject}: a factor of ${factor} gives more than ${MOST_RUNGS} rungs from ${from} to ${to}; use a larger one`,
    )
  return fidelity
}

/**
 * The fidelity in the words of an option: `epochs=1..81`, `epochs=1..81~factor=4`.
 *
 * @throws RangeError for other words
 */
export function fidelityFromWords(text: string): FidelityOption {
  const [, name, from, to, factor] = WORDS.exec(text.trim()) ?? []
  const numbers = [from, to, factor ?? DEFAULT_FACTOR].map(Number)
  if (name === undefined || numbers.some((number) => !Number.isFinite(number)))
    throw new RangeError(`fidelity '${text}': must be NAME=FROM..TO; write it as in epochs=1..81`)
  return { [name.trim()]: { from: numbers[0]!, to: numbers[1]!, factor: numbers[2]! } }
}

/** A fidelity as the definition of a study has it. */
export const storedFidelity = ({ name, from, to, factor }: Fidelity): FidelityOption => ({
  [name]: { from, to, factor },
})

/** A fidelity in words that are equal if and only if it is the same. */
export const fidelityText = ({ name, from, to, factor }: Fidelity): string => `${name}=${from}..${to}~factor=${factor}`

/** The rungs, ascending, with both ends: whole numbers if the ends are. Li et al. (2020), Algorithm 1. */
export function rungsOf({ from, to, factor }: Fidelity): number[] {
  const areWhole = Number.isInteger(from) && Number.isInteger(to)
  const rungs = [from]
  for (let rung = from * factor; rung < to && rungs.length <= MOST_RUNGS; rung *= factor) {
    const next = areWhole ? Math.round(rung) : rung
    if (next > rungs.at(-1)! && next < to) rungs.push(next)
  }
  return [...rungs, to]
}

function isPositive(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0
}

function namesOf(space: Space): ReadonlySet<string> {
  const { leaves, derived, constants } = survey(space)
  return new Set([...leaves, ...derived, ...constants].map(({ name }) => name))
}
