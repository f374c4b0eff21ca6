import { expect, test } from 'vitest'
import {
  axesOf,
  configOf,
  levelOfValue,
  pointAt,
  pointOf,
  settleInPlace,
  snapped,
  valueOfLevel,
} from '../../src/space/axes.ts'
import { randomStream } from '../../src/numerics/random.ts'
import { bool, branch, choice, float, int, ordinal } from '../../src/space/parameter.ts'
import { parseConfig, parseSpace } from '../../src/space/validate.ts'

const SPACE = parseSpace({
  lr: float(1e-5, 1, { log: true }),
  step: float(0, 1, { step: 0.25 }),
  k: int(1, 300, { log: true }),
  opt: choice(['a', null, 3], { weights: [1, 5, 2] }),
  flag: bool(),
  size: ordinal([1, 10, 100]),
  one: float(2, 2),
  model: branch('kind', {
    svm: { C: float(0, 1), kernel: branch('type', { rbf: { gamma: float(0, 1) }, linear: {} }) },
    tree: { depth: int(1, 9) },
  }),
})

test('the type of a parameter decides the kind of its axis', () => {
  expect(axesOf(SPACE).list.map((axis) => axis.kind)).toEqual([
    'continuous',
    'grid',
    'grid',
    'category',
    'category',
    'grid',
    'grid',
    'category',
    'continuous',
    'category',
    'continuous',
    'grid',
  ])
})

test('configs translate to points and back, and a point is NaN where a parameter is not active', () => {
  const axes = axesOf(SPACE)
  const random = randomStream('axes')
  for (let run = 0; run < 200; run++) {
    const x = pointAt(
      axes,
      axes.list.map(() => random.next()),
      random,
    )
    const config = configOf(axes, x)
    expect(parseConfig(SPACE, config)).toEqual(config)
    const again = pointOf(axes, config)
    for (const [k, value] of x.entries()) {
      if (Number.isNaN(value)) expect(again[k]).toBeNaN()
      else expect(again[k]).toBeCloseTo(value, 12)
    }
    const isTree = (config.model as { kind: string }).kind === 'tree'
    expect([...x.subarray(8, 10)].every(Number.isNaN)).toBe(isTree)
    expect(Number.isNaN(x[11]!)).toBe(!isTree)
    expect(Number.isNaN(x[10]!)).toBe(isTree || x[9] === 1)
  }
})

test('levels are the values of a discrete axis, in order', () => {
  for (const axis of axesOf(SPACE).list.filter((a) => a.kind !== 'continuous')) {
    for (let level = 0; level < axis.count; level++) {
      expect(levelOfValue(axis, valueOfLevel(axis, level))).toBe(level)
      if (axis.kind === 'grid') expect(snapped(axis, valueOfLevel(axis, level))).toBe(valueOfLevel(axis, level))
    }
  }
})

test('a changed selector removes the values of one branch and draws those of the other', () => {
  const axes = axesOf(SPACE)
  const random = randomStream('settle')
  const x = pointOf(
    axes,
    parseConfig(SPACE, {
      lr: 0.1,
      step: 0.5,
      k: 7,
      opt: null,
      flag: true,
      size: 10,
      one: 2,
      model: { kind: 'tree', depth: 3 },
    }),
  )
  x[7] = 0
  settleInPlace(x, axes, random)
  expect(x[11]).toBeNaN()
  expect(x[8]! >= 0 && x[8]! <= 1).toBe(true)
  expect(parseConfig(SPACE, configOf(axes, x))).toMatchObject({ model: { kind: 'svm' } })
})
