import { describe, expect, test } from 'vitest'
import { crowdingOf } from '../../src/numerics/crowding.ts'
import { ranksOf } from '../../src/numerics/front.ts'
import { randomStream } from '../../src/numerics/random.ts'

const crowdingAt = (rows: readonly (readonly number[])[]): number[] => {
  const [n, m] = [rows.length, rows[0]!.length]
  const points = Float64Array.from(rows.flat())
  return [...crowdingOf(points, n, m, ranksOf(points, n, m))]
}

describe('crowding', () => {
  test('is the distance between both neighbors in each coordinate, as shares of the extent of the front', () => {
    const rows = [
      [4, 0],
      [0, 8],
      [1, 4],
      [2, 3],
    ]
    expect(crowdingAt(rows)).toEqual([Infinity, Infinity, 2 / 4 + 5 / 8, 3 / 4 + 4 / 8])
  })

  test('compares points with those of their own front alone', () => {
    const first = [
      [0, 2],
      [1, 1],
      [2, 0],
    ]
    const second = first.map(([a, b]) => [a! + 5, b! + 5])
    expect(crowdingAt([...first, ...second])).toEqual([...crowdingAt(first), ...crowdingAt(second)])
  })

  test('gives points without a neighbor on one side an infinite one, and equal points none between them', () => {
    expect(crowdingAt([[1, 1]])).toEqual([Infinity])
    const same = Array.from({ length: 4 }, () => [1, 1])
    expect(crowdingAt(same).filter((one) => one === 0)).toHaveLength(2)
  })

  test('does not depend on the unit of a coordinate or on the order of the points', () => {
    const random = randomStream('crowding', 1)
    const rows = Array.from({ length: 20 }, () => {
      const at = random.next()
      return [at, 1 - at ** 2, random.next()]
    })
    const scaled = rows.map(([a, b, c]) => [8 * a!, b! / 4, c!])
    expect(crowdingAt(scaled)).toEqual(crowdingAt(rows))
    expect(crowdingAt([...rows].reverse()).reverse()).toEqual(crowdingAt(rows))
  })
})
