/** Parts of one's own, by the ids of the ancestors' options. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { bayesian, branch, choice, float, int, openStudy } from '../../src/index.ts'
import type { BayesianOptions, OwnModel, Sampler } from '../../src/index.ts'
import { Optimizer } from '../../src/optimizer.ts'
import { studyPath } from '../../src/paths.ts'
import { samplerNamed } from '../../src/sampler/choose.ts'
import type { Json } from '../../src/trial.ts'
import { scratch } from '../support/scratch.ts'

const PLANE = { x: float(0, 1), y: float(0, 1) }
const MIXED = {
  x: float(0, 1),
  k: int(1, 9),
  m: branch('kind', { a: { u: float(0, 1) }, b: { c: choice([1, 2, 3]) } }),
}

/** The value of the nearest row, and its distance: an interpolation that anybody could write. */
const nearest: OwnModel = {
  name: 'nearest',
  fit: (rows, values) => ({
    predict: (others) => {
      const found = others.map((other) => {
        const squares = rows.map((row) => row.reduce((sum, u, k) => sum + squared(u, other[k]!), 0))
        const least = Math.min(...squares)
        return { mean: values[squares.indexOf(least)]!, deviation: Math.sqrt(least) }
      })
      return { means: found.map(({ mean }) => mean), deviations: found.map(({ deviation }) => deviation) }
    },
  }),
}
const squared = (a: number, b: number): number =>
  Number.isNaN(a) || Number.isNaN(b) ? (Number.isNaN(a) && Number.isNaN(b) ? 0 : 1) : (a - b) ** 2

/** The expected improvement's simpler cousin: how far the mean minus two deviations lies below the best. */
const bold = {
  name: 'bold',
  worth: (mean: number, deviation: number, best: number) => Math.exp(best - mean + 2 * deviation),
}

const PARTS: readonly (readonly [id: string, name: string, options: BayesianOptions])[] = [
  ['SKO-02, MIP-03: a model', 'nearest', { models: [nearest] }],
  ['SKO-02: a model beside others', 'nearest', { models: ['plain', nearest] }],
  ['HYE-37: an acquisition', 'bold', { acquisition: bold }],
  ['HYE-37: an acquisition in a portfolio', 'bold', { acquisition: { kind: 'portfolio', of: ['ei', bold] } }],
  [
    'HYE-38: a prior mean',
    'middle',
    { models: [{ kind: 'process', mean: { name: 'middle', of: (values) => values.toSorted()[values.length >> 1]! } }] },
  ],
  [
    'HYE-39: a kernel',
    'rational',
    { models: [{ kind: 'process', kernel: { name: 'rational', correlation: (r) => 1 / (1 + (r * r) / 2) } }] },
  ],
  [
    'HYE-40, HYE-52: a maximizer with candidates of its own',
    'around',
    {
      maximizer: {
        name: 'around',
        maximize: ({ axes, centers, worth, random }) => {
          const drawn = Array.from({ length: 200 }, (_, i) =>
            axes.map(({ kind, count }, k) => {
              const u = centers[i % centers.length]![k]!
              if (kind === 'category') return Math.floor(random() * count)
              return Number.isNaN(u) || i % 2 === 0 ? random() : Math.min(Math.max(u + 0.1 * (random() - 0.5), 0), 1)
            }),
          )
          const values = worth(drawn)
          return drawn
            .map((row, i) => [row, values[i]!] as const)
            .sort((a, b) => b[1] - a[1])
            .map(([row]) => row)
        },
      },
    },
  ],
  [
    'SKO-136: a schedule',
    'cooling',
    { acquisition: { kind: 'lcb', kappa: { name: 'cooling', of: (step) => 3 * 0.9 ** step } } },
  ],
]

/** A study of some trials; gives their values. */
async function work(root: string, trials: number, sampler?: Sampler): Promise<number[]> {
  await using study = await openStudy(root, { space: PLANE, trials, seed: 1, ...(sampler && { sampler }) })
  await study.optimize(({ config: { x, y } }) => (x - 0.3) ** 2 + (y - 0.6) ** 2)
  expect(study.notices).toEqual([])
  return (await study.trials()).map(({ value }) => value!)
}

