/**
 * The arguments of a command line that belong to no option: the study, a trial of it, what follows.
 *
 * The study is `-s DIR`, else the first argument of a verb that only looks, else ANTHILL_STUDY, else ./anthill-study,
 * else the one that the working directory is in.
 */

import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { StudyError } from '../errors.ts'
import { commandOn } from '../report/command-text.ts'
import { isUtf8 } from '../space/shown.ts'
import { shellWord } from '../space/words.ts'
import type { Study } from '../study/study.ts'
import type { Config, TrialRecord } from '../trial.ts'
import { helpOf } from './arguments.ts'
import type { Words } from './arguments.ts'
import { NothingThere, UsageError } from './failure.ts'
import { studyAround } from './nearby.ts'

export const STUDY_OPTION = { study: { kind: 'text', short: 's' } } as const

const DEFAULT_DIRECTORY = 'anthill-study'

/** The verbs that may begin a study. */
const MAY_CREATE: ReadonlySet<string> = new Set(['run', 'ask', 'add'])

/** The directory of the study, for a verb that takes no other argument. */
export function studyOnly(words: Words): string {
  return studyAndRest(words, 0, 'it takes one study').directory
}

/** The study and the trial, for a verb that takes one trial. */
export function studyAndTrial(words: Words): { directory: string; trial: string | number } {
  const { directory, rest } = studyAndRest(words, 1, 'it takes one trial')
  return { directory, trial: trialNamed(needed(words, rest[0])) }
}

/** The study, the trial and the arguments after it, for a verb that takes any number of arguments. */
export function studyTrialAndRest(words: Words): {
  directory: string
  trial: string | number
  rest: readonly string[]
} {
  const [trial, ...rest] = words.plain
  return { directory: studyDirectory(words), trial: trialNamed(needed(words, trial)), rest }
}

/** The study and words NAME=VALUE, for a verb that only looks. A first word without an equals sign is the study. */
export function studyAndPairs(words: Words): { directory: string; pairs: readonly string[] } {
  const { directory, rest } = studyBefore(words, (word) => word.includes('='))
  return { directory, pairs: rest }
}

/** The study and what follows it, for a verb that only looks: a first word that cannot follow it is the study. */
export function studyBefore(
  words: Words,
  mayFollow: (word: string) => boolean,
): { directory: string; rest: readonly string[] } {
  const [first, ...rest] = words.plain
  const leads = !words.has('study') && first !== undefined && !mayFollow(first)
  return leads ? { directory: resolved(first), rest } : { directory: studyDirectory(words), rest: words.plain }
}

/** The directory of the study, for a verb whose arguments are other things. */
export function studyDirectory(words: Words): string {
  // A program runs from here, and finds its files by this name.
  if (!words.verb.onlyLooks) resolved('.')
  const named = words.text('study') ?? (process.env['ANTHILL_STUDY'] || undefined)
  if (named !== undefined) return resolved(named)
  const usual = resolved(DEFAULT_DIRECTORY)
  // A verb that makes no study works on the one that the caller stands in.
  if (MAY_CREATE.has(words.verb.name) || existsSync(usual)) return usual
  return studyAround(resolved('.')) ?? usual
}

/** @throws UsageError for a path, or a working directory before it, whose bytes are not UTF-8: they cannot be kept */
function resolved(path: string): string {
  const directory = resolve(path)
  if (isUtf8(directory)) return directory
  const what = isUtf8(path) ? 'the working directory' : 'the study'
  throw new UsageError(`${what} '${directory}': its name is not UTF-8; rename the directory, or use another`)
}

/** A trial's number, or the first digits of its id. Nine decimal digits or fewer are a number, more are an id. */
export function trialNamed(word: string): string | number {
  if (/^\d{1,9}$/.test(word)) return Number(word)
  if (/^[0-9a-f]{1,20}$/i.test(word)) return word.toLowerCase()
  throw new UsageError(
    `'${word}' is not a trial; give its number or the first digits of its id, and name the study with -s DIR`,
  )
}

/**
 * Finds a trial in a study. A number never stands for an id that begins with the same digits: `tell` would reach the
 * wrong trial.
 *
 * @throws NothingThere if the study has no such trial
 */
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

/** The study and at most `most` further arguments. `expected` explains, in the error, why a further one is too many. */
function studyAndRest(words: Words, most: number, expected: string): { directory: string; rest: readonly string[] } {
  const { plain } = words
  const mayLead = words.verb.onlyLooks && !words.has('study')
  const leads = mayLead && plain.length > most
  const rest = leads ? plain.slice(1) : plain
  if (rest.length > most) {
    const isNamed = words.verb.onlyLooks || words.has('study')
    const remedy = isNamed
      ? expected
      : `${most === 0 ? '' : `${expected}; `}name the study with -s ${shellWord(plain[0]!)}`
    throw new UsageError(`unexpected argument '${rest[most]}'; ${remedy}`, helpOf(words.verb.name))
  }
  return { directory: leads ? resolved(plain[0]!) : studyDirectory(words), rest }
}

function needed(words: Words, trial: string | undefined): string {
  if (trial !== undefined) return trial
  throw new UsageError('no trial given; give its number or the first digits of its id', helpOf(words.verb.name))
}
