/** Who works on a study, or did. It is for people to read; nothing is decided by it. */

import { isAbsent, readFileFrom } from '../store/disk/file-system.ts'
import { beatPeriodMs } from '../store/life/heartbeat.ts'
import { phaseOf } from '../store/life/heartbeat-record.ts'
import { isKnownAlive, isKnownDead } from '../store/life/identity.ts'
import type { Folder } from '../store/protocol/folder.ts'
import type { Peer } from '../store/protocol/peers.ts'
import { heartbeatPath } from '../paths.ts'

/**
 * A worker elsewhere of which this many heartbeats are missing is shown as silent. One may be late on a busy host or
 * behind a cache. A host that is off must not count as live for the rest of the lease.
 */
const MISSED_BEATS = 2

/** A process that takes trials of a study, or took some. */
export interface StudyWorker {
  /** The name in the records of its trials: host, process id and a random part. */
  readonly name: string
  /** Its host; as its name has it, where only that is known any longer. */
  readonly host: string
  /** The job, array index and rank by which a scheduler knows it; null outside a scheduler, or if that is not known. */
  readonly job: string | null
  /** At work; without a sign of life; or gone after a goodbye. */
  readonly state: 'live' | 'silent' | 'done'
}

/** The workers of a folder that was just refreshed, by name. @internal */
export async function workersOf(folder: Folder): Promise<StudyWorker[]> {
  const { me, registration, departed, others } = folder
  const workers = [...departed.keys()].map((name) => workerOf(name, null, 'done'))
  if (registration !== null) workers.push(workerOf(me.worker, me, 'live'))
  for (const [name, peer] of others) workers.push(workerOf(name, peer.identity, await stateOf(folder, name, peer)))
  return workers.sort((a, b) => (a.name < b.name ? -1 : 1))
}

const workerOf = (name: string, identity: Peer['identity'], state: StudyWorker['state']): StudyWorker => ({
  name,
  host: identity?.host ?? name.replace(/-\d+-[0-9a-f]+$/, ''),
  job: identity?.job || null,
  state,
})

/**
 * The kernel knows whether a worker on this host is alive. A worker elsewhere counts as live while at most MISSED_BEATS
 * of its heartbeats are missing by this host's clock. That clock may be wrong, but nothing is decided by it: its trial
 * is taken over after a whole lease.
 */
async function stateOf(folder: Folder, name: string, { identity }: Peer): Promise<StudyWorker['state']> {
  const path = heartbeatPath(folder.root, name)
  const record = await readFileFrom(folder.files, path, 0).catch(() => undefined)
  if (phaseOf(record?.toString('latin1') ?? '') === 'left') return 'done'
  if (identity !== null && isKnownDead(folder.me, identity)) return 'silent'
  if (identity !== null && isKnownAlive(folder.me, identity)) return 'live'
  const mostQuietMs = MISSED_BEATS * beatPeriodMs(folder.study.leaseMs)
  return Date.now() - (await modified(folder, path)) <= mostQuietMs ? 'live' : 'silent'
}

async function modified(folder: Folder, path: string): Promise<number> {
  try {
    return await folder.files.modifiedMs(path)
  } catch (error) {
    if (isAbsent(error)) return -Infinity
    throw error
  }
}
