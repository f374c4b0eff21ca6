import { expect, test } from 'vitest'
import { levelAt, levelCount, levelOf, sameJson, shortOfEnd, valueIndex } from '../../src/space/levels.ts'
import type { Parameter } from '../../src/space/parameter.ts'
import { bool, branch, choice, float, int, ordinal } from '../../src/space/parameter.ts'

function levels(parameter: Parameter): unknown[] {
  return Array.from({ length: levelCount(parameter) }, (_, k) => levelAt(parameter, k))
}

test('the values of a parameter are listed in their order', () => {
  expect(levels(int(-1, 2))).toEqual([-1, 0, 1, 2])
  expect(levels(int(1, 10, { step: 4 }))).toEqual([1, 5, 9])
  expect(levels(float(0, 0.5, { step: 0.1 }))).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5])
  expect(levels(float(1e-5, 3e-5, { step: 1e-5 }))).toEqual([1e-5, 2e-5, 3e-5])
  expect(levels(float(2, 2))).toEqual([2])
  expect(levels(bool())).toEqual([false, true])
  expect(levels(choice(['b', 'a', null]))).toEqual(['b', 'a', null])
  expect(levels(branch('kind', { svm: {}, forest: {} }))).toEqual(['svm', 'forest'])
})

test('numbers with digits are listed across powers of ten, on either side of zero', () => {
  expect(levels(float(0.75, 2.5, { digits: 1 }))).toEqual([0.8, 0.9, 1, 2])
  expect(levels(float(-2.5, -0.75, { digits: 1 }))).toEqual([-2, -1, -0.9, -0.8])
  expect(levels(float(9.85, 12.4, { digits: 2 }))).toEqual([9.9, 10, 11, 12])
})

test('levelOf gives the index of a level, and for a number between two levels the nearer one', () => {
  const parameter = float(0, 1, { step: 0.1 })
  for (let k = 0; k < levelCount(parameter); k += 1) expect(levelOf(parameter, levelAt(parameter, k))).toBe(k)
  expect(levelOf(parameter, 0.34)).toBe(3)
  expect(levelOf(int(0, 9, { step: 4 }), 9)).toBe(2)
  expect(levelOf(int(0, 10, { step: 4 }), 10)).toBe(2) // 12 would be nearer, and is not in the range
  expect(levelOf(ordinal([[1], [2]]), [2])).toBe(1)
})

test('JSON values are compared by value', () => {
  expect(sameJson({ a: 1, b: [null] }, { b: [null], a: 1 })).toBe(true)
  expect(sameJson({ a: 1 }, { a: 1, b: 2 })).toBe(false)
  expect(sameJson([], {})).toBe(false)
  expect(sameJson(null, {})).toBe(false)
  expect(sameJson(1, '1')).toBe(false)
  expect(valueIndex([1, true, [2]], [2])).toBe(2)
  expect(valueIndex([1], true)).toBe(-1)
})

test('G4: the last of steps that reach the upper bound, but for rounding, is that bound', () => {
  for (const [low, high, step] of [
    [0, 1, 0.3333333333],
    [0, 1, 0.33333333334],
    [0.1, 0.7, 0.2],
    [-1e-3, 1e-3, 1e-4],
    [1e-200, 4e-200, 1e-200],
  ] as const) {
    const values = levels(float(low, high, { step }))
    expect([values[0], values.at(-1)]).toEqual([low, high])
  }
  expect(levels(float(-1, -0, { step: 0.5 }))).toEqual([-1, -0.5, 0])
})

test('G8: steps that end before the upper bound are known by their last value', () => {
  expect(shortOfEnd(float(0, 1, { step: 0.3 }))).toBe(0.9)
  expect(shortOfEnd(int(1, 10, { step: 4 }))).toBe(9)
  for (const parameter of [float(0, 1, { step: 0.1 }), float(0, 0.7, { step: 0.1 }), int(1, 9, { step: 4 })])
    expect(shortOfEnd(parameter)).toBeUndefined()
  for (const parameter of [float(0, 1), int(1, 3), bool(), float(2, 2, { step: 0.3 })])
    expect(shortOfEnd(parameter)).toBeUndefined()
})
