/** What the file of a verb exports, and the frame of the verbs that only look at a study. */

import type { Study } from '../study/study.ts'
import type { Config, TrialRecord } from '../trial.ts'
import type { Options, VerbFacts, Words } from './arguments.ts'
import { openToRead } from './opening.ts'
import { findTrial, studyAndTrial, studyOnly } from './positionals.ts'

/** A verb. main.ts reads the words by `options`, prints `usage` for `--help`, and otherwise calls `run`. */
export interface Verb {
  readonly usage: string
  readonly options: Options
  /** Returns the exit status. `table` has all verbs. */
  readonly run: (words: Words, table: readonly VerbEntry[]) => Promise<number>
}

/** An entry of the table in verbs.ts. */
export interface VerbEntry extends VerbFacts {
  /** The heading of the overview under which the verb stands. */
  readonly group: 'Work' | 'Look' | 'Learn' | 'Maintain' | 'Other'
  /** Its line of the overview, at most 58 characters. */
  readonly line: string
  readonly load: () => Promise<Verb>
}

/** What a verb that only looks consists of. `look` prints, and returns the exit status. */
interface LookingVerb<Arguments extends readonly unknown[]> {
  readonly usage: string
  readonly options: Options
  /** Throws for options that contradict each other, before the study is opened. */
  readonly check?: (words: Words) => void
  readonly look: (...given: [study: Study<Config>, ...Arguments, words: Words]) => Promise<number>
}

/** A verb that looks at a study. The study is opened for reading, and closed afterwards. */
export function lookAtStudy({ usage, options, check, look }: LookingVerb<[]>): Verb {
  const run = async (words: Words): Promise<number> => {
    check?.(words)
    return await whileOpen(studyOnly(words), words, [], (study) => look(study, words))
  }
  return { usage, options, run }
}

/** A verb that looks at one trial of a study. */
export function lookAtTrial({ usage, options, check, look }: LookingVerb<[trial: TrialRecord<Config>]>): Verb {
  const run = async (words: Words): Promise<number> => {
    const { directory, trial } = studyAndTrial(words)
    check?.(words)
    const find = async (study: Study<Config>): Promise<number> => look(study, await findTrial(study, trial), words)
    return await whileOpen(directory, words, [String(trial)], find)
  }
  return { usage, options, run }
}

/** @param rest  the arguments after the study */
async function whileOpen(
  directory: string,
  words: Words,
  rest: readonly string[],
  look: (study: Study<Config>) => Promise<number>,
): Promise<number> {
  const study = await openToRead(directory, words.verb.name, rest)
  try {
    return await look(study)
  } finally {
    await study.close()
  }
}
