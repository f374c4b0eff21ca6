/**
 * Checks with one process whether a file system keeps the promises that the folder protocol relies on: each primitive
 * is tried once, in a folder of its own that is removed afterwards.
 */

import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { errorCode, makeDirectory, readFileFrom, writeFile } from '../store/disk/file-system.ts'
import { remedyFor } from '../store/disk/io-error.ts'
import { ALONE, LINK, RENAME_FOLDER, SYMBOLIC_LINK } from './finding.ts'
import type { Finding } from './finding.ts'
import { removeOwn } from './hall.ts'
import type { TestedFileSystem } from './tested-file-system.ts'

/** The nearest directory that exists, at or above a path. */
export const existingAbove = (path: string): string =>
  existsSync(path) || dirname(path) === path ? path : existingAbove(dirname(path))

/**
 * Tries every primitive once.
 *
 * @param folder  is created and removed again
 */
export async function examineAlone(files: TestedFileSystem, folder: string): Promise<Finding[]> {
  try {
    await makeDirectory(files, dirname(folder))
    await files.mkdir(folder) // it must be ours, since it is removed afterwards
  } catch (error) {
    const remedy = remedyFor(errorCode(error), folder)
    const words = `nothing can be created here: ${remedy ?? (error as Error).message}`
    return [{ check: 'write', where: ALONE, good: false, needed: true, words }]
  }
  const at = (name: string): string => `${folder}/${name}`
  const write = (name: string, text: string): Promise<void> =>
    writeFile(files, at(name), Buffer.from(text), { flags: 'wx' })
  const read = async (name: string): Promise<string | undefined> =>
    (await readFileFrom(files, at(name), 0))?.toString('utf8')
  try {
    return [
      await probe('exclusive create', false, async () => {
        await write('create', '1')
        // sshfs answers EPERM where it should answer EEXIST.
        const isSecondRefused = await isRefused(write('create', '2'), ['EEXIST', 'EPERM'])
        return (isSecondRefused && (await read('create')) === '1') || 'a second creation was not refused'
      }),
      await probe(LINK, false, async () => {
        await write('first', 'first')
        await write('second', 'second')
        await files.link(at('first'), at('linked'))
        const isSecondRefused = await isRefused(files.link(at('second'), at('linked')), ['EEXIST', 'EPERM'])
        return (isSecondRefused && (await read('linked')) === 'first') || 'a link onto a taken name was not refused'
      }),
      await probe(RENAME_FOLDER, false, async () => {
        for (const name of ['winner', 'loser']) {
          await files.mkdir(at(name))
          await write(`${name}/content`, name)
        }
        await files.rename(at('winner'), at('name'))
        const isSecondRefused = await isRefused(files.rename(at('loser'), at('name')), ['EEXIST', 'ENOTEMPTY', 'EPERM'])
        return (isSecondRefused && (await read('name/content')) === 'winner') || 'it was not refused'
      }),
      await probe('rename of a file over another', true, async () => {
        await write('old', 'old')
        await write('new', 'new')
        await files.rename(at('new'), at('old'))
        return (await read('old')) === 'new' || 'the old bytes are still there'
      }),
      await probe('flush to disk', true, async () => {
        await writeFile(files, at('flushed'), Buffer.from('flushed'), { flags: 'wx', flush: true })
        return true
      }),
      await probe(SYMBOLIC_LINK, false, async () => {
        await files.symlink('flushed', at('symbolic'))
        return (await files.readlink(at('symbolic'))) === 'flushed' || 'it points elsewhere'
      }),
    ]
  } finally {
    await removeOwn(files, folder)
  }
}

/** Runs one check; `attempt` gives true if it works, else why it does not. */
async function probe(check: string, needed: boolean, attempt: () => Promise<true | string>): Promise<Finding> {
  try {
    const result = await attempt()
    return { check, where: ALONE, good: result === true, needed, words: result === true ? 'works' : result }
  } catch (error) {
    return { check, where: ALONE, good: false, needed, words: (error as Error).message }
  }
}

async function isRefused(call: Promise<void>, codes: readonly string[]): Promise<boolean> {
  try {
    await call
    return false
  } catch (error) {
    return codes.includes(errorCode(error))
  }
}
