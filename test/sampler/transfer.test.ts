/** What earlier studies teach `bayesian`, and that they teach nothing where they should not. */

import { describe, expect, test } from 'vitest'
import { Optimizer, float } from '../../src/index.ts'
import type { Earlier } from '../../src/sampler/sampler.ts'
import { bayesian } from '../../src/sampler/bayesian.ts'
import { parseEarlier } from '../../src/sampler/earlier.ts'
import type { BayesianOptions } from '../../src/sampler/bayesian-options.ts'

const SPACE = { x: float(0, 1), y: float(0, 1) }
type Config = { readonly x: number; readonly y: number }
const f = ({ x, y }: Config): number => (x - 0.3) ** 2 + (y - 0.6) ** 2
const low = { effort: 'low', models: ['plain'] } as const satisfies BayesianOptions

/** The trials of an earlier study, by the first points of a Sobol sequence. */
function study(from: string, objective: (config: Config) => number, trials = 12): Earlier {
  const optimizer = new Optimizer(SPACE, { seed: 3, sampler: 'sobol' })
  for (const asked of optimizer.ask(trials)) optimizer.tell(asked, objective(asked.config))
  return { from, trials: optimizer.trials() }
}

/** The configs that are suggested, one after another. */
function suggested(earlier: readonly Earlier[] | undefined, options: BayesianOptions = {}, trials = 6): Config[] {
  const sampler = bayesian({ ...low, ...options })
  const optimizer = new Optimizer(SPACE, { seed: 1, sampler, ...(earlier && { earlier }) })
  for (let n = 0; n < trials; n++) {
    const asked = optimizer.ask()!
    optimizer.tell(asked, f(asked.config))
  }
  return optimizer.trials().map(({ config }) => config as unknown as Config)
}

describe('earlier studies', () => {
  const same = study('same', f)
  const opposite = study('opposite', (config) => -f(config))
  const best = [...same.trials].sort((a, b) => a.value! - b.value!)

  test('lend their best point to the first suggestion, and are ignored if they shall be', () => {
    expect(suggested([same], {}, 1)[0]).toEqual(best[0]!.config)
    expect(suggested([same], { transfer: 'ignore' })).toEqual(suggested(undefined))
    expect(suggested([])).toEqual(suggested(undefined))
  })

  test('lend by turns points that are apart from what was tried', () => {
    const opening = suggested([same, opposite], { initial: 6 })
    expect(opening[0]).toEqual(best[0]!.config)
    expect(opening[2]).toEqual(best.at(-1)!.config)
    const near = { ...same, trials: same.trials.map((trial) => ({ ...trial, config: { x: 0.51, y: 0.52 } })) }
    const [first, ...others] = suggested([near], { initial: 3 }, 3)
    expect(first).toEqual({ x: 0.51, y: 0.52 })
    expect(others).toEqual(suggested(undefined, { initial: 3 }, 3).slice(1))
  })

  test('lend none to the first suggestion where the space says where to begin', () => {
    const prior = { kind: 'normal', mean: 0.1, deviation: 0.1 } as const
    for (const x of [float(0, 1, { default: 0.1 }), float(0, 1, { prior })]) {
      const optimizer = new Optimizer({ x, y: SPACE.y }, { seed: 1, sampler: bayesian(low), earlier: [same] })
      const asked = optimizer.ask(2).map(({ config }) => config)
      expect(asked[0]!.x).toBe(0.1)
      expect(asked[1]).toEqual(best[0]!.config)
    }
  })

  test('make the opening shorter, if they have enough values for a model', () => {
    const by = (earlier: Earlier): string => {
      const optimizer = new Optimizer(SPACE, { seed: 1, sampler: bayesian(low), earlier: [earlier] })
      for (let n = 0; n < 4; n++) {
        const asked = optimizer.ask()!
        optimizer.tell(asked, f(asked.config))
      }
      const { space, objectives } = optimizer
      const question = { space, objectives, trials: optimizer.trials(), pending: [], earlier: [earlier], seed: 1 }
      return bayesian(low).explain!({ ...question, number: 4, draw: 0, isTried: () => false })!.by
    }
    expect(by(same)).toBe('model')
    expect(by(study('few', f, 3))).not.toBe('model')
  })

  test('count in the model as they rank the values here: one that says the opposite has no say', () => {
    const weights = (earlier: Earlier): number => {
      const optimizer = new Optimizer(SPACE, { seed: 1, sampler: bayesian(low), earlier: [earlier] })
      for (let n = 0; n < 4; n++) {
        const asked = optimizer.ask()!
        optimizer.tell(asked, f(asked.config))
      }
      const explained = bayesian(low).explain!({
        space: optimizer.space,
        objectives: optimizer.objectives,
        trials: optimizer.trials(),
        pending: [],
        earlier: [earlier],
        seed: 1,
        number: 4,
        draw: 0,
        isTried: () => false,
      })
      return explained?.by === 'model' ? (explained.earlier?.[0]?.weight ?? 0) : NaN
    }
    expect(weights(same)).toBeGreaterThan(0.5)
    expect(weights(opposite)).toBeLessThan(0.05)
  })

  test('a study of another form, or with configs of another space, is refused', () => {
    const make = (earlier: unknown): unknown => new Optimizer(SPACE, { earlier } as never)
    expect(() => make([{ from: 'a' }])).toThrow("option 'earlier': must be a list of { from, trials }")
    const outside = { ...same, trials: [{ ...same.trials[0]!, config: { x: 2, y: 0 } }] }
    expect(() => make([outside])).toThrow("option 'earlier': 'same', trial 0: parameter 'x'")
    const [first] = same.trials
    expect(() => make([{ from: 'a', trials: [first, { config: first!.config, value: 1 }] }])).toThrow(
      "option 'earlier': 'a', trial 1: must be a record with a config, state, values and outputs",
    )
    expect(() => make([{ from: 'a', trials: [{ ...first, values: { value: NaN } }] }])).toThrow(
      "trial 0: objective 'value': must be a finite number, got NaN",
    )
  })

  test('are given without the trials that have not ended: these are no failures', () => {
    const open = same.trials.map((trial) => ({ ...trial, state: 'running' as const, value: null, values: {} }))
    const { space, objectives } = new Optimizer(SPACE)
    const given = [{ from: 'same', trials: [...open, ...same.trials] }]
    expect(parseEarlier({ space, objectives }, given)).toEqual([same])
  })
})
