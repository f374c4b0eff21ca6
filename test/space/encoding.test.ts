import { expect, test } from 'vitest'
import { configText, readConfig } from '../../src/space/canonical.ts'
import { decode, decodeValue, dimension, encode, encodeValue } from '../../src/space/encoding.ts'
import { activeValues, flatten } from '../../src/space/flatten.ts'
import { branch, choice, float, int, ordinal } from '../../src/space/parameter.ts'
import { parseConfig, parseSpace } from '../../src/space/validate.ts'
import { randomSpace, uniformNumbers } from './random-space.ts'

const seeds = Array.from({ length: 150 }, (_, seed) => seed)

test('every config of random spaces survives encoding and decoding', () => {
  for (const seed of seeds) {
    const space = randomSpace(seed)
    const uniform = uniformNumbers(seed + 1000)
    for (let i = 0; i < 8; i += 1) {
      const config = decode(space, Float64Array.from({ length: dimension(space) }, uniform))
      const again = decode(space, encode(space, config))
      const values = activeValues(space, again)
      for (const [name, value] of activeValues(space, config)) {
        const leaf = flatten(space).find(
          (other) => other.name === name && other.when.every((c) => values.get(c.name) === c.value),
        )!
        const { parameter } = leaf
        if (parameter.type === 'float' && parameter.step === undefined && parameter.digits === undefined) {
          const scale = parameter.log ? Math.abs(value as number) : parameter.high - parameter.low
          expect(Math.abs((values.get(name) as number) - (value as number))).toBeLessThanOrEqual(1e-13 * scale)
        } else {
          expect(values.get(name)).toEqual(value)
        }
      }
    }
  }
})

test('every config of random spaces is valid, and the same after writing and reading', () => {
  for (const seed of seeds) {
    const space = randomSpace(seed)
    const uniform = uniformNumbers(seed + 2000)
    for (let i = 0; i < 8; i += 1) {
      const point = Float64Array.from(
        { length: dimension(space) },
        () => [0, 1, uniform(), uniform(), uniform()][Math.floor(uniform() * 5)]!,
      )
      const config = decode(space, point)
      expect(parseConfig(space, config)).toEqual(config)
      expect(readConfig(space, configText(space, config))).toEqual(config)
    }
  }
})

test('a float spans its range, a log float its orders of magnitude', () => {
  expect([0, 0.25, 1].map((u) => decodeValue(float(-2, 2), u))).toEqual([-2, -1, 2])
  expect(decodeValue(float(1e-4, 1, { log: true }), 0.5)).toBeCloseTo(1e-2, 12)
  expect(decodeValue(float(1e-5, 1e-1, { log: true }), 0)).toBe(1e-5)
  expect(decodeValue(float(1e-5, 1e-1, { log: true }), 1)).toBe(1e-1)
  expect(decodeValue(float(-1.7e308, 1.7e308), 0.5)).toBe(0)
  expect(encodeValue(float(-1.7e308, 1.7e308), 0)).toBe(0.5)
})

test('a step gives tidy numbers, with the end if it is on the grid', () => {
  const tenths = [0, 0.3, 0.31, 0.5, 0.999, 1].map((u) => decodeValue(float(0, 1, { step: 0.1 }), u))
  expect(tenths).toEqual([0, 0.3, 0.3, 0.5, 1, 1])
  expect(decodeValue(float(0, 1, { step: 0.3 }), 1)).toBe(0.9)
  expect(decodeValue(float(-0.3, 0.3, { step: 0.1 }), 0.5)).toBe(0)
  expect(decodeValue(int(1, 10, { step: 4 }), 1)).toBe(9)
})

test('digits are significant digits, and rounding never leaves the range', () => {
  expect(decodeValue(float(0, 1, { digits: 2 }), 1 / 3)).toBe(0.33)
  expect(decodeValue(float(1e-5, 1, { log: true, digits: 1 }), 0.31)).toBe(4e-4)
  expect(decodeValue(float(0.55, 0.94, { digits: 1 }), 0)).toBe(0.6)
  expect(decodeValue(float(0.61, 0.96, { digits: 1 }), 1)).toBe(0.9)
  expect(decodeValue(float(-0.96, -0.61, { digits: 1 }), 0)).toBe(-0.9)
  expect(decodeValue(float(-0.96, -0.61, { digits: 1 }), 1)).toBe(-0.7)
  expect(decodeValue(float(-1, 99.6, { digits: 2 }), 1)).toBe(99)
})

