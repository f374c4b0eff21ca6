import { expect, test } from 'vitest'
import { orderOf } from '../../src/space/goals.ts'
import { configText } from '../../src/space/canonical.ts'
import { float } from '../../src/space/parameter.ts'
import { learnAmendment } from '../../src/store/memory/changes.ts'
import { emptyKnowledge, learnLock, learnSlot, learnValue } from '../../src/store/memory/knowledge.ts'
import type { Knowledge } from '../../src/store/memory/knowledge.ts'
import { trialId } from '../../src/store/disk/trial-id.ts'
import { finishedRecords, noneFinished } from '../../src/study/records.ts'
import { readSaw, sawOf } from '../../src/study/saw.ts'
import type { Saw } from '../../src/study/saw.ts'
import type { Json } from '../../src/trial.ts'

const space = { x: float(0, 1) }
const text = (x: number): string => configText(space, { x })

function open(known: Knowledge, slot: number, epoch = 1, x = slot / 1e4, basis?: Json): void {
  const config = text(x)
  learnSlot(known, {
    slot,
    epoch,
    id: trialId(config),
    config,
    repeat: 0,
    origin: 't',
    ...(basis === undefined ? {} : { basis }),
    worker: 'w-1',
    token: '',
    time: 't',
  })
}

function end(known: Knowledge, slot: number): void {
  open(known, slot)
  learnValue(known, {
    slot,
    attempt: 1,
    round: 1,
    status: 'complete',
    values: { value: 1 },
    curve: [],
    worker: 'w-1',
    token: '',
    started: 't',
    time: 't',
  })
}

function seen(known: Knowledge): Saw {
  const finished = noneFinished()
  finishedRecords(finished, known, space, { value: 'minimize' })
  return sawOf(known, finished)
}

test('a record of 10,000 trials with a thousand open is a short line', () => {
  const known = emptyKnowledge(orderOf({ objectives: { value: 'minimize' } }))
  for (let n = 0; n < 9000; n++) end(known, n)
  for (let n = 9000; n < 10_000; n++) open(known, n)
  expect(seen(known)).toEqual({ below: 10_000, open: '9000-9999' })
})

test('unknown numbers, closed numbers and later epochs are noted', () => {
  const known = emptyKnowledge(orderOf({ objectives: { value: 'minimize' } }))
  for (const n of [0, 1, 2, 5, 6]) end(known, n)
  learnSlot(known, {
    slot: 3,
    epoch: 1,
    closed: 'exhausted',
    id: '',
    config: '',
    repeat: 0,
    origin: '',
    worker: 'w-1',
    token: '',
    time: 't',
  })
  open(known, 7, 1, 0.5, { a: 1 })
  open(known, 7, 2, 0.6, { a: 2 })
  learnAmendment(known, 1, { stop: true, by: 'w', token: '', time: '' })
  // The config of epoch 1 counts as tried, although the trial that has it is not known yet.
  expect(seen(known)).toEqual({
    below: 8,
    open: '7',
    unseen: '3-4',
    epochs: [[7, 2]],
    basis: [7, 2],
    tried: [trialId(text(0.5))],
  })
  const identity = { worker: 'w-2', host: 'h', boot: '', namespace: '', pid: 1, start: '', job: '', restart: 0 }
  learnLock(known, {
    slot: 8,
    epoch: 1,
    attempt: 1,
    round: 1,
    id: trialId(text(0.5)),
    config: text(0.5),
    repeat: 0,
    identity,
    token: '',
    time: 't',
  })
  expect(seen(known)).toEqual({ below: 9, open: '7-8', unseen: '3-4', epochs: [[7, 2]], basis: [7, 2] })
})

test('the latest basis is the one with the highest number and epoch, in any order of learning', () => {
  const orders = [
    [
      [4, 1],
      [7, 1],
      [7, 2],
    ],
    [
      [7, 2],
      [7, 1],
      [4, 1],
    ],
    [
      [7, 1],
      [4, 1],
      [7, 2],
    ],
  ]
  for (const order of orders) {
    const known = emptyKnowledge(orderOf({ objectives: { value: 'minimize' } }))
    for (const [slot, epoch] of order) open(known, slot!, epoch, slot! / 10 + epoch! / 100, { of: [slot!, epoch!] })
    expect(known.latestBasis).toEqual({ slot: 7, epoch: 2, basis: { of: [7, 2] } })
  }
})

test('anything that is not of the right form is refused', () => {
  expect(readSaw({ below: 3, open: '1-2', basis: [2, 1], tried: ['x'] })).toEqual({
    below: 3,
    open: '1-2',
    basis: [2, 1],
    tried: ['x'],
  })
  for (const json of [
    undefined,
    null,
    3,
    [],
    {},
    { below: -1 },
    { below: 2, open: 'x' },
    { below: 2, unseen: 4 },
    { below: 2, rounds: [[1]] },
    { below: 2, basis: 1 },
    { below: 2, tried: [1] },
  ]) {
    expect(readSaw(json as Json | undefined)).toBeUndefined()
  }
})
