import { expect, test } from 'vitest'
import { randomStream } from '../../../src/numerics/random.ts'
import { SlotTable } from '../../../src/store/memory/slot-table.ts'
import type { Slot } from '../../../src/store/memory/slot.ts'

const slotOf = (number: number): Slot => ({
  number,
  epoch: 1,
  isClosed: false,
  id: number.toString(16).padStart(20, '0'),
  config: `{"x": ${number}}`,
  repeat: 0,
  origin: 'test',
  worker: 'w-1',
  time: 't',
  isClaimed: true,
  attempts: [],
  round: 1,
  roundAfter: 0,
  final: null,
  isReleased: false,
})

function ended(slot: Slot, status: 'complete' | 'pruned' | 'failed', round = 1): Slot {
  slot.final = {
    slot: slot.number,
    attempt: round,
    round,
    status,
    values: status === 'complete' ? { value: slot.number } : {},
    curve: [],
    worker: 'w-1',
    token: '',
    started: 't',
    time: 't',
  }
  return slot
}

test('thousands of numbers that end, open again and end once more look the same as in a plain list', () => {
  const random = randomStream('slot table', 1)
  const table = new SlotTable()
  const plain = new Map<number, string>()
  for (let step = 0; step < 60_000; step++) {
    const number = random.integer(30_000) + (step % 1000 === 0 ? 10_000_000 : 0)
    const state = plain.get(number)
    if (state === undefined) {
      table.add(slotOf(number))
      plain.set(number, 'open')
    } else if (state === 'open') {
      const status = (['complete', 'pruned', 'failed'] as const)[random.integer(3)]!
      table.settle(ended(table.live(number)!, status))
      plain.set(number, status)
    } else if (state === 'failed') {
      expect(table.reopen(number)).toMatchObject({ number, final: null })
      plain.set(number, 'open')
    }
  }
  expect(table.size).toBe(plain.size)
  expect([...table.numbers()]).toEqual([...plain.keys()].sort((a, b) => a - b))
  const wrong = [...plain].filter(
    ([number, state]) =>
      (table.get(number)!.final?.status ?? 'open') !== state ||
      table.isSettled(number) !== (state !== 'open') ||
      (table.live(number) === undefined) !== (state !== 'open') ||
      table.get(number)!.config !== `{"x": ${number}}`,
  )
  expect(wrong).toEqual([])
  const count = (status: string): number => [...plain.values()].filter((state) => state === status).length
  expect(table.ended).toEqual({ complete: count('complete'), pruned: count('pruned'), failed: count('failed') })
})

test('lines can be read again after more numbers are settled, later lines of a number behind earlier ones', () => {
  const table = new SlotTable()
  table.add(slotOf(3))
  table.settle(ended(table.live(3)!, 'failed'))
  expect(table.lines().count).toBe(1)
  table.reopen(3)
  table.settle(ended(table.live(3)!, 'complete', 2))
  const { chunks, count } = table.lines()
  const states = Buffer.concat(chunks)
    .toString()
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as unknown[]).slice(0, 3))
  expect(states).toEqual([
    [3, 'f', 1],
    [3, 'c', 2],
  ])
  expect(count).toBe(2)
})
