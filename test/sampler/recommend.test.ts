import { describe, expect, test } from 'vitest'
import { randomStream } from '../../src/numerics/random.ts'
import { Optimizer } from '../../src/optimizer.ts'
import type { OptimizerOptions } from '../../src/optimizer.ts'
import { recommend } from '../../src/sampler/recommend.ts'
import { float } from '../../src/space/parameter.ts'
import type { Output, Preference } from '../../src/trial.ts'

const PLANE = { x: float(0, 1), y: float(0, 1) } as const
const BOTH = { loss: 'minimize', speed: 'maximize' } as const

type Place = { readonly x: number; readonly y: number }

/** An optimizer after Sobol points. */
function after(
  count: number,
  said: (place: Place) => Readonly<Record<string, Output>>,
  options: OptimizerOptions,
): Optimizer<typeof PLANE> {
  const optimizer = new Optimizer(PLANE, { sampler: 'sobol', ...options })
  for (const asked of optimizer.ask(count)) optimizer.tell(asked, said(asked.config))
  return optimizer
}

const judgedIn = (optimizer: Optimizer<typeof PLANE>): readonly string[] =>
  recommend(optimizer.space, optimizer.trials(), optimizer.goals)!.judged

/** Small losses are slow. */
const bowls = ({ x, y }: Place) => ({ loss: x + (y - 0.5) ** 2, speed: x - (y - 0.5) ** 2 })

describe('recommends by what is preferred', () => {
  test.each<readonly [string, Preference]>([
    ['weights', { weights: { loss: 1, speed: 3 } }],
    ['the weight of the second objective alone', { weights: { speed: 1 } }],
    ['a bound on the second objective', { within: { speed: { atLeast: 0.6 } } }],
  ])('without noise the best trial by %s', (_what, prefer) => {
    const optimizer = after(40, bowls, { seed: 1, objectives: BOTH, prefer })
    const best = optimizer.best()!
    expect(optimizer.recommend()).toMatchObject({ config: best.config, value: best.value, isNoisy: false })
    // By the first objective it would be another one.
    const first = after(40, bowls, { seed: 1, objectives: BOTH }).recommend()!
    expect(first.config).not.toEqual(best.config)
  })

  test('with noise the best predicted mean of the weighted sum, and not that of the first objective', () => {
    const truth = ({ x, y }: Place): number => 10 * (x - 0.3) ** 2 + 10 * (y - 0.8) ** 2
    for (const seed of [1, 2, 3]) {
      const random = randomStream('noise', seed)
      const noise = (): number => 2 * (random.next() + random.next() - 1)
      // loss − speed / 2 is the truth; the loss alone is least at x = 0.
      const said = (place: Place) => ({ loss: truth(place) + 8 * place.x + noise(), speed: 16 * place.x + noise() })
      const optimizer = after(50, said, { seed, objectives: BOTH, prefer: { weights: { loss: 1, speed: 0.5 } } })
      const found = optimizer.recommend()!
      expect(found.isNoisy).toBe(true)
      expect(truth(found.config)).toBeLessThan(0.7)
      expect(Math.abs(found.mean!.value - truth(found.config))).toBeLessThan(1)
      const first = recommend(optimizer.space, optimizer.trials(), { objectives: BOTH })!
      expect(truth(first.trial.config as Place)).toBeGreaterThan(0.7)
    }
  })

  test.each<readonly [string, OptimizerOptions]>([
    ['constraint', { objectives: BOTH, constraints: { memory: { atMost: 5 } } }],
    ['preferred bound', { objectives: { ...BOTH, memory: 'minimize' }, prefer: { within: { memory: { atMost: 5 } } } }],
  ])('a trial that met a %s on a noisy output by luck is not recommended', (_what, options) => {
    // The lower the loss, the more memory: the luckiest trial is far beyond the limit.
    const excess = [1, 2, 3].map((seed) => {
      const random = randomStream('memory', seed)
      const said = ({ x, y }: Place) => ({
        loss: 1 - x + 0.1 * y,
        speed: 1,
        memory: 10 * x + 4 * (random.next() + random.next() - 1),
      })
      const optimizer = after(60, said, { seed, ...options })
      expect(judgedIn(optimizer)).toEqual(['memory'])
      return [optimizer.recommend()!.config.x, optimizer.best()!.config.x].map((x) => Math.max(10 * x - 5, 0))
    })
    const total = (which: 0 | 1): number => excess.reduce((sum, each) => sum + each[which]!, 0)
    expect(total(1)).toBeGreaterThan(3)
    expect(total(0)).toBeLessThan(0.4 * total(1))
  })

  test('a constraint on an output without noise is judged by what was measured', () => {
    const optimizer = after(40, (place) => ({ ...bowls(place), memory: 10 * place.x }), {
      seed: 1,
      objectives: BOTH,
      constraints: { memory: { atLeast: 5 } },
    })
    expect(judgedIn(optimizer)).toEqual([])
    expect(optimizer.recommend()!.config).toEqual(optimizer.best()!.config)
  })

  test('nothing while no trial is within the bounds', () => {
    const prefer = { within: { speed: { atLeast: 7 } } }
    const optimizer = after(8, bowls, { seed: 1, objectives: BOTH, prefer })
    expect([optimizer.recommend(), optimizer.best()]).toEqual([undefined, undefined])
  })
})
