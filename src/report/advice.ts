/**
 * What to do about a study: sentences, each with how sure it is, the figure that shows it, and a command where one
 * helps. None of them may appear by chance, so each kind has guards (`record-advice.ts`, `model-advice.ts`).
 */

import type { Facts } from './facts.ts'
import { cellWidth, inLines } from './label.ts'
import { modelAdvice } from './model-advice.ts'
import type { Advice } from './piece.ts'
import { recordAdvice } from './record-advice.ts'

/** All advice, the heaviest first. */
export const advice = (facts: Facts): Advice[] => heaviest([...recordAdvice(facts), ...modelAdvice(facts)])

/** The same without what a model says: it takes only the records of the trials. */
export const adviceOfRecords = (facts: Facts): Advice[] => heaviest(recordAdvice(facts))

const heaviest = (pieces: readonly Advice[]): Advice[] => [...pieces].sort((a, b) => b.weight - a.weight)

/** A piece in lines of at most `width` cells; only commands may be longer, which must stay on one line. */
export function adviceLines({ words, certainty, command, see }: Advice, width: number): string[] {
  return [
    ...inLines(words, width, cellWidth),
    ...inLines(`(${certainty})`, width, cellWidth),
    ...(command === undefined ? [] : [command]),
    ...(see === undefined ? [] : [`${see}  # shows it`]),
  ]
}
