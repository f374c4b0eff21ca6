/** Directories that a group shares. Root passes every permission check, so the tests start children as other users. */

import { chmodSync, chownSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { scratch } from '../support/scratch.ts'
import { startLines } from '../support/worker-process.ts'
import type { Finished } from '../support/worker-process.ts'

const NOBODY = 65_534
const isRoot = process.getuid?.() === 0

/** Opens a study in a process of its own, as user `as` if given; prints the notices or the error. */
const open = (directory: string, umask: number, options: { as?: number; trials?: number } = {}): Promise<Finished> =>
  startLines(
    `
  const [umask, trials, as] = ${JSON.stringify([umask, options.trials ?? 1, options.as ?? null])};
  process.umask(umask);
  if (as !== null) {
    process.setgroups([]);
    process.setgid(as);
    process.setuid(as);
  }
  try {
    const study = await anthill.openStudy(args[0], { space: { x: anthill.float(0, 1) }, trials, seed: 1 });
    const trial = await study.ask();
    await trial?.complete(1);
    await study.close();
    console.log(JSON.stringify({ notices: study.notices }));
  } catch (error) {
    console.log(JSON.stringify({ code: error.code, error: error.message }));
  }
`,
    [directory],
  ).finished

const said = async (finished: Promise<Finished>): Promise<{ notices?: string[]; code?: string; error?: string }> => {
  const { stdout, stderr } = await finished
  expect(stderr).toBe('')
  return JSON.parse(stdout) as { notices?: string[] }
}

/** A directory with this mode, independent of our own umask. */
function directoryOf(mode: number): string {
  const place = scratch()
  chmodSync(place, 0o755)
  const directory = join(place, 'shared')
  mkdirSync(directory)
  chmodSync(directory, mode)
  return directory
}

test('a umask that keeps the group out of a shared study is named at create and at open, with its remedy', async () => {
  for (const mode of [0o2775, 0o0770, 0o2750]) {
    const directory = directoryOf(mode)
    expect((await said(open(directory, 0o022))).notices).toEqual([
      expect.stringMatching(/can read but not change .*umask 022.*run 'umask 002' first/),
    ])
    expect((await said(open(directory, 0o077, { trials: 2 }))).notices).toEqual([
      expect.stringMatching(/cannot read .*umask 077/),
    ])
    expect((await said(open(directory, 0o007, { trials: 3 }))).notices).toEqual([])
    expect(readdirSync(join(directory, '.anthill')).filter((name) => name.startsWith('.'))).toEqual([])
  }
})

test('a directory of one person, and one where everybody may write, do not count as shared by a group', async () => {
  for (const mode of [0o755, 0o700, 0o1777]) expect((await said(open(directoryOf(mode), 0o077))).notices).toEqual([])
})

test.skipIf(!isRoot)(
  "another member's file that may not be read or replaced is named with its owner and its mode (needs root)",
  async () => {
    // A study that root made with a umask that keeps everybody out.
    const closed = directoryOf(0o777)
    expect((await said(open(closed, 0o077))).notices).toHaveLength(1)
    const denied = await said(open(closed, 0o022, { as: NOBODY }))
    expect(denied).toMatchObject({ code: 'INPUT_OUTPUT' })
    expect(denied.error).toMatch(
      /could not be read \(EACCES\); permission was denied: '.*\.anthill' belongs to .*, group .*, mode 0700/,
    )
    expect(denied.error).toMatch(/; you are .* and not in that group/)

    // A study that a member of its group may read, but not write.
    const lean = directoryOf(0o2775)
    chownSync(lean, 0, NOBODY)
    await said(open(lean, 0o022))
    const member = await said(open(lean, 0o002, { as: NOBODY, trials: 2 }))
    expect(member).toMatchObject({ code: 'INPUT_OUTPUT' })
    expect(member.error).toMatch(/could not be written \(EACCES\).*mode 2755; you are .*chmod -R g\+rwX.*umask 002/)

    // A study that was made as it should be.
    const shared = directoryOf(0o2775)
    chownSync(shared, 0, NOBODY)
    expect((await said(open(shared, 0o002))).notices).toEqual([])
    expect((await said(open(shared, 0o002, { as: NOBODY, trials: 2 }))).notices).toEqual([])
  },
)
