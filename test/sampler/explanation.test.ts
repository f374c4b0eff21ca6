import { describe, expect, test } from 'vitest'
import { randomStream } from '../../src/numerics/random.ts'
import { Optimizer } from '../../src/optimizer.ts'
import { bayesian } from '../../src/sampler/bayesian.ts'
import type { Explanation, ModelExplanation } from '../../src/sampler/explanation.ts'
import { grid } from '../../src/sampler/grid.ts'
import { random, sobol } from '../../src/sampler/sequence.ts'
import { recommend } from '../../src/sampler/recommend.ts'
import type { Question, Sampler } from '../../src/sampler/sampler.ts'
import { sobolPoint } from '../../src/numerics/sobol.ts'
import { configText } from '../../src/space/canonical.ts'
import { decode } from '../../src/space/encoding.ts'
import { choice, float, int } from '../../src/space/parameter.ts'
import type { Space } from '../../src/space/parameter.ts'
import { parseSpace } from '../../src/space/validate.ts'
import type { Config, Direction, TrialRecord } from '../../src/trial.ts'
import { endedTrial } from '../support/trial-records.ts'

const PLANE = parseSpace({ x: float(0, 1), y: float(0, 1) })

const spread = (space: Space, n: number, f: (config: any) => number | null): TrialRecord[] =>
  Array.from({ length: n }, (_, k) => decode(space, sobolPoint(k, Object.keys(space).length, 5))).map((config, k) =>
    endedTrial(k, config, f(config)),
  )

function asked(sampler: Sampler, space: Space, change: Partial<Question>): { config: Config; why: Explanation } {
  const trials = change.trials ?? []
  const question: Question = {
    space,
    number: trials.length,
    seed: 3,
    draw: 0,
    trials,
    pending: [],
    objectives: { value: 'minimize' },
    isTried: (other) => trials.some((trial) => configText(space, trial.config) === configText(space, other)),
    ...change,
  }
  return { config: sampler.suggest(question)!.config, why: sampler.explain!(question)! }
}

const bowl = ({ x, y }: any): number => 100 * (x - 0.3) ** 2 + 100 * (y - 0.6) ** 2 + 7

describe.each([
  ['plain', 'identity'],
  ['smooth', 'yeo-johnson'],
  ['best', undefined],
  ['forest', 'yeo-johnson'],
] as const)('model %s', (model, warp) => {
  const sampler = bayesian({ models: [model] })
  const why = (
    f: (config: any) => number | null,
    direction: Direction = 'minimize',
    n = 30,
  ): { config: Config; why: ModelExplanation } =>
    asked(sampler, PLANE, { trials: spread(PLANE, n, f), objectives: { value: direction } }) as never

  test('explains its own suggestion, in the units of the objective', () => {
    const { config, why: e } = why(bowl)
    expect(e).toMatchObject({
      by: 'model',
      model,
      observed: 30,
      failed: 0,
      pending: 0,
      acquisition: { name: 'log expected improvement' },
    })
    if (warp !== undefined) expect(e.warp).toBe(warp)
    expect(e).not.toHaveProperty('works')
    const { value, low, high } = e.prediction
    expect(low < value && value < high).toBe(true)
    // Eight deviations, because a forest of thirty points is not exact.
    expect(Math.abs(bowl(config) - value)).toBeLessThan((8 * (high - low)) / 2)
    expect(e.improves).toBeGreaterThan(0.01)
    expect(e.improves).toBeLessThanOrEqual(1)
  })

  test('mirrors its prediction if the mirrored objective is maximized', () => {
    const down = why(bowl)
    const up = why((config) => -bowl(config), 'maximize')
    expect(up.config).toEqual(down.config)
    const { prediction: p, incumbent, ...rest } = down.why
    expect(up.why).toEqual({
      ...rest,
      prediction: { value: -p.value, low: -p.high, high: -p.low },
      incumbent: -incumbent,
    })
  })

  test('gives the probability that the trial works', () => {
    const { why: e } = why((config) => (config.x > 0.6 ? null : bowl(config)))
    expect(e.failed).toBeGreaterThan(5)
    expect(e.works).toBeGreaterThan(0.5)
  })
})

