/**
 * The config that the author of a space would try first.
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
 * The config with every parameter at its default. A parameter that declares none takes its value at the point `others`
 * of the unit cube. Without that point, a number or ordinal takes the middle of its range (or of its log scale), and
 * any other parameter its first value.
 */
export function defaultConfig(space: Space, others?: ArrayLike<number>): Config {
  return assemble(space, ({ parameter }, index) => {
    if (parameter.default !== undefined) return parameter.default
    return decodeValue(parameter, others?.[index] ?? naturalCoordinate(parameter))
  })
}

function naturalCoordinate(parameter: Parameter): number {
  switch (parameter.type) {
    case 'float':
    case 'int':
    case 'ordinal':
      return 0.5
    case 'choice':
    case 'bool':
    case 'branch':
      return 0
  }
  return parameter satisfies never
}
