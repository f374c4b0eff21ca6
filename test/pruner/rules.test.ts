import { expect, test } from 'vitest'
import { randomStream } from '../../src/numerics/random.ts'
import { prunerNamed } from '../../src/pruner/choose.ts'
import { rungAt } from '../../src/pruner/halving.ts'
import { bracketOf, bracketShares } from '../../src/pruner/hyperband.ts'
import { percentileOf } from '../../src/pruner/percentile.ts'
import { bestUpTo, inOrderOfSteps, isAtEnd, lastStep } from '../../src/pruner/reached.ts'
import type { Curve } from '../../src/trial.ts'
import { asked, curveOf, other, verdictOf } from './curves.ts'

/** Four trials that were at 1, 2, 3 and 4 after the second of three steps. */
const four = [1, 2, 3, 4].map((end, k) => other(k, curveOf(9, end, end)))

test('a curve is read by its steps, in whatever order they were reported', () => {
  const curve = [
    [3, 1],
    [1, 5],
    [2, NaN],
    [3, 2],
  ] as const
  expect(lastStep(curve)).toBe(3)
  expect(lastStep([])).toBe(-Infinity)
  expect(bestUpTo(curve, 2, 'minimize')).toBe(5)
  expect(bestUpTo(curve, 3, 'minimize')).toBe(1)
  expect(bestUpTo(curve, 3, 'maximize')).toBe(-5)
  expect(bestUpTo([[1, NaN]], 1, 'maximize')).toBe(Infinity)
  expect(inOrderOfSteps(curve)).toEqual([
    [1, 5],
    [2, NaN],
    [3, 2],
  ])
  const sorted = curveOf(1, 2)
  expect(inOrderOfSteps(sorted)).toBe(sorted)
})

test('SKO-141 median: a trial stops if its best value is worse than the median of those that came as far', () => {
  const at = (value: number): string | undefined => verdictOf('median', {}, asked(curveOf(9, value), four))?.because
  expect(at(2.5)).toBeUndefined()
  expect(at(2.6)).toBe('its best value up to step 2 is 2.6, and the better half of 4 trials had 2.5 or better')
  expect(at(NaN)).toContain('is 9,')
})

test('median counts the best value so far, running and pruned trials, and no failed ones', () => {
  const states = ['running', 'pruned', 'interrupted', 'complete', 'failed'] as const
  const others = states.map((state, k) => other(k, curveOf(9, k + 1, k + 1), state))
  expect(verdictOf('median', {}, asked(curveOf(9, 2.5), others))).toBeUndefined()
  expect(verdictOf('median', {}, asked(curveOf(9, 2.6), others))).toBeDefined()
  expect(verdictOf('median', {}, asked(curveOf(2, 8), others))).toBeUndefined()
})

test('median waits for its warmup, for enough other trials, and spares a trial that is at its end', () => {
  const bad = curveOf(9, 8)
  expect(verdictOf('median', { warmup: 3 }, asked(bad, four))).toBeUndefined()
  expect(verdictOf('median', { warmup: 2 }, asked(bad, four))).toBeDefined()
  expect(verdictOf('median', { least: 5 }, asked(bad, four))).toBeUndefined()
  expect(isAtEnd(curveOf(9, 9, 9), four)).toBe(true)
  expect(verdictOf('median', {}, asked(curveOf(9, 9, 9), four))).toBeUndefined()
  expect(verdictOf('median', {}, asked([], four))).toBeUndefined()
})

test('median says nothing while no other trial has a finite value', () => {
  const others = [0, 1, 2, 3].map((k) => other(k, curveOf(NaN, NaN, NaN), 'running'))
  expect(verdictOf('median', {}, asked(curveOf(NaN, NaN), others))).toBeUndefined()
  const half = others.map((one, k) => (k < 3 ? { ...one, curve: curveOf(1, 1, 1) } : one))
  expect(verdictOf('median', {}, asked(curveOf(NaN, NaN), half))?.because).toContain('is NaN')
})

test('percentiles are those of numpy.percentile with linear interpolation', () => {
  const sorted = Float64Array.of(1, 2, 4, 8)
  expect([0, 0.25, 0.5, 0.75, 1].map((share) => percentileOf(sorted, share))).toEqual([1, 1.75, 3, 5, 8])
})

