import { expect, test } from 'vitest'
import { realFileSystem } from '../../src/store/disk/file-system.ts'
import type { FileSystem } from '../../src/store/disk/file-system.ts'
import { realLife } from '../../src/store/life/heartbeat.ts'
import { float } from '../../src/index.ts'
import { openStudy, openStudyOn } from '../../src/study/open-study.ts'
import type { Study } from '../../src/study/study.ts'
import { scratch } from '../support/scratch.ts'

const options = { space: { x: float(0, 1) }, trials: 3, sampler: 'random' } as const

/** A file system that counts its calls, and refuses them while `disk.error` is set. */
function counted(): { files: FileSystem; disk: { calls: number; error: Error | null } } {
  const disk = { calls: 0, error: null as Error | null }
  const watched = Object.entries(realFileSystem).map(([name, call]) => {
    const watch = async (...args: unknown[]): Promise<unknown> => {
      disk.calls++
      if (disk.error !== null) throw disk.error
      return await (call as (...given: unknown[]) => Promise<unknown>)(...args)
    }
    return [name, watch] as const
  })
  return { files: Object.fromEntries(watched) as unknown as FileSystem, disk }
}

/** One process that looks, and another that has ended a trial since it last did. */
async function twoWorkers(): Promise<{ study: Study; disk: { calls: number; error: Error | null } }> {
  const directory = scratch()
  const { files, disk } = counted()
  const study: Study = await openStudyOn({ files, life: realLife }, directory, options)
  await (await study.ask())!.complete(2)
  await using other = await openStudy(directory, options)
  await (await other.ask())!.complete(1)
  return { study, disk }
}

test('the last look sees what others have done up to now', async () => {
  const { study } = await twoWorkers()
  expect(await study.closingLook(60_000)).toMatchObject({
    trials: { complete: 2 },
    best: { number: 1, value: 1 },
    endedBelowCeiling: 2,
    budget: 3,
    staleBecause: null,
  })
  await study.close()
})

test('a last look that has no time makes no call, and says that what it gives is old', async () => {
  const { study, disk } = await twoWorkers()
  const before = disk.calls
  expect(await study.closingLook(0)).toMatchObject({
    trials: { complete: 1 },
    best: { number: 0, value: 2 },
    staleBecause: 'the file system is too slow',
  })
  expect(disk.calls).toBe(before)
  await study.close()
})

test('a last look that the file system refuses says so, and gives what was known', async () => {
  const { study, disk } = await twoWorkers()
  disk.error = Object.assign(new Error('EIO: i/o error'), { code: 'EIO' })
  expect(await study.closingLook(60_000)).toMatchObject({
    best: { number: 0, value: 2 },
    staleBecause: expect.stringMatching(/could not be read \(EIO\)/),
  })
  disk.error = null
  await study.close()
})
