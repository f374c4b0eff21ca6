/** Designs as samplers, and as the opening of the Bayesian sampler. */

import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { randomStream } from '../../src/numerics/random.ts'
import { haltonPoint } from '../../src/numerics/sequences.ts'
import { sobolPoint } from '../../src/numerics/sobol.ts'
import { Optimizer } from '../../src/optimizer.ts'
import { bayesian } from '../../src/sampler/bayesian.ts'
import { samplerNamed } from '../../src/sampler/choose.ts'
import type { DesignChoice } from '../../src/sampler/design-choice.ts'
import { designOf } from '../../src/sampler/designs.ts'
import type { Question, Sampler } from '../../src/sampler/sampler.ts'
import { halton, hammersley, kLatinHypercube, latinHypercube, random, sobol } from '../../src/sampler/sequence.ts'
import { configText } from '../../src/space/canonical.ts'
import { decode } from '../../src/space/encoding.ts'
import { bool, branch, choice, float, int, ordinal } from '../../src/space/parameter.ts'
import type { Space } from '../../src/space/parameter.ts'
import { parseConfig, parseSpace } from '../../src/space/validate.ts'
import type { Config } from '../../src/trial.ts'

const PLANE = parseSpace({ x: float(0, 1), y: float(0, 1) })
const MIXED = parseSpace({
  lr: float(1e-5, 1e-1, { log: true }),
  layers: int(1, 8, { default: 3 }),
  opt: choice(['adam', 'sgd'], { weights: [3, 1] }),
  width: ordinal([16, 32, 64]),
  model: branch('kind', { svm: { C: float(1e-3, 1e3, { log: true }), flag: bool() }, forest: { trees: int(10, 500) } }),
})
const SPACES: Readonly<Record<string, Space>> = {
  mixed: MIXED,
  few: parseSpace({ a: int(1, 3), b: choice(['x', 'y']) }),
}

const CHOICES: readonly DesignChoice[] = [
  'center',
  'sobol',
  { kind: 'sobol', scramble: false, skip: 1 },
  'random',
  'halton',
  { kind: 'halton', scramble: true },
  'hammersley',
  'lhs',
  { kind: 'lhs', type: 'centered', criterion: 'correlation', iterations: 50 },
  'k-lhs',
  'grid',
  { kind: 'grid', border: 'exclude', full: false },
  { kind: 'given', configs: [{ x: 0.1, k: 4, c: 'b', model: { kind: 'b', z: 0.25 } }], then: 'lhs' },
]

function question(space: Space, number: number, tried: ReadonlySet<string> = new Set(), draw = 0): Question {
  return {
    space,
    number,
    seed: 3,
    draw,
    trials: [],
    pending: [],
    objectives: { value: 'minimize' },
    isTried: (config) => tried.has(configText(space, config)),
  }
}

/** The first configs of a study of this sampler, one after the other. */
function firstOf(sampler: Sampler, space: Space, count: number): Config[] {
  const tried = new Set<string>()
  return Array.from({ length: count }, (_, number) => {
    const { config } = sampler.suggest(question(space, number, tried))!
    tried.add(configText(space, config))
    return config
  })
}

const strata = (values: readonly unknown[], n: number): number[] =>
  values.map((value) => Math.floor((value as number) * n)).sort((a, b) => a - b)

const upTo = (n: number): number[] => Array.from({ length: n }, (_, k) => k)

test('studies of sobol and random from before there were designs replay, to the last digit', () => {
  const file = new URL('./fixtures/sequence-answers.json', import.meta.url)
  const cases = JSON.parse(readFileSync(file, 'utf8')) as {
    name: string
    space: string
    seed: number
    answers: string[]
  }[]
  expect(cases.length).toBe(12)
  for (const { name, space, seed, answers } of cases) {
    const parsed = SPACES[space]!
    const tried = new Set<string>()
    const asked: string[] = []
    for (const number of [...upTo(24), 0]) {
      for (const draw of number % 4 === 0 ? [0, 1] : [0]) {
        const suggestion = samplerNamed(name).suggest({ ...question(parsed, number, tried, draw), seed })
        if (suggestion === undefined) continue
        asked.push(configText(parsed, suggestion.config))
        tried.add(asked.at(-1)!)
      }
    }
    expect(asked).toEqual(answers)
  }
})

