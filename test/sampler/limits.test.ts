import { expect, test } from 'vitest'
import { readBasis } from '../../src/sampler/basis.ts'
import type { Basis } from '../../src/sampler/basis.ts'
import type { Limit } from '../../src/sampler/limit.ts'
import { limitsOf } from '../../src/sampler/limits.ts'
import { EFFORTS } from '../../src/sampler/past.ts'
import { LIMIT_ROLE } from '../../src/sampler/role.ts'
import { randomStream } from '../../src/numerics/random.ts'
import { axesOf } from '../../src/space/axes.ts'
import { float } from '../../src/space/parameter.ts'
import { parseSpace } from '../../src/space/validate.ts'
import type { Constraint, Output, TrialRecord } from '../../src/trial.ts'

const AXES = axesOf(parseSpace({ x: float(0, 1), y: float(0, 1) }))

/** Trials at random places, with what they say. */
function trialsOf(n: number, f: (x: number, y: number) => Readonly<Record<string, Output>>): TrialRecord[] {
  const random = randomStream('limits')
  return Array.from({ length: n }, (_, number) => {
    const config = { x: random.next(), y: random.next() }
    const outputs = f(config.x, config.y)
    return { id: `${number}`, number, config, state: 'complete', value: 0, values: { value: 0 }, outputs } as never
  })
}

function limits(
  trials: readonly TrialRecord[],
  constraints: Readonly<Record<string, Constraint>>,
  basis: Basis = {},
  pending: readonly Float64Array[] = [],
): Limit[] {
  const history = { sign: 1, observed: [], failed: [], recentFailures: 0, pending } as const
  return limitsOf({ constraints, trials }, { axes: AXES, history, effort: EFFORTS.full, basis })
}

const at = (x: number, y: number): Float64Array => Float64Array.of(x, y)

test('a linear constraint is known to the last thousandth after a dozen trials, whatever its unit', () => {
  for (const unit of [1e-9, 1, 1e12]) {
    const trials = trialsOf(12, (x, y) => ({ used: unit * (x + 2 * y) }))
    const [below] = limits(trials, { used: { atMost: 1.5 * unit } })
    const [above] = limits(trials, { used: { atLeast: 1.5 * unit } })
    for (const x of [0.1, 0.5, 0.9]) {
      const y = (1.5 - x) / 2
      expect(below!.oddsAt(at(x, y - 0.01))).toBeGreaterThan(0.99)
      expect(below!.oddsAt(at(x, y + 0.01))).toBeLessThan(0.01)
      expect(above!.oddsAt(at(x, y - 0.01))).toBeLessThan(0.01)
      expect(above!.oddsAt(at(x, y + 0.01))).toBeGreaterThan(0.99)
      expect(below!.term.values(at(x, y - 0.01), 1)[0]).toBeGreaterThan(-0.01)
      expect(below!.term.values(at(x, y + 0.01), 1)[0]).toBeLessThan(-4)
    }
    expect(below!.isMet).toBe(true)
    expect(LIMIT_ROLE.warps[below!.learned.warp!]!.kind).not.toBe('bilog')
  }
})

test('an output of all magnitudes is seen where its limit is', () => {
  const trials = trialsOf(20, (x, y) => ({ stress: Math.exp(8 * x + 6 * y) }))
  const [limit] = limits(trials, { stress: { atMost: Math.exp(6) } })
  expect(LIMIT_ROLE.warps[limit!.learned.warp!]!.kind).not.toBe('identity')
  for (const x of [0.3, 0.45, 0.6]) {
    const y = (6 - 8 * x) / 6
    expect(limit!.oddsAt(at(x, y - 0.05))).toBeGreaterThan(0.9)
    expect(limit!.oddsAt(at(x, y + 0.05))).toBeLessThan(0.1)
  }
})

test('before a limit is met its model has no log, which ends at the lowest value, and odds are low', () => {
  const trials = trialsOf(20, (x, y) => ({ off: Math.exp(4 * x + y) + 1 }))
  const first = limits(trials, { off: { atMost: 0 } })
  expect(first[0]!.isMet).toBe(false)
  expect(first[0]!.learned.warp).toBeLessThan(3)
  for (const { config } of trials)
    expect(first[0]!.oddsAt(at(config.x as number, config.y as number))).toBeLessThan(0.5)
  // What was learned under a log is forgotten if the trials that met the limit are gone.
  const met = { ...first[0]!.learned, warp: 3, chosen: 20 }
  const again = limits(trials, { off: { atMost: 0 } }, { 'limit:off': met })
  expect(again[0]!.learned).toEqual(first[0]!.learned)
})

