/**
 * Writes a study of many trials as workers would have left it: slots, locks, values, faces, logs of the workers that
 * are still at work, the chain of best trials, three indexes. It uses the documents and names of the store, without the
 * flushes and races of real work.
 */

import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { orderOf } from '../../src/space/goals.ts'
import { randomStream } from '../../src/numerics/random.ts'
import { configText } from '../../src/space/canonical.ts'
import { float } from '../../src/space/parameter.ts'
import type { Space } from '../../src/space/parameter.ts'
import type { Config } from '../../src/trial.ts'
import { line } from '../../src/store/disk/documents.ts'
import type {
  Identity,
  LockDocument,
  SlotDocument,
  StudyDocument,
  ValueDocument,
} from '../../src/store/disk/documents.ts'
import { realFileSystem } from '../../src/store/disk/file-system.ts'
import { createDefinition } from '../../src/store/protocol/definition-file.ts'
import { openFolder } from '../../src/store/protocol/folder.ts'
import { addPeer, removePeer } from '../../src/store/protocol/peers.ts'
import type { Folder } from '../../src/store/protocol/folder.ts'
import { heartbeatBytes } from '../../src/store/life/heartbeat-record.ts'
import { indexParts } from '../../src/store/protocol/index-file.ts'
import { headerOf } from '../../src/store/protocol/index-maker.ts'
import { learnLock, learnSlot, learnValue } from '../../src/store/memory/knowledge.ts'
import { logLine } from '../../src/store/protocol/log.ts'
import type { LogEvent } from '../../src/store/protocol/log.ts'
import * as paths from '../../src/paths.ts'
import { trialId } from '../../src/store/disk/trial-id.ts'

/** The logs of live workers begin at this share of the trials; all earlier logs are gone. */
const LOGGED_FROM = 0.9

export const space: Space = Object.fromEntries([0, 1, 2, 3, 4].map((i) => [`x${i}`, float(0, 1)]))

const TIME = '2026-01-01T00:00:00.000Z'

/** What the trials of a written study try, and how they end: by their number. */
export interface Search {
  readonly space: Space
  readonly trialOf: (n: number, random: { next(): number }) => WrittenTrial
}

export interface WrittenTrial {
  readonly config: Config
  /** Null: it failed, with these words. */
  readonly value: number | null
  readonly detail?: string
  /** When it began, in seconds after the first one, and how long it took. */
  readonly began?: number
  readonly took?: number
}

/** The sum of five numbers, in no time. */
const SUM: Search = {
  space,
  trialOf: (_, random) => {
    const config = Object.fromEntries([0, 1, 2, 3, 4].map((i) => [`x${i}`, random.next()]))
    return { config, value: Object.values(config).reduce((a, b) => a + b, 0) }
  },
}

export interface Written {
  /** The number of final trials. */
  readonly trials: number
  /** The number of workers at work, each with one more trial that runs. Their logs are still there. */
  readonly live: number
  /** The number of workers that have left. The indexes cover their logs, which are gone. */
  readonly departed: number
  /** Leaves out the directories of final trials that never were the best: a million of them would be five million more names on the disk. */
  readonly isBare?: boolean
  /** The shares of the trials after which an index was made; empty: only the logs have the record. */
  readonly indexedAt?: readonly number[]
  /** What is searched; left out: the least sum of five numbers. */
  readonly search?: Search
}

/** Writes the study into `root`, which must not exist. */
export async function writeStudy(root: string, written: Written): Promise<void> {
  const { trials, live, departed, isBare = false, indexedAt = [0.95, 0.97, 0.98], search = SUM } = written
  const definition: StudyDocument = {
    format: 1,
    space: search.space as unknown as StudyDocument['space'],
    objectives: { value: 'minimize' },
    sampler: 'sobol',
    seed: 1,
    leaseMs: 240_000,
    attempts: { lost: 10, failed: 1 },
    primitive: 'link',
    token: 'written',
    time: TIME,
  }
  await createDefinition(realFileSystem, root, definition)
  const folder = openFolder(
    realFileSystem,
    root,
    definition,
    { isReadOnly: false, ceiling: trials },
    orderOf({ objectives: { value: 'minimize' } }),
  )
  for (const name of ['slots', 'workers', 'log', 'index', 'best']) mkdirSync(`${paths.studyMetaFolder(root)}/${name}`)
  for (let k = 0; k < departed; k++) removePeer(folder, `past-${k}-0000000000`)
  const workers = Array.from({ length: Math.max(live, 1) }, (_, k) => newWorker(folder, k, live > 0))
  const random = randomStream('written study', 1)
  for (let n = 0; n < trials + live; n++) {
    const isLogged = n >= Math.floor(LOGGED_FROM * trials)
    const worker = n < trials ? workers[n % workers.length]! : workers[n - trials]!
    writeTrial(folder, worker, n, {
      ...{ search, random, isLogged: isLogged || indexedAt.length === 0, isFinal: n < trials, isBare },
    })
    const generation = indexedAt.findIndex((part) => Math.floor(part * trials) === n + 1) + 1
    if (generation > 0) writeIndex(folder, workers, generation)
  }
  symlinkSync(folder.bestChain.top!.id, paths.bestLink(root))
  if (live === 0) for (const worker of workers) log(folder, worker, { left: true })
  for (const worker of workers) writeFileSync(paths.logPath(root, worker.identity.worker), Buffer.concat(worker.lines))
}

