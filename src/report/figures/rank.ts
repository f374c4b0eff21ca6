/** Rank: two parameters, with each trial colored by how good it is among all. */

import type { Facts } from '../facts.ts'
import { emptyFigure } from '../figure.ts'
import type { Figure } from '../figure.ts'
import { counted } from '../number-text.ts'
import { NARROW, axisOf, pointPlaces, sharedIn } from '../parameter-axis.ts'
import { bestFirst, shadesOf, takenOf, topOf, whyNoValue } from '../taken.ts'
import { measured, pointsOf } from '../trial-marks.ts'

/** Two parameters, as indexes. What counts is the rank alone: a value that lies far off is just the last one. */
export function rankFigure(facts: Facts, x: number, y: number): Figure {
  const { columns } = facts
  const [across, up] = [axisOf(columns, x), axisOf(columns, y)]
  const [placesX, placesY] = [pointPlaces(across), pointPlaces(up)]
  const head = {
    id: `rank-${x}-${y}`,
    title: `rank over ${across.scale.title} and ${up.scale.title}`,
    question: 'Where are the good ones?',
  }
  const ordered = bestFirst(columns)
  const ranked = new Set(ordered)
  const aim = measured(facts)
  const { trials, left } = takenOf(columns, (trial) => {
    if (Number.isNaN(across.at[trial]!) && Number.isNaN(up.at[trial]!)) return 'where neither is active'
    if (ranked.has(trial) || columns.state[trial] === 'failed') return null
    return whyNoValue(columns, aim, trial) ?? 'that cannot be the best'
  })
  if (ordered.length === 0) return emptyFigure(head, 'No trial has a value yet.', left)
  const shown = new Set(trials)
  // The best ones last: they are drawn over the others.
  const points = ordered.filter((trial) => shown.has(trial)).reverse()
  const best = topOf(ordered)
  const shared = [x, y]
    .flatMap((parameter) => sharedIn(columns.parameters[parameter]!, best) ?? [])
    .filter(({ width }) => width < NARROW)
  return {
    ...head,
    summary:
      `the best ${counted(best.length, 'trial')} of ${ordered.length} ` +
      (shared.length === 0 ? 'share no narrow range' : `have ${shared.map(({ words }) => words).join(' and ')}`),
    x: across.scale,
    y: up.scale,
    axes: [],
    marks: [
      ...pointsOf(
        'failed',
        trials.filter((trial) => !ranked.has(trial)),
        placesX,
        placesY,
      ),
      ...pointsOf('trial', points, placesX, placesY, shadesOf(ordered, columns.count)),
    ],
    left,
    empty: null,
  }
}