describe.each(PARTS)('%s', (_, name, options) => {
  const sampler = bayesian({ initial: 5, ...options })

  test('suggests, and comes nearer to the lowest place than the opening', async () => {
    const values = await work(join(scratch(), 's'), 20, sampler)
    expect(Math.min(...values)).toBeLessThan(Math.min(...values.slice(0, 5)))
    expect(Math.min(...values)).toBeLessThan(0.02)
  })

  test('serves spaces with choices, conditions and failures', () => {
    const optimizer = new Optimizer(MIXED, { seed: 1, sampler })
    for (let i = 0; i < 16; i++) {
      const asked = optimizer.ask()!
      if (i === 6) optimizer.fail(asked)
      else optimizer.tell(asked, asked.config.x + asked.config.k + (asked.config.m.kind === 'a' ? 0 : 1))
    }
    expect(optimizer.predict({ x: 0.5, k: 3, m: { kind: 'a', u: 0.5 } })).toBeDefined()
  })

  test('a study keeps its name, and a process that has it joins and replays', async () => {
    const root = join(scratch(), 's')
    await work(root, 8, sampler)
    const kept = JSON.stringify(JSON.parse(readFileSync(studyPath(root), 'utf8')).samplerOptions)
    expect(kept).toContain(`{"kind":"own","name":"${name}"}`)
    await work(root, 10, bayesian({ initial: 5, ...options }))
    await using study = await openStudy(root, { sampler, readOnly: true })
    for (const number of [6, 9]) expect((await study.replay(number)).verdict).toBe('same')
    expect((await study.why(9)).explanation).toMatchObject({ by: 'model' })
  })

  test('a process without it may look, but not ask: the error names it and says what to do', async () => {
    const root = join(scratch(), 's')
    await work(root, 7, sampler)
    await using study = await openStudy(root, { trials: 9 })
    await expect(study.ask()).rejects.toThrow(
      new RegExp(`'${name}' is not one of anthill's, and this process does not have it; open the study with`),
    )
    await expect(study.predict({ x: 0, y: 0 })).rejects.toThrow(`'${name}'`)
    expect(await study.trials()).toHaveLength(7)
    expect(await study.replay(6)).toMatchObject({
      verdict: 'unknown',
      reason: `'${name}' is not one of anthill's; replay it in a program whose sampler has it`,
    })
  })
})

/** What a part answers that is wrong, and what is said of it. */
const model = (fit: unknown): BayesianOptions => ({ models: [{ name: 'mine', fit } as never] })
const predicting = (answer: unknown): BayesianOptions => model(() => ({ predict: () => answer }))
const WRONG: readonly (readonly [options: BayesianOptions, message: RegExp])[] = [
  [model(() => undefined), /model 'mine': must give an object with a function 'predict', got nothing/],
  [model(async () => ({})), /model 'mine': must give something at once, got a promise/],
  [
    model(() => {
      throw new Error('out of ideas')
    }),
    /model 'mine': its 'fit' failed: out of ideas/,
  ],
  [
    predicting({ means: [1], deviations: [1] }),
    /model 'mine': must give 'means' and 'deviations' for each of \d+ rows/,
  ],
  [predicting([1, 2]), /got none and none/],
  [
    model((rows: unknown[]) => ({
      predict: (others: unknown[]) => ({ means: others.map(() => NaN), deviations: others.map(() => rows.length) }),
    })),
    /model 'mine': must give finite means, and deviations of at least 0, got NaN and/,
  ],
  [{ acquisition: { name: 'mine', worth: () => -1 } }, /acquisition 'mine': must give a worth of at least 0/],
  [{ acquisition: { name: 'mine', worth: () => NaN } }, /acquisition 'mine': must give a finite number, got NaN/],
  [{ maximizer: { name: 'mine', maximize: () => [] } }, /maximizer 'mine': must give at least one row, got none/],
  [{ maximizer: { name: 'mine', maximize: () => [[0.5]] } }, /maximizer 'mine': must give rows of 2 numbers/],
  [{ maximizer: { name: 'mine', maximize: () => [[0.5, 2]] } }, /a coordinate from 0 to 1 for parameter 1, got 2/],
  [
    { models: [{ kind: 'process', mean: { name: 'mine', of: () => Infinity } }] },
    /mean 'mine': must give a finite number, got Infinity/,
  ],
  [
    { models: [{ kind: 'process', kernel: { name: 'mine', correlation: (r) => r } }] },
    /kernel 'mine': must give a correlation of 1 at the distance 0|kernel 'mine': must give a correlation from −1 to 1/,
  ],
  [
    { acquisition: { kind: 'lcb', kappa: { name: 'mine', of: () => -1 } } },
    /schedule 'mine': must give a number of at least 0 or 'inf', got -1 at step 0/,
  ],
]

