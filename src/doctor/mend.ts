/**
 * Mending what the protocol lets anybody mend: what is derived is made again or removed, what every reader takes for
 * granted is written down. A file that is the truth is never removed, replaced or moved, however damaged: it counts as
 * taken, and everybody has read it so.
 */

import { lstatSync, renameSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { Objectives } from '../trial.ts'
import { endAttempt } from '../store/protocol/attempts.ts'
import { publishBest } from '../store/protocol/best.ts'
import { realFileSystem } from '../store/disk/file-system.ts'
import { create, openFolder, readDefinition } from '../store/protocol/folder.ts'
import type { Folder } from '../store/protocol/folder.ts'
import { amendPath, bestFolder, bestLink, slotPath } from '../paths.ts'
import { refreshAll } from '../store/protocol/refresh.ts'
import { worthOf } from '../space/objectives.ts'
import type { Mend } from './finding.ts'
import type { StudyCheck } from './study-check.ts'
import { namesIn } from './study-files.ts'

/** Mends what was found; one sentence for each thing done, or that could not be done. */
export async function mend(root: string, { damages, leftovers }: StudyCheck): Promise<string[]> {
  const study = (await readDefinition(realFileSystem, root))!
  const folder = openFolder(
    realFileSystem,
    root,
    study,
    { isReadOnly: false, ceiling: Infinity },
    worthOf(study.objectives as unknown as Objectives),
  )
  await refreshAll(folder, performance.now())
  const mends = damages.flatMap((damage) => (damage.mend === undefined ? [] : [damage.mend]))
  const said: string[] = []
  const attempt = async (what: string, act: () => Promise<string> | string): Promise<void> => {
    try {
      said.push(await act())
    } catch (error) {
      said.push(`${what}: not mended (${(error as Error).message})`)
    }
  }
  for (const one of mends) await attempt(one.kind, () => mendTruth(folder, one) ?? Promise.resolve(''))
  if (mends.some(({ kind }) => kind === 'chain' || kind === 'link')) {
    await attempt('best_instance', () =>
      mendBest(
        root,
        mends.some(({ kind }) => kind === 'chain'),
      ),
    )
  }
  for (const one of mends) {
    if (one.kind === 'remove') await attempt(relative(root, one.path), () => remove(root, one.path))
  }
  if (leftovers.length > 0) {
    await attempt('leftovers', () => {
      for (const path of leftovers) rmSync(path, { recursive: true, force: true })
      return `${leftovers.length} temporary ${leftovers.length === 1 ? 'file' : 'files'} older than a day removed`
    })
  }
  return said.filter((sentence) => sentence !== '')
}

/** Creates what is missing, as any worker would; the first to do so wins, and a file that is there after all stays. */
function mendTruth(folder: Folder, one: Mend): Promise<string> | undefined {
  const { root } = folder
  if (one.kind === 'note') return writeNote(folder, one)
  if (one.kind === 'amendment')
    return createMissing(folder, amendPath(root, one.number), (token, time) => ({
      enqueue: [],
      by: folder.me.worker,
      token,
      time,
    }))
  if (one.kind !== 'slot') return undefined
  const { slot, epoch, id, config, repeat, identity } = one.lock
  // What made the claim is known; what proposed the config is not.
  return createMissing(folder, slotPath(root, slot, epoch), (token, time) => ({
    slot,
    epoch,
    id,
    config,
    repeat,
    origin: 'doctor',
    worker: identity.worker,
    token,
    time,
  }))
}

async function writeNote(
  folder: Folder,
  { slot: number, id, attempt }: Extract<Mend, { kind: 'note' }>,
): Promise<string> {
  const slot = folder.known.slots.get(number)
  if (slot === undefined || slot.id !== id)
    return `trial ${number}: not mended: its claim is not what stands in its slot`
  await endAttempt(folder, slot, attempt, 'lost', 'its note is gone', [])
  return `trial ${number}: attempt ${attempt} is noted as lost`
}

async function createMissing(
  folder: Folder,
  path: string,
  write: (token: string, time: string) => object,
): Promise<string> {
  const created = await create(folder, path, write)
  return `'${relative(folder.root, path)}' ${created.verdict === 'won' ? 'made again' : 'is there after all'}`
}

/** The chain, where it is wrong, is removed from its end, and derived from the truth; then the link is. */
async function mendBest(root: string, isChainWrong: boolean): Promise<string> {
  if (isChainWrong) {
    for (const name of namesIn(bestFolder(root)).reverse())
      rmSync(join(bestFolder(root), name), { recursive: true, force: true })
  }
  const inTheWay = lstatSync(bestLink(root), { throwIfNoEntry: false })
  let moved = ''
  if (inTheWay !== undefined && !inTheWay.isSymbolicLink()) {
    const aside = `${bestLink(root)}.moved-${Date.now().toString(36)}`
    renameSync(bestLink(root), aside)
    moved = `; what stood there is '${relative(root, aside)}' now`
  }
  const study = (await readDefinition(realFileSystem, root))!
  const folder = openFolder(
    realFileSystem,
    root,
    study,
    { isReadOnly: false, ceiling: Infinity },
    worthOf(study.objectives as unknown as Objectives),
  )
  await refreshAll(folder, performance.now())
  await publishBest(folder, true)
  const best = folder.known.best
  if (best === null) {
    if (inTheWay?.isSymbolicLink() === true) rmSync(bestLink(root))
    return `'best_instance': no trial has a value yet${moved}`
  }
  return `'best_instance' points to trial ${best.number}${isChainWrong ? ', and its chain is derived anew' : ''}${moved}`
}

function remove(root: string, path: string): string {
  rmSync(path, { recursive: true, force: true })
  return `'${relative(root, path)}' removed: a hint that nobody reads`
}
