import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { compareCodePoints } from '../../src/space/code-points.ts'
import { configText, floatText, readConfig, valueText } from '../../src/space/canonical.ts'
import { bool, branch, choice, float, int, ordinal } from '../../src/space/parameter.ts'
import { parseConfig, parseSpace } from '../../src/space/validate.ts'
import type { Config } from '../../src/trial.ts'

interface Fixture {
  readonly title: string
  readonly space: unknown
  readonly config: Config
  readonly text: string
  readonly id: string
}

const fixtures = JSON.parse(readFileSync(new URL('./fixtures/config-texts.json', import.meta.url), 'utf8')) as {
  readonly tool: string
  readonly cases: readonly Fixture[]
}
const titles = [...new Set(fixtures.cases.map(({ title }) => title))]

test.each(titles)('the bytes and ids of %s are those of Python', (title) => {
  for (const fixture of fixtures.cases.filter((other) => other.title === title)) {
    const space = parseSpace(fixture.space)
    const text = configText(space, parseConfig(space, fixture.config))
    expect(text).toBe(fixture.text)
    expect(createHash('sha256').update(text, 'ascii').digest('hex').slice(0, 20)).toBe(fixture.id)
  }
})

test.each(titles)('the bytes of %s read back as the same values', (title) => {
  for (const fixture of fixtures.cases.filter((other) => other.title === title)) {
    const space = parseSpace(fixture.space)
    const config = readConfig(space, fixture.text)
    expect(config).toEqual(parseConfig(space, fixture.config))
    expect(configText(space, config)).toBe(fixture.text)
  }
})

test('the order of the keys of a config does not change its bytes', () => {
  const space = parseSpace({ a: float(0, 1), b: float(0, 1) })
  expect(configText(space, { b: 1, a: 0 })).toBe('{"a": 0.0, "b": 1.0}')
})

test('a number that is not finite is refused', () => {
  expect(() => floatText(NaN)).toThrow('must be finite, got NaN')
})

test('text that is not JSON, or does not fit the space, is refused by name', () => {
  const space = parseSpace({ lr: float(0, 1) })
  expect(() => readConfig(space, '{"lr": ')).toThrow('config: must be JSON')
  expect(() => readConfig(space, '{"lr": NaN}')).toThrow('config: must be JSON')
  expect(() => readConfig(space, '{"lr": 2}')).toThrow(`parameter 'lr': must be from 0 to 1, got 2`)
})

test('a single value is written as in the config, except that strings are raw', () => {
  expect(valueText(float(0, 1), 1)).toBe('1.0')
  expect(valueText(float(0, 1), 1e-5)).toBe('1e-05')
  expect(valueText(int(0, 1), 1)).toBe('1')
  expect(valueText(choice([0.5, 1]), 1)).toBe('1.0')
  expect(valueText(ordinal([16, 32]), 32)).toBe('32')
  expect(valueText(choice(['é "x"', 'b']), 'é "x"')).toBe('é "x"')
  expect(valueText(bool(), true)).toBe('true')
  expect(valueText(choice([null, 1]), null)).toBe('null')
  expect(valueText(choice([[64, 64], [128]]), [64, 64])).toBe('[64, 64]')
  expect(valueText(branch('kind', { svm: {} }), 'svm')).toBe('svm')
  expect(valueText(undefined, 1.5)).toBe('1.5')
})

test('strings are ordered by code point', () => {
  expect(['\u{1f600}', '\uffff', 'b', 'a', 'ab', ''].sort(compareCodePoints)).toEqual([
    '',
    'a',
    'ab',
    'b',
    '\uffff',
    '\u{1f600}',
  ])
})
