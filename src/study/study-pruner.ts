/**
 * Which pruner a process of a study asks. The study keeps the one that it was created with, and a process that says
 * nothing uses that one. Another one is allowed, with a notice: verdicts are written down, so nothing needs to be
 * computed again.
 */

import { isPrunerName } from '../pruner/pruner.ts'
import type { Pruner, PrunerName } from '../pruner/pruner.ts'
import { sameJson } from '../space/levels.ts'
import { isRecord, refusal } from '../space/options.ts'
import type { StudyDocument } from '../store/disk/documents.ts'

/** The study's own pruner. @internal */
export type KeptPruner = Pick<StudyDocument, 'pruner' | 'prunerOptions'>

/** What a process may name: a pruner of anthill's by its name, or any by itself. */
export type PrunerChoice = PrunerName | Pruner

/** A pruner that is loaded when it is first asked. @internal */
export interface PrunerSource {
  /** Undefined if nothing is stopped early. */
  readonly load: () => Promise<Pruner | undefined>
}

/** @throws TypeError or RangeError for what is not a pruner. @internal */
export function checkPruner(given: unknown): void {
  if (given === undefined) return
  const isOwn = isRecord(given) && typeof given.name === 'string' && given.name !== '' && given.name !== '__proto__'
  if (isOwn && typeof given.stops === 'function') return
  if (typeof given === 'string' && isPrunerName(given) && given !== 'hyperband' && given !== 'threshold') return
  const needing = given === 'hyperband' ? 'hyperband({ max: 81 })' : 'threshold({ atMost: 10 })'
  const remedy = given === 'hyperband' || given === 'threshold' ? `; it needs an option, as in ${needing}` : ''
  throw refusal(
    "option 'pruner'",
    "the name of a pruner, as in 'median', or an object with name and stops",
    given,
    remedy,
  )
}

/** What the definition of a new study says about its pruner. @internal */
export function prunerFields(choice: PrunerChoice = 'none'): KeptPruner {
  const { name, options } = namedPart(choice)
  if (name === 'none') return {}
  return { pruner: name, ...(options === undefined ? {} : { prunerOptions: options }) }
}

/** The sentence for a process whose pruner is not the study's; undefined if it is. @internal */
export function prunerNotice(study: KeptPruner, choice: PrunerChoice | undefined): string | undefined {
  if (choice === undefined) return isKnown(study) ? undefined : `${unknownWords(study)}, so this process stops no trial`
  const { name, options = {} } = namedPart(choice)
  const { pruner = 'none', prunerOptions = {} } = study
  if (name === pruner && sameJson(options, prunerOptions)) return undefined
  return `this process prunes with ${described(name, options)}, the study with ${described(pruner, prunerOptions)}`
}

/** The pruner that was asked for, else the study's. @internal */
export function prunerSource(study: KeptPruner, choice?: PrunerChoice): PrunerSource {
  if (typeof choice === 'object') return { load: async () => choice }
  const name = choice ?? study.pruner ?? 'none'
  if (name === 'none' || !isPrunerName(name)) return { load: async () => undefined }
  let loaded: Promise<Pruner> | undefined
  const options = choice === undefined ? study.prunerOptions : undefined
  return { load: () => (loaded ??= load(name, options)) }
}

async function load(name: string, options: unknown): Promise<Pruner> {
  const { prunerNamed } = await import('../pruner/choose.ts')
  return prunerNamed(name, options)
}

const isKnown = ({ pruner }: KeptPruner): boolean => pruner === undefined || isPrunerName(pruner)

const unknownWords = ({ pruner }: KeptPruner): string =>
  `the study's pruner '${pruner ?? ''}' is not one of anthill's, and this process was not given it`

function namedPart(choice: PrunerChoice): Pick<Pruner, 'name' | 'options'> {
  return typeof choice === 'string' ? { name: choice } : choice
}

function described(name: string, options: object): string {
  return `'${name}'${Object.keys(options).length === 0 ? '' : ` and options ${JSON.stringify(options)}`}`
}
