import { expect, test } from 'vitest'
import {
  endingsThatCount,
  exactBudget,
  monotonicBest,
  publishedBest,
  servedQueue,
  uniqueClaims,
  lastingValues,
  violationsOf,
  wholeAttempts,
} from './check.ts'
import type { Ended } from './check.ts'
import type { FinalFolder, FinalLock, FinalNote, FinalSlot, FinalTrial, FinalValue } from './final-folder.ts'
import { operationsIn } from './history.ts'
import type { Operation } from './history.ts'

const id = (n: number): string => String(n).repeat(20)

/** A world without violations. Each test below changes one thing in it. */
function world(): { history: Operation[]; folder: Mutable; ceiling: number; objective: string } {
  // Trial 0 was queued, and is complete. The first attempt at trial 1 was taken for lost, wakes up, and is told so; the
  // second is pruned. Trial 2 fails twice, which uses up its attempts.
  const history = [
    op('a', 'enqueue', 0, 1, {}, { id: id(0), state: 'queued' }),
    ...asked('a', 2, 0, 1),
    op('a', 'complete', 4, 5, { number: 0, attempt: 1, value: 0.5 }, { ending: 'committed' }),
    op('b', 'best', 6, 7, {}, { number: 0, id: id(0), value: 0.5 }),
    ...asked('a', 8, 1, 1),
    ...asked('b', 20, 1, 2),
    op('b', 'prune', 22, 23, { number: 1, attempt: 2, value: 3 }, { ending: 'committed' }),
    op('a', 'complete', 24, 25, { number: 1, attempt: 1, value: 2 }, { ending: 'superseded' }),
    ...asked('b', 30, 2, 1),
    op('b', 'fail', 32, 33, { number: 2, attempt: 1 }, { ending: 'committed' }),
    ...asked('a', 34, 2, 2),
    op('a', 'fail', 36, 37, { number: 2, attempt: 2 }, { ending: 'committed' }),
    op('b', 'trials', 40, 41, {}, [
      [0, 'complete', 1, 0.5],
      [1, 'pruned', 2, 3],
      [2, 'failed', 2, null],
    ]),
    op('b', 'best', 42, 43, {}, { number: 0, id: id(0), value: 0.5 }),
  ]
  return {
    history,
    ceiling: 3,
    objective: 'value',
    folder: {
      limits: { lost: 10, failed: 2 },
      slots: [slot(0, 'a', 'queue'), slot(1, 'a'), slot(2, 'b')],
      trials: new Map([
        trial(0, ['a'], [], { slot: 0, attempt: 1, status: 'complete', values: { value: 0.5 }, worker: 'a' }),
        trial(1, ['a', 'b'], ['lost'], { slot: 1, attempt: 2, status: 'pruned', values: { value: 3 }, worker: 'b' }),
        trial(2, ['b', 'a'], ['exception', 'exception'], {
          slot: 2,
          attempt: 2,
          status: 'failed',
          values: {},
          worker: 'a',
        }),
      ]),
      queued: [id(0)],
      best: [{ slot: 0, id: id(0), worth: 0.5 }],
      link: id(0),
    },
  }
}

test('a world without violations passes every check', () => {
  expect(violationsOf(world())).toEqual([])
})

test('an operation without an answer may have taken effect or not', () => {
  const done = world()
  done.history[3] = unanswered(done.history[3]!)
  expect(violationsOf(done)).toEqual([])
  const undone = world()
  undone.history.push(
    unanswered(op('c', 'complete', 31, 32, { number: 2, attempt: 1, value: 0 }, { ending: 'committed' })),
  )
  expect(violationsOf(undone)).toEqual([])
})

test('a lost slot, a surplus slot and a slot without a trial are found', () => {
  expect(broken(exactBudget, ({ folder }) => void folder.slots.pop())).toEqual([
    'number 2 was never taken',
    `trial ${id(2)} was claimed and has no number`,
  ])
  expect(broken(exactBudget, ({ folder }) => void folder.slots.push(slot(3, 'a')))).toEqual([
    'number 3 is above the ceiling of 3',
  ])
  expect(broken(exactBudget, ({ folder }) => void folder.trials.delete(id(1)))).toEqual([
    'number 1 was taken and has no trial',
  ])
})

test('of two epochs of a slot, the first that was claimed for it counts', () => {
  const later = ({ folder }: World): void => {
    folder.slots[2] = { ...slot(2, 'b'), id: id(1) }
    folder.slots.push({ ...slot(2, 'b'), epoch: 2 })
  }
  expect(broken(exactBudget, later)).toEqual([])
  expect(
    broken(exactBudget, ({ folder }) => {
      folder.slots[2] = { ...slot(2, 'b'), id: id(1) }
    }),
  ).toEqual(['number 2 was taken and has no trial', `trial ${id(2)} was claimed and has no number`])
})