test('percentile keeps a share of the trials', () => {
  const at = (keep: number, value: number): unknown =>
    verdictOf('percentile', { keep }, asked(curveOf(9, value), four))?.because
  expect(at(0.25, 1.7)).toBeUndefined()
  expect(at(0.25, 1.8)).toContain('the best 25 % of 4 trials had 1.75 or better')
  expect(at(1, 4)).toBeUndefined()
  expect(at(1, 4.1)).toBeDefined()
})

test('threshold stops a trial outside of its bounds, or with a value that is not finite', () => {
  const { stops } = prunerNamed('threshold', { atMost: 10, atLeast: 0, warmup: 2 })
  const at = (...values: number[]): string | undefined => stops(asked(curveOf(...values), []))?.because
  expect(at(99, 10, 0)).toBeUndefined()
  expect(at(5, 11)).toBe('its value at step 2 is 11, and must be at most 10')
  expect(at(5, 5, -1)).toBe('its value at step 3 is -1, and must be at least 0')
  expect(at(NaN, 5)).toBeUndefined()
  expect(at(5, NaN)).toBe('its value at step 2 is not finite')
})

test('patience stops a trial without an improvement for n steps', () => {
  const at = (options: object, ...values: number[]): string | undefined =>
    verdictOf('patience', options, asked(curveOf(...values), four))?.because
  expect(at({ steps: 3 }, 9, 8, 8, 8)).toBeUndefined()
  expect(at({ steps: 3 }, 9, 8, 8, 8, 8)).toContain('has not improved on 8 since step 2')
  expect(at({ steps: 3, by: 0.5 }, 9, 8, 7.8, 7.6, 7.5)).toContain('by more than 0.5 on 8 since step 2')
  expect(at({ steps: 3, by: 0.5 }, 9, 8, 7.8, 7.6, 7.4)).toBeUndefined()
  expect(at({ steps: 3, warmup: 9 }, 9, 8, 8, 8, 8)).toBeUndefined()
  expect(at({ steps: 2 }, NaN, NaN, NaN)).toContain('since step 1')
})

test('patience lets the best of all trials go on: pruned, it would not count', () => {
  const at = (best: number): unknown =>
    verdictOf('patience', { steps: 2 }, asked(curveOf(best, best, best, best), four))
  expect(at(0.9)).toBeUndefined()
  expect(at(1.1)).toBeDefined()
})

test('the rungs of successive halving are at min, min factor, min factor², …', () => {
  expect([0.5, 1, 2, 3, 8, 9, 26].map((step) => rungAt(step, 1, 3))).toEqual([undefined, 1, 1, 3, 3, 9, 9])
  expect(rungAt(-Infinity, 1, 3)).toBeUndefined()
  expect(rungAt(7, 2, 1.5)).toBe(6.75)
})

test('SKO-141 halving: the best third of those at a rung go on, and the first three always do', () => {
  const running = (...ends: number[]) => ends.map((end, k) => other(k, curveOf(end, end, end), 'running'))
  const at = (value: number, ...ends: number[]): string | undefined =>
    verdictOf('halving', {}, asked(curveOf(9, 9, value), running(...ends)))?.because
  expect(at(9, 1, 2)).toBeUndefined()
  expect(at(9, 1, 2, 3)).toContain('number 4 of the 4 trials there, and the best 1 go on')
  expect(at(0.9, 1, 2, 3)).toBeUndefined()
  expect(at(1.5, 1, 2, 3, 4, 5)).toBeUndefined()
  expect(at(2.5, 1, 2, 3, 4, 5)).toContain('number 3 of the 6')
  // An equal value is not better.
  expect(at(1, 1, 1, 1)).toBeUndefined()
})

test('halving compares at the rung: what others report beyond it does not matter, nor does who is not there', () => {
  const others = [
    other(0, curveOf(5, 5, 5, 1, 1), 'running'),
    other(1, curveOf(5, 5, 5), 'pruned'),
    other(2, curveOf(5, 5, 5), 'pruned'),
    other(3, curveOf(1, 1), 'running'),
  ]
  expect(verdictOf('halving', {}, asked(curveOf(9, 9, 4, 4), others))).toBeUndefined()
  expect(verdictOf('halving', {}, asked(curveOf(9, 9, 6, 4), others))).toBeDefined()
  expect(verdictOf('halving', { min: 4 }, asked(curveOf(9, 9, 6), others))).toBeUndefined()
})

