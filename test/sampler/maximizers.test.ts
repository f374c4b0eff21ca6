import { describe, expect, test } from 'vitest'
import { logExpectedImprovement } from '../../src/acquisition/acquisition.ts'
import { valued } from '../../src/acquisition/candidate.ts'
import { criterionOf } from '../../src/acquisition/criterion.ts'
import { maximize } from '../../src/acquisition/maximize.ts'
import { bayesian } from '../../src/sampler/bayesian.ts'
import { MAXIMIZER, MAXIMIZERS } from '../../src/sampler/maximizer-options.ts'
import type { MaximizerChoice, MaximizerName } from '../../src/sampler/maximizer-choice.ts'
import { maximizerOf } from '../../src/sampler/maximizers.ts'
import type { Option } from '../../src/space/option-values.ts'
import { randomPoint } from '../../src/acquisition/moves.ts'
import { randomStream } from '../../src/numerics/random.ts'
import { axesOf, settleInPlace, snapped } from '../../src/space/axes.ts'
import { choice, float, int } from '../../src/space/parameter.ts'
import { parseSpace } from '../../src/space/validate.ts'
import { forestModel } from '../../src/surrogate/model.ts'
import { fitForest } from '../../src/surrogate/random-forest.ts'
import { PROBLEMS, criterionOfProblem } from '../acquisition/problems.ts'
import type { Problem } from '../acquisition/problems.ts'

const EFFORT = { global: 600, local: 300, shortlist: 450, starts: 5, iterations: 30 }

const MAXIMIZER_NAMES = Object.keys(MAXIMIZERS) as MaximizerName[]

/** Medians over seeds, in all problems: `COMPARE_SEEDS=7`. Without it, one seed where there is one hill. */
const ASKED = Number(process.env.COMPARE_SEEDS ?? 0)
const SEEDS = Array.from({ length: Math.max(ASKED, 1) }, (_, seed) => seed)

/** Where it matters most that a point is one of the space. */
const EVERYWHERE = PROBLEMS.filter(({ name }) => ASKED > 0 || name === 'mixed' || name === 'conditional')

const problem = (name: string): Problem => PROBLEMS.find((one) => one.name === name)!

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!

/** How far below the top the best point is, as the median over seeds. */
function gapOf(name: MaximizerName, one: Problem): { readonly gap: number; readonly atRandom: number } {
  const criterion = criterionOfProblem(one)
  const gaps: number[] = []
  const others: number[] = []
  for (const seed of SEEDS) {
    const found = maximizerOf(name)(criterion, one.axes, [], randomStream('gap', seed), EFFORT)
    gaps.push(one.top - found[0]!.value)
    const random = randomStream('as many at random', seed)
    const drawn = Array.from({ length: found.length }, () => randomPoint(one.axes, random))
    others.push(one.top - Math.max(...valued(drawn, criterion).map(({ value }) => value)))
  }
  return { gap: median(gaps), atRandom: median(others) }
}

/** How near to the top each maximizer comes with its default budget, as the median over the seeds. */
const ACCURACY: readonly (readonly [problem: string, Readonly<Partial<Record<MaximizerName, number>>>])[] = [
  ['smooth', { climb: 1e-7, tweaks: 1e-3, local: 1e-11, evolve: 1e-6, breed: 1e-4, cma: 1e-9 }],
  ['narrow valley', { cma: 1e-9, tweaks: 2e-2 }],
  ['stepped', { tweaks: 0, local: 0, evolve: 0, breed: 0, cma: 0 }],
  ['mixed', { climb: 4e-2, tweaks: 2e-4, local: 1e-7, evolve: 4e-3, breed: 2e-4, cma: 1e-7 }],
  ['conditional', { tweaks: 1e-5, local: 1e-10, evolve: 5e-2, breed: 1e-6, cma: 1e-10 }],
  ['two hills', { tweaks: 1e-2, local: 1e-3, evolve: 1e-3, breed: 1e-3, cma: 1e-6 }],
]

describe.each(ASKED > 0 ? ACCURACY : ACCURACY.slice(0, 1))('the maximum of a criterion: %s', (name, limits) => {
  test.each(Object.entries(limits) as [MaximizerName, number][])('%s comes within %s of it', (maximizer, limit) => {
    const { gap, atRandom } = gapOf(maximizer, problem(name))
    expect(gap).toBeGreaterThanOrEqual(-1e-12)
    expect(gap).toBeLessThanOrEqual(limit)
    expect(gap).toBeLessThan(atRandom)
  })
})

