/** What priors do to suggestions: designs, random draws, the worth of points, and what a study keeps of them. */

import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { belief, beliefOdds } from '../../src/acquisition/belief.ts'
import { oddsBelow } from '../../src/acquisition/acquisition.ts'
import { randomPoints } from '../../src/acquisition/moves.ts'
import { randomStream } from '../../src/numerics/random.ts'
import { normalCdf } from '../../src/numerics/special.ts'
import { samplerFrom } from '../../src/interop/other-tools.ts'
import { Optimizer } from '../../src/optimizer.ts'
import { whyText } from '../../src/report/why-text.ts'
import { bayesian } from '../../src/sampler/bayesian.ts'
import { beliefOf, bopro } from '../../src/sampler/belief.ts'
import { priorFrom } from '../../src/sampler/prior-from.ts'
import { samplerFromWords } from '../../src/sampler/sampler-words.ts'
import { latinHypercube, random, sobol } from '../../src/sampler/sequence.ts'
import { searchedAxes } from '../../src/space/allowed.ts'
import { axesOf, configOf, pointOf } from '../../src/space/axes.ts'
import { branch, choice, float, int, ordinal } from '../../src/space/parameter.ts'
import { parseSpace } from '../../src/space/validate.ts'
import { parseWhere } from '../../src/space/where.ts'
import { openStudy } from '../../src/study/open-study.ts'
import { scratch } from '../support/scratch.ts'

const normal = (mean: number, deviation: number) => ({ kind: 'normal', mean, deviation }) as const

