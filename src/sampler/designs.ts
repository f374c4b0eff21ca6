/** How each design of `design-options.ts` is made. */

import type { Json } from '../trial.ts'
import { centerPoints, givenPoints, haltonPoints, hammersleyPoints, randomPoints, sobolPoints } from './design.ts'
import type { Design, PointOf } from './design.ts'
import type { DesignChoice, DesignName, GivenOptions } from './design-choice.ts'
import { DESIGNS } from './design-options.ts'
import { gridPoints } from './grid-design.ts'
import { kLatinPoints, latinPoints } from './latin-design.ts'
import { withDefaults } from '../space/option-values.ts'

/** Each gets its options with the defaults of its table. */
const MAKERS: { readonly [N in DesignName]: (options: never) => PointOf } = {
  center: centerPoints,
  sobol: sobolPoints,
  random: randomPoints,
  halton: haltonPoints,
  hammersley: hammersleyPoints,
  lhs: latinPoints,
  'k-lhs': kLatinPoints,
  grid: gridPoints,
  given: ({ configs, then }: Required<GivenOptions>) => givenPoints(configs, designOf(then)),
}

/** The design of a choice that has passed the gate. */
export function designOf(choice: DesignChoice): Design {
  const { kind, ...options } = typeof choice === 'string' ? { kind: choice } : choice
  const make = MAKERS[kind] as (options: object) => PointOf
  const pointOf = make(withDefaults(options, DESIGNS[kind].options))
  return { name: kind, options: options as { readonly [option: string]: Json }, pointOf }
}
