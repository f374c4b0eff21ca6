/**
 * Checks whether the protocol files of a study contain what they must, and says what follows where one does not. All
 * readers treat a damaged file alike (store/FORMAT.md, "Damage"), so most damage costs something but stops nobody.
 */

import { join, relative } from 'node:path'
import type { Primitive } from '../store/disk/create-once.ts'
import { lockIn, slotIn } from '../store/memory/damage.ts'
import { readAmend, readFailed, readValue } from '../store/disk/documents.ts'
import type { Folder } from '../store/protocol/folder.ts'
import {
  amendFolder,
  amendPath,
  failedPath,
  isTrialId,
  lockPath,
  slotOfName,
  slotsFolder,
  trialMetaFolder,
  valuePath,
} from '../paths.ts'
import type { Damage, Mend } from './finding.ts'
import { checkChain, checkHints } from './hint-check.ts'
import { findLeftovers } from './leftovers.ts'
import { highest, namesIn, openFresh, textOf } from './study-files.ts'

/** How long a hint may look damaged before it counts as damaged: a worker publishes a moment after it has committed. */
const MOMENT_MS = 500

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
  const look = { folder, files: 0, damages: [] as Damage[] }
  const slots = await checkSlots(look)
  for (const id of namesIn(root).filter(isTrialId)) await checkTrial(look, id, slots.numbers)
  await checkAmendments(look)
  const hints = [...(await checkChain(folder, momentMs)), ...(await checkHints(folder, momentMs))]
  return {
    slots: slots.files,
    files: look.files,
    leaseMs: folder.study.leaseMs,
    primitive: folder.primitive,
    damages: [...look.damages, ...hints],
    leftovers: await findLeftovers(root),
  }
}

async function checkSlots(look: Look): Promise<{ files: number; numbers: ReadonlySet<number> }> {
  const { root } = look.folder
  const numbers = new Set<number>()
  let files = 0
  for (const name of namesIn(slotsFolder(root)).filter((folder) => /^\d{3,}$/.test(folder))) {
    const place = join(slotsFolder(root), name)
    for (const file of namesIn(place)) {
      const number = slotOfName(file)
      if (number === undefined) continue
      files++
      numbers.add(number)
      const path = join(place, file.replace(/\.d$/, ''))
      const epoch = Number(/^\d+\.(\d+)/.exec(file)?.[1] ?? 1)
      if (slotIn(await read(look, path), number, epoch).closed === 'damaged') {
        add(look, path, `is damaged and counts as closed: number ${number} is used up, nothing else is lost`)
      }
    }
  }
  return { files, numbers }
}

/** Checks the claims, notes and terminal records of a trial. */
async function checkTrial(look: Look, id: string, slots: ReadonlySet<number>): Promise<void> {
  const { root } = look.folder
  const names = namesIn(trialMetaFolder(root, id))
  const last = highest(names, /^lock\.(\d+)(\.d)?$/)
  let number: number | undefined
  if (!has(names, 'lock.1') && names.some((name) => /^(lock\.\d|failed\.\d+\.json|value(\.\d+)?\.json)/.test(name))) {
    const words = 'is missing below later files: the trial counts as never claimed, and will be claimed again'
    add(look, lockPath(root, id, 1), words)
  }
  for (let k = 1; k <= last; k++) {
    const path = lockPath(root, id, k)
    if (!has(names, `lock.${k}`)) {
      if (k > 1) add(look, path, `is missing below a later one: attempts from ${k} on are not seen`)
      continue
    }
    const lock = lockIn(await read(look, path), id, k)
    number ??= lock?.slot
    if (lock === undefined) add(look, path, await meaningOfLock(look, id, k))
    else if (k === 1 && !slots.has(lock.slot)) {
      const words = `claims number ${lock.slot}, whose slot file is missing: the trial is not seen`
      add(look, path, `${words}, and its number may be given to another trial`, { kind: 'slot', lock })
    }
    await checkNote(look, id, k, k < last, names, number)
  }
  for (const name of names) {
    const [isRecord, digits] = /^value(?:\.(\d+))?\.json(\.d)?$/.exec(name) ?? []
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
    : `is damaged: the trial goes by its terminal record, which names number ${value.slot}`
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
  if (value !== undefined && value.round === round && value.slot === number) return number
  const trial = number ?? id
  const remedy = `until 'anthill retry ${trial}' gives it another attempt`
  add(look, path, `is damaged: trial ${trial} counts as failed, ${remedy}`)
  return number
}

async function checkAmendments(look: Look): Promise<void> {
  const { root } = look.folder
  const names = namesIn(amendFolder(root))
  const last = highest(names, /^(\d+)\.json(\.d)?$/)
  for (let number = 1; number <= last; number++) {
    const path = amendPath(root, number)
    if (!has(names, path.slice(path.lastIndexOf('/') + 1))) {
      add(look, path, 'is missing below later ones: nobody reads those', { kind: 'amendment', number })
    } else if (readAmend(await read(look, path)) === undefined) {
      add(look, path, 'is damaged and counts as empty: what it asked for is lost; ask for it again')
    }
  }
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
