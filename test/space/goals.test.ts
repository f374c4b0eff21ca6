import { expect, test } from 'vitest'
import { brokenBy, constraintText, goalsOf, preferenceText, sought, unsaidBy, worthOf } from '../../src/space/goals.ts'
import { constraintsFromWords, preferenceFromWords } from '../../src/space/goal-notation.ts'

const objectives = { loss: 'minimize', speed: 'maximize' } as const

test('a study without a word minimizes its value and has no constraints', () => {
  expect(goalsOf({})).toEqual({ objectives: { value: 'minimize' } })
  expect(goalsOf({ minimize: 'loss', constraints: {} })).toEqual({ objectives: { loss: 'minimize' } })
  const goals = goalsOf({ objectives, prefer: { weights: { loss: 1 } } })
  expect(sought({ space: {}, where: undefined, goals })).toStrictEqual({ space: {}, objectives })
})

test('a constraint is a truth value or bounds, and everything else is refused by its name', () => {
  const refused = (constraints: unknown): (() => unknown) => {
    return () => goalsOf({ constraints: constraints as never, minimize: 'loss' })
  }
  expect(goalsOf({ constraints: { memory: { atMost: 16 }, valid: true } }).constraints).toEqual({
    memory: { atMost: 16 },
    valid: true,
  })
  expect(refused({ memory: 16 })).toThrow("constraint 'memory': must be true, false or bounds, as in { atMost: 16 }")
  expect(refused({ memory: {} })).toThrow("constraint 'memory': must be true, false or bounds")
  expect(refused({ memory: { atMost: NaN } })).toThrow(
    "constraint 'memory', bound 'atMost': must be a finite number, got NaN",
  )
  expect(refused({ memory: { most: 1 } })).toThrow("bound 'most': constraint 'memory' has none of this name")
  expect(refused({ memory: { atMost: 1, atLeast: 2 } })).toThrow('nothing is at least 2 and at most 1')
  expect(refused({ memory: { atMost: 2, atLeast: 2 } })).not.toThrow()
  expect(refused({ loss: true })).toThrow("constraint 'loss': is an objective, which is a number")
  expect(refused({ '1st': true })).toThrow("constraint '1st': a name must begin with a letter")
  expect(refused(JSON.parse('{"__proto__": true}'))).toThrow("constraint '__proto__'")
  expect(goalsOf({ minimize: 'loss', constraints: { loss: { atLeast: 0 } } }).constraints).toBeDefined()
})

test('what is preferred must be about several objectives, one way', () => {
  const refused = (prefer: unknown): (() => unknown) => {
    return () => goalsOf({ objectives, prefer: prefer as never })
  }
  expect(() => goalsOf({ prefer: { weights: { value: 1 } } })).toThrow("'value' is the only objective")
  expect(refused({})).toThrow("must have 'weights' or 'within'")
  expect(refused({ weights: { loss: 1 }, within: { loss: { atMost: 1 } } })).toThrow('and not both')
  expect(refused({ weights: { lss: 1 } })).toThrow("'lss' is not an objective; did you mean 'loss'?")
  expect(refused({ weights: { loss: -1 } })).toThrow('must be a number of at least 0, got -1')
  expect(refused({ weights: { loss: 0 } })).toThrow('at least one must be above 0')
  expect(refused({ weights: {} })).toThrow('must be an object with objectives')
  expect(refused({ within: { loss: true } })).toThrow('must be bounds')
})

test('a trial is worth its first objective, unless it breaks a constraint or does not say what one is about', () => {
  const worth = worthOf(goalsOf({ objectives, constraints: { memory: { atMost: 16 }, valid: true } }))
  expect(worth({ loss: 1, speed: 2, memory: 16, valid: true })).toBe(1)
  expect(worth({ loss: 1, speed: 2, memory: 16.1, valid: true })).toBeUndefined()
  expect(worth({ loss: 1, speed: 2, memory: 3, valid: false })).toBeUndefined()
  expect(worth({ loss: 1, speed: 2, memory: 3 })).toBeUndefined()
  expect(worth({ loss: 1, speed: 2, memory: '3', valid: true })).toBeUndefined()
  expect(worth({ speed: 2, memory: 3, valid: true })).toBeUndefined()
})

test('weights and bounds say which trial of several objectives is preferred', () => {
  const weighted = worthOf(goalsOf({ objectives, prefer: { weights: { loss: 1, speed: 0.5 } } }))
  expect(weighted({ loss: 1, speed: 4 })).toBe(-1)
  const within = worthOf(goalsOf({ objectives, prefer: { within: { speed: { atLeast: 3 } } } }))
  expect(within({ loss: 1, speed: 4 })).toBe(1)
  expect(within({ loss: 1, speed: 2 })).toBeUndefined()
})

test('what a complete trial breaks or did not say is told in words', () => {
  const goals = goalsOf({ constraints: { memory: { atMost: 16 }, valid: true, crashed: false } })
  const trial = { state: 'complete', values: { value: 1 }, outputs: { memory: 17, crashed: true } } as const
  expect(brokenBy(goals, trial)).toEqual(['memory <= 16', 'valid', 'not crashed'])
  expect(unsaidBy(goals, trial)).toEqual(['valid'])
  expect(brokenBy(goals, { ...trial, state: 'failed' })).toEqual([])
  expect(constraintText('size', { atLeast: 1, atMost: 5 })).toBe('1 <= size <= 5')
  expect(preferenceText({ weights: { loss: 1, speed: 0.5 } })).toBe('loss by 1 and speed by 0.5')
})

test('constraints are written as bounds or names on a command line', () => {
  const words = [
    'memory<=16',
    'accuracy >= 0.9',
    '1<=size<=5',
    'valid',
    'not crashed',
    '!bad',
    'done=true',
    'left=FALSE',
  ]
  expect(constraintsFromWords([...words, '1e-3 <= rate', '9>=depth>=2'])).toEqual({
    memory: { atMost: 16 },
    accuracy: { atLeast: 0.9 },
    size: { atLeast: 1, atMost: 5 },
    valid: true,
    crashed: false,
    bad: false,
    done: true,
    left: false,
    rate: { atLeast: 1e-3 },
    depth: { atLeast: 2, atMost: 9 },
  })
  expect(constraintsFromWords(['m>=1', 'm<=2'])).toEqual({ m: { atLeast: 1, atMost: 2 } })
  expect(() => constraintsFromWords(['m<=1', 'm<=2'])).toThrow("constraint 'm': given twice")
  expect(() => constraintsFromWords(['m<1'])).toThrow("write '<=' or '>='")
  for (const wrong of ['', '1<=2', 'm<=x', '1<=m>=2', 'm==3', 'm<=1e999x', '()'])
    expect(() => constraintsFromWords([wrong])).toThrow('is not understood')
})

test('a preference is written as weights or bounds', () => {
  expect(preferenceFromWords('loss=1, speed=0.5')).toEqual({ weights: { loss: 1, speed: 0.5 } })
  expect(preferenceFromWords('speed>=3,loss<=2')).toEqual({ within: { speed: { atLeast: 3 }, loss: { atMost: 2 } } })
  expect(() => preferenceFromWords('loss')).toThrow("'loss' has no bound")
  expect(() => preferenceFromWords('loss=1,speed>=3')).toThrow('is not understood')
})
