import { expect, expectTypeOf, test } from 'vitest'
import { Optimizer } from '../src/optimizer.ts'
import { bayesian } from '../src/sampler/bayesian.ts'
import { tookSeconds } from '../src/sampler/duration.ts'
import { grid } from '../src/sampler/grid.ts'
import { random, sobol } from '../src/sampler/sequence.ts'
import { choice, float, int } from '../src/space/parameter.ts'

const space = { x: float(0, 1), o: choice(['a', 'b']) }

test('asks and tells in memory, several at once, and knows the best', () => {
  const optimizer = new Optimizer(space, { seed: 1, maximize: 'score' })
  expect(optimizer.best()).toBeUndefined()
  const open = [optimizer.ask()!, optimizer.ask()!, optimizer.ask()!]
  expectTypeOf(open[0]!.config).toEqualTypeOf<{ x: number; o: 'a' | 'b' }>()
  optimizer.tell(open[1]!, 5)
  optimizer.tell(open[0]!.id, { score: 7 })
  optimizer.fail(open[2]!, 'broke')
  expect(optimizer.best()).toEqual({ config: open[0]!.config, value: 7, values: { score: 7 }, outputs: {} })
  expect(optimizer.trials().map((t) => t.state)).toEqual(['complete', 'complete', 'failed'])
})

test('takes the result of a config that it did not suggest, and never suggests that config', () => {
  const optimizer = new Optimizer({ o: choice(['a', 'b']) }, { seed: 1 })
  optimizer.tell({ config: { o: 'a' } }, 1)
  expect(optimizer.ask()!.config).toEqual({ o: 'b' })
  expect(optimizer.ask()).toBeUndefined()
})

test('the same seed gives the same first configs, even if different values are told', () => {
  const a = new Optimizer(space, { seed: 9 })
  const b = new Optimizer(space, { seed: 9 })
  for (let i = 0; i < 5; i++) {
    const asked = a.ask()!
    expect(b.ask()!.config).toEqual(asked.config)
    a.tell(asked, i)
  }
})

test('refuses what makes no sense, and stays as it was', () => {
  const optimizer = new Optimizer(space, { seed: 1 })
  const asked = optimizer.ask()!
  expect(() => optimizer.tell(asked, NaN)).toThrow(/finite/)
  expect(() => optimizer.tell('77', 1)).toThrow(/not open/)
  expect(() => optimizer.tell({ config: { x: 2, o: 'a' } }, 1)).toThrow(/x/)
  optimizer.tell(asked, 1)
  expect(() => optimizer.tell(asked, 1)).toThrow(/told already/)
  expect(() => new Optimizer(space, { minimize: 'a', maximize: 'b' })).toThrow(/exclude/)
  expect(() => new Optimizer(space, { seed: -1 })).toThrow(/seed/)
  expect(() => new Optimizer(space, { objectives: {} })).toThrow(/at least one/)
  expect(() => new Optimizer(space, { minimize: 'loss' }).tell({ config: { x: 1, o: 'a' } }, { los: 2 })).toThrow(
    /objective 'loss': must be a number, got nothing; did you mean it by 'los'/,
  )
})

test('what is told beside the objectives is kept, constraints judge it, and the front is what nothing beats', () => {
  const optimizer = new Optimizer(
    { x: float(0, 1) },
    { objectives: { loss: 'minimize', speed: 'maximize' }, constraints: { memory: { atMost: 16 }, valid: true } },
  )
  const tell = (x: number, loss: number, speed: number, memory: number, valid = true): void =>
    optimizer.tell({ config: { x } }, { loss, speed, memory, valid, size: 'big' })
  tell(0.1, 1, 1, 20)
  tell(0.2, 1, 1, 12, false)
  expect(optimizer.best()).toBeUndefined()
  expect(optimizer.front()).toEqual([])
  tell(0.3, 5, 9, 12)
  tell(0.4, 3, 4, 16)
  tell(0.5, 4, 3, 16)
  expect(optimizer.best()).toMatchObject({ value: 3, values: { loss: 3, speed: 4 }, config: { x: 0.4 } })
  expect(optimizer.front().map(({ config }) => config.x)).toEqual([0.4, 0.3])
  expect(optimizer.trials()[0]).toMatchObject({ values: { loss: 1, speed: 1 }, outputs: { memory: 20, size: 'big' } })
  // Memory that was not said is not within its limit.
  tell(0.6, 1, 1, Infinity)
  expect(optimizer.trials().at(-1)!.outputs).not.toHaveProperty('memory')
  expect(optimizer.front().map(({ config }) => config.x)).not.toContain(0.6)
})

