import { describe, expect, test } from 'vitest'
import { DESIGN_NAMES } from '../../src/sampler/design-options.ts'
import { DESIGNS, designOf } from '../../src/sampler/design-options.ts'
import { bayesian } from '../../src/sampler/bayesian.ts'
import { Optimizer } from '../../src/optimizer.ts'
import { sobolPoint } from '../../src/numerics/sobol.ts'
import { decode } from '../../src/space/encoding.ts'
import { float, int } from '../../src/space/parameter.ts'
import { parseSpace } from '../../src/space/validate.ts'

const SPACE = parseSpace({ x: float(0.001, 1, { log: true }), k: int(1, 9) })

describe('the table of designs', () => {
  test.each(DESIGN_NAMES)('%s has a line of help, and every option a rule that its default keeps', (name) => {
    const { help, options } = DESIGNS[name]
    expect(help).toMatch(/^.{5,90}$/)
    for (const [option, { rule, initial, help: line }] of Object.entries(options)) {
      expect(line).toMatch(/^.{5,90}$/)
      if (initial !== null && option !== 'configs') expect(rule.holds(initial)).toBe(true)
      expect(rule.holds({})).toBe(option === 'then')
    }
  })

  test.each(DESIGN_NAMES.filter((name) => name !== 'given'))('%s with its defaults written out is itself', (name) => {
    const defaults = Object.fromEntries(
      Object.entries(DESIGNS[name].options).flatMap(([option, { initial }]) =>
        initial === null ? [] : [[option, initial]],
      ),
    )
    const region = { space: SPACE, seed: 4, size: 9 }
    const points = (value: unknown): unknown[] => {
      const { pointOf } = designOf(value)
      return Array.from({ length: 10 }, (_, k) => pointOf(k, region))
    }
    expect(points({ kind: name, ...defaults })).toEqual(points(name))
  })
})

test('a word and an object with it as kind mean the same', () => {
  expect(designOf('lhs')).toMatchObject({ name: 'lhs', options: {} })
  expect(designOf({ kind: 'lhs' })).toMatchObject({ name: 'lhs', options: {} })
  expect(designOf({ kind: 'lhs', type: 'centered', size: undefined }).options).toEqual({ type: 'centered' })
})

test.each([
  ['hammersly', "design': must be one of sobol, random, .*, got .hammersly.; did you mean 'hammersley'\\?"],
  [{ kind: 'lsh' }, "got .lsh.; did you mean 'lhs'\\?"],
  [{ type: 'lhs' }, 'or an object with one of them as \'kind\', got \\{"type":"lhs"\\}'],
  [7, "design': must be one of .*, got 7"],
  [null, 'got null'],
  [['lhs'], 'must be one of'],
  [
    { kind: 'lhs', criterium: 'ratio' },
    "option 'criterium': design 'lhs' has none of this name; did you mean 'criterion'",
  ],
  [{ kind: 'lhs', criterion: 'best' }, "option 'criterion': must be 'maximin' or 'correlation' or"],
  [{ kind: 'random', seed: 1 }, "option 'seed': design 'random' has none of this name"],
  [{ kind: 'halton', primes: [1, 2] }, "option 'primes': must be a list of different whole numbers from 2 to 65536"],
  [{ kind: 'sobol', skip: -1 }, "option 'skip': must be a whole number from 0"],
  ['given', "needs the option 'configs'"],
  [{ kind: 'given', configs: [] }, "option 'configs': must be a list of configs, got \\[\\]"],
  [{ kind: 'given', configs: [{ x: 1 }], then: 'best' }, "design': must be one of"],
])('the gate refuses %j', (value, message) => {
  expect(() => designOf(value)).toThrow(new RegExp(message))
  expect(() => bayesian({ design: value as never })).toThrow(new RegExp(message))
})

describe('SKO-05, SKO-56: given configs', () => {
  const configs = [
    { x: 0.01, k: 3 },
    { x: 0.1, k: 7 },
  ]

  test('come first, by name and to the last digit; then the design that follows, from its beginning', () => {
    const optimizer = new Optimizer(SPACE, {
      sampler: bayesian({ design: { kind: 'given', configs }, initial: 6 }),
      seed: 2,
    })
    const asked = Array.from({ length: 4 }, () => optimizer.ask()!.config)
    expect(asked.slice(0, 2)).toEqual(configs)
    expect(asked.slice(2)).toEqual([0, 1].map((k) => decode(SPACE, sobolPoint(k, 2, 2))))
  })

  test('leave the design that follows as many points as are left of the opening', () => {
    const { pointOf } = designOf({ kind: 'given', configs, then: { kind: 'lhs', type: 'centered' } })
    const rest = [2, 3, 4, 5, 6].map((k) => (pointOf(k, { space: SPACE, seed: 1, size: 7 }) as Float64Array)[0]!)
    expect(rest.map((u) => Math.round(100 * u)).sort()).toEqual([10, 30, 50, 70, 90])
    expect(pointOf(7, { space: SPACE, seed: 1, size: 7 })).toBeUndefined()
  })

  test('that are not of the space are refused when their trial comes, with the reason', () => {
    const sampler = bayesian({ design: { kind: 'given', configs: [{ x: 0.01, k: 30 }] } })
    expect(() => new Optimizer(SPACE, { sampler }).ask()).toThrow(
      /design 'given': config 0, .* is not one of this space: /,
    )
  })
})
