import { describe, expect, test } from 'vitest'
import { randomStream } from '../../src/numerics/random.ts'
import { conditionText, failureRule, holdsFor } from '../../src/report/rule.ts'
import { bool, branch, choice, float, int, ordinal } from '../../src/space/parameter.ts'
import type { Space } from '../../src/space/parameter.ts'
import type { Config, TrialRecord } from '../../src/trial.ts'
import { factsOf } from '../support/study-facts.ts'
import { endedTrial } from '../support/trial-records.ts'

const space = {
  lr: float(1e-5, 1, { log: true }),
  batch: ordinal([16, 32, 64, 128, 256, 512]),
  depth: int(1, 10),
  aug: float(0, 1),
  kind: choice(['cnn', 'mlp', 'vit']),
  warm: bool(),
  seed_free: float(0, 1),
}

const SEEDS = Array.from({ length: 20 }, (_, seed) => seed)

const randomConfig = (next: () => number): Config => ({
  lr: 10 ** (-5 * next()),
  batch: 16 * 2 ** Math.floor(6 * next()),
  depth: 1 + Math.floor(10 * next()),
  aug: next(),
  kind: ['cnn', 'mlp', 'vit'][Math.floor(3 * next())]!,
  warm: next() < 0.5,
  seed_free: next(),
})

function columnsWhere(
  count: number,
  seed: number,
  fails: (config: Config, next: () => number) => boolean,
  of: Space = space,
  draw = randomConfig,
) {
  const random = randomStream('rule', seed)
  const next = (): number => random.next()
  const trials = Array.from({ length: count }, (_, n): TrialRecord => {
    const config = draw(next)
    return endedTrial(n, config, fails(config, next) ? null : next())
  })
  return factsOf(of, trials).columns
}

describe('a planted box is found', () => {
  test('of two conditions, one on a number and one on a level', () => {
    for (const seed of SEEDS.slice(0, 8)) {
      const columns = columnsWhere(150, seed, ({ batch, depth }) => (batch as number) >= 256 && (depth as number) >= 8)
      const rule = failureRule(columns, seed)!
      const words = rule.conditions.map((condition) => conditionText(columns, condition)).sort()
      // Where chance put no trial at depth 8 into the box, nothing tells 8 from 9.
      expect(words.join(' and '), `seed ${seed}`).toMatch(/^batch >= (256|512) and depth >= (8|9|10)$/)
      expect([rule.failed, rule.within]).toEqual([rule.allFailed, rule.allFailed])
      expect(rule.all).toBe(150)
    }
  })

  test('of one condition on a logarithmic scale, with an end in few digits', () => {
    for (const seed of SEEDS.slice(0, 8)) {
      const columns = columnsWhere(120, seed, ({ lr }) => (lr as number) > 0.1)
      const { conditions, failed, within, allFailed } = failureRule(columns, seed)!
      expect(conditions).toHaveLength(1)
      expect(columns.parameters[conditions[0]!.parameter]!.label).toBe('lr')
      expect([failed, within]).toEqual([allFailed, allFailed])
      expect(String(conditions[0]!.low).length, String(conditions[0]!.low)).toBeLessThanOrEqual(6)
      expect(conditions[0]!.high).toBe(Infinity)
    }
  })

  test('of one category, where nine of ten fail and one in fifty elsewhere does', () => {
    for (const seed of SEEDS.slice(0, 8)) {
      const columns = columnsWhere(150, seed, ({ kind }, next) => next() < (kind === 'vit' ? 0.9 : 0.02))
      expect(failureRule(columns, seed)!.conditions.map((each) => conditionText(columns, each))[0]).toBe('kind is vit')
    }
  })

  test('of an interval with two ends', () => {
    for (const seed of SEEDS.slice(0, 8)) {
      const columns = columnsWhere(150, seed, ({ aug }) => (aug as number) > 0.4 && (aug as number) < 0.6)
      const { conditions, failed, within, allFailed } = failureRule(columns, seed)!
      expect(columns.parameters[conditions[0]!.parameter]!.label).toBe('aug')
      expect(conditions[0]!.low).toBeGreaterThan(0.38)
      expect(conditions[0]!.high).toBeLessThan(0.62)
      expect(failed).toBe(allFailed)
      expect(within).toBe(allFailed)
    }
  })

  test('within a branch: a trial where the parameter is not active does not count as inside', () => {
    const branched = {
      opt: branch('kind', { sgd: { momentum: float(0, 1) }, adam: { beta: float(0, 1) } }),
    } satisfies Space
    const columns = columnsWhere(
      120,
      3,
      ({ opt }) => ((opt as Config)['momentum'] as number) > 0.5,
      branched,
      (next) => ({ opt: next() < 0.5 ? { kind: 'sgd', momentum: next() } : { kind: 'adam', beta: next() } }),
    )
    const rule = failureRule(columns, 3)!
    expect(rule.conditions.map(({ parameter }) => columns.parameters[parameter]!.label)).toEqual(['opt.momentum'])
    expect(rule.within).toBe(rule.allFailed)
  })
})