test('an unknown option is refused, and so is a sampler that was not called', () => {
  expect(() => new Optimizer(space, { maximze: 'a' } as object)).toThrow("did you mean 'maximize'?")
  expect(() => new Optimizer(space, { sampler: bayesian as never })).toThrow(
    "option 'sampler': is the function 'bayesian' itself; call it, as in bayesian()",
  )
  expect(() => new Optimizer(space, { sampler: {} as never })).toThrow("option 'sampler': must be a name, or an object")
  expect(() => bayesian({ intial: 3 } as object)).toThrow(
    "option 'intial': bayesian has none of this name; did you mean",
  )
  expect(() => grid({ point: 3 } as object)).toThrow("did you mean 'points'?")
  expect(() => random({ seed: 1 })).toThrow("option 'seed': random has none of this name")
  expect(() => sobol({ seed: 1 } as object)).toThrow("option 'seed': sobol has none of this name")
})

test('an asked config cannot be changed, and what best gives is a copy', () => {
  const optimizer = new Optimizer({ n: int(1, 9), net: { k: choice([1, 2]) } }, { seed: 1 })
  const asked = optimizer.ask()!
  const { n } = asked.config
  expect(() => void ((asked.config as { n: number }).n *= 1000)).toThrow(TypeError)
  expect(() => void ((asked.config.net as { k: number }).k = 7)).toThrow(TypeError)
  optimizer.tell(asked, 1)
  const best = optimizer.best()! as unknown as { config: { n: number }; values: { value: number } }
  best.config.n = 77
  best.values.value = 77
  expect(optimizer.trials()[0]).toMatchObject({ config: { n }, values: { value: 1 } })
  expect(() => void ((optimizer.trials()[0] as { value: number }).value = 5)).toThrow(TypeError)
  for (let i = 0; i < 8; i++) optimizer.tell(optimizer.ask()!, i)
})

test('a suggestion with another config than the asked one is another trial', () => {
  const optimizer = new Optimizer({ n: int(1, 9) }, { seed: 1 })
  const asked = optimizer.ask()!
  const other = { ...asked, config: { n: asked.config.n === 9 ? 1 : asked.config.n + 1 } }
  optimizer.tell(other, 1)
  expect(optimizer.trials()).toMatchObject([{ number: null, config: other.config }])
  expect(optimizer.pending()).toEqual([asked])
  optimizer.tell({ ...asked, config: { ...asked.config } }, 2)
  expect(optimizer.pending()).toEqual([])
  expect(optimizer.trials()[1]).toMatchObject({ number: 0, id: asked.id })
})

test('a suggestion that is told by its config is closed', () => {
  const optimizer = new Optimizer({ o: choice(['a', 'b']) }, { seed: 1 })
  const asked = optimizer.ask()!
  optimizer.tell({ config: { ...asked.config } }, 1)
  expect(optimizer.pending()).toEqual([])
  expect(() => optimizer.tell(asked, 2)).toThrow(/told already/)
  expect(optimizer.trials()).toMatchObject([{ id: asked.id, number: 0, value: 1 }])
  expect(optimizer.ask()!.config).not.toEqual(asked.config)
  expect(optimizer.ask()).toBeUndefined()
})

test('what is not about a suggestion is refused', () => {
  const optimizer = new Optimizer(space, { seed: 1 })
  for (const told of [undefined, null, 7, {}, { id: 3 }])
    expect(() => optimizer.tell(told as never, 1)).toThrow(/must (be about|have an 'id'|be a string)/)
})

test('a sampler of anybody is checked, whatever its name is', () => {
  for (const name of ['random', 'bayesian', 'own']) {
    const wrong = { name, suggest: () => ({ config: { x: 7, o: 'a' } }) }
    const optimizer = new Optimizer(space, { sampler: wrong })
    expect(() => optimizer.ask()).toThrow(`sampler '${name}': suggested something that is not a config`)
  }
  const later = { name: 'own', suggest: () => ({ config: { x: 0.5, o: 'a' }, agian: true }) }
  expect(() => new Optimizer(space, { sampler: later }).ask()).toThrow("did you mean 'again'?")
})

