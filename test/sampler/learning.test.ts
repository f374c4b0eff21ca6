import { expect, test } from 'vitest'
import { randomStream } from '../../src/numerics/random.ts'
import { Optimizer } from '../../src/optimizer.ts'
import { float } from '../../src/space/parameter.ts'

const PLANE = { x: float(0, 1), y: float(0, 1) }
type Point = { readonly x: number; readonly y: number }

/** An optimizer after some trials; null is a failure. */
function after(budget: number, seed: number, measure: (config: Point, number: number) => number | null): Optimizer {
  const optimizer = new Optimizer(PLANE, { seed })
  for (let i = 0; i < budget; i++) {
    const trial = optimizer.ask()!
    const value = measure(trial.config as Point, i)
    if (value === null) optimizer.fail(trial)
    else optimizer.tell(trial, value)
  }
  return optimizer as unknown as Optimizer
}

const sphere = ({ x, y }: Point): number => (x - 0.62) ** 2 + (y - 0.37) ** 2

test('G1: one failure by chance does not keep the search from the last digits', () => {
  for (const seed of [1, 2, 3])
    expect(after(30, seed, (config, i) => (i === 6 ? null : sphere(config))).best()!.value).toBeLessThan(1e-7)
})

test('G2: half of the box at a height gives the very trials that failures there give', () => {
  const tried = (height: number | null): unknown[] =>
    after(25, 1, (config) => (config.x > 0.5 ? height : (config.x - 0.2) ** 2 + (config.y - 0.3) ** 2))
      .trials()
      .map(({ config }) => config)
  for (const height of [1e10, 100, 3]) expect(tried(height)).toEqual(tried(null))
})

test('G3: noise that bad values hide is found, and the trial is chosen by its mean', () => {
  const bowl = ({ x, y }: Point): number => 1 + 85 * ((x - 0.4) ** 2 + (y - 0.6) ** 2)
  const found = [0.3, 0].map((deviation) => {
    const random = randomStream('noise')
    const normal = (): number => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next())
    return after(50, 3, (config) => bowl(config) + deviation * normal()).recommend()!
  })
  expect(found.map(({ isNoisy }) => isNoisy)).toEqual([true, false])
  const { low, high } = found[0]!.mean!
  expect(high - low).toBeLessThan(0.6)
})

test('G5: failures alone teach: in a square of 4 % most trials give a value once one has', () => {
  const isInside = ({ x, y }: Point): boolean => x >= 0.35 && x <= 0.55 && y >= 0.5 && y <= 0.7
  const optimizer = after(60, 1, (config) => (isInside(config) ? sphere(config) : null))
  expect(optimizer.trials().filter(({ state }) => state === 'complete').length).toBeGreaterThan(19)
})
