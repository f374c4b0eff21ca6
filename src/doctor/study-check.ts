/**
 * Checks whether the protocol files of a study contain what they must, and says what follows where one does not. All
 * readers treat a damaged file alike (store/FORMAT.md, "Damage"), so most damage costs something but stops nobody.
 */

import { join, relative } from 'node:path'
import type { Primitive } from '../store/disk/create-once.ts'
import { lockIn, slotIn } from '../store/memory/damage.ts'
import { readAmend, readFailed, readValue } from '../store/disk/documents.ts'
import type { ObservedResult } from '../store/disk/documents.ts'
import type { Folder } from '../store/protocol/folder.ts'
import {
  amendFolder,
  amendPath,
  attemptOfLock,
  failedPath,
  isSlotFolder,
  isTrialId,
  lockPath,
  numberOfAmendment,
  slotFolder,
  slotFolderOf,
  slotOfName,
  slotsFolder,
  trialDirectory,
  trialMetaFolder,
  valuePath,
} from '../paths.ts'
import { isConfig } from '../store/memory/knowledge.ts'
import { isSoundResult, learnObserved, nothingObserved } from '../store/memory/observed.ts'
import type { Damage, Mend } from './finding.ts'
import { checkChain, checkHints } from './hint-check.ts'
import { checkKept } from './kept-check.ts'
import { findLeftovers } from './leftovers.ts'
import { gapsIn, isFolder, isInTheWay, listingOf, namesIn, numbersIn, openFresh, textOf } from './study-files.ts'
import { noEnds, rememberEnd } from './told-ends.ts'
import type { Ends } from './told-ends.ts'

/** How long a hint may look damaged before it counts as damaged: a worker publishes a moment after it has committed. */
const MOMENT_MS = 500

/** A gap of more amendments than this is not one: somebody put a file with a high number there. */
const WIDEST_GAP = 1000

/** What a valid hash does not prove. */
const OTHER_SPACE = 'has a config that is not one of the space: its number counts as closed'

/** What a check of a study found. */
export interface StudyCheck {
  /** How many slot files there are. */
  readonly slots: number
  /** How many truth files were read. */
  readonly files: number
  readonly leaseMs: number
  readonly primitive: Primitive
  readonly damages: readonly Damage[]
  /** Paths of temporary files that no process can still be using; they do no harm. */
  readonly leftovers: readonly string[]
}

/** The state of a check that is under way. */
interface Look {
  readonly folder: Folder
  files: number
  readonly damages: Damage[]
  readonly ends: Ends
}

/**
 * Reads every protocol file of a study.
 *
 * @returns undefined if there is no study
 * @throws what opening the study would throw
 */
export async function checkStudy(root: string, momentMs = MOMENT_MS): Promise<StudyCheck | undefined> {
  const folder = await openFresh(root, true)
  if (folder === undefined) return undefined
  const look: Look = { folder, files: 0, damages: [], ends: noEnds() }
  const slots = await checkSlots(look)
  const ids = namesIn(root).filter(isTrialId)
  const ceiling = [...slots.numbers].reduce((a, b) => Math.max(a, b), -1) + ids.length
  for (const id of ids) await checkTrial(look, id, slots, ceiling)
  const observed = await checkAmendments(look)
  const hints = [
    ...(await checkKept(folder, momentMs)),
    ...(await checkChain(folder, look.ends, momentMs)),
    ...(await checkHints(folder, look.ends, observed, momentMs)),
  ]
  return {
    slots: slots.files,
    files: look.files,
    leaseMs: folder.study.leaseMs,
    primitive: folder.primitive,
    damages: [...look.damages, ...hints],
    leftovers: await findLeftovers(root),
  }
}

/** The slots that were found. */
interface Slots {
  readonly files: number
  readonly numbers: ReadonlySet<number>
  /** Whether a slot file is missing, and may be made again. Where its folder is not one, nobody can tell. */
  readonly isMissing: (number: number) => boolean
}

