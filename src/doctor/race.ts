/**
 * Two processes after the same names. Both begin at the first and go on to the next whether they won or lost: whoever
 * comes late runs through what is taken until they are side by side, so that no clock is needed for a fair race.
 */

import { createOnce } from '../store/disk/create-once.ts'
import type { Primitive } from '../store/disk/create-once.ts'
import { errorCode, readFileFrom, replaceFile, writeFile } from '../store/disk/file-system.ts'
import type { TestedFileSystem } from './tested-file-system.ts'
import { otherThan } from './mailbox.ts'
import type { Seat } from './mailbox.ts'

/** How one of the two saw a race. */
export interface Run {
  /** The numbers of the names that it took. */
  readonly won: readonly number[]
  /** Every name below was tried. */
  readonly tried: number
  /** The first error that was none of the answers of a race; '' without one. */
  readonly error: string
}

/** What a race came to. */
export interface Result {
  readonly names: number
  readonly byA: number
  readonly byB: number
  readonly twice: number
  readonly byNobody: number
  readonly errors: readonly string[]
}

/** Takes a name, or not; `path` has no token of ours, `token` is new at each attempt. */
type Take = (files: TestedFileSystem, path: string, token: string) => Promise<boolean>

/** The raw call, of which the answer alone counts. */
const takeByCreate: Take = async (files, path, token) => {
  try {
    await writeFile(files, path, Buffer.from(`${token}\n`), { flags: 'wx' })
    return true
  } catch (error) {
    // sshfs answers EPERM where it means EEXIST.
    if (['EEXIST', 'EPERM'].includes(errorCode(error))) return false
    throw error
  }
}

/** The one primitive of the protocol, read back as there. */
const takeBy =
  (primitive: Primitive): Take =>
  async (files, path, token) =>
    (await createOnce(files, primitive, path, `${token}\n`, token)).verdict === 'won'

export const TAKES: Readonly<Record<'create' | Primitive, Take>> = {
  create: takeByCreate,
  link: takeBy('link'),
  'rename-dir': takeBy('rename-dir'),
}

const LINE_UP_MS = 2000

/** Waits for the other at the start, without a pause: the last word of either may be old by a look's interval. */
async function lineUp(files: TestedFileSystem, folder: string, me: Seat): Promise<void> {
  const endMs = performance.now() + LINE_UP_MS
  const other = `ready.${otherThan(me)}`
  await files.mkdir(`${folder}/ready.${me}`).catch(() => undefined)
  while (performance.now() < endMs && !(await files.list(folder).catch((): string[] => [])).includes(other)) {
    // A change of our own makes this client look anew.
    await files
      .mkdir(`${folder}/look.${me}`)
      .then(() => files.rmdir(`${folder}/look.${me}`))
      .catch(() => undefined)
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** Runs through the names in `folder`, `most` of them, for `limitMs` at the longest; gives up after ten errors. */
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
  for (; k < most && performance.now() < endMs && failures < 10; k++) {
    try {
      // What is taken to be seen costs a look only, so that the one behind catches up.
      if ((await files.exists(`${folder}/${k}`)) || (await files.exists(`${folder}/${k}.d`))) continue
      if (await take(files, `${folder}/${k}`, `${me}${k}`)) won.push(k)
    } catch (cause) {
      failures++
      error ||= (cause as Error).message
    }
  }
  return { won, tried: k, error }
}

/** Puts both views together: each name that both tried must have had one winner. */
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

/** How often a file was not whole, or not there, while both replaced it by rename. */
export interface Replacing {
  readonly reads: number
  readonly torn: number
  readonly absent: number
  readonly errors: number
}

const FILLING = 'x'.repeat(4000)

/** Replaces one file again and again and reads it in between. */
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
      else if (
        /^([ab] \d+) x{4000} ([ab] \d+)\n$/
          .exec(text)
          ?.slice(1)
          .every((end, _k, ends) => end === ends[0]) !== true
      )
        torn++
    } catch {
      errors++
    }
  }
  return { reads, torn, absent, errors }
}

/** Appends lines to a file that the other appends to as well; gives the numbers of those that were written without an error. */
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

/** How many of the lines are there whole. */
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
