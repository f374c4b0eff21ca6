import { expect, test } from 'vitest'
import { describeDifference } from '../../src/space/difference.ts'
import { bool, branch, choice, float, group, int } from '../../src/space/parameter.ts'
import type { Space } from '../../src/space/parameter.ts'
import { randomSpace } from './random-space.ts'

const stored: Space = {
  lr: float(1e-5, 0.1, { log: true }),
  opt: { name: choice(['adam', 'sgd']), epsilon: 1e-8 },
  model: branch('kind', { svm: { C: float(0, 1) }, forest: { trees: int(10, 500) } }),
}

test('the same space in another order and with synonyms has no difference', () => {
  const wanted = {
    model: stored.model,
    opt: { epsilon: 1e-8, name: { type: 'categorical', choices: ['adam', 'sgd'] } },
    lr: { log: true, high: 0.1, low: 1e-5, type: 'float' },
  } as Space
  expect(describeDifference(wanted, stored)).toEqual([])
  expect(describeDifference({ a: group({ b: 1 }) }, { a: { b: 1 } })).toEqual([])
})

test('each difference is a line that names the parameter and both sides', () => {
  const wanted: Space = {
    lr: float(1e-5, 0.5, { log: true }),
    opt: { name: choice(['adam', 'sgd'], { default: 'adam' }), epsilon: 1e-6 },
    model: branch('kind', { svm: { C: bool() }, tree: {} }),
    momentum: float(0, 1, { step: 0.1 }),
  }
  expect(describeDifference(wanted, stored)).toEqual([
    `parameter 'lr': the study has float 0.00001..0.1, log, this run wants float 0.00001..0.5, log`,
    `parameter 'opt.name': the study has choice ["adam","sgd"], this run wants choice ["adam","sgd"], default "adam"`,
    `parameter 'model.kind': the study has branch ["forest","svm"], key "kind", ` +
      `this run wants branch ["svm","tree"], key "kind"`,
    `parameter 'model.C' (model.kind = svm): the study has float 0..1, this run wants bool`,
    `parameter 'momentum': the study has none, this run wants float 0..1, step 0.1`,
    `constant 'opt.epsilon': the study has 1e-8, this run wants 0.000001`,
    `parameter 'model.trees' (model.kind = forest): the study has int 10..500, this run wants none`,
  ])
})

test('nesting is not the same as a name with a dot', () => {
  expect(describeDifference({ a: { b: bool() } }, { 'a.b': bool() })).toHaveLength(2)
  expect(describeDifference({ a: { b: 1, c: bool() } }, { 'a.b': 1, a: { c: bool() } })).toHaveLength(2)
})

test('a constant in the place of a parameter is a difference', () => {
  expect(describeDifference({ a: 1 }, { a: int(1, 2) })).toEqual([
    `constant 'a': the study has int 1..2, this run wants 1`,
  ])
})

test('a random space equals itself, and no space with one parameter more', () => {
  for (let seed = 0; seed < 100; seed += 1) {
    const space = randomSpace(seed)
    expect(describeDifference(space, JSON.parse(JSON.stringify(space)) as Space)).toEqual([])
    expect(describeDifference({ ...space, added: bool() }, space)).toHaveLength(1)
  }
})

test('parameters of one name in two branches are told apart', () => {
  const spaceOf = (adam: number, sgd: number): Space => ({
    opt: branch('name', { adam: { lr: float(0, adam) }, sgd: { lr: float(0, sgd) } }),
  })
  expect(describeDifference(spaceOf(1, 2), spaceOf(1, 2))).toEqual([])
  expect(describeDifference(spaceOf(3, 2), spaceOf(1, 2))).toEqual([
    `parameter 'opt.lr' (opt.name = adam): the study has float 0..1, this run wants float 0..3`,
  ])
  expect(describeDifference(spaceOf(1, 3), spaceOf(1, 2))).toEqual([
    `parameter 'opt.lr' (opt.name = sgd): the study has float 0..2, this run wants float 0..3`,
  ])
})
