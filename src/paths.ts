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
 *
 * What becomes part of a path is asserted here: an id, a worker or a number of another shape throws a RangeError, so
 * that no text from disk can lead out of the study. Code that reads ids from disk checks them before.
 */

/** The name of the folder of protocol files, in a study and in each trial. */
export const META_NAME = '.anthill'

/** The folder of links to the trials of the front. */
const PARETO_NAME = 'pareto'

/** The name of the link to the directory of the best trial. */
const BEST_LINK_NAME = 'best_instance'

export const SLOTS_PER_FOLDER = 1000

/** A number with more digits is not exact: its name was not made by this program. */
const MOST_DIGITS = 15

/** The name of the folder in which doctors work. */
const DOCTOR_NAME = '.anthill-doctor'

/** The name of the bytes in a folder that stands for a file (the primitive `rename-dir`). */
const CONTENT_NAME = 'content'

/** The folders of a study in which there is a file for each thing. */
const STUDY_FOLDERS: ReadonlySet<string> = new Set(['slots', 'amend', 'workers', 'log', 'index', 'best'])

/** Whose a folder is, by how deep it lies in the study's `.anthill`, that folder included. */
const EXTENTS: readonly FolderOf['extent'][] = ['study', 'study', 'many']

/** Matches nothing: only probes are made there. */
const NO_NAME = /^(?!)/

/** The names that this program makes in each place of a study, whole; a temporary name has one in its middle. */
const WHOLE_NAMES = {
  study: /^(best_instance|report\.html)$/,
  meta: /^study\.json$/,
  slots: /^\d{6,}(\.\d+)?$/,
  amend: /^\d{6,}\.json$/,
  best: /^\d{8,}\.json$/,
  index: /^\d{8,}\.jsonl$/,
  workers: NO_NAME,
  log: NO_NAME,
  pareto: NO_NAME,
  trial: /^(config|value)\.json$/,
  trialMeta: /^(lock\.\d+|failed\.\d+\.json|value(\.\d+)?\.json)$/,
} as const satisfies Readonly<Record<string, RegExp>>

/** The tokens of workers (`freshToken`), and those of the call that creates a study. */
const TOKEN = /[A-Za-z0-9][A-Za-z0-9_-]{0,39}-\d+-[0-9a-f]{10}\.[0-9a-z]+|[0-9a-f]{24}/.source

const TEMPORARY = new RegExp(`^\\.(.+?)\\.(?:${TOKEN})$`)

/** Probes, which are empty or full of zeros. A process that has no worker's id puts its pid and the time there. */
const PROBE = new RegExp(`^\\.(?:poke|now|room|mode)\\.(?:${TOKEN}|\\d+\\.[0-9a-z]+)$`)

/** What `probePrimitive` makes, and the temporary files of that. */
const PRIMITIVE_PROBE = /^\.\.?probe\.(link|rename-dir)\.[0-9a-f]{24}(\.d|\.[ab]-[0-9a-f]{24})?$/

/**
 * A place in a study where this program makes temporary files. Their names are a dot, a whole name of that place, a dot
 * and a token.
 */
export type Place = keyof typeof WHOLE_NAMES

/** What a folder between a study's root and one of its files belongs to. */
export interface FolderOf {
  readonly path: string
  /** `study`: all files of that kind are in it; `many`: a thousand slots; `part`: one trial or one file. */
  readonly extent: 'study' | 'many' | 'part'
}

/** Which output of a program. */
export type Stream = 'stdout' | 'stderr'

// What people and programs see of a trial.
export const trialDirectory = (root: string, id: string): string => `${root}/${anId(id)}`
export const configPath = (directory: string): string => `${directory}/config.json`
export const answerPath = (directory: string): string => `${directory}/value.json`
export const earlierAnswerPath = (directory: string, attempt: number): string =>
  `${directory}/value.attempt-${aCount(attempt)}.json`
export const runAnswerPath = (directory: string, run: number): string => `${directory}/value.run-${aCount(run)}.json`

// What `anthill report` writes.
export const reportPath = (root: string): string => `${root}/report.html`