test('a process that has seen the basin nearly knows the value at its bottom, and says that it exploits', () => {
  const trials = [
    ...spread(PLANE, 30, bowl),
    ...[-1, 0, 1]
      .flatMap((i) => [-1, 0, 1].map((j) => ({ x: 0.3 + 0.02 * i, y: 0.6 + 0.02 * j })))
      .map((config, k) => endedTrial(30 + k, config, bowl(config))),
  ]
  const { why } = asked(bayesian({ models: ['plain'] }), PLANE, { trials }) as { why: ModelExplanation }
  expect(why.mode).toBe('exploit')
  expect(why.prediction.value).toBeCloseTo(7, 1)
  expect(why.incumbent).toBeCloseTo(7, 1)
})

test('a place that is well known to be far from the best is not said to exploit', () => {
  // Bad values of a million hide every difference between the good ones from a process of the plain values.
  const cliff = (config: any): number => (config.x > 0.4 ? 1e6 : 1 + 100 * (config.x - 0.1) ** 2 + 300 * config.y)
  const seen: ModelExplanation[] = []
  for (let n = 12; n < 40; n += 2) {
    const { why } = asked(bayesian({ models: ['plain'] }), PLANE, { trials: spread(PLANE, n, cliff) })
    if (why.by === 'model') seen.push(why)
  }
  expect(seen.length).toBeGreaterThan(5)
  for (const [k, { mode, prediction, incumbent }] of seen.entries()) {
    if (mode !== 'exploit' || prediction.value <= incumbent) continue
    const values = spread(PLANE, 12 + 2 * k, cliff).map(({ value }) => value!)
    expect(values.filter((value) => value < prediction.value).length).toBeLessThanOrEqual(4)
  }
})

test('noise among the good values is told where bad values hide it, and a smooth objective has none', () => {
  const hidden = ({ x, y }: any, chance: number): number =>
    x > 0.5 || y > 0.5 ? 1000 * (1 + x + y) : 1 + 20 * ((x - 0.2) ** 2 + (y - 0.3) ** 2) + chance
  const noisy: boolean[] = []
  const smooth: boolean[] = []
  for (let seed = 1; seed <= 4; seed++) {
    const chance = randomStream('hidden noise', seed)
    const trials = Array.from({ length: 60 }, (_, k) => {
      // Half of the points lie around the best one, ever closer, as a search has them.
      const { x, y } = decode(PLANE, sobolPoint(k, 2, seed)) as { x: number; y: number }
      const width = k % 4 === 1 ? 0.3 : 0.03
      return k % 2 === 0 ? { x, y } : { x: 0.2 + (x - 0.5) * width, y: 0.3 + (y - 0.5) * width }
    })
    const found = (noise: number): ReturnType<typeof recommend> =>
      recommend(
        PLANE,
        trials.map((config, k) => endedTrial(k, config, hidden(config, noise * (chance.next() + chance.next() - 1)))),
        { objectives: { value: 'minimize' } },
      )
    noisy.push(found(1)!.isNoisy || found(1)!.luck === 'likely')
    smooth.push(found(0)!.isNoisy || found(0)!.luck === 'likely')
  }
  expect(noisy.filter(Boolean).length).toBeGreaterThan(1)
  expect(smooth).not.toContain(true)
})

test('a config that is not expected to beat the best is explored', () => {
  const rough = ({ x, y }: any): number => Math.sin(9 * x) * Math.cos(7 * y) + 0.3 * x
  const all = Array.from(
    { length: 30 },
    (_, k) => asked(bayesian({ initial: 5 }), PLANE, { trials: spread(PLANE, 6 + k, rough) }).why as ModelExplanation,
  )
  const explored = all.filter(({ mode }) => mode === 'explore')
  expect(explored.length).toBeGreaterThan(3)
  expect(explored.length).toBeLessThan(27)
  for (const { prediction, incumbent, improves } of explored) {
    expect(prediction.value).toBeGreaterThan(incumbent)
    expect(improves).toBeLessThan(0.5)
  }
})

