/** Rows of other tools about several objectives, constraints, outputs and expressions, by their ids. */

import { describe, expect, test } from 'vitest'
import { Optimizer } from '../../src/optimizer.ts'
import { trialCsv, trialLine, trialSheet } from '../../src/report/trial-table.ts'
import { bayesian } from '../../src/sampler/bayesian.ts'
import type { ModelExplanation } from '../../src/sampler/explanation.ts'
import type { Question } from '../../src/sampler/sampler.ts'
import { SCALES } from '../../src/sampler/target.ts'
import { branch, choice, derived, float, int, repeat } from '../../src/space/parameter.ts'
import type { Space } from '../../src/space/parameter.ts'
import { spaceFromParams } from '../../src/space/notation.ts'
import { parseConfig, parseSpace } from '../../src/space/validate.ts'
import type { Config } from '../../src/trial.ts'

/** Configs of a few random suggestions. */
const drawn = (space: Space, options: object = {}, count = 20): Config[] =>
  new Optimizer(space, { sampler: 'random', seed: 1, ...options }).ask(count).map(({ config }) => config as Config)

describe('spaces', () => {
  test('SKO-114: a combination may be forbidden, and parameters may have an order', () => {
    const space = { a: int(1, 9), b: int(1, 9), kind: choice(['x', 'y', 3]) }
    const where = ['a < b', "not (kind == 'y' and a > 2)"]
    const configs = drawn(space, { where })
    expect(configs).toHaveLength(20)
    for (const { a, b, kind } of configs) {
      expect(a as number).toBeLessThan(b as number)
      expect(kind === 'y' && (a as number) > 2).toBe(false)
    }
  })

  test('HYE-03, HYE-04: values of a choice have any type, and a branch is known as one choice', () => {
    const space = { v: choice([1, 'one', true, null]), net: branch('kind', { flat: {}, deep: { layers: int(2, 4) } }) }
    const seen = drawn(space, {}, 14)
    expect(new Set(seen.map(({ v }) => v))).toEqual(new Set([1, 'one', true, null]))
    for (const { net } of seen) {
      const { kind, layers } = net as { kind: string; layers?: number }
      expect(layers !== undefined).toBe(kind === 'deep')
    }
  })

  test('HYE-05: a parameter among the values of a choice is refused, with the remedy', () => {
    expect(() => new Optimizer({ v: choice([{ a: float(0, 1) } as never, 2]) })).toThrow(/use a 'branch'/)
  })

  test('HYE-07, HYE-08, HYE-10, HYE-13: values may be merged, wrapped, computed and compared', () => {
    const space = parseSpace({
      opt: choice(['sgd']),
      layers: int(3, 3),
      u: float(-2, -2 + 1e-9, { default: -2 }),
      name: derived("opt + '-' + str(layers)"),
      rate: derived('10 ** u'),
      whole: derived('round(2.6) + floor(layers / 2)'),
      least: derived('min(layers, 7) + max(u, 0)'),
    })
    expect(parseConfig(space, { opt: 'sgd', layers: 3, u: -2 })).toEqual({
      opt: 'sgd',
      layers: 3,
      u: -2,
      name: 'sgd-3',
      rate: 0.01,
      whole: 4,
      least: 3,
    })
  })

  test('HYE-16: one value in two places is searched once', () => {
    const space = { width: int(1, 64), decoder: { width: derived('width') } }
    for (const { width, decoder } of drawn(space)) expect(decoder).toEqual({ width })
    expect(new Optimizer({ w: int(1, 3), again: derived('w') }, { sampler: 'grid' }).ask(9)).toHaveLength(3)
  })

  test('MIP-37, MIP-40: a parameter may be repeated, in the library and on a command line, with a scale', () => {
    const [{ C, n }] = drawn({ C: repeat(3, float(-5, 5)), n: float(0.1, 0.9, { scale: 'logit' }) }) as [
      { C: number[]; n: number },
    ]
    expect(C).toHaveLength(3)
    expect(new Set(C).size).toBe(3)
    expect(n).toBeGreaterThanOrEqual(0.1)
    expect(drawn(spaceFromParams(['C[2]=-5.0..5.0']))[0]!.C).toHaveLength(2)
  })
})

test('MIP-58: with every maximizer each suggestion meets a known constraint', () => {
  const where = 'x ** 2 + y ** 2 <= 0.05'
  for (const maximizer of ['climb', 'sampling', 'tweaks', 'local', 'evolve', 'breed', 'cma'] as const) {
    const sampler = bayesian({ initial: 4, effort: 'low', models: ['plain'], maximizer })
    const optimizer = new Optimizer({ x: float(0, 1), y: float(0, 1) }, { where, sampler, seed: 1 })
    for (let k = 0; k < 7; k++) {
      const asked = optimizer.ask()!
      const { x, y } = asked.config
      expect(x * x + y * y).toBeLessThanOrEqual(0.05)
      optimizer.tell(asked, -x - y)
    }
  }
})