// The protocol files of a trial.
export const metaFolderIn = (directory: string): string => `${directory}/${META_NAME}`
export const trialMetaFolder = (root: string, id: string): string => metaFolderIn(trialDirectory(root, id))
export const lockPath = (root: string, id: string, attempt: number): string =>
  `${trialMetaFolder(root, id)}/lock.${aCount(attempt)}`
export const failedPath = (root: string, id: string, attempt: number): string =>
  `${trialMetaFolder(root, id)}/failed.${aCount(attempt)}.json`
export const valuePath = (root: string, id: string, round: number): string =>
  `${trialMetaFolder(root, id)}/value${round === 1 ? '' : `.${aCount(round)}`}.json`

// What a program printed that anthill started.
export const programLogPath = (directory: string, stream: Stream, attempt: number): string =>
  `${metaFolderIn(directory)}/${stream}.${aCount(attempt)}.log`

// What a program reported by `anthill report-value`.
export const reportsPath = (directory: string, attempt: number): string =>
  `${metaFolderIn(directory)}/curve.${aCount(attempt)}.jsonl`

// The study: the definition, the numbers, later changes.
export const studyMetaFolder = (root: string): string => metaFolderIn(root)
export const studyPath = (root: string): string => `${studyMetaFolder(root)}/study.json`
export const slotsFolder = (root: string): string => `${studyMetaFolder(root)}/slots`
export const slotFolder = (root: string, folder: number): string => `${slotsFolder(root)}/${padded(folder, 3)}`
export const slotFolderOf = (slot: number): number => Math.floor(slot / SLOTS_PER_FOLDER)
export const slotPath = (root: string, slot: number, epoch: number): string =>
  `${slotFolder(root, slotFolderOf(slot))}/${padded(slot, 6)}${epoch === 1 ? '' : `.${aCount(epoch)}`}`
export const amendFolder = (root: string): string => `${studyMetaFolder(root)}/amend`
export const amendPath = (root: string, number: number): string => `${amendFolder(root)}/${padded(number, 6)}.json`

// The workers: who lives, and what each of them did.
export const workersFolder = (root: string): string => `${studyMetaFolder(root)}/workers`
export const heartbeatPath = (root: string, worker: string): string => `${workersFolder(root)}/${aWorker(worker)}.hb`
export const logFolder = (root: string): string => `${studyMetaFolder(root)}/log`
export const logPath = (root: string, worker: string): string => `${logFolder(root)}/${aWorker(worker)}.0001.jsonl`

// Derived files: indexes, and the best trial.
export const indexFolder = (root: string): string => `${studyMetaFolder(root)}/index`
export const indexPath = (root: string, generation: number): string =>
  `${indexFolder(root)}/${padded(generation, 8)}.jsonl`
export const bestFolder = (root: string): string => `${studyMetaFolder(root)}/best`
export const bestPath = (root: string, generation: number): string =>
  `${bestFolder(root)}/${padded(generation, 8)}.json`
export const bestLink = (root: string): string => `${root}/${BEST_LINK_NAME}`
export const paretoFolder = (root: string): string => `${root}/${PARETO_NAME}`
export const paretoLink = (root: string, number: number, id: string): string =>
  `${paretoFolder(root)}/${padded(number, 6)}-${anId(id).slice(0, 8)}`

// Where two doctors meet, beside `.anthill/`.
export const doctorFolder = (directory: string): string => `${directory}/${DOCTOR_NAME}`

/** A path of this kind beside another one: where a thing that is in the way is moved to. */
export const asidePath = (path: string, token: string): string => `${path}.moved-${token}`

// Temporary names.
export const temporaryPath = (path: string, token: string): string => {
  const cut = path.lastIndexOf('/') + 1
  return `${path.slice(0, cut)}.${path.slice(cut)}.${token}`
}
export const pokePath = (folder: string, token: string): string => `${folder}/.poke.${token}`
export const clockProbePath = (folder: string, token: string): string => `${folder}/.now.${token}`
export const modeProbePath = (root: string, token: string): string => `${studyMetaFolder(root)}/.mode.${token}`
export const spaceProbePath = (directory: string, token: string): string => `${metaFolderIn(directory)}/.room.${token}`

