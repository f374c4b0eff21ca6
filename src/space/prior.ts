/**
 * What somebody believes about the best value of a parameter, as plain JSON.
 *
 * A prior bends where the search begins and what a model's candidates are worth. It never bends the axis on which
 * models tell values apart: that is the scale of the parameter (`scales.ts`). Most kinds speak of that scale:
 *
 *   normal      a normal distribution, cut at the bounds. `mean` is a value of the parameter, and `deviation` is in its
 *               own units: on a logarithmic scale in powers of ten, on the scales logit and bilog in steps of these
 *   log-normal  the natural logarithm of the value has this `mean` and `deviation`
 *   beta        Beta(a, b) over the range, on the scale
 *   points      values with weights; between them the weight goes in straight lines on the scale
 *   density     like earlier good values: a kernel density
 *
 * The names are those of HyperMapper. For an ordinal, the scale is the place in the list of its values.
 */

import type { Json } from '../trial.ts'

export type PriorName = 'uniform' | 'gaussian' | 'decay' | 'exponential'

/** A prior in its whole form. `V` is the type of the parameter's values. */
export type PriorShape<V extends Json = number> =
  | { readonly kind: 'normal'; readonly mean: V; readonly deviation: number }
  | { readonly kind: 'log-normal'; readonly mean: number; readonly deviation: number }
  | { readonly kind: 'beta'; readonly a: number; readonly b: number }
  | { readonly kind: 'points'; readonly values: readonly V[]; readonly weights: readonly number[] }
  | { readonly kind: 'density'; readonly values: readonly V[] }

/** A prior in its whole form, or by name. A parsed space has whole forms only, and none for `uniform`. */
export type Prior<V extends Json = number> = PriorName | PriorShape<V>

/** The shapes that have a name: `a` and `b` of a beta distribution. */
export const NAMED: Readonly<Record<PriorName, readonly [a: number, b: number]>> = {
  uniform: [1, 1],
  gaussian: [3, 3],
  decay: [0.8, 1],
  exponential: [1, 0.8],
}

/** What each kind has. */
export const KINDS: Readonly<Record<PriorShape['kind'], readonly string[]>> = {
  normal: ['mean', 'deviation'],
  'log-normal': ['mean', 'deviation'],
  beta: ['a', 'b'],
  points: ['values', 'weights'],
  density: ['values'],
}

/** A prior in words, as a shell writes it: `normal(0.001,0.5)`. */
export function priorText(prior: PriorShape<Json>): string {
  const text = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value))
  switch (prior.kind) {
    case 'normal':
    case 'log-normal':
      return `${prior.kind}(${text(prior.mean)},${prior.deviation})`
    case 'beta': {
      const named = Object.entries(NAMED).find(([, [a, b]]) => a === prior.a && b === prior.b)
      return named === undefined ? `beta(${prior.a},${prior.b})` : named[0]
    }
    case 'points':
      return `points(${prior.values.map((value, i) => `${text(value)}:${prior.weights[i]}`).join(',')})`
    case 'density':
      return `density(${prior.values.map(text).join(',')})`
  }
  return prior satisfies never
}
