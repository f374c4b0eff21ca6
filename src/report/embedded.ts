/**
 * What a page holds of a study, as one text of JSON: the facts, with the trials by column, and the advice. A program
 * that reads a report reads this; the page's script makes the same facts of it, so that it draws the same figures.
 */

import { deepFreeze } from '../space/json.ts'
import type { TrialRecord } from '../trial.ts'
import { columnsOf } from './columns.ts'
import { embedTrials, embeddedRecords } from './embedded-trials.ts'
import type { EmbeddedTrials } from './embedded-trials.ts'
import type { Facts, StudyFacts } from './facts.ts'
import type { Advice } from './piece.ts'
import type { StudyCounts } from './status-text.ts'

/** Facts without the trials, which are written by column. */
export type WrittenFacts = Omit<Facts, 'columns'>

export interface Embedded extends WrittenFacts {
  readonly format: 1
  readonly trials: EmbeddedTrials
  /** Results from elsewhere, which have no numbers. */
  readonly imported: EmbeddedTrials
  readonly advice: readonly Advice[]
  readonly options: PageOptions
}

/** How the page was asked for. */
export interface PageOptions {
  /** From the file to the study, ending in a slash: what links to trials begin with. Null without links. */
  readonly links: string | null
  /** The command that makes this report again; null if paths are left out. */
  readonly again: string | null
  /** How often a command writes the page anew, in milliseconds; null if none does. */
  readonly everyMs: number | null
  /** Names of parameters whose values are hidden. */
  readonly hidden: readonly string[]
  /** The last lines of what failed trials wrote, by the index of the trial; empty unless they were asked for. */
  readonly logs: Readonly<Record<string, string>>
}

/** The version of the form of the data. */
const FORMAT = 1

/** What would end the element of the data, or is a line's end to some readers of JSON, or is a control. */
const UNSAFE = /[<>&\x7f-\x9f\u2028\u2029]/g

/** What a page holds. `trials` are those of the columns, in their order. */
export function embedded(
  facts: Facts,
  trials: readonly TrialRecord[],
  imported: readonly TrialRecord[],
  advice: readonly Advice[],
  options: PageOptions,
): Embedded {
  const { space } = facts.study
  const both = { trials: embedTrials(space, trials), imported: embedTrials(space, imported) }
  return { format: FORMAT, ...writtenFacts(facts), ...both, advice, options }
}

/** Only what is needed: a reader of the page learns which trial is the best, not where it lies on a disk. */
export function writtenFacts({ columns: _, counts, ...others }: Facts): WrittenFacts {
  const { budget, trials, workers, left, imported, betterImported, earlier } = counts
  const best = counts.best === null ? null : { ...counts.best, directory: counts.best.id }
  const shown = { budget, trials, workers, best, left, imported, betterImported, earlier }
  const present = Object.fromEntries(Object.entries(shown).filter(([, each]) => each !== undefined))
  return { ...others, counts: present as unknown as StudyCounts }
}

/** The text of the element that holds the data: JSON in which nothing ends the element. */
export const dataText = (value: Embedded): string =>
  JSON.stringify(value).replace(UNSAFE, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** What was embedded, read back. */
export interface Unfolded {
  readonly facts: Facts
  /** The trials of the columns in their order; after them, the results from elsewhere. */
  readonly trials: readonly TrialRecord[]
  readonly imported: readonly TrialRecord[]
  readonly advice: readonly Advice[]
  readonly options: PageOptions
}

/**
 * Reads what `dataText` wrote.
 *
 * @throws SyntaxError if the text is not JSON, RangeError if it has another form
 */
export function unfolded(text: string): Unfolded {
  const { format, trials, imported, advice, options, ...others } = JSON.parse(text) as Embedded
  if ((format as number) !== FORMAT) throw new RangeError(`report: its data has format ${format}, not ${FORMAT}`)
  const study = { ...others.study, space: deepFreeze(others.study.space) }
  const records = embeddedRecords(study.space, trials)
  const facts = factsFrom(others, study, records)
  return { facts, trials: records, imported: embeddedRecords(study.space, imported), advice, options }
}

/** Facts of a study, from JSON and its trials. */
export function factsFrom(written: WrittenFacts, study: StudyFacts, trials: readonly TrialRecord[]): Facts {
  return {
    ...written,
    study,
    models: written.models.map(withNaN),
    importances: written.importances.map(withNaN),
    columns: columnsOf(study.space, study.goals, trials),
  }
}

/** A copy in which each null within a list of numbers is NaN again. Configs, whose lists may hold null, stay. */
function withNaN<T>(value: T): T {
  if (Array.isArray(value)) return value.map((each: unknown) => (each === null ? NaN : withNaN(each))) as T
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, key === 'config' ? each : withNaN(each as unknown)]),
  ) as T
}
