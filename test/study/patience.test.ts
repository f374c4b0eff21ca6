/** Ends that the file system refuses. Each test injects a file system whose disk it can fill and empty. */

import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { claimNext } from '../../src/store/protocol/claim.ts'
import type { Claim } from '../../src/store/protocol/attempts.ts'
import { isSuperseded } from '../../src/store/protocol/attempts.ts'
import { commit } from '../../src/store/protocol/commit.ts'
import { realFileSystem } from '../../src/store/disk/file-system.ts'
import type { FileSystem } from '../../src/store/disk/file-system.ts'
import type { Folder } from '../../src/store/protocol/folder.ts'
import { valuePath } from '../../src/paths.ts'
import { StudyError } from '../../src/errors.ts'
import { LiveTrial } from '../../src/study/live-trial.ts'
import { mayPass, wait, withPatience } from '../../src/study/patience.ts'
import type { Waiting } from '../../src/study/patience.ts'
import { openTestFolder, proposeFor } from '../support/study-folder.ts'

const failed = (code: string, errno?: number): Error =>
  Object.assign(new Error(code), { code, ...(errno === undefined ? {} : { errno }) })
const refused = (code = 'ENOSPC'): StudyError =>
  new StudyError('INPUT_OUTPUT', `refused (${code})`, { cause: failed(code) })

/** The real file system, except that every write fails while `disk.error` is set. */
function fillable(): { files: FileSystem; disk: { error: Error | null; refusals: number } } {
  const disk = { error: null as Error | null, refusals: 0 }
  const files: FileSystem = {
    ...realFileSystem,
    write: async (...args) => {
      if (disk.error === null) return await realFileSystem.write(...args)
      disk.refusals++
      throw disk.error
    },
  }
  return { files, disk }
}

async function liveTrial(options: { patienceMs: number }): Promise<{
  trial: LiveTrial<unknown>
  disk: { error: Error | null; refusals: number }
  folder: Folder
  claim: Claim
  waits: Waiting[]
  over: AbortController
  ended: () => number
}> {
  const { files, disk } = fillable()
  const folder = await openTestFolder({ files, ceiling: 5 })
  const claim = (await claimNext(
    folder,
    proposeFor,
    { readsRecord: true, pace: { isSlow: false, contention: 0 } } as never,
    () => performance.now(),
  )) as Claim
  const waits: Waiting[] = []
  const over = new AbortController()
  let ends = 0
  const trial = new LiveTrial<unknown>(
    {
      folder,
      named: (values) => (typeof values === 'number' ? { value: values } : values),
      ended: () => {
        ends++
      },
      judge: async () => undefined,
      patience: {
        patienceMs: options.patienceMs,
        onWait: (waiting) => {
          waits.push(waiting)
        },
        over: over.signal,
      },
    },
    claim,
    { config: {}, directory: '/nowhere' },
  )
  return { trial, disk, folder, claim, waits, over, ended: () => ends }
}

const committedValue = (folder: Folder, claim: Claim): unknown =>
  JSON.parse(readFileSync(valuePath(folder.root, claim.slot.id, 1), 'utf8'))

test.each([
  ['a full disk', failed('ENOSPC')],
  ['a quota, which Node has no name for', failed('UNKNOWN', -122)],
  ['a mount that became read-only', failed('EROFS')],
])('a value waits for %s, is announced once, and is committed when that is over', async (_what, error) => {
  const { trial, disk, folder, claim, waits, ended } = await liveTrial({ patienceMs: 20_000 })
  disk.error = error
  const told = trial.complete(0.25)
  setTimeout(() => {
    disk.error = null
  }, 600)
  expect(await told).toBe('committed')
  expect(disk.refusals).toBeGreaterThan(1)
  expect(waits).toMatchObject([{ number: 0, outcome: { values: 0.25 }, patienceMs: 20_000 }])
  expect(committedValue(folder, claim)).toMatchObject({ status: 'complete', values: { value: 0.25 } })
  expect({ unwritten: trial.unwritten, isEnded: trial.isEnded, ends: ended() }).toEqual({
    unwritten: undefined,
    isEnded: true,
    ends: 1,
  })
})

