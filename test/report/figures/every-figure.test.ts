/** What holds for every figure of trials, over studies of every kind. */

import { describe, expect, test } from 'vitest'
import { randomStream } from '../../../src/numerics/random.ts'
import type { Facts } from '../../../src/report/facts.ts'
import type { Figure } from '../../../src/report/figure.ts'
import { calibrationFigure } from '../../../src/report/figures/calibration.ts'
import { contourFigure } from '../../../src/report/figures/contour.ts'
import { curveFigure } from '../../../src/report/figures/curve.ts'
import { cutFigure } from '../../../src/report/figures/cut.ts'
import { durationFigure } from '../../../src/report/figures/duration.ts'
import { edfFigure } from '../../../src/report/figures/edf.ts'
import { failureFigure } from '../../../src/report/figures/failure.ts'
import { forecastFigure } from '../../../src/report/figures/forecast.ts'
import { frontFigure } from '../../../src/report/figures/front.ts'
import { historyFigure } from '../../../src/report/figures/history.ts'
import { importanceFigure } from '../../../src/report/figures/importance.ts'
import { parallelFigure } from '../../../src/report/figures/parallel.ts'
import { rankFigure } from '../../../src/report/figures/rank.ts'
import { roomFigure } from '../../../src/report/figures/room.ts'
import { timelineFigure } from '../../../src/report/figures/timeline.ts'
import { svgText } from '../../../src/report/svg.ts'
import { branch, choice, float, int } from '../../../src/space/parameter.ts'
import type { Space } from '../../../src/space/parameter.ts'
import type { Config, Goals, TrialRecord, TrialState } from '../../../src/trial.ts'
import { factsOf } from '../../support/study-facts.ts'
import { endedTrial } from '../../support/trial-records.ts'

const FIGURES: readonly (readonly [name: string, of: (facts: Facts) => Figure])[] = [
  ['history', historyFigure],
  ['cut', (facts) => cutFigure(facts, 0)],
  ['importance', importanceFigure],
  ['timeline', timelineFigure],
  ['duration', durationFigure],
  ['parallel', parallelFigure],
  ['contour', (facts) => contourFigure(facts, 0, 1)],
  ['front', frontFigure],
  ['failure', (facts) => failureFigure(facts)],
  ['calibration', calibrationFigure],
  ['forecast', forecastFigure],
  ['curve', curveFigure],
  ['edf', edfFigure],
  ['rank', (facts) => rankFigure(facts, 0, 1)],
  ['room', roomFigure],
]

const HOSTILE = [
  '</script><img src=x onerror=alert(1)>',
  '<!--',
  'a\u2028b',
  '\u202egnp.exe',
  '\u001b[31mred',
  'w'.repeat(10_000),
]

const space = {
  x: float(1e-6, 1e6, { log: true }),
  n: int(1, 8),
  opt: branch('kind', { sgd: { momentum: float(0, 1) }, adam: { beta: float(0, 1) } }),
  of: choice(HOSTILE),
} satisfies Space

/** A trial in any state, with a curve and times where it has begun. */
function mixed(
  n: number,
  value: number | null,
  state: TrialState = value === null ? 'failed' : 'complete',
): TrialRecord {
  const random = randomStream('mixed', n)
  const config: Config = {
    x: 10 ** (12 * random.next() - 6),
    n: 1 + random.integer(8),
    opt: n % 2 === 0 ? { kind: 'sgd', momentum: random.next() } : { kind: 'adam', beta: random.next() },
    of: HOSTILE[n % HOSTILE.length]!,
  }
  return endedTrial(state === 'queued' ? null! : n, config, value, {
    ...{ id: `${n}`, state, worker: HOSTILE[n % HOSTILE.length]!, detail: HOSTILE[n % HOSTILE.length]! },
    started: state === 'queued' ? null : `2026-01-01T00:00:${String(n % 60).padStart(2, '0')}.000Z`,
    ended: state === 'running' || state === 'queued' ? null : '2026-01-01T00:01:00.000Z',
    curve:
      state === 'queued'
        ? []
        : [
            [1, 2],
            [2, n % 3 === 0 ? NaN : (value ?? 1)],
          ],
  })
}

const STATES = ['complete', 'failed', 'pruned', 'running', 'paused', 'interrupted', 'queued'] as const
const two: Goals = { objectives: { value: 'minimize', speed: 'maximize' }, constraints: { ok: true } }

const STUDIES: readonly (readonly [name: string, facts: Facts])[] = [
  ['no trial', factsOf(space, [])],
  ['one trial', factsOf(space, [mixed(0, 1)])],
  ['one failure', factsOf(space, [mixed(0, null)])],
  ['one in the queue', factsOf(space, [mixed(0, null, 'queued')])],
  [
    'values that are all equal',
    factsOf(
      space,
      Array.from({ length: 9 }, (_, n) => mixed(n, 7)),
    ),
  ],
  [
    'values that are all 0',
    factsOf(
      space,
      Array.from({ length: 9 }, (_, n) => mixed(n, 0)),
    ),
  ],
  [
    'values over twelve decades',
    factsOf(
      space,
      Array.from({ length: 13 }, (_, n) => mixed(n, 10 ** (n - 6))),
    ),
  ],
  [
    'the largest and least numbers',
    factsOf(
      space,
      [-1, 1, 0].map((n) => mixed(n + 1, n * Number.MAX_VALUE)),
    ),
  ],
  [
    'values that are not finite',
    factsOf(
      space,
      [NaN, Infinity, -Infinity, 1].map((value, n) => mixed(n, value)),
    ),
  ],
  [
    'trials in every state',
    factsOf(
      space,
      STATES.flatMap((state, k) => [mixed(k, 1, state), mixed(k + 7, state === 'failed' ? null : 2, state)]),
    ),
  ],
  [
    'several objectives and constraints',
    factsOf(
      space,
      Array.from({ length: 12 }, (_, n) => ({
        ...mixed(n, n),
        values: { value: n, speed: -n },
        outputs: { ok: n % 3 > 0 },
      })),
      { goals: two },
    ),
  ],
]

