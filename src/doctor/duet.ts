/**
 * What two processes find out together, on one host or on two: who wins when both want a name, what a replaced and an
 * appended file look like meanwhile, how long a change of the one stays unseen by the other, how their clocks differ.
 *
 * Both run the same steps, with an exchange of words after each, so that both know all that either saw, and come to the
 * same findings. Every step is bounded, by a count and by a time.
 */

import { shortDuration } from '../report/number-text.ts'
import type { Primitive } from '../store/disk/create-once.ts'
import { makeDirectory, writeFile } from '../store/disk/file-system.ts'
import { change, prepare, prime, watch } from './ages.ts'
import type { Ages, SightName } from './ages.ts'
import { LINK, RENAME_FOLDER } from './finding.ts'
import type { Finding } from './finding.ts'
import type { TestedFileSystem } from './tested-file-system.ts'
import { exchange, openMailbox, otherThan, say, Silence } from './mailbox.ts'
import type { Mailbox, Message, Seat } from './mailbox.ts'
import { countAppended, judgeRace, runAppending, runRace, runReplacing, TAKES } from './race.ts'
import type { Replacing, Run } from './race.ts'

/** How long things may take. */
export interface Tempo {
  /** How many names are raced for. */
  readonly names: number
  readonly raceMs: number
  /** NFS keeps attributes for 60 s at most (acregmax, acdirmax), unless it was mounted otherwise. */
  readonly ageLimitMs: number
  /** For the other's word, beyond what its step may take. */
  readonly hearMs: number
  /** For its first one: it may still be at something else. */
  readonly helloMs: number
}

export const USUAL_TEMPO: Tempo = { names: 60, raceMs: 2000, ageLimitMs: 65_000, hearMs: 40_000, helloMs: 120_000 }

export interface DuetOptions {
  /** Who the two are, should they be on one host: `two processes`, `two doctors`. */
  readonly pair: string
  readonly host: string
  readonly pid: number
  /** That of the study, or the one a new study would have. */
  readonly leaseMs: number
  /** Likewise: what decides who wins a name. */
  readonly primitive: Primitive
  readonly tempo: Tempo
  readonly signal?: AbortSignal | undefined
}

/** Does it all in `folder`, which stands; throws `Silence` when the other is not heard. */
export async function playDuet(files: TestedFileSystem, folder: string, me: Seat, options: DuetOptions): Promise<Finding[]> {
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
      clockFinding(where, me, options.host, hello, await skewOf(files, folder, me)),
    ]
    await exchange(box, { kind: 'done' }, tempo.hearMs)
    return findings
  } catch (error) {
    if (!(error instanceof Silence))
      await say(box, {
        kind: 'bye',
        why: signal?.aborted === true ? 'it was interrupted' : (error as Error).message,
      }).catch(() => undefined)
    throw error
  }
}

function placeOf(me: Seat, { host, pair }: DuetOptions, hello: Message): string {
  const other = String(hello['host'])
  if (other === host) return `${pair} on ${host}`
  return me === 'a' ? `${host} and ${other}` : `${other} and ${host}`
}

/** Runs a step on both sides at once; gives what either found, by seat. */
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

async function race(
  box: Mailbox,
  folder: string,
  where: string,
  { primitive, tempo: { names, raceMs, hearMs } }: DuetOptions,
): Promise<Finding[]> {
  const { files, me } = box
  const limitMs = raceMs + hearMs
  const findings: Finding[] = []
  const races = { create: 'exclusive create', link: LINK, 'rename-dir': RENAME_FOLDER } as const
  for (const [kind, check] of Object.entries(races) as [keyof typeof races, string][]) {
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
  // The last of it may be on its way still to one of the two: both look.
  const whole = await together(box, 'appended', limitMs, () => countAppended(files, shared, written))
  findings.push(appendFinding(where, written.a.length + written.b.length, Math.max(whole.a, whole.b)))
  return findings
}

function raceFinding(check: string, where: string, a: Run, b: Run): Omit<Finding, 'needed'> {
  const { names, byA, byB, twice, byNobody, errors } = judgeRace(a, b)
  const isWon = twice === 0 && byNobody === 0
  const words = [
    `${names} names: ${byA} + ${byB} won, ${twice === 0 ? 'none' : twice} twice${byNobody === 0 ? '' : `, ${byNobody} by nobody`}`,
    ...(isWon && names > 0 && Math.min(byA, byB) < names / 20 ? ['hardly side by side'] : []),
    ...errors.slice(0, 1),
  ]
  return { check, where, good: names > 0 && isWon && errors.length === 0, words: words.join('; ') }
}

function replaceFinding(where: string, a: Replacing, b: Replacing): Finding {
  const [reads, torn, absent, errors] = [a.reads + b.reads, a.torn + b.torn, a.absent + b.absent, a.errors + b.errors]
  const rest = [...(absent > 0 ? [`absent at ${absent}`] : []), ...(errors > 0 ? [`${errors} calls failed`] : [])]
  return {
    check: 'rename over a file that is read',
    where,
    good: torn === 0,
    needed: true,
    words: `${reads} reads: ${torn === 0 ? 'none' : torn} torn${rest.map((words) => `, ${words}`).join('')}${rest.length > 0 && torn === 0 ? ' (tried again, this costs time only)' : ''}`,
  }
}

function appendFinding(where: string, written: number, whole: number): Finding {
  return {
    check: 'append by both',
    where,
    good: whole === written,
    needed: false,
    words:
      whole === written
        ? `all of ${whole} lines are there`
        : `only ${whole} of ${written} lines are there: harmless to anthill, which never does that, but not to programs of yours that share a file`,
  }
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

/** The older of what the two saw. */
export function worstOf(a: Ages, b: Ages): Ages {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])] as SightName[]
  return Object.fromEntries(
    names.map((name) => {
      const both = [a[name], b[name]].filter((age) => age !== undefined)
      return [name, both.includes(null) ? null : Math.max(...(both as number[]))]
    }),
  )
}

