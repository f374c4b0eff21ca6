import { expect, test } from 'vitest'
import {
  curve,
  halving,
  hyperband,
  median,
  patience,
  percentile,
  prunerNamed,
  threshold,
} from '../../src/pruner/choose.ts'
import { PRUNER_OPTIONS } from '../../src/pruner/options.ts'
import { PRUNER_NAMES } from '../../src/pruner/pruner.ts'
import { prunerFromWords } from '../../src/pruner/pruner-words.ts'

test('each pruner has a table and can be made', () => {
  expect(Object.keys(PRUNER_OPTIONS)).toEqual([...PRUNER_NAMES])
  const made = [
    prunerNamed('none'),
    median(),
    percentile(),
    threshold({ atMost: 1 }),
    patience(),
    halving(),
    hyperband({ max: 81 }),
    curve(),
  ]
  expect(made.map(({ name }) => name)).toEqual([...PRUNER_NAMES])
})

test('a pruner keeps the options that were given, in their shortest form', () => {
  expect(median()).not.toHaveProperty('options')
  expect(median({ warmup: 5 }).options).toEqual({ warmup: 5 })
  expect(curve({ model: { kind: 'linear' } }).options).toEqual({ model: 'linear' })
  expect(curve({ model: { kind: 'linear', least: 4 } }).options).toEqual({ model: { kind: 'linear', least: 4 } })
})

test.each([
  ['median', 'median', {}],
  ['median warmup=5 least=4', 'median', { warmup: 5, least: 4 }],
  ['threshold atMost=1e3', 'threshold', { atMost: 1000 }],
  ['curve model=linear model.least=20', 'curve', { model: { kind: 'linear', least: 20 } }],
  ['none', 'none', {}],
])('--pruner %j', (text, name, options) => {
  expect(prunerFromWords(text)).toEqual({ name, options })
})

test.each([
  ['mediam', "halving, hyperband, curve, got 'mediam'; did you mean 'median'?"],
  ['median warm=5', "option 'warm': pruner 'median' has none of this name; did you mean 'warmup'?"],
  ['median least=0', "option 'least': must be a whole number of at least 1, got 0"],
  ['median 5', "must be options as in NAME=VALUE after the name, got '5'"],
  ['percentile keep=25', "option 'keep': must be a number above 0, up to 1, got 25"],
  ['threshold', "option 'atMost': pruner 'threshold' needs it or 'atLeast', as in atMost=10"],
  ['threshold atMost=1 atLeast=2', "option 'atMost': must be at least 'atLeast', got 1 and 2"],
  ['hyperband', "option 'max': pruner 'hyperband' needs it, as in max=X"],
  ['hyperband max=1 min=3', "option 'max': must be at least 'min', got 1 and 3"],
  ['halving factor=1', "option 'factor': must be a number above 1, got 1"],
  ['curve model.chance=1', "option 'model': must be"],
  [
    'curve model=families model.inputs=3',
    "option 'model.inputs': belongs to 'linear', but 'model' is 'families'; leave it out",
  ],
])('--pruner %j is refused with a remedy', (text, message) => {
  expect(() => prunerFromWords(text)).toThrow(message)
})
