import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import {
  erfc,
  erfcx,
  normalCdf,
  normalDensity,
  normalHazard,
  normalLogCdf,
  normalLogDensity,
  normalQuantile,
} from '../../src/numerics/special.ts'
import { randomStream } from '../../src/numerics/random.ts'

const functions: Record<string, (x: number) => number> = {
  erfc,
  erfcx,
  normalCdf,
  normalDensity,
  normalHazard,
  normalLogCdf,
  normalLogDensity,
  normalQuantile,
}

// The largest errors that the docstrings promise, in units in the last place.
const bounds: Record<string, number> = {
  erfc: 8,
  erfcx: 6,
  normalDensity: 5,
  normalLogDensity: 2,
  normalCdf: 7,
  normalHazard: 8,
  normalLogCdf: 6,
  normalQuantile: 8,
}

const fixture = JSON.parse(readFileSync(new URL('./fixtures/special.json', import.meta.url), 'utf8')) as {
  rows: Record<string, Record<string, [x: number, nearest: number, rest: number][]>>
}

for (const [name, regimes] of Object.entries(fixture.rows)) {
  for (const [regime, rows] of Object.entries(regimes)) {
    test(`${name} is within ${bounds[name]} ulp of mpmath on ${regime}`, () => {
      for (const [x, nearest, rest] of rows) {
        const error = (functions[name]!(x) - nearest - rest) / unitInLastPlace(nearest)
        expect(Math.abs(error), `at ${x}, where ${nearest} is exact`).toBeLessThanOrEqual(bounds[name]!)
      }
    })
  }
}

test('values at 0, at infinity and beyond overflow are exact', () => {
  expect([erfc(-Infinity), erfc(0), erfc(Infinity), erfc(1e308)]).toEqual([2, 1, 0, 0])
  expect([erfcx(-Infinity), erfcx(-27), erfcx(0), erfcx(Infinity)]).toEqual([Infinity, Infinity, 1, 0])
  expect([normalDensity(-Infinity), normalDensity(1e308)]).toEqual([0, 0])
  expect([normalLogDensity(-Infinity), normalLogDensity(1e200)]).toEqual([-Infinity, -Infinity])
  expect([normalCdf(-Infinity), normalCdf(-1e308), normalCdf(0), normalCdf(Infinity)]).toEqual([0, 0, 0.5, 1])
  expect([normalLogCdf(-Infinity), normalLogCdf(50)].map((x) => x + 0)).toEqual([-Infinity, 0])
  expect([normalQuantile(0), normalQuantile(0.5), normalQuantile(1)]).toEqual([-Infinity, 0, Infinity])
})

test('NaN gives NaN', () => {
  for (const f of Object.values(functions)) expect(f(NaN)).toBeNaN()
})

test('a probability outside [0, 1] is refused', () => {
  expect(() => normalQuantile(-1e-300)).toThrow(/\[0, 1\], got -1e-300/)
  expect(() => normalQuantile(1.0000000000000002)).toThrow(RangeError)
})

test('the quantile inverts the distribution, and both tails are mirror images', () => {
  const random = randomStream('special')
  for (let i = 0; i < 2000; i++) {
    const x = -37 * random.next()
    expect(Math.abs(normalQuantile(normalCdf(x)) - x)).toBeLessThan(1e-13)
    expect(erfc(x) + erfc(-x)).toBe(2)
    expect(normalCdf(x) + normalCdf(-x)).toBeCloseTo(1, 15)
  }
})

/** The distance from |x| to the next double above it. */
function unitInLastPlace(x: number): number {
  const bits = new BigInt64Array(Float64Array.of(Math.abs(x)).buffer)
  const next = new Float64Array(BigInt64Array.of(bits[0]! + 1n).buffer)
  return next[0]! - Math.abs(x)
}
