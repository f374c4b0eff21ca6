import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { expect, test } from 'vitest'
import { line } from '../../src/store/documents.ts'
import { realFileSystem } from '../../src/store/file-system.ts'
import type { FileSystem } from '../../src/store/file-system.ts'
import { readDefinition } from '../../src/store/folder.ts'
import { freeNumber } from '../../src/store/knowledge.ts'
import { slotPath, slotsFolder, studyPath } from '../../src/store/paths.ts'
import { readSlots } from '../../src/store/refresh.ts'
import { scratch } from '../support/scratch.ts'
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

test('a study that others create while we look is no damaged one', async () => {
  const root = scratch()
  const { study } = await openTestFolder()
  const slow: FileSystem = {
    ...realFileSystem,
    list: async (directory) => {
      if (directory === root) {
        mkdirSync(slotsFolder(root, 0), { recursive: true })
        mkdirSync(dirname(studyPath(root)), { recursive: true })
        writeFileSync(studyPath(root), line(study))
      }
      return realFileSystem.list(directory)
    },
  }
  expect(await readDefinition(slow, root)).toEqual(study)
})
