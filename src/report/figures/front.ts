/**
 * Front: what one objective costs the other, or how long a trial takes for its value. The front is a staircase
 * between the trials that no other one beats in what is shown.
 */

import { frontOf } from '../../numerics/front.ts'
import { tookOf } from '../columns.ts'
import type { Facts } from '../facts.ts'
import { emptyFigure } from '../figure.ts'
import type { Figure } from '../figure.ts'
import type { Mark } from '../mark.ts'
import { briefNumber, counted, shortNumber } from '../number-text.ts'
import { beyond, valueScale } from '../range.ts'
import { takenOf, whyNoValue } from '../taken.ts'
import { measured, nameOfTrial, pick, pointsOf } from '../trial-marks.ts'
import type { Measured } from '../trial-marks.ts'

/** What is on the x axis where a study has a single objective. */
export const DURATION = 'duration (s)'

/**
 * The trials by two of the objectives; with a single objective, or if `across` is `DURATION`, by how long they took.
 * Trials that are on the front of all objectives are told from those that are beaten in everything.
 */
export function frontFigure(facts: Facts, up?: string, across?: string): Figure {
  const { columns, study } = facts
  const names = Object.keys(study.goals.objectives)
  const y = measured(facts, up)
  const other = across ?? names.find((name) => name !== y.name) ?? DURATION
  const x = other === DURATION ? durationOf(facts) : measured(facts, other)
  const head = {
    id: 'front',
    title: `${y.name} by ${x.name}`,
    question: other === DURATION ? 'What does a better value cost in time?' : `What does ${y.name} cost in ${x.name}?`,
  }
  const { trials, left } = takenOf(columns, (trial) => {
    if (columns.breaks[trial]!.length > 0) return 'against a constraint'
    return whyNoValue(columns, y, trial) ?? whyNoValue(columns, x, trial)
  })
  if (trials.length === 0) return emptyFigure(head, `No trial has both ${y.name} and ${x.name} yet.`, left)
  const front = frontAmong(trials, [x, y]).sort((a, b) => x.at[a]! - x.at[b]!)
  const objectives = names.map((name) => measured(facts, name))
  const unbeaten = new Set(other === DURATION ? front : frontAmong(trials, objectives))
  const isFront = new Set(front)
  const rest = trials.filter((trial) => !isFront.has(trial))
  const [placesX, placesY] = [pick(x.at, trials), pick(y.at, trials)]
  const scaleX = valueScale(x.name, placesX, { better: x.better })
  const scaleY = valueScale(y.name, placesY, { better: y.better })
  return {
    ...head,
    summary: frontText(facts, front, trials.length, x, y),
    x: { ...scaleX, of: other === DURATION ? 'took' : `value ${x.name}` },
    y: { ...scaleY, of: `value ${y.name}` },
    axes: [],
    marks: [
      ...pointsOf(
        'other',
        rest.filter((trial) => !unbeaten.has(trial)),
        x.at,
        y.at,
      ),
      ...pointsOf(
        'trial',
        rest.filter((trial) => unbeaten.has(trial)),
        x.at,
        y.at,
      ),
      stairs(front, x, y),
      ...pointsOf('best', front, x.at, y.at),
    ],
    left: [...beyond(scaleY, placesY, `${y.name} values`), ...beyond(scaleX, placesX, `${x.name} values`), ...left],
    empty: null,
  }
}

/** How long each trial took, in seconds. A clock that was set back between two times says nothing. */
function durationOf({ columns }: Facts): Measured {
  const isTimed = (ms: number, i: number): boolean => ms >= 0 && columns.state[i] === 'complete'
  return { name: DURATION, better: 'low', at: tookOf(columns).map((ms, i) => (isTimed(ms, i) ? ms / 1000 : NaN)) }
}

/** Those of some trials that no other one of them beats. */
function frontAmong(trials: Int32Array, aims: readonly Measured[]): Int32Array {
  const points = new Float64Array(trials.length * aims.length)
  for (const [i, trial] of trials.entries())
    for (const [k, { at, better }] of aims.entries())
      points[i * aims.length + k] = better === 'low' ? at[trial]! : -at[trial]!
  return Int32Array.from(frontOf(points, trials.length, aims.length), (row) => trials[row]!)
}

/**
 * What can be had: for each x the best y of a trial that is at least as good in x. So a step comes after a trial where
 * a low x is better, and before it where a high one is.
 */
function stairs(front: Int32Array, x: Measured, y: Measured): Mark {
  const after = front.map((_, k) => front[Math.min(k + 1, front.length - 1)]!)
  return { kind: 'step', role: 'best', x: pick(x.at, front), y: pick(y.at, x.better === 'low' ? front : after) }
}

function frontText({ columns }: Facts, front: Int32Array, count: number, x: Measured, y: Measured): string {
  const words = (trial: number): string =>
    `${y.name} ${shortNumber(y.at[trial]!)} at ${x.name} ${briefNumber(x.at[trial]!)} ` +
    `(trial ${nameOfTrial(columns, trial)})`
  const sign = y.better === 'low' ? 1 : -1
  const ordered = [...front].sort((a, b) => sign * (y.at[a]! - y.at[b]!))
  const ends = ordered.length === 1 ? words(ordered[0]!) : `from ${words(ordered[0]!)} to ${words(ordered.at(-1)!)}`
  return `${front.length} of ${counted(count, 'trial')} ${front.length === 1 ? 'is' : 'are'} on the front: ${ends}`
}