describe('samplers by name', () => {
  test.each(['sobol', 'random', 'halton', 'hammersley', 'lhs', 'k-lhs'])('%s keeps its name', (name) => {
    expect(samplerNamed(name)).toMatchObject({ name, readsRecord: false })
    expect(samplerNamed(name)).not.toHaveProperty('options')
  })

  test('options are those of the function, and are kept to make the sampler again', () => {
    for (const sampler of [
      sobol({ skip: 5 }),
      halton({ minSkip: 2, maxSkip: 90, primes: [3, 2] }),
      hammersley({ size: 12, scramble: true }),
      latinHypercube({ size: 9, type: 'centered', criterion: 'ratio', iterations: 20 }),
      kLatinHypercube({ size: 12 }),
    ]) {
      const again = samplerNamed(sampler.name, JSON.parse(JSON.stringify(sampler.options)))
      expect(firstOf(again, MIXED, 20)).toEqual(firstOf(sampler, MIXED, 20))
    }
  })

  test('options that make no sense are refused', () => {
    expect(() => latinHypercube({ size: 0 })).toThrow("option 'size': must be a whole number from 1 to 10000, got 0")
    expect(() => samplerNamed('lhs', { criterion: 'maxmin' })).toThrow("option 'criterion': must be 'maximin' or")
    expect(() => samplerNamed('halton', { sizes: 3 })).toThrow("option 'sizes': halton has none of this name")
    expect(() => random({ seed: 1 })).toThrow("option 'seed': random has none of this name")
  })
})

test('SKO-50: random draws are uniform, on the log scale of a parameter too', () => {
  const configs = firstOf(random(), MIXED, 400) as { lr: number; opt: string }[]
  const below = configs.filter(({ lr }) => lr < 1e-3).length
  expect(Math.abs(below - 200)).toBeLessThan(5 * Math.sqrt(100))
  const adam = configs.filter(({ opt }) => opt === 'adam').length
  expect(Math.abs(adam - 300)).toBeLessThan(5 * Math.sqrt(75))
})

test('SKO-51, SKO-C02: Sobol points are scrambled unless told otherwise, and some may be skipped', () => {
  const plain = firstOf(sobol({ scramble: false }), PLANE, 7)
  expect(plain.map(({ x, y }) => [x, y])).toEqual([
    [0, 0],
    [0.5, 0.5],
    [0.75, 0.25],
    [0.25, 0.75],
    [0.375, 0.375],
    [0.875, 0.875],
    [0.625, 0.125],
  ])
  expect(firstOf(sobol({ skip: 3 }), PLANE, 4)).toEqual(firstOf(sobol(), PLANE, 7).slice(3))
})

test('SKO-52: Halton points in order; a skip is exact, or drawn by the seed within its bounds', () => {
  const at = (k: number): Config => decode(PLANE, haltonPoint(k, 2))
  expect(firstOf(halton(), PLANE, 5)).toEqual([0, 1, 2, 3, 4].map(at))
  expect(firstOf(halton({ minSkip: 20 }), PLANE, 5)).toEqual([20, 21, 22, 23, 24].map(at))
  const sampler = halton({ minSkip: 5, maxSkip: 8 })
  const starts = upTo(60).map((seed) => {
    const { config } = sampler.suggest({ ...question(PLANE, 0), seed })!
    return [5, 6, 7, 8].findIndex((k) => configText(PLANE, at(k)) === configText(PLANE, config))
  })
  expect(new Set(starts)).toEqual(new Set([0, 1, 2, 3]))
  expect(() => halton({ minSkip: 5, maxSkip: 4 })).toThrow("option 'maxSkip': must be at least 'minSkip', got 4 and 5")
})

test('SKO-52: primes of your own are the bases of the first parameters; there cannot be more of them', () => {
  const points = firstOf(halton({ primes: [5] }), PLANE, 6) as { x: number; y: number }[]
  expect(points.map(({ x }) => x)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 0.04])
  expect(points[1]!.y).toBe(0.5)
  expect(() => firstOf(halton({ primes: [2, 3, 5] }), PLANE, 1)).toThrow("option 'primes': must have at most 2 numbers")
  expect(() => halton({ primes: [2, 2] })).toThrow("option 'primes': must be a list of different whole numbers")
})

