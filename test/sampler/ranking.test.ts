import { describe, expect, test } from 'vitest'
import { hypervolume } from '../../src/numerics/front.ts'
import { randomStream } from '../../src/numerics/random.ts'
import { Optimizer } from '../../src/optimizer.ts'
import { breed } from '../../src/sampler/breed.ts'
import { cma } from '../../src/sampler/cma.ts'
import { evolve } from '../../src/sampler/evolve.ts'
import { local } from '../../src/sampler/local.ts'
import { excessesOf, inRank, isAhead } from '../../src/sampler/ranking.ts'
import type { Judged } from '../../src/sampler/ranking.ts'
import type { Sampler } from '../../src/sampler/sampler.ts'
import { random } from '../../src/sampler/sequence.ts'
import { choice, float } from '../../src/space/parameter.ts'
import { endedTrial } from '../support/trial-records.ts'
import { median } from './evolution-problems.ts'

const judged = (number: number, values: readonly number[], excesses: readonly number[] = []): Judged => ({
  number,
  values: Float64Array.from(values),
  excesses: Float64Array.from(excesses),
})

const numbersOf = (trials: readonly Judged[]): number[] => inRank(trials).map(({ number }) => number)

describe('the rank of trials', () => {
  test('is that of their value where there is one objective; of equal ones the first comes first', () => {
    expect(numbersOf([judged(0, [3]), judged(1, [1]), judged(2, [Infinity]), judged(3, [1])])).toEqual([1, 3, 0, 2])
  })

  test('is that of their front, then of their room on it', () => {
    const trials = [
      judged(0, [5, 5]), // beaten by all others
      judged(1, [0, 8]),
      judged(2, [1, 4]),
      judged(3, [2, 3]),
      judged(4, [4, 0]),
      judged(5, [4, 4]), // beaten by the front
    ]
    expect(numbersOf(trials)).toEqual([1, 4, 3, 2, 5, 0])
  })

  test('puts trials that meet all constraints first, then those that break them by less', () => {
    const trials = [
      judged(0, [1, 1], [0.1, 0]),
      judged(1, [9, 9], [0, 0]),
      judged(2, [2, 2], [0.05, 0]),
      judged(3, [Infinity, Infinity], [Infinity, Infinity]),
      judged(4, [0, 0], [0.1, 700]),
      judged(5, [0, 0], [0, Infinity]),
    ]
    // The largest excess of a constraint counts as 1, and so does an output that was not said.
    expect(numbersOf(trials)).toEqual([1, 2, 0, 5, 4, 3])
  })

  test('never puts a trial before one that is ahead of it', () => {
    const source = randomStream('ranking', 4)
    for (let round = 0; round < 30; round++) {
      const trials = Array.from({ length: 12 }, (_, number) =>
        judged(
          number,
          Array.from({ length: 1 + (round % 3) }, () => source.integer(4)),
          [Math.max(source.integer(6) - 3, 0)],
        ),
      )
      const ranked = inRank(trials)
      for (const [i, later] of ranked.entries())
        for (const earlier of ranked.slice(0, i)) expect(isAhead(later, earlier)).toBe(false)
    }
  })

  test('takes an output that is missing or has another type for a broken constraint', () => {
    const constraints = { memory: { atMost: 16 }, valid: true }
    const excesses = (outputs: Record<string, number | boolean | string>): number[] => [
      ...excessesOf(constraints, endedTrial(0, {}, 1, { outputs })),
    ]
    expect(excesses({ memory: 18, valid: true })).toEqual([2, 0])
    expect(excesses({ memory: 3, valid: false })).toEqual([0, 1])
    expect(excesses({ memory: '3' })).toEqual([Infinity, Infinity])
  })
})

/** Samplers that breed new configs from good ones. */
const BREEDING: readonly Sampler[] = [
  evolve(),
  breed({ population: 10 }),
  breed({ population: 10, crossover: true }),
  cma(),
  local(),
]

/** The whole front has y and z at 0.5 and x from 0 to 1. `kind` b only takes more memory. */
const SPACE = { x: float(0, 3), y: float(0, 1), z: float(0, 1), kind: choice(['a', 'b']) } as const

function volumeOf(sampler: Sampler, seed: number): number {
  const optimizer = new Optimizer(SPACE, { sampler, seed, objectives: { f: 'minimize', g: 'maximize' } })
  for (let k = 0; k < 100; k++) {
    const asked = optimizer.ask()!
    const { x, y, z } = asked.config
    const off = (y - 0.5) ** 2 + (z - 0.5) ** 2
    optimizer.tell(asked, { f: x * x + off, g: -((x - 1) ** 2) - off })
  }
  const front = optimizer.front()
  const rows = Float64Array.from(front.flatMap(({ values }) => [values.f!, -values.g!]))
  return hypervolume(rows, front.length, 2, Float64Array.of(1, 1))
}

const SEEDS = [0, 1, 2]
const VOLUME_AT_RANDOM = median(SEEDS.map((seed) => volumeOf(random(), seed)))

describe.each(BREEDING)('sampler $name $options', (sampler) => {
  test('finds a larger front of two objectives than random search', () => {
    expect(median(SEEDS.map((seed) => volumeOf(sampler, seed)))).toBeGreaterThan(VOLUME_AT_RANDOM)
  })

  test('goes on among trials that meet the constraints, although others have better values', () => {
    const optimizer = new Optimizer(
      { x: float(0, 1), y: float(0, 1) },
      {
        sampler,
        seed: 2,
        minimize: 'loss',
        constraints: { memory: { atMost: 4 } },
      },
    )
    let met = 0
    for (let k = 0; k < 80; k++) {
      const asked = optimizer.ask()!
      const { x, y } = asked.config
      const memory = 10 * x
      if (k >= 40 && memory <= 4) met++
      optimizer.tell(asked, { loss: (1 - x) ** 2 + (y - 0.5) ** 2, memory })
    }
    // The best values lie where 60 % of the space break the constraint.
    expect(met).toBeGreaterThan(20)
    expect(optimizer.best()!.config.x).toBeGreaterThan(0.3)
  })
})
