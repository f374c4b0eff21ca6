/** From a model that somebody has chosen to the role that it plays. */

import type { Axes } from '../space/axes.ts'
import { kernelOf } from '../surrogate/correlation.ts'
import { LEAST_NOISE, formOf, priorOf } from '../surrogate/hyperparameters.ts'
import type { Fixed, Form, PriorOptions } from '../surrogate/hyperparameters.ts'
import { FORESTS } from '../surrogate/tree-options.ts'
import type { Warp } from '../surrogate/warp.ts'
import type { ModelChoice, ProcessOptions } from './model-choice.ts'
import { ROLES } from './role.ts'
import type { ProcessRole, Role, RoleKey } from './role.ts'

/** The warps that a process may have, by word. */
const WARPS: Readonly<Record<NonNullable<ProcessOptions['warp']>, readonly Warp[]>> = {
  identity: ROLES.plain.warps,
  'yeo-johnson': ROLES.smooth.warps,
  log: [{ kind: 'log', scale: 1 }],
  best: ROLES.best.warps,
}

/**
 * The role of a model. Two that were chosen with the same options are one role. What it learns is kept under a name
 * that has all of its options: another kernel has learned something else.
 *
 * @param choice   one that has passed the gate
 * @param isNoisy  whether the objective may be noisy
 */
export function roleOf(choice: ModelChoice, isNoisy = true): Role {
  const role = usualRole(choice)
  return isNoisy ? role : withoutNoise(role)
}

/**
 * Refuses models that a space cannot have, before the first trial rather than at the model's first turn.
 *
 * @throws RangeError for a kernel of choices in a space with a number, or lengthscales of another number of parameters
 */
export function checkModels(choices: readonly ModelChoice[], axes: Axes): void {
  for (const choice of choices) {
    const role = usualRole(choice)
    if (role.make !== 'process') continue
    kernelOf(formOf(role.prior).kernel, axes.categories)
    priorOf(axes.list.length, axes.list.length, role.prior)
  }
}

/** The role that looks elsewhere (`elsewhere.ts`). */
export function plainRole(isNoisy: boolean): ProcessRole {
  return isNoisy ? ROLES.plain : processWithoutNoise(ROLES.plain)
}

function usualRole(choice: ModelChoice): Role {
  const set = (typeof choice === 'string' ? { kind: choice } : choice) as Exclude<ModelChoice, string>
  // A part that somebody has written has only its name in the key.
  const name: RoleKey = `{${JSON.stringify(set).slice(1)}`
  if ('fit' in set) return { name, kind: set.name, make: 'own', part: set, warps: ROLES.plain.warps }
  switch (set.kind) {
    case 'plain':
    case 'smooth':
    case 'best':
      return ROLES[set.kind]
    case 'process': {
      const { kind, warp = 'identity', ...options } = set
      // Such a process sees last digits as far as its user lets it.
      const mean = typeof options.mean === 'object' ? { mean: options.mean } : {}
      return { name, kind, make: 'process', prior: priorOptionsOf(options), ...mean, warps: WARPS[warp], isSharp: true }
    }
    case 'forest':
    case 'extra-trees':
    case 'bagging':
    case 'subspace': {
      if (choice === 'forest') return ROLES.forest
      const { kind, part = 'all', floor = 0, ...trees } = set
      const { warps } = ROLES.forest
      return { name, kind, make: 'forest', trees: { ...FORESTS[kind], ...trees }, part, floor, warps }
    }
    case 'boosted': {
      const { kind, ...boosting } = set
      return { name, kind, make: 'boosted', boosting, warps: ROLES.forest.warps }
    }
    case 'constant':
      return { name, kind: set.kind, make: 'constant', warps: ROLES.forest.warps }
  }
  return set satisfies never
}

/** A role that takes every difference for one of the function: a process without noise, a forest of pure leaves. */
function withoutNoise(role: Role): Role {
  switch (role.make) {
    case 'process':
      return processWithoutNoise(role)
    case 'forest':
      return { ...role, trees: { minLeaf: 1, ...role.trees } }
    case 'boosted':
    case 'constant':
    case 'own':
      return role
  }
  return role satisfies never
}

function processWithoutNoise(role: ProcessRole): ProcessRole {
  const { prior } = role
  return { ...role, prior: { ...prior, fixed: { noise: LEAST_NOISE, ...prior.fixed } } }
}

function priorOptionsOf({ kernel, mean, trend, additive, ...fixed }: Omit<ProcessOptions, 'warp'>): PriorOptions {
  const form: Partial<Form> = {
    ...(kernel === undefined ? {} : { kernel }),
    ...(mean === undefined || typeof mean === 'object' ? {} : { mean }),
  }
  return {
    form,
    fixed: fixed satisfies Fixed,
    ...(trend === true ? { trend: ROLES.plain.prior.trend } : {}),
    ...(additive === true ? { additive: ROLES.best.prior.additive } : {}),
  }
}
