import { expect, expectTypeOf, test } from 'vitest'
import { Optimizer } from '../src/optimizer.ts'
import { choice, float } from '../src/space/parameter.ts'

const space = { x: float(0, 1), o: choice(['a', 'b']) }

test('asks and tells in memory, several at once, and knows the best', () => {
  const optimizer = new Optimizer(space, { seed: 1, maximize: 'score' })
  expect(optimizer.best()).toBeUndefined()
  const open = [optimizer.ask()!, optimizer.ask()!, optimizer.ask()!]
  expectTypeOf(open[0]!.config).toEqualTypeOf<{ x: number; o: 'a' | 'b' }>()
  optimizer.tell(open[1]!, 5)
  optimizer.tell(open[0]!.id, { score: 7 })
  optimizer.fail(open[2]!, 'broke')
  expect(optimizer.best()).toEqual({ config: open[0]!.config, value: 7, values: { score: 7 } })
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
  expect(() =>
    new Optimizer(space, { minimize: 'loss' }).tell({ config: { x: 1, o: 'a' } }, { loss: 1, los: 2 }),
  ).toThrow(/objective 'los': not in this study/)
})
