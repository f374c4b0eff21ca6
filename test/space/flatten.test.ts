import { expect, test } from 'vitest'
import { activeValues, flatten, survey } from '../../src/space/flatten.ts'
import { branch, choice, float, group, int } from '../../src/space/parameter.ts'
import { parseSpace } from '../../src/space/validate.ts'

const space = parseSpace({
  optimizer: { lr: float(0, 1), epsilon: 1e-8 },
  filters: [3, 3, int(32, 48)],
  model: branch('kind', {
    svm: { C: float(0, 1), kernel: branch('name', { rbf: { gamma: float(0, 1) }, linear: {} }) },
    forest: { C: int(1, 9) },
  }),
  layer: group({ type: choice(['dense', 'conv']) }),
})

test('every parameter is a leaf with its dotted name, in the order of the space', () => {
  expect(flatten(space).map(({ name }) => name)).toEqual([
    'optimizer.lr',
    'filters.2',
    'model.kind',
    'model.C',
    'model.kernel.name',
    'model.kernel.gamma',
    'model.C',
    'layer.type',
  ])
  expect(flatten(space)[1]).toEqual({ name: 'filters.2', path: ['filters', 2], parameter: int(32, 48), when: [] })
})

test('a leaf knows the branches that make it active', () => {
  expect(flatten(space)[5]!.when).toEqual([
    { name: 'model.kind', value: 'svm' },
    { name: 'model.kernel.name', value: 'rbf' },
  ])
})

test('the active values of a config leave out the branches that were not chosen', () => {
  const config = {
    optimizer: { lr: 0.5, epsilon: 1e-8 },
    filters: [3, 3, 40],
    model: { kind: 'forest', C: 3 },
    layer: { type: 'conv' },
  }
  expect([...activeValues(space, config)]).toEqual([
    ['optimizer.lr', 0.5],
    ['filters.2', 40],
    ['model.kind', 'forest'],
    ['model.C', 3],
    ['layer.type', 'conv'],
  ])
})

test('a config without an active value is refused by name', () => {
  expect(() => activeValues(space, { optimizer: {} })).toThrow(
    `parameter 'optimizer.lr': the config has no value for it`,
  )
})

test('constants are listed as the largest parts without parameters', () => {
  const { constants } = survey(parseSpace({ a: { b: [1, { c: 2 }] }, d: [float(0, 1), 'x'] }))
  expect(constants).toEqual([
    { name: 'a', path: ['a'], value: { b: [1, { c: 2 }] }, when: [] },
    { name: 'd.1', path: ['d', 1], value: 'x', when: [] },
  ])
})