async function checkSlots(look: Look): Promise<Slots> {
  const { root } = look.folder
  const numbers = new Set<number>()
  const folder = slotsFolder(root)
  if (isInTheWay(folder)) {
    add(look, folder, 'is not a folder: no trial is seen, and none can begin; move it away')
    return { files: 0, numbers, isMissing: () => false }
  }
  /** Folders that nobody can look into. */
  const unseen = new Set<string>()
  let files = 0
  for (const name of listed(look, folder, () => unseen.add(folder)).filter(isSlotFolder)) {
    const place = join(folder, name)
    if (!isFolder(place)) {
      unseen.add(place)
      add(look, place, 'is not a folder: its numbers count as closed')
      continue
    }
    for (const file of listed(look, place, () => unseen.add(place))) {
      const number = slotOfName(file)
      if (number === undefined) continue
      files++
      numbers.add(number)
      const path = join(place, file.replace(/\.d$/, ''))
      const epoch = Number(/^\d+\.(\d+)/.exec(file)?.[1] ?? 1)
      const slot = slotIn(await read(look, path), number, epoch)
      if (slot.closed === 'damaged')
        add(look, path, `is damaged and counts as closed: number ${number} is used up, nothing else is lost`)
      else if (slot.closed === undefined && !isConfig(look.folder.known, slot.config)) add(look, path, OTHER_SPACE)
    }
  }
  const isMissing = (number: number): boolean =>
    !numbers.has(number) && !unseen.has(folder) && !unseen.has(slotFolder(root, slotFolderOf(number)))
  return { files, numbers, isMissing }
}

/**
 * Checks the claims, notes and terminal records of a trial.
 *
 * @param ceiling  no claim has a higher number: workers take the lowest free one
 */
async function checkTrial(look: Look, id: string, slots: Slots, ceiling: number): Promise<void> {
  const { root } = look.folder
  for (const folder of [trialDirectory(root, id), trialMetaFolder(root, id)]) {
    if (!isInTheWay(folder)) continue
    return add(look, folder, 'is not a folder: the trial counts as damaged, and its number goes on with another config')
  }
  const names = listed(look, trialMetaFolder(root, id))
  const attempts = numbersIn(names, attemptOfLock)
  const last = attempts.at(-1) ?? 0
  let number: number | undefined
  if (!has(names, 'lock.1') && names.some((name) => /^(lock\.\d|failed\.\d+\.json|value(\.\d+)?\.json)/.test(name))) {
    const words = 'is missing below later files: the trial counts as never claimed, and will be claimed again'
    add(look, lockPath(root, id, 1), words)
  }
  for (const [from] of gapsIn(attempts)) {
    const words = `is missing below a later one: attempts from ${from} on are not seen`
    if (from > 1) add(look, lockPath(root, id, from), words)
  }
  for (const k of attempts) {
    const path = lockPath(root, id, k)
    const lock = lockIn(await read(look, path), id, k)
    number ??= lock?.slot
    if (lock === undefined) add(look, path, await meaningOfLock(look, id, k))
    else if (!isConfig(look.folder.known, lock.config)) add(look, path, OTHER_SPACE)
    else if (k === 1 && slots.isMissing(lock.slot)) {
      const words = `claims number ${lock.slot}, whose slot file is missing: the trial is not seen`
      if (lock.slot > ceiling) add(look, path, `${words}, and nobody can have had that number`)
      else add(look, path, `${words}, and its number may be given to another trial`, { kind: 'slot', lock })
    }
    await checkNote(look, id, k, k < last, names, number)
  }
  for (const name of names) {
    const [isRecord, digits] = /^value(?:\.(\d{1,15}))?\.json(\.d)?$/.exec(name) ?? []
    if (isRecord !== undefined) number = await checkValue(look, id, Number(digits ?? 1), number)
  }
}

/** What follows from the damaged claim of an attempt. */
async function meaningOfLock(look: Look, id: string, attempt: number): Promise<string> {
  if (attempt > 1) {
    return (
      `is damaged: attempt ${attempt} has no known owner and counts as lost after a lease; ` +
      'the next one follows by itself'
    )
  }
  const value = readValue((await textOf(look.folder, valuePath(look.folder.root, id, 1)).catch(() => undefined)) ?? '')
  return value === undefined
    ? 'is damaged and claims no slot: its slot goes on with another config'
    : `is damaged: the trial goes by the record of its end, which names number ${value.slot}`
}

