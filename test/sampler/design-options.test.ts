import { describe, expect, test } from 'vitest'
import type { DesignName } from '../../src/sampler/design-choice.ts'
import { DESIGN, DESIGNS } from '../../src/sampler/design-options.ts'
import { designOf } from '../../src/sampler/designs.ts'
import { bayesian } from '../../src/sampler/bayesian.ts'
import { Optimizer } from '../../src/optimizer.ts'
import { sobolPoint } from '../../src/numerics/sobol.ts'
import { decode } from '../../src/space/encoding.ts'
import { float, int } from '../../src/space/parameter.ts'
import { parseSpace } from '../../src/space/validate.ts'

const DESIGN_NAMES = Object.keys(DESIGNS) as DesignName[]

const SPACE = parseSpace({ x: float(0.001, 1, { log: true }), k: int(1, 9) })

describe('the table of designs', () => {
  test.each(DESIGN_NAMES)('%s has a line of help, and so has every option', (name) => {
    const { line, options } = DESIGNS[name]
    expect(line).toMatch(/^.{5,90}$/)
    for (const option of Object.values(options)) expect(option.line).toMatch(/^.{5,90}$/)
  })

  test.each(DESIGN_NAMES.filter((name) => name !== 'given'))('%s with its defaults written out is itself', (name) => {
    const defaults = Object.fromEntries(
      Object.entries(DESIGNS[name].options).flatMap(([option, { default: usual }]) =>
        usual === undefined ? [] : [[option, usual]],
      ),
    )
    const region = { space: SPACE, seed: 4, size: 9 }
    const points = (value: unknown): unknown[] => {
      const { pointOf } = designOf(DESIGN.parse(value, 'design'))
      return Array.from({ length: 10 }, (_, k) => pointOf(k, region))
    }
    expect(points({ kind: name, ...defaults })).toEqual(points(name))
  })
})

test.each([
  [
    'hammersly',
    "option 'design': must be 'center' or 'sobol' or 'random' .*, got .hammersly.; did you mean 'hammersley'\\?",
  ],
  [{ kind: 'lsh' }, "got .lsh.; did you mean 'lhs'\\?"],
  [{ type: 'lhs' }, "option 'design': must be 'center' or 'sobol' or"],
  [7, "design': must be 'center' or 'sobol' or .*, got 7"],
  [null, 'got null'],
  [['lhs'], "must be 'center' or 'sobol' or"],
  [{ kind: 'lhs', criterium: 'ratio' }, "option 'criterium': 'lhs' of 'design' has none .*; did you mean 'criterion'"],
  [{ kind: 'lhs', criterion: 'best' }, "option 'design.criterion': must be 'maximin' or 'correlation' or"],
  [{ kind: 'random', seed: 1 }, "option 'seed': 'random' of 'design' has none of this name"],
  [{ kind: 'halton', primes: [1, 2] }, "'design.primes': must be a list of different whole numbers from 2 to 65536"],
  [{ kind: 'halton', minSkip: 5, maxSkip: 4 }, "'design.maxSkip': must be at least 'minSkip', got 4 and 5"],
  [{ kind: 'sobol', skip: -1 }, "option 'design.skip': must be a whole number from 0"],
  ['given', "option 'design.configs': 'given' of 'design' needs it"],
  [{ kind: 'given', configs: [] }, "option 'design.configs': must be a list of configs, got \\[\\]"],
  [{ kind: 'given', configs: [{ x: 1 }], then: 'best' }, "option 'design.then': must be 'center' or 'sobol' or"],
])('the gate refuses %j', (value, message) => {
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
