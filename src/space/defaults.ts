/**
 * The config that a space's author would try first.
 */

import type { Config } from '../trial.ts'
import { assemble } from './assemble.ts'
import { decodeValue } from './encoding.ts'
import { flatten } from './flatten.ts'
import type { Parameter, Space } from './parameter.ts'

/** Whether any parameter declares a default. */
export function declaresDefault(space: Space): boolean {
  return flatten(space).some(({ parameter }) => parameter.default !== undefined)
}

/**
 * Every parameter at its default. One that declares none takes its coordinate of `others` (a point as `decode` takes it);
 * without a point, a number or ordinal is in the middle of its range (of its log scale), and all else takes its first value.
 */
export function defaultConfig(space: Space, others?: ArrayLike<number>): Config {
  return assemble(space, ({ parameter }, index) => {
    if (parameter.default !== undefined) return parameter.default
    return decodeValue(parameter, others?.[index] ?? naturalCoordinate(parameter))
  })
}

function naturalCoordinate(parameter: Parameter): number {
  return parameter.type === 'float' || parameter.type === 'int' || parameter.type === 'ordinal' ? 0.5 : 0
}
