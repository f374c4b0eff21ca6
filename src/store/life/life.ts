/**
 * What a process is to the others: a name, and a heart that beats beside its main thread. Handed to a folder as its
 * file system is, so that a test can let many processes live and die in one.
 */

import { startHeartbeat } from './heartbeat.ts'
import type { Heartbeat } from './heartbeat.ts'
import { newIdentity } from './identity.ts'
import type { Identity } from '../disk/documents.ts'

export interface Life {
  /** A name that nobody ever bore. */
  readonly newIdentity: () => Identity
  /** Starts beating on a record that stands. */
  readonly startHeartbeat: (path: string, leaseMs: number) => Promise<Heartbeat>
}

export const realLife: Life = { newIdentity, startHeartbeat }
