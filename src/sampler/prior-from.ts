/**
 * Priors from earlier results: where the good trials were.
 *
 * Each number gets the kernel density of its values in the good trials, and each choice its counts as weights. The
 * parameters are taken one by one, as in HyperMapper without `estimate_multivariate_priors`.
 */

import type { Config, Constraints, Json, Objectives, Preference, TrialRecord } from '../trial.ts'
import { GOAL_RULES, goalsOf, worthOf } from '../space/goals.ts'
import type { GoalOptions } from '../space/goals.ts'
import { flatten, valueAt } from '../space/flatten.ts'
import type { Leaf } from '../space/flatten.ts'
import { valueIndex } from '../space/levels.ts'
import { checkOptions } from '../space/options.ts'
import { isParameter } from '../space/parameter.ts'
import type { Parameter, Space, SpaceNode } from '../space/parameter.ts'
import { parseSpace } from '../space/validate.ts'
import { rangeRule } from '../space/option-values.ts'

/** The share of the trials that counts as good, unless somebody says another one. */
const QUANTILE = 0.1

/** At most this many values are kept of a number: each costs time with every candidate. */
const MOST_VALUES = 50

/** Without a word on objectives, the only one that the trials have is minimized. */
export interface PriorFromOptions {
  /** The share of the trials that counts as good; default 0.1, and at least one trial. */
  readonly quantile?: number
  /** The name of the only objective, which is minimized. */
  readonly minimize?: string
  /** The name of the only objective, which is maximized. */
  readonly maximize?: string
  /** Several objectives: direction by name. The first one decides, unless `prefer` does. */
  readonly objectives?: Objectives
  /** What a trial must meet to count. */
  readonly constraints?: Constraints
  readonly prefer?: Preference
}

/**
 * The same space with priors from earlier results. A parameter keeps its own belief if no good trial has a value of it.
 *
 * @param trials   of this space or of a similar one; those that failed or break a constraint do not count
 * @param options  what is good; `goals` of a study may be spread into it
 * @throws RangeError if no trial counts; TypeError or RangeError for a space or options that make no sense
 */
export function priorFrom<const S extends Space>(
  trials: readonly TrialRecord<unknown>[],
  space: S,
  options: PriorFromOptions = {},
): S {
  checkOptions('priorFrom', options, { ...GOAL_RULES, quantile: rangeRule(0, 1) })
  const { quantile = QUANTILE, ...goals } = options
  const parsed = parseSpace(space)
  const good = goodOf(trials, quantile, Object.keys(goals).length === 0 ? onlyObjective(trials) : goals)
  const believed = new Map<Parameter, Parameter>()
  for (const leaf of flatten(parsed)) believed.set(leaf.parameter, withBelief(leaf, good))
  const replaced = (node: SpaceNode): SpaceNode => {
    if (typeof node !== 'object' || node === null) return node
    const known = isParameter(node as SpaceNode) ? (believed.get(node as Parameter) ?? node) : node
    if (isParameter(known as SpaceNode) && (known as Parameter).type !== 'branch') return known as SpaceNode
    if (Array.isArray(known)) return known.map(replaced)
    return Object.fromEntries(
      Object.entries(known as object).map(([key, child]) => [key, replaced(child as SpaceNode)]),
    )
  }
  return parseSpace(replaced(parsed)) as S
}

/** The configs of the best trials, best first. */
function goodOf(trials: readonly TrialRecord<unknown>[], quantile: number, goals: GoalOptions): Config[] {
  const worth = worthOf(goalsOf(goals))
  const counted = trials.flatMap(({ state, values, outputs, config }) => {
    const value = state === 'complete' ? worth({ ...values, ...outputs }) : undefined
    return value === undefined ? [] : [{ value, config: config as Config }]
  })
  if (counted.length === 0)
    throw new RangeError(
      `trials: none of ${trials.length} is complete, has the objective and meets the constraints; give others`,
    )
  counted.sort((a, b) => a.value - b.value)
  return counted.slice(0, Math.max(Math.ceil(quantile * counted.length), 1)).map(({ config }) => config)
}

/** The objective of trials that have one only. */
function onlyObjective(trials: readonly TrialRecord<unknown>[]): { readonly minimize: string } | Record<string, never> {
  const names = new Set(trials.flatMap(({ state, values }) => (state === 'complete' ? Object.keys(values) : [])))
  if (names.size > 1)
    throw new RangeError(
      `priorFrom: the trials have several objectives (${[...names].join(', ')}); say which is to 'minimize'`,
    )
  const [minimize] = names
  return minimize === undefined ? {} : { minimize }
}

/** A parameter with what the good configs say about it. */
function withBelief(leaf: Leaf, good: readonly Config[]): Parameter {
  const { parameter } = leaf
  const values = good.flatMap((config) => valueIn(config, leaf) ?? [])
  if (values.length === 0) return parameter
  switch (parameter.type) {
    case 'float':
    case 'int': {
      const kept = values.slice(0, MOST_VALUES) as number[]
      return { ...parameter, prior: { kind: 'density', values: kept.sort((a, b) => a - b) } }
    }
    case 'ordinal': {
      const { weights: _, ...others } = parameter
      return { ...others, prior: { kind: 'density', values: values.slice(0, MOST_VALUES) } }
    }
    case 'choice':
      return {
        ...parameter,
        weights: parameter.values.map(
          (_, k) => 1 + values.filter((value) => valueIndex(parameter.values, value) === k).length,
        ),
      }
    case 'bool':
    case 'branch':
      return parameter
  }
  return parameter satisfies never
}

/** The value that a config has of a parameter, if it is one that the parameter may have. */
function valueIn(config: Config, leaf: Leaf): Json | undefined {
  let value: Json
  try {
    value = valueAt(config, leaf)
  } catch {
    return undefined
  }
  const { parameter } = leaf
  switch (parameter.type) {
    case 'float':
    case 'int':
      return typeof value === 'number' && value >= parameter.low && value <= parameter.high ? value : undefined
    case 'choice':
    case 'ordinal':
      return valueIndex(parameter.values, value) >= 0 ? value : undefined
    case 'bool':
    case 'branch':
      return undefined
  }
  return parameter satisfies never
}
