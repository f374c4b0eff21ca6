/**
 * Upper bounds that no value reaches: what somebody is told once, when a study begins, because it was hardly meant.
 */

import { flatten } from './flatten.ts'
import { shortOfEnd } from './levels.ts'
import type { Parameter, Space } from './parameter.ts'

/** One sentence for each number whose steps end before its upper bound, as those of `0..1:0.3` do. */
export function unreachedEnds(space: Space): string[] {
  return flatten(space).flatMap(({ name, parameter }) => {
    const last = shortOfEnd(parameter)
    return last === undefined ? [] : [sentence(name, parameter as StepParameter, last)]
  })
}

type StepParameter = Extract<Parameter, { readonly low: number }>

function sentence(name: string, { low, high, step }: StepParameter, last: number): string {
  return `parameter '${name}': steps of ${step} from ${low} never reach ${high}; its largest value is ${last}`
}
