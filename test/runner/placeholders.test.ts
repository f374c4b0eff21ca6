import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { environmentOf } from '../../src/runner/environment.ts'
import { checkPlaceholders, fillCommand, hasPlaceholder } from '../../src/runner/placeholders.ts'
import { configText } from '../../src/space/canonical.ts'
import { bool, branch, choice, float, int, ordinal } from '../../src/space/parameter.ts'
import type { Space } from '../../src/space/parameter.ts'
import { parseSpace } from '../../src/space/validate.ts'
import type { Config } from '../../src/trial.ts'
import { scratch } from '../support/scratch.ts'

const attemptOf = (config: Config) => ({
  id: '5c49826a83751767729e',
  number: 3,
  attempt: 2,
  config,
  directory: '/s/5c49826a83751767729e',
  seed: 77,
})

const fill = (space: Space, config: Config, ...argv: string[]): string[] => {
  const parsed = parseSpace(space)
  checkPlaceholders(argv, parsed)
  return fillCommand({ argv }, parsed, attemptOf(config))
}

const space = { lr: float(0, 1), opt: { name: choice(['adam', 'sgd']) }, epsilon: 1e-8 }
const config = { lr: 1, opt: { name: 'sgd' }, epsilon: 1e-8 }

test('a parameter, a nested one and a constant are filled in as config.json writes them', () => {
  expect(fill(space, config, 'train', '--lr={lr}', '{opt.name}/{epsilon}')).toEqual(['train', '--lr=1.0', 'sgd/1e-08'])
})

test('flags that stand alone become several arguments, and quoted text within an argument', () => {
  expect(fill(space, config, 'train', '{flags}')).toEqual(['train', '--lr', '1.0', '--opt.name', 'sgd'])
  const words = { x: choice(["it's", 'b']), y: int(-3, 3) }
  expect(fill(words, { x: "it's", y: -2 }, 'sh', '-c', 'train {flags}')[2]).toBe(`train --x 'it'\\''s' --y=-2`)
})

test('facts of the attempt have a long name, and a short one unless a parameter has it', () => {
  const argv = ['x', '{seed}', '{dir}', '{id}', '{number}', '{attempt}', '{config}', '{anthill.seed}', '{anthill.dir}']
  const directory = '/s/5c49826a83751767729e'
  expect(fill(space, config, ...argv)).toEqual([
    'x',
    '77',
    directory,
    '5c49826a83751767729e',
    '3',
    '2',
    `${directory}/config.json`,
    '77',
    directory,
  ])
  const taken = { seed: int(1, 9), dir: choice(['left', 'right']), flags: bool() }
  expect(
    fill(
      taken,
      { seed: 5, dir: 'left', flags: true },
      'x',
      '{seed}',
      '{dir}',
      '{flags}',
      '{anthill.seed}',
      '{anthill.flags}',
    ),
  ).toEqual(['x', '5', 'left', 'true', '77', '--seed', '5', '--dir', 'left', '--flags', 'true'])
})

test('double braces give braces, and anything but a word in braces stays as it is', () => {
  const others = ['{{lr}}', '${lr}', '${lr:-x}', '{}', '{"a":1}', '{print $1}', '{a,b}', '{1..3}', 'x{', '$lr']
  expect(fill(space, config, 'x', ...others)).toEqual(['x', '{lr}', ...others.slice(1)])
  expect(others.some(hasPlaceholder)).toBe(false)
  expect(hasPlaceholder('a{lr}')).toBe(true)
})

test('a value is never read again', () => {
  const odd = { x: choice(['{y}', '$&', '{{x}}']), y: int(1, 2) }
  for (const x of odd.x.values) expect(fill(odd, { x, y: 1 }, 'echo', '<{x}>')).toEqual(['echo', `<${x}>`])
})

test('a parameter of a branch that was not chosen gives nothing', () => {
  const nested = { model: branch('kind', { svm: { C: float(1, 9) }, forest: { trees: int(1, 9) } }) }
  expect(
    fill(
      nested,
      { model: { kind: 'svm', C: 2 } },
      'x',
      '{model.kind}',
      '{model.C}',
      '--trees={model.trees}',
      '{flags}',
    ),
  ).toEqual(['x', 'svm', '2.0', '--trees=', '--model.kind', 'svm', '--model.C', '2.0'])
})

