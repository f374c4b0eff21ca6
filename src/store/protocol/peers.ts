/** The other workers of a study, as far as this process has heard of them. */

import { isWorkerId, logPath } from '../../paths.ts'
import type { Identity } from '../disk/documents.ts'
import type { Watch } from '../life/heartbeat.ts'
import type { LogTail } from './log.ts'

/** Another worker, as its log introduces it. */
export interface Peer {
  identity: Identity | null
  /** Its ceiling on slots, null if it has none. */
  trials: number | null
  /** The number that its slow sampler is working on. */
  asks: number | null
  readonly tail: LogTail
  /** How far its log had been read when `log/` was last listed. If nothing was added, its heartbeat is read. */
  listedOffset: number
  /** Whether it counts as gone. Its log is then read only when `log/` is listed. */
  isGone: boolean
}

/**
 * What the last look at a worker showed. `left`: it is certainly gone; `silent`: its heartbeat has not changed for a
 * lease; `moved`: it has changed within the last lease; `unsure`: we have not watched for long enough.
 */
export type Sign = 'left' | 'silent' | 'moved' | 'unsure'

/** The last look at a worker, on the monotonic clock; `ended`: the process of this host that has ended, if one has. */
export interface LastLook {
  readonly sign: Sign
  readonly atMs: number
  readonly ended?: Identity
}

/** The part of a `Folder` that is about other workers. */
export interface Peers {
  /** Absolute path of the study. */
  readonly root: string
  me: Identity
  /** Workers whose logs are read. */
  readonly others: Map<string, Peer>
  /** Workers that have left, as logs and indexes say, and how far their logs were read. Nobody reads these again. */
  readonly departed: Map<string, number>
  /** The largest ceiling among workers that are no longer in `others`, −1 for none. */
  budget: number
  /** What each worker's heartbeat file held when we looked. */
  readonly watch: Watch
  /** What the last look at each worker showed, and when that was on the monotonic clock. */
  readonly signs: Map<string, LastLook>
}

/** Begins to read a worker's log, from an offset on. Does nothing for this worker itself and for one that is known. */
export function addPeer({ root, me, others, departed }: Peers, worker: string, offset = 0): void {
  if (worker === me.worker || others.has(worker) || departed.has(worker) || !isWorkerId(worker)) return
  others.set(worker, {
    identity: null,
    trials: null,
    asks: null,
    isGone: false,
    listedOffset: -1,
    tail: { path: logPath(root, worker), offset },
  })
}

/** Moves a worker to `departed`: its log has been read to the end. */
export function removePeer(peers: Peers, worker: string, offset = 0): void {
  const peer = peers.others.get(worker)
  if (peer?.trials != null) peers.budget = Math.max(peers.budget, peer.trials)
  peers.others.delete(worker)
  peers.departed.set(worker, Math.max(offset, peer?.tail.offset ?? 0))
}