describe('chance failures have no rule', () => {
  test.each([
    ['a twentieth of 150 trials', 150, 0.05],
    ['a third of 60 trials', 60, 0.33],
    ['most of 80 trials', 80, 0.8],
  ])('%s, over 20 seeds', (_, count, share) => {
    const found = SEEDS.filter((seed) =>
      failureRule(
        columnsWhere(count, seed, (_c, next) => next() < share),
        seed,
      ),
    )
    expect(found).toEqual([])
  })

  test('three failures are too few, and so are three trials that gave a value', () => {
    const few = columnsWhere(40, 1, ({ aug }) => (aug as number) > 0.99)
    expect(few.state.filter((state) => state === 'failed').length).toBeLessThan(4)
    expect(failureRule(few, 1)).toBe(null)
    expect(
      failureRule(
        columnsWhere(40, 1, () => true),
        1,
      ),
    ).toBe(null)
    expect(
      failureRule(
        columnsWhere(0, 1, () => true),
        1,
      ),
    ).toBe(null)
  })
})

test('the same trials and seed give the same rule, whatever else is running', () => {
  const columns = columnsWhere(150, 5, ({ batch, depth }) => (batch as number) >= 256 && (depth as number) >= 8)
  expect(failureRule(columns, 5)).toEqual(failureRule(columns, 5))
})

test('the counts of a rule are those of its conditions, over more trials than the search looks at', () => {
  const columns = columnsWhere(
    3000,
    7,
    ({ lr, aug }, next) => (lr as number) > 0.1 && (aug as number) > 0.5 && next() < 0.9,
  )
  const rule = failureRule(columns, 7)!
  const inside = Array.from({ length: 3000 }, (_, i) => i).filter((i) => holdsFor(columns, rule.conditions, i))
  expect(rule.within).toBe(inside.length)
  expect(rule.failed).toBe(inside.filter((i) => columns.state[i] === 'failed').length)
  expect(rule.failed / rule.allFailed).toBeGreaterThan(0.9)
  expect(rule.failed / rule.within).toBeGreaterThan(0.8)
})

test('a condition is written as people write it', () => {
  const { columns } = factsOf(space, [])
  const named = (label: string, low: number, high: number): string =>
    conditionText(columns, { parameter: columns.parameters.findIndex((column) => column.label === label), low, high })
  expect(named('lr', 0.1, Infinity)).toBe('lr >= 0.1')
  expect(named('lr', -Infinity, 0.25)).toBe('lr <= 0.25')
  expect(named('aug', 0.25, 0.5)).toBe('0.25 <= aug <= 0.5')
  expect(named('batch', 4, Infinity)).toBe('batch >= 256')
  expect(named('kind', 1, 1)).toBe('kind is mlp')
  expect(named('warm', 1, 1)).toBe('warm is true')
})