/** The slot number of a name in `slots/NNN/`, undefined for temporary files and anything else. */
export function slotOfName(name: string): number | undefined {
  return numberIn(/^(\d+)(?:\.\d{1,15})?(?:\.d)?$/, name, 6)
}

/** The worker of a name in `workers/`, undefined for anything else. */
export function workerOfHeartbeat(name: string): string | undefined {
  const worker = /^(.+)\.hb$/.exec(name)?.[1]
  return isWorkerId(worker) ? worker : undefined
}

/** The worker of a name in `log/`, undefined for anything else. */
export function workerOfLog(name: string): string | undefined {
  const worker = /^(.+)\.0001\.jsonl$/.exec(name)?.[1]
  return isWorkerId(worker) ? worker : undefined
}

/** The generation of a name in `index/`, undefined for anything else. `isTemporary`: of one that is being made. */
export function generationOfIndex(name: string, isTemporary = false): number | undefined {
  const [, digits] = (isTemporary ? /^\.(\d{8,15})\.jsonl\./ : /^(\d{8,15})\.jsonl(\.d)?$/).exec(name) ?? []
  return digits === undefined ? undefined : Number(digits)
}

/** The attempt of a name in a trial's `.anthill/`, undefined for anything but a log of that stream. */
export function attemptOfProgramLog(name: string, stream: Stream): number | undefined {
  const [, attempt] = new RegExp(`^${stream}\\.(\\d{1,15})\\.log$`).exec(name) ?? []
  return attempt === undefined ? undefined : Number(attempt)
}

/** The attempt of a claim in a trial's `.anthill/`, undefined for any other name. */
export const attemptOfLock = (name: string): number | undefined => numberIn(/^lock\.(\d+)(\.d)?$/, name, 1)

/** The number of a name in `amend/`, undefined for temporary files and anything else. */
export const numberOfAmendment = (name: string): number | undefined => numberIn(/^(\d+)\.json(\.d)?$/, name, 6)

/** The generation of a name in `best/`, undefined for temporary files and anything else. */
export const generationOfBest = (name: string): number | undefined => numberIn(/^(\d+)\.json(\.d)?$/, name, 8)

/** Whether a name in `pareto/` is that of a link to a trial. */
export const isParetoLink = (name: string): boolean => /^\d{6,15}-[0-9a-f]{8}$/.test(name)

/** Whether a name in `slots/` is that of a folder of slots. */
export const isSlotFolder = (name: string): boolean => numberIn(/^(\d+)$/, name, 3) !== undefined

/** The number in a name, if this program would write it so: exact, and padded to this width. */
function numberIn(pattern: RegExp, name: string, width: number): number | undefined {
  const digits = pattern.exec(name)?.[1]
  if (digits === undefined || digits.length < width || digits.length > MOST_DIGITS) return undefined
  return digits.length > width && digits.startsWith('0') ? undefined : Number(digits)
}

/** Whether a name in a place of a study is exactly one that this program makes for a moment. */
export function isTemporary(place: Place, name: string): boolean {
  const whole = TEMPORARY.exec(name)?.[1]
  if (whole !== undefined && WHOLE_NAMES[place].test(whole)) return true
  if (place === 'study' || place === 'trial') return false
  return PROBE.test(name) || (place === 'meta' && PRIMITIVE_PROBE.test(name))
}

/** Whether a name in a place of a study is that of a file that is derived from others and may go. */
function isDerived(place: Place, name: string): boolean {
  switch (place) {
    case 'study':
      return name === BEST_LINK_NAME
    case 'best':
      return generationOfBest(name) !== undefined
    case 'index':
      return generationOfIndex(name) !== undefined
    case 'workers':
      return workerOfHeartbeat(name) !== undefined
    case 'pareto':
      return isParetoLink(name)
    case 'meta':
    case 'slots':
    case 'amend':
    case 'log':
    case 'trial':
    case 'trialMeta':
      return false
  }
}