describe.each(MAXIMIZER_NAMES)('maximizer %s', (name) => {
  test.each(EVERYWHERE.map((one) => [one.name, one] as const))('ranks points of the space: %s', (_, one) => {
    const criterion = criterionOfProblem(one)
    const found = maximizerOf(name)(criterion, one.axes, [], randomStream('valid'), EFFORT)
    expect(found.length).toBeGreaterThan(100)
    for (const [i, { x, value }] of found.entries()) {
      if (i > 0) expect(value).toBeLessThanOrEqual(found[i - 1]!.value)
      if (i % 37 !== 0) continue
      expect(value).toBe(one.valueOf(x))
      const settled = Float64Array.from(x)
      settleInPlace(settled, one.axes, randomStream('unused'))
      expect(settled).toEqual(x)
      for (const [k, axis] of one.axes.list.entries()) {
        if (Number.isNaN(x[k]!)) continue
        if (axis.kind === 'category') expect(Number.isInteger(x[k]) && x[k]! < axis.count).toBe(true)
        else expect(snapped(axis, x[k]!)).toBe(x[k])
      }
    }
  })

  test('gives the same answer to the same question, and another one to another stream', () => {
    const { axes } = problem('mixed')
    const criterion = criterionOfProblem(problem('mixed'))
    const centers = [randomPoint(axes, randomStream('center'))]
    const ask = (seed: number) => maximizerOf(name)(criterion, axes, centers, randomStream('again', seed), EFFORT)
    expect(ask(1)).toEqual(ask(1))
    expect(ask(1)).not.toEqual(ask(2))
  })

  test('looks at what was observed, or at least leaves it as it is', () => {
    const one = problem('conditional')
    const random = randomStream('centers')
    const centers = Array.from({ length: 5 }, () => randomPoint(one.axes, random))
    const kept = centers.map((x) => Float64Array.from(x))
    maximizerOf(name)(criterionOfProblem(one), one.axes, centers, random, EFFORT)
    expect(centers).toEqual(kept)
  })

  test.each([
    ['one number', parseSpace({ x: float(0, 1) })],
    ['one choice', parseSpace({ c: choice([...'abc']) })],
    ['one point', parseSpace({ x: float(2, 2), c: choice(['only']) })],
    ['four points', parseSpace({ k: int(1, 2), c: choice([...'ab']) })],
  ])('finds the best of a small space: %s', (_, space) => {
    const axes = axesOf(space)
    const valueOf = (x: Float64Array): number => -x.reduce((sum, v) => sum + (v - 1) ** 2, 0)
    const criterion = criterionOfProblem({ name: '', axes, valueOf, top: 0 })
    const [best] = maximizerOf(name)(criterion, axes, [], randomStream('small'), EFFORT)
    const top = axes.list.reduce((sum, { kind, count }) => {
      if (kind === 'continuous') return sum
      // The last level of a grid is the middle of its cell; the second category is the best one, if there is one.
      return sum - (kind === 'grid' ? (0.5 / count) ** 2 : count === 1 ? 1 : 0)
    }, 0)
    expect(best!.value).toBeGreaterThan(top - 1e-2)
  })

  test('works where values are steps and infinities', () => {
    const { axes } = problem('smooth')
    const valueOf = (x: Float64Array): number => (x[0]! < 0.5 ? -Infinity : Math.floor(3.9 * x[1]!))
    const criterion = criterionOfProblem({ name: '', axes, valueOf, top: 3 })
    expect(maximizerOf(name)(criterion, axes, [], randomStream('steps'), EFFORT)[0]!.value).toBe(3)
  })

  test('finds nothing better than a forest of one leaf allows, and does not fail', () => {
    const points = Float64Array.of(0.1, 0.4, 0.6, 0.9)
    const forest = fitForest(points, new Float64Array(4), 4, 1, [0], {}, randomStream('forest'))
    const axes = axesOf(parseSpace({ x: float(0, 1) }))
    const criterion = criterionOf(forestModel(forest, 4, 'all'), logExpectedImprovement(-1))
    const found = maximizerOf(name)(criterion, axes, [], randomStream('flat'), EFFORT)
    expect(found.every(({ value }) => value === found[0]!.value)).toBe(true)
  })
})

test('climb without options is the search of the default sampler', () => {
  const one = problem('smooth')
  const criterion = criterionOfProblem(one)
  const ask = (search: typeof maximize) => search(criterion, one.axes, [], randomStream('climb'), EFFORT)
  expect(ask(maximizerOf('climb'))).toEqual(ask(maximize))
  expect(ask(maximizerOf({ kind: 'climb' }))).toEqual(ask(maximize))
})

test('SKO-41, SKO-42: points, starts and iterations of climb replace those of the effort', () => {
  const one = problem('smooth')
  const few = maximizerOf({ kind: 'climb', points: 90, starts: 1, iterations: 0 })
  expect(few(criterionOfProblem(one), one.axes, [], randomStream('few'), EFFORT).length).toBeLessThanOrEqual(62)
})

test('SKO-40: sampling looks at 10000 points, drawn as often as the space says', () => {
  const axes = axesOf(parseSpace({ c: choice(['rare', 'usual'], { weights: [1, 9] }) }))
  const criterion = criterionOfProblem({ name: '', axes, valueOf: (x) => x[0]!, top: 1 })
  const found = maximizerOf('sampling')(criterion, axes, [], randomStream('prior'), EFFORT)
  expect(found.length).toBe(10_000)
  expect(Math.abs(found.filter(({ x }) => x[0] === 0).length / 10_000 - 0.1)).toBeLessThan(0.012)
})

