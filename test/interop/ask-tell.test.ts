import { expect, test } from 'vitest'
import { answer, conversation } from '../../src/interop/ask-tell.ts'
import type { Conversation } from '../../src/interop/ask-tell.ts'

const SPACE =
  '{"space": {"x": {"type": "float", "low": 0, "high": 1}, "opt": {"type": "categorical", "choices": ["a", null]}}, ' +
  '"minimize": true, "budget": 100}'

function begun(seed = 1): Conversation {
  const state = conversation(seed)
  expect(answer(state, SPACE)).toEqual({ ok: true })
  return state
}

interface Asked {
  readonly trials: readonly {
    readonly id: string
    readonly config: { readonly x: number; readonly opt: string | null }
  }[]
}

test('a conversation asks, tells by id and by config, and knows the best', () => {
  const state = begun()
  expect(answer(state, '{"best": 1}')).toEqual({ best: null })
  const { trials } = answer(state, '{"ask": 2}') as unknown as Asked
  expect(trials.length).toBe(2)
  expect(
    answer(
      state,
      JSON.stringify({
        tell: [
          { id: trials[0]!.id, value: 2 },
          { id: trials[1]!.id, failed: 'broke' },
          { config: { x: 0.5, opt: null }, value: 1 },
        ],
      }),
    ),
  ).toEqual({ ok: true })
  expect(answer(state, '{"best": 1}')).toEqual({ best: { config: { x: 0.5, opt: null }, value: 1 } })
})

test('a config is predicted once there is a model, and nothing else changes by it', () => {
  const state = begun()
  const predict = '{"predict": {"x": 0.25, "opt": "a"}}'
  expect(answer(state, predict)).toEqual({ predict: null })
  const { trials } = answer(state, '{"ask": 12}') as unknown as Asked
  const results = trials.map(({ id, config }) => ({ id, value: (config.x - 0.25) ** 2 }))
  expect(answer(state, JSON.stringify({ tell: results }))).toEqual({ ok: true })
  const predicted = answer(state, predict).predict as { value: number; low: number; high: number }
  expect(predicted.low).toBeLessThanOrEqual(predicted.value)
  expect(predicted.high).toBeGreaterThanOrEqual(predicted.value)
  expect(Math.abs(predicted.value)).toBeLessThan(0.1)
  expect(answer(state, predict).predict).toEqual(predicted)
  expect(answer(state, '{"predict": {"x": 7, "opt": "a"}}').error).toMatch(/x/)
  expect(answer(state, '{"predict": {"x": 0.5, "opt": "a"}, "ask": 1}').error).toMatch(/one message/)
})

test('the same seed gives the same configs', () => {
  expect(answer(begun(5), '{"ask": 3}')).toEqual(answer(begun(5), '{"ask": 3}'))
  expect(answer(begun(5), '{"ask": 3}')).not.toEqual(answer(begun(6), '{"ask": 3}'))
})

test.each([
  ['no json', /^line: must be JSON/],
  ['[1]', /^line: must be a JSON object, got \[1\]$/],
  ['{}', /got nothing$/],
  ['{"aks": 1}', /^line: must have one of 'space', .*, got "aks"; did you mean 'ask'\?$/],
  ['{"ask": 0}', /^'ask': must be a whole number from 1 to 100,000, got 0$/],
  ['{"tell": {"id": "0", "value": 1}}', /list/],
  ['{"tell": [{"id": "99", "value": 1}]}', /^trial "99": must be open/],
  ['{"tell": [{"value": 1}]}', /'id' or a 'config'/],
  ['{"tell": [{"config": {"x": 7, "opt": "a"}, "value": 1}]}', /x/],
  ['{"tell": [{"config": {"x": 0.5, "opt": "a"}, "value": "1"}]}', /finite/],
  [SPACE, /already/],
  ['{"tell": [], "ask": 1}', /^line: must be one message, got 'ask' and 'tell'; write two lines$/],
  ['{"ask": 1, "minimize": false}', /^'minimize': not part of a line with 'ask'; it belongs in the line with the/],
  ['{"ask": 1, "n": 3}', /^'n': not part of a line with 'ask'/],
  ['{"best": 5}', /^'best': must be 1, got 5$/],
  ['{"tell": [{"config": {"x": 0.5, "opt": "a"}, "vlaue": 1}]}', /did you mean 'value'\?$/],
  ['{"tell": [{"config": {"x": 0.5, "opt": "a"}, "value": 1, "failed": "why"}]}', /got both; keep one$/],
  [
    '{"tell": [{"config": {"x": 0.5, "opt": "a"}, "failed": 5}]}',
    /'failed': must be a text that says why, or true, got 5$/,
  ],
])('%s is answered with an error and changes nothing', (line, words) => {
  const state = begun()
  expect((answer(state, line) as { error: string }).error).toMatch(words)
  expect(answer(state, '{"ask": 1}')).toEqual(answer(begun(), '{"ask": 1}'))
})

