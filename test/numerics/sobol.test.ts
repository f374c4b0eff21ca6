import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { plainSobolPoint, SOBOL_DIMENSIONS, sobolPoint } from '../../src/numerics/sobol.ts'

const fixture = JSON.parse(readFileSync(new URL('./fixtures/sobol-points.json', import.meta.url), 'utf8')) as {
  points: number[][]
}

test('plain points equal those of SciPy, digit for digit', () => {
  fixture.points.forEach((expected, index) => expect([...plainSobolPoint(index, 64)]).toEqual(expected))
})

test('scrambling keeps the net property: 256 points have one in each 256th of every coordinate', () => {
  for (const seed of [0, 1, 4294967295]) {
    const cells = Array.from({ length: SOBOL_DIMENSIONS }, () => new Set<number>())
    for (let index = 0; index < 256; index++)
      sobolPoint(index, SOBOL_DIMENSIONS, seed).forEach((x, j) => cells[j]!.add(Math.floor(x * 256)))
    for (const cell of cells) expect(cell.size).toBe(256)
  }
})

test('each coordinate is scrambled by itself: point 0, whose plain coordinates are equal, has different ones', () => {
  for (let seed = 0; seed < 10; seed++)
    expect(new Set(sobolPoint(0, SOBOL_DIMENSIONS, seed)).size).toBe(SOBOL_DIMENSIONS)
})

test('the first two coordinates are a (0, 2)-net: 64 points have one in each of 8 by 8 squares', () => {
  const squares = new Set<number>()
  for (let index = 0; index < 64; index++) {
    const [x, y] = sobolPoint(index, 2, 7)
    squares.add(8 * Math.floor(x! * 8) + Math.floor(y! * 8))
  }
  expect(squares.size).toBe(64)
})

test('points lie inside the cube, differ by seed, and have coordinates beyond the table', () => {
  const point = sobolPoint(123, 80, 1)
  expect(point.length).toBe(80)
  expect(point.every((x) => x > 0 && x < 1)).toBe(true)
  expect([...sobolPoint(123, 80, 2)]).not.toEqual([...point])
  expect([...sobolPoint(123, 80, 1)]).toEqual([...point])
})

test('a bad index and too many plain coordinates are refused', () => {
  expect(() => sobolPoint(-1, 2, 0)).toThrow(/index/)
  expect(() => plainSobolPoint(1, 65)).toThrow(/64/)
})
