/**
 * Checks the hints of a study, the files that may be lost: the chain of best trials and its link, heartbeats, logs,
 * indexes.
 */

import { readlinkSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { readBest } from '../store/disk/documents.ts'
import type { BestDocument } from '../store/disk/documents.ts'
import type { Folder } from '../store/protocol/folder.ts'
import { HEARTBEAT_BYTES, phaseOf } from '../store/life/heartbeat-record.ts'
import { indexGenerations, readIndex } from '../store/protocol/index-file.ts'
import { lastAttempt } from '../store/memory/knowledge.ts'
import { parsedLine } from '../store/protocol/log.ts'
import {
  bestFolder,
  bestLink,
  bestPath,
  heartbeatPath,
  indexPath,
  isTrialId,
  logFolder,
  workerOfHeartbeat,
  workerOfLog,
  workersFolder,
} from '../paths.ts'
import { readTruth } from '../store/protocol/truth.ts'
import { wait } from '../study/patience.ts'
import type { Damage } from './finding.ts'
import { serverNowMs } from './leftovers.ts'
import { bytesOf, highest, namesIn, textOf } from './study-files.ts'

/**
 * A damaged heartbeat may be removed once nobody has written to it for this many leases. A live worker writes its
 * heartbeat twelve times a lease (store/life/heartbeat.ts), so that ten leases of silence leave no doubt.
 */
const LEASES_OF_SILENCE = 10

/**
 * Checks the chain against the truth, and the link against the chain.
 *
 * @param momentMs  how long to wait before a second look: a worker that is just publishing has damaged nothing
 */
export async function checkChain(folder: Folder, momentMs: number): Promise<Damage[]> {
  const found = await lookAtChain(folder)
  if (found.length === 0) return found
  await wait(momentMs)
  return await lookAtChain(folder)
}

async function lookAtChain(folder: Folder): Promise<Damage[]> {
  const { root, known } = folder
  const damages: Damage[] = []
  const addChain = (words: string): void => void damages.push({ words, mend: { kind: 'chain' } })
  const last = highest(namesIn(bestFolder(root)), /^(\d+)\.json(\.d)?$/)
  let top: BestDocument | undefined
  for (let generation = 1; generation <= last; generation++) {
    const path = bestPath(root, generation)
    const text = await textOf(folder, path)
    const document = text === undefined ? undefined : readBest(text)
    const name = `'${relative(root, path)}'`
    if (text === undefined) addChain(`${name} is missing below later ones: nobody reads those`)
    else if (document === undefined) addChain(`${name} is damaged: readers skip it`)
    else if (top !== undefined && !known.order.isBetter(ranked(document), ranked(top)))
      addChain(`${name} does not improve on the one before`)
    else if (!(await isCommitted(folder, document)))
      addChain(`${name} names trial ${document.slot}, which has no such value`)
    top = document ?? top
  }
  const { best } = known
  const worth = best === null ? undefined : known.order.worthOf(best.final!.values)
  if (worth !== undefined && (top === undefined || worth < top.worth)) {
    addChain(`'.anthill/best' does not have the best trial, ${best!.number}: the next worker to open the study adds it`)
  }
  const link = linkDamage(root, top)
  return link === undefined ? damages : [...damages, { words: link, mend: { kind: 'link' } }]
}

/** An entry of the chain as the order of trials sees it. */
const ranked = ({ worth, slot }: BestDocument): { worth: number; number: number } => ({ worth, number: slot })

/** Whether the truth has this trial with this value. It reads the truth again, which may be newer than our memory. */
async function isCommitted(folder: Folder, { slot: number, id, worth }: BestDocument): Promise<boolean> {
  const { known } = folder
  const slot = known.slots.get(number)
  if (slot === undefined) return false
  if (slot.final === null) await readTruth(folder, slot)
  const { id: realId, final } = known.slots.get(number) ?? slot
  return realId === id && final?.status === 'complete' && known.order.worthOf(final.values) === worth
}

function linkDamage(root: string, top: BestDocument | undefined): string | undefined {
  let target: string
  try {
    target = readlinkSync(bestLink(root))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      return top === undefined ? undefined : `'best_instance' is missing: the next improvement creates it again`
    return `'best_instance' is not a symbolic link: something else took its name`
  }
  if (!isTrialId(target) || statSync(join(root, target), { throwIfNoEntry: false })?.isDirectory() !== true) {
    return `'best_instance' points to '${target}', which is not a trial here: the next worker repairs it`
  }
  return top === undefined || target === top.id
    ? undefined
    : `'best_instance' points to '${target}', but '${top.id}' is better: the next worker repairs it`
}

/**
 * Checks heartbeats, logs and indexes. A damaged index may be removed, and so may the damaged heartbeat of a worker
 * that is gone and owns nothing. A log stays, damaged or not: it goes only when three indexes cover it (FORMAT.md, rule
 * 8).
 */
export async function checkHints(folder: Folder, momentMs: number): Promise<Damage[]> {
  const { root } = folder
  const damages: Damage[] = []
  const add = (path: string, words: string, mayGo: boolean): void => {
    damages.push({ words: `'${relative(root, path)}' ${words}`, ...(mayGo ? { mend: { kind: 'remove', path } } : {}) })
  }
  const isGone = goneWorkers(folder)
  for (const name of namesIn(workersFolder(root))) {
    const worker = workerOfHeartbeat(name)
    if (worker === undefined) continue
    const path = join(workersFolder(root), name)
    // The second look is for a heartbeat that was just being rewritten.
    if (!isTornHeartbeat(path) || (await wait(momentMs), !isTornHeartbeat(path))) continue
    add(path, 'is damaged: its worker counts as silent until it beats again', isGone(worker))
  }
  for (const name of namesIn(logFolder(root))) {
    if (workerOfLog(name) === undefined) continue
    const path = join(logFolder(root), name)
    const damaged = damagedLines(bytesOf(path)?.toString('utf8') ?? '')
    const lines = damaged === 1 ? 'line' : 'lines'
    if (damaged > 0) add(path, `has ${damaged} damaged ${lines}: readers skip them and read the truth`, false)
  }
  for (const generation of await indexGenerations(folder)) {
    if ((await readIndex(folder, generation)) !== 'damaged') continue
    const path = `${indexPath(root, generation)}${folder.primitive === 'link' ? '' : '.d'}`
    add(path, 'is damaged and counts as absent', true)
  }
  return damages
}

/**
 * A test of workers: whether one is gone for LEASES_OF_SILENCE by the file server's clock, and owns nothing unfinished.
 */
function goneWorkers({ root, known, study }: Folder): (worker: string) => boolean {
  const owners = new Set<string | undefined>()
  for (const number of known.unfinished) {
    const slot = known.slots.get(number)!
    owners.add(slot.worker).add(lastAttempt(slot)?.worker)
  }
  let nowMs: number | undefined
  return (worker) => {
    if (owners.has(worker)) return false
    nowMs ??= serverNowMs(root)
    const beatMs = statSync(heartbeatPath(root, worker), { throwIfNoEntry: false })?.mtimeMs
    return nowMs !== undefined && beatMs !== undefined && nowMs - beatMs > LEASES_OF_SILENCE * study.leaseMs
  }
}

/**
 * Whether a heartbeat is damaged. A shorter one is not: a worker that was killed during its first write leaves that.
 */
function isTornHeartbeat(path: string): boolean {
  const record = bytesOf(path)
  return record !== undefined && record.length >= HEARTBEAT_BYTES && phaseOf(record.toString('latin1')) === undefined
}

/** How many lines of a log are damaged. A last line without its end does not count: a killed worker leaves that. */
function damagedLines(text: string): number {
  return text
    .split('\n')
    .slice(0, -1)
    .filter((line) => parsedLine(line) === undefined).length
}
