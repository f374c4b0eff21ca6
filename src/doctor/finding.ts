/** What an examination finds, line by line, and what the lines come to. */

import { shortDuration } from '../report/number-text.ts'

export interface Finding {
  readonly check: string
  /** Who looked: `alone`, or two processes by the names of their hosts. */
  readonly where: string
  readonly good: boolean
  /** The study cannot do without it. */
  readonly needed: boolean
  readonly words: string
  /** How long a change stayed unseen, in ms, by the way of looking; null: longer than was waited for. */
  readonly ages?: Readonly<Record<string, number | null>>
}

export const ALONE = 'alone'
export const PAIR = 'two processes'
export const DOCTORS = 'two doctors'
export const LINK = 'hard link'
export const RENAME_FOLDER = 'rename of a folder onto a taken name'
export const SYMBOLIC_LINK = 'symbolic link'

/** What the findings come to, in words for a person. */
export function judgement(findings: readonly Finding[]): { readonly good: boolean; readonly words: string } {
  const good = (check: string): boolean => {
    const all = findings.filter((finding) => finding.check === check)
    return all.length > 0 && all.every((finding) => finding.good)
  }
  const missing = findings.filter((finding) => finding.needed && !finding.good)
  if (missing.length > 0) {
    const which = [...new Set(missing.map(({ check, where }) => (where === ALONE ? check : `${check} (${where})`)))]
    return { good: false, words: `not good enough: ${which.join(', ')}; see there, or use another directory` }
  }
  if (!good(LINK) && !good(RENAME_FOLDER)) {
    return {
      good: false,
      words: 'not good enough: nothing here lets exactly one of many win a name; use another directory',
    }
  }
  const lesser = [
    ...(good(LINK) ? [] : ['without hard links, folders are renamed instead']),
    ...(good(SYMBOLIC_LINK) ? [] : ['there will be no best_instance link']),
  ]
  return { good: true, words: `good enough${lesser.length === 0 ? '' : `: ${lesser.join('; ')}`}` }
}

/** What to expect of looks at what others changed, in words; undefined where nobody else was there to change anything. */
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
  if (oldest !== null && oldest < 1000)
    return `what one process wrote the others see within ${shortDuration(Math.max(100, oldest))}`
  const age = oldest === null ? 'longer than was waited for here' : `up to ${shortDuration(oldest)}`
  return (
    `what one process wrote may stay unseen by others for ${age}: tables and 'best_instance' lag by that, ` +
    'and a trial may cost a look more; anthill looks past caches where it counts'
  )
}