const MIXED = {
  x: float(0, 1, { prior: normal(0.3, 0.1) }),
  n: int(1, 40, { prior: normal(10, 3) }),
  q: ordinal(['s', 'm', 'l'], { weights: [1, 2, 5] }),
  c: choice(['a', 'b'], { weights: [3, 1] }),
  m: branch('kind', { svm: { C: float(1e-3, 1e3, { log: true, prior: normal(10, 0.5) }) }, none: {} }),
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

describe('what follows a prior', () => {
  test.each([
    ['sobol', sobol()],
    ['random', random()],
    ['lhs', latinHypercube({ size: 60 })],
  ])('SKO-110, SKO-111: all points of %s', (_, sampler) => {
    const asked = new Optimizer({ x: MIXED.x, n: MIXED.n }, { sampler, seed: 1 }).ask(60).map(({ config }) => config)
    const xs = asked.map(({ x }) => x)
    expect(mean(xs)).toBeCloseTo(0.3, 1)
    expect(Math.sqrt(mean(xs.map((x) => (x - 0.3) ** 2)))).toBeCloseTo(0.1, 1)
    expect(Math.abs(mean(asked.map(({ n }) => n)) - 10)).toBeLessThan(1.2)
  })

  test('every fourth point of the opening, the mode first; the others are those of an opening without it', () => {
    const opening = (space: { readonly x: ReturnType<typeof float> }) =>
      new Optimizer(space, { sampler: bayesian({ initial: 8, design: 'sobol' }), seed: 2 }).ask(8)
    const [withOne, without] = [opening({ x: MIXED.x }), opening({ x: float(0, 1) })].map((asked) =>
      asked.map(({ config: { x } }) => x),
    )
    expect(withOne![0]).toBe(0.3)
    expect(normalCdf((withOne![4]! - 0.3) / 0.1)).toBeCloseTo(without![1]!, 2)
    for (const k of [1, 2, 3, 5, 6, 7]) expect(withOne![k]).toBe(without![k])
  })

  test('the mode again, with other choices where nothing is believed about them', () => {
    const opening = (space: object, seed: number): any[] =>
      new Optimizer(space as never, { sampler: bayesian({ initial: 9 }), seed }).ask(9).map(({ config }) => config)
    for (const seed of [1, 2, 3]) {
      const believed = [0, 4, 8].map((k) => opening({ x: MIXED.x, f: choice([1, 2]) }, seed)[k])
      expect(believed.slice(0, 2).map(({ x }) => x)).toEqual([0.3, 0.3])
      expect(believed[0].f).not.toBe(believed[1].f)
      expect(believed[2].x).not.toBe(0.3)
      const weighed = opening({ x: MIXED.x, f: choice([1, 2], { weights: [1, 1.5] }), y: float(0, 1) }, seed)
      expect(weighed[0]).toEqual({ x: 0.3, f: 2, y: 0.5 })
      expect(weighed[4].x).not.toBe(0.3)
    }
  })

  test('half of the random candidates, also within conditions', () => {
    const space = parseSpace({ x: float(0, 1, { prior: normal(0.3, 0.02) }), y: float(0, 1) })
    const where = parseWhere(space, 'x + y <= 1.2')
    for (const axes of [axesOf(space), searchedAxes({ space, where, seed: 1 })]) {
      const near = randomPoints(400, axes, randomStream('half', 1)).filter(([x]) => Math.abs(x! - 0.3) < 0.06)
      expect(near.length / 400).toBeGreaterThan(0.45)
      expect(near.length / 400).toBeLessThan(0.7)
    }
  })
})

describe('HYP-61: πBO adds β / t · ln(π + floor)', () => {
  const axes = axesOf(parseSpace(MIXED))

  test('where π is the product over what is active', () => {
    const term = belief(axes, 0.5, 1e-6)!
    const one = (config: object): number => term.values(pointOf(axes, config as never), 1)[0]!
    const there = { x: 0.3, n: 10, q: 'l', c: 'a', m: { kind: 'none' } }
    const x = 10 / Math.sqrt(2 * Math.PI) / (normalCdf(7) - normalCdf(-3))
    const n = 40 / 3 / Math.sqrt(2 * Math.PI) / (normalCdf(30.5 / 3) - normalCdf(-9.5 / 3))
    expect(one(there)).toBeCloseTo(0.5 * Math.log(x * n * (15 / 8) * 1.5 + 1e-6), 9)
    expect(one({ ...there, x: 1 })).toBeCloseTo(0.5 * Math.log(x * Math.exp(-24.5) * n * (15 / 8) * 1.5 + 1e-6), 9)
  })

  test.each([
    ['πBO', belief(axes, 0.7, 1e-6)!],
    ['BOPrO', beliefOdds(axes, 1e-8)!],
  ])('the slope of %s is that of differences', (_, term) => {
    for (const at of randomPoints(30, axes, randomStream('slopes', 2))) {
      const gradient = new Float64Array(at.length)
      expect(term.slope!(at, gradient)).toBeCloseTo(term.values(at, 1)[0]!, 10)
      for (const k of [0, 1, 5]) {
        if (Number.isNaN(at[k]!) || at[k]! < 1e-5 || at[k]! > 1 - 1e-5) continue
        const moved = (h: number): number => term.values(at.with(k, at[k]! + h), 1)[0]!
        const difference = (moved(1e-6) - moved(-1e-6)) / 2e-6
        expect(Math.abs(gradient[k]! - difference)).toBeLessThan(1e-3 * Math.max(1, Math.abs(difference)))
      }
    }
  })

  test('HYP-21: β is a tenth of the budget, or 10; t counts suggestions of models', () => {
    const weight = (options: Parameters<typeof beliefOf>[0], step: number, budget?: number) =>
      beliefOf(options, axes, { step, ended: 30, observed: [], budget: () => budget })!.weight
    expect(weight(undefined, 0, 60)).toBe(6)
    expect(weight('pibo', 3, 60)).toBe(1.5)
    expect(weight(undefined, 1)).toBe(5)
    expect(weight({ decay: 3 }, 1, 60)).toBe(1.5)
    expect(beliefOf(undefined, axes, { step: 0, ended: 0, observed: [], budget: () => undefined })).toMatchObject({
      floor: 1e-6,
    })
    expect(beliefOf({ kind: 'bopro' }, axes, { step: 4, ended: 9, observed: [], budget: () => 500 })).toMatchObject({
      weight: 2,
      floor: 1e-8,
      quantile: 0.05,
    })
    const plain = axesOf(parseSpace({ x: float(0, 1) }))
    expect(beliefOf(undefined, plain, { step: 0, ended: 0, observed: [], budget: () => 9 })).toBeUndefined()
    expect(() => beliefOf('pibo', plain, { step: 0, ended: 0, observed: [], budget: () => 9 })).toThrow(
      'nothing is believed',
    )
  })
})

test('a belief is doubted while the best trial lies where it is low, unless the option says not to', () => {
  const axes = axesOf(parseSpace({ x: MIXED.x }))
  const at = (x: number, y: number) => ({ x: Float64Array.of(x), y })
  const weight = (observed: readonly ReturnType<typeof at>[], doubt = true): number | undefined =>
    beliefOf({ kind: 'pibo', doubt }, axes, { step: 0, ended: 4, observed, budget: () => 100 })?.weight
  expect(weight([at(0.3, 0), at(0.9, 1)])).toBe(10)
  const wrong = [at(0.3, 1), at(0.6, 0)]
  // Its density is exp(−4.5) of what it is in the middle.
  expect(weight(wrong)).toBeCloseTo((10 * 2 * Math.exp(-4.5)) / (1 + Math.exp(-4.5)), 9)
  expect(weight(wrong, false)).toBe(10)
  expect(beliefOf('bopro', axes, { step: 0, ended: 4, observed: wrong, budget: () => 100 })!.weight).toBe(10)
  // exp(−8): it does not count at all.
  expect(weight([at(0.3, 1), at(0.7, 0)])).toBeUndefined()
})

test('HYP-22, HYP-62: BOPrO weighs the odds below the quantile, and its slopes are those of differences', () => {
  const acquisition = oddsBelow(-1, 0.8)
  const at = (mean: number, deviation: number) => {
    const filled = { value: 0, byMean: 0, byDeviation: 0 }
    acquisition(mean, deviation, filled)
    return filled
  }
  const good = normalCdf((-1 - 0.4) / 0.9)
  expect(at(0.4, 0.9).value).toBeCloseTo(0.8 * Math.log(good / (1 - good)), 12)
  for (const [mean, deviation] of [
    [0.4, 0.9],
    [-3, 0.2],
    [5, 0.3],
  ] as const) {
    const { byMean, byDeviation } = at(mean, deviation)
    const h = 1e-6
    expect(byMean).toBeCloseTo((at(mean + h, deviation).value - at(mean - h, deviation).value) / (2 * h), 4)
    expect(byDeviation).toBeCloseTo((at(mean, deviation + h).value - at(mean, deviation - h).value) / (2 * h), 4)
  }
})

test('HYP-22: the model of BOPrO counts with the power t / β, by the quantile of the means', () => {
  const belief = { method: 'bopro', weight: 4, floor: 1e-8, quantile: 0.25, isOfChoices: false } as const
  const { acquisition } = bopro(Float64Array.of(3, 1, 2, 4), belief)
  const valueAt = (one: typeof acquisition): number => {
    const filled = { value: 0, byMean: 0, byDeviation: 0 }
    one(2.5, 1, filled)
    return filled.value
  }
  expect(valueAt(acquisition)).toBe(valueAt(oddsBelow(2, 1 / 4)))
})

/** The configs of a search for a bottom at x = 0.32 and n = 12. */
function searched(options: Parameters<typeof bayesian>[0], trials: number, several = false) {
  const space = { x: MIXED.x, n: MIXED.n }
  const goals = several ? { objectives: { f: 'minimize', g: 'minimize' } as const } : { minimize: 'f' }
  const sampler = bayesian({ initial: 5, effort: 'low', ...options })
  const optimizer = new Optimizer(space, { ...goals, sampler, seed: 3, budget: 40 })
  for (let i = 0; i < trials; i++) {
    const asked = optimizer.ask()!
    const { x, n } = asked.config
    const f = (x - 0.32) ** 2 + ((n - 12) / 40) ** 2
    optimizer.tell(asked, several ? { f, g: (x - 0.9) ** 2 } : { f })
  }
  return optimizer
}

test.each([
  ['pibo', {}],
  ['bopro', { belief: 'bopro' as const }],
  ['bopro with trees', { belief: { method: 'bopro' as const, quantile: 0.2 }, models: ['forest' as const] }],
])('a search by %s stays where the prior is at first, and finds the bottom', (_, options) => {
  const optimizer = searched(options, 16)
  const early = optimizer.trials().slice(5, 9)
  for (const { config } of early) expect(Math.abs((config.x as number) - 0.3)).toBeLessThan(0.25)
  expect(optimizer.best()!.value).toBeLessThan(0.01)
})

test('HYP-44: with several objectives a belief counts as well', () => {
  const far = (options: Parameters<typeof bayesian>[0]): number =>
    mean(
      searched(options, 12, true)
        .trials()
        .slice(6)
        .map(({ config }) => Math.abs((config.x as number) - 0.3)),
    )
  expect(far({})).toBeLessThan(far({ belief: { decay: 1e-3 } }))
  expect(() => searched({ belief: 'bopro' }, 8, true)).toThrow("'bopro' needs one number for the objectives")
})

test('an infeasible point does not look best: odds of a value and a belief add up', () => {
  const optimizer = new Optimizer({ x: MIXED.x }, { minimize: 'f', sampler: bayesian({ initial: 4 }), seed: 1 })
  const tried: number[] = []
  for (let i = 0; i < 22; i++) {
    const asked = optimizer.ask()!
    tried.push(asked.config.x)
    if (asked.config.x < 0.5) optimizer.fail(asked, 'out of memory')
    else optimizer.tell(asked, asked.config.x)
  }
  // The belief lies where all fails, the lowest value at the edge of that. It is found, and not each trial fails.
  expect(optimizer.best()!.value).toBeLessThan(0.52)
  expect(tried.slice(14).filter((x) => x >= 0.5).length).toBeGreaterThanOrEqual(4)
})

test('the gate takes words and objects, and refuses what makes no sense', () => {
  expect(samplerFromWords('auto belief=bopro belief.quantile=0.1').options).toEqual({
    belief: { kind: 'bopro', quantile: 0.1 },
  })
  expect(samplerFromWords('auto belief.decay=4').options).toEqual({ belief: { kind: 'pibo', decay: 4 } })
  expect(bayesian({ belief: { method: 'bopro' } }).options).toEqual({ belief: 'bopro' })
  expect(() => bayesian({ belief: 'pbo' as 'pibo' })).toThrow("did you mean 'pibo'?")
  expect(() => bayesian({ belief: { quantile: 0.1 } })).toThrow("belongs to 'bopro'")
  expect(() => bayesian({ belief: { floor: 0 } })).toThrow("option 'belief.floor': must be a number above 0")
  expect(() => bayesian({ belief: 'bopro', acquisition: 'ei' })).toThrow('leave one out')
})

test('HYP-20 to HYP-24: the words of HyperMapper, for a scenario with priors', () => {
  const optionsOf = (scenario: object): unknown => samplerFrom('hypermapper', scenario).options
  const input_parameters = { x: { parameter_type: 'real', values: [0, 1], prior: 'gaussian' } }
  expect(optionsOf({ input_parameters })).toMatchObject({ belief: { kind: 'pibo', floor: 1e-6, doubt: false } })
  expect(optionsOf({ prior_beta: 3, prior_floor: 1e-3 })).toMatchObject({
    belief: { kind: 'pibo', decay: 3, floor: 1e-3 },
  })
  const bopro = optionsOf({ prior_method: 'bopro', model_good_quantile: 0.1, input_parameters }) as object
  expect(bopro).toMatchObject({ belief: { kind: 'bopro', decay: 10, floor: 1e-8, quantile: 0.1 } })
  expect(bopro).not.toHaveProperty('acquisition')
  expect(optionsOf({})).not.toHaveProperty('belief')
  expect(() => optionsOf({ custom_gaussian_prior_means: [0.3] })).toThrow('anthill help prior')
  expect(() => optionsOf({ prior_estimation_file: 'samples.csv' })).toThrow('priorFrom')
})

test('a study keeps the budget with each suggestion of a model, and replays it where another is given', async () => {
  const root = join(scratch(), 's')
  const space = { x: MIXED.x, n: MIXED.n }
  const work = async (trials: number): Promise<void> => {
    await using study = await openStudy(root, {
      space,
      trials,
      seed: 1,
      sampler: bayesian({ initial: 4, effort: 'low' }),
    })
    await study.optimize(({ config: { x, n } }) => (x - 0.35) ** 2 + ((n - 12) / 40) ** 2)
  }
  await work(7)
  await work(10)
  await using study = await openStudy(root, { trials: 500, sampler: bayesian({ initial: 4, effort: 'low' }) })
  const verdicts = await Promise.all((await study.trials()).map(({ number }) => study.replay(number!)))
  expect(verdicts.map(({ verdict }) => verdict)).toEqual(Array(10).fill('same'))
  const why = await study.why(8)
  // β = 10 / 10, at the fifth suggestion of a model.
  expect(why.explanation).toMatchObject({ by: 'model', belief: { weight: 0.2 } })
  expect(whyText(study.space, { value: 'minimize' }, why as never)).toContain('by the priors it is')
})

describe('HYP-23: priors from earlier trials', () => {
  const space = {
    x: float(0, 1),
    n: int(1, 40),
    q: ordinal([1, 2, 3]),
    c: choice(['a', 'b']),
    list: [float(0, 1)],
    m: branch('kind', { svm: { C: float(1, 9) }, none: {} }),
  } as const

  const trialsOf = (count: number, several = false) => {
    const optimizer = new Optimizer(space, { minimize: 'f', sampler: sobol(), seed: 1 })
    for (const asked of optimizer.ask(count)) optimizer.tell(asked, { f: asked.config.x, ...(several && { g: 1 }) })
    return optimizer.trials()
  }

  test('are the values of the best ones, and counts of choices', () => {
    const trials = trialsOf(50)
    const best = [...trials].sort((a, b) => a.value! - b.value!).slice(0, 5)
    const found: any = priorFrom(trials, space, { quantile: 0.1 })
    const xs = best.map(({ config }) => config.x as number)
    expect(found.x.prior).toEqual({ kind: 'density', values: xs.sort((a, b) => a - b) })
    expect(found.list[0].prior.values).toHaveLength(5)
    const isA = best.filter(({ config }) => config.c === 'a').length
    expect(found.c.weights).toEqual([1 + isA, 6 - isA])
    expect(parseSpace(found)).toEqual(found)
    const opened = new Optimizer(found, { sampler: sobol(), seed: 5 }).ask(30).map((asked: any) => asked.config.x)
    expect(mean(opened)).toBeLessThan(0.3)
    expect(priorFrom(trials, space, { quantile: 0.1, maximize: 'f' })).not.toEqual(found)
  })

  test('SKO-14, SKO-45, SKO-140: the good rows of an old table narrow what is drawn, within the space', async () => {
    const plain = { x: float(0, 1), n: int(1, 40), c: choice(['a', 'b', 'c', 'd']) }
    const where = 'n * x <= 30'
    const config = (i: number) => ({ x: (i * 0.37) % 1, n: 1 + ((i * 7) % 40), c: plain.c.values[i % 4]! })
    const rows = Array.from({ length: 100 }, (_, i) => {
      const { x, n, c } = config(i)
      const value = (x - 0.3) ** 2 + (n / 40 - 0.25) ** 2 + (c === 'b' ? 0 : 0.3)
      return n * x <= 30 ? [{ config: config(i), values: { f: value } }] : []
    }).flat()
    await using study = await openStudy(join(scratch(), 's'), { space: plain, where, minimize: 'f' })
    await study.learn(rows as never[], { from: 'table.csv' })
    const imported = await study.imported()
    const drawn = (space: object): { x: number; n: number; c: string }[] =>
      new Optimizer(space as typeof plain, { where, sampler: random(), seed: 2 }).ask(200).map((one) => one.config)
    const isNear = ({ x, n }: { x: number; n: number }): boolean => Math.abs(x - 0.3) < 0.2 && Math.abs(n - 10) < 8
    const shareOf = (space: object, holds: (one: { x: number; n: number; c: string }) => boolean): number =>
      drawn(space).filter(holds).length / 200
    const narrowed = priorFrom(imported, plain, { ...study.goals, quantile: 0.1 })
    expect(shareOf(narrowed, isNear)).toBeGreaterThan(2 * shareOf(plain, isNear))
    expect(shareOf(narrowed, ({ c }) => c === 'b')).toBeGreaterThan(2 * shareOf(plain, ({ c }) => c === 'b'))
    expect(drawn(narrowed).every(({ x, n }) => n * x <= 30 && x >= 0 && x <= 1)).toBe(true)
    // The belief bends what is drawn and excludes nothing: the space is as wide as before.
    expect(parseSpace(narrowed)).toMatchObject({ x: { low: 0, high: 1 }, n: { low: 1, high: 40 } })
  })

  test('take no failed trial, and none that breaks a constraint', () => {
    const optimizer = new Optimizer({ x: float(0, 1) }, { minimize: 'f', constraints: { ok: true } })
    for (let i = 0; i < 10; i++) optimizer.tell({ config: { x: i / 10 } }, { f: i, ok: i > 4 })
    const found: any = priorFrom(optimizer.trials(), { x: float(0, 1) }, { ...optimizer.goals, quantile: 0.2 })
    expect(found.x.prior.values).toEqual([0.5])
  })

  test('need trials that count, a quantile and one objective', () => {
    expect(() => priorFrom([], space)).toThrow('trials: none of 0 is complete')
    expect(() => priorFrom(trialsOf(5), space, { quantile: 2 })).toThrow("option 'quantile'")
    expect(() => priorFrom(trialsOf(5), space, { quantil: 0.1 } as object)).toThrow("did you mean 'quantile'?")
    expect(() =>
      priorFrom(
        trialsOf(5).map((trial) => ({ ...trial, values: { f: 1, g: 2 } })),
        space,
      ),
    ).toThrow('several')
  })

  test('keep what a parameter said where no trial has a value of it', () => {
    const other = { y: float(0, 1, { prior: 'decay' }) }
    expect(priorFrom(trialsOf(5), other)).toEqual(parseSpace(other))
  })
})

test('a design with a narrow prior stays in the range, at its ends as well', () => {
  const space = parseSpace({
    x: float(0, 1, { prior: normal(0, 1e-4) }),
    y: float(1e-6, 1, { log: true, prior: normal(2, 0.2) }),
    n: int(0, 9, { prior: { kind: 'points', values: [0, 9], weights: [0, 1] } }),
  })
  const axes = axesOf(space)
  for (const at of randomPoints(200, axes, randomStream('ends', 1))) {
    const { x, y } = configOf(axes, at) as { x: number; y: number }
    expect(x).toBeGreaterThanOrEqual(0)
    expect(y).toBeLessThanOrEqual(1)
  }
})
