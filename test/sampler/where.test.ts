/** Every sampler, design and maximizer in spaces with conditions. */

import { describe, expect, test } from 'vitest'
import { Optimizer } from '../../src/optimizer.ts'
import { samplerFromWords } from '../../src/sampler/sampler-words.ts'
import { samplerNamed } from '../../src/sampler/choose.ts'
import { SAMPLER_NAMES } from '../../src/sampler/sampler.ts'
import { parseWhere } from '../../src/space/where.ts'
import { parseSpace } from '../../src/space/validate.ts'
import { branch, choice, float, int } from '../../src/space/parameter.ts'
import { hashText } from '../../src/numerics/random.ts'

const SPACE = {
  layers: int(1, 64),
  width: int(8, 4096, { log: true }),
  lr: float(1e-5, 1, { log: true }),
  opt: choice(['adam', 'sgd', 'lion']),
  model: branch('kind', { svm: { C: float(0, 10) }, forest: { trees: int(10, 500) } }),
}
// About 1 % of the space.
const WHERE = ["layers * width <= 100 and opt != 'sgd'", 'model.C < 5']

const WORDS = [
  ...SAMPLER_NAMES,
  'auto repeats=2 initial=4',
  ...['given', 'lhs', 'grid', 'halton', 'k-lhs'].map((design) =>
    design === 'given' ? 'auto initial=8' : `auto initial=8 design=${design}`,
  ),
  ...['local', 'evolve', 'breed', 'cma', 'sampling', 'tweaks'].map(
    (way) => `auto effort=low initial=5 maximizer=${way}`,
  ),
  'auto models=forest initial=5',
  'auto initial=5 acquisition=mes',
  'auto initial=5 acquisition=thompson',
  'auto initial=5 randomShare=0.5',
]

const valueOf = (config: unknown): number => hashText(JSON.stringify(config), 1) / 2 ** 32

describe('every suggestion meets the conditions, and none comes twice', () => {
  test.each(WORDS)('%s', (words) => {
    const { name, options } = samplerFromWords(words)
    const where = parseWhere(parseSpace(SPACE), WHERE)!
    const optimizer = new Optimizer(SPACE, { seed: 3, where: WHERE, sampler: samplerNamed(name, options) })
    const seen = new Set<string>()
    for (let i = 0; i < 12; i++) {
      const asked = optimizer.ask()!
      expect(where.isAllowed(asked.config), JSON.stringify(asked.config)).toBe(true)
      seen.add(JSON.stringify(asked.config))
      if (i % 7 === 6) optimizer.fail(asked)
      else if (i % 5 !== 4) optimizer.tell(asked, valueOf(asked.config))
    }
    if (!words.includes('repeats')) expect(seen.size).toBe(12)
  })
})

test.each(SAMPLER_NAMES)('%s tries every allowed config of a finite space, and then ends', (name) => {
  const space = { a: int(1, 12), b: int(1, 12), c: choice(['x', 'y']) }
  const optimizer = new Optimizer(space, { seed: 2, where: "a * b == 12 and c == 'x'", sampler: name })
  const seen = new Set<string>()
  for (let asked = optimizer.ask(); asked !== undefined; asked = optimizer.ask()) {
    expect(asked.config.a * asked.config.b).toBe(12)
    seen.add(JSON.stringify(asked.config))
    optimizer.tell(asked, valueOf(asked.config))
  }
  expect(seen.size).toBe(6)
  expect(optimizer.trials().length).toBe(6)
})

test('a grid counts allowed combinations only', () => {
  const space = { a: int(1, 100), b: int(1, 100) }
  const optimizer = new Optimizer(space, { seed: 2, where: 'a + b == 100', sampler: 'grid' })
  expect(Array.from({ length: 3 }, () => optimizer.ask()!.config)).toEqual([
    { a: 1, b: 99 },
    { a: 2, b: 98 },
    { a: 3, b: 97 },
  ])
  const floats = { a: float(0, 1), b: float(0, 1) }
  const coarse = new Optimizer(floats, { seed: 2, where: 'a + b > 0.3 and a + b < 0.4', sampler: 'grid' })
  expect(() => coarse.ask()).toThrow("sampler 'grid': none of the first 25 combinations meets 'a + b > 0.3")
})

test('a design skips to its next allowed point', () => {
  const space = { a: float(0, 1), b: float(0, 1) }
  const all = new Optimizer(space, { seed: 2, sampler: 'sobol' })
  const some = new Optimizer(space, { seed: 2, sampler: 'sobol', where: 'a < b' })
  const points = Array.from({ length: 60 }, () => all.ask()!.config).filter(({ a, b }) => a < b)
  expect(points.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => some.ask()!.config))
})

test('a design says which of its points a suggestion is', () => {
  const space = parseSpace({ a: float(0, 1), b: float(0, 1) })
  const where = parseWhere(space, 'a < b')!
  const sampler = samplerNamed('sobol')
  const ask = {
    space,
    seed: 2,
    draw: 0,
    trials: [],
    pending: [],
    objectives: { y: 'minimize' },
    isTried: () => false,
  } as const
  const all = Array.from({ length: 30 }, (_, number) => sampler.suggest({ ...ask, number })!.config)
  const indexes = all.flatMap((config, k) => (where.isAllowed(config) ? [k] : []))
  expect(sampler.explain!({ ...ask, where, number: 5 })).toMatchObject({ by: 'sobol', index: indexes[5] })
})

test('the minimum is found at the edge of what is allowed', () => {
  const space = { a: float(0, 1), b: float(0, 1), c: float(0, 1), d: float(0, 1) }
  const optimizer = new Optimizer(space, { seed: 1, where: 'a * b * c * d >= 0.36' })
  for (let i = 0; i < 40; i++) {
    const asked = optimizer.ask()!
    const { a, b, c, d } = asked.config
    optimizer.tell(asked, (a - 0.9) ** 2 + b + (c - 0.95) ** 2 + d)
  }
  expect(optimizer.best()!.value).toBeLessThan(1.23) // the minimum is 1.2125
})

test('a sampler of a user that suggests a forbidden config gets an error that names the condition', () => {
  const own = { name: 'mine', suggest: () => ({ config: { a: 3, b: 1 } }) }
  const optimizer = new Optimizer({ a: int(1, 4), b: int(1, 4) }, { where: 'a < b', sampler: own })
  expect(() => optimizer.ask()).toThrow(
    "sampler 'mine': suggested something that is not a config: config: does not meet 'a < b' (a = 3, b = 1)",
  )
})

test('a result of a forbidden config is refused, and nothing changes', () => {
  const optimizer = new Optimizer({ a: int(1, 4), b: int(1, 4) }, { where: ['a < b'], seed: 1 })
  expect(optimizer.where).toEqual(['a < b'])
  expect(() => optimizer.tell({ config: { a: 3, b: 3 } }, 1)).toThrow("does not meet 'a < b' (a = 3, b = 3)")
  expect(() => optimizer.fail({ config: { a: 3, b: 3 } })).toThrow("does not meet 'a < b'")
  expect(optimizer.trials()).toEqual([])
  expect(() => new Optimizer({ a: int(1, 4) }, { where: 'a > 4' })).toThrow("none of the 4 configs meets 'a > 4'")
})
