import { expect, test } from 'vitest'
import { hashText, randomStream } from '../../src/numerics/random.ts'
import { Optimizer } from '../../src/optimizer.ts'
import { bayesian } from '../../src/sampler/bayesian.ts'
import { historyOf } from '../../src/sampler/observations.ts'
import { leastMeasured, repeatsOf } from '../../src/sampler/repeats.ts'
import { axesOf } from '../../src/space/axes.ts'
import { choice, float, int } from '../../src/space/parameter.ts'
import type { Space } from '../../src/space/parameter.ts'
import { parseSpace } from '../../src/space/validate.ts'
import type { Config } from '../../src/trial.ts'
import { endedTrial } from '../support/trial-records.ts'

const TWELVE = { a: int(1, 4), b: choice(['x', 'y', 'z']) }

/** Texts of the suggested configs, in order, until nothing is left or there are `most`. */
function asked(
  space: Space,
  options: object,
  most: number,
  objective: (config: Config) => number | undefined,
  seed = 1,
): { configs: string[]; optimizer: Optimizer } {
  const optimizer = new Optimizer(space, { seed, sampler: bayesian(options) })
  const configs: string[] = []
  for (let k = 0; k < most; k++) {
    const candidate = optimizer.ask()
    if (candidate === undefined) break
    configs.push(JSON.stringify(candidate.config))
    const value = objective(candidate.config as Config)
    if (value === undefined) optimizer.fail(candidate)
    else optimizer.tell(candidate, value)
  }
  return { configs, optimizer }
}

const countOf = (configs: readonly string[], config: string): number =>
  configs.filter((other) => other === config).length

function normal(seed: number): () => number {
  const random = randomStream('noise', seed)
  return () => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next())
}

test('every config of a small space is measured as often as it may be; one that failed is tried once', () => {
  const noise = normal(1)
  const { configs } = asked(TWELVE, { repeats: 3 }, 100, (config) =>
    config.b === 'z' && config.a === 2 ? undefined : Number(config.a) + noise(),
  )
  expect(configs.length).toBe(3 * 11 + 1)
  for (const config of new Set(configs))
    expect(countOf(configs, config)).toBe(config.includes('2') && config.includes('z') ? 1 : 3)
})

test('a config that fails when it is measured again has as many trials as any other', () => {
  const before = new Set<string>()
  const { configs } = asked(TWELVE, { repeats: 3 }, 100, (config) => {
    const text = JSON.stringify(config)
    if (config.b === 'y' && before.has(text)) return undefined
    before.add(text)
    return Number(config.a)
  })
  expect(configs.length).toBe(36)
  for (const config of configs) expect(countOf(configs, config)).toBe(3)
})

test('a space of one config is measured as often as it may be', () => {
  expect(asked({ k: int(3, 3), x: choice(['a']) }, { repeats: 4 }, 10, () => 1).configs.length).toBe(4)
})

test('a failed measurement counts, so a config that works only once is not tried endlessly', () => {
  const worked = new Set<string>()
  const { configs } = asked(TWELVE, { repeats: 2 }, 100, (config) => {
    const isFirst = !worked.has(JSON.stringify(config))
    worked.add(JSON.stringify(config))
    return isFirst ? Number(config.a) : undefined
  })
  for (const config of new Set(configs)) expect(countOf(configs, config)).toBe(2)
  expect(configs.length).toBe(24)
})

test('a config is left alone if other workers have its remaining measurements, even if no trial shows them yet', () => {
  const space = { x: choice(['a', 'b']) }
  const optimizer = new Optimizer(space)
  for (const x of ['a', 'b', 'a', 'b']) optimizer.tell({ config: { x } }, 1)
  const trials = optimizer.trials()
  const question = { space, objectives: optimizer.objectives, seed: 1, number: 4, draw: 1, trials, pending: [] }
  const suggest = (isTaken: (config: Config, times: number) => boolean) =>
    bayesian({ repeats: 3 }).suggest({
      ...question,
      isTried: (config, times = 1) => times < 3 || isTaken(config, times),
    })
  expect(suggest(({ x }) => x === 'a')).toMatchObject({ config: { x: 'b' }, again: true })
  expect(suggest(() => true)).toBeUndefined()
})