test('an unknown word is refused with the likely word (not for one letter) and the way to write the text', () => {
  expect(() => fill(space, config, 'x', '{opt.nmae}')).toThrow(
    "placeholder '{opt.nmae}': no parameter has that name, there are {lr} {opt.name} {epsilon}; " +
      "write {{opt.nmae}} for the text itself; did you mean '{opt.name}'?",
  )
  expect(() => fill(space, config, 'x', '{sed}')).toThrow("did you mean '{seed}'?")
  expect(() => fill(space, config, 'x', '{anthill.sed}')).toThrow("did you mean '{anthill.seed}'?")
  expect(() => fill(space, config, 'x', '{nothing}')).toThrow('write {{nothing}} for the text itself')
  expect(() => fill({ a: float(0, 1) }, { a: 1 }, 'x', '{b}')).toThrow(/write \{\{b\}\} for the text itself$/)
  expect(() => fill(space, config, 'x', '{__proto__}')).toThrow("placeholder '{__proto__}'")
  expect(() => fill(space, config, 'x', '{constructor}')).toThrow("placeholder '{constructor}'")
})

test('config.json, placeholders and environment have the same text for every value', () => {
  const numbers = {
    a: float(0, 5),
    b: float(1e-7, 1),
    c: int(1, 9),
    d: choice([0.5, 1]),
    e: choice([1, 2]),
    f: bool(),
    g: float(-1, 1),
    h: ordinal([null, 3]),
  }
  const values = { a: 1, b: 1e-5, c: 4, d: 1, e: 1, f: true, g: -0, h: null }
  const texts = ['1.0', '1e-05', '4', '1.0', '1', 'true', '-0.0', 'null']
  const names = Object.keys(numbers)
  expect(fill(numbers, values, ...names.map((name) => `{${name}}`))).toEqual(texts)
  const environment = environmentOf(parseSpace(numbers), attemptOf(values), {})
  expect(names.map((name) => environment[`ANTHILL_PARAM_${name.toUpperCase()}`])).toEqual(texts)
  expect(configText(parseSpace(numbers), values)).toBe(
    `{${names.map((name, k) => `"${name}": ${texts[k]}`).join(', ')}}`,
  )
})

const evil = {
  opt: choice(['adam', '$(touch pwned)']),
  lr: float(1e-9, 1),
  k: int(-3, 3),
  on: bool(),
  word: choice(['a-b', 'c/d=1', 0.5, null]),
}

test('only bare words may be filled into the script of a shell', () => {
  const inScript = [
    ['sh', '-c', 'train {opt}'],
    ['/bin/bash', '-ec', 'train "{opt}"'],
    ['bash', '-lc', "train '{opt}'"],
    ['dash', '-ce', '{opt}'],
    ['env', 'A=1', 'sh', '-c', '{opt}'],
    ['timeout', '5', 'zsh', '-fc', '{opt}'],
    ['ksh', '-c', '-e', '{opt}'],
    ['bash', '--norc', '-c', '{opt}'],
    ['bash', '-o', 'pipefail', '-c', '{opt}'],
    ['bash', '-euo', 'pipefail', '-c', '{opt}'],
    ['bash', '-c', '+o', 'posix', '{opt}'],
    ['bash', '-c', '--', '{opt}'],
    ['fish', '-c', '{opt}'],
    ['sh', '-c', 'train {lr}; train {opt}'],
    ['nice', 'sh', '-c', 'true', 'sh', 'bash', '-c', '{opt}'],
  ]
  for (const argv of inScript)
    expect(() => checkPlaceholders(argv, parseSpace(evil)), argv.join(' ')).toThrow("placeholder '{opt}'")
  expect(() => checkPlaceholders(['env', 'bash', '-ec', 'train {opt}'], parseSpace(evil))).toThrow(
    `placeholder '{opt}': bash would read its value "$(touch pwned)" as part of the script; ` +
      `pass it as an argument, as in bash -c '… "$1"' bash {opt}`,
  )
  const harmless = [
    ['sh', '-c', 'train {lr} {k} {on} {word} {seed}'],
    ['sh', '-c', 'train "$1"', 'sh', '{opt}'],
    ['sh', 'script.sh', '-c', '{opt}'],
    ['python', '-c', '{opt}'],
    ['sh', '-c', 'echo {{opt}} ${opt}'],
    ['bash', '-e', 'script.sh', '{opt}'],
    ['train', '{opt}'],
  ]
  for (const argv of harmless) expect(() => checkPlaceholders(argv, parseSpace(evil)), argv.join(' ')).not.toThrow()
})

