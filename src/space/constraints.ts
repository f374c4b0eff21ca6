/** Constraints on what trials say: whether a trial meets them, and by how much. */

import type { Constraint, Constraints, Output } from '../trial.ts'
import type { Told } from './objectives.ts'

/** Whether a trial meets all constraints. What it did not say does not meet anything. */
export function areMet(constraints: Constraints, said: Told): boolean {
  return Object.entries(constraints).every(([name, constraint]) => excessOf(constraint, saidAs(name, said)) <= 0)
}

/** What a trial said under a name; undefined if nothing. */
export function saidAs(name: string, { values, outputs }: Told): Output | undefined {
  return Object.hasOwn(values, name) ? values[name] : Object.hasOwn(outputs, name) ? outputs[name] : undefined
}

/**
 * By how much an output breaks a constraint, in the unit of the output: above 0 if it does, at most 0 if it does not.
 * A truth value is 1 off or 0. NaN for an output that is missing or has another type.
 */
export function excessOf(constraint: Constraint, output: Output | undefined): number {
  if (typeof constraint === 'boolean') return typeof output !== 'boolean' ? NaN : output === constraint ? 0 : 1
  if (typeof output !== 'number') return NaN
  const { atMost = Infinity, atLeast = -Infinity } = constraint
  return Math.max(output - atMost, atLeast - output)
}
