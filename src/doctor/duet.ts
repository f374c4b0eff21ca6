/**
 * The duet: what two processes find out together, on one host or on two. Who wins when both want a name? What does a
 * file look like while it is replaced or appended to? How long does a change by one stay unseen by the other? How far
 * apart are their clocks?
 *
 * Both run the same steps and exchange messages after each, so that both know everything that either saw and reach the
 * same findings. Every step is bounded by a count and by a time. `duet-findings.ts` puts the results into words.
 */

import type { Primitive } from '../store/disk/create-once.ts'
import { makeDirectory, writeFile } from '../store/disk/file-system.ts'
import { change, prepare, prime, watch } from './ages.ts'
import type { Ages, SightName } from './ages.ts'
import { ageFindings, appendFinding, clockFinding, raceFinding, replaceFinding, worstOf } from './duet-findings.ts'
import { LINK, RENAME_FOLDER } from './finding.ts'
import type { Finding } from './finding.ts'
import { exchange, openMailbox, otherThan, say, Silence } from './mailbox.ts'
import type { Mailbox, Message, Seat } from './mailbox.ts'
import { countAppended, runAppending, runRace, runReplacing, TAKES } from './race.ts'
import type { Replacing, Run } from './race.ts'
import type { TestedFileSystem } from './tested-file-system.ts'

/** The counts and time limits of a duet. */
export interface Tempo {
  /** How many names are raced for. */
  readonly names: number
  /** How long one race may take. */
  readonly raceMs: number
  /** How long to look for a change that stays unseen. */
  readonly ageLimitMs: number
  /** How long to wait for the other's message, on top of the time that its step may take. */
  readonly hearMs: number
  /** How long to wait for the other's first message. */
  readonly helloMs: number
}

/**
 * The tempo in use. NFS keeps attributes for at most 60 s (acregmax, acdirmax) unless it was mounted with other
 * options, hence 65 s for ages. The other doctor may still be busy with its second process, hence two minutes for the
 * first message.
 */
export const USUAL_TEMPO: Tempo = { names: 60, raceMs: 2000, ageLimitMs: 65_000, hearMs: 40_000, helloMs: 120_000 }

/** Each primitive that is raced with, and the check that it belongs to. */
const RACES = { create: 'exclusive create', link: LINK, 'rename-dir': RENAME_FOLDER } as const

export interface DuetOptions {
  /** What the two are called if both are on one host: `two processes` or `two doctors`. */
  readonly pair: string
  readonly host: string
  readonly pid: number
  /** The lease of the study, or the one that a new study would have. */
  readonly leaseMs: number
  /** The primitive of the study, or the one that a new study would choose: it decides who wins a name. */
  readonly primitive: Primitive
  readonly tempo: Tempo
  readonly signal?: AbortSignal | undefined
}

/**
 * Plays a duet.
 *
 * @param folder  must exist; both ends work in it
 * @throws Silence when the other end is not heard; the reason of the signal when it aborts
 */
export async function playDuet(
  files: TestedFileSystem,
  folder: string,
  me: Seat,
  options: DuetOptions,
): Promise<Finding[]> {
  const { tempo, signal } = options
  await makeDirectory(files, `${folder}/mail`)
  const box = openMailbox(files, `${folder}/mail`, me, signal)
  try {
    const hello = await exchange(
      box,
      { kind: 'hello', host: options.host, pid: options.pid, skewMs: await skewOf(files, folder, me) },
      tempo.helloMs,
    )
    const where = placeOf(me, options, hello)
    const findings = [
      ...(await race(box, folder, where, options)),
      ...(await measure(box, folder, where, options)),
      compareClocks(where, me, options.host, hello, await skewOf(files, folder, me)),
    ]
    await exchange(box, { kind: 'done' }, tempo.hearMs)
    return findings
  } catch (error) {
    if (!(error instanceof Silence)) {
      const why = signal?.aborted === true ? 'it was interrupted' : (error as Error).message
      await say(box, { kind: 'bye', why }).catch(() => undefined)
    }
    throw error
  }
}

