/**
 * Every name in a study directory. No other file builds one; `test/architecture.test.ts` checks that.
 *
 *   root       absolute path of the study           slot        number of a trial, from 0
 *   directory  absolute path of a trial             epoch       which config of a slot, from 1
 *   id         of a trial, names its directory      attempt     at a trial, from 1
 *   worker     id of a process                      round       of attempts at a trial, from 1
 *   token      unique for each call that uses one   generation  of an index or of the best trial, from 1
 *
 * A name that begins with a dot is temporary, except for `.anthill`. The call that made it renames or removes it; if
 * that process was killed, `anthill doctor --fix` does.
 */

/** The name of the folder of protocol files, in a study and in each trial. */
export const META_NAME = '.anthill'

/** The name of the link to the directory of the best trial. */
export const BEST_LINK_NAME = 'best_instance'

export const SLOTS_PER_FOLDER = 1000

/** Which output of a program. */
export type Stream = 'stdout' | 'stderr'

// What people and programs see of a trial.
export const trialDirectory = (root: string, id: string): string => `${root}/${id}`
export const configPath = (directory: string): string => `${directory}/config.json`
export const answerPath = (directory: string): string => `${directory}/value.json`
export const earlierAnswerPath = (directory: string, attempt: number): string =>
  `${directory}/value.attempt-${attempt}.json`

// The protocol files of a trial.
export const metaFolderIn = (directory: string): string => `${directory}/${META_NAME}`
export const trialMetaFolder = (root: string, id: string): string => metaFolderIn(trialDirectory(root, id))
export const lockPath = (root: string, id: string, attempt: number): string =>
  `${trialMetaFolder(root, id)}/lock.${attempt}`
export const failedPath = (root: string, id: string, attempt: number): string =>
  `${trialMetaFolder(root, id)}/failed.${attempt}.json`
export const valuePath = (root: string, id: string, round: number): string =>
  `${trialMetaFolder(root, id)}/value${round === 1 ? '' : `.${round}`}.json`

// What a program printed that anthill started.
export const programLogPath = (directory: string, stream: Stream, attempt: number): string =>
  `${metaFolderIn(directory)}/${stream}.${attempt}.log`

// The study: the definition, the numbers, later changes.
export const studyMetaFolder = (root: string): string => metaFolderIn(root)
export const studyPath = (root: string): string => `${studyMetaFolder(root)}/study.json`
export const slotsFolder = (root: string): string => `${studyMetaFolder(root)}/slots`
export const slotFolder = (root: string, folder: number): string => `${slotsFolder(root)}/${padded(folder, 3)}`
export const slotFolderOf = (slot: number): number => Math.floor(slot / SLOTS_PER_FOLDER)
export const slotPath = (root: string, slot: number, epoch: number): string =>
  `${slotFolder(root, slotFolderOf(slot))}/${padded(slot, 6)}${epoch === 1 ? '' : `.${epoch}`}`
export const amendFolder = (root: string): string => `${studyMetaFolder(root)}/amend`
export const amendPath = (root: string, number: number): string => `${amendFolder(root)}/${padded(number, 6)}.json`

// The workers: who lives, and what each of them did.
export const workersFolder = (root: string): string => `${studyMetaFolder(root)}/workers`
export const heartbeatPath = (root: string, worker: string): string => `${workersFolder(root)}/${worker}.hb`
export const logFolder = (root: string): string => `${studyMetaFolder(root)}/log`
export const logPath = (root: string, worker: string): string => `${logFolder(root)}/${worker}.0001.jsonl`

// Derived files: indexes, and the best trial.
export const indexFolder = (root: string): string => `${studyMetaFolder(root)}/index`
export const indexPath = (root: string, generation: number): string =>
  `${indexFolder(root)}/${padded(generation, 8)}.jsonl`
export const bestFolder = (root: string): string => `${studyMetaFolder(root)}/best`
export const bestPath = (root: string, generation: number): string =>
  `${bestFolder(root)}/${padded(generation, 8)}.json`
export const bestLink = (root: string): string => `${root}/${BEST_LINK_NAME}`

// Where two doctors meet, beside `.anthill/`.
export const doctorFolder = (directory: string): string => `${directory}/.anthill-doctor`

// Temporary names.
export const temporaryPath = (path: string, token: string): string => {
  const cut = path.lastIndexOf('/') + 1
  return `${path.slice(0, cut)}.${path.slice(cut)}.${token}`
}
export const pokePath = (folder: string, token: string): string => `${folder}/.poke.${token}`
export const clockProbePath = (folder: string, token: string): string => `${folder}/.now.${token}`
export const spaceProbePath = (directory: string, token: string): string => `${metaFolderIn(directory)}/.room.${token}`

/** The slot number of a name in `slots/NNN/`, undefined for temporary files and anything else. */
export function slotOfName(name: string): number | undefined {
  return /^\d{6,}(\.\d+)?(\.d)?$/.test(name) ? Number.parseInt(name, 10) : undefined
}

/** The worker of a name in `workers/`, undefined for anything else. */
export function workerOfHeartbeat(name: string): string | undefined {
  return /^(.+)\.hb$/.exec(name)?.[1]
}

/** The worker of a name in `log/`, undefined for anything else. */
export function workerOfLog(name: string): string | undefined {
  return /^([A-Za-z0-9][A-Za-z0-9_.-]*)\.0001\.jsonl$/.exec(name)?.[1]
}

/** The generation of a name in `index/`, undefined for anything else. `isTemporary`: of one that is being made. */
export function generationOfIndex(name: string, isTemporary = false): number | undefined {
  const [, digits] = (isTemporary ? /^\.(\d{8,15})\.jsonl\./ : /^(\d{8,15})\.jsonl(\.d)?$/).exec(name) ?? []
  return digits === undefined ? undefined : Number(digits)
}

/** The attempt of a name in a trial's `.anthill/`, undefined for anything but a log of that stream. */
export function attemptOfProgramLog(name: string, stream: Stream): number | undefined {
  const [, attempt] = new RegExp(`^${stream}\\.(\\d+)\\.log$`).exec(name) ?? []
  return attempt === undefined ? undefined : Number(attempt)
}

/** Whether a name in the study's directory is that of a best link that was being made. */
export const isTemporaryBestLink = (name: string): boolean => name.startsWith(`.${BEST_LINK_NAME}.`)

/** Whether a name in a trial's directory is that of a `config.json` or `value.json` being made: it ends in a token. */
export const isTemporaryFace = (name: string): boolean =>
  /^\.(config|value)\.json\..+-\d+-[0-9a-f]{10}\.[0-9a-z]+$/.test(name)

/** Whether a text from disk may become part of a path as a trial's id. */
export const isTrialId = (text: unknown): text is string => typeof text === 'string' && /^[0-9a-f]{20}$/.test(text)

/** Whether a text from disk may become part of a path as a worker's id. */
export const isWorkerId = (text: unknown): text is string =>
  typeof text === 'string' && /^[A-Za-z0-9][A-Za-z0-9_.-]{0,120}$/.test(text)

const padded = (n: number, width: number): string => String(n).padStart(width, '0')
