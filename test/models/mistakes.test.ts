/**
 * The designs that were rejected, each a small switch of a model. The checker must find what is wrong with each of
 * them; a change that makes a model blind fails here.
 */

import { expect, test } from 'vitest'
import * as attempts from './attempts.ts'
import * as best from './best.ts'
import { check, ENDS } from './checker.ts'
import type { Model } from './checker.ts'
import * as index from './index.ts'
import * as numbers from './numbers.ts'
import * as observe from './observe.ts'

const two = { workers: 2, numbers: 2, epochs: 3, configs: 6 }
const pair = { workers: 2, limits: { lost: 2, failed: 2 }, staleLookups: true }
const oneLog = { trials: [{ worker: 0, segment: 0 }], generations: 3, keep: 1 }
const rolledLog = {
  trials: [
    { worker: 0, segment: 0 },
    { worker: 0, segment: 1 },
  ],
}

interface Mistake {
  readonly name: string
  readonly model: Model
  readonly breaks: string
}

const mistakes: readonly Mistake[] = [
  {
    name: '1: a slot waits for an intent in a log, and a live worker is suspected',
    model: numbers.numbersModel('', { ...two, wrong: 'intent in a log', suspicions: 1, lateLogs: false }),
    breaks: numbers.TWO_TRIALS,
  },
  {
    name: '2: a slot waits for an intent in a log, and the log of a dead worker comes late',
    model: numbers.numbersModel('', { ...two, wrong: 'intent in a log', kills: 1 }),
    breaks: numbers.TWO_TRIALS,
  },
  {
    name: '3: the search for a number starts at the highest known',
    model: numbers.numbersModel('', {
      ...two,
      workers: 3,
      wrong: 'search from the highest',
      kills: 1,
      lateLogs: false,
    }),
    breaks: numbers.NO_TRIAL,
  },
  {
    name: '4: a missing lock proves that a slot never became a trial',
    model: numbers.numbersModel('', { ...two, wrong: 'absence makes an epoch', suspicions: 1, staleLookups: true }),
    breaks: numbers.TWO_TRIALS,
  },
  {
    name: '5: all is done after an old look at amend/',
    model: numbers.numbersModel('', { ...two, people: 1, wrong: 'stale end of the queue', staleLookups: true }),
    breaks: numbers.MISSED_CHANGE,
  },
  {
    name: '6: nobody adopts what this process itself left behind',
    model: numbers.numbersModel('', { ...two, wrong: 'own leftovers stay', anyOrder: true }),
    breaks: ENDS,
  },
  {
    name: '6, after an error: a slot was made and its maker does not know',
    model: numbers.numbersModel('', { ...two, wrong: 'own leftovers stay', lostAnswers: 1 }),
    breaks: ENDS,
  },
  {
    name: "7: any note ends a trial's last attempt",
    model: attempts.attemptsModel('', { ...pair, workers: 3, interrupts: 1, wrong: 'any note ends' }),
    breaks: attempts.LOCK_AFTER_NOTE,
  },
  {
    name: '8: the terminal record is looked for before the next lock only',
    model: attempts.attemptsModel('', { ...pair, kills: 1, wrong: 'no second look' }),
    breaks: attempts.NOT_COMMITTED,
  },
  {
    name: '9: interruptions count as failures',
    model: attempts.attemptsModel('', { ...pair, interrupts: 1, failures: 1, wrong: 'interruptions fail' }),
    breaks: attempts.VERDICT_IS_DUE,
  },
  {
    name: '10: a verdict counts attempts that nobody noted as lost',
    model: attempts.attemptsModel('', {
      ...pair,
      workers: 3,
      kills: 1,
      suspicions: 1,
      interrupts: 1,
      wrong: 'verdict without a note',
    }),
    breaks: attempts.VERDICT_IS_DUE,
  },
  {
    name: '11: an attempt is handed back before its program has stopped',
    model: attempts.attemptsModel('', { ...pair, interrupts: 1, wrong: 'note while it runs' }),
    breaks: attempts.ONE_PROGRAM,
  },
  {
    name: 'beyond the seventeen: pauses count as lost attempts',
    model: attempts.attemptsModel('', { ...pair, pauses: 2, wrong: 'pauses count' }),
    breaks: attempts.VERDICT_IS_DUE,
  },
  {
    name: '12: an index and tails alone, once covered logs are removed',
    model: index.indexModel('', { ...oneLog, wrong: 'no holes filled' }),
    breaks: index.OPEN_IS_WHOLE,
  },
  {
    name: '13: the newest index is found by counting up from a pointer',
    model: index.indexModel('', { ...oneLog, generations: 2, kills: 2, wrong: 'probing from a head' }),
    breaks: ENDS,
  },
  {
    name: '14: only trials of the dead are looked at',
    model: index.indexModel('', { ...rolledLog, generations: 2, keep: 1, wrong: 'holes of the dead only' }),
    breaks: index.OPEN_IS_WHOLE,
  },
  {
    name: '15: later looks read logs and not the index',
    model: index.indexModel('', { ...oneLog, refreshes: 1, wrong: 'refresh without the index' }),
    breaks: index.REFRESH_IS_WHOLE,
  },
  {
    name: '16: each publishes its own value only',
    model: best.bestModel('', { workers: 2, kills: 1, staleLookups: true, wrong: 'own value only' }),
    breaks: best.TOP_IS_BEST,
  },
  {
    name: '17: the link is renamed without a look past the cache',
    model: best.bestModel('', { workers: 2, kills: 1, staleLookups: true, wrong: 'link without a poke' }),
    breaks: best.LINK_IS_TOP,
  },
  {
    name: '17, later: an old look at the link before leaving',
    model: best.bestModel('', { workers: 2, kills: 1, staleLookups: true, wrong: 'old link before leaving' }),
    breaks: best.LINK_IS_TOP,
  },
  {
    name: '18: the results of an import come in parts, each counted when it is read',
    model: observe.observeModel('', { sets: [1], workers: 1, kills: 1, wrong: 'results in parts' }),
    breaks: observe.IMPORT_IS_WHOLE,
  },
  {
    name: '19: a result that is there already counts again',
    model: observe.observeModel('', { sets: [1, 1], workers: 1, wrong: 'counted each time' }),
    breaks: observe.COUNTED_ONCE,
  },
  {
    name: '20: an index says how many amendments were read, and not what they observed',
    model: observe.observeModel('', { sets: [1, 2], workers: 2, wrong: 'index without results' }),
    breaks: observe.DONE_IS_SEEN,
  },
  {
    name: 'beyond the seventeen: an index made anew under the number that memory was loaded from counts as the same',
    model: index.indexModel('', {
      ...oneLog,
      generations: 2,
      compactors: 2,
      refreshes: 1,
      wrong: 'index by its number',
    }),
    breaks: index.REFRESH_IS_WHOLE,
  },
]

test.each(mistakes)('$name', ({ model, breaks }) => {
  const { violation, trace } = check(model, 1_500_000)
  expect(violation).toBe(breaks)
  expect(trace.length).toBeGreaterThan(0)
})

// This design takes two million states to refute.
test.runIf(process.env.ANTHILL_MODELS === 'full')(
  'beyond the seventeen: after the rename of the link only the chain is looked at again',
  () => {
    const { violation } = check(
      best.bestModel('', { workers: 3, kills: 1, staleLookups: true, wrong: 'no look after the rename' }),
    )
    expect(violation).toBe(best.LINK_IS_TOP)
  },
  900_000,
)
