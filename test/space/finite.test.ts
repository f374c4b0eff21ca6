import { expect, test } from 'vitest'
import { configText } from '../../src/space/canonical.ts'
import { decode, encode } from '../../src/space/encoding.ts'
import { configAt, configCount } from '../../src/space/finite.ts'
import { bool, branch, choice, float, group, int } from '../../src/space/parameter.ts'
import { parseConfig, parseSpace } from '../../src/space/validate.ts'
import { randomSpace } from './random-space.ts'

test('configs are counted over parameters, branches and groups', () => {
  expect(configCount(parseSpace({}))).toBe(1)
  expect(configCount(parseSpace({ a: 1, b: [2] }))).toBe(1)
  expect(configCount(parseSpace({ a: int(1, 6), b: bool(), c: 'x' }))).toBe(12)
  expect(configCount(parseSpace({ a: [float(0, 1, { step: 0.1 }), choice(['a', 'b', 'c'])] }))).toBe(33)
  expect(
    configCount(parseSpace({ m: branch('k', { a: { x: bool() }, b: { x: int(1, 3), y: int(1, 3) }, c: {} }) })),
  ).toBe(12)
  expect(configCount(parseSpace(group({ type: bool(), g: group({ type: bool() }) })))).toBe(4)
})

test('floats with digits are counted if there are finitely many', () => {
  expect(configCount(parseSpace({ x: float(1, 9.9, { digits: 1 }) }))).toBe(9)
  expect(configCount(parseSpace({ x: float(1e-3, 1, { digits: 1, log: true }) }))).toBe(28)
  expect(configCount(parseSpace({ x: float(-2, -0.5, { digits: 1 }) }))).toBe(7)
  expect(configCount(parseSpace({ x: float(0, 1, { digits: 1 }) }))).toBe(Infinity)
})

test('a space that cannot be counted has infinitely many configs', () => {
  expect(configCount(parseSpace({ x: float(0, 1) }))).toBe(Infinity)
  expect(configCount(parseSpace({ x: int(1, 2 ** 40), y: int(1, 2 ** 40) }))).toBe(Infinity)
  expect(() => configAt(parseSpace({ x: float(0, 1) }), 0)).toThrow('give every float a step')
})

test('the last parameter varies fastest', () => {
  const space = parseSpace({ a: bool(), m: branch('k', { p: { x: int(1, 2) }, q: {} }) })
  expect(Array.from({ length: configCount(space) }, (_, i) => configAt(space, i))).toEqual([
    { a: false, m: { k: 'p', x: 1 } },
    { a: false, m: { k: 'p', x: 2 } },
    { a: false, m: { k: 'q' } },
    { a: true, m: { k: 'p', x: 1 } },
    { a: true, m: { k: 'p', x: 2 } },
    { a: true, m: { k: 'q' } },
  ])
})

test('an index beyond the configs is refused', () => {
  const space = parseSpace({ a: bool() })
  expect(() => configAt(space, 2)).toThrow(`index: must be a whole number from 0 to 1, got 2`)
  expect(() => configAt(space, 0.5)).toThrow('got 0.5')
})

test('the configs of random finite spaces all differ, are valid, and survive encoding', () => {
  for (let seed = 0; seed < 120; seed += 1) {
    const space = randomSpace(seed, { finite: true })
    const count = configCount(space)
    if (count === Infinity) continue
    const texts = new Set<string>()
    const sample = Math.min(count, 100)
    for (let i = 0; i < sample; i += 1) {
      const config = configAt(space, count <= 100 ? i : Math.floor((i * count) / sample))
      expect(parseConfig(space, config)).toEqual(config)
      expect(decode(space, encode(space, config))).toEqual(config)
      texts.add(configText(space, config))
    }
    expect(texts.size).toBe(sample)
  }
})
