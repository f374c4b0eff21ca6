/**
 * What the trials of a study are judged by: its objectives, the constraints that a trial must meet to count, and, among
 * several objectives, which trial is preferred. All of it is written in the definition of the study.
 */

import type { Constraint, Constraints, Goals, Objectives, Preference, Said, TrialRecord } from '../trial.ts'
import { areMet, saidAs } from './constraints.ts'
import { didYouMean } from './nearest-name.ts'
import { OBJECTIVE_RULES, checkName, isBetter, objectivesOf, signOf } from './objectives.ts'
import type { ObjectiveOptions } from './objectives.ts'
import { checkOptions, isRecord, refusal } from './options.ts'
import type { Rule, Rules } from './options.ts'
import type { Space, Where } from './parameter.ts'
import { shown } from './shown.ts'

/** The options that `goalsOf` reads. */
export const GOAL_RULES: Rules = {
  ...OBJECTIVE_RULES,
  constraints: { must: 'an object, as in { memory: { atMost: 16 }, valid: true }', holds: isRecord },
  prefer: { must: 'an object, as in { weights: { loss: 1, latency: 0.1 } }', holds: isRecord },
}

/** The options that say it. */
export interface GoalOptions extends ObjectiveOptions {
  readonly constraints?: Constraints | undefined
  readonly prefer?: Preference | undefined
}

const BOUNDS: Rules = {
  atMost: { must: 'a finite number', holds: Number.isFinite },
  atLeast: { must: 'a finite number', holds: Number.isFinite },
}

const DEFAULT_OBJECTIVES: Objectives = { value: 'minimize' }

/**
 * What the options want of a trial. Without objectives, `value` is minimized.
 *
 * @throws TypeError or RangeError for options that contradict each other, a wrong name, direction or bound
 */
export function goalsOf(options: GoalOptions): Goals {
  const objectives = objectivesOf(options) ?? DEFAULT_OBJECTIVES
  const { constraints = {}, prefer } = options
  for (const [name, constraint] of Object.entries(constraints)) checkConstraint(name, constraint, objectives)
  if (prefer !== undefined) checkPreference(prefer, objectives)
  return {
    objectives,
    ...(Object.keys(constraints).length === 0 ? {} : { constraints }),
    ...(prefer === undefined ? {} : { prefer }),
  }
}

/** The constraints that a complete trial breaks, in words; empty if it meets all. */
export function brokenBy(
  { constraints = {} }: Goals,
  { state, values, outputs }: Pick<TrialRecord, 'state' | 'values' | 'outputs'>,
): string[] {
  if (state !== 'complete') return []
  return Object.entries(constraints)
    .filter(([name, constraint]) => !areMet({ [name]: constraint }, { values, outputs }))
    .map(([name, constraint]) => constraintText(name, constraint))
}

/** The outputs that a trial did not say although a constraint is about them. */
export const unsaidBy = ({ constraints = {} }: Goals, said: Pick<TrialRecord, 'values' | 'outputs'>): string[] =>
  Object.keys(constraints).filter((name) => saidAs(name, said) === undefined)

/** What is searched, and what is wanted there. */
interface Sought {
  readonly space: Space
  readonly where?: Where | undefined
  readonly goals: Goals
}

/** The part of a sampler's question that is the same for all trials of a study. What is not given is left out. */
export const sought = ({ space, where, goals: { objectives, constraints } }: Sought) => ({
  space,
  ...(where === undefined ? {} : { where }),
  objectives,
  ...(constraints === undefined ? {} : { constraints }),
})

function checkConstraint(name: string, constraint: unknown, objectives: Objectives): void {
  checkName('constraint', name)
  if (typeof constraint === 'boolean') {
    if (!Object.hasOwn(objectives, name)) return
    throw new RangeError(`constraint '${name}': is an objective, which is a number; give it 'atMost' or 'atLeast'`)
  }
  checkBounds(`constraint '${name}'`, constraint, 'true, false or bounds, as in { atMost: 16 }')
}

function checkBounds(subject: string, bounds: unknown, must: string): void {
  if (!isRecord(bounds)) throw new TypeError(`${subject}: must be ${must}, got ${shown(bounds)}`)
  for (const [end, { must, holds }] of Object.entries(BOUNDS) as [string, Rule][])
    if (bounds[end] !== undefined && !holds(bounds[end])) throw refusal(`${subject}, bound '${end}'`, must, bounds[end])
  checkOptions(subject, bounds, BOUNDS, 'bound')
  const { atMost, atLeast } = bounds as { atMost?: number; atLeast?: number }
  if (atMost === undefined && atLeast === undefined)
    throw new RangeError(`${subject}: must be ${must}, got ${shown(bounds)}`)
  if (atMost !== undefined && atLeast !== undefined && atLeast > atMost)
    throw new RangeError(`${subject}: nothing is at least ${atLeast} and at most ${atMost}; swap the bounds`)
}

