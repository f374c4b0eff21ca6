import { expect, test } from 'vitest'
import { orderOf } from '../../../src/space/goals.ts'
import type { SlotDocument } from '../../../src/store/disk/documents.ts'
import { emptyKnowledge, learnSlot } from '../../../src/store/memory/knowledge.ts'
import { passOver } from '../../../src/store/memory/soundness.ts'
import { proposeFor } from '../../support/study-folder.ts'

const slot = (number: number, config: number): SlotDocument => ({
  slot: number,
  epoch: 1,
  ...proposeFor(config, 0),
  worker: 'w-1-0000000000',
  token: 't',
  time: '',
})

test('a number that is passed over is closed and told, and its id is free', () => {
  const known = emptyKnowledge(orderOf({ objectives: { value: 'minimize' } }))
  learnSlot(known, slot(0, 5))
  expect([...known.unfinished]).toEqual([0])
  passOver(known, 0)
  expect(known.slots.get(0)).toMatchObject({ isClosed: true, config: '', final: null })
  expect([...known.unsound]).toEqual([0])
  expect([...known.unfinished]).toEqual([])
  expect(known.slotOfId.has(proposeFor(5, 0).id)).toBe(false)
})

test('a duplicate that is passed over leaves the id to the number that has it', () => {
  const known = emptyKnowledge(orderOf({ objectives: { value: 'minimize' } }))
  learnSlot(known, slot(0, 5))
  learnSlot(known, slot(1, 5))
  expect(known.slotOfId.get(proposeFor(5, 0).id)).toBe(0)
  passOver(known, 1)
  expect(known.slotOfId.get(proposeFor(5, 0).id)).toBe(0)
  expect([...known.unfinished]).toEqual([0])
})
