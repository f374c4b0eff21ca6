import { expect, test } from 'vitest'
import { CALLBACK, FLAG, SIGNAL, TEXT, checkOptions, oneOf, wholeNumber } from '../../src/space/options.ts'

const rules = {
  trials: wholeNumber(0),
  seed: wholeNumber(0, 2 ** 32 - 1),
  effort: oneOf('full', 'low'),
  name: TEXT,
  wait: FLAG,
  then: CALLBACK,
  signal: SIGNAL,
  free: null,
}

test('an option that is not known is refused, with the one that was meant', () => {
  const wrong = (given: object, words: string) => expect(() => checkOptions('open', given, rules)).toThrow(words)
  wrong({ trails: 3 }, "option 'trails': open has none of this name; did you mean 'trials'?")
  wrong({ budget: 3 }, "did you mean 'trials'?")
  wrong({ random_state: 3 }, "did you mean 'seed'?")
  wrong({ eff: 'low' }, "did you mean 'effort'?")
  wrong({ zzz: 3 }, "there is 'trials', 'seed', 'effort', 'name', 'wait', 'then', 'signal', 'free'")
  expect(() => checkOptions('random', { seed: 1 }, {})).toThrow("option 'seed': random has none of this name; leave it")
})

test('an object that cannot have options is refused, a forgotten await by name', () => {
  const wrong = (given: object, words: string) => expect(() => checkOptions('open', given, rules)).toThrow(words)
  wrong(
    Promise.resolve({ trials: 3 }),
    "options of open: must be an object, got a Promise; write 'await' in front of it",
  )
  wrong(new Map([['trials', 3]]), 'must be an object, got a Map; write an object with names and values')
  for (const given of [new Set(), new Date(), /x/, new Error('x'), new String('x')]) wrong(given, 'got a')
  class Mine {
    readonly trials = 3
  }
  expect(() => checkOptions('open', new Mine(), rules)).not.toThrow()
})

test('a value of the wrong type or range is named', () => {
  const wrong = (given: object, words: string) => expect(() => checkOptions('open', given, rules)).toThrow(words)
  wrong({ trials: '3' }, `option 'trials': must be a whole number of at least 0, got "3"`)
  wrong({ trials: null }, "option 'trials': must be a whole number of at least 0, got null")
  wrong({ seed: -1 }, "option 'seed': must be a whole number from 0 to 2^32 - 1, got -1")
  wrong({ effort: 'loud' }, `option 'effort': must be 'full' or 'low', got "loud"`)
  wrong({ name: 3 }, "option 'name': must be a string, got 3")
  wrong({ wait: 1 }, "option 'wait': must be true or false, got 1")
  wrong({ then: {} }, "option 'then': must be a function, got {}")
  wrong({ signal: new AbortController() }, "option 'signal': must be an AbortSignal")
})

test('a number or a text out of range is a RangeError, and anything else of the wrong type a TypeError', () => {
  for (const given of [{ trials: -1 }, { trials: '3' }, { effort: 'loud' }])
    expect(() => checkOptions('open', given, rules)).toThrow(RangeError)
  for (const given of [{ trials: null }, { effort: {} }, { signal: true }])
    expect(() => checkOptions('open', given, rules)).toThrow(TypeError)
})

test('what is not an object is refused', () => {
  for (const given of [3, 'low', null, [], true])
    expect(() => checkOptions('open', given, rules)).toThrow('options of open: must be an object, got ')
})

test('good options pass, and so do those that are undefined or inherited', () => {
  checkOptions('open', undefined, rules)
  checkOptions('open', { trials: 0, seed: 0 }, rules)
  checkOptions('open', { trials: 3, seed: 2 ** 32 - 1, wait: false, free: Symbol('any') }, rules)
  checkOptions('open', { trails: undefined, signal: new AbortController().signal, then: () => 1 }, rules)
  checkOptions('open', Object.create({ trials: 3 }), rules)
  expect(() => checkOptions('open', Object.create({ trails: 3 }), rules)).toThrow("'trails'")
})