test.each(WRONG)(
  '%o: a wrong answer is an error that names the part, and nothing is lost',
  async (options, message) => {
    const root = join(scratch(), 's')
    await work(root, 5, bayesian({ initial: 5 }))
    {
      await using study = await openStudy(root, { trials: 7, sampler: bayesian({ initial: 5, ...options }) })
      await expect(study.ask()).rejects.toThrow(message)
      expect((await study.status()).trials).toMatchObject({ complete: 5, running: 0, failed: 0 })
    }
    expect(await work(root, 7)).toHaveLength(7)
  },
)

test("a part needs a name that is not one of anthill's, its function, and nothing else", () => {
  const options = (models: unknown): BayesianOptions => ({ models: [models as OwnModel] })
  const { fit } = nearest
  expect(() => bayesian(options({ fit }))).toThrow("option 'models[0].name': must be a text")
  expect(() => bayesian(options({ name: 'plain', fit }))).toThrow("'plain' is one of anthill's")
  expect(() => bayesian(options({ name: 'mine', fit: 3 }))).toThrow("option 'models[0].fit': must be a function, got 3")
  expect(() => bayesian(options({ name: 'mine', fit, fits: fit }))).toThrow("did you mean 'fit'?")
  expect(() => samplerNamed('auto', { acquisition: { name: 'mine' } } as Json)).toThrow(
    /option 'acquisition': acquisition 'mine' is not one of anthill's, .* as in { name: 'mine', worth: … }/,
  )
})

test("HYE-37: the improvement as one's own acquisition wants what anthill's own wants", () => {
  const density = (z: number): number => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)
  const cdf = (z: number): number => {
    // Simpson's rule from −8 on: enough digits for a comparison of places.
    const steps = 400
    const h = (z + 8) / steps
    let sum = 0
    for (let i = 0; i <= steps; i++) sum += (i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2) * density(-8 + i * h)
    return z <= -8 ? 0 : (h / 3) * sum
  }
  const worth = (mean: number, deviation: number, best: number): number => {
    const z = (best - mean) / deviation
    return Math.max(deviation * (density(z) + z * cdf(z)), 0)
  }
  const nextOf = (options: BayesianOptions): { readonly x: number; readonly y: number } => {
    const optimizer = new Optimizer(PLANE, {
      seed: 4,
      sampler: bayesian({ initial: 8, models: ['plain'], ...options }),
    })
    for (let i = 0; i < 8; i++) {
      const asked = optimizer.ask()!
      optimizer.tell(asked, Math.sin(5 * asked.config.x) + asked.config.y ** 2)
    }
    return optimizer.ask()!.config
  }
  const [mine, theirs] = [nextOf({ acquisition: { name: 'mine', worth } }), nextOf({})]
  expect(Math.abs(mine.x - theirs.x)).toBeLessThan(1e-3)
  expect(Math.abs(mine.y - theirs.y)).toBeLessThan(1e-3)
})

test("HYE-39: the kernel rbf as one's own predicts what anthill's own predicts", () => {
  const predictedBy = (kernel: 'rbf' | { name: string; correlation: (r: number) => number }): number => {
    const sampler = bayesian({
      initial: 5,
      models: [{ kind: 'process', kernel, lengthscale: 0.3, signal: 1, noise: 1e-4 }],
    })
    const optimizer = new Optimizer(PLANE, { seed: 4, sampler })
    for (const [x, y] of [
      [0.1, 0.2],
      [0.5, 0.9],
      [0.8, 0.4],
      [0.3, 0.6],
      [0.9, 0.9],
    ] as const)
      optimizer.tell({ config: { x, y } }, x - y)
    return optimizer.predict({ x: 0.4, y: 0.4 })!.value
  }
  const mine = predictedBy({ name: 'mine', correlation: (r) => Math.exp((-r * r) / 2) })
  expect(mine).toBeCloseTo(predictedBy('rbf'), 10)
})

test('HYE-38: a prior mean is in units of the objective, and counts far from all trials', () => {
  for (const direction of ['minimize', 'maximize'] as const) {
    const mean = { name: 'hundred', of: (values: Float64Array) => (values.includes(3) ? 100 : 0) }
    const sampler = bayesian({
      initial: 4,
      models: [{ kind: 'process', mean, lengthscale: 0.01, signal: 1, noise: 0 }],
    })
    const optimizer = new Optimizer(PLANE, { [direction]: 'v', seed: 1, sampler })
    for (const [i, x] of [0, 0.1, 0.2, 0.3].entries()) optimizer.tell({ config: { x, y: 0 } }, i)
    expect(optimizer.predict({ x: 0.9, y: 0.9 })!.value).toBeCloseTo(100, 4)
  }
})
