import { expect, test } from 'vitest'
import { stepsTogether } from '../../src/acquisition/together.ts'

const at = (...x: number[]): Float64Array => Float64Array.from(x)
const worth = (value: number, ...x: number[]): { x: Float64Array; value: number } => ({ x: at(...x), value })

test('steps in different parameters are taken together, the best first', () => {
  const neighbors = [worth(1, 1, 0, 0), worth(3, 0, 1, 0), worth(2, 0, 0, 1)]
  expect(stepsTogether(worth(0, 0, 0, 0), neighbors)).toEqual([at(0, 1, 1), at(1, 1, 1)])
})

test('of two steps in one parameter only the better one is taken, and none that makes it worse', () => {
  const neighbors = [worth(3, 1, 0, 0), worth(2, 2, 0, 0), worth(-1, 0, 1, 0), worth(1, 0, 0, 1)]
  expect(stepsTogether(worth(0, 0, 0, 0), neighbors)).toEqual([at(1, 0, 1)])
})

test('a parameter that a step switches on or off is not changed by another step', () => {
  const neighbors = [worth(3, 1, NaN, 0), worth(2, 0, 5, 0), worth(1, 0, 4, 1)]
  expect(stepsTogether(worth(0, 0, 4, 0), neighbors)).toEqual([at(1, NaN, 1)])
})
