import { resolve } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { readWords } from '../../src/cli/arguments.ts'
import { commandOn, studyOption, trialAndMore, trialName, whichStudy, whichTrial } from '../../src/cli/which-study.ts'

const words = (...all: string[]) => readWords('show', all, studyOption)

afterEach(() => {
  delete process.env['ANTHILL_STUDY']
})

test('the study is the option, else the first argument, else ANTHILL_STUDY, else ./anthill-study', () => {
  expect(whichStudy('status', words(), true)).toBe(resolve('anthill-study'))
  process.env['ANTHILL_STUDY'] = 'from-environment'
  expect(whichStudy('status', words(), true)).toBe(resolve('from-environment'))
  expect(whichStudy('status', words('runs/a'), true)).toBe(resolve('runs/a'))
  expect(whichStudy('status', words('-s', 'runs/b'), true)).toBe(resolve('runs/b'))
})

test('a verb that changes things takes no study as argument', () => {
  expect(() => whichStudy('stop', words('runs/a'), false)).toThrow(
    "unexpected argument 'runs/a': name the study with -s runs/a",
  )
  expect(() => whichStudy('status', words('-s', 'a', 'b'), true)).toThrow("unexpected argument 'b'")
})

test('a trial comes after the study', () => {
  expect(whichTrial('show', words('17'), true)).toMatchObject({ study: resolve('anthill-study'), trial: 17 })
  expect(whichTrial('show', words('runs/a', '5c49'), true)).toMatchObject({ study: resolve('runs/a'), trial: '5c49' })
  expect(trialAndMore('tell', words('-s', 'runs/a', '3', '0.5'))).toMatchObject({
    study: resolve('runs/a'),
    trial: 3,
    more: ['0.5'],
  })
  expect(() => whichTrial('show', words(), true)).toThrow('which trial?')
})

test('one trial at a time, of a study that is named', () => {
  expect(() => whichTrial('show', words('runs/a', '3', '4'), true)).toThrow(
    "unexpected argument '4': one trial at a time",
  )
  expect(() => whichTrial('retry', words('-s', 'runs/a', '3', '4'), false)).toThrow(
    "unexpected argument '4': one trial at a time",
  )
  expect(() => whichTrial('retry', words('a', '3'), false)).toThrow(
    "unexpected argument '3': one trial at a time; name the study with -s a",
  )
  expect(() => trialAndMore('tell', words('runs/a', '3', '0.5'))).toThrow(
    "'runs/a' is no trial: give a number, or the first digits of an id; the study is named with -s DIR",
  )
})

test('a command to copy names its study, quoted for a shell', () => {
  expect(commandOn('show', 'runs/my study', '17')).toBe("anthill show -s 'runs/my study' 17")
})

test('an id of decimal digits alone is an id', () => {
  expect(trialName('12345678901234567890')).toBe('12345678901234567890')
  expect(trialName('0017')).toBe(17)
  expect(() => trialName('../x')).toThrow("'../x' is no trial")
})
