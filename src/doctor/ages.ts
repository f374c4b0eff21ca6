/**
 * Measures how old a cached look may be. One process looks at something; the other changes it and says so. From then on
 * the first looks again and again until it sees the change, and measures the time with its own clock.
 *
 * Each way of looking (a sight) has a folder of its own, so that no look refreshes what another one has cached. There
 * are four steps with a barrier between them: `prepare` by the side that will change, `prime` by the side that will
 * look, `change`, `watch`.
 */

import { pokePath } from '../paths.ts'
import { readFileFrom, replaceFile, writeAll, writeFile } from '../store/disk/file-system.ts'
import type { FileHandle } from '../store/disk/file-system.ts'
import { wait } from '../study/patience.ts'
import type { TestedFileSystem } from './tested-file-system.ts'

// The wait between two looks: it grows by half from the shortest to the longest.
const SHORTEST_WAIT_MS = 5
const LONGEST_WAIT_MS = 250

/** One way of looking at what another process changes. */
interface Sight {
  prepare(files: TestedFileSystem, folder: string): Promise<void>
  change(files: TestedFileSystem, folder: string): Promise<void>
  /** Whether the change is seen. It is called once before the change too, so that caches are filled. */
  look(files: TestedFileSystem, folder: string): Promise<boolean>
}

const nothing = async (): Promise<void> => undefined
const put =
  (name: string, text: string) =>
  (files: TestedFileSystem, folder: string): Promise<void> =>
    writeFile(files, `${folder}/${name}`, Buffer.from(text))
const read = async (files: TestedFileSystem, path: string): Promise<string | undefined> =>
  (await readFileFrom(files, path, 0))?.toString('utf8')

/** The ways in which the protocol looks. The keys are the names of the ages in the `--json` output. */
const SIGHTS = {
  // Rewritten in place, as heartbeats are.
  beat: {
    prepare: put('file', 'old beat\n'),
    change: async (files, folder) => {
      const file = await files.open(`${folder}/file`, 'r+')
      await writeAll(files, file, Buffer.from('new beat\n'), 0).finally(() => files.close(file))
    },
    look: async (files, folder) => (await read(files, `${folder}/file`)) === 'new beat\n',
  },
  // Appended to, as logs are.
  appended: {
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
    look: async (files, folder) => (await read(files, `${folder}/file`)) === 'one\ntwo\n',
  },
  // Replaced by rename.
  replaced: {
    prepare: put('file', 'old\n'),
    change: (files, folder) => replaceFile(files, `${folder}/file`, Buffer.from('new\n'), 'new'),
    look: async (files, folder) => (await read(files, `${folder}/file`)) === 'new\n',
  },
  // Removed.
  removed: {
    prepare: put('file', 'here\n'),
    change: (files, folder) => files.unlink(`${folder}/file`),
    look: async (files, folder) => !(await files.exists(`${folder}/file`)),
  },
  // A symbolic link that now points elsewhere.
  link: {
    prepare: (files, folder) => files.symlink('old', `${folder}/link`),
    change: async (files, folder) => {
      await files.symlink('new', `${folder}/.link`)
      await files.rename(`${folder}/.link`, `${folder}/link`)
    },
    look: async (files, folder) => (await files.readlink(`${folder}/link`)) === 'new',
  },
  // New, and looked for before.
  absent: {
    prepare: nothing,
    change: put('file', 'new\n'),
    look: async (files, folder) => (await read(files, `${folder}/file`)) !== undefined,
  },
  // New, in a folder that was listed before.
  listed: {
    prepare: put('file', 'old\n'),
    change: put('new', 'new\n'),
    look: async (files, folder) => (await files.list(folder)).includes('new'),
  },
  // New, after the looking side changed the folder too.
  poked: {
    prepare: nothing,
    change: put('file', 'new\n'),
    look: async (files, folder) => {
      await writeFile(files, pokePath(folder, 'age'), Buffer.alloc(0))
      await files.unlink(pokePath(folder, 'age'))
      return (await read(files, `${folder}/file`)) !== undefined
    },
  },
} as const satisfies Readonly<Record<string, Sight>>

export type SightName = keyof typeof SIGHTS

/** For how long each change stayed unseen, in ms; null: it was never seen; undefined: it could not be tried. */
export type Ages = Readonly<Partial<Record<SightName, number | null>>>

/** Makes what will be changed, and leaves out what this file system does not have (symbolic links). */
export async function prepare(files: TestedFileSystem, folder: string): Promise<SightName[]> {
  const made: SightName[] = []
  await files.mkdir(folder)
  for (const [name, sight] of Object.entries(SIGHTS) as [SightName, Sight][]) {
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

/** Looks at everything once, so that the caches of this side are filled. */
export async function prime(files: TestedFileSystem, folder: string, names: readonly SightName[]): Promise<void> {
  for (const name of names) await SIGHTS[name].look(files, `${folder}/${name}`).catch(() => false)
}

/** Makes all changes; gives the names of those that worked. */
export async function change(
  files: TestedFileSystem,
  folder: string,
  names: readonly SightName[],
): Promise<SightName[]> {
  const changed: SightName[] = []
  for (const name of names) {
    await SIGHTS[name].change(files, `${folder}/${name}`).then(
      () => changed.push(name),
      () => undefined,
    )
  }
  return changed
}

/**
 * Looks again until each change is seen, but not for longer than `limitMs`.
 *
 * @throws the reason of `signal` when it aborts
 */
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

// A failed call counts as "not seen yet": the file may just have been replaced. The time limit ends repeated failures.
async function isSeen(files: TestedFileSystem, sight: Sight, folder: string): Promise<boolean> {
  return await sight.look(files, folder).catch(() => false)
}
