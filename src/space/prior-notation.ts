/**
 * Beliefs as a shell writes them, behind a parameter:
 *
 *     lr=1e-5..1e-1~log~prior=normal(1e-3,0.5)     also log-normal, beta(2,5), gaussian, decay, exponential
 *     x=0.0..1.0~prior=points(0.2:1,0.5:3)         values with their weights
 *     x=0.0..1.0~prior=density(0.2,0.25,0.4)       values that were good
 *     opt=adam,sgd~weights=3,1                     how likely each value of a choice or an ordinal is the best
 */

import type { Json } from '../trial.ts'
import { splitValues } from './listed.ts'
import { KINDS, NAMED } from './prior.ts'
import type { PriorShape } from './prior.ts'
import { didYouMean } from './nearest-name.ts'

const TAIL = /^(.*\S)\s*~\s*(prior|weights)\s*=\s*(.*)$/s

const CALL = /^([A-Za-z][\w-]*)\s*(?:\((.*)\))?$/s

/** What the parentheses of each kind hold, for messages. */
const FORMS: Readonly<Record<PriorShape['kind'], string>> = {
  normal: 'normal(MEAN,DEVIATION)',
  'log-normal': 'log-normal(MEAN,DEVIATION)',
  beta: 'beta(A,B)',
  points: 'points(VALUE:WEIGHT,VALUE:WEIGHT)',
  density: 'density(VALUE,VALUE)',
}

/** The words that may follow `prior=`. */
export const PRIOR_WORDS: readonly string[] = [...Object.keys(NAMED), ...Object.keys(KINDS)]

/**
 * A SPEC without the belief behind it, and the options that the belief is. They are checked with the parameter.
 *
 * @throws RangeError for a belief that is not of one of these forms
 */
export function splitBelief(spec: string, subject: string): { readonly bare: string; readonly options?: object } {
  const [, bare, option, text] = TAIL.exec(spec) ?? []
  if (bare === undefined) return { bare: spec }
  if (option === 'weights') return { bare, options: { weights: splitValues(text!, ',', subject) } }
  return { bare, options: { prior: priorOf(text!.trim(), subject) } }
}

function priorOf(text: string, subject: string): unknown {
  const [, word, inside] = CALL.exec(text) ?? []
  if (word === undefined)
    throw new RangeError(
      `${subject}: a prior must be a word as in ~prior=gaussian or ~prior=normal(0.3,0.1), got '${text}'`,
    )
  if (inside === undefined) {
    if (Object.hasOwn(KINDS, word))
      throw new RangeError(`${subject}: write ~prior=${FORMS[word as PriorShape['kind']]}`)
    // The gate knows the names, and what may have been meant.
    return word
  }
  const kind = word === 'lognormal' ? 'log-normal' : word
  if (!Object.hasOwn(KINDS, kind))
    throw new RangeError(
      `${subject}: unknown prior '${word}'${didYouMean(word, PRIOR_WORDS) || `; there is ${PRIOR_WORDS.join(', ')}`}`,
    )
  return { kind, ...optionsOf(kind as PriorShape['kind'], inside, subject) }
}

function optionsOf(kind: PriorShape['kind'], inside: string, subject: string): Record<string, Json | readonly Json[]> {
  if (kind === 'points') {
    const pairs = inside.split(',').map((pair) => /^(.+):([^:]+)$/s.exec(pair.trim()))
    if (pairs.includes(null)) throw new RangeError(`${subject}: write ~prior=${FORMS.points}, got '${inside}'`)
    const all = (index: number): readonly Json[] => pairs.flatMap((pair) => splitValues(pair![index]!, ',', subject))
    return { values: all(1), weights: all(2) }
  }
  const values = splitValues(inside, ',', subject)
  if (kind === 'density') return { values }
  const names = KINDS[kind]
  if (values.length !== names.length) throw new RangeError(`${subject}: write ~prior=${FORMS[kind]}, got '${inside}'`)
  return Object.fromEntries(names.map((name, i) => [name, values[i]!]))
}