test('SKO-53: the last parameter of a Hammersley set goes up in even steps, and Sobol follows', () => {
  const points = firstOf(hammersley({ size: 8 }), PLANE, 10) as { x: number; y: number }[]
  expect(points.slice(0, 8).map(({ y }) => y)).toEqual(upTo(8).map((i) => i / 8))
  expect(points.slice(0, 8).map(({ x }) => x)).toEqual(upTo(8).map((i) => haltonPoint(i, 1)[0]))
  expect(points.slice(8)).toEqual([8, 9].map((k) => decode(PLANE, sobolPoint(k, 2, 3))))
})

test.each(['maximin', 'correlation', 'ratio', 'none'] as const)(
  'SKO-54: a Latin hypercube by %s has one trial in each stratum of each parameter, then Sobol goes on',
  (criterion) => {
    const sampler = latinHypercube({ size: 15, criterion, iterations: 30 })
    const points = firstOf(sampler, PLANE, 17) as { x: number; y: number }[]
    for (const name of ['x', 'y'] as const)
      expect(
        strata(
          points.slice(0, 15).map((point) => point[name]),
          15,
        ),
      ).toEqual(upTo(15))
    expect(points.slice(15)).toEqual([15, 16].map((k) => decode(PLANE, sobolPoint(k, 2, 3))))
    expect(sampler.explain!(question(PLANE, 4))).toEqual({ by: 'design', name: 'lhs', index: 4, isStandIn: false })
    expect(sampler.explain!(question(PLANE, 15))).toEqual({ by: 'sobol', index: 15, isStandIn: false })
  },
)

test('a Latin hypercube gives each value of a discrete parameter its share of the trials', () => {
  const space = parseSpace({ k: int(1, 5), c: choice(['a', 'b'], { weights: [3, 1] }), x: float(0, 1) })
  const configs = firstOf(latinHypercube({ size: 20 }), space, 20)
  for (const k of [1, 2, 3, 4, 5]) expect(configs.filter((config) => config.k === k).length).toBe(4)
  expect(configs.filter(({ c }) => c === 'a').length).toBe(15)
})

test('without a size, a Latin hypercube has ten points for each parameter', () => {
  const points = firstOf(latinHypercube(), PLANE, 21) as { x: number }[]
  expect(
    strata(
      points.slice(0, 20).map(({ x }) => x),
      20,
    ),
  ).toEqual(upTo(20))
  expect(latinHypercube().explain!(question(PLANE, 20))).toMatchObject({ by: 'sobol' })
})

describe('HYP-08: k-LHS', () => {
  const space = parseSpace({ x: float(0, 1), n: int(1, 4), c: choice(['a', 'b', 'c']), flag: bool() })

  test('is a Latin hypercube of the numbers for each combination of the choices', () => {
    const configs = firstOf(kLatinHypercube({ size: 26 }), space, 24)
    for (const c of ['a', 'b', 'c']) {
      for (const flag of [true, false]) {
        const part = configs.filter((config) => config.c === c && config.flag === flag)
        expect(
          strata(
            part.map(({ x }) => x),
            4,
          ),
        ).toEqual([0, 1, 2, 3])
        expect(part.map(({ n }) => n as number).sort()).toEqual([1, 2, 3, 4])
      }
    }
    expect(new Set(configs.map(({ x }) => (4 * (x as number)) % 1)).size).toBe(24)
    const orders = upTo(6).map((first) => [0, 6, 12, 18].map((k) => configs[first + k]!.n).join())
    expect(new Set(orders).size).toBeGreaterThan(1)
    const early = configs.slice(0, 6).map(({ c, flag }) => `${c as string} ${flag as boolean}`)
    expect(new Set(early).size).toBe(6)
  })

  test('what the combinations leave over is random, and after that Sobol goes on', () => {
    const sampler = kLatinHypercube({ size: 26 })
    for (const number of [24, 25])
      expect(sampler.explain!(question(space, number))).toMatchObject({ by: 'design', name: 'k-lhs', index: number })
    expect(sampler.explain!(question(space, 26))).toMatchObject({ by: 'sobol' })
  })

  test('with more combinations than points, each point has a combination of its own', () => {
    const wide = parseSpace({ x: float(0, 1), ...Object.fromEntries(upTo(70).map((j) => [`b${j}`, bool()])) })
    for (const other of [wide, parseSpace({ x: float(0, 1), c: choice(upTo(50)) })]) {
      const configs = firstOf(kLatinHypercube({ size: 30 }), other, 30)
      expect(new Set(configs.map((config) => JSON.stringify({ ...config, x: 0 }))).size).toBe(30)
    }
  })
})

