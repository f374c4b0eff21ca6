import { mkdirSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { line } from '../../src/store/documents.ts'
import { freeNumber } from '../../src/store/knowledge.ts'
import { slotPath, slotsFolder } from '../../src/store/paths.ts'
import { readSlots } from '../../src/store/refresh.ts'
import { openTestFolder, proposeFor } from '../support/study-folder.ts'

test('slots that were only seen in a listing are read, also when they fill their folder to the brim', async () => {
  const folder = await openTestFolder({ ceiling: 1000 })
  mkdirSync(slotsFolder(folder.root, 0), { recursive: true })
  for (let slot = 0; slot < 1000; slot++) {
    writeFileSync(slotPath(folder.root, slot, 1), line({ slot, epoch: 1, ...proposeFor(slot, 0), worker: 'w-1', token: 't', time: '' }))
    folder.known.seen.add(slot)
  }
  expect(freeNumber(folder.known, 1000, new Set(), 0)).toBeUndefined()
  await readSlots(folder)
  expect(folder.known.slots.size).toBe(1000)
  expect(folder.known.unfinished.size).toBe(1000)
})
