import { mkdirSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { addPeer } from '../../../src/store/protocol/peers.ts'
import { chooseNumber } from '../../../src/store/protocol/number.ts'
import { slotPath, slotFolder } from '../../../src/paths.ts'
import { countingFiles } from '../../support/counting-files.ts'
import { openTestFolder } from '../../support/study-folder.ts'

const CEILING = 600

/** A worker whose sampler reads no record, and some others, in a study whose numbers are all taken but a few. */
async function lateWorker(left: readonly number[]) {
  const counting = countingFiles()
  const folder = await openTestFolder({ files: counting.files, ceiling: CEILING })
  for (const other of ['other-1-0000000000', 'other-2-0000000000']) addPeer(folder, other)
  mkdirSync(slotFolder(folder.root, 0), { recursive: true })
  for (let n = 0; n < CEILING; n++) if (!left.includes(n)) writeFileSync(slotPath(folder.root, n, 1), '\n')
  folder.frontier = CEILING
  counting.taken()
  return { folder, counting }
}

const manner = { pace: { isSlow: false, contention: 10 }, readsRecord: false }

test('numbers that others left over are found by one listing, however many there are', async () => {
  const left = [7, 140, 141, 599]
  const { folder, counting } = await lateWorker(left)
  const found: (number | undefined)[] = []
  for (let i = 0; i < 6; i++) {
    const number = await chooseNumber(folder, manner, 0)
    found.push(number)
    if (number !== undefined) writeFileSync(slotPath(folder.root, number, 1), '\n')
  }
  expect(found.toSorted()).toEqual([...left.toSorted(), undefined, undefined])
  expect(counting.taken().calls.list).toBe(1)
})

test('the last numbers are found by single looks if memory knows the rest', async () => {
  const { folder, counting } = await lateWorker([])
  for (let n = 0; n < CEILING - 5; n++) folder.known.seen.add(n)
  expect(await chooseNumber(folder, manner, 0)).toBeUndefined()
  expect(counting.taken().calls).toEqual({ exists: 5 })
})

test('a worker that has never looked takes the first free number, however many are taken', async () => {
  const { folder } = await lateWorker(Array.from({ length: CEILING }, (_, n) => n))
  for (let taken = 0; taken < 40; taken++) {
    folder.frontier = 0
    expect(await chooseNumber(folder, { ...manner, pace: { isSlow: false, contention: 0 } }, 0)).toBe(taken)
    writeFileSync(slotPath(folder.root, taken, 1), '\n')
  }
})
