/**
 * Two processes race for the same names. Both begin at the first name and go on to the next, whether they won it or
 * not. A process that starts late runs through the names that are taken until it has caught up, so a fair race needs no
 * clock.
 */

import { createOnce } from '../store/disk/create-once.ts'
import type { Primitive } from '../store/disk/create-once.ts'
import { errorCode, readFileFrom, replaceFile, writeFile } from '../store/disk/file-system.ts'
import { otherThan } from './mailbox.ts'
import type { Seat } from './mailbox.ts'
import type { TestedFileSystem } from './tested-file-system.ts'

/** How long each process waits for the other at the start of a race. */
const LINE_UP_MS = 2000

/** A race ends after this many failed calls. */
const MOST_FAILURES = 10

/** Makes a replaced file large enough that a torn read shows. */
const FILLING = 'x'.repeat(4000)

/** Takes a name; gives false if it was taken. `path` contains no token of ours, `token` is new at each attempt. */
type Take = (files: TestedFileSystem, path: string, token: string) => Promise<boolean>

/** How one of the two saw a race. */
export interface Run {
  /** The numbers of the names that it took. */
  readonly won: readonly number[]
  /** Every name below this number was tried. */
  readonly tried: number
  /** The first error that is not one of a race's expected answers; '' if there was none. */
  readonly error: string
}

/** The result of a race. */
export interface Result {
  readonly names: number
  readonly byA: number
  readonly byB: number
  readonly twice: number
  readonly byNobody: number
  readonly errors: readonly string[]
}

/** How often a file was torn or missing while both processes replaced it by rename. */
export interface Replacing {
  readonly reads: number
  readonly torn: number
  readonly absent: number
  readonly errors: number
}

/** The bare call: only its answer counts. */
const takeByCreate: Take = async (files, path, token) => {
  try {
    await writeFile(files, path, Buffer.from(`${token}\n`), { flags: 'wx' })
    return true
  } catch (error) {
    // sshfs answers EPERM where it should answer EEXIST.
    if (['EEXIST', 'EPERM'].includes(errorCode(error))) return false
    throw error
  }
}

/** The primitive of the protocol, which reads back what it wrote. */
const takeBy =
  (primitive: Primitive): Take =>
  async (files, path, token) =>
    (await createOnce(files, primitive, path, `${token}\n`, token)).verdict === 'won'

export const TAKES: Readonly<Record<'create' | Primitive, Take>> = {
  create: takeByCreate,
  link: takeBy('link'),
  'rename-dir': takeBy('rename-dir'),
}

/**
 * Runs through the names in `folder`.
 *
 * @param most  how many names there are
 * @param limitMs  the race ends after this time even if names are left
 */
export async function runRace(
  files: TestedFileSystem,
  folder: string,
  me: Seat,
  take: Take,
  most: number,
  limitMs: number,
): Promise<Run> {
  const won: number[] = []
  await lineUp(files, folder, me)
  const endMs = performance.now() + limitMs
  let error = ''
  let failures = 0
  let k = 0
  for (; k < most && performance.now() < endMs && failures < MOST_FAILURES; k++) {
    try {
      // A name that is visibly taken costs one look only, so that the process behind catches up.
      if ((await files.exists(`${folder}/${k}`)) || (await files.exists(`${folder}/${k}.d`))) continue
      if (await take(files, `${folder}/${k}`, `${me}${k}`)) won.push(k)
    } catch (cause) {
      failures++
      error ||= (cause as Error).message
    }
  }
  return { won, tried: k, error }
}

/** Combines both views: each name that both tried must have exactly one winner. */
export function judgeRace(a: Run, b: Run): Result {
  const names = Math.min(a.tried, b.tried)
  const byA = new Set(a.won.filter((k) => k < names))
  const byB = new Set(b.won.filter((k) => k < names))
  const twice = [...byA].filter((k) => byB.has(k)).length
  return {
    names,
    byA: byA.size,
    byB: byB.size,
    twice,
    byNobody: names - byA.size - byB.size + twice,
    errors: [a.error, b.error].filter((error) => error !== ''),
  }
}

/** Replaces one file again and again, and reads it in between. */
export async function runReplacing(
  files: TestedFileSystem,
  folder: string,
  me: Seat,
  most: number,
  limitMs: number,
): Promise<Replacing> {
  const path = `${folder}/replaced`
  await lineUp(files, folder, me)
  const endMs = performance.now() + limitMs
  let reads = 0
  let torn = 0
  let absent = 0
  let errors = 0
  for (let k = 0; k < most && performance.now() < endMs; k++) {
    try {
      await replaceFile(files, path, Buffer.from(`${me} ${k} ${FILLING} ${me} ${k}\n`), me)
      const text = (await readFileFrom(files, path, 0))?.toString('utf8')
      reads++
      if (text === undefined) absent++
      else if (!isWhole(text)) torn++
    } catch {
      errors++
    }
  }
  return { reads, torn, absent, errors }
}

/** Whether the text of a replaced file begins and ends with the same seat and number. */
function isWhole(text: string): boolean {
  const [, start, end] = /^([ab] \d+) x{4000} ([ab] \d+)\n$/.exec(text) ?? []
  return start !== undefined && start === end
}

/**
 * Appends lines to a file that the other process appends to as well.
 *
 * @returns the numbers of the lines that were written without an error
 */
export async function runAppending(
  files: TestedFileSystem,
  folder: string,
  me: Seat,
  most: number,
  limitMs: number,
): Promise<number[]> {
  const written: number[] = []
  await lineUp(files, folder, me)
  const endMs = performance.now() + limitMs
  for (let k = 0; k < most && performance.now() < endMs; k++) {
    await files.append(`${folder}/appended`, appendedLine(me, k)).then(
      () => written.push(k),
      () => undefined,
    )
  }
  return written
}

/** Counts the appended lines that are in the file, whole. */
export async function countAppended(
  files: TestedFileSystem,
  folder: string,
  written: Readonly<Record<Seat, readonly number[]>>,
): Promise<number> {
  const text = (await readFileFrom(files, `${folder}/appended`, 0))?.toString('utf8') ?? ''
  const lines = new Set(text.split('\n').map((line) => `${line}\n`))
  return (['a', 'b'] as const)
    .flatMap((seat) => written[seat].map((k) => appendedLine(seat, k).toString()))
    .filter((line) => lines.has(line)).length
}

const appendedLine = (me: Seat, k: number): Buffer =>
  Buffer.from(`${me} ${String(k).padStart(6, '0')} ${'-'.repeat(53)}\n`)

/** Waits for the other at the start without sleeping: their last messages may have arrived one look apart. */
async function lineUp(files: TestedFileSystem, folder: string, me: Seat): Promise<void> {
  const endMs = performance.now() + LINE_UP_MS
  const other = `ready.${otherThan(me)}`
  await files.mkdir(`${folder}/ready.${me}`).catch(() => undefined)
  while (performance.now() < endMs && !(await files.list(folder).catch((): string[] => [])).includes(other)) {
    // A change of our own makes this client look again.
    await files
      .mkdir(`${folder}/look.${me}`)
      .then(() => files.rmdir(`${folder}/look.${me}`))
      .catch(() => undefined)
    await new Promise((resolve) => setImmediate(resolve))
  }
}
