/**
 * The second process of an examination: `node second.js FOLDER LEASE_MS PRIMITIVE`. The first process starts it and
 * plays the duet with it through FOLDER; nothing is printed but an error.
 */

import { hostname } from 'node:os'
import type { Primitive } from '../store/disk/create-once.ts'
import { playDuet, USUAL_TEMPO } from './duet.ts'
import { PAIR } from './finding.ts'
import { realFiles } from './tested-file-system.ts'

const [folder, leaseMs, primitive] = process.argv.slice(2)

// The pipe breaks when the first process dies. Then there is nothing left to do.
process.on('disconnect', () => process.exit(1))

try {
  await playDuet(realFiles, folder!, 'b', {
    pair: PAIR,
    host: hostname(),
    pid: process.pid,
    leaseMs: Number(leaseMs),
    primitive: primitive as Primitive,
    tempo: USUAL_TEMPO,
  })
  process.exit(0)
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`)
  process.exit(1)
}
