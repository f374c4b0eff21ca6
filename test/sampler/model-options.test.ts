import { expect, test } from 'vitest'
import { Optimizer } from '../../src/optimizer.ts'
import { maximize } from '../../src/acquisition/maximize.ts'
import { randomStream } from '../../src/numerics/random.ts'
import { bayesian } from '../../src/sampler/bayesian.ts'
import { make } from '../../src/sampler/made.ts'
import type { ModelChoice, ModelName } from '../../src/sampler/model-choice.ts'
import { MODEL, MODELS } from '../../src/sampler/model-options.ts'
import { EFFORTS } from '../../src/sampler/past.ts'
import type { Past } from '../../src/sampler/past.ts'
import { plainRole, roleOf } from '../../src/sampler/roles.ts'
import { axesOf } from '../../src/space/axes.ts'
import { choice, float } from '../../src/space/parameter.ts'
import { parseSpace } from '../../src/space/validate.ts'
import type { Model } from '../../src/surrogate/model.ts'
import { FORESTS } from '../../src/surrogate/tree-options.ts'
import { endedTrial } from '../support/trial-records.ts'

const NAMES = Object.keys(MODELS) as ModelName[]

const AXES = axesOf(parseSpace({ x: float(0, 1), y: float(0, 1), c: choice(['a', 'b', 'c']) }))

const random = randomStream('model options')
/** Points of two numbers and a choice of three. */
const pointsOf = (n: number): Float64Array =>
  Float64Array.from({ length: 3 * n }, (_, i) => (i % 3 < 2 ? random.next() : random.integer(3)))

const points = pointsOf(30)
const y = Float64Array.from({ length: 30 }, (_, i) => Math.sin(5 * points[3 * i]!) + points[3 * i + 2]!)
const unseen = pointsOf(30)

const observed = Array.from(y, (value, k) => {
  const x = points.slice(3 * k, 3 * k + 3)
  return { trial: endedTrial(k, { x: x[0]!, y: x[1]!, c: 'abc'[x[2]!]! }, value), x, y: value }
})

/** The model that a choice makes of the sample. */
function made(value: unknown): Model {
  const history = { sign: 1, observed, failed: [], recentFailures: 0, pending: [] } as const
  const past: Past = {
    axes: AXES,
    history,
    objectives: [{ name: 'value', history }],
    limits: [],
    weights: randomStream('weights'),
    basis: {},
    random: randomStream('fit'),
    number: 40,
    effort: EFFORTS.full,
    safety: undefined,
    beliefs: { pending: 'ignore', failures: 'ignore' },
    plain: plainRole(true),
    acquisition: 'ei',
    maximizer: maximize,
    step: 10,
    chance: randomStream('chance'),
  }
  return make(roleOf(MODEL.parse(value, 'model')), observed, observed.length, undefined, past).model
}

test.each(NAMES)('%s alone is a model: every default keeps its own rule, and has one line of help', (name) => {
  for (const [option, { value, line, default: usual }] of Object.entries(MODELS[name].options)) {
    if (usual !== undefined) expect(value.parse(usual, option)).toBe(usual)
    expect(line.length).toBeGreaterThan(10)
    expect(line).not.toContain('\n')
  }
  expect(MODEL.parse({ kind: name }, 'model')).toEqual(name)
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
  const { default: usual, value } = MODELS[name].options[option]!
  const other: unknown =
    option === 'bootstrap'
      ? !(usual as boolean)
      : option === 'splits'
        ? usual === 'best'
          ? 'random'
          : 'best'
        : OTHER[option]
  expect(value.parse(other, option)).toEqual(other)
  const options = { kind: name, ...settingFor(option) }
  const at = (set: object): unknown => made(set).predict(unseen, 30)
  expect(at({ ...options, [option]: other })).not.toEqual(at(options))
})

/** Options without which another one has nothing to do. */
function settingFor(option: string): object {
  return option === 'part' ? { minLeaf: 3 } : {} // only larger leaves have a variance
}

