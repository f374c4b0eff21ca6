import { expect, test } from 'vitest'
import { randomPoint } from '../../src/acquisition/moves.ts'
import { randomStream } from '../../src/numerics/random.ts'
import { searchedAxes } from '../../src/space/allowed.ts'
import { configOf, pointOf, settleInPlace } from '../../src/space/axes.ts'
import { decode, dimension } from '../../src/space/encoding.ts'
import { bool, branch, choice, float, int, ordinal } from '../../src/space/parameter.ts'
import { parseSpace } from '../../src/space/validate.ts'
import { allowedCount, parseAllowed, parseWhere, pointTest, whereDifference } from '../../src/space/where.ts'

const MIXED = parseSpace({
  lr: float(1e-5, 1e-1, { log: true }),
  layers: int(1, 8),
  opt: choice(['adam', 'sgd', 'lion']),
  width: ordinal([16, 32, 64]),
  'batch-size': int(8, 1024, { log: true }),
  flag: bool(),
  model: branch('kind', { svm: { C: float(1e-3, 1e3, { log: true }) }, forest: { trees: int(10, 500) } }),
  filters: [3, int(1, 9), { n: float(0, 1) }],
  fixed: { eps: 1e-8, list: [1, 2] },
})

const MIXED_CONDITIONS = [
  'layers * width <= 200',
  "opt != 'sgd' or not flag",
  'model.C * lr < 0.01',
  "model.kind == 'svm' and model.C < 10 or model.kind == 'forest' and model.trees >= 100",
  'batch-size // width in [1, 2, 4]',
  'filters[1] > 10 * filters[2].n - fixed.eps',
  '1 / (layers - 3) < 1',
]

const config = (change: object = {}) => ({
  lr: 1e-3,
  layers: 4,
  opt: 'adam',
  width: 32,
  'batch-size': 64,
  flag: false,
  model: { kind: 'svm', C: 1 },
  filters: [3, 5, { n: 0.1 }],
  fixed: { eps: 1e-8, list: [1, 2] },
  ...change,
})

test('a condition that names a parameter which is not active holds', () => {
  const where = parseWhere(MIXED, 'model.C < 0.5')!
  expect(where.isAllowed(config())).toBe(false)
  expect(where.isAllowed(config({ model: { kind: 'forest', trees: 20 } }))).toBe(true)
  const lazy = parseWhere(MIXED, "model.kind == 'svm' and model.C < 0.5 or model.kind == 'forest'")!
  expect(lazy.isAllowed(config())).toBe(false)
})

test('a condition that cannot be computed is not met', () => {
  const where = parseWhere(MIXED, ['1 / (layers - 4) < 1'])!
  expect(where.isAllowed(config())).toBe(false)
  expect(() => parseAllowed(MIXED, where, config())).toThrow(
    "config: does not meet '1 / (layers - 4) < 1' (division by zero, layers = 4); change one of these values",
  )
})

test('what is wrong with a condition is said with its text and place', () => {
  expect(() => parseWhere(MIXED, 'layers * width')).toThrow(
    "where 'layers * width': must be true or false, got a number; compare it with something, as in a * b <= 10",
  )
  expect(() => parseWhere(MIXED, ['layer < 2'])).toThrow("unknown name 'layer' at column 1; did you mean 'layers'?")
  expect(() => parseWhere(MIXED, 'fixed.list < 2')).toThrow("unknown name 'fixed.list' at column 1")
  expect(() => parseWhere(MIXED, 5)).toThrow('where: must be a condition or a list of them')
  expect(() => parseWhere(MIXED, [5])).toThrow(TypeError)
  expect(() => parseWhere(MIXED, Array(101).fill('layers < 9'))).toThrow('at most 100 conditions, got 101')
  const lists = parseSpace({ x: choice([[1], [2]]) })
  expect(() => parseWhere(lists, 'x == 1')).toThrow("'x' is a list or an object at column 1")
  expect(parseWhere(MIXED, [])).toBeUndefined()
})