interface Worker {
  readonly identity: Identity
  readonly lines: Buffer[]
}

function newWorker(folder: Folder, k: number, isLive: boolean): Worker {
  const name = `live-${k}-0000000000`
  const worker: Worker = {
    identity: { worker: name, host: 'elsewhere', boot: '', namespace: '', pid: 1, start: '', job: '', restart: 0 },
    lines: [],
  }
  addPeer(folder, name)
  writeFileSync(paths.heartbeatPath(folder.root, name), heartbeatBytes(1, isLive ? 'on' : 'left'))
  log(folder, worker, { identity: worker.identity, trials: folder.ceiling })
  Object.assign(folder.others.get(name)!, { identity: worker.identity, trials: folder.ceiling })
  return worker
}

function log(folder: Folder, worker: Worker, event: LogEvent): void {
  const bytes = logLine(event)
  worker.lines.push(bytes)
  folder.others.get(worker.identity.worker)!.tail.offset += bytes.length
}

interface How {
  readonly search: Search
  readonly random: { next(): number }
  readonly isLogged: boolean
  readonly isFinal: boolean
  readonly isBare: boolean
}

function writeTrial(folder: Folder, worker: Worker, n: number, how: How): void {
  const { search, random, isLogged, isFinal, isBare } = how
  const { root, known } = folder
  const trial = search.trialOf(n, random)
  const { value: ended, detail = '', began = 0, took = 0 } = trial
  const config = configText(search.space, trial.config)
  const [started, time] = [began, began + took].map((seconds) => timeAfter(seconds)) as [string, string]
  const id = trialId(config)
  const name = worker.identity.worker
  const slot: SlotDocument = {
    slot: n,
    epoch: 1,
    id,
    config,
    repeat: 0,
    origin: 'sobol',
    worker: name,
    token: `${name}.${n}`,
    time: started,
  }
  const lock: LockDocument = {
    slot: n,
    epoch: 1,
    attempt: 1,
    round: 1,
    id,
    config,
    repeat: 0,
    identity: worker.identity,
    token: `${name}.${n}l`,
    time: started,
  }
  const values = ended === null ? {} : { value: ended }
  const value: ValueDocument = {
    slot: n,
    attempt: 1,
    round: 1,
    status: ended === null ? 'failed' : 'complete',
    values,
    curve: [],
    ...(ended === null ? { reason: 'exception' as const, detail } : {}),
    worker: name,
    token: `${name}.${n}v`,
    started,
    time,
  }
  if (n % paths.SLOTS_PER_FOLDER === 0) mkdirSync(paths.slotFolder(root, paths.slotFolderOf(n)))
  writeFileSync(paths.slotPath(root, n, 1), line(slot))
  learnSlot(known, slot)
  if (isLogged) log(folder, worker, { slot })
  if (!isFinal) {
    writeClaim(root, lock)
    learnLock(known, lock)
    return
  }
  learnValue(known, value)
  const isBest = known.best?.number === n
  if (!isBare || isBest) {
    writeClaim(root, lock)
    writeFileSync(paths.valuePath(root, id, 1), line(value))
    writeFileSync(paths.answerPath(paths.trialDirectory(root, id)), line(values))
  }
  if (isLogged) log(folder, worker, { value, id })
  if (isBest) raiseBest(folder)
}

function writeClaim(root: string, lock: LockDocument): void {
  const { id, config } = lock
  mkdirSync(paths.trialDirectory(root, id))
  mkdirSync(paths.trialMetaFolder(root, id))
  writeFileSync(paths.lockPath(root, id, 1), line(lock))
  writeFileSync(paths.configPath(paths.trialDirectory(root, id)), config)
}

const timeAfter = (seconds: number): string => new Date(Date.parse(TIME) + Math.round(1000 * seconds)).toISOString()

function raiseBest(folder: Folder): void {
  const { number, id, final } = folder.known.best!
  const top = { slot: number, id, worth: final!.values.value as number, token: `best.${number}` }
  folder.bestChain = { ...folder.bestChain, generation: folder.bestChain.generation + 1, top }
  writeFileSync(paths.bestPath(folder.root, folder.bestChain.generation), line(top))
}

function writeIndex(folder: Folder, workers: readonly Worker[], generation: number): void {
  const header = headerOf(
    folder,
    generation,
    workers.map((worker) => worker.identity.worker),
  )
  writeFileSync(paths.indexPath(folder.root, generation), Buffer.concat(indexParts(folder, header)))
}