function checkPreference(prefer: Preference, objectives: Objectives): void {
  const names = Object.keys(objectives)
  checkOptions('prefer', prefer, { weights: null, within: null }, 'way')
  const given = Object.entries(prefer).filter(([, value]) => value !== undefined)
  if (given.length !== 1)
    throw new RangeError(`option 'prefer': must have 'weights' or 'within', and not both, got ${shown(prefer)}`)
  if (names.length === 1)
    throw new RangeError(`option 'prefer': '${names[0]}' is the only objective, so it decides; leave 'prefer' out`)
  const [[way, wanted]] = given as [[string, unknown]]
  if (!isRecord(wanted) || Object.keys(wanted).length === 0)
    throw new TypeError(`option 'prefer.${way}': must be an object with objectives, got ${shown(wanted)}`)
  for (const [name, value] of Object.entries(wanted)) {
    if (!names.includes(name)) {
      const known = didYouMean(name, names) || `; the objectives are ${names.join(', ')}`
      throw new RangeError(`option 'prefer.${way}': '${name}' is not an objective${known}`)
    }
    const subject = `option 'prefer.${way}.${name}'`
    if (way === 'within') checkBounds(subject, value, 'bounds, as in { atMost: 16 }')
    else if (typeof value !== 'number' || !Number.isFinite(value) || value < 0)
      throw new RangeError(`${subject}: must be a number of at least 0, got ${shown(value)}`)
  }
  if (way === 'weights' && Object.values(wanted).every((weight) => weight === 0))
    throw new RangeError(`option 'prefer.weights': at least one must be above 0, got ${shown(wanted)}`)
}

/** How the trials of a study compare; the store is handed this, since it does not know what objectives are. */
export const orderOf = (goals: Goals) => ({
  worthOf: worthOf(goals),
  isBetter,
  areValues: areValuesOf(goals.objectives),
})

/**
 * Gives the function that turns what a trial said (its values and outputs) into one number to compare trials by, lower
 * is better: the value of the first objective or what `prefer` says. Undefined for a trial that gave no finite value,
 * breaks a constraint or lies outside the preferred bounds.
 */
export function worthOf(goals: Goals): (said: Said) => number | undefined {
  const { objectives, constraints = {}, prefer } = goals
  const [first] = Object.keys(objectives) as [string]
  const weights = prefer !== undefined && 'weights' in prefer ? prefer.weights : { [first]: 1 }
  const terms = Object.entries(weights).map(([name, weight]) => [name, weight * signOf(objectives[name]!)] as const)
  const bounds = prefer !== undefined && 'within' in prefer ? { ...prefer.within } : {}
  return (said) => {
    let worth = 0
    for (const [name, factor] of terms) {
      const value = said[name]
      if (typeof value !== 'number' || !Number.isFinite(value)) return undefined
      worth += factor * value
    }
    const isIn = (limits: Constraints): boolean => areMet(limits, { values: {}, outputs: said })
    return Number.isFinite(worth) && isIn(constraints) && isIn(bounds) ? worth : undefined
  }
}

/**
 * Gives the function that says whether a trial can have ended with these values: a complete one has a number for each
 * objective.
 */
function areValuesOf(objectives: Objectives): (said: Said, isComplete: boolean) => boolean {
  const names = Object.keys(objectives)
  return (said, isComplete) =>
    names.every((name) => (Object.hasOwn(said, name) ? typeof said[name] === 'number' : !isComplete))
}

/** A constraint or a bound in words: `memory <= 16`, `valid`, `not valid`. */
export function constraintText(name: string, constraint: Constraint): string {
  if (typeof constraint === 'boolean') return constraint ? name : `not ${name}`
  const { atMost, atLeast } = constraint
  if (atMost === undefined) return `${name} >= ${atLeast}`
  return atLeast === undefined ? `${name} <= ${atMost}` : `${atLeast} <= ${name} <= ${atMost}`
}

/** A preference in words: `loss by 1 and latency by 0.1`, `latency <= 20`. */
export function preferenceText(prefer: Preference): string {
  const words =
    'weights' in prefer
      ? Object.entries(prefer.weights).map(([name, weight]) => `${name} by ${weight}`)
      : Object.entries(prefer.within).map(([name, bounds]) => constraintText(name, bounds))
  return words.sort().join(' and ')
}
