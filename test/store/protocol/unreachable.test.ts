import { expect, test } from 'vitest'
import { StudyError } from '../../../src/errors.ts'
import { UntrustedError } from '../../../src/store/disk/door.ts'
import { claimNext } from '../../../src/store/protocol/claim.ts'
import type { Claim } from '../../../src/store/protocol/attempts.ts'
import { commit } from '../../../src/store/protocol/commit.ts'
import { isOfOnePlace } from '../../../src/store/disk/io-error.ts'
import { ifReachable, trialPlace, unreachableWords } from '../../../src/store/protocol/unreachable.ts'
import { openTestFolder, proposeFor } from '../../support/study-folder.ts'

const withCode = (code: string): Error => Object.assign(new Error(`${code}: refused`), { code })

test('a permission, a loop or a sick block belong to one place; a full disk or a study that is gone do not', () => {
  for (const code of ['EACCES', 'EPERM', 'EIO', 'EISDIR', 'ELOOP', 'ENXIO', 'ENOTDIR', 'ENAMETOOLONG']) {
    expect([code, isOfOnePlace(withCode(code))]).toEqual([code, true])
    const wrapped = new StudyError('INPUT_OUTPUT', 'cannot write', { cause: withCode(code) })
    expect([code, isOfOnePlace(wrapped)]).toEqual([code, true])
  }
  for (const code of ['ENOSPC', 'EDQUOT', 'EMFILE', 'ENOENT', 'ESTALE', 'EROFS'])
    expect([code, isOfOnePlace(withCode(code))]).toEqual([code, false])
})

test('something else in the place of a folder of one trial belongs to one place, of all slots to the study', () => {
  const loop = withCode('ELOOP')
  expect(isOfOnePlace(new UntrustedError('/s/x', 'is a link', 'part', loop))).toBe(true)
  expect(isOfOnePlace(new UntrustedError('/s/.anthill/slots', 'is a link', 'study', loop))).toBe(false)
})

test('a place that cannot be reached is named as long as its trial is open; other errors go on', async () => {
  const folder = await openTestFolder()
  const manner = { pace: { isSlow: false, contention: 0 }, readsRecord: true }
  const claim = (await claimNext(folder, proposeFor, manner, () => 0)) as Claim
  const fails = (place: string, code: string): Promise<unknown> =>
    ifReachable(folder, place, () => Promise.reject(withCode(code)))
  expect(await fails(trialPlace(0), 'EACCES')).toBeUndefined()
  folder.known.seen.add(7)
  expect(await fails(trialPlace(7), 'EIO')).toBeUndefined()
  expect(await fails('/s/.anthill/log', 'EACCES')).toBeUndefined()
  await expect(fails(trialPlace(1), 'ENOSPC')).rejects.toThrow('ENOSPC')
  const others = ['trial 7: EIO: refused', '/s/.anthill/log: EACCES: refused']
  expect(unreachableWords(folder)).toEqual(['trial 0: EACCES: refused', ...others])
  await commit(folder, claim, 'complete', { value: 1 }, [])
  expect(unreachableWords(folder)).toEqual(others)
})
