/**
 * The 64 bytes by which a worker shows that it is alive: written by its thread that beats, read by the processes that
 * watch. The two threads of a worker also share two words of memory.
 */

import { crc32 } from 'node:zlib'

/** Index of the shared word that asks the thread to stop. */
export const STOP = 0

/** Index of the shared word by which the thread says that somebody removed its file. */
export const REMOVED = 1

export const HEARTBEAT_BYTES = 64

export type Phase = 'on' | 'left'

/** A record of 64 bytes: counter, phase, CRC-32 of both, spaces, newline. */
export function heartbeatBytes(counter: number, phase: Phase): Buffer {
  const text = `${String(counter).padStart(12, '0')} ${phase.padEnd(4)}`
  return Buffer.from(`${text} ${crc32(text).toString(16).padStart(8, '0')}`.padEnd(HEARTBEAT_BYTES - 1) + '\n')
}

/** The phase in a record, undefined for a torn one. */
export function phaseOf(record: string): Phase | undefined {
  const [, text, phase, crc] = /^(\d{12} (on|left) *) ([0-9a-f]{8}) *\n$/.exec(record) ?? []
  if (text === undefined || crc === undefined || Number.parseInt(crc, 16) !== crc32(text)) return undefined
  return phase as Phase
}