test('at a model point a condition is what it is in the config of the point', () => {
  const axes = searchedAxes({ space: MIXED, seed: 1 })
  const random = randomStream('where', 3)
  for (const text of MIXED_CONDITIONS) {
    const where = parseWhere(MIXED, text)!
    const holds = pointTest(where, axes)
    for (let i = 0; i < 300; i++) {
      const x = randomPoint(axes, random)
      expect(holds(x), text).toBe(where.isAllowed(configOf(axes, x)))
    }
  }
})

test('every point that is made on the axes of a search meets the conditions, by its config too', () => {
  const where = parseWhere(MIXED, MIXED_CONDITIONS)!
  const axes = searchedAxes({ space: MIXED, where, seed: 7 })
  const random = randomStream('points', 7)
  let last = randomPoint(axes, random)
  for (let i = 0; i < 2000; i++) {
    const x = randomPoint(axes, random)
    expect(where.isAllowed(configOf(axes, x))).toBe(true)
    const moved = pointOf(axes, decode(MIXED, Float64Array.from({ length: dimension(MIXED) }, random.next))).slice()
    settleInPlace(moved, axes, random, last)
    expect(where.isAllowed(configOf(axes, moved))).toBe(true)
    last = x
  }
})

test('random points fill what is allowed, not only its edge', () => {
  const space = parseSpace({ a: float(0, 1), b: float(0, 1) })
  const where = parseWhere(space, '0.4 <= a <= 0.5 and 0.4 <= b <= 0.5')!
  const axes = searchedAxes({ space, where, seed: 1 })
  const random = randomStream('fill', 1)
  const counts = [0, 0, 0, 0]
  for (let i = 0; i < 4000; i++) {
    const [a, b] = randomPoint(axes, random)
    const cell = (a! < 0.45 ? 0 : 1) + (b! < 0.45 ? 0 : 2)
    counts[cell] = counts[cell]! + 1
  }
  for (const count of counts) expect(count).toBeGreaterThan(600)
})

test('the same seed has the same allowed points', () => {
  const first = (seed: number) => {
    const where = parseWhere(MIXED, MIXED_CONDITIONS)!
    return randomPoint(searchedAxes({ space: MIXED, where, seed }), randomStream('x', 1))
  }
  expect(first(3)).toEqual(first(3))
  expect(first(3)).not.toEqual(first(4))
})

test('a space in which nothing is allowed is refused by name', () => {
  const refused = (text: string, space = MIXED): (() => unknown) => {
    return () => searchedAxes({ space, where: parseWhere(space, text), seed: 1 })
  }
  expect(refused('layers > 8')).toThrow(
    "where: no config was found that meets 'layers > 8'; relax a condition, or give the parameters defaults",
  )
  const small = parseSpace({ a: int(1, 300), b: int(1, 300) })
  expect(refused('a * b == 89989', small)).toThrow("none of the 90000 configs meets 'a * b == 89989'")
  expect(refused('a * b == 90000', small)).not.toThrow()
  const pinned = parseSpace({ a: float(0, 1, { default: 0.25 }), b: float(0, 1) })
  expect(refused('a == 0.25', pinned)).not.toThrow()
})

test('the allowed configs of a finite space are counted', () => {
  const space = parseSpace({ a: int(1, 4), b: int(1, 4) })
  expect(allowedCount(space, [])).toBe(16)
  expect(allowedCount(space, ['a < b'])).toBe(6)
  expect(allowedCount(MIXED, ['layers < 3'])).toBe(Infinity)
})

test('conditions differ by their tokens, not by their spaces or order', () => {
  expect(whereDifference(['a<b', 'b < 3'], ['b<3', ' a < b '])).toEqual([])
  expect(whereDifference(['a < b'], ['a < c'])).toEqual([
    "where 'a < b': the study has no such condition, this run wants it",
    "where 'a < c': the study has this condition, this run does not",
  ])
})
