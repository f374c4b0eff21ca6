/**
 * Every name in a study directory, in one place. `root` is the absolute path of the study.
 *
 *   slot     trial number, from 0         epoch   config number of a slot, from 1
 *   attempt  of a trial, from 1           worker  id of a process: letters, digits, `-`, `_`, `.`
 */

export const SLOTS_PER_FOLDER = 1000

export const instanceFolder = (root: string, id: string): string => `${root}/${id}`
export const faceConfig = (root: string, id: string): string => `${root}/${id}/config.json`
export const faceValue = (root: string, id: string): string => `${root}/${id}/value.json`
export const faceOfAttempt = (root: string, id: string, attempt: number): string =>
  `${root}/${id}/value.attempt-${attempt}.json`
export const bestLink = (root: string): string => `${root}/best_instance`

export const trialFolder = (root: string, id: string): string => `${root}/${id}/.anthill`
export const lockPath = (root: string, id: string, attempt: number): string => `${root}/${id}/.anthill/lock.${attempt}`
export const failedPath = (root: string, id: string, attempt: number): string =>
  `${root}/${id}/.anthill/failed.${attempt}.json`

/** The terminal record; round 2 and later follow a `retry` of a trial that had failed for good. */
export const valuePath = (root: string, id: string, round: number): string =>
  `${root}/${id}/.anthill/value${round === 1 ? '' : `.${round}`}.json`

export const metaFolder = (root: string): string => `${root}/.anthill`
export const studyPath = (root: string): string => `${root}/.anthill/study.json`
export const slotsFolder = (root: string, folder: number): string => `${root}/.anthill/slots/${padded(folder, 3)}`
export const slotFolderOf = (slot: number): number => Math.floor(slot / SLOTS_PER_FOLDER)
export const slotPath = (root: string, slot: number, epoch: number): string =>
  `${slotsFolder(root, slotFolderOf(slot))}/${padded(slot, 6)}${epoch === 1 ? '' : `.${epoch}`}`
export const amendFolder = (root: string): string => `${root}/.anthill/amend`
export const amendPath = (root: string, number: number): string => `${root}/.anthill/amend/${padded(number, 6)}.json`
export const workersFolder = (root: string): string => `${root}/.anthill/workers`
export const heartbeatPath = (root: string, worker: string): string => `${root}/.anthill/workers/${worker}.hb`
export const logFolder = (root: string): string => `${root}/.anthill/log`
export const logPath = (root: string, worker: string): string => `${root}/.anthill/log/${worker}.0001.jsonl`
export const indexFolder = (root: string): string => `${root}/.anthill/index`
export const indexPath = (root: string, generation: number): string =>
  `${root}/.anthill/index/${padded(generation, 8)}.jsonl`
export const bestFolder = (root: string): string => `${root}/.anthill/best`
export const bestPath = (root: string, generation: number): string =>
  `${root}/.anthill/best/${padded(generation, 8)}.json`

/** The slot number of a name in `slots/NNN/`, undefined for temporary files and anything else. */
export function slotOfName(name: string): number | undefined {
  return /^\d{6,}(\.\d+)?(\.d)?$/.test(name) ? Number.parseInt(name, 10) : undefined
}

/** The worker of a name in `log/`, undefined for anything else. */
export function workerOfLog(name: string): string | undefined {
  return /^([A-Za-z0-9][A-Za-z0-9_.-]*)\.0001\.jsonl$/.exec(name)?.[1]
}

/** The generation of a name in `index/`, undefined for anything else; `isTemporary`: of one that is being made. */
export function generationOfIndex(name: string, isTemporary = false): number | undefined {
  const [, digits] = (isTemporary ? /^\.(\d{8,15})\.jsonl\./ : /^(\d{8,15})\.jsonl(\.d)?$/).exec(name) ?? []
  return digits === undefined ? undefined : Number(digits)
}

/** Whether a text from disk may become part of a path as a trial's id. */
export const isTrialId = (text: unknown): text is string => typeof text === 'string' && /^[0-9a-f]{20}$/.test(text)

/** Whether a text from disk may become part of a path as a worker's id. */
export const isWorkerId = (text: unknown): text is string =>
  typeof text === 'string' && /^[A-Za-z0-9][A-Za-z0-9_.-]{0,120}$/.test(text)

const padded = (n: number, width: number): string => String(n).padStart(width, '0')