/** The place of a path in a study; undefined if this program makes nothing there that may be removed. */
export function placeOf(root: string, path: string): Place | undefined {
  const steps = path.startsWith(`${root}/`) ? path.slice(root.length + 1).split('/') : []
  const [first = '', second = ''] = steps
  if (steps.length === 1) return 'study'
  if (first === PARETO_NAME) return steps.length === 2 ? 'pareto' : undefined
  if (first !== META_NAME) {
    if (!isTrialId(first)) return undefined
    return steps.length === 2 ? 'trial' : steps.length === 3 && second === META_NAME ? 'trialMeta' : undefined
  }
  if (steps.length === 2) return 'meta'
  if (second === 'slots') return steps.length === 3 || isSlotFolder(steps[2]!) ? 'slots' : undefined
  return steps.length === 3 && STUDY_FOLDERS.has(second) ? (second as Place) : undefined
}

/**
 * What this program makes under a path of a study that may be removed once nobody uses it: temporary names and hints. A
 * folder stands for a file where there are no hard links. `below`: the path below this one, '' for itself.
 */
export function removableAt(root: string, path: string): (below: string, kind: 'file' | 'folder' | 'link') => boolean {
  const place = placeOf(root, path)
  const name = path.slice(path.lastIndexOf('/') + 1)
  const isBeingMade = place !== undefined && isTemporary(place, name)
  if (place === undefined || !(isBeingMade || isDerived(place, name))) return () => false
  // Something of a person may have taken the name of the link: only a link goes.
  if (place === 'pareto') return (below, kind) => below === '' && kind === 'link'
  if (place === 'study') return (below, kind) => below === '' && (kind === 'link' || (isBeingMade && kind === 'file'))
  return (below, kind) => (below === '' ? kind !== 'link' : below === CONTENT_NAME && kind === 'file')
}

/**
 * The folders that this program made between the root of a study (which may be a link) and a file in it, outermost
 * first. None for any other path.
 */
export function foldersAbove(path: string): FolderOf[] {
  const hall = path.lastIndexOf(`/${DOCTOR_NAME}/`)
  if (hall >= 0) return stepsBelow(path, hall + 1, EXTENTS)
  const cut = path.lastIndexOf(`/${META_NAME}/`)
  const above = path.slice(0, cut < 0 ? path.lastIndexOf('/') : cut)
  const isInTrial = isTrialId(above.slice(above.lastIndexOf('/') + 1))
  if (cut < 0) return isInTrial ? [{ path: above, extent: 'part' }] : []
  const [first] = path.slice(cut + META_NAME.length + 2).split('/', 1)
  if (STUDY_FOLDERS.has(first!) || !isInTrial) return stepsBelow(path, cut + 1, EXTENTS)
  return [{ path: above, extent: 'part' }, ...stepsBelow(path, cut + 1, [])]
}

/** The folders of a path from the one whose name begins at `start`. */
function stepsBelow(path: string, start: number, extents: readonly FolderOf['extent'][]): FolderOf[] {
  const folders: FolderOf[] = []
  for (let at = path.indexOf('/', start); at >= 0; at = path.indexOf('/', at + 1))
    folders.push({ path: path.slice(0, at), extent: extents[folders.length] ?? 'part' })
  return folders
}

/** Whether a text from disk may become part of a path as a trial's id. */
export const isTrialId = (text: unknown): text is string => typeof text === 'string' && /^[0-9a-f]{20}$/.test(text)

/** Whether a text from disk may become part of a path as a worker's id. */
export const isWorkerId = (text: unknown): text is string =>
  typeof text === 'string' && /^[A-Za-z0-9][A-Za-z0-9_.-]{0,120}$/.test(text)

const padded = (n: number, width: number): string => String(aCount(n)).padStart(width, '0')

/** The last id that passed: most paths are of the trial of the path before. */
let lastId = ''

function anId(id: string): string {
  if (id === lastId || isTrialId(id)) return (lastId = id)
  throw new RangeError(`the id of a trial has 20 hex digits, got ${shown(id)}`)
}

function aWorker(worker: string): string {
  if (isWorkerId(worker)) return worker
  throw new RangeError(`the id of a worker has letters, digits, '-', '_' and '.' only, got ${shown(worker)}`)
}

function aCount(n: number): number {
  if (Number.isSafeInteger(n) && n >= 0) return n
  throw new RangeError(`a number in a file's name must be an integer from 0, got ${shown(n)}`)
}

const shown = (value: unknown): string => (JSON.stringify(value) ?? String(value)).slice(0, 80)
