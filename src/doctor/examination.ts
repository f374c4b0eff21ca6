/** One examination of a directory, from the first probe to the last duet: alone, with a second process, with a second host. */

import { fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { Primitive } from '../store/disk/create-once.ts'
import { doctorFolder } from '../paths.ts'
import { makeDirectory } from '../store/disk/file-system.ts'
import { examineAlone } from './alone.ts'
import { examineCapacity } from './capacity.ts'
import { playDuet, USUAL_TEMPO } from './duet.ts'
import { ALONE, DOCTORS, LINK, PAIR } from './finding.ts'
import type { Finding } from './finding.ts'
import { realFiles, removeTree } from './tested-file-system.ts'
import type { TestedFileSystem } from './tested-file-system.ts'
import { Silence } from './mailbox.ts'
import { leaveTable, findPartner, openTable } from './meeting.ts'
import type { Table } from './meeting.ts'

export interface ExaminationOptions {
  readonly leaseMs: number
  /** Of the study; undefined: what a new one would choose. */
  readonly primitive: Primitive | undefined
  /** How long to wait for another doctor, and whether there must be one; undefined: do not look for any. */
  readonly company: { readonly waitMs: number; readonly isNeeded: boolean } | undefined
  readonly signal: AbortSignal
  /** A word about what takes its time. */
  readonly say: (words: string) => void
}

type Chosen = ExaminationOptions & { readonly primitive: Primitive }

/** Leftovers of a doctor that was killed are cleared away after this, by the file server's clock. */
const LEFT_OVER_MS = 3_600_000

/** Examines `directory`, which stands, and leaves it as it was. */
export async function examine(directory: string, wishes: ExaminationOptions): Promise<Finding[]> {
  // Hosts have process ids in common.
  const findings = [
    ...(await examineAlone(realFiles, `${doctorFolder(directory)}/alone-${randomBytes(6).toString('hex')}`)),
    ...examineCapacity(directory),
  ]
  if (findings.some(({ good, needed }) => needed && !good)) {
    await realFiles.rmdir(doctorFolder(directory)).catch(() => undefined)
    return findings
  }
  const primitive =
    wishes.primitive ?? (findings.some(({ check, good }) => check === LINK && good) ? 'link' : 'rename-dir')
  const table = await openTable(realFiles, directory)
  try {
    await clearLeftovers(realFiles, table)
    findings.push(...(await examineWithSecond(table, { ...wishes, primitive })))
    if (wishes.company !== undefined)
      findings.push(...(await examineWithOther(table, { ...wishes, primitive }, wishes.company)))
    return findings
  } finally {
    await leaveTable(realFiles, table)
  }
}

async function examineWithSecond(table: Table, { leaseMs, primitive, signal }: Chosen): Promise<Finding[]> {
  const folder = `${table.hall}/${table.name}/here`
  await makeDirectory(realFiles, folder)
  const child = fork(fileURLToPath(new URL('./second.js', import.meta.url)), [folder, String(leaseMs), primitive], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    execArgv: [],
  })
  // The folder is what they talk through; the pipe only ends the one with the other.
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
      tempo: { ...USUAL_TEMPO, helloMs: 30_000 },
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
  { leaseMs, primitive, signal, say }: Chosen,
  company: NonNullable<ExaminationOptions['company']>,
): Promise<Finding[]> {
  if (company.isNeeded) say('waiting for the other doctor: start the same line on another host')
  const meeting = await findPartner(realFiles, table, company.waitMs, Math.max(company.waitMs, USUAL_TEMPO.helloMs), signal)
  if (meeting === undefined) {
    const words = 'no other doctor came: start the same line on two hosts, within a minute'
    return company.isNeeded ? [{ check: 'two hosts', where: ALONE, good: false, needed: true, words }] : []
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
    return [
      {
        check: 'two hosts',
        where: ALONE,
        good: false,
        needed: company.isNeeded,
        words: `the other doctor was found, and not heard to the end: ${error.message}`,
      },
    ]
  }
}

async function clearLeftovers(files: TestedFileSystem, { hall, name }: Table): Promise<void> {
  const nowMs = await files.modifiedMs(`${hall}/${name}/beat`)
  for (const other of await files.list(hall)) {
    const ageMs = nowMs - (await files.modifiedMs(`${hall}/${other}`).catch(() => nowMs))
    if (other !== name && ageMs > LEFT_OVER_MS) await removeTree(files, `${hall}/${other}`)
  }
}