test('a line with one bad result is not taken at all', () => {
  const state = begun()
  const { trials } = answer(state, '{"ask": 1}') as unknown as Asked
  const id = trials[0]!.id
  expect(
    answer(
      state,
      JSON.stringify({
        tell: [
          { id, value: 1 },
          { id: '77', value: 1 },
        ],
      }),
    ),
  ).toHaveProperty('error')
  expect(
    answer(
      state,
      JSON.stringify({
        tell: [
          { id, value: 1 },
          { id, value: 1 },
        ],
      }),
    ),
  ).toHaveProperty('error')
  expect(answer(state, '{"best": 1}')).toEqual({ best: null })
  expect(answer(state, JSON.stringify({ tell: [{ id, value: 1 }] }))).toEqual({ ok: true })
})

test('nothing can be asked before a space is given, and a good space may follow a bad one', () => {
  const state = conversation(1)
  expect(answer(state, '{"ask": 1}')).toHaveProperty('error')
  expect(answer(state, '{"space": {"x": {"type": "float", "low": 1, "high": "two"}}}')).toHaveProperty('error')
  expect(answer(state, SPACE)).toEqual({ ok: true })
})

test.each([
  ['{"space": {"x": {"type": "bool"}}, "maximize": true}', /^'maximize': .*write "minimize": false$/],
  ['{"space": {"x": {"type": "bool"}}, "budgte": 3}', /did you mean 'budget'\?$/],
  ['{"space": {"x": {"type": "bool"}}, "minimize": "loss"}', /must be true or false, got "loss"$/],
  ['{"space": {"x": {"type": "bool"}}, "ask": 1}', /^line: must be one message, got 'space' and 'ask'/],
  ['{"maximize": true}', /must have one of/],
  ['{"minimize": true}', /belongs in the line with the 'space'$/],
])('a first line %s is refused', (line, words) => {
  const state = conversation(1)
  expect((answer(state, line) as { error: string }).error).toMatch(words)
  expect(answer(state, SPACE)).toEqual({ ok: true })
})

test('an open trial that is told by its config is closed, and cannot be told again', () => {
  const state = begun()
  const { trials } = answer(state, '{"ask": 1}') as unknown as Asked
  const { id, config } = trials[0]!
  const both = answer(
    state,
    JSON.stringify({
      tell: [
        { config, value: 1 },
        { id, value: 2 },
      ],
    }),
  )
  expect(both).toEqual({ error: `trial '${id}': is told twice in one line; tell it once` })
  const other = answer(state, JSON.stringify({ tell: [{ id, config: { ...config, x: 0.123 }, value: 2 }] }))
  expect(other).toHaveProperty('error')
  expect(answer(state, JSON.stringify({ tell: [{ id, config, value: 1 }] }))).toEqual({ ok: true })
  expect(answer(state, JSON.stringify({ tell: [{ id, value: 2 }] }))).toHaveProperty('error')
})

test('no more configs are given than the budget has, and results of others count nothing against it', () => {
  const state = conversation(1)
  const x = { type: 'float', low: 0, high: 1 }
  expect(answer(state, JSON.stringify({ space: { x }, budget: 3 }))).toEqual({ ok: true })
  expect((answer(state, '{"ask": 2}') as unknown as Asked).trials).toHaveLength(2)
  expect(answer(state, '{"tell": [{"config": {"x": 0.5}, "value": 1}]}')).toEqual({ ok: true })
  expect((answer(state, '{"ask": 2}') as unknown as Asked).trials).toHaveLength(1)
  expect(answer(state, '{"ask": 1}')).toEqual({
    error: expect.stringContaining('the budget of 3 is used up') as string,
  })
})

const SEVERAL = JSON.stringify({
  space: { x: { type: 'float', low: 0, high: 1 } },
  objectives: { loss: 'minimize', speed: 'maximize' },
  constraints: { memory: { atMost: 4 } },
  prefer: { weights: { loss: 1, speed: 1 } },
})

