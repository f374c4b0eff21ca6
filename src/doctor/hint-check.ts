/**
 * Checks the hints of a study, the files that may be lost: the chain of best trials and its link, heartbeats, logs,
 * indexes.
 */

import { closeSync, readlinkSync } from 'node:fs'
import { join, relative } from 'node:path'
import { readBest } from '../store/disk/documents.ts'
import type { BestDocument, ObservedResult, ValueDocument } from '../store/disk/documents.ts'
import { isRefused, lookAt, openToRead } from '../store/disk/door.ts'
import { isAbsent } from '../store/disk/file-system.ts'
import type { Folder } from '../store/protocol/folder.ts'
import { HEARTBEAT_BYTES, heartbeatBytes, phaseOf } from '../store/life/heartbeat-record.ts'
import { isRecorded } from '../store/protocol/best.ts'
import { indexGenerations, readIndex } from '../store/protocol/index-file.ts'
import type { IndexContent } from '../store/protocol/index-file.ts'
import { readHead, readLine } from '../store/memory/index-line.ts'
import type { LineHead } from '../store/memory/index-line.ts'
import { lastAttempt } from '../store/memory/knowledge.ts'
import { parsedLine } from '../store/protocol/log.ts'
import type { LogEvent } from '../store/protocol/log.ts'
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
import { wait } from '../study/patience.ts'
import type { Damage } from './finding.ts'
import { serverNowMs } from './leftovers.ts'
import { bytesOf, gapsIn, isFolder, isInTheWay, listingOf, namesIn, numbersIn, textOf } from './study-files.ts'
import { contradicts } from './told-ends.ts'
import type { Ends } from './told-ends.ts'

/**
 * A damaged heartbeat may be removed once nobody has written to it for this many leases. A live worker writes its
 * heartbeat twelve times a lease (store/life/heartbeat.ts), so that ten leases of silence leave no doubt.
 */
const LEASES_OF_SILENCE = 10

/** Logs are read in pieces of this size. No line is twice as long (store/disk/limits.ts). */
const LOG_PIECE = 2 ** 23

const NEWLINE = 10

const DAMAGED = 'is damaged and counts as absent'
const UNREADABLE = 'cannot be read by this user'
const FALSE = 'contradicts the record of the end of trial'

/**
 * Checks the chain against the truth, and the link against the chain.
 *
 * @param ends      what the terminal records say
 * @param momentMs  how long to wait before a second look: a worker that is just publishing has damaged nothing
 */
export async function checkChain(folder: Folder, ends: Ends, momentMs: number): Promise<Damage[]> {
  const found = await lookAtChain(folder, ends)
  if (found.length === 0) return found
  await wait(momentMs)
  return await lookAtChain(folder, ends)
}

