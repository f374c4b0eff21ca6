/** What the results of a duet mean, as findings in words. */

import { shortDuration } from '../report/number-text.ts'
import type { Ages, SightName } from './ages.ts'
import type { Finding } from './finding.ts'
import { judgeRace } from './race.ts'
import type { Replacing, Run } from './race.ts'

/**
 * The lease must be at least this many times as long as a heartbeat may stay unseen. A heartbeat is written twelve
 * times a lease; a quarter of the lease for it to be seen leaves time for a slow moment.
 */
const LEASES_PER_AGE = 4

/** No shorter lease than this is recommended. */
const SHORTEST_LEASE_MS = 1000

/**
 * A new name must be seen within this time after a change of one's own in the same folder, or the protocol cannot rely
 * on it.
 */
const POKED_LIMIT_MS = 2000

/** An age below this is reported as "at once". */
const AT_ONCE_MS = 50

/** A clock that differs from the file server's by more than this is reported as not good. */
const FAR_MS = 5000

/**
 * A clock that differs from the file server's by less than this agrees with it: some servers keep whole seconds only.
 */
const AGREEING_MS = 1000

/** One end's host, and by how many ms the file server's clock is ahead of that host's; null: not measured. */
export interface Clock {
  readonly host: string
  readonly skewMs: number | null
}

export function raceFinding(check: string, where: string, a: Run, b: Run): Omit<Finding, 'needed'> {
  const { names, byA, byB, twice, byNobody, errors } = judgeRace(a, b)
  const isWon = twice === 0 && byNobody === 0
  const losers = byNobody === 0 ? '' : `, ${byNobody} by nobody`
  const words = [
    `${names} names: ${byA} + ${byB} won, ${twice === 0 ? 'none' : twice} twice${losers}`,
    ...(isWon && names > 0 && Math.min(byA, byB) < names / 20 ? ['the two hardly ran side by side'] : []),
    ...errors.slice(0, 1),
  ]
  return { check, where, good: names > 0 && isWon && errors.length === 0, words: words.join('; ') }
}

export function replaceFinding(where: string, a: Replacing, b: Replacing): Finding {
  const [reads, torn, absent, errors] = [a.reads + b.reads, a.torn + b.torn, a.absent + b.absent, a.errors + b.errors]
  const rest = [...(absent > 0 ? [`, absent at ${absent}`] : []), ...(errors > 0 ? [`, ${errors} calls failed`] : [])]
  const comfort = rest.length > 0 && torn === 0 ? ' (anthill tries again, which only costs time)' : ''
  return {
    check: 'rename over a file that is read',
    where,
    good: torn === 0,
    needed: true,
    words: `${reads} reads: ${torn === 0 ? 'none' : torn} torn${rest.join('')}${comfort}`,
  }
}

/** @param whole  how many of the `written` lines are in the file */
export function appendFinding(where: string, written: number, whole: number): Finding {
  return {
    check: 'append by both',
    where,
    good: whole === written,
    needed: false,
    words:
      whole === written
        ? `all ${whole} lines are there`
        : `only ${whole} of ${written} lines are there: harmless to anthill, which never appends from two processes, ` +
          'but not to your own programs if they share a file',
  }
}

/** The greater age of each sight; null, never seen, is the greatest. */
export function worstOf(a: Ages, b: Ages): Ages {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])] as SightName[]
  return Object.fromEntries(
    names.map((name) => {
      const both = [a[name], b[name]].filter((age) => age !== undefined)
      return [name, both.includes(null) ? null : Math.max(...(both as number[]))]
    }),
  )
}

/** @param limitMs  how long both looked for each change */
export function ageFindings(where: string, ages: Ages, leaseMs: number, limitMs: number): Finding[] {
  const age = (name: SightName): string => ageText(ages[name], limitMs)
  const pick = (...names: SightName[]): Readonly<Record<string, number | null>> =>
    Object.fromEntries(names.filter((name) => ages[name] !== undefined).map((name) => [name, ages[name]!]))
  const { beat, poked } = ages
  return [
    {
      check: 'a heartbeat is seen',
      where,
      good: typeof beat === 'number' && LEASES_PER_AGE * beat <= leaseMs,
      needed: true,
      words: `${age('beat')}: ${leaseAdvice(beat, leaseMs)}`,
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
      words:
        `${age('absent')} if it was looked for before, ${age('listed')} in a listing, ` +
        `${age('poked')} after a change of our own beside it`,
    },
  ]
}

/** The clocks of both ends. They are only reported: no decision of the protocol depends on a clock. */
export function clockFinding(where: string, a: Clock, b: Clock): Finding {
  const clocks = a.host === b.host ? [a] : [a, b]
  const isFar = [a, b].some(({ skewMs }) => skewMs !== null && Math.abs(skewMs) > FAR_MS)
  const words = clocks.map(({ host, skewMs }) => `${host} ${skewText(skewMs)}`).join(', ')
  return {
    check: 'clocks',
    where,
    good: !isFar,
    needed: false,
    words: `${words}${isFar ? '; this only affects the times shown' : ''}`,
  }
}

function ageText(ms: number | null | undefined, limitMs: number): string {
  if (ms === undefined) return 'could not be tried'
  if (ms === null) return `not within ${shortDuration(limitMs)}`
  return ms < AT_ONCE_MS ? 'at once' : `after ${shortDuration(ms)}`
}

function leaseAdvice(beatAgeMs: number | null | undefined, leaseMs: number): string {
  if (typeof beatAgeMs !== 'number') return 'live workers would count as dead: use another directory'
  const leastMs = leastLeaseMs(beatAgeMs)
  return LEASES_PER_AGE * beatAgeMs <= leaseMs
    ? `a lease of ${shortDuration(leaseMs)} is long enough (${shortDuration(leastMs)} would do)`
    : `a lease of ${shortDuration(leaseMs)} is too short: create the study with --lease ${leastMs / 1000}s or more`
}

/** The shortest lease, in whole seconds, with which no live worker counts as dead. */
const leastLeaseMs = (beatAgeMs: number): number =>
  Math.max(SHORTEST_LEASE_MS, Math.ceil((LEASES_PER_AGE * beatAgeMs) / 1000) * 1000)

function skewText(skewMs: number | null): string {
  if (skewMs === null) return 'cannot be compared with the file server'
  return Math.abs(skewMs) < AGREEING_MS
    ? 'agrees with the file server'
    : `is ${shortDuration(Math.abs(skewMs))} ${skewMs > 0 ? 'behind' : 'ahead of'} the file server`
}
