import { expect, test } from 'vitest'
import { randomStream } from '../../src/numerics/random.ts'
import { MODELS, modelOf } from '../../src/sampler/model-options.ts'
import type { ModelName } from '../../src/sampler/model-options.ts'
import { fitConstant } from '../../src/surrogate/constant.ts'
import { condition, fitHyperparameters } from '../../src/surrogate/gaussian-process.ts'
import { fitBoostedTrees } from '../../src/surrogate/gradient-boosting.ts'
import { priorOf } from '../../src/surrogate/hyperparameters.ts'
import { boostedModel, constantModel, forestModel, processModel } from '../../src/surrogate/model.ts'
import type { Model } from '../../src/surrogate/model.ts'
import { FORESTS, fitForest } from '../../src/surrogate/random-forest.ts'
import { warped } from '../../src/surrogate/warp.ts'

const NAMES = Object.keys(MODELS) as ModelName[]

const random = randomStream('model options')
/** Points of two numbers and a choice of three. */
const pointsOf = (n: number): Float64Array =>
  Float64Array.from({ length: 3 * n }, (_, i) => (i % 3 < 2 ? random.next() : random.integer(3)))

const points = pointsOf(30)
const y = Float64Array.from({ length: 30 }, (_, i) => Math.sin(5 * points[3 * i]!) + points[3 * i + 2]!)
const unseen = pointsOf(30)

/** The model that a choice makes of the sample. */
function made(value: unknown): Model {
  const spec = modelOf(value)
  switch (spec.kind) {
    case 'process': {
      const { values } = warped(y, spec.warps[0]!)
      const observations = { points, values, categories: [false, false, true] }
      const prior = priorOf(3, 4, spec.prior)
      const { theta } = fitHyperparameters(observations, prior, [prior.mean], 20)
      return processModel(condition(observations, theta, undefined, undefined, prior.form))
    }
    case 'boosted':
      return boostedModel(fitBoostedTrees(points, y, 30, 3, [0, 0, 3], spec.boosting, randomStream('fit')), 30)
    case 'constant':
      return constantModel(fitConstant(y, 3), 30)
    case 'forest':
    case 'extra-trees':
    case 'bagging':
    case 'subspace': {
      const forest = fitForest(points, y, 30, 3, [0, 0, 3], spec.trees, randomStream('fit'))
      return forestModel(forest, 30, spec.part, spec.floor)
    }
  }
}

test.each(NAMES)('%s alone is a model: every default keeps its own rule, and has one line of help', (name) => {
  for (const [option, { rule, initial, help }] of Object.entries(MODELS[name].options)) {
    if (initial !== null) expect(rule.holds(initial), `${option}: ${rule.must}`).toBe(true)
    expect(help.length).toBeGreaterThan(10)
    expect(help).not.toContain('\n')
  }
  expect(modelOf({ kind: name })).toEqual(modelOf(name))
  const { means, variances } = made(name).predict(unseen, 30)
  expect([...means, ...variances].every(Number.isFinite)).toBe(true)
  expect(Math.min(...variances)).toBeGreaterThan(0)
})

/** For each option of a model one value that is not its default, and that the fit below must notice. */
const OTHER: Readonly<Record<string, unknown>> = {
  kernel: 'matern12',
  mean: 2.5,
  lengthscale: [0.11, 0.7, 1],
  signal: 3,
  noise: 0.2,
  warp: 'yeo-johnson',
  trend: true,
  additive: true,
  trees: 7,
  features: 0.3,
  subspace: 0.4,
  share: 0.5,
  rows: 12,
  minLeaf: 4,
  minSplit: 9,
  maxDepth: 2,
  cuts: 'middle',
  part: 'epistemic',
  floor: 0.9,
  rate: 0.5,
}

const CASES = NAMES.flatMap((name) => Object.keys(MODELS[name].options).map((option) => [name, option] as const))