test('what is learned of a constraint is read back, and is left out if it makes no sense', () => {
  const trials = trialsOf(12, (x, y) => ({ used: x + y, valid: x > 0.5 }))
  const found = limits(trials, { used: { atMost: 1 }, valid: true })
  const basis = Object.fromEntries(found.map(({ key, learned }) => [key, learned]))
  expect(Object.keys(basis)).toEqual(['limit:used', 'safety:valid'])
  const read = readBasis(JSON.parse(JSON.stringify(basis)), 2)
  expect(read).toEqual(basis)
  // No new trials: nothing is fitted anew.
  expect(limits(trials, { used: { atMost: 1 } }, read)[0]!.learned).toEqual(basis['limit:used'])
  const used = basis['limit:used']!
  for (const wrong of [
    { ...used, warp: 4 },
    { ...used, warp: -1 },
    { ...used, theta: [1] },
  ])
    expect(readBasis({ 'limit:used': wrong } as never, 2)).toEqual({})
})

test('an output that is missing or has another type is not an observation, nor is that of a failed trial', () => {
  const trials = trialsOf(9, (x, y): Readonly<Record<string, Output>> => (x > 0.5 ? { used: y } : { used: 'much' }))
  const said = trials.filter(({ outputs }) => typeof outputs.used === 'number')
  const constraints = { used: { atMost: 0.5 }, size: { atMost: 1 }, valid: true } as const
  expect(limits(trials, constraints).map(({ name }) => name)).toEqual(['used'])
  expect(limits(trials, constraints)[0]!.numeric!.model.n).toBe(said.length)
  const failed = trials.map((trial) => ({ ...trial, state: 'failed' }) as never)
  expect(limits([...said, ...failed], constraints)[0]!.numeric!.model.n).toBe(said.length)
  expect(limits(failed, constraints)).toEqual([])
  const pruned = said.map((trial) => ({ ...trial, state: 'pruned' }) as never)
  expect(limits(pruned, constraints)[0]!.learned).toEqual(limits(said, constraints)[0]!.learned)
})

test('a pending trial makes the model surer of its place, and changes no mean', () => {
  const trials = trialsOf(12, (x, y) => ({ used: Math.sin(9 * x) + y }))
  const constraints = { used: { atMost: 0.5 } }
  const place = at(0.31, 0.77)
  const [before] = limits(trials, constraints)
  const [after] = limits(trials, constraints, {}, [place])
  const [a, b] = [before, after].map((limit) => limit!.numeric!.model.predict(place, 1)) as never as [P, P]
  expect(b.means[0]).toBeCloseTo(a.means[0]!, 6)
  expect(b.variances[0]).toBeLessThan(0.1 * a.variances[0]!)
})

type P = { readonly means: Float64Array; readonly variances: Float64Array }

test('a truth value is learned from the trials that broke it, and not before one has', () => {
  const constraints = { valid: true, broken: false }
  const all = trialsOf(30, () => ({ valid: true, broken: false }))
  expect(limits(all, constraints)).toEqual([])
  const some = trialsOf(30, (x) => ({ valid: x < 0.5, broken: x >= 0.5 }))
  for (const limit of limits(some, constraints)) {
    expect(limit.isMet).toBe(true)
    expect(limit.judgment).toBeDefined()
    expect(limit.oddsAt(at(0.1, 0.5))).toBeGreaterThan(0.9)
    expect(limit.oddsAt(at(0.9, 0.5))).toBeLessThan(0.1)
  }
  const none = trialsOf(30, () => ({ valid: false, broken: true }))
  expect(limits(none, constraints).map(({ name, isMet }) => [name, isMet])).toEqual([
    ['valid', false],
    ['broken', false],
  ])
})

test('a truth value that was broken lately makes suggestions wary; one that was broken long ago does not', () => {
  const trials = trialsOf(70, (x) => ({ valid: x < 0.5 }))
  const broken = trials.filter(({ outputs }) => outputs.valid === false)
  const met = trials.filter(({ outputs }) => outputs.valid === true)
  const after = (first: typeof trials, then: typeof trials): number => {
    const ordered = [...first, ...then].map((trial, number) => ({ ...trial, number }))
    return limits(ordered, { valid: true })[0]!.judgment!.least
  }
  const [longAgo, lately] = [after(broken.slice(0, 8), [...met, ...met]), after(met, broken.slice(0, 8))]
  expect(lately).toBeGreaterThan(longAgo + 0.1)
})

test('values that are all equal leave the limit a deviation away', () => {
  for (const [used, isLikely] of [
    [3, false],
    [-3, true],
    [0, true],
  ] as const) {
    const [limit] = limits(
      trialsOf(8, () => ({ used })),
      { used: { atMost: 0 } },
    )
    expect(limit!.oddsAt(at(0.5, 0.5)) > 0.5).toBe(isLikely)
    expect(limit!.isMet).toBe(isLikely)
  }
})

test('with more trials than a model may have, those near the limit are in it', () => {
  const trials = trialsOf(130, (x, y) => ({ used: x + 2 * y }))
  const [limit] = limits(trials, { used: { atMost: 1.5 } })
  expect(limit!.numeric!.model.n).toBe(100)
  expect(limit!.learned.fitted).toBe(130)
  expect(limit!.oddsAt(at(0.5, 0.499))).toBeGreaterThan(0.9)
  expect(limit!.oddsAt(at(0.5, 0.501))).toBeLessThan(0.1)
})