test('discrete values share their axis evenly', () => {
  const counts = new Map<unknown, number>()
  for (let i = 0; i < 1000; i += 1) {
    const value = decodeValue(int(1, 5), (i + 0.5) / 1000)
    counts.set(value, (counts.get(value) ?? 0) + 1)
  }
  expect([...counts]).toEqual([
    [1, 200],
    [2, 200],
    [3, 200],
    [4, 200],
    [5, 200],
  ])
  expect(encodeValue(ordinal([16, 32, 64]), 32)).toBe(0.5)
})

test('an int on a log scale reaches both ends', () => {
  const parameter = int(1, 1000, { log: true })
  expect([0, 1].map((u) => decodeValue(parameter, u))).toEqual([1, 1000])
  for (let n = 1; n <= 1000; n += 1) expect(decodeValue(parameter, encodeValue(parameter, n))).toBe(n)
})

test('weights are shares of the axis', () => {
  const parameter = choice(['a', 'b', 'c'], { weights: [1, 2, 1] })
  expect([0, 0.24, 0.26, 0.74, 0.76, 1].map((u) => decodeValue(parameter, u))).toEqual(['a', 'a', 'b', 'b', 'c', 'c'])
  expect(encodeValue(parameter, 'b')).toBe(0.5)
})

test('the coordinates of branches that were not chosen are ignored', () => {
  const space = parseSpace({ model: branch('kind', { svm: { C: float(0, 1) }, forest: { trees: int(1, 9) } }) })
  expect(decode(space, [0.9, 0.1, 1])).toEqual({ model: { kind: 'forest', trees: 9 } })
  expect(decode(space, [0.9, 0.8, 1])).toEqual({ model: { kind: 'forest', trees: 9 } })
  expect([...encode(space, { model: { kind: 'svm', C: 0.25 } })]).toEqual([0.25, 0.25, 0.5])
})

test('a point of the wrong size or with NaN is refused', () => {
  const space = parseSpace({ a: float(0, 1), b: float(0, 1) })
  expect(() => decode(space, [0.5])).toThrow('point: must have 2 coordinates, one for each parameter, got 1')
  expect(() => decode(space, [0.5, NaN])).toThrow('got NaN')
})

test('a space without parameters has one config and no coordinates', () => {
  const space = parseSpace({ a: 1, b: { c: [] } })
  expect(decode(space, [])).toEqual({ a: 1, b: { c: [] } })
})

test('a config does not change when its space is changed later', () => {
  const space = { a: float(0, 1), b: [1] }
  const config = decode(space, [0.5])
  space.b.push(2)
  expect(config).toEqual({ a: 0.5, b: [1] })
})

test('G4: both ends of a range decode to its bounds exactly, and encode to 0 and 1', () => {
  const uniform = uniformNumbers(4)
  for (let i = 0; i < 400; i += 1) {
    const low = 10 ** (8 * uniform() - 4)
    const high = low * 10 ** (6 * uniform())
    for (const parameter of [
      float(low, high, { log: true }),
      float(low, high),
      float(-high, -low),
      float(-high, low),
    ]) {
      expect([0, 1].map((u) => decodeValue(parameter, u))).toEqual([parameter.low, parameter.high])
      expect([parameter.low, parameter.high].map((x) => encodeValue(parameter, x))).toEqual([0, 1])
    }
  }
  const whole = [int(3, 17), int(3, 17, { log: true }), int(-5, 4, { step: 3 }), int(1, 1e12, { log: true })]
  for (const parameter of [...whole, float(0.1, 0.7, { step: 0.2 })])
    expect([0, 1].map((u) => decodeValue(parameter, u))).toEqual([parameter.low, parameter.high])
})
