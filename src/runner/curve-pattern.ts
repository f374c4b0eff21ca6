/** The pattern of `--curve`, which finds intermediate values in what a program prints while it runs. */

import { createContext, runInContext } from 'node:vm'
import { parseNumber } from './python-json.ts'

/** How long the pattern may take on one piece of output: this thread also hears signals. */
const PIECE_MS = 250

/** An intermediate value. Without a step it comes one step after the last one. */
export interface Reported {
  readonly step?: number
  readonly value: number
}

/**
 * Reads the option `--curve`.
 *
 * @throws RangeError if the pattern is invalid, or does not say which part is the value
 */
export function parseCurvePattern(text: string): RegExp {
  const remedy = "write one group for the value, as in 'loss=(\\S+)', or groups (?<step>…) and (?<value>…)"
  let pattern: RegExp
  let groups: RegExpExecArray
  try {
    pattern = new RegExp(text, 'gm')
    groups = new RegExp(`${text}|`).exec('')!
  } catch (cause) {
    throw new RangeError(`curve '${text}': ${(cause as Error).message.replace(/^.*: /, '')}; ${remedy}`, { cause })
  }
  const names = Object.keys(groups.groups ?? {})
  const isNamed = names.includes('value') && names.every((name) => name === 'value' || name === 'step')
  if (names.length > 0 ? !isNamed : groups.length !== 2)
    throw new RangeError(`curve '${text}': must say which part is the value; ${remedy}`)
  return pattern
}

/** The values in a piece of output; `late` if that takes too long. A match without numbers is passed over. */
export function curveMatches(text: string, pattern: RegExp): Reported[] | 'late' {
  let found: readonly (readonly [value: string | undefined, step: string | undefined])[]
  try {
    found = runInContext('matches(text, pattern)', createContext({ matches, text, pattern }), {
      timeout: PIECE_MS,
    }) as typeof found
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return 'late'
    throw error
  }
  return found.flatMap(([value, step]) =>
    reported(numberIn(value), step === undefined ? undefined : (numberIn(step) ?? NaN)),
  )
}

function matches(text: string, pattern: RegExp): [string | undefined, string | undefined][] {
  return [...text.matchAll(pattern)].map((match) =>
    match.groups === undefined ? [match[1], undefined] : [match.groups['value'], match.groups['step'] ?? undefined],
  )
}

/** A value that is a number, at a step that is finite if there is one; nothing for anything else. */
export function reported(value: unknown, step: unknown): Reported[] {
  if (typeof value !== 'number') return []
  if (step === undefined) return [{ value }]
  return typeof step === 'number' && Number.isFinite(step) ? [{ step, value }] : []
}

const numberIn = (text: string | undefined): number | undefined => parseNumber((text ?? '').replace(/[,;]$/, ''))
