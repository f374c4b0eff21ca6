import { expect, test } from 'vitest'
import { areMet, excessOf, saidAs } from '../../src/space/constraints.ts'

test('an excess is the distance beyond the nearer bound, and at most 0 within both', () => {
  expect(excessOf({ atMost: 16 }, 20)).toBe(4)
  expect(excessOf({ atMost: 16 }, 16)).toBe(0)
  expect(excessOf({ atMost: 16 }, 10)).toBe(-6)
  expect(excessOf({ atLeast: 2 }, 1.5)).toBe(0.5)
  expect(excessOf({ atLeast: 2 }, 5)).toBe(-3)
  const both = { atLeast: 2, atMost: 10 }
  expect([0, 2, 3, 9, 10, 13].map((output) => excessOf(both, output))).toEqual([2, 0, -1, -1, 0, 3])
})

test('a truth value is 1 off or 0', () => {
  expect(excessOf(true, true)).toBe(0)
  expect(excessOf(true, false)).toBe(1)
  expect(excessOf(false, false)).toBe(0)
  expect(excessOf(false, true)).toBe(1)
})

test('an output that is missing or has another type has no excess, and meets nothing', () => {
  for (const output of [undefined, 'low', true]) expect(excessOf({ atMost: 16 }, output)).toBeNaN()
  for (const output of [undefined, 'true', 1]) expect(excessOf(true, output)).toBeNaN()
  expect(areMet({ memory: { atMost: 16 } }, { values: {}, outputs: {} })).toBe(false)
  expect(areMet({}, { values: {}, outputs: {} })).toBe(true)
})

test('a constraint may be about an objective or an output; objectives come first; inherited names do not count', () => {
  const said = { values: { loss: 1 }, outputs: { loss: 5, memory: 3 } }
  expect(saidAs('loss', said)).toBe(1)
  expect(saidAs('memory', said)).toBe(3)
  expect(saidAs('toString', said)).toBeUndefined()
  const constraints = { loss: { atMost: 2 }, memory: { atMost: 3 } }
  expect(areMet(constraints, said)).toBe(true)
  expect(areMet({ ...constraints, memory: { atMost: 2.9 } }, said)).toBe(false)
})
