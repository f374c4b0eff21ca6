/** One piece of advice. */

import type { Said } from './advice-text.ts'
import { commandOn } from './command-text.ts'
import type { Facts } from './facts.ts'

export type AdviceKind =
  | 'weak'
  | 'bound'
  | 'level'
  | 'noise'
  | 'lucky'
  | 'flat'
  | 'failures'
  | 'stopped'
  | 'promising'
  | 'time'
  | 'cost'
  | 'idle'
  | 'lost'
  | 'pruning'
  | 'constraint'
  | 'trade'

export interface Advice extends Said {
  readonly kind: AdviceKind
  /** How much it matters, from 0 to 1. */
  readonly weight: number
  /** The id of the figure that shows it. */
  readonly evidence: string
  /** A line to type; left out where none helps, or the study is not named. */
  readonly command?: string
}

/** A piece with a command about its study, `[verb, ...words]`; each word must be quoted already. */
export function piece(
  { study }: Pick<Facts, 'study'>,
  kind: AdviceKind,
  weight: number,
  evidence: string,
  { words, certainty }: Said,
  line?: readonly [verb: string, ...words: string[]],
): Advice {
  const sentence = words.charAt(0).toUpperCase() + words.slice(1)
  const command =
    line === undefined || study.path === null ? {} : { command: commandOn(line[0], study.path, ...line.slice(1)) }
  return { kind, weight, words: sentence, certainty, evidence, ...command }
}
