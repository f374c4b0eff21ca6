/**
 * Scales of a float on which equal steps count alike, beside the linear and the logarithmic one. On a scale a float is
 * searched, spread by designs, and told apart by models. A distribution is a scale too: equal steps are equally likely.
 *
 *   logit       ln(x / (1 − x)), for shares: near 0 and near 1 every factor counts
 *   bilog       sign(x) ln(1 + |x|), for numbers of both signs and of many sizes
 *   normal      Φ((x − mean) / deviation)
 *   lognormal   Φ((ln x − mean) / deviation)
 */

import { normalCdf, normalQuantile } from '../numerics/special.ts'
import type { Curve, FloatParameter } from './parameter.ts'

/** Scales with a formula of their own. */
export const CURVES = Object.keys({ logit: 0, bilog: 0, normal: 0, lognormal: 0 } satisfies Record<
  Curve,
  0
>) as readonly Curve[]

/** A range that holds less than this of a distribution is a mistake, and could not be told apart by doubles. */
export const LEAST_MASS = 1e-6

/** A map to the real line and back. */
interface Scale {
  readonly to: (x: number) => number
  readonly from: (y: number) => number
}

/** The scale of a float; undefined for a linear or logarithmic one. */
export function curveOf({
  scale,
  mean = 0,
  deviation = 1,
}: Pick<FloatParameter, 'scale' | 'mean' | 'deviation'>): Scale | undefined {
  switch (scale) {
    case undefined:
      return undefined
    case 'logit':
      return { to: (x) => Math.log(x / (1 - x)), from: (y) => 1 / (1 + Math.exp(-y)) }
    case 'bilog':
      return { to: (x) => Math.sign(x) * Math.log1p(Math.abs(x)), from: (y) => Math.sign(y) * Math.expm1(Math.abs(y)) }
    case 'normal':
      return {
        to: (x) => normalCdf((x - mean) / deviation),
        from: (p) => mean + deviation * normalQuantile(p),
      }
    case 'lognormal':
      return {
        to: (x) => normalCdf((Math.log(x) - mean) / deviation),
        from: (p) => Math.exp(mean + deviation * normalQuantile(p)),
      }
  }
  return scale satisfies never
}
