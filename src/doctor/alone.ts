/**
 * Whether a directory's file system keeps the promises that the folder protocol rests on, as far as one process can see:
 * each primitive is tried once, in a folder of its own that is removed again.
 */

import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { errorCode, makeDirectory, readFileFrom, writeFile } from '../store/disk/file-system.ts'
import { remedyFor } from '../store/disk/io-error.ts'
import { ALONE, LINK, RENAME_FOLDER, SYMBOLIC_LINK } from './finding.ts'
import type { Finding } from './finding.ts'
import { removeTree } from './ground.ts'
import type { Ground } from './ground.ts'

/** The nearest directory that exists, at or above a path. */
export const existingAbove = (path: string): string =>
  existsSync(path) || dirname(path) === path ? path : existingAbove(dirname(path))

/** Tries every primitive in `folder`, which is made and removed again. */
export async function examineAlone(ground: Ground, folder: string): Promise<Finding[]> {
  try {
    await makeDirectory(ground, folder)
  } catch (error) {
    const remedy = remedyFor(errorCode(error), folder)
    return [
      {
        check: 'write',
        where: ALONE,
        good: false,
        needed: true,
        words: `nothing can be created here: ${remedy ?? (error as Error).message}`,
      },
    ]
  }
  const at = (name: string): string => `${folder}/${name}`
  const write = (name: string, text: string): Promise<void> =>
    writeFile(ground, at(name), Buffer.from(text), { flags: 'wx' })
  const read = async (name: string): Promise<string | undefined> =>
    (await readFileFrom(ground, at(name), 0))?.toString('utf8')
  const isRefused = async (attempt: Promise<void>, codes: readonly string[]): Promise<boolean> => {
    try {
      await attempt
      return false
    } catch (error) {
      return codes.includes(errorCode(error))
    }
  }
  try {
    return [
      await probe('exclusive create', false, async () => {
        await write('create', '1')
        // sshfs answers EPERM where it means EEXIST.
        return (
          ((await isRefused(write('create', '2'), ['EEXIST', 'EPERM'])) && (await read('create')) === '1') ||
          'a second creation was not refused'
        )
      }),
      await probe(LINK, false, async () => {
        await write('first', 'first')
        await write('second', 'second')
        await ground.link(at('first'), at('linked'))
        const refused = await isRefused(ground.link(at('second'), at('linked')), ['EEXIST', 'EPERM'])
        return (refused && (await read('linked')) === 'first') || 'a link onto a name that is taken was not refused'
      }),
      await probe(RENAME_FOLDER, false, async () => {
        for (const name of ['winner', 'loser']) {
          await ground.mkdir(at(name))
          await write(`${name}/content`, name)
        }
        await ground.rename(at('winner'), at('name'))
        const refused = await isRefused(ground.rename(at('loser'), at('name')), ['EEXIST', 'ENOTEMPTY', 'EPERM'])
        return (refused && (await read('name/content')) === 'winner') || 'it was not refused'
      }),
      await probe('rename of a file over another', true, async () => {
        await write('old', 'old')
        await write('new', 'new')
        await ground.rename(at('new'), at('old'))
        return (await read('old')) === 'new' || 'the old bytes are still there'
      }),
      await probe('flush to disk', true, async () => {
        await writeFile(ground, at('flushed'), Buffer.from('flushed'), { flags: 'wx', flush: true })
        return true
      }),
      await probe(SYMBOLIC_LINK, false, async () => {
        await ground.symlink('flushed', at('symbolic'))
        return (await ground.readlink(at('symbolic'))) === 'flushed' || 'it points elsewhere'
      }),
    ]
  } finally {
    await removeTree(ground, folder)
  }
}

async function probe(check: string, needed: boolean, attempt: () => Promise<true | string>): Promise<Finding> {
  try {
    const result = await attempt()
    return { check, where: ALONE, good: result === true, needed, words: result === true ? 'works' : result }
  } catch (error) {
    return { check, where: ALONE, good: false, needed, words: (error as Error).message }
  }
}
