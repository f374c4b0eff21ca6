/** One piece of advice. */

import type { Said } from './advice-text.ts'
import { commandOn } from './command-text.ts'
import type { Facts } from './facts.ts'
import { shellWord } from '../space/words.ts'

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
  /** The line that draws that figure; left out if the study is not named. */
  readonly see?: string
}

/** The kinds of `anthill plot` that draw figures, by the figures' ids; those of parameters have numbers. */
const PLOTS: Readonly<Record<string, string>> = {
  history: 'history',
  importance: 'importance',
  calibration: 'calibration',
  room: 'room',
  failure: 'failures',
  timeline: 'timeline',
  duration: 'duration',
  front: 'pareto',
  curve: 'curve',
}

/** A piece with a command about its study, `[verb, ...words]`; each word must be quoted already. */
export function piece(
  { study, columns }: Pick<Facts, 'study' | 'columns'>,
  kind: AdviceKind,
  weight: number,
  evidence: string,
  { words, certainty }: Said,
  line?: readonly [verb: string, ...words: string[]],
): Advice {
  const sentence = words.charAt(0).toUpperCase() + words.slice(1)
  const said = { kind, weight, words: sentence, certainty, evidence }
  if (study.path === null) return said
  const parameter = /^cut-(\d+)$/.exec(evidence)?.[1]
  const figure =
    parameter === undefined ? [PLOTS[evidence]!] : ['slice', shellWord(columns.parameters[Number(parameter)]!.label)]
  const see = commandOn('plot', study.path, ...figure)
  return { ...said, ...(line === undefined ? {} : { command: commandOn(line[0], study.path, ...line.slice(1)) }), see }
}
