import { resolve } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { readWords } from '../../src/cli/arguments.ts'
import { STUDY_OPTION, studyAndTrial, studyOnly, studyTrialAndRest, trialNamed } from '../../src/cli/positionals.ts'
import { commandOn } from '../../src/report/command-text.ts'

const look = (...words: string[]) => readWords({ name: 'show', onlyLooks: true }, words, STUDY_OPTION)
const work = (...words: string[]) => readWords({ name: 'retry', onlyLooks: false }, words, STUDY_OPTION)

afterEach(() => {
  delete process.env['ANTHILL_STUDY']
})

test('the study is the option, else the first argument, else ANTHILL_STUDY, else ./anthill-study', () => {
  expect(studyOnly(look())).toBe(resolve('anthill-study'))
  process.env['ANTHILL_STUDY'] = 'from-environment'
  expect(studyOnly(look())).toBe(resolve('from-environment'))
  expect(studyOnly(look('runs/a'))).toBe(resolve('runs/a'))
  expect(studyOnly(look('-s', 'runs/b'))).toBe(resolve('runs/b'))
})

test('a verb that changes things does not take the study as an argument', () => {
  expect(() => studyOnly(work('runs/a'))).toThrow("unexpected argument 'runs/a'; name the study with -s runs/a")
  expect(() => studyOnly(look('-s', 'a', 'b'))).toThrow("unexpected argument 'b'; it takes one study")
  expect(() => studyOnly(look('a', 'b'))).toThrow("unexpected argument 'b'; it takes one study")
})

test('a trial comes after the study', () => {
  expect(studyAndTrial(look('17'))).toEqual({ directory: resolve('anthill-study'), trial: 17 })
  expect(studyAndTrial(look('runs/a', '5c49'))).toEqual({ directory: resolve('runs/a'), trial: '5c49' })
  expect(studyTrialAndRest(work('-s', 'runs/a', '3', '0.5'))).toEqual({
    directory: resolve('runs/a'),
    trial: 3,
    rest: ['0.5'],
  })
  expect(() => studyAndTrial(look())).toThrow('no trial given; give its number')
})

test('a verb takes one trial, and the study must be named', () => {
  expect(() => studyAndTrial(look('runs/a', '3', '4'))).toThrow("unexpected argument '4'; it takes one trial")
  expect(() => studyAndTrial(work('-s', 'runs/a', '3', '4'))).toThrow("unexpected argument '4'; it takes one trial")
  expect(() => studyAndTrial(work('a', '3'))).toThrow(
    "unexpected argument '3'; it takes one trial; name the study with -s a",
  )
  expect(() => studyTrialAndRest(work('runs/a', '3', '0.5'))).toThrow(
    "'runs/a' is not a trial; give its number or the first digits of its id, and name the study with -s DIR",
  )
})

test('a command to copy names its study, quoted for a shell', () => {
  expect(commandOn('show', 'runs/my study', '17')).toBe("anthill show -s 'runs/my study' 17")
})

test('an id that consists of decimal digits is still an id', () => {
  expect(trialNamed('12345678901234567890')).toBe('12345678901234567890')
  expect(trialNamed('0017')).toBe(17)
  expect(() => trialNamed('../x')).toThrow("'../x' is not a trial")
})