test.each(CASES)('%s: the option %s changes what is predicted', (name, option) => {
  const { initial } = MODELS[name].options[option]!
  const other: unknown =
    option === 'bootstrap'
      ? !(initial as boolean)
      : option === 'splits'
        ? initial === 'best'
          ? 'random'
          : 'best'
        : OTHER[option]
  expect(MODELS[name].options[option]!.rule.holds(other)).toBe(true)
  const options = { kind: name, ...settingFor(option) }
  const at = (value: object): unknown => made(value).predict(unseen, 30)
  expect(at({ ...options, [option]: other })).not.toEqual(at(options))
})

/** Options without which another one has nothing to do. */
function settingFor(option: string): object {
  return option === 'part' ? { minLeaf: 3 } : {} // only larger leaves have a variance
}

test('SKO-02, SKO-123: the words are those of the kinds of forest, and options go through', () => {
  expect(NAMES).toEqual(['process', 'forest', 'extra-trees', 'bagging', 'subspace', 'boosted', 'constant'])
  for (const name of Object.keys(FORESTS))
    expect(modelOf(name)).toMatchObject({ kind: name, trees: FORESTS[name as keyof typeof FORESTS] })
  // SKO-123 as DeepHyper has it.
  expect(modelOf({ kind: 'forest', trees: 100, features: 'sqrt', share: 0.8, minLeaf: 1 })).toMatchObject({
    trees: { trees: 100, features: 'sqrt', share: 0.8, minLeaf: 1, bootstrap: true },
  })
  // HYP-09.
  expect(modelOf({ kind: 'forest', trees: 10, features: 0.5, bootstrap: false, minSplit: 5 })).toMatchObject({
    trees: { trees: 10, features: 0.5, bootstrap: false, minSplit: 5 },
    part: 'all',
    floor: 0,
  })
  expect(modelOf({ kind: 'process', kernel: 'rbf', mean: 'best', noise: 0, warp: 'best' })).toMatchObject({
    prior: { form: { kernel: 'rbf', mean: 'best' }, fixed: { noise: 0 } },
    warps: [{ kind: 'identity' }, { kind: 'yeo-johnson' }, { kind: 'log', scale: 1 }, { kind: 'log', scale: 0.1 }],
  })
})

test.each<[unknown, string]>([
  ['forrest', 'got "forrest"; did you mean \'forest\'?'],
  [3, "option 'models': a model must be one of process, forest, extra-trees"],
  [{ trees: 3 }, "or an object with one of them as 'kind', got {"],
  [{ kind: 'toString' }, 'got "toString"'],
  [
    { kind: 'process', kernal: 'rbf' },
    "option 'kernal': model 'process' has none of this name; did you mean 'kernel'?",
  ],
  [{ kind: 'process', kernel: 'matern' }, "option 'kernel': must be 'matern12' or 'matern32'"],
  [
    { kind: 'process', mean: 'median' },
    "'mean': must be 'learned', 'mean', 'best', 'worst' or a number, got \"median\"",
  ],
  [{ kind: 'process', mean: NaN }, "option 'mean': must be"],
  [{ kind: 'process', lengthscale: [] }, "option 'lengthscale': must be a number above 0"],
  [{ kind: 'process', lengthscale: [1, 0] }, "option 'lengthscale': must be a number above 0"],
  [{ kind: 'process', signal: 0 }, "option 'signal': must be a number above 0, up to 1000000, got 0"],
  [{ kind: 'process', noise: -1 }, "option 'noise': must be a number from 0 to 1000000, got -1"],
  [{ kind: 'forest', trees: 0 }, "option 'trees': must be a whole number from 1 to 1000, got 0"],
  [{ kind: 'forest', features: 1.5 }, "option 'features': must be a number above 0, up to 1, or 'sqrt', got 1.5"],
  [{ kind: 'forest', maxDepth: null }, "option 'maxDepth': must be a whole number from 1 to 1000, got null"],
  [{ kind: 'boosted', rate: '0.1' }, 'option \'rate\': must be a number above 0, up to 1, got "0.1"'],
  [{ kind: 'constant', trees: 3 }, "option 'trees': model 'constant' has none of this name"],
])('%j is refused in plain words', (value, words) => {
  expect(() => modelOf(value)).toThrow(words)
})
