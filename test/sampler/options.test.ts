import { expect, test } from 'vitest'
import { bayesian } from '../../src/sampler/bayesian.ts'
import { samplerNamed } from '../../src/sampler/choose.ts'
import { kinds, listOf, parseTable, whole, words } from '../../src/space/option-values.ts'
import type { Table } from '../../src/space/option-values.ts'
import { SAMPLER_OPTIONS, parseBayesian } from '../../src/sampler/options.ts'

/** A table with words that have options of their own. */
const NESTED: Table = {
  wish: { value: kinds({ near: {}, far: { steps: { value: whole(1), line: '' } } }), line: '' },
  many: { value: listOf(words('a', 'b')), line: '' },
}
const parsed = (given: unknown): object => parseTable(NESTED, given, 'test')

test('a word and an object with this kind mean the same, and the short form is kept', () => {
  expect(parsed({ wish: 'far' })).toEqual({ wish: 'far' })
  expect(parsed({ wish: { kind: 'far' } })).toEqual({ wish: 'far' })
  expect(parsed({ wish: { steps: 2, kind: 'far' } })).toEqual({ wish: { kind: 'far', steps: 2 } })
  expect(parsed({ many: ['b', { kind: 'a' }] })).toEqual({ many: ['b', 'a'] })
})

test('options come out in the order of the table, without those that are undefined', () => {
  expect(JSON.stringify(parseBayesian({ repeats: 2, effort: undefined, initial: 3 }))).toBe('{"initial":3,"repeats":2}')
  expect(bayesian({ repeats: 2, initial: 3 }).options).toEqual({ initial: 3, repeats: 2 })
  expect(bayesian({ effort: undefined as never })).not.toHaveProperty('options')
})

test.each<readonly [given: unknown, error: typeof TypeError | typeof RangeError, message: string]>([
  [{ wich: 'near' }, RangeError, "option 'wich': test has none of this name; did you mean 'wish'?"],
  [{ wish: 'fra' }, RangeError, `option 'wish': must be 'near' or 'far', got "fra"; did you mean 'far'?`],
  [{ wish: 3 }, RangeError, "option 'wish': must be 'near' or 'far', got 3"],
  [{ wish: { steps: 3 } }, TypeError, "option 'wish': must be 'near' or 'far', got"],
  [{ wish: { kind: 'near', steps: 3 } }, RangeError, "option 'wish.steps': belongs to 'far', but 'wish' is 'near'"],
  [
    { wish: { kind: 'far', step: 3 } },
    RangeError,
    "option 'step': 'far' of 'wish' has none of this name; did you mean",
  ],
  [{ wish: { kind: 'far', steps: 0 } }, RangeError, "option 'wish.steps': must be a whole number of at least 1, got 0"],
  [{ many: [] }, TypeError, "option 'many': must be a list of some of a, b, got []"],
  [{ many: 'a' }, RangeError, `option 'many': must be a list of some of a, b, got "a"`],
  [{ many: ['a', 'c'] }, RangeError, `option 'many[1]': must be 'a' or 'b', got "c"`],
  [null, TypeError, 'options of test: must be an object, got null'],
])('%j is refused, with the place and the remedy', (given, error, message) => {
  expect(() => parsed(given)).toThrow(error)
  expect(() => parsed(given)).toThrow(message)
})

test('what a word of an object inherits is not a word', () => {
  expect(() => parsed({ wish: 'constructor' })).toThrow("must be 'near' or 'far'")
  expect(() => parseBayesian({ constructor: 1 })).toThrow("option 'constructor': bayesian has none of this name")
})

test('every default passes the gate, and a sampler with all of its defaults is made', () => {
  for (const [name, table] of Object.entries(SAMPLER_OPTIONS)) {
    const defaults = Object.entries(table).filter(([, option]) => option.default !== undefined)
    for (const [option, { value, default: by }] of defaults) expect(value.parse(by, option)).toEqual(by)
    const options = Object.fromEntries(defaults.map(([option, { default: by }]) => [option, by as never]))
    expect(samplerNamed(name, options).options ?? {}).toEqual(options)
  }
})