test('SKO-43: the genetic algorithm has 100 members, a tolerance of 1e-3 and a period of 15 generations', () => {
  const { population, patience, tolerance } = MAXIMIZERS.breed.options
  expect([population.default, patience.default, tolerance.default]).toEqual([100, 15, 1e-3])
  const axes = axesOf(parseSpace({ x: float(0, 1) }))
  let looks = 0
  const flat = criterionOfProblem({ name: '', axes, valueOf: () => (looks++, 0), top: 0 })
  maximizerOf({ kind: 'breed', points: 100 })(flat, axes, [], randomStream('flat'), EFFORT)
  expect(looks).toBe(100 + 15 * 100)
})

test('MIP-50: the evolution strategy has 4 parents and 10 children', () => {
  const { parents, children } = MAXIMIZERS.evolve.options
  expect([parents.default, children.default]).toEqual([4, 10])
})

test('MIP-57: the evolution strategy ends with its budget, which a quarter of random points begins', () => {
  const axes = axesOf(parseSpace({ x: float(0, 1), y: float(0, 1) }))
  const batches: number[] = []
  const flat = criterionOfProblem({ name: '', axes, valueOf: () => 0, top: 0 })
  const counted = { ...flat, values: (points: Float64Array, m: number) => (batches.push(m), flat.values(points, m)) }
  const found = maximizerOf({ kind: 'evolve', evaluations: 1000 })(counted, axes, [], randomStream('flat'), EFFORT)
  expect(found.length).toBe(1000)
  expect(batches.reduce((sum, m) => sum + m, 0)).toBe(1000)
  expect(batches.slice(0, 3)).toEqual([250, 10, 10])
})

test('HYE-47, HYE-48: with a chance, the best point gets values of a random one', () => {
  const one = problem('smooth')
  const criterion = criterionOfProblem(one)
  const ask = (seed: number, options: object) =>
    maximizerOf({ kind: 'tweaks', points: 200, share: 0, ...options })(
      criterion,
      one.axes,
      [],
      randomStream('tweak', seed),
      EFFORT,
    )
  let changed = 0
  for (let seed = 0; seed < 300; seed++) {
    const plain = ask(seed, {})
    const tweaked = ask(seed, { chance: 1 })
    expect(tweaked.slice(1)).toEqual(plain)
    changed += tweaked[0]!.x.filter((v, k) => v !== plain[0]!.x[k]).length
    expect(ask(seed, { chance: 0 })).toEqual(plain)
  }
  // Two of four coordinates.
  expect(Math.abs(changed / 300 / 4 - 0.5)).toBeLessThan(4 * Math.sqrt(0.25 / 1200))
})

test('HYP-17, HYP-18: defaults of CMA-ES and of local search', () => {
  expect(MAXIMIZERS.cma.options.sigma.default).toBe(0.2)
  expect(MAXIMIZERS.local.options.starts.default).toBe(10)
})

test('HYP-18: a limit of evaluations is kept', () => {
  for (const kind of ['local', 'evolve', 'cma'] as const) {
    for (const evaluations of [1, 10, 137, 2000]) {
      const one = problem('mixed')
      const found = maximizerOf({ kind, evaluations } as MaximizerChoice)(
        criterionOfProblem(one),
        one.axes,
        [],
        randomStream('limit'),
        EFFORT,
      )
      expect(found.length).toBeLessThanOrEqual(evaluations)
      expect(found.length).toBeGreaterThan(0)
    }
  }
})

describe('what a study may ask for', () => {
  test.each(MAXIMIZER_NAMES)('%s: each option takes its default, and refuses what it cannot have', (kind) => {
    for (const [name, { value, line, ...rest }] of Object.entries<Option>(MAXIMIZERS[kind].options)) {
      expect(line).not.toBe('')
      if (rest.default !== undefined) expect(value.parse(rest.default, name)).toBe(rest.default)
      for (const wrong of [-1, 'many', NaN, Infinity, null])
        expect(() => MAXIMIZER.parse({ kind, [name]: wrong }, 'maximizer')).toThrow(`option 'maximizer.${name}'`)
    }
  })

  test('an unknown name is refused with the nearest one, and so are options that contradict each other', () => {
    const refused = (maximizer: unknown) => () => bayesian({ maximizer: maximizer as never })
    expect(refused('climbs')).toThrow(/must be 'climb' or 'sampling'.*did you mean 'climb'/)
    expect(refused({ kind: 'climb', pionts: 3 })).toThrow("option 'pionts': 'climb' of 'maximizer' has none")
    expect(refused({ kind: 'toString' })).toThrow(RangeError)
    expect(refused({ kind: 'evolve', parents: 20 })).toThrow(
      "option 'maximizer.children': must be at least 'parents', got 10 and 20",
    )
    expect(refused({ kind: 'cma', sigma: 0 })).toThrow("option 'maximizer.sigma': must be a number above 0, up to 1")
  })
})
