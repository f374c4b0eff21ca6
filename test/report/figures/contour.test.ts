import { expect, test } from 'vitest'
import { contourFigure } from '../../../src/report/figures/contour.ts'
import type { Figure } from '../../../src/report/figure.ts'
import type { Contour } from '../../../src/report/models/views.ts'
import { branch, choice, float } from '../../../src/space/parameter.ts'
import type { Space } from '../../../src/space/parameter.ts'
import { factsOf, modelOf } from '../../support/study-facts.ts'
import { endedTrial } from '../../support/trial-records.ts'

const space = { x: float(0, 1), y: float(0, 10), k: choice(['a', 'b', 'c']) }
const trials = [
  endedTrial(0, { x: 0.1, y: 1, k: 'a' }, 1),
  endedTrial(1, { x: 0.9, y: 9, k: 'c' }, 5),
  endedTrial(2, { x: 0.5, y: 5, k: 'b' }, null),
]

// Two columns of three rows; the least value is in column 0, row 2.
const surface: Contour = {
  ...{ x: 0, y: 1, columns: 2, rows: 3 },
  mean: [4, 3, 0, 8, 6, 5],
  doubt: [0.1, 0.2, 0.9, 0.1, 0.1, 0.6],
  works: [1, 1, 0.2, 1, 1, 0.5],
}
const facts = factsOf(space, trials, { models: [modelOf({ contours: [surface] })], noModel: null })

const cellsOf = ({ marks }: Figure) => marks.find((mark) => mark.kind === 'cells')

test('the least predicted value is the best cell, in nine steps, and doubtful cells are hatched', () => {
  const cells = cellsOf(contourFigure(facts, 0, 1))!
  expect([cells.columns, cells.rows]).toEqual([2, 3])
  expect(cells.shade[2]).toBe(1)
  expect(cells.shade[3]).toBe(0)
  for (const shade of cells.shade) expect((shade * 8) % 1).toBe(0)
  expect([...cells.isHatched!]).toEqual([0, 0, 1, 0, 0, 1])
})

test('where more is better the largest is the best cell', () => {
  const goals = { objectives: { value: 'maximize' } } as const
  const models = [modelOf({ contours: [surface] })]
  const figure = contourFigure(factsOf(space, trials, { goals, models, noModel: null }), 0, 1)
  expect(cellsOf(figure)!.shade[3]).toBe(1)
  expect(figure.summary).toContain('value is predicted best, 8, near x 0.75, y 1.67')
})

test('the same pair in the other order is the same surface, turned', () => {
  const turned = cellsOf(contourFigure(facts, 1, 0))!
  expect([turned.columns, turned.rows]).toEqual([3, 2])
  const straight = cellsOf(contourFigure(facts, 0, 1))!
  for (let i = 0; i < 2; i++)
    for (let j = 0; j < 3; j++) expect(turned.shade[j * 2 + i], `${i}, ${j}`).toBe(straight.shade[i * 3 + j])
  expect(contourFigure(facts, 1, 0).summary).toContain('near y 8.33, x 0.25')
})

test('cells may show what the model knows, or the chance of a value', () => {
  expect([...cellsOf(contourFigure(facts, 0, 1, { of: 'works' }))!.shade]).toEqual(surface.works)
  expect(cellsOf(contourFigure(facts, 0, 1, { of: 'doubt' }))!.shade[2]).toBeCloseTo(0.1)
  const sure = modelOf({ contours: [{ ...surface, works: [] }] })
  expect(cellsOf(contourFigure({ ...facts, models: [sure] }, 0, 1, { of: 'works' }))).toBe(undefined)
})

