/** Whether the protocol files of a study hold what they must: every slot, every trial's own files, amendments, the link. */

import { readdirSync, readlinkSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { readOnce } from '../store/create-once.ts'
import type { Primitive } from '../store/create-once.ts'
import { readAmend, readFailed, readLock, readSlot, readValue } from '../store/documents.ts'
import { realFileSystem } from '../store/file-system.ts'
import { readDefinition } from '../store/folder.ts'
import { amendFolder, bestLink, instanceFolder, isTrialId, metaFolder, slotOfName, trialFolder } from '../store/paths.ts'

export interface StudyCheck {
  readonly slots: number
  readonly files: number
  /** One sentence a damage: which file, and what that means. */
  readonly damages: readonly string[]
}

/** Reads all of a study. Undefined where there is none; throws what opening it would throw. */
export async function checkStudy(root: string): Promise<StudyCheck | undefined> {
  const study = await readDefinition(realFileSystem, root)
  if (study === undefined) return undefined
  const look = reader(root, study.primitive)
  let slots = 0
  for (const folder of names(join(metaFolder(root), 'slots')).filter((name) => /^\d{3,}$/.test(name))) {
    for (const name of names(join(metaFolder(root), 'slots', folder)).filter((name) => slotOfName(name) !== undefined)) {
      slots++
      await look(join(metaFolder(root), 'slots', folder, name), readSlot, 'its number is used up without a trial')
    }
  }
  for (const id of names(root).filter(isTrialId)) {
    for (const name of names(trialFolder(root, id))) {
      const path = join(trialFolder(root, id), name)
      if (/^lock\.\d+(\.d)?$/.test(name)) await look(path, (text) => (readLock(text)?.id === id ? true : undefined), 'its trial cannot be taken or ended')
      if (/^failed\.\d+\.json(\.d)?$/.test(name)) await look(path, readFailed, 'the attempt counts as running until its lease passes')
      if (/^value(\.\d+)?\.json(\.d)?$/.test(name)) await look(path, readValue, 'its trial has no result')
    }
  }
  for (const name of names(amendFolder(root)).filter((name) => /^\d+\.json(\.d)?$/.test(name))) {
    await look(join(amendFolder(root), name), readAmend, 'that change of the study is lost')
  }
  const link = checkLink(root)
  return { slots, files: look.files(), damages: [...look.damages(), ...(link === undefined ? [] : [link])] }
}

type Reader = ((path: string, read: (text: string) => unknown, meaning: string) => Promise<void>) & {
  files(): number
  damages(): readonly string[]
}

function reader(root: string, primitive: Primitive): Reader {
  let files = 0
  const damages: string[] = []
  const look = async (path: string, read: (text: string) => unknown, meaning: string): Promise<void> => {
    files++
    const name = relative(root, path)
    try {
      const text = await readOnce(realFileSystem, primitive, primitive === 'rename-dir' ? path.replace(/\.d$/, '') : path)
      if (text === undefined || read(text) === undefined) damages.push(`'${name}' does not hold what it must: ${meaning}`)
    } catch (error) {
      damages.push(`'${name}' cannot be read (${(error as Error).message}): ${meaning}`)
    }
  }
  return Object.assign(look, { files: () => files, damages: () => damages })
}

function checkLink(root: string): string | undefined {
  let target: string
  try {
    target = readlinkSync(bestLink(root))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    return `'best_instance' is no symbolic link: something else took its name; remove it, and the next worker makes the link`
  }
  if (isTrialId(target) && statSync(instanceFolder(root, target), { throwIfNoEntry: false })?.isDirectory() === true) return undefined
  return `'best_instance' points to '${target}', which is no trial here: the next worker repairs it`
}

function names(directory: string): string[] {
  try {
    return readdirSync(directory).filter((name) => !name.startsWith('.')).sort()
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(String((error as NodeJS.ErrnoException).code))) return []
    throw error
  }
}