test('SKO-02, SKO-123: the words are those of the kinds of forest, and options go through', () => {
  const role = (value: unknown) => roleOf(MODEL.parse(value, 'model'))
  for (const name of ['extra-trees', 'bagging', 'subspace'] as const)
    expect(role(name)).toMatchObject({ kind: name, trees: FORESTS[name] })
  // SKO-123 as DeepHyper has it.
  const trees = { trees: 100, features: 'sqrt', share: 0.8, minLeaf: 1 }
  expect(role({ kind: 'forest', ...trees })).toMatchObject({ trees })
  // HYP-09.
  const few = { trees: 10, features: 0.5, bootstrap: false, minSplit: 5 }
  expect(role({ kind: 'forest', ...few })).toMatchObject({ trees: few, part: 'all', floor: 0 })
  expect(role({ kind: 'process', kernel: 'rbf', mean: 'best', noise: 0, warp: 'best' })).toMatchObject({
    prior: { form: { kernel: 'rbf', mean: 'best' }, fixed: { noise: 0 } },
    warps: [{ kind: 'identity' }, { kind: 'yeo-johnson' }, { kind: 'log', scale: 1 }, { kind: 'log', scale: 0.1 }],
  })
})

test('a number as mean is in units of the objective, and models with other options learn apart', () => {
  const far = Float64Array.of(0.5, 0.5, 0)
  const fixed = { kind: 'process', mean: 2.5, lengthscale: 1e-3 } as const
  // With such a lengthscale nothing is near, so that the mean before any observation is all there is.
  const { means } = made(fixed).predict(far, 1)
  const average = y.reduce((sum, value) => sum + value / 30, 0)
  const deviation = Math.sqrt(y.reduce((sum, value) => sum + (value - average) ** 2 / 30, 0))
  expect(average + deviation * means[0]!).toBeCloseTo(2.5, 6)
  expect(roleOf(fixed).name).not.toBe(roleOf('process').name)
})

test.each<[unknown, string]>([
  ['forrest', 'got "forrest"; did you mean \'forest\'?'],
  [3, "option 'models[0]': must be 'plain' or"],
  [{ trees: 3 }, "option 'models[0]': must be 'plain' or"],
  [{ kind: 'toString' }, 'got "toString"'],
  [{ kind: 'process', kernal: 'rbf' }, "'process' of 'models[0]' has none of this name; did you mean 'kernel'?"],
  [{ kind: 'process', kernel: 'matern' }, "option 'models[0].kernel': must be 'matern12' or 'matern32'"],
  [{ kind: 'process', mean: 'median' }, "'learned', 'mean', 'best', 'worst' or a number, got \"median\""],
  [{ kind: 'process', mean: NaN }, "option 'models[0].mean': must be"],
  [{ kind: 'process', lengthscale: [] }, "option 'models[0].lengthscale': must be a number above 0"],
  [{ kind: 'process', lengthscale: [1, 0] }, "option 'models[0].lengthscale': must be a number above 0"],
  [{ kind: 'process', signal: 0 }, "signal': must be a number above 0, up to 1000000, got 0"],
  [{ kind: 'process', noise: -1 }, "noise': must be a number from 0 to 1000000, got -1"],
  [{ kind: 'forest', trees: 0 }, "trees': must be a whole number from 1 to 1000, got 0"],
  [{ kind: 'forest', features: 1.5 }, "features': must be a number above 0, up to 1, or 'sqrt', got 1.5"],
  [{ kind: 'forest', maxDepth: null }, "maxDepth': must be a whole number from 1 to 1000, got null"],
  [{ kind: 'boosted', rate: '0.1' }, 'rate\': must be a number above 0, up to 1, got "0.1"'],
  [{ kind: 'constant', trees: 3 }, "option 'models[0].trees': belongs to"],
])('%j is refused in plain words', (value, words) => {
  expect(() => bayesian({ models: [value as never] })).toThrow(words)
})

test.each<[ModelChoice, string]>([
  [{ kind: 'process', kernel: 'hamming' }, "kernel 'hamming': is for spaces of choices only, got a number; take 'rbf'"],
  [{ kind: 'process', lengthscale: [1, 1, 1] }, "'lengthscale': must be one number, or 2 for 2 parameters, got 3"],
])('a model that the space cannot have is refused before the first trial: %j', (model, message) => {
  const space = { x: float(0, 1), c: choice(['a', 'b']) }
  expect(() => new Optimizer(space, { sampler: bayesian({ models: ['plain', model] }) })).toThrow(message)
})