describe.each(CHOICES.map((design) => ({ design, words: JSON.stringify(design) })))(
  'opening with $words',
  ({ design }) => {
    const space = parseSpace({
      x: float(0, 1),
      k: int(1, 9),
      c: choice(['a', 'b', 'c']),
      model: branch('kind', { a: { y: float(0, 1) }, b: { z: float(0.1, 10, { log: true }) } }),
    })
    const value = ({ x, k, c }: any): number => (x - 0.3) ** 2 + (k - 4) ** 2 / 50 + (c === 'b' ? 0 : 0.2)

    /** A study in which `workers` trials are always pending, and every ninth fails. */
    function study(sampler: Sampler, workers: number, trials: number): { configs: Config[]; best: number } {
      const optimizer = new Optimizer(space, { sampler, seed: 5 })
      const configs: Config[] = []
      const pending: NonNullable<ReturnType<typeof optimizer.ask>>[] = []
      while (configs.length < trials) {
        while (pending.length < workers) pending.push(optimizer.ask()!)
        const asked = pending.shift()!
        configs.push(asked.config)
        if (configs.length % 9 === 0) optimizer.fail(asked)
        else optimizer.tell(asked, value(asked.config))
      }
      return { configs, best: optimizer.best()!.value! }
    }

    test.each([1, 6])('a study with %i pending runs, stays in the space, tries nothing twice', (workers) => {
      const { configs } = study(bayesian({ design, initial: 8 }), workers, 14)
      expect(new Set(configs.map((config) => configText(space, config))).size).toBe(14)
      for (const config of configs) expect(parseConfig(space, config)).toEqual(config)
      expect(study(bayesian({ design, initial: 8 }), workers, 14).configs).toEqual(configs)
    })

    test('the opening does not depend on the number of workers, and is that of its size', () => {
      const opening = (workers: number): Config[] => study(bayesian({ design, initial: 8 }), workers, 8).configs
      expect(opening(6)).toEqual(opening(1))
      const explain = bayesian({ design, initial: 8 }).explain!
      const name = typeof design === 'string' ? design : design.kind
      const because = { reason: 'opening', of: 8 }
      for (const number of upTo(8)) {
        const reasons = explain(question(space, number))
        const isSobol = design === 'sobol' || (design === 'center' && number > 0)
        if (isSobol) expect(reasons).toEqual({ by: 'sobol', index: number, isStandIn: false, because })
        else expect(reasons).toEqual({ by: 'design', name, index: number, isStandIn: false, because })
      }
    })
  },
)

describe('an opening in the middle of the space', () => {
  const { pointOf } = designOf('center')
  const space = parseSpace({
    x: float(-2, 6),
    lr: float(1e-6, 1, { log: true }),
    k: int(1, 9),
    width: ordinal([16, 32, 64]),
    c: choice(['a', 'b', 'c'], { weights: [1, 1, 8] }),
    flag: bool(),
    model: branch('kind', { a: { y: float(0, 1) }, b: { z: float(0.1, 10, { log: true }) } }),
  })
  const first = (seed: number): any => decode(space, pointOf(0, { space, seed }) as Float64Array)

  test('has the middle of every number, on its scale, also within a branch', () => {
    for (const seed of upTo(20)) {
      const { x, lr, k, width, model } = first(seed)
      expect({ x, k, width }).toEqual({ x: 2, k: 5, width: 32 })
      expect(lr).toBeCloseTo(1e-3, 12)
      expect(model.kind === 'a' ? model.y - 0.5 : model.z - 1).toBeCloseTo(0, 12)
    }
  })

  test('draws choices by their weights: they have no middle', () => {
    const count = (holds: (config: any) => boolean): number => upTo(200).filter((seed) => holds(first(seed))).length
    expect(Math.abs(count(({ c }) => c === 'c') - 160)).toBeLessThan(20)
    expect(Math.abs(count(({ flag }) => flag) - 100)).toBeLessThan(25)
    expect(Math.abs(count(({ model }) => model.kind === 'a') - 100)).toBeLessThan(25)
  })

  test('goes on with the Sobol points of the seed, from the second on', () => {
    for (const k of [1, 2, 50]) expect(pointOf(k, { space, seed: 3 })).toEqual(sobolPoint(k, 9, 3))
    const choices = parseSpace({ a: choice(['x', 'y', 'z']), b: bool() })
    expect(pointOf(0, { space: choices, seed: 3 })).toEqual(sobolPoint(0, 2, 3))
  })

  test('comes after given configs; where some parameters have defaults, the others are in the middle', () => {
    const declared = parseSpace({ x: float(0, 1, { default: 0.25 }), y: float(0, 1) })
    expect(bayesian().suggest(question(declared, 0))!.config).toEqual({ x: 0.25, y: 0.5 })
    const given = bayesian({ design: { kind: 'given', configs: [{ x: 0.1, y: 0.9 }], then: 'center' } })
    expect(upTo(2).map((k) => given.suggest(question(PLANE, k))!.config)).toEqual([
      { x: 0.1, y: 0.9 },
      { x: 0.5, y: 0.5 },
    ])
  })

  test('that was tried has a random point in its place', () => {
    const tried = new Set([configText(PLANE, { x: 0.5, y: 0.5 })])
    const { config } = bayesian().suggest(question(PLANE, 0, tried))!
    expect(config).not.toEqual({ x: 0.5, y: 0.5 })
    expect(bayesian().explain!(question(PLANE, 0, tried))).toMatchObject({
      by: 'design',
      name: 'center',
      isStandIn: true,
    })
  })
})

