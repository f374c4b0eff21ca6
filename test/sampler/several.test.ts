import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { hypervolume } from '../../src/numerics/front.ts'
import { Optimizer } from '../../src/optimizer.ts'
import type { OptimizerOptions } from '../../src/optimizer.ts'
import { bayesian } from '../../src/sampler/bayesian.ts'
import type { BayesianOptions } from '../../src/sampler/bayesian-options.ts'
import type { ConstraintsExplanation, ModelExplanation } from '../../src/sampler/explanation.ts'
import type { Question, Sampler } from '../../src/sampler/sampler.ts'
import { bool, branch, choice, float, int } from '../../src/space/parameter.ts'
import type { Space } from '../../src/space/parameter.ts'
import type { Json, Output } from '../../src/trial.ts'
// @ts-expect-error a script without types
import { hashesOf } from './fixtures/make-suggestions.mjs'

const SQUARE = { x: float(0, 2), y: float(0, 1) } as const
const BOTH = { f: 'minimize', g: 'minimize' } as const

/** The whole front is y = 0 with x from 0 to 1. */
const bowls = ({ x, y }: { x: number; y: number }) => ({ f: x * x + y, g: (x - 1) ** 2 + y })

/** An optimizer after some trials, and a sampler that remembers its last question. */
function after<S extends Space>(
  space: S,
  count: number,
  f: (config: never) => Readonly<Record<string, Output>>,
  {
    sampler: options = {},
    workers = 1,
    ...goals
  }: Omit<OptimizerOptions, 'sampler'> & { sampler?: BayesianOptions; workers?: number },
): { optimizer: Optimizer<S>; question: Question; sampler: Sampler } {
  const sampler = bayesian({ effort: 'low', ...options })
  let question: Question | undefined
  const watched = {
    ...sampler,
    suggest: (asked: Question) => {
      question = { ...asked, trials: [...asked.trials] }
      return sampler.suggest(asked)
    },
  }
  const optimizer = new Optimizer(space, { seed: 3, ...goals, sampler: watched })
  const open: { id: string; config: unknown }[] = []
  for (let k = 0; k < count; k++) {
    const asked = optimizer.ask()
    if (asked === undefined) break
    open.push(asked as never)
    if (open.length === workers) {
      const told = open.shift()!
      optimizer.tell(told, f(told.config as never))
    }
  }
  return { optimizer, question: question!, sampler }
}

const volumeOf = (optimizer: Optimizer<never>, r: readonly number[]): number => {
  const front = optimizer.front()
  const rows = front.flatMap(({ values }) => Object.values(values))
  return hypervolume(Float64Array.from(rows), front.length, r.length, Float64Array.from(r))
}

test('with one objective and no constraint, every suggestion is what it was before there were several', () => {
  const file = new URL('./fixtures/suggestions.json', import.meta.url)
  const library = { Optimizer, bayesian, float, int, choice, bool, branch }
  expect(hashesOf(library)).toEqual(JSON.parse(readFileSync(file, 'utf8')))
})