/** @param isBelow  whether there is a later claim */
async function checkNote(
  look: Look,
  id: string,
  attempt: number,
  isBelow: boolean,
  names: readonly string[],
  slot: number | undefined,
): Promise<void> {
  const path = failedPath(look.folder.root, id, attempt)
  if (has(names, `failed.${attempt}.json`)) {
    const note = readFailed(await read(look, path))
    if (note?.attempt !== attempt || (slot !== undefined && note.slot !== slot))
      add(look, path, `is damaged: attempt ${attempt} counts as lost`)
  } else if (isBelow && slot !== undefined) {
    const words = `is missing below a later claim: attempt ${attempt} counts as lost`
    add(look, path, `${words}, and the next worker that looks writes this down`, { kind: 'note', slot, id, attempt })
  }
}

/** Checks a terminal record; gives the trial's number, which it may be the first to name. */
async function checkValue(
  look: Look,
  id: string,
  round: number,
  known: number | undefined,
): Promise<number | undefined> {
  const path = valuePath(look.folder.root, id, round)
  const value = readValue(await read(look, path))
  const number = known ?? value?.slot
  if (value !== undefined && value.round === round && value.slot === number) {
    rememberEnd(look.folder, look.ends, id, value)
    return number
  }
  const trial = number ?? id
  const remedy = `until 'anthill retry ${trial}' gives it another attempt`
  add(look, path, `is damaged: trial ${trial} counts as failed, ${remedy}`)
  return number
}

/** Checks the amendments; gives the results from elsewhere that they have. */
async function checkAmendments(look: Look): Promise<readonly ObservedResult[]> {
  const { root } = look.folder
  const folder = amendFolder(root)
  if (isInTheWay(folder)) {
    add(look, folder, 'is not a folder: nothing can be added to the study; move it away')
    return []
  }
  const numbers = numbersIn(listed(look, folder), numberOfAmendment)
  for (const [from, to] of gapsIn(numbers)) {
    const words = 'is missing below later ones: nobody reads those'
    if (to - from >= WIDEST_GAP) add(look, amendPath(root, from), `${words}, so they do no harm; remove them`)
    else for (let k = from; k <= to; k++) add(look, amendPath(root, k), words, { kind: 'amendment', number: k })
  }
  const observed = nothingObserved()
  for (const number of numbers) {
    const path = amendPath(root, number)
    const amendment = readAmend(await read(look, path))
    if (amendment === undefined)
      add(look, path, 'is damaged and counts as empty: what it asked for is lost; ask for it again')
    else if (amendment.enqueue?.every(({ config }) => isConfig(look.folder.known, config)) === false)
      add(look, path, 'queues a config that is not one of the space: it is passed over')
    else if (amendment.observe?.every((result) => isSoundResult(result, look.folder.known.order)) === false)
      add(look, path, 'has a result whose config or values are not those of the study: it is passed over')
    else if (learnObserved(observed, amendment.observe ?? [], look.folder.known.order) === undefined)
      add(look, path, 'has more results than the study has room for: none of them counts; import fewer again')
  }
  return observed.results
}

/** The names in a folder that are not temporary; none if it cannot be read, which is named. */
function listed(look: Look, folder: string, refused = (): unknown => undefined): string[] {
  const { problem } = listingOf(folder)
  if (problem !== undefined) {
    add(look, folder, `cannot be read (${problem}): this process sees nothing in it`)
    refused()
  }
  return namesIn(folder)
}

/** The text of a truth file; '' if it cannot be read, which counts as damaged. */
async function read(look: Look, path: string): Promise<string> {
  look.files++
  try {
    return (await textOf(look.folder, path)) ?? ''
  } catch (error) {
    add(look, path, `cannot be read (${(error as Error).message})`)
    return ''
  }
}

function add({ folder, damages }: Look, path: string, words: string, mend?: Mend): void {
  damages.push({ words: `'${relative(folder.root, path)}' ${words}`, ...(mend === undefined ? {} : { mend }) })
}

const has = (names: readonly string[], name: string): boolean => names.includes(name) || names.includes(`${name}.d`)
