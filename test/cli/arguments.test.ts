import { expect, test } from 'vitest'
import { milliseconds, readWords } from '../../src/cli/arguments.ts'

const run = { name: 'run', onlyLooks: false }
const tell = { name: 'tell', onlyLooks: false }

const options = {
  study: { kind: 'text', short: 's' },
  param: { kind: 'list', short: 'p' },
  minimize: { kind: 'list' },
  maximize: { kind: 'list' },
  csv: { kind: 'flag' },
  failed: { kind: 'optional' },
  format: { kind: 'text', values: ['flags', 'json'] },
} as const

test('words are split into options, plain words and what follows --', () => {
  const words = readWords(
    run,
    ['-s', 'runs/a', 'x', '-px=0..1', '--param=y=1..2', '--csv', '--', 'sh', '-c', '--', '-s'],
    options,
  )
  expect(words.text('study')).toBe('runs/a')
  expect(words.list('param')).toEqual(['x=0..1', 'y=1..2'])
  expect(words.has('csv')).toBe(true)
  expect(words.plain).toEqual(['x'])
  expect(words.after).toEqual(['sh', '-c', '--', '-s'])
})

test('a negative number is a word, not an option', () => {
  expect(readWords(tell, ['3', '-0.5'], options).plain).toEqual(['3', '-0.5'])
  expect(readWords(tell, ['3', '-.5e3'], options).plain).toEqual(['3', '-.5e3'])
  expect(readWords(tell, ['3', '-inf'], options).plain).toEqual(['3', '-inf'])
  expect(readWords(tell, ['-s', '-3'], options).text('study')).toBe('-3')
})

test('an equals sign after a short option is not part of the value', () => {
  const words = readWords(run, ['-s=runs/a', '-p=x=0..1', '-p==', '--param==y'], options)
  expect(words.text('study')).toBe('runs/a')
  expect(words.list('param')).toEqual(['x=0..1', '=', '=y'])
  expect(() => readWords(run, ['-s='], options)).toThrow("option '-s': must have a value")
})

test('an unknown option names the one that was meant', () => {
  expect(() => readWords(run, ['--parm', 'x=0..1'], options)).toThrow(
    "unknown option '--parm'; did you mean '--param'?",
  )
  expect(() => readWords(run, ['-q'], options)).toThrow("unknown option '-q'")
})

test('a missing or a surplus value is named', () => {
  expect(() => readWords(run, ['--study'], options)).toThrow("option '--study': must have a value")
  expect(() => readWords(run, ['--study='], options)).toThrow("option '--study': must have a value")
  expect(() => readWords(run, ['--study', '--csv'], options)).toThrow("option '--study': must have a value")
  expect(() => readWords(run, ['--csv=yes'], options)).toThrow("option '--csv': takes no value, got 'yes'")
  expect(() => readWords(run, ['-s', 'a', '-s', 'b'], options)).toThrow("option '-s': given twice; give it once")
})

test('an option whose value may be left out leaves the next word alone', () => {
  const words = readWords(tell, ['3', '--failed', 'out of memory'], options)
  expect(words.has('failed')).toBe(true)
  expect(words.plain).toEqual(['3', 'out of memory'])
  expect(readWords(tell, ['3', '--failed=why'], options).text('failed')).toBe('why')
})

test('an option that takes only certain values names them, and the one that was meant', () => {
  expect(readWords(run, ['--format', 'json'], options).text('format')).toBe('json')
  expect(() => readWords(run, ['--format', 'yaml'], options)).toThrow(
    "option '--format': must be one of flags, json, got 'yaml'",
  )
  expect(() => readWords(run, ['--format', 'flag'], options)).toThrow("got 'flag'; did you mean 'flags'?")
})

test('several options keep their order on the line', () => {
  const words = readWords(run, ['--maximize', 'accuracy', '--minimize', 'latency'], options)
  expect(words.inOrder(['minimize', 'maximize'])).toEqual([
    ['maximize', 'accuracy'],
    ['minimize', 'latency'],
  ])
})

test('a length of time has a unit', () => {
  expect(['500ms', '240s', '30m', '2h', '1h30m', '1d', '0.5s'].map((word) => milliseconds('it', word))).toEqual([
    500, 240_000, 1_800_000, 7_200_000, 5_400_000, 86_400_000, 500,
  ])
  expect(() => milliseconds("option '--lease'", '240')).toThrow(
    "option '--lease': must be a length of time, got '240'; write a number with its unit",
  )
  expect(() => milliseconds("option '--lease'", '240')).toThrow('seconds would be 240s')
  expect(() => milliseconds('it', '0s')).toThrow('must be more than 0 and at most 24d')
  expect(() => milliseconds('it', '100d')).toThrow('must be more than 0 and at most 24d')
  expect(() => milliseconds('it', 'soon')).toThrow('must be a length of time')
})

test('a count is a whole number in range', () => {
  const count = (word: string): number | undefined =>
    readWords(run, ['-n', word], { trials: { kind: 'text', short: 'n' } }).count('trials', 1)
  expect(count('20')).toBe(20)
  for (const word of ['0', '-3', '1.5', 'ten', '1e3'])
    expect(() => count(word)).toThrow("option '-n': must be a whole number of at least 1")
})

test('a value that looks like an option is quoted with the line to write', () => {
  const verb = { name: 'run', onlyLooks: false }
  const options = { where: { kind: 'list' }, seed: { kind: 'text' } } as const
  expect(() => readWords(verb, ['--where', '-x < 0'], options)).toThrow(
    "option '--where': must have a value, and '-x < 0' looks like an option; write --where='-x < 0'",
  )
  expect(readWords(verb, ['--where=-x < 0'], options).list('where')).toEqual(['-x < 0'])
  expect(() => readWords(verb, ['--where', '--seed', '3'], options)).toThrow(/^option '--where': must have a value$/)
})