/** A heartbeat is written twelve times a lease; a quarter of the lease for it to be seen leaves room for a slow moment. */
const LEASE_PER_AGE = 4
const SHORTEST_LEASE_MS = 1000
/** What a change of one's own in a folder does not make visible within this is not to be relied on. */
const POKED_LIMIT_MS = 2000

/** The shortest lease under which nobody alive is taken for dead. */
export const leastLeaseMs = (beatAgeMs: number): number =>
  Math.max(SHORTEST_LEASE_MS, Math.ceil((LEASE_PER_AGE * beatAgeMs) / 1000) * 1000)

export function ageFindings(where: string, ages: Ages, leaseMs: number, limitMs: number): Finding[] {
  const age = (name: SightName): string => {
    const ms = ages[name]
    return ms === undefined
      ? 'not to be had'
      : ms === null
        ? `not within ${shortDuration(limitMs)}`
        : ms < 50
          ? 'at once'
          : `after ${shortDuration(ms)}`
  }
  const pick = (...names: SightName[]): Readonly<Record<string, number | null>> =>
    Object.fromEntries(names.filter((name) => ages[name] !== undefined).map((name) => [name, ages[name]!]))
  const { beat, poked } = ages
  const isLongEnough = typeof beat === 'number' && LEASE_PER_AGE * beat <= leaseMs
  const advice =
    typeof beat !== 'number'
      ? 'workers alive would be taken for dead: use another directory'
      : isLongEnough
        ? `a lease of ${shortDuration(leaseMs)} is long enough (${shortDuration(leastLeaseMs(beat))} would do)`
        : `a lease of ${shortDuration(leaseMs)} is too short: begin the study with --lease ${leastLeaseMs(beat) / 1000}s or more`
  return [
    {
      check: 'a heartbeat is seen',
      where,
      good: isLongEnough,
      needed: true,
      words: `${age('beat')}: ${advice}`,
      ages: pick('beat'),
    },
    {
      check: 'a change is seen',
      where,
      good: true,
      needed: false,
      ages: pick('appended', 'replaced', 'removed', 'link'),
      words: `appended ${age('appended')}, replaced ${age('replaced')}, removed ${age('removed')}, link ${age('link')}`,
    },
    {
      check: 'a new name is seen',
      where,
      good: typeof poked === 'number' && poked <= POKED_LIMIT_MS,
      needed: true,
      ages: pick('absent', 'listed', 'poked'),
      words: `looked for before ${age('absent')}, in a listing ${age('listed')}, after a change of our own beside it ${age('poked')}`,
    },
  ]
}

// Only told: no decision of the protocol rests on clocks.
function clockFinding(where: string, me: Seat, host: string, hello: Message, skewMs: number | null): Finding {
  const names: Readonly<Record<Seat, string>> =
    me === 'a' ? { a: host, b: String(hello['host']) } : { a: String(hello['host']), b: host }
  const theirs = typeof hello['skewMs'] === 'number' ? hello['skewMs'] : null
  const skews = me === 'a' ? { a: skewMs, b: theirs } : { a: theirs, b: skewMs }
  const far = Object.values(skews).some((skew) => skew !== null && Math.abs(skew) > FAR_MS)
  const words = (['a', 'b'] as const)
    .filter((_seat, k) => k === 0 || names.a !== names.b)
    .map((seat) => `${names[seat]} ${skewWords(skews[seat])}`)
  return {
    check: 'clocks',
    where,
    good: !far,
    needed: false,
    words: `${words.join(', ')}${far ? '; this harms nothing but the times shown' : ''}`,
  }
}

const FAR_MS = 5000

function skewWords(skewMs: number | null): string {
  if (skewMs === null) return 'cannot be compared with the file server'
  return Math.abs(skewMs) < 1000
    ? 'agrees with the file server'
    : `is ${shortDuration(Math.abs(skewMs))} ${skewMs > 0 ? 'behind' : 'ahead of'} the file server`
}

/** How much the file server's clock is ahead of ours. */
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