function placeOf(me: Seat, { host, pair }: DuetOptions, hello: Message): string {
  const other = String(hello['host'])
  if (other === host) return `${pair} on ${host}`
  return me === 'a' ? `${host} and ${other}` : `${other} and ${host}`
}

async function race(
  box: Mailbox,
  folder: string,
  where: string,
  { primitive, tempo: { names, raceMs, hearMs } }: DuetOptions,
): Promise<Finding[]> {
  const { files, me } = box
  const limitMs = raceMs + hearMs
  const findings: Finding[] = []
  for (const [kind, check] of Object.entries(RACES) as [keyof typeof RACES, string][]) {
    const place = `${folder}/race-${kind}`
    await makeDirectory(files, place)
    const { a, b } = await together<Run>(box, kind, limitMs, () =>
      runRace(files, place, me, TAKES[kind], names, raceMs),
    )
    findings.push({ ...raceFinding(check, where, a, b), needed: kind === primitive })
  }
  const place = `${folder}/race-files`
  await makeDirectory(files, place)
  const replacing = await together<Replacing>(box, 'replacing', limitMs, () =>
    runReplacing(files, place, me, names, raceMs),
  )
  findings.push(replaceFinding(where, replacing.a, replacing.b))
  const shared = `${folder}/race-append`
  await makeDirectory(files, shared)
  const written = await together(box, 'appending', limitMs, () => runAppending(files, shared, me, 3 * names, raceMs))
  // The last lines may not have reached one of the two yet. Both count, and the higher count is taken.
  const whole = await together(box, 'appended', limitMs, () => countAppended(files, shared, written))
  findings.push(appendFinding(where, written.a.length + written.b.length, Math.max(whole.a, whole.b)))
  return findings
}

async function measure(
  box: Mailbox,
  folder: string,
  where: string,
  { leaseMs, tempo, signal }: DuetOptions,
): Promise<Finding[]> {
  const { files, me } = box
  const limitMs = tempo.hearMs
  const own = `${folder}/ages-${me}`
  const others = `${folder}/ages-${otherThan(me)}`
  const prepared = await together(box, 'prepare', limitMs, () => prepare(files, own))
  const theirs = prepared[otherThan(me)]
  await together(box, 'prime', limitMs, () => prime(files, others, theirs))
  const changed = await together<SightName[]>(box, 'change', limitMs, () => change(files, own, prepared[me]))
  const { a, b } = await together<Ages>(box, 'watch', tempo.ageLimitMs + limitMs, () =>
    watch(files, others, changed[otherThan(me)], tempo.ageLimitMs, signal),
  )
  return ageFindings(where, worstOf(a, b), leaseMs, tempo.ageLimitMs)
}

/** Runs a step on both sides at once; gives what each found, by seat. */
async function together<T>(
  box: Mailbox,
  kind: string,
  limitMs: number,
  step: () => Promise<T>,
): Promise<Readonly<Record<Seat, T>>> {
  await exchange(box, { kind: `${kind}?` }, limitMs)
  const mine = await step()
  const theirs = (await exchange(box, { kind, found: mine }, limitMs))['found'] as T
  return box.me === 'a' ? { a: mine, b: theirs } : { a: theirs, b: mine }
}

function compareClocks(where: string, me: Seat, host: string, hello: Message, skewMs: number | null): Finding {
  const mine = { host, skewMs }
  const theirs = {
    host: String(hello['host']),
    skewMs: typeof hello['skewMs'] === 'number' ? hello['skewMs'] : null,
  }
  return me === 'a' ? clockFinding(where, mine, theirs) : clockFinding(where, theirs, mine)
}

/** By how many ms the file server's clock is ahead of this host's; null if that cannot be measured. */
async function skewOf(files: TestedFileSystem, folder: string, me: Seat): Promise<number | null> {
  try {
    const path = `${folder}/clock-${me}`
    const beforeMs = Date.now()
    await writeFile(files, path, Buffer.from('now\n'))
    const middleMs = (beforeMs + Date.now()) / 2
    return Math.round((await files.modifiedMs(path)) - middleMs)
  } catch {
    return null
  }
}