test('constants, ordinals, branches and parameters of several branches are checked as well', () => {
  const script = (text: string, space: Space) => () => checkPlaceholders(['sh', '-c', text], parseSpace(space))
  expect(script('{x}', { x: 'a b', y: int(1, 2) })).toThrow('"a b"')
  expect(script('{x}', { x: ordinal(['low', 'a;b']) })).toThrow('"a;b"')
  expect(script('{m}', { m: branch('m', { 'a b': {}, c: {} }) })).toThrow()
  expect(script('{m.x}', { m: branch('kind', { a: { x: int(1, 2) }, b: { x: choice(['p', '`q`']) } }) })).toThrow(
    '"`q`"',
  )
  expect(script('{x}', { x: choice(['', 'a']) })).toThrow('""')
})

test('flags in a script are quoted already and must not stand in quotes', () => {
  const script = (text: string) => () => checkPlaceholders(['sh', '-c', text], parseSpace(evil))
  for (const text of [
    'train {flags}',
    'echo "a" \'b\' {anthill.flags}',
    'echo "it\'s" {flags}',
    "echo \\' {flags}",
    'echo "\\"" {flags}',
  ])
    expect(script(text), text).not.toThrow()
  for (const text of ['train "{flags}"', "train '{flags}'", 'echo "a" "x {flags}"', 'echo "\\" {flags}"'])
    expect(script(text), text).toThrow(`sh -c '… "$@"' sh {flags}`)
  expect(() => checkPlaceholders(['sh', '-c', 'train "{flags}"'], parseSpace({ lr: float(0, 1) }))).not.toThrow()
})

test('a real shell receives every value of an allowed script unchanged', () => {
  const directory = scratch()
  const values = [
    "it's",
    'a "b"',
    '$(touch pwned)',
    '`touch pwned`',
    'two\nlines',
    '',
    '; touch pwned',
    '{opt}',
    '\\',
    '-n',
  ]
  const words = { opt: choice(values) }
  for (const opt of values) {
    for (const argv of [
      ['sh', '-c', 'printf %s "$1" > out', 'sh', '{opt}'],
      ['sh', '-c', 'f() { [ $# = 1 ] && printf %s "${1#--opt=}" || printf %s "$2"; } > out; f {flags}'],
    ]) {
      const [name, ...args] = fill(words, { opt }, ...argv)
      writeFileSync(join(directory, 'out'), 'nothing')
      expect(spawnSync(name!, args, { cwd: directory }).status).toBe(0)
      expect(readFileSync(join(directory, 'out'), 'utf8')).toBe(opt)
    }
  }
  expect(existsSync(join(directory, 'pwned'))).toBe(false)
})

test('the name of the fidelity stands for how far the attempt must go', () => {
  const space = parseSpace({ x: float(0, 1) })
  const facts = { ...attemptOf({ x: 0.5 }), fidelity: 9 }
  const argv = ['train', '--epochs={epochs}', '{fidelity}', '{anthill.fidelity}']
  expect(() => checkPlaceholders(argv, space)).toThrow("placeholder '{epochs}': no parameter has that name")
  checkPlaceholders(argv, space, 'epochs')
  expect(fillCommand({ argv, fidelity: 'epochs' }, space, facts)).toEqual(['train', '--epochs=9', '9', '9'])
})
