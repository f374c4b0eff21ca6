import { expect, test } from 'vitest'
import { contourOver, strongestPairs } from '../../../src/report/models/contour.ts'
import { bestPlace } from '../../../src/report/models/optimum.ts'
import { nextOf, prospectOf, roomOf } from '../../../src/report/models/prospect.ts'
import { isTrusted } from '../../../src/report/models/surface.ts'
import { safetyOf } from '../../../src/sampler/safety.ts'
import { choice, float } from '../../../src/space/parameter.ts'
import { parseSpace } from '../../../src/space/validate.ts'
import { parseWhere } from '../../../src/space/where.ts'
import { PLANE, bowl, surfaceOf, trialsOf } from './studies.ts'

const bumpy = ({ x, y }: any): number => Math.sin(9 * x) + Math.cos(7 * y)

test('the more is known, the less room is left', () => {
  const [few, many] = [12, 48].map((n) => {
    const rooms = [1, 2].map((seed) => {
      const surface = surfaceOf(PLANE, trialsOf(PLANE, n, bumpy, { seed }))
      return roomOf(surface, prospectOf(surface, [], 3))!
    })
    for (const { low, middle, high } of rooms) expect(0 <= low && low <= middle && middle <= high).toBe(true)
    return {
      middle: rooms.reduce((sum, { middle }) => sum + middle, 0),
      width: rooms.reduce((sum, { low, high }) => sum + high - low, 0),
    }
  })
  expect(many!.middle).toBeLessThan(few!.middle)
  expect(many!.width).toBeLessThan(few!.width / 2)
})

test('room and optimum agree with the function where it is well known', () => {
  const trials = trialsOf(PLANE, 30, bowl)
  const surface = surfaceOf(PLANE, trials)
  const best = Math.min(...trials.map(({ value }) => value!))
  const { x, y } = bestPlace(surface)!.config as { x: number; y: number }
  expect(Math.abs(x - 0.4)).toBeLessThan(0.01)
  expect(Math.abs(y - 0.6)).toBeLessThan(0.01)
  const found = bestPlace(surface)!
  expect(Math.abs(found.mean.value)).toBeLessThan(2e-3)
  expect(found.mean.low).toBeLessThanOrEqual(found.mean.value)
  const room = roomOf(surface, prospectOf(surface, [found.x], 3))!
  expect(Math.abs(room.middle - best)).toBeLessThan(0.1 * best)
})

test('the next trials bring at most the room that is left, and most of it', () => {
  const surface = surfaceOf(PLANE, trialsOf(PLANE, 25, bumpy))
  const prospect = prospectOf(surface, [], 3)
  const next = nextOf(surface, prospect)!
  const { low, high } = roomOf(surface, prospect)!
  expect(next.trials).toBe(50)
  expect(next.chance).toBeGreaterThan(0.5)
  expect(next.gain).toBeGreaterThan(low)
  expect(next.gain).toBeLessThan(high)
})

test('the optimum is the recommended place where that is the best of a choice', () => {
  const space = parseSpace({ kind: choice(['a', 'b', 'c']), size: choice([1, 2, 3, 4]) })
  const surface = surfaceOf(
    space,
    trialsOf(space, 24, ({ kind, size }) => size + (kind === 'b' ? 0 : 3)),
  )
  expect(bestPlace(surface)).toBeUndefined()
  const { m } = prospectOf(surface, [], 3)
  expect(m).toBeGreaterThan(100)
})

test('no place is hoped for where trials fail or a condition forbids', () => {
  const where = parseWhere(PLANE, 'y >= 0.3')
  const isIn = ({ x, y }: any): boolean => x < 0.5 && y >= 0.3
  const trials = trialsOf(PLANE, 40, ({ x, y }) => 1 - x + (y - 0.5) ** 2, { seed: 2 }).filter(
    ({ config }) => (config.y as number) >= 0.3,
  )
  const worked = trials.filter(({ config }) => isIn(config))
  const bare = surfaceOf(PLANE, worked, where)
  const failed = trials
    .filter(({ config }) => !isIn(config))
    .map(({ config }: any) => Float64Array.of(config.x, config.y))
  const history = { observed: bare.judge.chosen, failed, recentFailures: 0 }
  const surface = { ...bare, risks: { safety: safetyOf(history, [false, false], 2)!.safety, limits: [] } }
  const { x } = bestPlace(surface) ?? { x: surface.center }
  expect(x[0]).toBeLessThan(0.6)
  expect(x[1]).toBeGreaterThanOrEqual(0.3)
  expect(isTrusted(surface, Float64Array.of(0.9, 0.6))).toBe(false)
  expect(isTrusted(surface, Float64Array.of(0.2, 0.2))).toBe(false)
  expect(isTrusted(surface, Float64Array.of(0.2, 0.6))).toBe(true)
  const { works, doubt } = contourOver(surface, 0, 1, [false, false])
  expect(works[40 * 38 + 25]!).toBeLessThan(0.2)
  expect(works[40 * 6 + 25]!).toBeGreaterThan(0.8)
  expect(doubt[40 * 38 + 25]!).toBeGreaterThan(doubt[40 * 6 + 25]!)
  for (const value of doubt) expect(Number.isNaN(value) || (value >= 0 && value <= 1)).toBe(true)
})

test('a contour has equal cells along its axes, as they are drawn', () => {
  const space = parseSpace({ lr: float(1e-4, 1, { log: true }), kind: choice(['a', 'b', 'c']) })
  const cost = ({ lr, kind }: any): number => Math.log10(lr) + (kind === 'b' ? 2 : 0)
  const surface = surfaceOf(space, trialsOf(space, 24, cost))
  const { columns, rows, mean, works } = contourOver(surface, 0, 1, [true, false])
  expect([columns, rows, mean.length, works.length]).toEqual([40, 3, 120, 0])
  for (const [c, value] of mean.entries()) {
    const lr = 10 ** (-4 + (4 * (Math.floor(c / 3) + 0.5)) / 40)
    expect(Math.abs(value - cost({ lr, kind: ['a', 'b', 'c'][c % 3] }))).toBeLessThan(0.1)
  }
})

test('pairs come by what they do together, then by what each does alone', () => {
  const share = (parameters: number[], share: number): object => ({ parameters, share, low: 0, high: 1 })
  const rows = [share([0], 0.5), share([2], 0.2), share([1], 0.1), share([1, 3], 0.05)]
  const view = { objective: 'loss', heldOut: 0.9, trials: 40, rows } as never
  expect(strongestPairs(view, [0, 1, 2, 3])).toEqual([
    [1, 3],
    [0, 2],
    [0, 1],
  ])
  expect(strongestPairs(undefined, [0])).toEqual([])
})