describe('HYP-02: several objectives', () => {
  test('the front gains more than a Sobol sequence finds, with one worker and with four', () => {
    const found = [1, 4].map((workers) => {
      const { optimizer } = after(SQUARE, 30, bowls, { objectives: BOTH, workers })
      return volumeOf(optimizer as never, [2, 2])
    })
    const sobol = new Optimizer(SQUARE, { objectives: BOTH, seed: 3, sampler: 'sobol' })
    for (let k = 0; k < 30; k++) {
      const asked = sobol.ask()!
      sobol.tell(asked, bowls(asked.config))
    }
    // The front from (0, 1) to (1, 0) leaves 4 − 1/6 of the volume up to (2, 2).
    for (const volume of found) {
      expect(volume).toBeGreaterThan(3.74)
      expect(volume).toBeGreaterThan(volumeOf(sobol as never, [2, 2]))
    }
  })

  test('three objectives, one of them maximized, and a mixed space', () => {
    const space = { x: float(0, 1), n: int(1, 9), c: choice(['a', 'b', 'c']) }
    const f = ({ x, n, c }: { x: number; n: number; c: string }) => ({
      f: x + (c === 'a' ? 0 : 1),
      g: n * (1 - x),
      h: n - x,
    })
    const objectives = { f: 'minimize', g: 'minimize', h: 'maximize' } as const
    const { optimizer } = after(space, 24, f, { objectives })
    expect(optimizer.front().some(({ values }) => values.h! > 7)).toBe(true)
    expect(optimizer.front().every(({ config }) => config.c === 'a')).toBe(true)
  })

  test('a suggestion is computed again from the record, whatever the order of the trials', () => {
    for (const sampler of [{}, { scalarize: 'chebyshev' }, { acquisition: 'lcb' }] as const) {
      const { question, sampler: own } = after(SQUARE, 16, bowls, { objectives: BOTH, sampler, workers: 3 })
      const again = own.suggest(question)
      expect(own.suggest({ ...question, trials: question.trials.toReversed() })).toEqual(again)
      const kept = JSON.parse(JSON.stringify(question.basis)) as Json
      expect(own.suggest({ ...question, basis: kept })).toEqual(again)
    }
  })

  test('why tells each objective in its own unit, and predict gives the same', () => {
    const { optimizer, question, sampler } = after(SQUARE, 14, bowls, { objectives: { f: 'minimize', g: 'maximize' } })
    const asked = { ...question, number: 12 }
    const { config } = sampler.suggest(asked)!
    const said = sampler.explain!(asked) as ModelExplanation
    expect(Object.keys(said.predictions!)).toEqual(['f', 'g'])
    expect(said.prediction).toEqual(said.predictions!.f)
    for (const name of ['f', 'g'] as const) {
      expect(sampler.predict!(asked, config, name)).toEqual(said.predictions![name])
      const { low, high, value } = said.predictions![name]!
      expect(low).toBeLessThanOrEqual(value)
      expect(value).toBeLessThanOrEqual(high)
      expect(Math.abs(value - bowls(config as never)[name])).toBeLessThan(1)
    }
    expect(said.acquisition.name).toBe('log expected hypervolume improvement')
    expect(said.target).toBeUndefined()
    expect(optimizer.predict({ x: 1, y: 0 }, 'g')!.value).toBeCloseTo(bowls({ x: 1, y: 0 }).g, 0)
    expect(() => optimizer.predict({ x: 1, y: 0 }, 'h')).toThrow("objective 'h': must be one of 'f', 'g'")
  })

  test('a target is told with its weights, and predictions stay those of the objectives', () => {
    const scalarize = { kind: 'linear', weights: { f: 3, g: 1 } } as const
    const { optimizer, question, sampler } = after(SQUARE, 20, bowls, { objectives: BOTH, sampler: { scalarize } })
    const said = sampler.explain!({ ...question, number: 18 }) as ModelExplanation
    expect(said.target).toEqual({ scalarize: 'linear', scale: 'minmax', weights: { f: 0.75, g: 0.25 } })
    expect(Object.keys(said.predictions!)).toEqual(['f', 'g'])
    // The sum a f + b g is lowest at x = b / (a + b), where each weight is divided by the range of its values.
    const rangeOf = (name: 'f' | 'g'): number => {
      const values = optimizer.trials().map((trial) => trial.values[name]!)
      return Math.max(...values) - Math.min(...values)
    }
    const [a, b] = [0.75 / rangeOf('f'), 0.25 / rangeOf('g')]
    const near = optimizer
      .trials()
      .slice(10)
      .filter(({ config }) => Math.abs((config.x as number) - b / (a + b)) < 0.05)
    expect(near.length).toBeGreaterThan(4)
  })

  test('what is learned of one target is a start for another, never its result', () => {
    const basis = (options: BayesianOptions): Record<string, { of?: string; fitted: number }> => {
      const { question, sampler } = after(SQUARE, 13, bowls, {
        objectives: BOTH,
        sampler: { models: ['plain'], ...options },
      })
      return sampler.suggest(question)!.basis as never
    }
    const fixed = basis({ scalarize: { kind: 'linear', weights: 'uniform' } })
    expect(fixed.plain!.of).toBe('linear,minmax,0.5,0.5')
    const drawn = basis({ scalarize: 'linear' })
    expect(drawn.plain!.fitted).toBe(12)
    expect(Object.keys(basis({}))).toEqual(['plain', 'plain:g'])
    expect(basis({}).plain!.of).toBeUndefined()
  })

  test('options that do not fit the number of objectives are refused at the first suggestion', () => {
    const one =
      (options: BayesianOptions): (() => unknown) =>
      () =>
        new Optimizer(SQUARE, { minimize: 'f', sampler: bayesian(options) }).ask()
    expect(one({ scalarize: 'linear' })).toThrow("option 'scalarize': needs several objectives")
    expect(one({ acquisition: 'hypervolume' })).toThrow("'hypervolume' needs several objectives")
    const wrong = bayesian({ scalarize: { kind: 'linear', weights: { loss: 1 } } })
    expect(() => new Optimizer(SQUARE, { objectives: BOTH, sampler: wrong }).ask()).toThrow(
      "'loss' is not an objective",
    )
  })

  test('values of one objective that all are equal, or enormous, do no harm', () => {
    for (const g of [() => 7, (x: number) => (x > 0.5 ? 1e300 : x)]) {
      const f = ({ x, y }: { x: number; y: number }) => ({ f: x + y, g: g(x) })
      const { optimizer } = after(SQUARE, 16, f, { objectives: BOTH })
      expect(optimizer.trials().length).toBe(16)
    }
  })
})