test('says when the sequence stands in for a model, and why', () => {
  const few = parseSpace({ a: int(1, 2), b: choice(['x', 'y']) })
  const all = (config: any): TrialRecord => endedTrial(config.number, config.config, config.number)
  expect(asked(bayesian(), PLANE, { number: 2 }).why).toEqual({
    by: 'sobol',
    index: 2,
    isStandIn: false,
    because: { reason: 'opening', of: 5 },
  })
  expect(
    asked(bayesian({ failures: 'ignore' }), PLANE, {
      number: 9,
      trials: spread(PLANE, 9, ({ x }) => (x < 0.2 ? x : null)),
    }).why,
  ).toMatchObject({ by: 'sobol', index: 9, because: { reason: 'few-values' } })
  // Two values are too few, whatever the options say.
  const early = (n: number): Explanation =>
    asked(bayesian({ initial: 0 }), PLANE, { trials: spread(PLANE, n, bowl) }).why
  expect(early(2)).toMatchObject({ by: 'sobol', because: { reason: 'few-values', values: 2 } })
  expect(early(3)).toMatchObject({ by: 'model' })
  const trials = [
    { a: 1, b: 'x' },
    { a: 2, b: 'x' },
    { a: 1, b: 'y' },
  ].map((config, number) => all({ config, number }))
  expect(asked(sobol(), few, { trials, number: 1 }).why).toMatchObject({ by: 'sobol', index: 1 })
  expect(asked(random(), few, { trials }).why).toEqual({ by: 'random' })
  expect(asked(grid(), few, { number: 3 }).why).toEqual({ by: 'grid', place: 3, of: 4 })
  expect(asked(bayesian(), parseSpace({ x: float(0, 1, { default: 0.5 }) }), { number: 0 }).why).toEqual({
    by: 'defaults',
  })
})

test('the 95 % interval of a recommended mean contains the truth about as often as it should', () => {
  const truth = ({ x, y }: any): number => 10 * (x - 0.3) ** 2 + 10 * (y - 0.8) ** 2
  let [inside, noisy] = [0, 0]
  for (let seed = 1; seed <= 40; seed++) {
    const noise = randomStream('noise of the mean', seed)
    const found = recommend(
      PLANE,
      spread(PLANE, 60, (c) => truth(c) + 3 * (noise.next() + noise.next() - 1)),
      { objectives: { value: 'minimize' } },
    )!
    expect(found.mean !== null).toBe(found.isNoisy)
    if (found.mean === null) continue
    noisy++
    const { value, low, high } = found.mean
    expect(low < value && value < high).toBe(true)
    const actual = truth(found.trial.config)
    if (actual >= low && actual <= high) inside++
  }
  // Less than 95 %, because the best of sixty means is a little too good to be true.
  expect(noisy).toBeGreaterThan(30)
  expect(inside / noisy).toBeGreaterThan(0.85)
})

test('a trial outside the best basin says so, and must beat the best value outside of it', () => {
  const well = (config: Record<string, number>, at: number, width: number): number =>
    Math.exp(-Object.values(config).reduce((sum, x) => sum + (x - at) ** 2, 0) / (2 * width * width))
  // An opening in the middle would find the better basin at once.
  const sampler = bayesian({ design: 'sobol' })
  let beyond = 0
  for (let seed = 0; seed < 3; seed++) {
    let best = Infinity
    const look = (question: Question): void => {
      const said = question.number > 30 ? sampler.explain!(question) : undefined
      if (said?.by !== 'model' || said.leftOut === undefined) return
      expect(said.incumbent).toBeGreaterThan(best)
      beyond++
    }
    const watched: Sampler = { name: 'watched', suggest: (question) => (look(question), sampler.suggest(question)) }
    const optimizer = new Optimizer({ x: float(0, 1), y: float(0, 1), z: float(0, 1) }, { seed, sampler: watched })
    for (let k = 0; k < 50; k++) {
      const trial = optimizer.ask()!
      const value = -well(trial.config, 0.3, 0.25) - 1.3 * well(trial.config, 0.75, 0.18)
      best = Math.min(best, value)
      optimizer.tell(trial, value)
    }
  }
  expect(beyond).toBeGreaterThan(0)
})
