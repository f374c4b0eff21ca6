import { expect, expectTypeOf, test } from 'vitest'
import * as library from '../../src/index.ts'
import { OPTIONS } from '../../src/space/parameter-options.ts'
import type { ConfigOf, Space } from '../../src/space/parameter.ts'
import { bool, branch, choice, float, group, int, ordinal } from '../../src/space/parameter.ts'
import type { Config } from '../../src/trial.ts'
import { startCommand } from '../support/worker-process.ts'

// `tsc --project test` checks the types. The bodies run too, on a config whose type is only asserted.
function configOf<const S extends Space>(_space: S, config: unknown): ConfigOf<S> {
  return config as ConfigOf<S>
}

const full = configOf(
  {
    optimizer: { name: choice(['adam', 'sgd']), lr: float(1e-5, 1e-1, { log: true }), epsilon: 1e-8 },
    conv: { filters: [3, 3, int(32, 48)], dropout: float(0, 0.5) },
    model: branch('kind', { svm: { C: float(1e-3, 1e3, { log: true }) }, forest: { trees: int(10, 500) } }),
    layer: group({ type: 'dense', width: int(1, 9) }),
    batch: ordinal([16, 32, 64]),
    nesterov: bool(),
    mixed: choice([null, 1, 'auto', true]),
  },
  {
    optimizer: { name: 'adam', lr: 0.1, epsilon: 1e-8 },
    conv: { filters: [3, 3, 40], dropout: 0 },
    model: { kind: 'svm', C: 1 },
    layer: { type: 'dense', width: 2 },
    batch: 16,
    nesterov: true,
    mixed: null,
  },
)

test('the type of a config is nested as its space is', () => {
  expectTypeOf(full.optimizer.lr).toEqualTypeOf<number>()
  expectTypeOf(full.optimizer.name).toEqualTypeOf<'adam' | 'sgd'>()
  expectTypeOf(full.optimizer.epsilon).toExtend<number>()
  expectTypeOf(full.batch).toEqualTypeOf<16 | 32 | 64>()
  expectTypeOf(full.nesterov).toEqualTypeOf<boolean>()
  expectTypeOf(full.mixed).toEqualTypeOf<null | 1 | 'auto' | true>()
  expectTypeOf(full.layer).toEqualTypeOf<{ readonly type: 'dense'; readonly width: number }>()
  expectTypeOf(full).toExtend<Config>()
})

test('an array of constants and parameters is a tuple', () => {
  expectTypeOf(full.conv.filters).toEqualTypeOf<readonly [3, 3, number]>()
  expect(full.conv.filters).toHaveLength(3)
})

test('a branch is a discriminated union', () => {
  expectTypeOf(full.model).toEqualTypeOf<
    { readonly kind: 'svm'; readonly C: number } | { readonly kind: 'forest'; readonly trees: number }
  >()
  if (full.model.kind === 'svm') expectTypeOf(full.model.C).toEqualTypeOf<number>()
  else expectTypeOf(full.model.trees).toEqualTypeOf<number>()
  // @ts-expect-error: only the forest has trees
  expect(full.model.trees).toBeUndefined()
})

test('a wrong name and a wrong choice do not compile', () => {
  // @ts-expect-error: the space says lr
  expect(full.optimizer.learningRate).toBeUndefined()
  // @ts-expect-error: no such choice
  expect(full.optimizer.name === 'adma').toBe(false)
  // @ts-expect-error: no such branch
  expect(full.model.kind === 'tree').toBe(false)
  // @ts-expect-error: the default is not among the values
  expect(choice(['adam', 'sgd'], { default: 'adma' }).default).toBe('adma')
  // @ts-expect-error: the default is not among the branches
  expect(branch('kind', { svm: {} }, { default: 'forest' }).default).toBe('forest')
  // @ts-expect-error: a float has no such option
  expect(float(0, 1, { steps: 2 })).toHaveProperty('steps')
})

test('a config of a space that is unknown at compile time is any config', () => {
  expectTypeOf<ConfigOf<Space>>().toEqualTypeOf<Config>()
})

test('a space from a variable keeps its types, except for tuples', () => {
  const space = { lr: float(0, 1), name: choice(['a', 'b']), list: [1, int(0, 9)] }
  const config = configOf(space, { lr: 0, name: 'a', list: [1, 2] })
  expectTypeOf(config.lr).toEqualTypeOf<number>()
  expectTypeOf(config.name).toEqualTypeOf<'a' | 'b'>()
  expectTypeOf(config.list).toEqualTypeOf<number[]>()
})

test('parameters are plain JSON, without options that were not given', () => {
  expect(JSON.stringify(float(0, 1, { log: true }))).toBe('{"type":"float","low":0,"high":1,"log":true}')
  expect(JSON.stringify(int(0, 1))).toBe('{"type":"int","low":0,"high":1}')
  expect(JSON.stringify(choice(['a', 1, null], { weights: [1, 2, 3], default: null }))).toBe(
    '{"type":"choice","values":["a",1,null],"weights":[1,2,3],"default":null}',
  )
  expect(JSON.stringify(branch('kind', { svm: {} }))).toBe('{"type":"branch","key":"kind","branches":{"svm":{}}}')
  expect(JSON.stringify(group({ type: 1 }))).toBe('{"type":"group","space":{"type":1}}')
})

test('every type has a function in the library and a line in the help, with all its options', async () => {
  const { stdout } = await startCommand(['help', 'space']).finished
  const lines = stdout.split(/\n(?=  [a-z])/)
  for (const [type, options] of Object.entries(OPTIONS)) {
    expect(library).toHaveProperty(type, expect.any(Function))
    const line = lines.find((other) => other.startsWith(`  ${type} `) && other.includes(options[0]!))
    expect(line, type).toBeDefined()
    for (const option of options) expect(line).toContain(option)
  }
})