test('hyperband has one bracket for each power, and gives each about the same work', () => {
  const shares = bracketShares({ min: 1, max: 81, factor: 3, least: 3 })
  const sizes = [81 / 5, 27 / 4, 9 / 3, 3 / 2, 1]
  const sum = sizes.reduce((a, b) => a + b, 0)
  expect([...shares]).toEqual(sizes.map((size) => expect.closeTo(size / sum, 12)))
  expect(bracketShares({ min: 1, max: 2, factor: 3, least: 3 })).toHaveLength(1)
  // By logarithms of doubles, 1000 is a little less than the third power of 10.
  expect(bracketShares({ min: 1, max: 1000, factor: 10, least: 3 })).toHaveLength(4)
  const counts = [0, 0, 0, 0, 0]
  for (let number = 0; number < 1000; number++) counts[bracketOf(number, shares)]!++
  for (const [k, count] of counts.entries()) expect(Math.abs(count - 1000 * shares[k]!)).toBeLessThan(3)
})

test('hyperband compares a trial with its bracket only', () => {
  const options = { min: 1, max: 9, factor: 3, least: 1 }
  const shares = bracketShares(options)
  const inBracket = (bracket: number): number[] =>
    Array.from({ length: 60 }, (_, number) => number).filter((number) => bracketOf(number, shares) === bracket)
  const [own, ...mates] = inBracket(1)
  const strangers = inBracket(0)
  const good = (number: number) => other(number, curveOf(1, 1, 1), 'running')
  const bad = curveOf(9, 9, 9)
  const ask = (others: number[], curve = bad) =>
    verdictOf('hyperband', options, asked(curve, others.map(good), { number: own! }))
  expect(ask(strangers)).toBeUndefined()
  expect(ask([...strangers, mates[0]!])?.because).toContain('(bracket 2 of 3)')
  // The first rung of this bracket is at step 3.
  expect(ask([mates[0]!], curveOf(9, 9))).toBeUndefined()
})

test('no pruner fails or predicts what is not a number, whatever is reported', () => {
  const random = randomStream('wild curves')
  const steps = [0, 1, 2, 3, 9, -1, 0.5, 1e-300, 1e300, -1e308, 1e308, 5e-324]
  const values = [NaN, 0, 1, -1, 1e308, -1e308, 1e-300, 0.5]
  const value = (share: number): number =>
    random.next() > share ? random.next() : values[random.integer(values.length)]!
  const wild = (count: number, share: number): Curve =>
    Array.from({ length: count }, (_, k) => [
      random.next() > share ? k : steps[random.integer(steps.length)]!,
      value(share),
    ])
  const pruners = (
    [
      ['median', { least: 1 }],
      ['threshold', { atMost: 1 }],
      ['patience', { steps: 1 }],
      ['halving', { min: 0.5, factor: 1.5, least: 1 }],
      ['hyperband', { max: 9, least: 1 }],
      ['curve', { model: { kind: 'families', least: 1, seen: 0 } }],
      ['curve', { model: { kind: 'families', least: 1, seen: 0, length: 10 } }],
      ['curve', { model: { kind: 'linear', least: 1, inputs: 1 } }],
    ] as const
  ).map(([name, options]) => prunerNamed(name, options))
  const stopped = new Set<string>()
  for (let k = 0; k < 400; k++) {
    const share = random.next()
    const others = Array.from({ length: random.integer(9) }, (_, i) => {
      const state = (['complete', 'running', 'failed', 'pruned', 'paused'] as const)[random.integer(5)]!
      return other(i, wild(random.integer(8), share), state, value(share) - 1)
    })
    const question = asked(wild(1 + random.integer(8), share), others, {
      direction: k % 2 === 0 ? 'minimize' : 'maximize',
    })
    for (const { name, stops } of pruners) {
      const verdict = stops(question)
      if (verdict === undefined) continue
      stopped.add(name)
      const { low, middle, high } = verdict.predicted ?? { low: 0, middle: 0, high: 0 }
      const isSound = low <= middle && middle <= high && Number.isFinite(high - low)
      expect(isSound, JSON.stringify([name, verdict, question])).toBe(true)
    }
  }
  expect(stopped.size).toBe(6)
})

test('none stops nothing', () => {
  expect(prunerNamed('none').stops(asked(curveOf(NaN, NaN), four))).toBeUndefined()
})