describe('constraints', () => {
  const lessThan = (config: { x: number; y: number }) => ({
    value: -config.x - config.y,
    used: config.x + 2 * config.y,
  })

  test('HYP-14: the best lies within a limit, and trials beyond it keep their values', () => {
    const constraints = { used: { atMost: 1.5 } }
    const { optimizer, question, sampler } = after(SQUARE, 26, lessThan, { constraints })
    const { config, value } = optimizer.best()!
    expect(config.x + 2 * config.y).toBeLessThanOrEqual(1.5)
    expect(value).toBeLessThan(-1.45)
    const broken = optimizer.trials().filter(({ outputs }) => (outputs.used as number) > 1.5)
    expect(broken.length).toBeGreaterThan(0)
    for (const trial of broken) expect(trial.value).toBe(-(trial.config.x as number) - (trial.config.y as number))
    const said = sampler.explain!({ ...question, number: 20 }) as ModelExplanation
    expect(Object.keys(said.constraints!)).toEqual(['used'])
    expect(said.constraints!.used).toBeGreaterThan(0)
    expect(optimizer.front().length).toBe(1)
    expect(optimizer.recommend()!.value).toBe(value)
  })

  test('a constraint on an objective counts like any other', () => {
    const { optimizer } = after(SQUARE, 24, bowls, { objectives: BOTH, constraints: { g: { atMost: 0.25 } } })
    expect(optimizer.best()!.values.g).toBeLessThanOrEqual(0.25)
    expect(optimizer.best()!.config.x).toBeGreaterThan(0.45)
    expect(optimizer.front().every(({ values }) => values.g! <= 0.25)).toBe(true)
  })

  test('before any trial meets a limit, the next ones go where it is most likely met', () => {
    const narrow = ({ x, y }: { x: number; y: number }) => ({ value: x, off: Math.hypot(x - 1.7, y - 0.2) })
    const { optimizer } = after(SQUARE, 16, narrow, { constraints: { off: { atMost: 0.03 } } })
    expect(optimizer.best()).toBeDefined()
  })

  test('the explanation says which constraints had not been met', () => {
    const never = ({ x }: { x: number }) => ({ value: x, off: 1 + x, valid: x > 5 })
    const { question, sampler } = after(SQUARE, 12, never, { constraints: { off: { atMost: 0 }, valid: true } })
    const said = sampler.explain!({ ...question, number: 12 }) as ConstraintsExplanation
    expect(said).toMatchObject({ by: 'constraints', observed: 11, failed: 0 })
    for (const odds of Object.values(said.constraints)) expect(odds).toBeLessThan(0.7)
    expect(Object.keys(said.constraints)).toEqual(['off', 'valid'])
  })

  test('HYP-51, HYP-55, HYP-88: a truth value that few trials meet: a disk of 4 % is found, and its best place', () => {
    const radius = Math.sqrt(0.04 / Math.PI)
    const disk = ({ x, y }: { x: number; y: number }) => ({
      value: x + y,
      valid: Math.hypot(x - 0.3, y - 0.4) <= radius,
    })
    const unit = { x: float(0, 1), y: float(0, 1) }
    const found = [1, 2, 3, 4, 5].map((seed) => {
      const { optimizer } = after(unit, 70, disk, { constraints: { valid: true }, seed })
      return (optimizer.best()?.value ?? Infinity) - (0.7 - Math.SQRT2 * radius)
    })
    expect(found.filter((regret) => regret < 0.05).length).toBeGreaterThanOrEqual(4)
  })

  test('an output that a trial does not say teaches nothing, and one that no trial says stops nothing', () => {
    const sometimes = ({ x, y }: { x: number; y: number }) => ({
      value: -x - y,
      ...(x > 0.3 ? { used: x + 2 * y } : {}),
    })
    const { optimizer } = after(SQUARE, 20, sometimes, { constraints: { used: { atMost: 1.5 } } })
    expect(optimizer.best()!.config.x).toBeGreaterThan(0.3)
    const silent = after(SQUARE, 14, ({ x }: { x: number }) => ({ value: x }), { constraints: { used: { atMost: 1 } } })
    expect(silent.optimizer.best()).toBeUndefined()
    expect(silent.optimizer.front()).toEqual([])
    expect(silent.optimizer.trials().length).toBe(14)
  })

  test('excesses of any size and sign, all equal or enormous, do no harm', () => {
    for (const used of [() => 3, () => -3, ({ x }: { x: number }) => (x > 1 ? 1e300 : -1e-300)]) {
      const f = (config: { x: number }) => ({ value: config.x, used: used(config) })
      expect(after(SQUARE, 14, f, { constraints: { used: { atMost: 0 } } }).optimizer.trials().length).toBe(14)
    }
  })
})
