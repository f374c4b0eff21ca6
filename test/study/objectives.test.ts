/** Objectives that return or throw anything at all: the trial ends as it should, and the loop goes on. */

import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { float, openStudy } from '../../src/index.ts'
import type { Objective } from '../../src/index.ts'
import { scratch } from '../support/scratch.ts'
import { startLines } from '../support/worker-process.ts'
import { join } from 'node:path'

const cyclic: Record<string, unknown> = {}
cyclic['value'] = cyclic

const raising = (what: unknown) => () => {
  throw what
}
const trap = raising(new Error('a trap'))

/** What an objective gives, and what the record says of it. */
const answers: Readonly<Record<string, readonly [() => unknown, RegExp]>> = {
  NaN: [() => NaN, /finite, got NaN/],
  '-Infinity': [() => -Infinity, /finite, got -Infinity/],
  'a text': [() => '0.5', /must be a number.*got "0\.5"/],
  'a bigint': [() => 1n, /must be a number.*got 1n/],
  nothing: [() => undefined, /gave no value/],
  null: [() => null, /must be a number.*got null/],
  true: [() => true, /must be a number.*got true/],
  'a symbol': [() => Symbol('a'), /got a symbol/],
  'a function': [() => () => 1, /got a function/],
  'a list': [() => [1], /value: must be a number, or an object.*got \[1\]/],
  'an object without the objective': [() => ({}), /'value': must be a number, got nothing/],
  'an object with an output of a wrong type': [() => ({ value: 1, loss: [2] }), /output 'loss': must be a finite/],
  'an object in itself': [() => cyclic, /'value': must be a number/],
  'a property that throws': [() => Object.defineProperty({}, 'value', { get: trap, enumerable: true }), /a trap/],
  'a proxy that throws': [() => new Proxy({}, { ownKeys: trap, get: trap }), /a trap/],
  'a thenable that throws': [() => ({ then: trap }), /a trap/],
  'an error': [raising(new RangeError('bad')), /^RangeError: bad/],
  'an error of another realm': [raising(runInNewContext('new TypeError("far")')), /^TypeError: far/],
  'an error whose stack is a number': [raising(Object.assign(new Error('odd'), { stack: 5 })), /^Error: odd/],
  'an error whose stack throws': [
    raising(Object.defineProperty(new Error('x'), 'stack', { get: trap })),
    /without a text/,
  ],
  'a thrown text': [raising('words'), /^words$/],
  'a thrown bigint': [raising(1n), /thrown: 1n/],
  'thrown undefined': [raising(undefined), /^undefined$/],
  'a thrown object in itself': [raising(cyclic), /an object that JSON cannot hold/],
  'a thrown object whose texts throw': [raising({ toJSON: trap, toString: trap }), /without a text/],
  'a thrown proxy': [raising(new Proxy({}, { get: trap, getPrototypeOf: trap })), /without a text/],
}

test.each(Object.entries(answers))('%s fails the trial, with words', async (_name, [objective, words]) => {
  await using study = await openStudy(join(scratch(), 'study'), { space: { x: float(0, 1) }, trials: 2 })
  expect(await study.optimize(objective as Objective<{ x: number }>)).toBeUndefined()
  const trials = await study.trials()
  expect(trials.map(({ state }) => state)).toEqual(['failed', 'failed'])
  expect(trials[0]!.detail).toMatch(words)
})

test('whatever the first three trials throw stops the loop and comes out of it, even undefined', async () => {
  await using study = await openStudy(join(scratch(), 'study'), { space: { x: float(0, 1) }, trials: 9 })
  let thrown: unknown = 'nothing'
  await study.optimize(raising(undefined)).catch((error: unknown) => (thrown = error))
  expect(thrown).toBeUndefined()
  expect(await study.trials()).toHaveLength(3)
})

test.each([
  ['an object that is frozen', () => Object.freeze({ value: 1 })],
  ['an object without a prototype', () => Object.assign(Object.create(null) as object, { value: 1 })],
  ['a promise', async () => 1],
  ['a thenable', () => ({ then: (resolve: (value: number) => void) => resolve(1) })],
])('%s is a value', async (_name, objective) => {
  await using study = await openStudy(join(scratch(), 'study'), { space: { x: float(0, 1) }, trials: 1 })
  expect((await study.optimize(objective as Objective<{ x: number }>))?.value).toBe(1)
})

test.each([
  ['exits', 'process.exit(0)', { code: 0 }],
  ['exits badly', 'process.exit(3)', { code: 3 }],
  [
    'leaves a rejection',
    'Promise.reject(new Error("u")); return new Promise((done) => setTimeout(done, 500, 1))',
    { code: 1 },
  ],
  ['never ends', 'return new Promise(() => undefined)', { code: 13 }],
  ['aborts', 'process.abort()', { signal: 'SIGABRT' }],
  ['is killed', 'process.kill(process.pid, "SIGKILL")', { signal: 'SIGKILL' }],
])('a process that %s within an objective leaves its trial to the next one', async (_name, lines, end) => {
  const directory = join(scratch(), 'study')
  const open = `anthill.openStudy(args[0], { space: { x: anthill.float(0, 1) }, trials: 1 })`
  const first = startLines(`await (await ${open}).optimize(() => { ${lines} })`, [directory])
  expect(await first.finished).toMatchObject(end)
  await using study = await openStudy(directory, { trials: 1 })
  expect((await study.optimize(() => 2))?.value).toBe(2)
  expect(await study.trials()).toMatchObject([{ state: 'complete', attempt: 2 }])
})
