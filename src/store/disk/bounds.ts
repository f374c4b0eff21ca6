/**
 * Bounds on the numbers in protocol files, and the checks that all readers share.
 *
 * A study lies where others can write, so a number from disk may be anything. Memory has arrays with an entry for each
 * attempt and loops that count up to the highest number: within these bounds both are cheap. No honest study comes near
 * them. A number beyond its bound is a damage of the file (FORMAT.md, "Damage").
 */

/** The highest number of a trial. Memory keeps one place for each number that exists, whatever the gaps. */
export const HIGHEST_SLOT = 999_999_999

/** The most attempts and rounds of a trial, and the most epochs of a slot. */
export const MOST_ATTEMPTS = 100_000

/** The most times that a trial pauses in a round. A fidelity has no more rungs (space/fidelity.ts). */
export const MOST_PAUSES = 50

/** The highest generation of an index or of the chain of best trials, and the highest number of an amendment. */
export const HIGHEST_GENERATION = 99_999_999

/** The longest lease. A timer of Node's overflows at twelve times 2³¹ ms, and a lease of months helps nobody. */
export const LONGEST_LEASE_MS = 10_000_000_000

/** All results from elsewhere that a study counts have this many bytes at most, as JSON: an amendment may have more. */
export const MOST_OBSERVED_BYTES = 30 * 1024 * 1024

/** JSON that a sampler keeps in a slot file is nested this deep at most: writing it again must not use up the stack. */
const DEEPEST = 64

/** The most characters of a name that a process has of itself or of its host, and of a token. */
export const LONGEST_NAME = 255

export type Fields = Readonly<Record<string, unknown>>

const CONTROL = /\p{Cc}/u

export const isObject = (v: unknown): v is Fields => typeof v === 'object' && v !== null && !Array.isArray(v)
export const isString = (v: unknown): v is string => typeof v === 'string'
/** A name of a host, a job, a boot: short, and without control characters, since it is shown. */
export const isName = (v: unknown): v is string => isString(v) && v.length <= LONGEST_NAME && !CONTROL.test(v)
export const isNumber = (v: unknown): v is number => typeof v === 'number' && Number.isFinite(v)

/** Whether a value is a whole number from `low` to `high`. */
export const isWhole = (v: unknown, low: number, high: number): v is number =>
  Number.isInteger(v) && (v as number) >= low && (v as number) <= high

/** A count of anything. */
export const isCount = (v: unknown): v is number => isWhole(v, 0, Number.MAX_SAFE_INTEGER)

/** The number of a trial. */
export const isSlotNumber = (v: unknown): v is number => isWhole(v, 0, HIGHEST_SLOT)

/** An attempt, a round or an epoch, from 1. */
export const isOrdinal = (v: unknown): v is number => isWhole(v, 1, MOST_ATTEMPTS)

/** Whether a JSON value is not nested too deeply. It looks no deeper than that itself. */
export function isShallow(v: unknown, left = DEEPEST): boolean {
  if (typeof v !== 'object' || v === null) return true
  return left > 0 && Object.values(v).every((child) => isShallow(child, left - 1))
}

/** The JSON value of a text, undefined for anything else. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