test('an attempt without the note before it, a trial left running and an early failure are found', () => {
  expect(broken(wholeAttempts, ({ folder }) => void folder.trials.get(id(1))!.notes.delete(1))).toEqual([
    `trial 1 (${id(1)}) has attempt 2 and no note of attempt 1`,
  ])
  expect(
    broken(wholeAttempts, ({ folder }) => {
      folder.trials.get(id(1))!.value = undefined
    }),
  ).toEqual([`trial 1 (${id(1)}) has no terminal record`])
  expect(
    broken(wholeAttempts, ({ folder }) => void folder.trials.get(id(2))!.notes.set(1, note(2, 1, 'lost'))),
  ).toEqual([`trial 2 (${id(2)}) was given up after lost, exception`])
})

test('an attempt that was given twice is found, and a claim that its lock or slot contradicts', () => {
  expect(broken(uniqueClaims, ({ history }) => void history.push(...asked('c', 10, 0, 1)))).toEqual([
    'attempt 1 of trial 0 was given to a and to c',
    'attempt 1 of trial 0 was given to c, and its lock names a',
  ])
  expect(
    broken(uniqueClaims, ({ folder }) => {
      folder.slots[1] = { ...folder.slots[1]!, config: 'other' }
    }),
  ).toEqual([
    'attempt 1 of trial 1 was given another config than its slot has',
    'attempt 2 of trial 1 was given another config than its slot has',
  ])
})

test('an acknowledged value that is missing is found, and a loser that was told that it won', () => {
  const other =
    (change: Partial<FinalValue>) =>
    ({ folder }: World): void => {
      const trial = folder.trials.get(id(0))!
      trial.value = { ...trial.value!, ...change }
    }
  const lost = `a was told 'committed' for attempt 1 of trial 0, and the record is not its own`
  expect(broken(endingsThatCount, other({ worker: 'elsewhere', values: { value: 0.4 } }))).toEqual([lost])
  expect(broken(endingsThatCount, other({ values: { value: 0.4 } }))).toEqual([
    lost,
    'trial 0 has a complete record that nobody wrote',
  ])
  expect(broken(endingsThatCount, told('a', 'complete', 1, 'committed'))).toEqual([
    `a was told 'committed' for attempt 1 of trial 1, and the record is not its own`,
  ])
  expect(broken(endingsThatCount, told('b', 'prune', 1, 'superseded'))).toEqual([
    `b was told 'superseded' for attempt 2 of trial 1, and the record is its own`,
  ])
  expect(broken(endingsThatCount, ({ folder }) => void folder.trials.get(id(2))!.notes.delete(2))).toEqual([
    `a was told 'committed' for the failure of attempt 2 of trial 2, and its note says nothing`,
  ])
  expect(broken(endingsThatCount, told('b', 'fail', 2, 'superseded'))).toEqual([
    `b was told 'superseded' for the failure of attempt 1 of trial 2, and its note says exception`,
  ])
})

test('a reader that misses what was known before is found', () => {
  const listing =
    (at: number, ...trials: unknown[]) =>
    ({ history }: World): void =>
      void history.push(op('c', 'trials', at, at + 1, {}, trials))
  expect(
    broken(lastingValues, listing(50, [0, 'complete', 1, 0.5], [1, 'running', 1, null], [2, 'failed', 2, null])),
  ).toEqual(['c at 50 µs saw trial 1 running, final since 23'])
  expect(broken(lastingValues, listing(50, [0, 'complete', 1, 0.5], [2, 'failed', 2, null]))).toEqual([
    'c at 50 µs did not see trial 1, known since 23',
  ])
  expect(broken(lastingValues, listing(22, [0, 'complete', 1, 0.5], [1, 'pruned', 1, 2]))).toEqual([
    'c saw trial 1 pruned with 2, and its record says pruned with 3',
  ])
  expect(broken(lastingValues, listing(22.5, [0, 'complete', 1, 0.5], [1, 'running', 2, null]))).toEqual([])
  // One reader saw that trial 2 had failed, and a later one does not. Only readers were told about that.
  expect(
    broken(lastingValues, listing(50, [0, 'complete', 1, 0.5], [1, 'pruned', 2, 3], [2, 'running', 2, null])),
  ).toEqual(['c at 50 µs saw trial 2 running, final since 41'])
})

test('a best that falls back, misses a value or has no record is found', () => {
  const best =
    (result: unknown) =>
    ({ history }: World): void =>
      void history.push(op('c', 'best', 50, 51, {}, result))
  expect(broken(monotonicBest, best(null))).toEqual(['c at 50 µs was told of no best, after 0.5 of trial 0 was known'])
  expect(broken(monotonicBest, best({ number: 1, id: id(1), value: 3 }))).toEqual([
    'c was told of a best trial 1 with 3, which has no such record',
    'c at 50 µs was told of 3, after 0.5 of trial 0 was known',
  ])
  expect(broken(monotonicBest, ({ history }) => void history.push(op('c', 'best', 4.5, 6, {}, null)))).toEqual([])
})

