import { expect, test } from 'vitest'
import { maximize } from '../../src/acquisition/maximize.ts'
import { randomStream } from '../../src/numerics/random.ts'
import { byConstraints, byOdds } from '../../src/sampler/feasible.ts'
import { limitsOf } from '../../src/sampler/limits.ts'
import { historyOf } from '../../src/sampler/observations.ts'
import { EFFORTS } from '../../src/sampler/past.ts'
import type { Past } from '../../src/sampler/past.ts'
import { safetyOf } from '../../src/sampler/safety.ts'
import { axesOf } from '../../src/space/axes.ts'
import { float, int } from '../../src/space/parameter.ts'
import { parseSpace } from '../../src/space/validate.ts'
import type { Constraints, Output, TrialRecord } from '../../src/trial.ts'

const AXES = axesOf(parseSpace({ x: float(0, 1), y: float(0, 1) }))

/** What is known after trials at given places. A trial that says nothing has failed. */
function pastOf(
  places: readonly (readonly [number, number])[],
  f: (x: number, y: number) => Readonly<Record<string, Output>> | undefined,
  constraints: Constraints = {},
  axes = AXES,
): Past {
  const trials = places.map(([x, y], number) => {
    const outputs = f(x, y)
    const [state, value] = outputs === undefined ? ['failed', null] : ['complete', x + y]
    const said = { state, value, values: value === null ? {} : { value }, outputs: outputs ?? {} }
    return { id: `${number}`, number, config: { x, y }, ...said } as unknown as TrialRecord
  })
  const history = historyOf({ trials, pending: [], objectives: { value: 'minimize' }, constraints }, axes)
  const effort = EFFORTS.full
  const limits = limitsOf({ constraints, trials }, { axes, history, effort, basis: {} })
  const safety = safetyOf(history, axes.categories, 2)?.safety
  const random = randomStream('feasible')
  return { axes, history, limits, safety, effort, random, basis: {}, maximizer: maximize } as unknown as Past
}

const random = randomStream('places')
const PLACES = Array.from({ length: 24 }, () => [random.next(), random.next()] as const)

/** Places outside the corner where x is at most 0.25 and y at least 0.75. */
const OUTSIDE = PLACES.filter(([x, y]) => x > 0.25 || y < 0.75)

test('before any trial meets all limits, the next one goes where all are most likely met', () => {
  const constraints = { left: { atMost: 0.25 }, high: { atLeast: 0.75 } }
  const past = pastOf(OUTSIDE, (x, y) => ({ left: x, high: y }), constraints)
  expect(past.limits.every(({ isMet }) => isMet)).toBe(true)
  const turn = byConstraints(past)
  const [x, y] = turn.found![0]!.x
  expect(x).toBeLessThan(0.25)
  expect(y).toBeGreaterThan(0.75)
  expect(turn.view(Float64Array.of(x!, y!))).toMatchObject({ by: 'constraints', observed: OUTSIDE.length, pending: 0 })
})

test('while a truth value was never met, the next trial goes far from all, and where other limits are met', () => {
  const constraints = { left: { atMost: 0.5 }, valid: true }
  const low = PLACES.filter(([, y]) => y < 0.6)
  const past = pastOf(low, (x) => ({ left: x, valid: false }), constraints)
  const { found } = byConstraints(past)
  const [x, y] = found![0]!.x
  // The best of a few: that of all would lie in a corner, again and again.
  expect(found!.length).toBeLessThan(20)
  expect(x).toBeLessThan(0.52)
  expect(y).toBeGreaterThan(0.7)
})

test('a truth value that was met counts beside a limit that was not', () => {
  const constraints = { left: { atMost: 0.1 }, valid: true }
  const right = PLACES.filter(([x]) => x > 0.1)
  const past = pastOf(right, (x, y) => ({ left: x, valid: y > 0.5 }), constraints)
  const [x, y] = byConstraints(past).found![0]!.x
  expect(x).toBeLessThan(0.1)
  expect(y).toBeGreaterThan(0.55)
})

test('by failures alone, the next trial goes near what worked, and never there again', () => {
  const past = pastOf(PLACES, (x, y) => (x < 0.5 && y < 0.5 ? {} : undefined))
  const turn = byOdds(past)!
  for (const { x } of turn.found!.slice(0, 5)) expect(Math.max(...x)).toBeLessThan(0.7)
  expect(turn.view(Float64Array.of(0.2, 0.2))).toMatchObject({ by: 'odds', observed: past.history.observed.length })
  expect(byOdds(pastOf(PLACES, () => ({})))).toBeUndefined()

  const axes = axesOf(parseSpace({ x: int(0, 3), y: int(0, 3) }))
  const grid = [0, 1, 2, 3]
    .flatMap((x) => [0, 1, 2, 3].map((y) => [x, y] as const))
    .filter(([x, y]) => x !== 1 || y > 0)
  const discrete = pastOf(grid, (x, y) => (x + y < 3 ? {} : undefined), {}, axes)
  const worked = discrete.history.observed.map(({ x }) => x.join())
  const found = byOdds(discrete)!.found!
  expect(found.length).toBeGreaterThan(0)
  expect(found.some(({ x }) => worked.includes(x.join()))).toBe(false)
})
