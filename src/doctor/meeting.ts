/**
 * How two doctors that were started with the same line find each other, through the directory that both examine.
 *
 * Each opens a table (a folder) in `.anthill-doctor/` and keeps a counter moving there, so that others can tell it from
 * what a killed one left; no clock is compared. Of two open tables the one that sorts first stays, and the owner of the
 * other closes its own and takes the free seat there. A seat is a folder too: of many who make it, one does.
 */

import { hostname } from 'node:os'
import { randomBytes } from 'node:crypto'
import { doctorFolder, pokePath } from '../paths.ts'
import { makeDirectory, readFileFrom, writeFile } from '../store/disk/file-system.ts'
import { wait } from '../study/wait.ts'
import { removeTree } from './tested-file-system.ts'
import type { TestedFileSystem } from './tested-file-system.ts'
import type { Seat } from './mailbox.ts'

/** A table of our own, open until it is left. */
export interface Table {
  readonly hall: string
  readonly name: string
  readonly stopBeating: () => void
}

/** Where a duet is played, and as whom. */
export interface Meeting {
  readonly folder: string
  readonly seat: Seat
}

const BEAT_MS = 300
const LOOK_MS = 100
/** A table whose counter stands still for as long is nobody's any more. */
const DESERTED_MS = 15_000

/** Opens a table; the counter goes on until it is left. */
export async function openTable(
  files: TestedFileSystem,
  directory: string,
  token = randomBytes(4).toString('hex'),
): Promise<Table> {
  const hall = doctorFolder(directory)
  const host = hostname()
    .replace(/[^A-Za-z0-9_-]/g, '-')
    .slice(0, 40)
  const name = `${host}-${process.pid}-${token}`
  await makeDirectory(files, `${hall}/${name}`)
  let count = 0
  const beat = (): Promise<void> =>
    writeFile(files, `${hall}/${name}/beat`, Buffer.from(`${String(count++).padStart(8, '0')}\n`)).catch(
      () => undefined,
    )
  await beat()
  const timer = setInterval(() => void beat(), BEAT_MS)
  timer.unref()
  return { hall, name, stopBeating: () => clearInterval(timer) }
}

/** Takes the table away, and the hall with it when it was the last. */
export async function leaveTable(files: TestedFileSystem, table: Table): Promise<void> {
  table.stopBeating()
  await removeTree(files, `${table.hall}/${table.name}`)
  await files.rmdir(table.hall).catch(() => undefined)
}

/**
 * Waits for another doctor: until `waitMs` have passed, and beyond that for as long as somebody's counter moves, who may
 * be busy with measurements of its own (`busyMs` at the longest).
 */
export async function findPartner(
  files: TestedFileSystem,
  table: Table,
  waitMs: number,
  busyMs: number,
  signal?: AbortSignal,
): Promise<Meeting | undefined> {
  const { hall, name } = table
  const own = `${hall}/${name}`
  const seen = new Map<string, { beat: string; hasMoved: boolean; movedMs: number }>()
  const startMs = performance.now()
  for (;;) {
    await poke(files, own)
    if ((await listIn(files, own)).includes('seat')) return { folder: own, seat: 'a' }
    const nowMs = performance.now()
    for (const other of await tablesIn(files, hall, name)) {
      const beat = (await readFileFrom(files, `${hall}/${other}/beat`, 0).catch(() => undefined))?.toString('latin1')
      if (beat === undefined) continue
      const old = seen.get(other)
      if (old === undefined) seen.set(other, { beat, hasMoved: false, movedMs: nowMs })
      else if (old.beat !== beat) seen.set(other, { beat, hasMoved: true, movedMs: nowMs })
    }
    const alive = [...seen]
      .filter(([, { hasMoved, movedMs }]) => hasMoved && nowMs - movedMs < DESERTED_MS)
      .map(([other]) => other)
      .sort()
    const lower = alive.find((other) => other < name)
    if (lower !== undefined) {
      // Our own table is closed first: whoever sits there already has found us.
      if (!(await takesSeat(files, `${own}/seat`))) return { folder: own, seat: 'a' }
      if (await takesSeat(files, `${hall}/${lower}/seat`)) return { folder: `${hall}/${lower}`, seat: 'b' }
      seen.delete(lower) // taken by a third, or gone
      await files.rmdir(`${own}/seat`).catch(() => undefined)
    }
    // One that was seen once may be about to move.
    const isSomebodyNew = [...seen.values()].some(({ hasMoved, movedMs }) => !hasMoved && nowMs - movedMs < 4 * BEAT_MS)
    const waitedMs = nowMs - startMs
    if (waitedMs >= waitMs && !isSomebodyNew && (alive.length === 0 || waitedMs >= busyMs)) return undefined
    await wait(LOOK_MS, signal)
    signal?.throwIfAborted()
  }
}

async function tablesIn(files: TestedFileSystem, hall: string, mine: string): Promise<string[]> {
  await poke(files, hall)
  return (await listIn(files, hall)).filter(
    (other) => other !== mine && /^[A-Za-z0-9_-]+-\d+-[0-9a-f]{8}$/.test(other),
  )
}

const listIn = (files: TestedFileSystem, folder: string): Promise<string[]> => files.list(folder).catch(() => [])

async function poke(files: TestedFileSystem, folder: string): Promise<void> {
  const path = pokePath(folder, `${hostname().replaceAll('/', '-')}.${process.pid}`)
  await writeFile(files, path, Buffer.alloc(0))
    .then(() => files.unlink(path))
    .catch(() => undefined)
}

async function takesSeat(files: TestedFileSystem, seat: string): Promise<boolean> {
  return await files.mkdir(seat).then(
    () => true,
    () => false,
  )
}
