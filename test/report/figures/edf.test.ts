import { expect, test } from 'vitest'
import { edfFigure } from '../../../src/report/figures/edf.ts'
import type { Figure } from '../../../src/report/figure.ts'
import { float } from '../../../src/space/parameter.ts'
import { factsOf } from '../../support/study-facts.ts'
import { endedTrial } from '../../support/trial-records.ts'

const space = { x: float(0, 1) }
const trial = (n: number, value: number | null, change = {}) => endedTrial(n, { x: n / 100_000 }, value, change)

const stepsOf = ({ marks }: Figure) => marks.flatMap((mark) => (mark.kind === 'step' ? [mark] : []))

/** What a step says at a place: its y is kept until the next x, and the last of equal ones counts. */
function shareAt(figure: Figure, place: number): number {
  const { x, y } = stepsOf(figure)[0]!
  return y[x.findLastIndex((at) => at <= place)]!
}

test.each([
  ['minimize', [0, 0.25, 0.75, 1]],
  ['maximize', [1, 0.75, 0.25, 0]],
] as const)('to %s, it is the share of trials at least as good', (direction, shares) => {
  const trials = [trial(0, 1), trial(1, 2), trial(2, 2), trial(3, 3)]
  const figure = edfFigure(factsOf(space, trials, { goals: { objectives: { value: direction } } }))
  expect([0.95, 1.5, 2.5, 3.05].map((place) => shareAt(figure, place))).toEqual(shares)
  expect([figure.y.low, figure.y.high]).toEqual([0, 1])
  expect(figure.summary).toBe(
    direction === 'minimize'
      ? 'half of 4 trials came to 2 or better, a tenth to 1.3; the best is 1, the next one 2'
      : 'half of 4 trials came to 2 or better, a tenth to 2.7; the best is 3, the next one 2',
  )
})

test('further studies are dashed, and each has its name', () => {
  const own = factsOf(space, [trial(0, 1), trial(1, 2)])
  const other = factsOf(space, [trial(0, 1.5)])
  const none = factsOf(space, [])
  const figure = edfFigure(own, { others: [{ ...other, study: { ...other.study, name: 'earlier' } }, none] })
  expect(stepsOf(figure).map(({ role, isDashed, text }) => [role, isDashed, text])).toEqual([
    ['trial', false, 'study'],
    ['other', true, 'earlier'],
  ])
})

test('what does not count for the best is counted apart', () => {
  const goals = { objectives: { value: 'minimize' }, constraints: { ok: true } } as const
  const good = { outputs: { ok: true } }
  const trials = [
    trial(0, 1, good),
    trial(1, 0, { outputs: { ok: false } }),
    trial(2, null),
    trial(3, 1, { state: 'pruned', ...good }),
    trial(4, null, { state: 'queued', number: null }),
  ]
  const figure = edfFigure(factsOf(space, trials, { goals }))
  expect(figure.summary).toContain('half of 1 trial')
  expect(figure.left.map(({ why }) => why).sort()).toEqual(['against a constraint', 'failed', 'in the queue', 'pruned'])
})

test('of ten thousand values five hundred are steps, from 0 to 1', () => {
  const figure = edfFigure(
    factsOf(
      space,
      Array.from({ length: 10_000 }, (_, n) => trial(n, (n * 7919) % 10_007)),
    ),
  )
  const { x, y } = stepsOf(figure)[0]!
  expect(x.length).toBeLessThanOrEqual(503)
  expect([y[0], y.at(-1)]).toEqual([0, 1])
  for (let k = 1; k < x.length; k++) expect(x[k]! >= x[k - 1]! && y[k]! >= y[k - 1]!).toBe(true)
})

test('equal values are one jump', () => {
  const figure = edfFigure(factsOf(space, [trial(0, 5), trial(1, 5)]))
  expect([shareAt(figure, 4.9), shareAt(figure, 5)]).toEqual([0, 1])
})

test('there is a sentence where no trial has a value', () => {
  expect(edfFigure(factsOf(space, [trial(0, null)])).empty).toBe('No trial has a value yet.')
})