test('ask(n) gives as many configs, all different, and each believes that the others are tried', () => {
  const optimizer = new Optimizer({ x: float(0, 1) }, { seed: 3 })
  for (const asked of optimizer.ask(6)) optimizer.tell(asked, (asked.config.x - 0.4) ** 2)
  const batch = optimizer.ask(4)
  expect(batch.map(({ number }) => number)).toEqual([6, 7, 8, 9])
  expect(new Set(batch.map(({ config }) => config.x)).size).toBe(4)
  expect(optimizer.pending()).toEqual(batch)
  const one = new Optimizer({ x: float(0, 1) }, { seed: 3 })
  for (const asked of one.ask(6)) one.tell(asked, (asked.config.x - 0.4) ** 2)
  expect([one.ask(), one.ask(), one.ask(), one.ask()]).toEqual(batch)
})

test('SKO-98: ask(n) wants a whole number of at least 1, and gives fewer where no more are left', () => {
  const optimizer = new Optimizer({ k: int(1, 3) }, { seed: 1 })
  for (const count of [0, 1.5, -1, NaN, '2', null])
    expect(() => optimizer.ask(count as number)).toThrow("'count': must be a whole number of at least 1, got")
  expect(optimizer.ask(5).length).toBe(3)
  expect(optimizer.ask(2)).toEqual([])
})

test('predict says what the model expects of a config, in units of the objective', () => {
  const optimizer = new Optimizer({ x: float(0, 1) }, { seed: 3, maximize: 'gain' })
  expect(optimizer.predict({ x: 0.5 })).toBeUndefined()
  for (const asked of optimizer.ask(12)) optimizer.tell(asked, 7 - (asked.config.x - 0.4) ** 2)
  const { value, low, high } = optimizer.predict({ x: 0.7 })!
  expect(value).toBeCloseTo(6.91, 2)
  expect(low).toBeLessThanOrEqual(value)
  expect(high).toBeGreaterThanOrEqual(value)
  expect(optimizer.predict({ x: 0.7 })).toEqual({ value, low, high })
  expect(() => optimizer.predict({ x: 2 })).toThrow(RangeError)
  const other = new Optimizer({ x: float(0, 1) }, { seed: 3, sampler: 'random' })
  for (const asked of other.ask(12)) other.tell(asked, asked.config.x)
  expect(other.predict({ x: 0.5 })).toBeUndefined()
})

test('options in the place of the space are refused, and what a sampler cannot search', () => {
  const space = { x: float(0, 1) }
  expect(() => new Optimizer({ space, sampler: 'sobol', seed: 1 })).toThrow(
    'Optimizer: the space comes first, as in new Optimizer(space, { sampler, seed })',
  )
  expect(new Optimizer({ space, rate: 3 }, { seed: 1 }).ask()!.config).toEqual({ space: { x: 0.5 }, rate: 3 })
  const sampler = bayesian({ models: [{ kind: 'process', kernel: 'hamming' }] })
  expect(() => new Optimizer(space, { sampler })).toThrow("kernel 'hamming': is for spaces of choices only")
  expect(() => new Optimizer(space, { sampler: bayesian({ scalarize: 'linear' }) })).toThrow(
    "option 'scalarize': needs several objectives",
  )
})

test('SKO-34, SKO-35: seconds are told beside a value; they are no second objective', () => {
  const optimizer = new Optimizer({ x: float(0, 1) }, { seed: 1, sampler: bayesian({ perSecond: true }) })
  const asked = optimizer.ask()!
  optimizer.tell(asked, 0.5, { seconds: 12.5 })
  optimizer.fail({ config: { x: 0.25 } }, 'too long', { seconds: 90 })
  optimizer.tell({ config: { x: 0.75 } }, 2)
  const [told, failed, untimed] = optimizer.trials()
  expect(told!.values).toEqual({ value: 0.5 })
  expect(tookSeconds(told!)).toBe(12.5)
  expect(tookSeconds(failed!)).toBe(90)
  expect(tookSeconds(untimed!)).toBeNull()
})

test('seconds that make no sense are refused, and the suggestion stays open', () => {
  const optimizer = new Optimizer({ x: float(0, 1) }, { seed: 1 })
  const asked = optimizer.ask()!
  for (const seconds of [-1, NaN, Infinity])
    expect(() => optimizer.tell(asked, 1, { seconds })).toThrow(/'seconds': must/)
  expect(() => optimizer.fail(asked, '', { minutes: 1 } as never)).toThrow(/'minutes': fail has none of this name/)
  expect(optimizer.pending()).toHaveLength(1)
})