test('a repeated config is the same to the last digit, also for floats without steps', () => {
  const space = { x: float(-5, 5), l: float(1e-5, 1e-1, { log: true }) }
  const rounded = (config: string): string =>
    JSON.stringify(JSON.parse(config), (_, v: unknown) => (typeof v === 'number' ? v.toPrecision(12) : v))
  for (let seed = 0; seed < 3; seed++) {
    const noise = normal(seed)
    const { configs } = asked(
      space,
      { repeats: 5, effort: 'low' },
      50,
      ({ x, l }) => (Number(x) - 1) ** 2 / 10 + (Math.log10(Number(l)) + 3) ** 2 + noise(),
      seed,
    )
    expect(new Set(configs).size).toBeLessThan(configs.length - 4)
    expect(new Set(configs.map(rounded)).size).toBe(new Set(configs).size)
    for (const config of new Set(configs)) expect(countOf(configs, config)).toBeLessThanOrEqual(5)
  }
})

test('pending measurements count, and repetitions are a function of the record like all suggestions', () => {
  const ask = (): string[] => {
    const optimizer = new Optimizer(TWELVE, { seed: 4, sampler: bayesian({ repeats: 2 }) })
    const all: string[] = []
    for (let k = 0; ; k++) {
      const candidates = Array.from({ length: 5 }, () => optimizer.ask()).filter((c) => c !== undefined)
      if (candidates.length === 0) return all
      for (const candidate of candidates) {
        all.push(JSON.stringify(candidate.config))
        optimizer.tell(candidate, hashText(`${all.length}`, 7) / 2 ** 32)
      }
    }
  }
  const configs = ask()
  expect(configs.length).toBe(24)
  for (const config of configs) expect(countOf(configs, config)).toBe(2)
  expect(ask()).toEqual(configs)
})

test('in strong noise, repeats more than halve the regret of what is recommended', () => {
  const space = { a: int(0, 5), b: int(0, 5) }
  const truth = ({ a, b }: Config): number => 0.3 * ((Number(a) - 2) ** 2 + (Number(b) - 3) ** 2)
  const regret = (options: object): number => {
    let sum = 0
    for (let seed = 0; seed < 12; seed++) {
      const noise = normal(seed)
      const { optimizer } = asked(space, { effort: 'low', ...options }, 60, (config) => truth(config) + noise(), seed)
      sum += truth(optimizer.recommend()!.config as Config)
    }
    return sum
  }
  expect(regret({ repeats: 5 })).toBeLessThan(0.5 * regret({}))
})

test('the explanation says that a config is measured again, and how often it had been measured', () => {
  const noise = normal(2)
  const { optimizer } = asked(TWELVE, { repeats: 3 }, 20, (config) => Number(config.a) + noise())
  const sampler = bayesian({ repeats: 3 })
  const trials = optimizer.trials()
  const question = {
    space: optimizer.space,
    objectives: optimizer.objectives,
    seed: 1,
    number: 22,
    draw: 0,
    trials,
    pending: [],
    isTried: (_: Config, times = 1) => times === 1,
  }
  const suggestion = sampler.suggest(question)!
  expect(suggestion.again).toBe(true)
  const measurements = trials.filter(
    (trial) => JSON.stringify(trial.config) === JSON.stringify(suggestion.config),
  ).length
  expect(measurements).toBeGreaterThan(0)
  expect(sampler.explain!(question)).toMatchObject({ by: 'model', measurements })
  const few = trials.slice(0, 2)
  expect(sampler.explain!({ ...question, trials: few })).toEqual({ by: 'repeat', measurements: 1 })
  for (const seen of [trials, few]) {
    expect(sampler.suggest({ ...question, trials: [...seen].reverse() })).toEqual(
      sampler.suggest({ ...question, trials: seen }),
    )
  }
})

test('repetitions end once they have shown that there is no noise', () => {
  const { configs } = asked(
    { x: float(0, 1), y: float(0, 1) },
    { repeats: 5 },
    50,
    ({ x, y }) => (Number(x) - 0.3) ** 2 + (Number(y) - 0.6) ** 2,
  )
  expect(configs.length - new Set(configs).size).toBeGreaterThan(0)
  expect(configs.length - new Set(configs).size).toBeLessThan(5)
})

test('without a model the config that was measured least is next, and of several the best', () => {
  const measured = [1, 1, 1, 2, 3, 3, 4].map((a, i) => endedTrial(i, { a }, 10 - a))
  const history = historyOf(
    { trials: measured, pending: [], objectives: { value: 'minimize' } },
    axesOf(parseSpace({ a: int(1, 9) })),
  )
  const next = (most: number, tried: readonly unknown[] = []): unknown =>
    leastMeasured(repeatsOf(history, most, (config) => tried.includes(config.a)))?.first.trial.config
  expect(next(4)).toEqual({ a: 4 })
  expect(next(4, [4])).toEqual({ a: 2 })
  expect(next(4, [4, 2])).toEqual({ a: 3 })
  expect(next(3, [4, 2, 3])).toBeUndefined()
})
