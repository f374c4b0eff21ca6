/**
 * Which study, and which trial of it, a command line means: `-s DIR`, else the first argument of a verb that only reads,
 * else ANTHILL_STUDY, else ./anthill-study.
 */

import { resolve } from 'node:path'
import { StudyError } from '../errors.ts'
import { shellWord } from '../space/words.ts'
import type { Study } from '../study/study.ts'
import type { Config, TrialRecord } from '../trial.ts'
import type { Words } from './arguments.ts'
import { NothingThere, UsageError } from './failure.ts'

export const studyOption = { study: { kind: 'text', short: 's' } } as const

const fallback = 'anthill-study'

/** The study of a verb that takes no argument but, where it only reads, the study itself. */
export function whichStudy(verb: string, words: Words, reads: boolean): string {
  const [first, ...more] = words.plain
  if (first === undefined) return studyDirectory(words)
  const surplus = !reads || words.has('study') ? first : more[0]
  if (surplus !== undefined) {
    const remedy = reads || words.has('study') ? 'it takes one study' : `name the study with -s ${first}`
    throw new UsageError(`unexpected argument '${surplus}': ${remedy}`, `anthill ${verb} --help`)
  }
  return resolve(first)
}

/** The study and the trial of a verb that takes a trial alone. One that only reads may have the study named first. */
export function whichTrial(verb: string, words: Words, reads: boolean): { study: string; trial: string | number } {
  const leads = reads && !words.has('study') && words.plain.length > 1
  const { study, trial, more } = trialAndMore(verb, words, leads ? words.plain.slice(1) : words.plain)
  if (more.length > 0) {
    const remedy = reads || words.has('study') ? '' : `; name the study with -s ${words.plain[0]}`
    throw new UsageError(`unexpected argument '${more[0]}': one trial at a time${remedy}`, `anthill ${verb} --help`)
  }
  return { study: leads ? resolve(words.plain[0]!) : study, trial }
}

/** The study, the trial, and the words that follow it. */
export function trialAndMore(
  verb: string,
  words: Words,
  plain: readonly string[] = words.plain,
): { study: string; trial: string | number; more: readonly string[] } {
  const [trial, ...more] = plain
  if (trial === undefined)
    throw new UsageError('which trial? give its number or the first digits of its id', `anthill ${verb} --help`)
  return { study: studyDirectory(words), trial: trialName(trial), more }
}

/** A command about a study, for a person to copy. */
export function commandOn(verb: string, study: string, ...more: readonly string[]): string {
  return ['anthill', verb, '-s', shellWord(study), ...more].join(' ')
}

/** A trial by number, or by the first digits of its id; an id may consist of decimal digits alone, but not of so few. */
export function trialName(word: string): string | number {
  if (/^\d{1,9}$/.test(word)) return Number(word)
  if (/^[0-9a-f]{1,20}$/i.test(word)) return word.toLowerCase()
  throw new UsageError(
    `'${word}' is no trial: give a number, or the first digits of an id; the study is named with -s DIR`,
  )
}

/** The trial of that name. A number never means an id that happens to begin with its digits: a `tell` would hit another trial. */
export async function findTrial(study: Study<Config>, name: string | number): Promise<TrialRecord<Config>> {
  const trial = await study.trial(name).catch((error: unknown) => {
    throw error instanceof StudyError && error.code === 'NO_TRIAL'
      ? new NothingThere(error.message, commandOn('ls', study.directory))
      : error
  })
  if (typeof name === 'number' && trial.number !== name) {
    throw new NothingThere(`no trial '${name}' in '${study.directory}'`, commandOn('ls', study.directory))
  }
  return trial
}

/** The study of a verb whose arguments are other things. */
export const studyDirectory = (words: Words): string => named(words) ?? resolve(fallback)

function named(words: Words): string | undefined {
  const name = words.text('study') ?? (process.env['ANTHILL_STUDY'] || undefined)
  return name === undefined ? undefined : resolve(name)
}
