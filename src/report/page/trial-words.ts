/** A trial in words: for the live region that screen readers speak, and for the box beside the pointer. */

import { shortDuration, shortNumber } from '../number-text.ts'
import { tookAt } from '../columns.ts'
import type { Columns } from '../columns.ts'

/** One line: `trial 42, error 0.0653, lr 0.212, 3 of 60`. */
export function spokenTrial(columns: Columns, trial: number, order: readonly number[]): string {
  const place = order.indexOf(trial)
  return [
    nameOf(columns, trial),
    ...valueWords(columns, trial).map(([name, text]) => `${name} ${text}`),
    ...parameterWords(columns, trial).map(([name, text]) => `${name} ${text}`),
    ...(place < 0 ? [] : [`${place + 1} of ${order.length}`]),
  ].join(', ')
}

/** Pairs of a name and a text: what is known of a trial, the most important first. */
export function trialPairs(columns: Columns, trial: number): [name: string, text: string][] {
  const took = tookAt(columns, trial)
  return [
    ['trial', numberOf(columns, trial)],
    ['state', stateOf(columns, trial)],
    ...valueWords(columns, trial),
    ...Array.from(columns.outputs, ([name, said]): [string, string] => [name, saidText(said[trial])]).filter(
      ([, text]) => text !== '',
    ),
    ...(Number.isNaN(took) ? [] : [['took', shortDuration(took)] as [string, string]]),
    ...parameterWords(columns, trial),
  ]
}

const saidText = (said: string | number | boolean | null | undefined): string =>
  said == null ? '' : typeof said === 'number' ? shortNumber(said) : String(said)

const numberOf = ({ number, id }: Columns, trial: number): string =>
  Number.isNaN(number[trial]!) ? id[trial]!.slice(0, 8) : String(number[trial]!)

const nameOf = (columns: Columns, trial: number): string => `trial ${numberOf(columns, trial)}`

function stateOf({ state, reason, breaks }: Columns, trial: number): string {
  if (state[trial] === 'failed' && reason[trial] !== null) return `failed: ${reason[trial]}`
  return breaks[trial]!.length > 0 ? `breaks ${breaks[trial]!.join(', ')}` : state[trial]!
}

/** The values of a trial by name; without any, its state. */
function valueWords(columns: Columns, trial: number): [string, string][] {
  const said = Array.from(columns.values, ([name, places]): [string, number] => [name, places[trial]!]).filter(
    ([, value]) => !Number.isNaN(value),
  )
  return said.map(([name, value]) => [name, shortNumber(value)])
}

/** Its active parameters, by the labels that the figures have. */
const parameterWords = ({ parameters }: Columns, trial: number): [string, string][] =>
  parameters.flatMap(({ label, words, at }): [string, string][] => {
    const place = at[trial]!
    return Number.isNaN(place) ? [] : [[label, words.length > 0 ? (words[place] ?? '') : shortNumber(place)]]
  })
