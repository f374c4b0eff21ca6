/**
 * How old a cached look may be: one process looks at something, the other changes it and says so, and from then on the
 * first looks again and again, by the clock that it has itself, until it sees what it knows to be there.
 *
 * Each way of looking has a folder of its own, so that no look refreshes what another one has cached. The steps, with a
 * barrier between two of them: `prepare` by whoever will change, `prime` by whoever will look, `change`, `watch`.
 */

import { readFileFrom, replaceFile, writeAll, writeFile } from '../store/disk/file-system.ts'
import type { FileHandle } from '../store/disk/file-system.ts'
import { pokePath } from '../paths.ts'
import { wait } from '../study/wait.ts'
import type { TestedFileSystem } from './tested-file-system.ts'

interface Sight {
  /** What a person understands by it. */
  readonly words: string
  prepare(files: TestedFileSystem, folder: string): Promise<void>
  change(files: TestedFileSystem, folder: string): Promise<void>
  /** The first look before the change, later ones after it: whether the change is seen. */
  look(files: TestedFileSystem, folder: string): Promise<boolean>
}

const nothing = async (): Promise<void> => undefined
const put =
  (name: string, text: string) =>
  (files: TestedFileSystem, folder: string): Promise<void> =>
    writeFile(files, `${folder}/${name}`, Buffer.from(text))
const textOf = async (files: TestedFileSystem, path: string): Promise<string | undefined> =>
  (await readFileFrom(files, path, 0))?.toString('utf8')

/** The ways in which the protocol looks, by the names that `--json` gives them. */
export const SIGHTS = {
  beat: {
    words: 'rewritten in place, as heartbeats are',
    prepare: put('file', 'old beat\n'),
    change: async (files, folder) => {
      const file = await files.open(`${folder}/file`, 'r+')
      await writeAll(files, file, Buffer.from('new beat\n'), 0).finally(() => files.close(file))
    },
    look: async (files, folder) => (await textOf(files, `${folder}/file`)) === 'new beat\n',
  },
  appended: {
    words: 'appended to, as logs are',
    prepare: put('file', 'one\n'),
    change: async (files, folder) => {
      const file: FileHandle = await files.open(`${folder}/file`, 'r+')
      try {
        await writeAll(files, file, Buffer.from('two\n'), 4)
        await files.sync(file)
      } finally {
        await files.close(file)
      }
    },
    look: async (files, folder) => (await textOf(files, `${folder}/file`)) === 'one\ntwo\n',
  },
  replaced: {
    words: 'replaced by rename',
    prepare: put('file', 'old\n'),
    change: (files, folder) => replaceFile(files, `${folder}/file`, Buffer.from('new\n'), 'new'),
    look: async (files, folder) => (await textOf(files, `${folder}/file`)) === 'new\n',
  },
  removed: {
    words: 'removed',
    prepare: put('file', 'here\n'),
    change: (files, folder) => files.unlink(`${folder}/file`),
    look: async (files, folder) => !(await files.exists(`${folder}/file`)),
  },
  link: {
    words: 'a symbolic link that points elsewhere now',
    prepare: (files, folder) => files.symlink('old', `${folder}/link`),
    change: async (files, folder) => {
      await files.symlink('new', `${folder}/.link`)
      await files.rename(`${folder}/.link`, `${folder}/link`)
    },
    look: async (files, folder) => (await files.readlink(`${folder}/link`)) === 'new',
  },
  absent: {
    words: 'new, and looked for before',
    prepare: nothing,
    change: put('file', 'new\n'),
    look: async (files, folder) => (await textOf(files, `${folder}/file`)) !== undefined,
  },
  listed: {
    words: 'new, in a listing that was made before',
    prepare: put('file', 'old\n'),
    change: put('new', 'new\n'),
    look: async (files, folder) => (await files.list(folder)).includes('new'),
  },
  poked: {
    words: 'new, after a change of our own beside it',
    prepare: nothing,
    change: put('file', 'new\n'),
    look: async (files, folder) => {
      await writeFile(files, pokePath(folder, 'age'), Buffer.alloc(0))
      await files.unlink(pokePath(folder, 'age'))
      return (await textOf(files, `${folder}/file`)) !== undefined
    },
  },
} as const satisfies Readonly<Record<string, Sight>>

export type SightName = keyof typeof SIGHTS

/** For how long each change stayed unseen, in ms; null where it was never seen, undefined where it could not be tried. */
export type Ages = Readonly<Partial<Record<SightName, number | null>>>

const ALL_SIGHTS = Object.entries(SIGHTS) as [SightName, Sight][]

/** Makes what will be changed. What this file system does not have (symbolic links) is left out. */
export async function prepare(files: TestedFileSystem, folder: string): Promise<SightName[]> {
  const made: SightName[] = []
  await files.mkdir(folder)
  for (const [name, sight] of ALL_SIGHTS) {
    try {
      await files.mkdir(`${folder}/${name}`)
      await sight.prepare(files, `${folder}/${name}`)
      made.push(name)
    } catch {
      // left out
    }
  }
  return made
}

/** Looks at everything, so that whatever this side caches is cached. */
export async function prime(files: TestedFileSystem, folder: string, names: readonly SightName[]): Promise<void> {
  for (const name of names) await SIGHTS[name].look(files, `${folder}/${name}`).catch(() => false)
}

export async function change(files: TestedFileSystem, folder: string, names: readonly SightName[]): Promise<SightName[]> {
  const changed: SightName[] = []
  for (const name of names) {
    await SIGHTS[name].change(files, `${folder}/${name}`).then(
      () => changed.push(name),
      () => undefined,
    )
  }
  return changed
}

const SHORTEST_WAIT_MS = 5
const LONGEST_WAIT_MS = 250

/** Looks again until each change is seen, for `limitMs` at the longest. */
export async function watch(
  files: TestedFileSystem,
  folder: string,
  names: readonly SightName[],
  limitMs: number,
  signal?: AbortSignal,
): Promise<Ages> {
  const ages: Partial<Record<SightName, number | null>> = Object.fromEntries(names.map((name) => [name, null]))
  const startMs = performance.now()
  for (let waitMs = SHORTEST_WAIT_MS; ; waitMs = Math.min(1.5 * waitMs, LONGEST_WAIT_MS)) {
    for (const name of names) {
      if (ages[name] !== null) continue
      const ageMs = performance.now() - startMs
      if (await isSeen(files, SIGHTS[name], `${folder}/${name}`)) ages[name] = Math.round(ageMs)
    }
    if (performance.now() - startMs > limitMs || names.every((name) => ages[name] !== null)) return ages
    await wait(waitMs, signal)
    signal?.throwIfAborted()
  }
}

// A file replaced under our feet is not seen yet, and neither is one that a call failed on: until the time is over.
async function isSeen(files: TestedFileSystem, sight: Sight, folder: string): Promise<boolean> {
  return await sight.look(files, folder).catch(() => false)
}