async function lookAtChain(folder: Folder, ends: Ends): Promise<Damage[]> {
  const { root, known } = folder
  const damages: Damage[] = []
  const addChain = (words: string): void => void damages.push({ words, mend: { kind: 'chain' } })
  // checkHints names these.
  if (isInTheWay(bestFolder(root)) || listingOf(bestFolder(root)).problem !== undefined) return []
  const generations = numbersIn(namesIn(bestFolder(root)), generationOfBest)
  for (const [from] of gapsIn(generations))
    addChain(`'${relative(root, bestPath(root, from))}' is missing below later ones: nobody reads those`)
  let top: BestDocument | undefined
  for (const generation of generations) {
    const path = bestPath(root, generation)
    const text = await textOf(folder, path).catch(() => '')
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
  const { best } = ends
  if (best !== undefined && (top === undefined || best.worth < top.worth)) {
    addChain(`'.anthill/best' does not have the best trial, ${best.number}: the next worker to open the study adds it`)
  }
  const link = linkDamage(root, top)
  return link === undefined ? damages : [...damages, { words: link, mend: { kind: 'link' } }]
}

/** An entry of the chain as the order of trials sees it. */
const ranked = ({ worth, slot }: BestDocument): { worth: number; number: number } => ({ worth, number: slot })

/** Whether the truth has this trial with this value: memory may have another value. */
async function isCommitted(folder: Folder, entry: BestDocument): Promise<boolean> {
  if (folder.known.slots.idOf(entry.slot) !== entry.id) return false
  return await isRecorded(folder, entry).catch(() => false)
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
 *
 * @param ends      what the terminal records say
 * @param observed  the results from elsewhere that the amendments have
 */
export async function checkHints(
  folder: Folder,
  ends: Ends,
  observed: readonly ObservedResult[],
  momentMs: number,
): Promise<Damage[]> {
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
    const { problem } = isFolder(place) ? listingOf(place) : {}
    if (problem !== undefined) add(place, `cannot be read (${problem}): this process sees nothing in it`)
  }
  const isGone = goneWorkers(folder)
  const torn: (readonly [path: string, worker: string])[] = []
  const words = 'its worker counts as silent until it beats again'
  for (const [path, worker] of filesIn(workersFolder(root), workerOfHeartbeat)) {
    const stats = lookAt(path)
    if (stats?.isFile() === false) add(path, `is not a file: ${words}`, 'aside')
    else if (stats !== undefined && stats.nlink > 1) add(path, `has a second name elsewhere: ${words}`, 'aside')
    // No worker writes that much. One that lives takes a new name when its heartbeat is gone.
    else if (stats !== undefined && stats.size > HEARTBEAT_BYTES) add(path, `is too long: ${words}`, 'aside')
    else if (cannotRead(path)) add(path, `${UNREADABLE}: ${words}`)
    else
      try {
        if (await isTornHeartbeat(path)) torn.push([path, worker])
      } catch (error) {
        add(path, `cannot be read (${(error as Error).message}): its worker counts as silent`)
      }
  }
  // The second look is for a heartbeat that was just being rewritten.
  if (torn.length > 0) await wait(momentMs)
  for (const [path, worker] of torn) {
    if (!(await isTornHeartbeat(path).catch(() => false))) continue
    const how = (await isGone(worker)) ? 'remove' : undefined
    add(path, `is damaged: ${words}`, how)
  }
  for (const [path, worker] of filesIn(logFolder(root), workerOfLog)) {
    const words = 'readers skip it, and nothing is lost'
    try {
      let contradicted: number | undefined
      const damaged = await damagedLines(path, async ({ id, value }) => {
        if (id === undefined || value === undefined || contradicted !== undefined) return
        if (await contradicts(folder, ends, id, value)) contradicted = value.slot
      })
      if (damaged > 0)
        add(path, `has ${damaged} damaged ${damaged === 1 ? 'line' : 'lines'}: readers skip them, and nothing is lost`)
      if (contradicted !== undefined)
        add(path, `${FALSE} ${contradicted}`, (await isGone(worker)) ? 'aside' : undefined)
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
    if (index === 'gone') {
      if (cannotRead(indexPath(root, generation)))
        add(indexPath(root, generation), `${UNREADABLE} and counts as absent`)
      continue
    }
    const path = `${indexPath(root, generation)}${folder.primitive === 'link' ? '' : '.d'}`
    const problem =
      index === 'damaged'
        ? DAMAGED
        : isObservedBy(observed, index.header)
          ? await problemOf(index, (id, end) => contradicts(folder, ends, id, end))
          : 'has imported results that the study does not have'
    if (problem !== undefined) add(path, problem, 'remove')
  }
  return damages
}

/** What is wrong with the lines of an index. Its readers check all of a line only when they need it. */
async function problemOf(
  { bytes, count }: IndexContent,
  isFalse: (id: string, end: ValueDocument) => Promise<boolean>,
): Promise<string | undefined> {
  const head: LineHead = { number: 0, state: 'x', round: 0, id: '', end: -1 }
  let at = 0
  let sound = 0
  for (; readHead(bytes, at, head); at = head.end + 1, sound++) {
    const slot = readLine(bytes.toString('utf8', at, head.end))
    if (slot === undefined) return DAMAGED
    if (slot.final !== null && (await isFalse(slot.id, slot.final))) return `${FALSE} ${slot.number}`
  }
  return sound === count && at === bytes.length ? undefined : DAMAGED
}

/** Whether the results that an index has from elsewhere are the first ones of those that the amendments have. */
function isObservedBy(observed: readonly ObservedResult[], { observed: told = [] }: IndexContent['header']): boolean {
  return told.every((result, k) => JSON.stringify(result) === JSON.stringify(observed[k]))
}

/** Whether this user may not read a file. */
function cannotRead(path: string): boolean {
  if (lookAt(path)?.isFile() !== true) return false
  try {
    closeSync(openToRead(path))
    return false
  } catch (error) {
    return !isAbsent(error)
  }
}

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

/** Whether a heartbeat is damaged. The beginning of one is not: a worker that was killed at once leaves that. */
async function isTornHeartbeat(path: string): Promise<boolean> {
  const record = await bytesOf(path)
  if (record === undefined || phaseOf(record.toString('latin1')) !== undefined) return false
  return !heartbeatBytes(0, 'on').subarray(0, -1).subarray(0, record.length).equals(record)
}

/**
 * Reads a log, and counts its damaged lines. A last line without its end does not count: a killed worker leaves that. A
 * line that is longer than any of ours counts as the last one, since nobody reads on behind it.
 *
 * @param take  receives what each sound line says
 */
async function damagedLines(path: string, take: (event: LogEvent) => Promise<void>): Promise<number> {
  let damaged = 0
  let rest: Buffer = Buffer.alloc(0)
  for (let offset = 0; ;) {
    const piece = await bytesOf(path, offset, LOG_PIECE)
    if (piece === undefined || piece.length === 0) return damaged
    offset += piece.length
    const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece])
    let at = 0
    for (let end = bytes.indexOf(NEWLINE); end >= 0; at = end + 1, end = bytes.indexOf(NEWLINE, at)) {
      const event = parsedLine(bytes.toString('utf8', at, end))
      if (event === undefined) damaged++
      else await take(event)
    }
    rest = bytes.subarray(at)
    if (rest.length >= 2 * LOG_PIECE) return damaged + 1
  }
}