test('trials are on top, the recommended one as best, failures at both sides', () => {
  const { marks, left } = contourFigure(facts, 0, 1)
  expect(
    marks.map((mark) => [mark.kind, 'role' in mark ? mark.role : '', 'trial' in mark ? [...mark.trial!] : []]),
  ).toEqual([
    ['cells', '', []],
    ['points', 'trial', [0, 1]],
    ['points', 'best', [0]],
    ['rug', 'failed', [2]],
    ['rug', 'failed', [2]],
  ])
  expect(left).toEqual([{ count: 1, why: 'failed' }])
})

test('without a model of the pair the trials alone are there, shaded by rank, and the summary says so', () => {
  const figure = contourFigure(facts, 0, 2)
  expect(cellsOf(figure)).toBe(undefined)
  const [points] = figure.marks
  expect(points?.kind === 'points' && [...points.shade!]).toEqual([1, 0])
  expect(figure.summary).toContain('the model was not asked about this pair')
  expect(contourFigure(factsOf(space, trials), 0, 1).summary).toContain('without a model: no model was made')
})

test('a trial where one of the two is not active is on a rail; where neither is, it is counted', () => {
  const branched = {
    opt: branch('kind', { sgd: { momentum: float(0, 1) }, adam: { beta: float(0, 1) } }),
  } satisfies Space
  const mixed = [
    endedTrial(0, { opt: { kind: 'sgd', momentum: 0.9 } }, 1),
    endedTrial(1, { opt: { kind: 'adam', beta: 0.5 } }, 2),
  ]
  const figure = contourFigure(factsOf(branched, mixed), 1, 2)
  const [points] = figure.marks
  expect(points?.kind === 'points' && [...points.x, ...points.y]).toEqual([0.9, NaN, NaN, 0.5])
  expect([figure.x.rail, figure.y.rail]).toEqual(['inactive', 'inactive'])
  const one = contourFigure(factsOf(branched, mixed), 1, 1)
  expect(one.left).toEqual([{ count: 1, why: 'where neither is active' }])
})

test('there is a sentence where no trial has a value', () => {
  expect(contourFigure(factsOf(space, []), 0, 1).empty).toBe('No trial has a value yet.')
})

test('without a model the trials are shaded by their rank in the objective that is asked for', () => {
  const goals = { objectives: { loss: 'minimize', speed: 'maximize' } } as const
  const values = [
    { loss: 1, speed: 3 },
    { loss: 2, speed: 9 },
  ]
  const both = values.map((said, k) => endedTrial(k, { x: k / 2, y: k, k: 'a' }, said.loss, { values: said }))
  const [points] = contourFigure(factsOf(space, both, { goals }), 0, 1, { objective: 'speed' }).marks
  expect(points).toMatchObject({ kind: 'points', shade: Float64Array.of(0, 1) })
})

test('of many trials so few are drawn that the cells are seen: the best ones, and an even choice of the others', () => {
  const many = Array.from({ length: 1000 }, (_, n) => {
    const at = (n * 0.618) % 1
    return endedTrial(n, { x: at, y: 10 * at, k: 'a' }, Math.abs(at - 0.3))
  })
  const model = factsOf(space, many, { models: [modelOf({ contours: [surface] })], noModel: null })
  const { marks, left } = contourFigure(model, 0, 1)
  const drawn = marks.flatMap((mark) => (mark.kind === 'points' && mark.role === 'trial' ? [...mark.trial] : []))
  expect(drawn.length).toBeLessThanOrEqual(401)
  expect(drawn.length).toBeGreaterThan(350)
  expect(left).toEqual([{ count: 1000 - drawn.length, why: 'others not drawn' }])
  const ordered = many.toSorted((a, b) => a.value! - b.value!).map(({ number }) => number!)
  expect(ordered.slice(0, 100).every((number) => drawn.includes(number))).toBe(true)
  expect([0, 1, 2, 3].every((part) => drawn.some((number) => Math.floor(number / 250) === part))).toBe(true)
  // Without cells nothing is hidden, so all of them are there.
  const bare = contourFigure(factsOf(space, many, { noModel: 'none' }), 0, 1)
  expect(bare.left).toEqual([])
})
