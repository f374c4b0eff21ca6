import { expect, test } from 'vitest'
import { examineCapacity, mayBeShared, quotasIn } from '../../src/doctor/capacity.ts'
import type { Statistics } from '../../src/doctor/capacity.ts'
import { LINK, verdictOf } from '../../src/doctor/finding.ts'

const roomy: Statistics = { type: 0x6969, bsize: 4096, blocks: 1e8, bavail: 5e7, files: 1e8, ffree: 9e7 }
const examined = (statistics: Partial<Statistics>, quota?: string): string[] =>
  examineCapacity('/x', { statistics: () => ({ ...roomy, ...statistics }), quota: () => quota }).map(
    ({ check, good, words }) => `${check} ${good}: ${words}`,
  )

test('free space is given in bytes and inodes, and in trials where little is left', () => {
  expect(examined({})).toEqual([
    'file system true: NFS',
    'space true: 205 GB of 410 GB free',
    'inodes true: 90000000 of 100000000 free',
  ])
  expect(examined({ bavail: 900, files: 0 })).toEqual([
    'file system true: NFS',
    expect.stringMatching(/^space false: 3.69 MB .*enough for about 100 trials/) as string,
  ])
  expect(examined({ ffree: 900 })[2]).toMatch(/^inodes false: 900 .*enough for about 100 trials/)
  expect(examined({ type: 7 })[0]).toBe('file system true: type 0x7')
})

// The output of quota(1) from quota-tools 4.06 with -w -p.
const printed = `Disk quotas for user alice (uid 1001): 
     Filesystem  blocks   quota   limit   grace   files   quota   limit   grace
srv:/home  1023000*  900000 1024000 1700000000   51000       0   52000       0
`

test('a quota is reported by what is left of its limits', () => {
  expect(quotasIn(printed)).toEqual([
    { filesystem: 'srv:/home', what: 'space', used: 1_023_000, limit: 1_024_000 },
    { filesystem: 'srv:/home', what: 'files', used: 51_000, limit: 52_000 },
  ])
  expect(examined({}, printed).slice(3)).toEqual([
    'quota false: 1.02 MB of 1.05 GB left on srv:/home',
    'quota false: 1000 of 52000 files left on srv:/home',
  ])
  expect(examined({}, 'Disk quotas for user root (uid 0): none\n').slice(3)).toEqual(['quota true: none reported'])
})

test('a file system that does not report its space is not a failure', () => {
  const findings = examineCapacity('/x', {
    statistics: () => {
      throw new Error('ENOSYS')
    },
    quota: () => undefined,
  })
  expect(findings).toMatchObject([{ check: 'space', good: false, needed: false, words: 'not known: ENOSYS' }])
})

test.each<[what: string, statistics: Partial<Statistics>]>([
  ['nothing of nothing', { blocks: 0, bavail: 0, files: 0, ffree: 0 }],
  ['more free than there is', { bavail: 2e8 }],
  ['blocks of no size', { bsize: 0 }],
  ['less than nothing', { bavail: -1 }],
  ['more bytes than there are', { blocks: 2 ** 64, bavail: 2 ** 63, bsize: 2 ** 40 }],
  ['no number', { bavail: NaN }],
])('a file system that reports %s is not known, and the verdict says so', (_, statistics) => {
  const findings = examineCapacity('/x', { statistics: () => ({ ...roomy, ...statistics }), quota: () => undefined })
  expect(findings.find(({ check }) => check === 'space')).toMatchObject({
    good: false,
    needed: false,
    words: expect.stringMatching(/^not known: /) as string,
  })
  expect(verdictOf([{ ...findings[0]!, check: LINK }, ...findings]).words).toContain('its space is not known')
})

test('a file system without space for one trial is not good enough', () => {
  const findings = examineCapacity('/x', { statistics: () => ({ ...roomy, bavail: 0 }), quota: () => undefined })
  expect(verdictOf([{ ...findings[0]!, check: LINK }, ...findings])).toMatchObject({
    isGoodEnough: false,
    words: expect.stringContaining('space') as string,
  })
  const few = examineCapacity('/x', { statistics: () => ({ ...roomy, bavail: 900 }), quota: () => undefined })
  expect(verdictOf([{ ...few[0]!, check: LINK }, ...few]).words).toMatch(/^good enough: .*little space is left/)
})

test('only a file system of one host makes the wait for a second doctor short', () => {
  const shared = (type: number): boolean => mayBeShared('/x', { statistics: () => ({ ...roomy, type }) })
  expect([0xef53, 0x01021994, 0x794c7630].map(shared)).toEqual([false, false, false])
  expect([0x6969, 0x65735546, 0x0bd00bd0, 0x123].map(shared)).toEqual([true, true, true, true])
})
