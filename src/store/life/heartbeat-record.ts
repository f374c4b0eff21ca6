/** The 64 bytes by which a worker shows that it is alive: written by the thread that beats, read by whoever watches. */

import { crc32 } from 'node:zlib'

/** The thread that beats and the worker share two words: the first asks the thread to stop, this one says that its record is gone. */
export const BURIED = 1

export type Phase = 'on' | 'left'

export const HEARTBEAT_BYTES = 64

/** The 64 bytes of a record: counter, phase, CRC-32 of both, spaces, newline. */
export function heartbeatBytes(counter: number, phase: Phase): Buffer {
  const text = `${String(counter).padStart(12, '0')} ${phase.padEnd(4)}`
  return Buffer.from(`${text} ${crc32(text).toString(16).padStart(8, '0')}`.padEnd(HEARTBEAT_BYTES - 1) + '\n')
}

/** The phase that a record tells of, undefined for a torn one. */
export function phaseOf(record: string): Phase | undefined {
  const [, text, phase, crc] = /^(\d{12} (on|left) *) ([0-9a-f]{8}) *\n$/.exec(record) ?? []
  return text !== undefined && Number.parseInt(crc!, 16) === crc32(text) ? (phase as Phase) : undefined
}
