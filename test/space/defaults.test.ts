import { expect, test } from 'vitest'
import { declaresDefault, defaultConfig } from '../../src/space/defaults.ts'
import { bool, branch, choice, float, int, ordinal } from '../../src/space/parameter.ts'
import { parseSpace } from '../../src/space/validate.ts'

test('declared defaults come first, then the middle of a range, then the first value', () => {
  const space = parseSpace({
    lr: float(1e-4, 1, { log: true, default: 0.001 }),
    dropout: float(0, 1),
    layers: int(1, 5),
    batch: ordinal([16, 32, 64]),
    opt: choice(['adam', 'sgd'], { default: 'sgd' }),
    act: choice(['relu', 'tanh', null]),
    nesterov: bool(),
    model: branch('kind', { svm: {}, forest: { trees: int(1, 9, { default: 7 }) } }, { default: 'forest' }),
    constant: 1,
  })
  expect(defaultConfig(space)).toEqual({
    lr: 0.001,
    dropout: 0.5,
    layers: 3,
    batch: 32,
    opt: 'sgd',
    act: 'relu',
    nesterov: false,
    model: { kind: 'forest', trees: 7 },
    constant: 1,
  })
})

test('parameters without a default can take their values from a point', () => {
  const space = parseSpace({
    a: float(0, 1, { default: 0.25 }),
    b: float(0, 1),
    c: choice([null, 1], { default: null }),
  })
  expect(defaultConfig(space, [0.9, 0.75, 0.9])).toEqual({ a: 0.25, b: 0.75, c: null })
})

test('a space declares a default if any parameter does, null and false included', () => {
  expect(declaresDefault(parseSpace({ a: float(0, 1), b: bool() }))).toBe(false)
  expect(declaresDefault(parseSpace({ a: float(0, 1), b: bool({ default: false }) }))).toBe(true)
  expect(declaresDefault(parseSpace({ c: choice([null, 1], { default: null }) }))).toBe(true)
})