describe.each(FIGURES)('%s', (_name, figureOf) => {
  test('has marks or a sentence, on scales with two ends', () => {
    for (const [study, facts] of STUDIES) {
      const figure = figureOf(facts)
      expect(figure.empty === null, study).toBe(figure.marks.length > 0)
      if (figure.empty === null) expect(figure.summary.length, study).toBeGreaterThan(5)
      else expect(figure.empty, study).toMatch(/^[A-Z\d].*\.$/)
      for (const scale of [figure.x, figure.y, ...figure.axes]) {
        expect(Number.isFinite(scale.high - scale.low), `${study}: ${scale.title}`).toBe(true)
        expect(scale.high, study).toBeGreaterThan(scale.low)
        if (scale.kind === 'log') expect(scale.low, study).toBeGreaterThan(0)
      }
      for (const { count, why } of figure.left) expect(count > 0 && why.length > 3, study).toBe(true)
    }
  })

  test('has marks of trials that there are, shades from 0 to 1, and lines that are finite or broken', () => {
    for (const [study, facts] of STUDIES) {
      for (const mark of figureOf(facts).marks) {
        if ('trial' in mark && mark.trial !== undefined)
          expect(
            mark.trial.every((trial) => trial >= -1 && trial < facts.columns.count),
            study,
          ).toBe(true)
        if ('shade' in mark && mark.shade !== undefined)
          expect(
            mark.shade.every((shade) => Number.isNaN(shade) || (shade >= 0 && shade <= 1)),
            study,
          ).toBe(true)
        if (mark.kind === 'line' || mark.kind === 'step')
          expect(
            Float64Array.of(...mark.x, ...mark.y).every((place) => Math.abs(place) !== Infinity),
            study,
          ).toBe(true)
      }
    }
  })

  test('becomes SVG in which nothing of others is markup, the same each time', () => {
    for (const [study, facts] of STUDIES) {
      const figure = figureOf(facts)
      const svg = svgText(figure, { width: 600, height: 230 })
      expect(svg, study).not.toMatch(/<(?:script|img|!--)|NaN|Infinity|undefined/)
      expect(svg.includes('\u001b'), study).toBe(false)
      expect(figure.id).toMatch(/^[a-z][a-z0-9-]*$/)
      expect(figureOf(facts), study).toEqual(figure)
    }
  })
})

test('no line joins points of two trials: each has the places of one curve, or is a bound over all trials', () => {
  const facts = factsOf(
    space,
    Array.from({ length: 30 }, (_, n) => ({
      ...mixed(n, n),
      curve: [
        [1, 100 * n],
        [2, 100 * n + 1],
      ] as const,
    })),
  )
  for (const [name, figureOf] of FIGURES) {
    for (const mark of figureOf(facts).marks) {
      // A step is a best-so-far, a front or a distribution; anything else that joins two places is within a trial.
      if (mark.kind === 'line') expect(Math.max(...mark.y) - Math.min(...mark.y), name).toBeLessThan(2)
    }
  }
  const figure = parallelFigure(facts)
  const [paths] = figure.marks
  if (paths?.kind !== 'paths') throw new Error('no paths')
  for (const [row, trial] of paths.trial.entries()) {
    const places = [...paths.places.subarray(row * figure.axes.length, (row + 1) * figure.axes.length)]
    const own = [facts.columns.values.get('value')!, ...facts.columns.parameters.map(({ at }) => at)]
    expect(places).toEqual(own.map((column) => column[trial]))
  }
})

test('varying parameter k of f(x) = x_k moves the axis of k, and no other', () => {
  const names = ['b', 'a', 'c', 'a_long_name_that_is_the_same_at_first_1', 'a_long_name_that_is_the_same_at_first_2']
  const plain = Object.fromEntries(names.map((name) => [name, float(0, 1)]))
  for (const [k, moved] of names.entries()) {
    const trials = Array.from({ length: 11 }, (_, n) => {
      const config = Object.fromEntries(names.map((name) => [name, name === moved ? n / 10 : 0.5]))
      return endedTrial(n, config, config[moved]!)
    })
    const facts = factsOf(plain, trials)
    const spread = (places: readonly number[]): number => Math.max(...places) - Math.min(...places)
    const parallel = parallelFigure(facts)
    const [paths] = parallel.marks
    const along = (axis: number): number[] =>
      paths?.kind === 'paths' ? [...paths.places].filter((_, i) => i % parallel.axes.length === axis) : []
    for (const [other, name] of names.entries()) {
      expect(parallel.axes[other + 1]!.title).toBe(name)
      expect(spread(along(other + 1)), name).toBe(other === k ? 1 : 0)
      const against = (k + 1) % names.length
      for (const figure of [rankFigure(facts, other, against), contourFigure(facts, other, against)]) {
        const [points] = figure.marks
        expect(points?.kind === 'points' && spread([...points.x]), `${figure.id}: ${name}`).toBe(other === k ? 1 : 0)
      }
    }
  }
})
