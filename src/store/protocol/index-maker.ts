/**
 * When a new index is due, and who makes it.
 *
 * Any worker may make one, once the logs have grown beyond the newest index by a megabyte and by a fifth of it. It
 * waits a random time first, so that most workers find the index already made. The maker first brings its memory up to
 * date. No reader waits for an index, and a lost one is made again.
 */

import { readAmendments, readHearsay } from './amend.ts'
import { removeCovered } from './collection.ts'
import { createOnce } from '../disk/create-once.ts'
import { freshToken, listIfThere } from './folder.ts'
import type { Folder } from './folder.ts'
import { beatPeriodMs } from '../life/heartbeat.ts'
import { indexGenerations, indexHeader, indexParts, rememberCovered } from './index-file.ts'
import type { IndexHeader } from './index-file.ts'
import { rankOf } from './number.ts'
import { indexPath, logFolder, workerOfLog } from '../../paths.ts'
import { readSlots, readUnfinished, refreshLogs } from './refresh.ts'

/**
 * An index is due once the logs have grown by this fraction of the last one's size: each index is written whole, so
 * there must be enough in it that is new.
 */
const GROWTH = 0.2

/** Waits at most this long before it makes an index. */
const LONGEST_DELAY_MS = 10_000

/** Makes the next index if one is due. An error is ignored, since an index is a hint. */
export async function indexIfDue(
  folder: Folder,
  nowMs: number,
  options: { readonly isLeaving?: boolean } = {},
): Promise<void> {
  const { index } = folder
  if (!isDue(folder)) return
  if (options.isLeaving === true) {
    if (rankOf(folder) > 0) return // at the end of the budget all leave at once: the first of them makes it for all
  } else {
    index.dueMs ??= nowMs + delayMs(folder)
    if (nowMs < index.dueMs) return
  }
  index.dueMs = null
  try {
    const [newest] = await indexGenerations(folder)
    if (newest !== undefined && newest > index.highest) {
      const header = await indexHeader(folder, newest)
      if (header !== undefined) {
        index.highest = newest
        rememberCovered(folder, header)
      }
      if (!isDue(folder)) return
    }
    await makeIndex(folder, nowMs)
  } catch {
    // A full disk, or an error that will pass: another try is due when as much has been logged again.
    index.uncovered = 0
  }
}

/** Brings memory up to date, writes it as the next index, and removes what that makes superfluous. */
export async function makeIndex(folder: Folder, nowMs: number): Promise<void> {
  const { registration, root, index } = folder
  if (registration === null || folder.isReadOnly || index.isBlind === true) return
  await refreshLogs(folder, nowMs)
  await readHearsay(folder)
  await readAmendments(folder)
  await readSlots(folder)
  await readUnfinished(folder)
  const generation = Math.max((await indexGenerations(folder))[0] ?? 0, index.highest) + 1
  const logs = (await listIfThere(folder, logFolder(root))).map(workerOfLog).filter((worker) => worker !== undefined)
  // There is no await from here until the bytes are made, so the offsets in the header fit the lines.
  const header = headerOf(folder, generation, logs)
  const parts = indexParts(folder, header)
  const bytes = parts.reduce((sum, part) => sum + part.length, -parts[0]!.length)
  const path = indexPath(root, generation)
  const created = await createOnce(folder.files, folder.primitive, path, parts, header.token, root)
  if (created.verdict === 'lost') return
  index.highest = generation
  rememberCovered(folder, { ...header, bytes })
  await removeCovered(folder, { generation, token: header.token }, nowMs)
}

/** The header for an index of this memory. `logs`: the workers whose logs exist. */
export function headerOf(folder: Folder, generation: number, logs: readonly string[]): Omit<IndexHeader, 'bytes'> {
  const { known } = folder
  return {
    gen: generation,
    token: freshToken(folder.me),
    amend: known.amendments,
    stops: known.stops,
    retries: [...known.retries].flatMap(([slot, rounds]) => rounds.map((after) => [slot, after] as const)),
    queue: known.queue.filter((queued) => !known.slotOfId.has(queued.id)),
    ...(known.observed.results.length === 0 ? {} : { observed: known.observed.results }),
    basis: known.latestBasis,
    best: { slot: known.best?.number ?? null, generation: folder.bestChain.generation, top: folder.bestChain.top },
    budget: budgetOf(folder),
    offsets: offsetsOf(folder, logs),
    identities: [
      folder.me,
      ...[...folder.others.values()].map((peer) => peer.identity).filter((identity) => identity !== null),
    ],
    left: [...folder.departed.keys()],
  }
}

/** The largest ceiling of any worker that is known, null if none had one. */
export function budgetOf({ others, ceiling, budget }: Folder): number | null {
  const ceilings = [budget, ceiling, ...[...others.values()].map((peer) => peer.trials ?? -1)]
  const largest = ceilings.reduce((a, b) => (Number.isFinite(b) && b > a ? b : a), -1)
  return largest < 0 ? null : largest
}

const isDue = ({ index, indexAfterBytes, registration }: Folder): boolean =>
  registration !== null && index.uncovered > Math.max(indexAfterBytes, GROWTH * index.bytes)

/** A random delay; none for a worker that knows of no other. */
function delayMs(folder: Folder): number {
  if (folder.others.size === 0) return 0
  return Math.random() * Math.min(LONGEST_DELAY_MS, beatPeriodMs(folder.study.leaseMs) / 2)
}

function offsetsOf({ me, registration, others, departed }: Folder, logs: readonly string[]): Record<string, number> {
  const offsets: Record<string, number> = {}
  for (const worker of logs) {
    const offset =
      worker === me.worker ? registration?.written : (others.get(worker)?.tail.offset ?? departed.get(worker))
    if (offset !== undefined) offsets[worker] = offset
  }
  return offsets
}
