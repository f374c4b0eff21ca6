/**
 * Checks the hints of a study, the files that may be lost: the chain of best trials and its link, heartbeats, logs,
 * indexes.
 */

import { readlinkSync } from 'node:fs'
import { join, relative } from 'node:path'
import { readBest } from '../store/disk/documents.ts'
import type { BestDocument } from '../store/disk/documents.ts'
import { isRefused, lookAt } from '../store/disk/door.ts'
import type { Folder } from '../store/protocol/folder.ts'
import { HEARTBEAT_BYTES, phaseOf } from '../store/life/heartbeat-record.ts'
import { indexGenerations, readIndex } from '../store/protocol/index-file.ts'
import type { IndexContent } from '../store/protocol/index-file.ts'
import { readHead, readLine } from '../store/memory/index-line.ts'
import type { LineHead } from '../store/memory/index-line.ts'
import { lastAttempt } from '../store/memory/knowledge.ts'
import { parsedLine } from '../store/protocol/log.ts'
import {
  bestFolder,
  bestLink,
  bestPath,
  generationOfBest,
  generationOfIndex,
  heartbeatPath,
  indexFolder,
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
import { bytesOf, gapsIn, isFolder, namesIn, numbersIn, textOf } from './study-files.ts'

/**
 * A damaged heartbeat may be removed once nobody has written to it for this many leases. A live worker writes its
 * heartbeat twelve times a lease (store/life/heartbeat.ts), so that ten leases of silence leave no doubt.
 */
const LEASES_OF_SILENCE = 10

/** Logs are read in pieces of this size. No line is twice as long (store/disk/limits.ts). */
const LOG_PIECE = 2 ** 23

const NEWLINE = 10

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
  if (isInTheWay(bestFolder(root))) return [] // checkHints names it
  const generations = numbersIn(namesIn(bestFolder(root)), generationOfBest)
  for (const [from] of gapsIn(generations))
    addChain(`'${relative(root, bestPath(root, from))}' is missing below later ones: nobody reads those`)
  let top: BestDocument | undefined
  for (const generation of generations) {
    const path = bestPath(root, generation)
    const text = await textOf(folder, path)
    const document = text === undefined ? undefined : readBest(text)
    const name = `'${relative(root, path)}'`
    if (text === undefined) addChain(`${name} has gone`)
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
  if (!isTrialId(target)) return `'best_instance' points to '${target}', which is not a trial here: workers leave it`
  if (!isFolder(join(root, target)))
    return `'best_instance' points to '${target}', which is not a trial here: the next worker repairs it`
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
  const add = (path: string, words: string, how?: 'remove' | 'aside'): void => {
    damages.push({
      words: `'${relative(root, path)}' ${words}`,
      ...(how === undefined ? {} : { mend: { kind: how, path } }),
    })
  }
  for (const place of [workersFolder, logFolder, indexFolder, bestFolder].map((folderOf) => folderOf(root))) {
    if (isInTheWay(place)) add(place, 'is not a folder: nothing below it is read or written', 'aside')
  }
  const isGone = goneWorkers(folder)
  for (const [path, worker] of filesIn(workersFolder(root), workerOfHeartbeat)) {
    const words = 'its worker counts as silent until it beats again'
    const stats = lookAt(path)
    if (stats?.isFile() === false) add(path, `is not a file: ${words}`, 'aside')
    // No worker writes that much. One that lives takes a new name when its heartbeat is gone.
    else if (stats !== undefined && stats.size > HEARTBEAT_BYTES) add(path, `is too long: ${words}`, 'aside')
    // The second look is for a heartbeat that was just being rewritten.
    else
      try {
        if ((await isTornHeartbeat(path)) && (await wait(momentMs), await isTornHeartbeat(path)))
          add(path, `is damaged: ${words}`, (await isGone(worker)) ? 'remove' : undefined)
      } catch (error) {
        add(path, `cannot be read (${(error as Error).message}): its worker counts as silent`)
      }
  }
  for (const [path, worker] of filesIn(logFolder(root), workerOfLog)) {
    const words = 'readers skip it, and nothing is lost'
    try {
      const damaged = await damagedLines(path)
      if (damaged > 0)
        add(path, `has ${damaged} damaged ${damaged === 1 ? 'line' : 'lines'}: readers skip them, and nothing is lost`)
    } catch (error) {
      const mayGo = isRefused(error) || (await isGone(worker))
      add(path, `cannot be read (${(error as Error).message}): ${words}`, mayGo ? 'aside' : undefined)
    }
  }
  for (const [path] of filesIn(indexFolder(root), generationOfIndex)) {
    if (folder.primitive === 'link' && lookAt(path)?.isFile() === false)
      add(path, 'is not a file and counts as absent', 'aside')
  }
  for (const generation of await indexGenerations(folder)) {
    const index = await readIndex(folder, generation)
    if (index === 'gone' || (index !== 'damaged' && hasSoundLines(index))) continue
    const path = `${indexPath(root, generation)}${folder.primitive === 'link' ? '' : '.d'}`
    add(path, 'is damaged and counts as absent', 'remove')
  }
  return damages
}

/** Whether all of each line passes. Readers of an index check a line only when they need it. */
function hasSoundLines({ bytes, count }: IndexContent): boolean {
  const head: LineHead = { number: 0, state: 'x', round: 0, id: '', end: -1 }
  let at = 0
  let sound = 0
  for (; readHead(bytes, at, head); at = head.end + 1, sound++)
    if (readLine(bytes.toString('utf8', at, head.end)) === undefined) return false
  return sound === count && at === bytes.length
}

/** Whether something other than a folder has the name of one. */
const isInTheWay = (path: string): boolean => !isFolder(path) && lookAt(path) !== undefined

/** The paths in a folder whose names `read` knows, with what it reads in them. None if it is not a folder. */
function filesIn<T>(place: string, read: (name: string) => T | undefined): [path: string, read: T][] {
  return (isFolder(place) ? namesIn(place) : []).flatMap((name): [string, T][] => {
    const what = read(name)
    return what === undefined ? [] : [[join(place, name), what]]
  })
}

/**
 * A test of workers: whether one is gone for LEASES_OF_SILENCE by the file server's clock, and owns nothing unfinished.
 */
function goneWorkers({ root, known, study }: Folder): (worker: string) => Promise<boolean> {
  const owners = new Set<string | undefined>()
  for (const number of known.unfinished) {
    const slot = known.slots.get(number)!
    owners.add(slot.worker).add(lastAttempt(slot)?.worker)
  }
  let nowMs: number | undefined
  return async (worker) => {
    if (owners.has(worker)) return false
    nowMs ??= await serverNowMs(root)
    const beatMs = lookAt(heartbeatPath(root, worker))?.mtimeMs
    return nowMs !== undefined && beatMs !== undefined && nowMs - beatMs > LEASES_OF_SILENCE * study.leaseMs
  }
}

/**
 * Whether a heartbeat is damaged. A shorter one is not: a worker that was killed during its first write leaves that.
 */
async function isTornHeartbeat(path: string): Promise<boolean> {
  const record = await bytesOf(path)
  return record !== undefined && record.length >= HEARTBEAT_BYTES && phaseOf(record.toString('latin1')) === undefined
}

/**
 * How many lines of a log are damaged. A last line without its end does not count: a killed worker leaves that. A line
 * that is longer than any of ours counts as the last one, since nobody reads on behind it.
 */
async function damagedLines(path: string): Promise<number> {
  let damaged = 0
  let rest: Buffer = Buffer.alloc(0)
  for (let offset = 0; ;) {
    const piece = await bytesOf(path, offset, LOG_PIECE)
    if (piece === undefined || piece.length === 0) return damaged
    offset += piece.length
    const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece])
    let at = 0
    for (let end = bytes.indexOf(NEWLINE); end >= 0; at = end + 1, end = bytes.indexOf(NEWLINE, at))
      if (parsedLine(bytes.toString('utf8', at, end)) === undefined) damaged++
    rest = bytes.subarray(at)
    if (rest.length >= 2 * LOG_PIECE) return damaged + 1
  }
}