test('a chain that does not improve or does not end at the best is found, and a link that points elsewhere', () => {
  expect(
    broken(publishedBest, ({ folder }) => {
      folder.link = id(1)
    }),
  ).toEqual([`the link points to ${id(1)}, the best trial is ${id(0)}`])
  expect(broken(publishedBest, ({ folder }) => void folder.best.push({ slot: 1, id: id(1), worth: 3 }))).toEqual([
    'generation 2 of the best does not improve on those before',
  ])
  expect(
    broken(
      (all) => publishedBest({ ...all, wasBestDeleted: true }),
      ({ folder }) => void folder.best.push({ slot: 1, id: id(1), worth: 3 }),
    ),
  ).toEqual([])
  expect(broken(publishedBest, ({ folder }) => void folder.best.pop())).toEqual([
    `the chain ends at nothing, the best trial is ${id(0)}`,
  ])
})

test('a queued config that is gone or was passed over is found', () => {
  const queue =
    (at: number) =>
    ({ history, folder }: World): void => {
      history.push(op('c', 'enqueue', at, at + 1, {}, { id: id(7), state: 'queued' }))
      folder.queued.push(id(7))
    }
  expect(broken(servedQueue, queue(6))).toEqual([
    `${id(7)} waits in the queue, and a was later given a config of the sampler's`,
  ])
  expect(broken(servedQueue, queue(50))).toEqual([])
  expect(
    broken(servedQueue, (all) => {
      queue(50)(all)
      all.folder.queued.pop()
    }),
  ).toEqual([`c was told that ${id(7)} is queued, but it is neither queued nor a trial`])
})

test('a history is read to the last whole line, and a call without an answer is unknown', () => {
  const text = `{"op":1,"atUs":5,"what":"ask","args":{}}
{"op":1,"atUs":6,"outcome":"ok","result":null}
{"op":2,"atUs":7,"what":"best","args":{}}
{"op":2,"atUs":8,"outcome":"unknown","error":"disk full"}
{"op":3,"atUs":9,"what":"close","args":{}}
{"op":3,"atUs":10,"outco`
  expect(operationsIn('a', text)).toEqual([
    { process: 'a', what: 'ask', args: {}, invokedUs: 5, endedUs: 6, outcome: 'ok', result: null },
    { process: 'a', what: 'best', args: {}, invokedUs: 7, endedUs: 8, outcome: 'unknown', result: undefined },
    { process: 'a', what: 'close', args: {}, invokedUs: 9, endedUs: Infinity, outcome: 'unknown' },
  ])
})

interface MutableTrial {
  id: string
  locks: Map<number, FinalLock>
  notes: Map<number, FinalNote>
  value: FinalValue | undefined
}

type Mutable = Omit<FinalFolder, 'slots' | 'trials' | 'queued' | 'best' | 'link'> & {
  slots: FinalSlot[]
  trials: Map<string, MutableTrial>
  queued: string[]
  best: FinalFolder['best'][number][]
  link: string | undefined
}

type World = ReturnType<typeof world>

/** The violations that a check finds in a world with one change. */
function broken(check: (ended: Ended) => string[], change: (all: World) => void): string[] {
  const all = world()
  change(all)
  return check(all)
}

const op = (
  process: string,
  what: string,
  invokedUs: number,
  endedUs: number,
  args: object,
  result: unknown,
): Operation => ({ process, what, args, invokedUs, endedUs, outcome: 'ok', result }) as unknown as Operation

const unanswered = ({ process, what, args, invokedUs }: Operation): Operation =>
  ({ process, what, args, invokedUs, endedUs: Infinity, outcome: 'unknown' }) as unknown as Operation

const asked = (process: string, at: number, number: number, attempt: number): Operation[] => [
  op(process, 'ask', at, at + 1, {}, { number, id: id(number), attempt, config: `config ${number}`, worker: process }),
]

const told =
  (process: string, what: string, number: number, ending: string) =>
  ({ history }: World): void => {
    const at = history.findIndex(
      (o) => o.process === process && o.what === what && (o.args as { number?: number }).number === number,
    )
    history[at] = { ...history[at], result: { ending } } as unknown as Operation
  }

const slot = (n: number, worker: string, origin = 'sobol'): FinalSlot => ({
  slot: n,
  epoch: 1,
  id: id(n),
  config: `config ${n}`,
  origin,
  worker,
})

const note = (slotNumber: number, attempt: number, reason: string): FinalNote => ({
  slot: slotNumber,
  attempt,
  reason,
  worker: 'somebody',
})

function trial(
  n: number,
  workers: string[],
  reasons: string[],
  value: FinalValue,
): [string, MutableTrial & FinalTrial] {
  const locks = new Map(
    workers.map((worker, k) => [k + 1, { slot: n, attempt: k + 1, id: id(n), identity: { worker } }]),
  )
  const notes = new Map(reasons.map((reason, k) => [k + 1, note(n, k + 1, reason)]))
  return [id(n), { id: id(n), locks, notes, value }]
}
