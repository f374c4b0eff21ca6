import { expect, test } from 'vitest'
import { failureFigure } from '../../../src/report/figures/failure.ts'
import type { Figure } from '../../../src/report/figure.ts'
import type { FailureRule } from '../../../src/report/rule.ts'
import { branch, choice, float, int, ordinal } from '../../../src/space/parameter.ts'
import type { Space } from '../../../src/space/parameter.ts'
import { factsOf } from '../../support/study-facts.ts'
import { endedTrial } from '../../support/trial-records.ts'

const space = { batch: ordinal([64, 128, 256, 512]), depth: int(1, 10), x: float(0, 1) }
const trials = Array.from({ length: 60 }, (_, n) => {
  const config = { batch: 64 * 2 ** (n % 4), depth: 1 + (n % 10), x: (n * 0.37) % 1 }
  return endedTrial(n, config, config.batch >= 256 && config.depth >= 7 ? null : n)
})
const facts = factsOf(space, trials)

const boxOf = ({ marks }: Figure) => marks.find((mark) => mark.kind === 'box')!

test('the axes are the parameters of the rule, its box is shaded, failures are crosses on top', () => {
  const figure = failureFigure(facts)
  expect([figure.x.title, figure.y.title].sort()).toEqual(['batch', 'depth'])
  expect(figure.marks.map((mark) => [mark.kind, 'role' in mark && mark.role])).toEqual([
    ['box', 'failed'],
    ['points', 'trial'],
    ['points', 'failed'],
  ])
  const failed = trials.filter(({ state }) => state === 'failed').length
  expect(figure.summary).toMatch(
    new RegExp(`^${failed} of ${failed} failures: .*batch >= 256.*; nothing there has worked$`),
  )
})

test('a box over categories takes them whole, and an end that is open is infinite', () => {
  const rule: FailureRule = {
    conditions: [
      { parameter: 0, low: 2, high: Infinity },
      { parameter: 2, low: 0.25, high: 0.5 },
    ],
    ...{ failed: 3, within: 5, allFailed: 4, all: 60 },
  }
  const figure = failureFigure(facts, rule)
  expect([boxOf(figure).x, boxOf(figure).y]).toEqual([
    [1.5, Infinity],
    [0.25, 0.5],
  ])
  expect(figure.summary).toBe('3 of 4 failures: batch >= 256 and 0.25 <= x <= 0.5; 2 trials there gave a value')
})

test('beside a rule of one condition stands the most important other parameter', () => {
  const rule: FailureRule = {
    conditions: [{ parameter: 1, low: 7, high: Infinity }],
    ...{ failed: 4, within: 4, allFailed: 4, all: 60 },
  }
  const rows = [1, 2, 0].map((parameter, k) => ({ parameters: [parameter], share: 0.5 - k / 10, low: 0, high: 1 }))
  const importances = [{ objective: 'value', heldOut: 0.9, trials: 20, rows }]
  const figure = failureFigure({ ...facts, importances }, rule)
  expect([figure.x.title, figure.y.title]).toEqual(['depth', 'x'])
  expect(boxOf(figure).y).toEqual([-Infinity, Infinity])
})

test('beside the only parameter stand the values, and failures lie on their rail', () => {
  const one = { x: float(0, 1) }
  const some = Array.from({ length: 40 }, (_, n) => endedTrial(n, { x: n / 40 }, n >= 30 ? null : n))
  const figure = failureFigure(factsOf(one, some))
  expect([figure.x.title, figure.y.title, figure.y.rail]).toEqual(['x', 'value', 'no value'])
  const failed = figure.marks.find((mark) => mark.kind === 'points' && mark.role === 'failed')
  expect(failed?.kind === 'points' && failed.y.every(Number.isNaN)).toBe(true)
})

test('a category of the rule has a name of its own, however rare it is', () => {
  const words = Array.from({ length: 200 }, (_, k) => `category ${k}`)
  const many = { kind: choice(words), x: float(0, 1) }
  const some = Array.from({ length: 200 }, (_, n) =>
    endedTrial(n, { kind: words[n < 10 ? 199 : n % 40]!, x: (n * 0.37) % 1 }, n < 10 ? null : n),
  )
  const figure = failureFigure(factsOf(many, some))
  const place = figure.x.words.indexOf('category 199')
  expect(boxOf(figure).x).toEqual([place - 0.5, place + 0.5])
  expect(figure.x.words).toHaveLength(31)
  expect(figure.summary).toContain('kind is category 199')
})

test('a trial where a parameter of the rule is not active lies on its rail', () => {
  const branched = {
    opt: branch('kind', { sgd: { momentum: float(0, 1) }, adam: { beta: float(0, 1) } }),
  } satisfies Space
  const some = Array.from({ length: 60 }, (_, n) => {
    const place = (n * 0.37) % 1
    const config = n % 2 === 0 ? { opt: { kind: 'sgd', momentum: place } } : { opt: { kind: 'adam', beta: place } }
    return endedTrial(n, config, n % 2 === 0 && place > 0.5 ? null : n)
  })
  const figure = failureFigure(factsOf(branched, some))
  expect(figure.x.title).toBe('opt.momentum')
  expect(figure.x.rail).toBe('inactive')
  const worked = figure.marks.find((mark) => mark.kind === 'points' && mark.role === 'trial')
  expect(worked?.kind === 'points' && worked.x.filter(Number.isNaN).length).toBe(30)
})

test('there is a sentence where nothing failed, and where failures have no rule', () => {
  expect(failureFigure(factsOf(space, [])).empty).toBe('No trial has failed.')
  const few = failureFigure(factsOf(space, [...trials.slice(0, 4), endedTrial(60, trials[0]!.config, null)]))
  expect(few.empty).toBe('1 of 5 trials failed; no parameter tells them from the others better than chance.')
})
