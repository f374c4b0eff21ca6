/**
 * One examination of a directory: alone, with a second process, with a doctor on a second host. README.md in this
 * folder has the overview.
 */

import { fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { Primitive } from '../store/disk/create-once.ts'
import { doctorFolder } from '../paths.ts'
import { errorCode, makeDirectory } from '../store/disk/file-system.ts'
import { remedyFor } from '../store/disk/io-error.ts'
import { examineAlone } from './alone.ts'
import { examineCapacity, mayBeShared } from './capacity.ts'
import { playDuet, USUAL_TEMPO } from './duet.ts'
import { ALONE, DOCTORS, LINK, PAIR } from './finding.ts'
import type { Finding } from './finding.ts'
import { Silence } from './mailbox.ts'
import { clearHall, enterHall, HallError } from './hall.ts'
import { findPartner, leaveTable, openTable } from './meeting.ts'
import type { Table } from './meeting.ts'
import { realFiles } from './tested-file-system.ts'

/** A forked process may need this long to send its first message, on a slow host or file system. */
const SECOND_HELLO_MS = 30_000

// How long to wait for a doctor that may come: on a shared file system, one on a slow host may still be starting.
const CHANCE_WAIT_MS = 3000
const SHARED_WAIT_MS = 12_000

/** How long to wait for one that must come. */
const NEEDED_WAIT_MS = 120_000

export interface ExaminationOptions {
  readonly leaseMs: number
  /** The primitive of the study; undefined: examine with the one that a new study would choose. */
  readonly primitive: Primitive | undefined
  /**
   * How long to wait for another doctor, and whether there must be one; undefined: do not look for one. Without a time,
   * it depends on whether another host may have this file system.
   */
  readonly company: { readonly waitMs: number | undefined; readonly isNeeded: boolean } | undefined
  /** Whether what killed doctors left in the hall may be removed. */
  readonly mayClear: boolean
  readonly signal: AbortSignal
  /** Receives a progress line before each step that takes a while. */
  readonly say: (words: string) => void
}

type DuetChoice = ExaminationOptions & { readonly primitive: Primitive }

/**
 * Examines a directory and leaves it as it was.
 *
 * @param directory  must exist
 */
export async function examine(directory: string, options: ExaminationOptions): Promise<Finding[]> {
  let hall: string
  try {
    hall = await enterHall(realFiles, directory)
  } catch (error) {
    const words = `nothing can be created here: ${wordsOf(error, directory)}`
    return [{ check: 'write', where: ALONE, good: false, needed: true, words }, ...examineCapacity(directory)]
  }
  // The name is random, since two hosts may use the same process id.
  const ownFolder = `${hall}/alone-${randomBytes(6).toString('hex')}`
  const findings = [...(await examineAlone(realFiles, ownFolder)), ...examineCapacity(directory)]
  if (findings.some(({ good, needed }) => needed && !good)) {
    await realFiles.rmdir(hall).catch(() => undefined)
    return findings
  }
  const hasLinks = findings.some(({ check, good }) => check === LINK && good)
  const choice = { ...options, primitive: options.primitive ?? (hasLinks ? 'link' : 'rename-dir') }
  const table = await openTable(realFiles, directory)
  try {
    const nowMs = await realFiles.modifiedMs(`${table.hall}/${table.name}/beat`)
    if (options.mayClear) await clearHall(realFiles, table.hall, nowMs)
    findings.push(...(await examineWithSecond(table, choice)))
    const { company } = options
    if (company !== undefined) {
      const chanceMs = mayBeShared(directory) ? SHARED_WAIT_MS : CHANCE_WAIT_MS
      const waitMs = company.waitMs ?? (company.isNeeded ? NEEDED_WAIT_MS : chanceMs)
      findings.push(...(await examineWithOther(table, choice, waitMs, company.isNeeded)))
    }
    return findings
  } finally {
    await leaveTable(realFiles, table)
  }
}

function wordsOf(error: unknown, directory: string): string {
  if (error instanceof HallError) return error.message
  return remedyFor(errorCode(error), doctorFolder(directory)) ?? (error as Error).message
}

async function examineWithSecond(table: Table, { leaseMs, primitive, signal }: DuetChoice): Promise<Finding[]> {
  const folder = `${table.hall}/${table.name}/here`
  await makeDirectory(realFiles, folder)
  const child = fork(fileURLToPath(new URL('./second.js', import.meta.url)), [folder, String(leaseMs), primitive], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    execArgv: [],
  })
  // The two talk through the folder. The pipe is there only so that each end notices the death of the other.
  const gone = new AbortController()
  child.once('exit', () =>
    setTimeout(() => gone.abort(new Silence('the second process has ended')), USUAL_TEMPO.hearMs).unref(),
  )
  child.once('error', (error) => gone.abort(new Silence(`no second process could be started: ${error.message}`)))
  try {
    return await playDuet(realFiles, folder, 'a', {
      pair: PAIR,
      host: hostname(),
      pid: process.pid,
      leaseMs,
      primitive,
      tempo: { ...USUAL_TEMPO, helloMs: SECOND_HELLO_MS },
      signal: AbortSignal.any([signal, gone.signal]),
    })
  } catch (error) {
    if (!(error instanceof Silence)) throw error
    return [{ check: PAIR, where: `${PAIR} on ${hostname()}`, good: false, needed: true, words: error.message }]
  } finally {
    child.removeAllListeners('exit')
    child.kill('SIGKILL')
  }
}

async function examineWithOther(
  table: Table,
  { leaseMs, primitive, signal, say }: DuetChoice,
  waitMs: number,
  isNeeded: boolean,
): Promise<Finding[]> {
  const failed = (words: string): Finding => ({
    check: 'two hosts',
    where: ALONE,
    good: false,
    needed: isNeeded,
    words,
  })
  if (isNeeded) say('waiting for the other doctor: start the same line on another host')
  const meeting = await findPartner(realFiles, table, waitMs, Math.max(waitMs, USUAL_TEMPO.helloMs), signal)
  if (meeting === undefined) {
    return isNeeded ? [failed('no other doctor came: start the same line on two hosts within a minute')] : []
  }
  say('found another doctor: measuring with it (some seconds, up to two minutes where caches are old)')
  try {
    return await playDuet(realFiles, meeting.folder, meeting.seat, {
      pair: DOCTORS,
      host: hostname(),
      pid: process.pid,
      leaseMs,
      primitive,
      tempo: USUAL_TEMPO,
      signal,
    })
  } catch (error) {
    if (!(error instanceof Silence)) throw error
    return [failed(`another doctor was found, but it fell silent: ${error.message}`)]
  }
}
