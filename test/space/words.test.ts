import { expect, test } from 'vitest'
import { branch, choice, float, int } from '../../src/space/parameter.ts'
import { assignmentLines, briefText, flagsText, parameterTexts, shellWord } from '../../src/space/words.ts'

const space = { lr: float(1e-5, 1, { log: true }), opt: { name: choice(['adam', "it's $(x)"]) } }

test('values are written as in config.json, and no shell acts on them', () => {
  const config = { lr: 1, opt: { name: "it's $(x)" } }
  expect(flagsText(space, config)).toBe(`--lr 1.0 --opt.name 'it'\\''s $(x)'`)
  expect(assignmentLines(parameterTexts(space, config))).toEqual(['lr=1.0', `opt_name='it'\\''s $(x)'`])
  expect(briefText(space, { lr: 1e-5, opt: { name: 'adam' } })).toBe('lr=1e-05 opt.name=adam')
  expect(shellWord('')).toBe("''")
})

test('two parameters that a shell cannot tell apart are refused', () => {
  expect(() =>
    assignmentLines([
      ['a.b', '1'],
      ['a_b', '2'],
    ]),
  ).toThrow("parameters 'a.b' and 'a_b': both are 'a_b' to a shell; use --format json")
})

test('only the parameters of the chosen branch are written', () => {
  const branched = { model: branch('kind', { svm: { size: float(0, 1) }, forest: { size: int(1, 9) } }) }
  expect([...parameterTexts(branched, { model: { kind: 'svm', size: 1 } })]).toEqual([
    ['model.kind', 'svm'],
    ['model.size', '1.0'],
  ])
  expect([...parameterTexts(branched, { model: { kind: 'forest', size: 1 } })]).toEqual([
    ['model.kind', 'forest'],
    ['model.size', '1'],
  ])
})

test('a value that looks like an option is tied to its flag', () => {
  expect(flagsText({ shift: float(-1, 1) }, { shift: -0.5 })).toBe('--shift=-0.5')
})

test('a value cannot break out of its line', () => {
  expect(briefText({ word: choice(['a\nb', 'c']) }, { word: 'a\nb' })).toBe(`word='a\\nb'`)
})
