import { describe, expect, test } from 'vitest'
import { freeBoxes } from '../../src/numerics/boxes.ts'
import { hypervolume } from '../../src/numerics/front.ts'
import { randomStream } from '../../src/numerics/random.ts'

/** Random points, every other time on a coarse grid, so that there are ties and points beyond the reference. */
function drawnPoints(m: number, draw: number): Float64Array {
  const random = randomStream('boxes', m, draw)
  const n = random.integer(12)
  return Float64Array.from({ length: n * m }, () => (draw % 2 === 0 ? 1.2 * random.next() : random.integer(6) / 4))
}

describe.each([2, 3])('the boxes that points with %i coordinates leave', (m) => {
  const r = new Float64Array(m).fill(1)
  const draws = Array.from({ length: 60 }, (_, draw) => drawnPoints(m, draw))
  const least = -1

  test('have the volume that the points do not dominate, and are few', () => {
    for (const points of draws) {
      const n = points.length / m
      const { low, high } = freeBoxes(points, n, m, r)
      const count = high.length / m
      let free = 0
      for (let i = 0; i < count; i++) {
        let volume = 1
        for (let k = 0; k < m; k++) volume *= high[i * m + k]! - Math.max(low[i * m + k]!, least)
        free += volume
      }
      expect(free).toBeCloseTo((1 - least) ** m - hypervolume(points, n, m, r), 10)
      expect(count).toBeLessThanOrEqual(m === 2 ? n + 1 : 2 * n + 1)
    }
  })

  test('contain a place below the reference once if no point dominates it, else never', () => {
    const random = randomStream('places', m)
    for (const points of draws) {
      const n = points.length / m
      const { low, high } = freeBoxes(points, n, m, r)
      const place = Float64Array.from({ length: m }, () => 2 * random.next() - 1)
      const isWithin = (i: number): boolean => place.every((at, k) => at > low[i * m + k]! && at < high[i * m + k]!)
      const holding = Array.from({ length: high.length / m }, (_, i) => i).filter(isWithin).length
      const rows = Array.from({ length: n }, (_, i) => points.subarray(i * m, (i + 1) * m))
      const isFree = !rows.some((row) => row.every((at, k) => at <= place[k]!))
      expect(holding).toBe(isFree ? 1 : 0)
    }
  })
})