test('several objectives, constraints and outputs are told by name, and come back in best and front', () => {
  const state = conversation(1)
  expect(answer(state, SEVERAL)).toEqual({ ok: true })
  const { trials } = answer(state, '{"ask": 12}') as unknown as Asked
  const results = trials.map(({ id, config: { x } }) => ({ id, values: { loss: x, speed: x * x, memory: 5 * x } }))
  expect(answer(state, JSON.stringify({ tell: results }))).toEqual({ ok: true })
  const elsewhere = { config: { x: 0.8 }, values: { speed: 0.64, loss: 0.8, memory: 3, note: 'lucky', valid: true } }
  expect(answer(state, JSON.stringify({ tell: [elsewhere] }))).toEqual({ ok: true })
  // loss − speed = x − x² is least at both ends; the upper end breaks the constraint.
  const best = answer(state, '{"best": 1}').best as { config: { x: number }; values: object; outputs: object }
  expect(Math.min(...trials.map(({ config: { x } }) => x))).toBe(best.config.x)
  expect(Object.keys(best)).toEqual(['config', 'value', 'values', 'outputs'])
  const front = answer(state, '{"front": 1}').front as { config: { x: number }; outputs: object }[]
  expect(front.at(-1)).toEqual({
    config: { x: 0.8 },
    values: { loss: 0.8, speed: 0.64 },
    outputs: { memory: 3, note: 'lucky', valid: true },
  })
  expect(front.length).toBe(1 + trials.filter(({ config: { x } }) => x <= 0.8).length)
  const { predict } = answer(state, '{"predict": {"x": 0.5}}') as { predict: Record<string, { value: number }> }
  expect(Object.keys(predict)).toEqual(['loss', 'speed'])
  expect(Math.abs(predict.loss!.value - 0.5)).toBeLessThan(0.05)
  expect(Math.abs(predict.speed!.value - 0.25)).toBeLessThan(0.05)
  expect((answer(state, '{"ask": 1}') as unknown as Asked).trials).toHaveLength(1)
})

test.each([
  ['{"tell": [{"config": {"x": 0.5}, "value": 1}]}', /^'value': must be one for each objective; tell them as /],
  ['{"tell": [{"config": {"x": 0.5}, "values": {"loss": 1}}]}', /^objective 'speed': must be a number, got nothing/],
  ['{"tell": [{"config": {"x": 0.5}, "values": {"loss": 1, "sped": 2}}]}', /did you mean it by 'sped'\?$/],
  ['{"tell": [{"config": {"x": 0.5}, "values": {"loss": 1, "speed": 2, "memory": [1]}}]}', /^output 'memory'/],
  ['{"tell": [{"config": {"x": 0.5}, "values": 3}]}', /'values': must be an object with a number for each objective/],
  ['{"tell": [{"config": {"x": 0.5}, "values": {"loss": 1, "speed": 2}, "value": 1}]}', /got both; keep one$/],
  ['{"tell": [{"config": {"x": 0.5}, "values": {"loss": 1, "speed": 2}, "failed": "why"}]}', /got both; keep one$/],
  ['{"front": 2}', /^'front': must be 1, got 2$/],
  ['{"ask": 1, "constraints": {}}', /^'constraints': not part of a line with 'ask'; it belongs in the line with the/],
])('%s is refused where there are several objectives, and nothing changes', (line, error) => {
  const state = conversation(1)
  answer(state, SEVERAL)
  expect(answer(state, line)).toEqual({ error: expect.stringMatching(error) })
  expect(answer(state, '{"best": 1}')).toEqual({ best: null })
})

test.each([
  [{ objectives: { loss: 'least' } }, /^objective 'loss': the direction must be 'minimize' or 'maximize'/],
  [{ objectives: { loss: 'minimize' }, minimize: true }, /^'minimize': contradicts 'objectives'/],
  [{ constraints: { memory: { atMost: 'much' } } }, /memory/],
  [{ prefer: { weights: { value: 1 } } }, /^option 'prefer': 'value' is the only objective/],
])('goals such as %j are refused', (goals, error) => {
  const line = JSON.stringify({ space: { x: { type: 'float', low: 0, high: 1 } }, ...goals })
  expect(answer(conversation(1), line)).toEqual({ error: expect.stringMatching(error) })
})

test('the front of one objective is its best results', () => {
  const state = begun()
  answer(state, '{"tell": [{"config": {"x": 0.5, "opt": null}, "values": {"value": 1, "size": 3}}]}')
  expect(answer(state, '{"front": 1}')).toEqual({
    front: [{ config: { x: 0.5, opt: null }, values: { value: 1 }, outputs: { size: 3 } }],
  })
  expect(answer(state, '{"best": 1}')).toEqual({ best: { config: { x: 0.5, opt: null }, value: 1 } })
})

test('a result may say how many seconds it took; a wrong number changes nothing', () => {
  const state = begun()
  const { trials } = answer(state, '{"ask": 1}') as unknown as Asked
  const { id } = trials[0]!
  expect(answer(state, JSON.stringify({ tell: [{ id, value: 1, seconds: -1 }] }))).toEqual({
    error: "key 'seconds': must be a number of seconds from 0 to 3153600000, got -1",
  })
  expect(answer(state, JSON.stringify({ tell: [{ id, value: 1, seconds: 2.5 }] }))).toEqual({ ok: true })
  const [told] = state.optimizer!.trials()
  expect(Date.parse(told!.ended!) - Date.parse(told!.started!)).toBe(2500)
})
