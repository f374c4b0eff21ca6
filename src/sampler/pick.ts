/**
 * Which of the maximizer's candidates is suggested. The best, unless several workers should not all want the same:
 * then the number of pending trials, or chance, says which.
 *
 * Source of the two other orders: the strategies `topk` and `boltzmann` of DeepHyper 0.7.
 */

import type { Candidate } from '../acquisition/maximize.ts'
import type { Random } from '../numerics/random.ts'
import type { Pick } from './acquisition-options.ts'
import { kinds, within } from '../space/option-values.ts'
import type { Value } from '../space/option-values.ts'

/** Where a study stands when a candidate is picked. */
export interface Standpoint {
  /** Number of pending trials. */
  readonly pending: number
  /** Number of trials before this one. */
  readonly number: number
}

const GAMMA = 1

/** The option `pick`. */
export const PICK: Value<Pick> = kinds(
  {
    best: {},
    topk: {},
    boltzmann: {
      gamma: { value: within(0, Infinity), default: GAMMA, line: 'how much better ones are preferred; 0: all alike' },
    },
  },
  {
    best: 'the best',
    topk: 'with p running trials the (p + 1)-th best',
    boltzmann: 'the best if nothing is running, else drawn: the better, the likelier',
  },
) as Value<Pick>

/**
 * The candidates in the order in which they should be tried: the caller takes the first that is new.
 *
 * @param found   best first
 * @param random  used by `boltzmann` only
 */
export function inOrder(
  found: readonly Candidate[],
  pick: Pick,
  { pending, number }: Standpoint,
  random: Random,
): readonly Candidate[] {
  const { kind, ...options } = typeof pick === 'string' ? { kind: pick } : pick
  if (pending === 0 || kind === 'best' || found.length < 2) return found
  if (kind === 'topk') {
    const first = Math.min(pending, found.length - 1)
    return [...found.slice(first), ...found.slice(0, first).reverse()]
  }
  const { gamma = GAMMA } = options as { gamma?: number }
  return inDrawnOrder(found, gamma * Math.log(Math.max(number, 1)), random)
}

/** Whether a suggestion is left to chance. Takes one number from `random`, whatever the share. */
export function isLeftToChance(share: number, random: Random): boolean {
  return random.next() < share
}

/**
 * An order drawn without replacement: p ∝ exp(β w), where w is the worth of a candidate in shares of the range of all.
 * Values are logarithms, and their range has no lower end, so that w is taken of what they are logarithms of.
 */
function inDrawnOrder(found: readonly Candidate[], beta: number, random: Random): readonly Candidate[] {
  const most = found.reduce((high, { value }) => Math.max(high, value), -Infinity)
  const worths = found.map(({ value }) => Math.exp(value - most))
  const range = 1 - worths.reduce((low, worth) => Math.min(low, worth), 1)
  // The largest of β w + G, with G from the Gumbel distribution, is a draw with these probabilities; so is the order.
  const keys = worths.map((worth) => {
    const scaled = range > 0 ? worth / range : 0
    return beta * scaled - Math.log(-Math.log(Math.max(random.next(), Number.MIN_VALUE)))
  })
  return found
    .map((_, i) => i)
    .sort((a, b) => keys[b]! - keys[a]! || a - b)
    .map((i) => found[i]!)
}
