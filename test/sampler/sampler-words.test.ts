import { expect, test } from 'vitest'
import { samplerFromObject, samplerFromWords } from '../../src/sampler/sampler-words.ts'

test.each([
  ['auto', { name: 'auto', options: {} }],
  ['  sobol ', { name: 'sobol', options: {} }],
  ['grid points=7', { name: 'grid', options: { points: 7 } }],
  ['auto repeats=3 models=plain,forest', { name: 'auto', options: { repeats: 3, models: ['plain', 'forest'] } }],
  ['bayesian models=forest', { name: 'bayesian', options: { models: ['forest'] } }],
  [
    'auto acquisition=lcb acquisition.kappa=2.5 models=plain,forest design=lhs maximizer=evolve',
    {
      name: 'auto',
      options: {
        design: 'lhs',
        models: ['plain', 'forest'],
        acquisition: { kind: 'lcb', kappa: 2.5 },
        maximizer: 'evolve',
      },
    },
  ],
  [
    'auto models=process,extra-trees models.kernel=rbf models.trees=9',
    {
      name: 'auto',
      options: {
        models: [
          { kind: 'process', kernel: 'rbf' },
          { kind: 'extra-trees', trees: 9 },
        ],
      },
    },
  ],
  ['auto design=halton design.primes=3', { name: 'auto', options: { design: { kind: 'halton', primes: [3] } } }],
  [
    'auto acquisition=portfolio acquisition.of=ei,lcb acquisition.of.kappa=inf',
    { name: 'auto', options: { acquisition: { kind: 'portfolio', of: ['ei', { kind: 'lcb', kappa: 'inf' }] } } },
  ],
  ['auto pending="min"   failures=max', { name: 'auto', options: { pending: 'min', failures: 'max' } }],
])('%j is understood', (text, sampler) => {
  expect(samplerFromWords(text)).toEqual(sampler)
})

test.each([
  ['', 'must be one of auto, bayesian, sobol, random,'],
  ['atuo', "got 'atuo'; did you mean 'auto'?"],
  ['auto repeats', "must be options as in NAME=VALUE after the name, got 'repeats'"],
  ['auto =3', "must be options as in NAME=VALUE after the name, got '=3'"],
  ['auto repeats=1 repeats=2', "option 'repeats': given twice; keep one"],
  ['auto repaets=2', "option 'repaets': sampler 'auto' has none of this name; did you mean 'repeats'?"],
  ['auto repeats=', "option 'repeats': a value must not be empty"],
  ['auto repeats=two', `option 'repeats': must be a whole number of at least 1, got "two"`],
  ['auto repeats=1,2', "option 'repeats': must be a whole number of at least 1, got [1,2]"],
  ['random repeats=2', "option 'repeats': sampler 'random' has none of this name; leave it out"],
  ['auto models=plain,forest models.kernel=rbf', "option 'models[0].kernel': belongs to 'process', but"],
  ['auto pending=min pending.x=1', "option 'x': 'min' of 'pending' has none of this name"],
  ['auto pending.x=1', "option 'pending': must be 'believe' or"],
  ['auto pending=1 pending.x=1', "option 'pending': must be a word, since it has options of its own, got 1"],
])('%j is refused, with the place and the remedy', (text, message) => {
  expect(() => samplerFromWords(text)).toThrow(message)
})

test('an object has the same, with its kind for the name', () => {
  expect(samplerFromObject({ kind: 'grid', points: 3 })).toEqual(samplerFromWords('grid points=3'))
  expect(samplerFromObject({ repeats: 3 })).toEqual(samplerFromWords('auto repeats=3'))
  expect(() => samplerFromObject([])).toThrow('sampler: must be an object of options, got []')
  expect(() => samplerFromObject({ kind: 3 })).toThrow("got '3'")
  expect(() => samplerFromObject({ modles: ['plain'] })).toThrow("did you mean 'models'?")
})
