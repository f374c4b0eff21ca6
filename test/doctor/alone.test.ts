import { mkdtempSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { examineAlone, existingAbove } from '../../src/doctor/alone.ts'
import { ALONE, LINK, outlook, RENAME_FOLDER, SYMBOLIC_LINK, verdictOf } from '../../src/doctor/finding.ts'
import type { Finding } from '../../src/doctor/finding.ts'
import { realFiles } from '../../src/doctor/tested-file-system.ts'
import type { TestedFileSystem } from '../../src/doctor/tested-file-system.ts'
import { scratch } from '../support/scratch.ts'

const failed = (code: string): Error => Object.assign(new Error(`${code}: refused`), { code })
const examine = async (worse: Partial<TestedFileSystem>): Promise<Finding[]> =>
  examineAlone({ ...realFiles, ...worse }, join(scratch(), '.anthill-doctor', 'alone'))
const bad = (findings: readonly Finding[]): string[] => findings.filter(({ good }) => !good).map(({ check }) => check)

test('a local directory is good enough, and is left as it was', async () => {
  const directory = mkdtempSync(join(scratch(), 'x-'))
  const findings = await examineAlone(realFiles, join(directory, 'doctor'))
  expect(bad(findings)).toEqual([])
  expect(verdictOf(findings)).toEqual({ isGoodEnough: true, words: 'good enough' })
  expect(readdirSync(directory)).toEqual([])
  expect(existingAbove(join(directory, 'not', 'there'))).toBe(directory)
})

test('a file system without hard links is good enough, one without any exclusion is not', async () => {
  const withoutLinks = {
    link: async () => {
      throw failed('ENOTSUP')
    },
  }
  expect(verdictOf(await examine(withoutLinks))).toEqual({
    isGoodEnough: true,
    words: 'good enough: without hard links, folders are renamed instead',
  })
  const overwriting: Partial<TestedFileSystem> = {
    ...withoutLinks,
    rename: async (from, to) => {
      for (const name of await realFiles.list(to).catch(() => []))
        await realFiles.unlink(join(to, name)).catch(() => undefined)
      await realFiles.rename(from, to)
    },
  }
  const findings = await examine(overwriting)
  expect(bad(findings)).toEqual([LINK, RENAME_FOLDER])
  expect(verdictOf(findings)).toMatchObject({
    isGoodEnough: false,
    words: expect.stringContaining('exactly one of many') as string,
  })
})

test.each<[string, string, Partial<TestedFileSystem>]>([
  [
    'hard links that replace what stands there',
    LINK,
    {
      link: async (from, to) => {
        await realFiles.unlink(to).catch(() => undefined)
        await realFiles.link(from, to)
      },
    },
  ],
  [
    'creations that are not exclusive',
    'exclusive create',
    { open: (path, flags) => realFiles.open(path, flags === 'wx' ? 'w' : flags) },
  ],
  [
    'renames that keep the old bytes',
    'rename of a file over another',
    { rename: async (from, to) => (to.endsWith('/old') ? realFiles.unlink(from) : realFiles.rename(from, to)) },
  ],
  [
    'failing flushes',
    'flush to disk',
    {
      sync: async () => {
        throw failed('EIO')
      },
    },
  ],
  [
    'no symbolic links',
    SYMBOLIC_LINK,
    {
      symlink: async () => {
        throw failed('EPERM')
      },
    },
  ],
])('%s are found', async (_what, check, worse) => {
  const findings = await examine(worse)
  expect(bad(findings)).toEqual([check])
  expect(verdictOf(findings).isGoodEnough).toBe(['exclusive create', LINK, SYMBOLIC_LINK].includes(check))
})

test('where nothing can be written, that is the only finding, with its remedy', async () => {
  const findings = await examine({
    mkdir: async () => {
      throw failed('EROFS')
    },
  })
  expect(findings).toMatchObject([
    { check: 'write', good: false, words: expect.stringContaining('mount it writable') as string },
  ])
  expect(verdictOf(findings).isGoodEnough).toBe(false)
})

test('a missing need is named with the processes that saw it; the outlook is the greatest age', () => {
  const finding = (check: string, where: string, good: boolean, ages: Finding['ages'] = {}): Finding => ({
    check,
    where,
    good,
    needed: true,
    words: '',
    ages,
  })
  const well = [finding(LINK, ALONE, true), finding(SYMBOLIC_LINK, ALONE, true)]
  expect(verdictOf([...well, finding('a heartbeat is seen', 'a and b', false)]).words).toContain(
    'a heartbeat is seen (a and b)',
  )
  expect(outlook(well)).toBeUndefined()
  expect(outlook([...well, finding('x', 'a', true, { absent: 20, replaced: 400 })])).toContain('within 0.4s')
  expect(outlook([finding('x', 'a', true, { absent: 20 }), finding('x', 'b', true, { absent: 29_000 })])).toContain(
    'up to 29s',
  )
  expect(outlook([finding('x', 'a', true, { listed: null })])).toContain('longer than the doctor waited')
})
