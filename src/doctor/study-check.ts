/**
 * Whether the protocol files of a study hold what they must, and what follows where one does not (store/FORMAT.md,
 * "Damage"): all readers make the same of a damaged file, so most of it costs something and stops nobody.
 */

import { join, relative } from 'node:path'
import type { Objectives } from '../trial.ts'
import type { Primitive } from '../store/disk/create-once.ts'
import { lockIn, slotIn } from '../store/memory/damage.ts'
import { readAmend, readFailed, readValue } from '../store/disk/documents.ts'
import { realFileSystem } from '../store/disk/file-system.ts'
import { openFolder, readDefinition } from '../store/protocol/folder.ts'
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
import { refreshAll } from '../store/protocol/refresh.ts'
import { worthOf } from '../space/objectives.ts'
import type { Damage, Mend } from './finding.ts'
import { checkChain, checkHints } from './hint-check.ts'
import { findLeftovers } from './leftovers.ts'
import { highest, namesIn, textOf } from './study-files.ts'

export interface StudyCheck {
  readonly slots: number
  readonly files: number
  readonly leaseMs: number
  readonly primitive: Primitive
  readonly damages: readonly Damage[]
  /** Temporary files that nobody can be at work on any more; they harm nothing. */
  readonly leftovers: readonly string[]
}

/** A worker that has just committed publishes a moment later: what still stands so after this is no moment's. */
const MOMENT_MS = 500

/** Reads all of a study. Undefined where there is none; throws what opening it would throw. */
export async function checkStudy(root: string, momentMs = MOMENT_MS): Promise<StudyCheck | undefined> {
  const study = await readDefinition(realFileSystem, root)
  if (study === undefined) return undefined
  const folder = openFolder(
    realFileSystem,
    root,
    study,
    { isReadOnly: true, ceiling: Infinity },
    worthOf(study.objectives as unknown as Objectives),
  )
  await refreshAll(folder, performance.now())
  const look = { folder, files: 0, damages: [] as Damage[] }
  const slots = await checkSlots(look)
  for (const id of namesIn(root).filter(isTrialId)) await checkTrial(look, id, slots.numbers)
  await checkAmendments(look)
  const hints = [...(await checkChain(folder, momentMs)), ...(await checkHints(folder, momentMs))]
  return {
    slots: slots.files,
    files: look.files,
    leaseMs: study.leaseMs,
    primitive: study.primitive,
    damages: [...look.damages, ...hints],
    leftovers: await findLeftovers(root),
  }
}

interface Look {
  readonly folder: Folder
  files: number
  readonly damages: Damage[]
}

function report({ folder, damages }: Look, path: string, words: string, mend?: Mend): void {
  damages.push({ words: `'${relative(folder.root, path)}' ${words}`, ...(mend === undefined ? {} : { mend }) })
}

/** The text of a truth file; '' for one that cannot be read, which is as good as damaged. */
async function read(look: Look, path: string): Promise<string> {
  look.files++
  try {
    return (await textOf(look.folder, path)) ?? ''
  } catch (error) {
    report(look, path, `cannot be read (${(error as Error).message})`)
    return ''
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
        report(look, path, `is damaged and counts as closed: number ${number} is used up, nothing else is lost`)
      }
    }
  }
  return { files, numbers }
}

async function checkTrial(look: Look, id: string, slots: ReadonlySet<number>): Promise<void> {
  const { root } = look.folder
  const names = namesIn(trialMetaFolder(root, id))
  const last = highest(names, /^lock\.(\d+)(\.d)?$/)
  let number: number | undefined
  if (!has(names, 'lock.1') && names.some((name) => /^(lock\.\d|failed\.\d+\.json|value(\.\d+)?\.json)/.test(name))) {
    report(
      look,
      lockPath(root, id, 1),
      'is missing where later files stand: the trial counts as never claimed, and is claimed anew',
    )
  }
  for (let k = 1; k <= last; k++) {
    const path = lockPath(root, id, k)
    if (!has(names, `lock.${k}`)) {
      if (k > 1) report(look, path, `is missing below a later one: attempts from ${k} on are not seen`)
      continue
    }
    const lock = lockIn(await read(look, path), id, k)
    number ??= lock?.slot
    if (lock === undefined) report(look, path, await meaningOfLock(look, id, k))
    else if (k === 1 && !slots.has(lock.slot)) {
      report(
        look,
        path,
        `claims number ${lock.slot}, whose slot file is missing: the trial is not seen, and the number may be given away again`,
        { kind: 'slot', lock },
      )
    }
    await checkNote(look, id, k, k < last, names, number)
  }
  for (const name of names) {
    const round = Number(
      /^value(?:\.(\d+))?\.json(\.d)?$/.exec(name)?.slice(1)[0] ?? (/^value\.json(\.d)?$/.test(name) ? 1 : Number.NaN),
    )
    if (Number.isNaN(round)) continue
    const path = valuePath(root, id, round)
    const value = readValue(await read(look, path))
    number ??= value?.slot
    if (value !== undefined && value.round === round && (number === undefined || value.slot === number)) continue
    const trial = number ?? id
    report(
      look,
      path,
      `is damaged: trial ${trial} counts as failed for good, until 'anthill retry ${trial}' gives it another attempt`,
    )
  }
}

async function meaningOfLock(look: Look, id: string, k: number): Promise<string> {
  if (k > 1)
    return `is damaged: attempt ${k} counts as nobody's, and as lost after a lease; the next one follows by itself`
  const value = readValue((await textOf(look.folder, valuePath(look.folder.root, id, 1)).catch(() => undefined)) ?? '')
  return value === undefined
    ? 'is damaged and names nobody: its slot goes on with another config'
    : `is damaged: the trial goes by its terminal record, which names number ${value.slot}`
}

async function checkNote(
  look: Look,
  id: string,
  k: number,
  isBelow: boolean,
  names: readonly string[],
  slot: number | undefined,
): Promise<void> {
  const path = failedPath(look.folder.root, id, k)
  if (has(names, `failed.${k}.json`)) {
    const note = readFailed(await read(look, path))
    if (note?.attempt !== k || (slot !== undefined && note.slot !== slot))
      report(look, path, `is damaged: attempt ${k} counts as lost`)
  } else if (isBelow && slot !== undefined) {
    report(
      look,
      path,
      `is missing below a later claim: attempt ${k} counts as lost, and the next look writes that down`,
      { kind: 'note', slot, id, attempt: k },
    )
  }
}

async function checkAmendments(look: Look): Promise<void> {
  const { root } = look.folder
  const names = namesIn(amendFolder(root))
  const last = highest(names, /^(\d+)\.json(\.d)?$/)
  for (let number = 1; number <= last; number++) {
    const path = amendPath(root, number)
    if (!has(names, path.slice(path.lastIndexOf('/') + 1))) {
      report(look, path, 'is missing while later ones stand: nobody reads those', { kind: 'amendment', number })
    } else if (readAmend(await read(look, path)) === undefined) {
      report(look, path, 'is damaged and counts as empty: the change that it asked for is lost, ask for it again')
    }
  }
}

const has = (names: readonly string[], name: string): boolean => names.includes(name) || names.includes(`${name}.d`)
