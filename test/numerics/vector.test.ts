import { expect, test } from 'vitest'
import { randomStream } from '../../src/numerics/random.ts'
import { addScaledInPlace, dot, upperMedian } from '../../src/numerics/vector.ts'

test('a product and a sum read the matrix row that begins at a given entry', () => {
  const random = randomStream('vector', 1)
  const matrix = Float64Array.from({ length: 12 }, () => random.next())
  for (const row of [0, 3, 9]) {
    const a = Float64Array.from({ length: 3 }, () => random.next())
    expect(dot(a, matrix, row)).toBeCloseTo(
      a[0]! * matrix[row]! + a[1]! * matrix[row + 1]! + a[2]! * matrix[row + 2]!,
      14,
    )
    const sum = a.slice()
    addScaledInPlace(sum, -2, matrix, row)
    for (let i = 0; i < 3; i++) expect(sum[i]).toBeCloseTo(a[i]! - 2 * matrix[row + i]!, 14)
  }
})

test('the upper median is the middle one, and the higher one of two', () => {
  expect([[4], [1, 4], [1, 4, 9], [1, 4, 9, 16]].map(upperMedian)).toEqual([4, 4, 4, 9])
})