describe('objectives', () => {
  test('SKO-80: each objective is scaled by its own values before they are combined', () => {
    const [small, large] = [Float64Array.of(0, 1, 4), Float64Array.of(0, 1000, 4000)]
    for (const scale of ['minmax', 'quantile', 'minmax-log'] as const) {
      const [one, other] = [SCALES[scale](small), SCALES[scale](large)]
      expect(small.map(one)).toEqual(large.map(other))
    }
    expect(large.map(SCALES.identity(large))).toEqual(large)
  })

  test('SKO-87: values of 1e12 and 1e300 in the record do no harm to what is searched', () => {
    const optimizer = new Optimizer(
      { x: float(0, 1), y: float(0, 1) },
      { seed: 1, sampler: bayesian({ effort: 'low' }) },
    )
    for (const [x, value] of [
      [0.9, 1e12],
      [1, 1e300],
    ])
      optimizer.tell({ config: { x, y: x } }, value!)
    for (let k = 0; k < 22; k++) {
      const asked = optimizer.ask()!
      optimizer.tell(asked, (asked.config.x - 0.3) ** 2 + (asked.config.y - 0.4) ** 2)
    }
    expect(optimizer.best()!.value).toBeLessThan(0.005)
  })

  test('SKO-143: the best estimate is recommended, among configs that a function of the config allows', () => {
    const optimizer = new Optimizer({ x: float(0, 1) }, { where: 'x > 0.5', seed: 1, sampler: 'sobol' })
    for (const asked of optimizer.ask(12)) optimizer.tell(asked, asked.config.x)
    expect(optimizer.recommend()!.config).toEqual(optimizer.best()!.config)
    expect(optimizer.recommend()!.config.x).toBeGreaterThan(0.5)
  })

  test('HYP-57: the expected improvement is that of the combined value, with the weights in its explanation', () => {
    const sampler = bayesian({ initial: 4, effort: 'low', scalarize: 'linear', acquisition: 'ei' })
    let question: Question | undefined
    const watched = { ...sampler, suggest: (asked: Question) => sampler.suggest((question = asked)) }
    const optimizer = new Optimizer(
      { x: float(0, 1) },
      { objectives: { f: 'minimize', g: 'maximize' }, seed: 1, sampler: watched },
    )
    for (let k = 0; k < 6; k++) {
      const asked = optimizer.ask()!
      optimizer.tell(asked, { f: asked.config.x, g: asked.config.x ** 2 })
    }
    optimizer.ask()
    const said = sampler.explain!(question!) as ModelExplanation
    expect(said.acquisition.name).toBe('log expected improvement')
    expect(said.target!.scalarize).toBe('linear')
    const weights = Object.values(said.target!.weights)
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12)
  })

  /** Trials of two objectives with an output; the last one breaks the constraint. */
  const told = (): Optimizer => {
    const optimizer = new Optimizer(parseSpace({ x: float(0, 1) }), {
      objectives: { f: 'minimize', g: 'minimize' },
      constraints: { memory: { atMost: 4 } },
    })
    for (const [x, f, g, memory] of [
      [0.1, 1, 3, 4],
      [0.2, 3, 1, 2],
      [0.3, 3, 3, 1],
      [0.4, 0, 0, 9],
    ])
      optimizer.tell({ config: { x } }, { f: f!, g: g!, memory: memory!, test_accuracy: 0.9, note: 'ok' })
    return optimizer
  }

  test('HYP-92: the front as CSV has no trial that breaks a constraint', () => {
    const optimizer = told()
    const lines = trialCsv(optimizer.space, optimizer.goals, optimizer.front())
    const columns = lines[0]!.split(',')
    expect(columns).toContain('value.f')
    const xs = lines.slice(1).map((line) => line.split(',')[columns.indexOf('param.x')])
    expect(xs).toEqual(['0.1', '0.2'])
  })

  test('HYE-66: facts beside the objective are kept and shown', () => {
    const optimizer = told()
    const [first] = optimizer.trials()
    expect(trialLine(first!).outputs).toEqual({ memory: 4, test_accuracy: 0.9, note: 'ok' })
    expect(trialSheet(optimizer.space, optimizer.goals, first!, '/runs/a').join('\n')).toMatch(/test_accuracy +0\.9\n/)
  })
})
