/** Grids: the sampler that tries every combination, and the design of as many as are wanted (SKO-55). */

import { describe, expect, test } from 'vitest'
import { designOf } from '../../src/sampler/designs.ts'
import type { DesignChoice } from '../../src/sampler/design-choice.ts'
import { grid } from '../../src/sampler/grid.ts'
import { configText } from '../../src/space/canonical.ts'
import { branch, choice, float, int, ordinal } from '../../src/space/parameter.ts'
import type { Space } from '../../src/space/parameter.ts'
import { parseConfig, parseSpace } from '../../src/space/validate.ts'
import type { Config } from '../../src/trial.ts'

const PLANE = parseSpace({ x: float(0, 1), y: float(0, 1) })

const upTo = (n: number): number[] => Array.from({ length: n }, (_, k) => k)

/** The configs of a grid design, in order. */
function designed(space: Space, size: number, options: object = {}, seed = 1): Config[] {
  const design = designOf({ kind: 'grid', ...options } as DesignChoice)
  const configs = upTo(size + 3).map((k) => design.pointOf(k, { space, seed, size }) as Config | undefined)
  return configs.filter((config) => config !== undefined)
}

/** All configs that the sampler tries. */
function sampled(space: Space, options: object): Config[] {
  const tried = new Set<string>()
  const configs: Config[] = []
  for (let number = 0; ; number++) {
    const suggestion = grid(options).suggest({
      space,
      number,
      seed: 1,
      draw: 0,
      trials: [],
      pending: [],
      objectives: { value: 'minimize' },
      isTried: (config) => tried.has(configText(space, config)),
    })
    if (suggestion === undefined) return configs
    tried.add(configText(space, suggestion.config))
    configs.push(suggestion.config)
  }
}

const texts = (configs: readonly Config[]): string[] => configs.map((config) => JSON.stringify(config)).sort()

const square = (values: readonly number[]): Config[] => values.flatMap((x) => values.map((y) => ({ x, y })))

describe('SKO-55: the border of the grid sampler', () => {
  test('include has the bounds, exclude leaves them out, only keeps nothing else', () => {
    expect(texts(sampled(PLANE, { points: 3 }))).toEqual(texts(square([0, 0.5, 1])))
    expect(texts(sampled(PLANE, { points: 3, border: 'exclude' }))).toEqual(texts(square([0.25, 0.5, 0.75])))
    const ring = square([0, 0.5, 1]).filter(({ x, y }) => x !== 0.5 || y !== 0.5)
    expect(texts(sampled(PLANE, { points: 3, border: 'only' }))).toEqual(texts(ring))
  })

  test('integers and ordinals have bounds, and choices have none', () => {
    const space = parseSpace({ k: int(1, 3), o: ordinal(['s', 'm', 'l']), c: choice(['a', 'b']) })
    const ring = sampled(space, { border: 'only' })
    expect(ring.length).toBe(16)
    expect(ring.filter(({ k, o }) => k === 2 && o === 'm')).toEqual([])
    expect(sampled(parseSpace({ c: choice(['a', 'b', 'c']) }), { border: 'only' }).length).toBe(3)
  })

  test('of a branch, only the active number counts', () => {
    const space = parseSpace({ m: branch('kind', { a: { n: int(1, 3) }, b: { n: int(2, 6) } }) })
    const kept = sampled(space, { border: 'only' }).map(({ m }: any) => `${m.kind}${m.n}`)
    expect(kept.sort()).toEqual(['a1', 'a3', 'b2', 'b6'])
  })

  test('an unknown border is refused', () => {
    expect(() => grid({ border: 'none' as never })).toThrow("option 'border': must be 'include' or 'exclude' or 'only'")
  })
})

