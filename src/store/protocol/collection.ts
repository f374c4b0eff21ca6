/**
 * What an index makes superfluous: older indexes, then the logs and heartbeats of workers that are gone.
 *
 * First all indexes but the newest three are removed. Only then may a log be removed, and only if all that are left
 * cover it to its end, and its worker has left or is dead, and owns nothing unfinished. Therefore, as long as the index
 * that a process loaded still exists, it has read every log that was removed, by itself or as a part of that index.
 */

import { readFileFrom } from '../disk/file-system.ts'
import type { Shape } from '../disk/removal.ts'
import { listIfThere } from './folder.ts'
import { removePeer } from './peers.ts'
import type { Folder } from './folder.ts'
import { indexGenerations, indexHeader, rememberLoaded } from './index-file.ts'
import type { IndexHeader } from './index-file.ts'
import { lastAttempt } from '../memory/knowledge.ts'
import { livenessOf } from './liveness.ts'
import {
  generationOfIndex,
  heartbeatPath,
  indexFolder,
  indexPath,
  logFolder,
  logPath,
  removableAt,
  workerOfLog,
} from '../../paths.ts'

/** How many indexes are kept: a log may go only if all of them cover it. */
const KEPT = 3

/** Removes this many logs at one time at most, so that no ask waits for thousands of removals. */
const LOGS_AT_ONCE = 200

const NEWLINE = 10

/**
 * Removes what this worker's new index makes superfluous. All of these are hints: what cannot be removed, another
 * user's for example, stays, and then the logs that it does not cover stay too.
 */
export async function removeCovered(
  folder: Folder,
  mine: { readonly generation: number; readonly token: string },
  nowMs: number,
): Promise<void> {
  const { root, primitive } = folder
  const generations = await indexGenerations(folder)
  // If others made newer indexes meanwhile, ours may be removed already. Then it must not count as the one that memory
  // was loaded from, and this worker will look again.
  if (generations[0] === mine.generation) rememberLoaded(folder, mine.generation, mine.token)
  const kept = generations.slice(0, KEPT)
  for (const generation of generations.slice(KEPT)) {
    const path = indexPath(root, generation)
    if (!(await removed(folder, primitive === 'link' ? path : `${path}.d`))) kept.push(generation)
  }
  await removeUnfinishedIndexes(folder, mine.generation - KEPT)
  if (kept.length < KEPT) return
  const headers: IndexHeader[] = []
  for (const generation of kept) {
    const header = await indexHeader(folder, generation)
    if (header === undefined) return
    headers.push(header)
  }
  await removeLogs(folder, headers, nowMs)
}

async function removeLogs(folder: Folder, headers: readonly IndexHeader[], nowMs: number): Promise<void> {
  const { root, files, me } = folder
  const owners = ownersOfUnfinished(folder)
  let count = 0
  for (const worker of (await listIfThere(folder, logFolder(root))).map(workerOfLog)) {
    if (worker === undefined || worker === me.worker || owners.has(worker) || count >= LOGS_AT_ONCE) continue
    const covered = Math.min(...headers.map((header) => header.offsets[worker] ?? -1))
    const path = logPath(root, worker)
    if (covered < 0 || folder.index.stuck.has(path)) continue
    const identity = folder.others.get(worker)?.identity ?? null
    if ((await livenessOf(folder, worker, identity, nowMs)) !== 'gone') continue
    // Behind the last newline there may be a line that its dead writer never finished.
    const rest = await readFileFrom(files, path, covered).catch(() => undefined)
    if (rest === undefined || rest.includes(NEWLINE)) continue
    count++
    if (!(await removed(folder, path, isFile))) {
      folder.index.stuck.add(path)
      continue
    }
    await removed(folder, heartbeatPath(root, worker))
    removePeer(folder, worker, covered)
  }
}

/** Removes a hint, if it is what this program makes there and belongs to this user. Gives whether it is gone. */
async function removed({ files, root }: Folder, path: string, isOurs = removableAt(root, path)): Promise<boolean> {
  return await files.remove(path, isOurs).then(
    () => true,
    () => false,
  )
}

/** What a log is. Only this file removes logs, so `removableAt` does not name them. */
const isFile: Shape = (below, kind) => below === '' && kind === 'file'

function ownersOfUnfinished({ known }: Folder): Set<string> {
  const owners = new Set<string>()
  for (const number of known.unfinished) {
    const slot = known.slots.get(number)!
    owners.add(slot.worker)
    const last = lastAttempt(slot)
    if (last !== undefined) owners.add(last.worker)
  }
  return owners
}

/** Removes the temporary files of makers that were killed while they wrote, unless the maker may still write. */
async function removeUnfinishedIndexes(folder: Folder, upTo: number): Promise<void> {
  const { root, others } = folder
  for (const name of await listIfThere(folder, indexFolder(root))) {
    const generation = generationOfIndex(name, true)
    const maker = /\.jsonl\.(.+)\.[0-9a-z]+$/.exec(name)?.[1] ?? ''
    if (generation === undefined || generation > upTo || others.get(maker)?.isGone === false) continue
    await removed(folder, `${indexFolder(root)}/${name}`)
  }
}
