import { expect, test } from 'vitest'
import { columnsOf } from '../../src/report/columns.ts'
import { beyond, countScale, parameterScale, quantile, valueScale } from '../../src/report/range.ts'
import { shareOf } from '../../src/report/scale.ts'
import { branch, choice, float, int } from '../../src/space/parameter.ts'
import { parseSpace } from '../../src/space/validate.ts'
import { endedTrial } from '../support/trial-records.ts'

const steady = Array.from({ length: 40 }, (_, k) => 1 + k / 40)

test('values that lie far off on the bad side are beyond the scale and counted; on the good side they are not', () => {
  const low = valueScale('loss', [...steady, 1e9, 2e9, Infinity, -5], { better: 'low' })
  expect([low.kind, low.high < 3, low.low < -5]).toEqual(['linear', true, true])
  expect(beyond(low, [...steady, 1e9, 2e9, Infinity])).toEqual([
    { count: 3, why: expect.stringMatching(/^values above 2\./) },
  ])
  const high = valueScale('accuracy', [...steady, -1e9, 5], { better: 'high' })
  expect([high.low > 0, high.high > 5]).toEqual([true, true])
  expect(beyond(high, [...steady, -1e9])).toEqual([{ count: 1, why: expect.stringMatching(/^value below 0\.8/) }])
})

test('nothing is beyond where neither end is better, nor where most values are the same', () => {
  expect(beyond(valueScale('took', [...steady, 1e6]), [...steady, 1e6])).toEqual([])
  const same = [...new Array<number>(90).fill(2), 3]
  expect(beyond(valueScale('loss', same, { better: 'low' }), same)).toEqual([])
})

test('positive values that span decades are drawn by their logarithm', () => {
  const decades = steady.map((value) => 10 ** (5 * (value - 1)))
  expect(valueScale('loss', decades).kind).toBe('log')
  expect(valueScale('loss', [...decades, 0]).kind).toBe('linear')
  expect(valueScale('loss', decades, { isLog: false }).kind).toBe('linear')
  expect(valueScale('loss', steady).kind).toBe('linear')
})

test.each<[string, number[]]>([
  ['no value', []],
  ['nothing finite', [NaN, Infinity, -Infinity]],
  ['one value', [7]],
  ['zero alone', [0, 0]],
  ['equal values', [3, 3, 3]],
  ['equal tiny values', [1e-300, 1e-300]],
  ['the ends of all numbers', [-Number.MAX_VALUE, Number.MAX_VALUE]],
  ['neighbors', [1, 1 + Number.EPSILON]],
  ['twelve decades', [1e-6, 1e6, 1, 10, 100, 1e-3]],
])('%s gives a scale with two finite ends on which each finite value has a place', (_, values) => {
  for (const better of ['low', 'high', null] as const) {
    const scale = valueScale('loss', values, { better })
    expect(Number.isFinite(scale.low) && Number.isFinite(scale.high) && scale.low < scale.high).toBe(true)
    expect(values.filter((value) => Number.isFinite(value) && Number.isNaN(shareOf(scale, value)))).toEqual([])
  }
})

test('a parameter has the ends of its space; one of a branch has a rail', () => {
  const space = parseSpace({
    lr: float(1e-5, 1, { log: true }),
    n: int(1, 9),
    opt: branch('kind', { sgd: { momentum: float(0, 1) }, adam: {} }),
    size: choice(['s', 'm']),
    fixed: float(2, 2),
  })
  const trial = endedTrial(0, { lr: 0.1, n: 3, opt: { kind: 'adam' }, size: 'm', fixed: 2 }, 1)
  const scales = columnsOf(space, { objectives: { value: 'minimize' } }, [trial]).parameters.map(parameterScale)
  const [lr, n, kind, momentum, size, fixed] = scales as [(typeof scales)[0], ...typeof scales]
  expect(lr).toMatchObject({ kind: 'log', low: 1e-5, high: 1, rail: null })
  expect(n).toMatchObject({ kind: 'linear', low: 1, high: 9, isWhole: true })
  expect(kind).toMatchObject({ kind: 'category', words: ['sgd', 'adam'], low: -0.5, high: 1.5 })
  expect(momentum).toMatchObject({ rail: 'inactive', low: 0, high: 1 })
  expect(size).toMatchObject({ kind: 'category', words: ['s', 'm'] })
  expect(fixed!.low < 2 && fixed!.high > 2).toBe(true)
})

test('a count of one thing has two ends', () => {
  expect(countScale('trial', 0, 0)).toMatchObject({ low: 0, high: 1, isWhole: true })
})

test('a quantile is linear between values', () => {
  const sorted = Float64Array.of(0, 10, 20)
  expect([0, 0.25, 0.5, 1].map((p) => quantile(sorted, p))).toEqual([0, 5, 10, 20])
  expect(quantile(new Float64Array(0), 0.5)).toBeNaN()
  expect(quantile(Float64Array.of(-1.5e308, 1.5e308), 0.25)).toBe(-0.75e308)
})
