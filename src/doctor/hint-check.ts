/** What a study keeps to save time: the chain of best trials, its link, heartbeats, logs, indexes. */

import { readFileSync, readlinkSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { readBest } from '../store/disk/documents.ts'
import type { BestDocument } from '../store/disk/documents.ts'
import { isAbsent } from '../store/disk/file-system.ts'
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
import type { Damage } from './finding.ts'
import { wait } from '../study/wait.ts'
import { serverNowMs } from './leftovers.ts'
import { highest, namesIn, textOf } from './study-files.ts'

/** The chain against the truth, and the link against the chain. */
export async function checkChain(folder: Folder, momentMs: number): Promise<Damage[]> {
  const found = await lookAtChain(folder)
  if (found.length === 0) return found
  await wait(momentMs)
  return await lookAtChain(folder)
}

async function lookAtChain(folder: Folder): Promise<Damage[]> {
  const { root, known } = folder
  const damages: Damage[] = []
  const chain = (words: string): void => void damages.push({ words, mend: { kind: 'chain' } })
  const last = highest(namesIn(bestFolder(root)), /^(\d+)\.json(\.d)?$/)
  let top: BestDocument | undefined
  for (let generation = 1; generation <= last; generation++) {
    const path = bestPath(root, generation)
    const text = await textOf(folder, path)
    const document = text === undefined ? undefined : readBest(text)
    const name = `'${relative(root, path)}'`
    if (text === undefined) chain(`${name} is missing while later ones stand: those are not read`)
    else if (document === undefined) chain(`${name} is damaged: it is passed over`)
    else if (
      top !== undefined &&
      !(document.worth < top.worth || (document.worth === top.worth && document.slot < top.slot))
    ) {
      chain(`${name} is no improvement on the one before`)
    } else if (!(await isCommitted(folder, document)))
      chain(`${name} names trial ${document.slot}, which has no such value`)
    top = document ?? top
  }
  const { best } = known
  const worth = best === null ? undefined : known.worth(best.final!.values)
  if (worth !== undefined && (top === undefined || worth < top.worth))
    chain(`'.anthill/best' does not have the best trial, ${best!.number}: the next worker to open the study adds it`)
  const link = linkDamage(root, top)
  return link === undefined ? damages : [...damages, { words: link, mend: { kind: 'link' } }]
}

/** Whether the truth has that trial with that value; looked at anew, since it may be younger than what we know. */
async function isCommitted(folder: Folder, { slot: number, id, worth }: BestDocument): Promise<boolean> {
  const { known } = folder
  const slot = known.slots.get(number)
  if (slot === undefined) return false
  if (slot.final === null) await readTruth(folder, slot)
  const { id: real, final } = known.slots.get(number)!
  return real === id && final?.status === 'complete' && known.worth(final.values) === worth
}

function linkDamage(root: string, top: BestDocument | undefined): string | undefined {
  let target: string
  try {
    target = readlinkSync(bestLink(root))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      return top === undefined ? undefined : `'best_instance' is missing: the next improvement makes it again`
    return `'best_instance' is no symbolic link: something else took its name`
  }
  if (!isTrialId(target) || statSync(join(root, target), { throwIfNoEntry: false })?.isDirectory() !== true) {
    return `'best_instance' points to '${target}', which is no trial here: the next worker repairs it`
  }
  return top === undefined || target === top.id
    ? undefined
    : `'best_instance' points to '${target}', while '${top.id}' is better: the next worker repairs it`
}

/** Heartbeats are rewritten twelve times a lease: one that stood still for as many leases belongs to nobody who works. */
const LEASES_OF_SILENCE = 10

/**
 * Heartbeats, logs, indexes. A damaged index, or the heartbeat of a worker that is gone and owns nothing, may be removed;
 * a log goes only when three indexes cover it (FORMAT.md, rule 8), damaged or not.
 */
export async function checkHints(folder: Folder, momentMs: number): Promise<Damage[]> {
  const { root } = folder
  const damages: Damage[] = []
  const owners = new Set(
    [...folder.known.unfinished]
      .map((n) => folder.known.slots.get(n)!)
      .flatMap((slot) => [slot.worker, lastAttempt(slot)?.worker]),
  )
  let nowMs: number | undefined
  const isGone = (worker: string): boolean => {
    if (owners.has(worker)) return false
    nowMs ??= serverNowMs(root)
    const beatMs = statSync(heartbeatPath(root, worker), { throwIfNoEntry: false })?.mtimeMs
    return nowMs !== undefined && beatMs !== undefined && nowMs - beatMs > LEASES_OF_SILENCE * folder.study.leaseMs
  }
  const report = (path: string, words: string, mayGo: boolean): void => {
    damages.push({ words: `'${relative(root, path)}' ${words}`, ...(mayGo ? { mend: { kind: 'remove', path } } : {}) })
  }
  for (const name of namesIn(workersFolder(root)).filter((file) => workerOfHeartbeat(file) !== undefined)) {
    const path = join(workersFolder(root), name)
    const isTorn = (): boolean => {
      const record = bytesOf(path)
      // A shorter one is what a worker leaves that was killed while it wrote its first, and is as it should be.
      return (
        record !== undefined && record.length >= HEARTBEAT_BYTES && phaseOf(record.toString('latin1')) === undefined
      )
    }
    // One that is being rewritten may be met in between.
    if (!isTorn() || (await wait(momentMs), !isTorn())) continue
    report(path, 'is damaged: its worker counts as silent until it beats again', isGone(workerOfHeartbeat(name)!))
  }
  for (const name of namesIn(logFolder(root))) {
    if (workerOfLog(name) === undefined) continue
    const path = join(logFolder(root), name)
    // A last line without its end is what a killed worker leaves, and is as it should be.
    const damaged = (bytesOf(path)?.toString('utf8') ?? '')
      .split('\n')
      .slice(0, -1)
      .filter((line) => parsedLine(line) === undefined).length
    if (damaged > 0)
      report(
        path,
        `has ${damaged} damaged ${damaged === 1 ? 'line' : 'lines'}: passed over, which costs a look at the truth`,
        false,
      )
  }
  for (const generation of await indexGenerations(folder)) {
    if ((await readIndex(folder, generation)) !== 'damaged') continue
    report(
      `${indexPath(root, generation)}${folder.primitive === 'link' ? '' : '.d'}`,
      'is damaged and counts as not there',
      true,
    )
  }
  return damages
}

/** Undefined for what somebody has just removed. */
function bytesOf(path: string): Buffer | undefined {
  try {
    return readFileSync(path)
  } catch (error) {
    if (isAbsent(error)) return undefined
    throw error
  }
}
