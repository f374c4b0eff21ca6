/**
 * How two doctors that were started with the same line find each other, through the directory that both examine.
 *
 * The hall is the folder `.anthill-doctor/` in that directory. Each doctor opens a table there: a folder of its own, in
 * which it keeps a counter moving. A table whose counter moves belongs to a doctor that is alive; no clocks are
 * compared. When two tables are open, the one whose name sorts first stays. The owner of the other closes its own table
 * and takes the free seat at the first one. A seat is a folder too: if many processes make it, exactly one succeeds.
 */

import { hostname } from 'node:os'
import { randomBytes } from 'node:crypto'
import { pokePath } from '../paths.ts'
import { errorCode, readFileFrom, writeFile } from '../store/disk/file-system.ts'
import { wait } from '../study/patience.ts'
import { enterHall, isTable, removeOwn } from './hall.ts'
import type { Seat } from './mailbox.ts'
import type { TestedFileSystem } from './tested-file-system.ts'

/** How often a table's counter moves. */
const BEAT_MS = 300

/** The wait between two looks at the other tables. */
const LOOK_MS = 100

/** A counter that was read only once may still move within this time: its host may be slow. */
const HESITATION_MS = 3000

/** A table whose counter has not moved for this long belongs to a doctor that is gone. */
const DESERTED_MS = 15_000

/** A doctor's own table. */
export interface Table {
  readonly hall: string
  readonly name: string
  readonly stopBeating: () => void
}

/** Where a duet is played, and from which end. */
export interface Meeting {
  readonly folder: string
  readonly seat: Seat
}

/** Opens a table, whose counter moves until the table is left. */
export async function openTable(
  files: TestedFileSystem,
  directory: string,
  token = randomBytes(4).toString('hex'),
): Promise<Table> {
  const hall = await enterHall(files, directory)
  const host = hostname()
    .replace(/[^A-Za-z0-9_-]/g, '-')
    .slice(0, 40)
  const name = `${host}-${process.pid}-${token}`
  await files.mkdir(`${hall}/${name}`).catch(async (error: unknown) => {
    if (errorCode(error) !== 'ENOENT') throw error
    await enterHall(files, directory) // another doctor has just left, and taken the empty hall away
    await files.mkdir(`${hall}/${name}`)
  })
  let count = 0
  const beat = async (): Promise<void> => {
    const bytes = Buffer.from(`${String(count++).padStart(8, '0')}\n`)
    await writeFile(files, `${hall}/${name}/beat`, bytes).catch(() => undefined)
  }
  await beat()
  const timer = setInterval(() => void beat(), BEAT_MS)
  timer.unref()
  return { hall, name, stopBeating: () => clearInterval(timer) }
}

/** Removes a table, and the hall too when this was the last table. */
export async function leaveTable(files: TestedFileSystem, table: Table): Promise<void> {
  table.stopBeating()
  await removeOwn(files, `${table.hall}/${table.name}`)
  await files.rmdir(table.hall).catch(() => undefined)
}

/**
 * Waits for another doctor.
 *
 * @param waitMs  how long to wait while no other counter moves
 * @param busyMs  how long to wait in all while one moves: its owner may be busy with measurements of its own
 * @returns undefined if no partner came
 * @throws the reason of `signal` when it aborts
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
      // Take the seat at our own table first: if that fails, a visitor already sits there and waits for us.
      if (!(await takesSeat(files, `${own}/seat`))) return { folder: own, seat: 'a' }
      if (await takesSeat(files, `${hall}/${lower}/seat`)) return { folder: `${hall}/${lower}`, seat: 'b' }
      seen.delete(lower) // a third doctor took the seat, or the table is gone
      await files.rmdir(`${own}/seat`).catch(() => undefined)
    }
    const isNew = [...seen.values()].some(({ hasMoved, movedMs }) => !hasMoved && nowMs - movedMs < HESITATION_MS)
    const waitedMs = nowMs - startMs
    if (waitedMs >= waitMs && !isNew && (alive.length === 0 || waitedMs >= busyMs)) return undefined
    await wait(LOOK_MS, signal)
    signal?.throwIfAborted()
  }
}

async function tablesIn(files: TestedFileSystem, hall: string, mine: string): Promise<string[]> {
  await poke(files, hall)
  return (await listIn(files, hall)).filter((other) => other !== mine && isTable(hall, other))
}

const listIn = (files: TestedFileSystem, folder: string): Promise<string[]> => files.list(folder).catch(() => [])

/** Changes a folder, so that the caches of this host look at it again. */
async function poke(files: TestedFileSystem, folder: string): Promise<void> {
  const path = pokePath(folder, randomBytes(6).toString('hex'))
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
