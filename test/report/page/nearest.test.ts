import { expect, test } from 'vitest'
import { randomStream } from '../../../src/numerics/random.ts'
import { REACH, gridOf, nearestIn } from '../../../src/report/page/nearest.ts'

test('the nearest mark within reach is the one that a look at all marks finds', () => {
  const random = randomStream('nearest', 1)
  const n = 500
  const x = Float64Array.from({ length: n }, () => random.next() * 700 - 20)
  const y = Float64Array.from({ length: n }, (_, i) => (i % 50 === 0 ? NaN : random.next() * 230))
  const grid = gridOf(x, y, 660, 230)
  for (let k = 0; k < 400; k++) {
    const [px, py] = [random.next() * 660, random.next() * 230]
    let best = -1
    for (let i = 0; i < n; i++) {
      const distance = Math.hypot(x[i]! - px, y[i]! - py)
      if (distance <= REACH && (best < 0 || distance < Math.hypot(x[best]! - px, y[best]! - py))) best = i
    }
    expect(nearestIn(grid, px, py)).toBe(best)
  }
})

test('nothing is near in a figure without marks', () => {
  expect(nearestIn(gridOf(new Float64Array(0), new Float64Array(0), 0, 0), 5, 5)).toBe(-1)
})
