import { expect, test } from 'vitest'
import { random } from '../../src/sampler/sequence.ts'
import { float } from '../../src/space/parameter.ts'
import { parseSpace } from '../../src/space/validate.ts'
import { amend } from '../../src/store/protocol/amend.ts'
import { endAttempt, verdictIfUsedUp } from '../../src/store/protocol/attempts.ts'
import { realFileSystem } from '../../src/store/disk/file-system.ts'
import type { FileSystem } from '../../src/store/disk/file-system.ts'
import type { Folder } from '../../src/store/protocol/folder.ts'
import { refreshAll } from '../../src/store/protocol/refresh.ts'
import { noneFinished } from '../../src/study/records.ts'
import { samplerSource } from '../../src/study/sampler-source.ts'
import { nextClaim, unfinishedSlots } from '../../src/study/supply.ts'
import type { Supplied } from '../../src/study/supply.ts'
import { openTestFolder } from '../support/study-folder.ts'

/** Asks once, without waiting for others. */
async function ask(folder: Folder): Promise<Supplied> {
  const supply = {
    folder,
    space: parseSpace({ x: float(0, 1) }),
    goals: { objectives: { value: 'minimize' } },
    objectives: { value: 'minimize' },
    sampler: samplerSource({ sampler: 'random' }, random()),
    finished: noneFinished(),
    suggested: undefined,
    pace: { isSlow: false, contention: 0 },
    readsRecord: true,
    hasAsked: false,
    amendmentsAtOpen: 0,
    ends: {},
  } as const
  return await nextClaim({ ...supply }, { held: undefined, mayWait: false, signals: [], onSilence: () => undefined })
}

test('a process that finds nothing to do sees a retry that its cache hides, before it leaves', async () => {
  let isHidden = true
  const absent = (path: string): boolean => isHidden && path.endsWith('/amend/000001.json')
  const files: FileSystem = {
    ...realFileSystem,
    exists: async (path) => !absent(path) && (await realFileSystem.exists(path)),
    open: async (path, flags) => {
      if (absent(path)) throw Object.assign(new Error('not seen yet'), { code: 'ENOENT' })
      // A change of this client in that folder makes it look again.
      if (flags !== 'r' && path.includes('/amend/')) isHidden = false
      return realFileSystem.open(path, flags)
    },
  }
  const folder = await openTestFolder({ files, ceiling: 1 })
  const { claim } = await ask(folder)
  await endAttempt(folder, claim!.slot, 1, 'exit', 'no luck', [])
  await verdictIfUsedUp(folder, claim!.slot)
  folder.mine.delete(0)
  const other = await openTestFolder({ root: folder.root })
  await refreshAll(other, 0)
  await amend(other, { retry: { slot: 0, after: 1 } })
  expect((await ask(folder)).claim).toMatchObject({ slot: { number: 0 }, lock: { attempt: 2, round: 2 } })
  expect(isHidden).toBe(false)
})

test('the trial that an earlier run of this task left comes first, then the others by number', async () => {
  const workers: Folder[] = []
  for (const restart of [-1, 0, -1]) {
    const worker = await openTestFolder(workers[0] === undefined ? {} : { root: workers[0].root })
    if (restart === 0) worker.me = { ...worker.me, job: 'north:7/1/', restart }
    workers.push(worker)
    await refreshAll(worker, 0)
    expect((await ask(worker)).claim?.slot.number).toBe(workers.length - 1)
  }
  const later = await openTestFolder({ root: workers[0]!.root })
  later.me = { ...later.me, job: 'north:7/1/', restart: 1 }
  await refreshAll(later, 0)
  expect(unfinishedSlots(later).map(({ number }) => number)).toEqual([1, 0, 2])
})