test('when patience ends the trial keeps its value, goes on, and can be ended later', async () => {
  const { trial, disk, folder, claim, ended } = await liveTrial({ patienceMs: 300 })
  disk.error = failed('ENOSPC')
  await expect(trial.complete(0.5)).rejects.toMatchObject({
    code: 'INPUT_OUTPUT',
    message: expect.stringContaining('disk is full') as string,
  })
  expect({ unwritten: trial.unwritten, isEnded: trial.isEnded, ends: ended() }).toEqual({
    unwritten: { values: 0.5 },
    isEnded: false,
    ends: 0,
  })
  // Nobody else can take it meanwhile: it still belongs to this process.
  expect(folder.mine.has(0)).toBe(true)
  disk.error = null
  expect(await trial.endAgain()).toBe('committed')
  expect(committedValue(folder, claim)).toMatchObject({ values: { value: 0.5 } })
  expect(await trial.endAgain()).toBeUndefined()
})

test("a signal ends the wait at once, be it the caller's or the study's", async () => {
  for (const stop of ['caller', 'study'] as const) {
    const { trial, disk, over } = await liveTrial({ patienceMs: 60_000 })
    disk.error = failed('ENOSPC')
    const caller = new AbortController()
    setTimeout(() => (stop === 'caller' ? caller : over).abort(), 100)
    const startMs = performance.now()
    await expect(trial.complete(1, { signal: caller.signal })).rejects.toMatchObject({ code: 'INPUT_OUTPUT' })
    expect(performance.now() - startMs).toBeLessThan(30_000)
    expect(trial.unwritten).toEqual({ values: 1 })
  }
})

test('without patience the first error is thrown, and an end that is not written is not lost either', async () => {
  const { trial, disk, waits } = await liveTrial({ patienceMs: 0 })
  disk.error = failed('ENOSPC')
  await expect(trial.fail(new Error('diverged'))).rejects.toThrow('disk is full')
  expect(waits).toEqual([])
  expect(trial.unwritten).toMatchObject({ failed: expect.stringContaining('diverged') as string })
  disk.error = null
  expect(await trial.complete(3)).toBe('committed')
})

test('an end that waited too long learns that another end counts', async () => {
  const { trial, disk, folder, claim } = await liveTrial({ patienceMs: 20_000 })
  disk.error = failed('ENOSPC')
  const told = trial.complete(0.25)
  setTimeout(() => {
    disk.error = null
    // Another process, which took the claim over, writes its end before the next try.
    void openTestFolder({ root: folder.root }).then((other) => commit(other, claim, 'complete', { value: 7 }, []))
  }, 100)
  expect(await told).toBe('superseded')
  expect(await isSuperseded(folder, claim)).toBe(true)
  expect(committedValue(folder, claim)).toMatchObject({ values: { value: 7 } })
})

test('only an error that may pass is waited for', async () => {
  for (const code of ['ENOSPC', 'EDQUOT', 'EROFS', 'EIO', 'EACCES', 'ETIMEDOUT', 'ESTALE'])
    expect([code, mayPass(refused(code))]).toEqual([code, true])
  for (const code of ['ENOENT', 'ENOTDIR']) expect([code, mayPass(refused(code))]).toEqual([code, false])
  expect(mayPass(new StudyError('INPUT_OUTPUT', 'opened to read only'))).toBe(false)
  expect(mayPass(new StudyError('DAMAGED', 'x', { cause: failed('EIO') }))).toBe(false)
  expect(mayPass(new TypeError('x'))).toBe(false)
  let tries = 0
  await expect(
    withPatience(
      async () => {
        tries++
        throw refused('ENOENT')
      },
      60_000,
      [],
      () => undefined,
    ),
  ).rejects.toThrow('ENOENT')
  expect(tries).toBe(1)
})

test('the error of a wait is its first one, which says what went wrong', async () => {
  const errors = [refused('ENOSPC'), refused('EIO'), refused('EIO')]
  await expect(
    withPatience(
      async () => {
        throw errors.shift() ?? refused('EIO')
      },
      400,
      [],
      () => undefined,
    ),
  ).rejects.toThrow('ENOSPC')
})

test('a wait ends with its time, or as soon as its signal aborts, and leaves no listener behind', async () => {
  await wait(1)
  const controller = new AbortController()
  const long = wait(60_000, controller.signal)
  controller.abort(new Error('enough'))
  await long
  await wait(60_000, controller.signal)
  expect(controller.signal.aborted).toBe(true)
})