test('the opening of a Bayesian study is a Latin hypercube of just its size', () => {
  const points = upTo(12).map((number) => {
    const { config } = bayesian({ design: 'lhs', initial: 12 }).suggest(question(PLANE, number))!
    return config as { x: number; y: number }
  })
  for (const name of ['x', 'y'] as const)
    expect(
      strata(
        points.map((point) => point[name]),
        12,
      ),
    ).toEqual(upTo(12))
  const late = bayesian({ design: 'lhs', initial: 12 })
  expect(late.explain!(question(PLANE, 12))).toMatchObject({ by: 'sobol', because: { reason: 'few-values' } })
})

test('defaults come first, with the other parameters from the design', () => {
  const space = parseSpace({ x: float(0, 1, { default: 0.25 }), y: float(0, 1) })
  for (const sampler of [latinHypercube({ size: 5, type: 'centered' }), bayesian({ design: 'grid', initial: 9 })]) {
    const { config } = sampler.suggest(question(space, 0))!
    expect(config.x).toBe(0.25)
    expect((config.y as number) * 10).toBeCloseTo(Math.round((config.y as number) * 10), 9)
    expect(sampler.explain!(question(space, 0))).toEqual({ by: 'defaults' })
  }
})

test('a point whose config was tried has a random one in its place, and the explanation says so', () => {
  const sampler = latinHypercube({ size: 6 })
  const [first] = firstOf(sampler, PLANE, 1)
  const tried = new Set([configText(PLANE, first!)])
  const instead = sampler.suggest(question(PLANE, 0, tried))!.config
  expect(instead).not.toEqual(first)
  expect(sampler.suggest(question(PLANE, 0, tried))!.config).toEqual(instead)
  expect(sampler.suggest(question(PLANE, 0, tried, 1))!.config).not.toEqual(instead)
  expect(sampler.explain!(question(PLANE, 0, tried))).toMatchObject({ by: 'design', isStandIn: true })
})

test('designs leave fewer gaps than random search: the farthest place is nearer to a trial', () => {
  const gap = (sampler: Sampler, seed: number): number => {
    const points = upTo(20).map((number) => sampler.suggest({ ...question(PLANE, number), seed })!.config as any)
    const stream = randomStream('probes', seed)
    const probes = upTo(200).map(() => [stream.next(), stream.next()] as const)
    return Math.max(...probes.map(([x, y]) => Math.min(...points.map((p) => Math.hypot(p.x - x, p.y - y)))))
  }
  const mean = (sampler: Sampler): number => upTo(30).reduce((sum, seed) => sum + gap(sampler, seed), 0) / 30
  const randomGap = mean(random())
  for (const sampler of [sobol(), halton({ scramble: true }), hammersley({ size: 20 }), latinHypercube({ size: 20 })])
    expect(mean(sampler)).toBeLessThan(0.9 * randomGap)
})
