/** What the doctor finds: findings about a directory, damage to a study, and what the findings mean together. */

import { shortDuration } from '../report/number-text.ts'
import type { LockDocument } from '../store/disk/documents.ts'

// Names of checks, as `--json` has them, that more than one file refers to.
export const LINK = 'hard link'
export const RENAME_FOLDER = 'rename of a folder onto a taken name'
export const SYMBOLIC_LINK = 'symbolic link'

/** The checks of how much is left. */
const SIZES = ['space', 'inodes', 'quota'] as const

// Values of `where`; the names of two hosts are the other possibility.
export const ALONE = 'alone'
export const PAIR = 'two processes'
export const DOCTORS = 'two doctors'

/** The result of one check. The field names are those of the `--json` output. */
export interface Finding {
  readonly check: string
  /** Who looked: `alone`, or two processes by the names of their hosts. */
  readonly where: string
  readonly good: boolean
  /** Whether every study needs it. */
  readonly needed: boolean
  readonly words: string
  /** For each kind of look: how long a change stayed unseen, in ms; null if it was longer than the doctor waited. */
  readonly ages?: Readonly<Record<string, number | null>>
}

/** What the findings mean for the directory as a whole. */
export interface Verdict {
  readonly isGoodEnough: boolean
  readonly words: string
}

/** One piece of damage to a study. */
export interface Damage {
  /** One sentence: which file is damaged, and what that means. */
  readonly words: string
  /** Undefined if nothing may be done about it. */
  readonly mend?: Mend
}

/** What may be done about it without making a decision that belongs to a worker or to a person. */
export type Mend =
  | { readonly kind: 'note'; readonly slot: number; readonly id: string; readonly attempt: number }
  | { readonly kind: 'slot'; readonly lock: LockDocument }
  | { readonly kind: 'amendment'; readonly number: number }
  | { readonly kind: 'chain' }
  | { readonly kind: 'link' }
  | { readonly kind: 'remove'; readonly path: string }
  /** Something that is not a file of ours has the name of a hint. */
  | { readonly kind: 'aside'; readonly path: string }

/** Sums up the findings for a person. */
export function verdictOf(findings: readonly Finding[]): Verdict {
  const isGood = (check: string): boolean => {
    const all = findings.filter((finding) => finding.check === check)
    return all.length > 0 && all.every((finding) => finding.good)
  }
  const missing = findings.filter((finding) => finding.needed && !finding.good)
  if (missing.length > 0) {
    const which = [...new Set(missing.map(({ check, where }) => (where === ALONE ? check : `${check} (${where})`)))]
    return {
      isGoodEnough: false,
      words: `not good enough: ${which.join(', ')}; look at these checks, or use another directory`,
    }
  }
  if (!isGood(LINK) && !isGood(RENAME_FOLDER)) {
    return {
      isGoodEnough: false,
      words: 'not good enough: no call here lets exactly one of many processes win a name; use another directory',
    }
  }
  const lesser = [
    ...(isGood(LINK) ? [] : ['without hard links, folders are renamed instead']),
    ...(isGood(SYMBOLIC_LINK) ? [] : ['there will be no best_instance link']),
    ...findings
      .filter(({ check, good }) => !good && (SIZES as readonly string[]).includes(check))
      .map(({ check, words }) => (/^not known/.test(words) ? `its ${check} is not known` : `little ${check} is left`)),
  ]
  return { isGoodEnough: true, words: `good enough${lesser.length === 0 ? '' : `: ${lesser.join('; ')}`}` }
}

/**
 * Says how late one process may see what another one changed.
 *
 * @returns undefined if no finding has ages, since no second process was there to change anything
 */
export function outlook(findings: readonly Finding[]): string | undefined {
  const worst = (name: string): number | null | undefined => {
    const ages = findings.flatMap(({ ages }) => (ages?.[name] === undefined ? [] : [ages[name]]))
    return ages.length === 0 ? undefined : ages.includes(null) ? null : Math.max(...(ages as number[]))
  }
  const known = (['replaced', 'removed', 'link', 'appended', 'listed', 'absent'] as const)
    .map((name) => worst(name))
    .filter((age) => age !== undefined)
  if (known.length === 0) return undefined
  const oldest = known.includes(null) ? null : Math.max(...(known as number[]))
  if (oldest !== null && oldest < 1000) {
    return `what one process writes, the others see within ${shortDuration(Math.max(100, oldest))}`
  }
  const age = oldest === null ? 'longer than the doctor waited' : `up to ${shortDuration(oldest)}`
  return (
    `what one process writes may stay unseen by others for ${age}: tables and 'best_instance' lag by that, ` +
    'and a trial may cost one more look; anthill looks past caches where it matters'
  )
}