describe('SKO-55: the grid design', () => {
  test('has the full grid if its size is a square, in random order', () => {
    const nine = designed(PLANE, 9)
    expect(texts(nine)).toEqual(texts(square([0, 0.5, 1])))
    expect(nine).not.toEqual(designed(PLANE, 9, {}, 2))
    expect(designed(PLANE, 9)).toEqual(nine)
    expect(texts(designed(PLANE, 4, { border: 'exclude' }))).toEqual(texts(square([1 / 3, 2 / 3])))
  })

  test('fills up the full grid from the border of another one, without a repetition', () => {
    const twelve = designed(PLANE, 12)
    expect(new Set(texts(twelve)).size).toBe(12)
    const nine = new Set(texts(square([0, 0.5, 1])))
    const others = twelve.filter((config) => !nine.has(JSON.stringify(config))) as { x: number; y: number }[]
    expect(others.length).toBe(3)
    for (const { x, y } of others) expect([0, 1].includes(x) || [0, 1].includes(y)).toBe(true)
  })

  test('fills up from the inside if told so', () => {
    const twelve = designed(PLANE, 12, { append: 'exclude' }) as { x: number; y: number }[]
    const inside = twelve.filter(({ x, y }) => ![x, y].some((value) => [0, 0.5, 1].includes(value)))
    expect(inside.length).toBeGreaterThan(0)
    expect(twelve.length).toBe(12)
  })

  test('takes a part of the next larger grid where a full one is not wanted', () => {
    const twelve = designed(PLANE, 12, { full: false })
    const sixteen = new Set(texts(designed(PLANE, 16)))
    expect(new Set(texts(twelve)).size).toBe(12)
    for (const text of texts(twelve)) expect(sixteen).toContain(text)
  })

  test('of the border only, every config has a number at a bound', () => {
    for (const size of [5, 12, 30]) {
      const configs = designed(PLANE, size, { border: 'only' }) as { x: number; y: number }[]
      expect(new Set(texts(configs)).size).toBe(size)
      for (const { x, y } of configs) expect([0, 1].includes(x) || [0, 1].includes(y)).toBe(true)
    }
  })

  test('of the border only, the whole border of a grid is there if it has the size', () => {
    const thirds = [0, 1 / 3, 2 / 3, 1]
    const ring = (square(thirds) as { x: number; y: number }[]).filter(
      ({ x, y }) => [0, 1].includes(x) || [0, 1].includes(y),
    )
    expect(texts(designed(PLANE, 12, { border: 'only' }))).toEqual(texts(ring))
  })

  test('has as many values as it is told to, whatever its size', () => {
    const configs = designed(PLANE, 20, { points: 5, border: 'exclude' })
    const values = new Set(configs.flatMap(({ x, y }) => [x, y] as number[]).map((value) => Math.round(6 * value)))
    expect(values).toEqual(new Set([1, 2, 3, 4, 5]))
  })

  test('gives a choice all of its values and a branch all of its alternatives, and repeats nothing', () => {
    const space = parseSpace({
      c: choice(['a', 'b', 'c']),
      m: branch('kind', { a: { y: float(1e-3, 1, { log: true }) }, b: {} }),
      k: int(1, 100),
    })
    const configs = designed(space, 40) as { c: string; m: { kind: string; y?: number }; k: number }[]
    expect(new Set(texts(configs)).size).toBe(40)
    for (const config of configs) expect(parseConfig(space, config)).toEqual(config)
    for (const c of ['a', 'b', 'c']) {
      for (const kind of ['a', 'b']) {
        expect(configs.filter((config) => config.c === c && config.m.kind === kind).length).toBeGreaterThan(1)
      }
    }
  })

  test('ends where a space has no more configs', () => {
    const space = parseSpace({ k: int(1, 3), c: choice(['a', 'b']) })
    const configs = designed(space, 10)
    expect(configs.length).toBe(6)
    expect(new Set(texts(configs)).size).toBe(6)
  })

  test('copes with more combinations than can be counted', () => {
    const space = parseSpace(Object.fromEntries(upTo(60).map((j) => [`x${j}`, float(0, 1)])))
    for (const border of ['include', 'exclude', 'only']) {
      const configs = designed(space, 12, { border })
      expect(new Set(texts(configs)).size).toBe(12)
      for (const config of configs) expect(parseConfig(space, config)).toEqual(config)
    }
  })
})
