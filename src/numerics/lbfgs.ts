/**
 * Minimization of a smooth function in a box: projected L-BFGS.
 *
 *   x   d   the variables
 *   s   d   a step of the variables
 *   y   d   the change of the gradient along a step
 *
 * A variable at a bound is held there while descent would push it outwards. The two-loop recursion gives a direction
 * for the other variables. A backtracking search along the projection of that direction onto the box gives the step.
 *
 * Sources: Nocedal & Wright 2006, Numerical Optimization, 2nd ed. (the equation numbers below are theirs), §7.2 and
 * §16.7; Bertsekas 1982, "Projected Newton methods", SIAM J. Control Optim. 20(2).
 */

import { addScaledInPlace, dot } from './vector.ts'

/** Returns the value at x and fills `gradient`. Where the function is not defined it returns infinity or NaN. */
export type Differentiable = (x: Float64Array, gradient: Float64Array) => number

export interface Minimum {
  readonly x: Float64Array
  readonly value: number
  readonly evaluations: number
}

export interface LbfgsOptions {
  /** Most steps; default 50. */
  readonly iterations?: number
  /** Pairs (s, y) kept for the approximation of the inverse Hessian; default 8. */
  readonly memory?: number
  /** The search ends when no component of the projected gradient is larger; default 1e-6. */
  readonly gradientTolerance?: number
  /** The search ends when a step lowers the value by less than this; default 1e-10. */
  readonly valueTolerance?: number
  /** Largest component of the very first step; default 0.5. */
  readonly firstStep?: number
}

/** A step must lower the value by at least this fraction of what the slope promises: the usual c₁ of eq. 3.4. */
const ARMIJO = 1e-4

/** A line search that needs more backtracking steps than this has reached the limit of the arithmetic. */
const BACKTRACKS = 20

/** A pair (s, y) is kept only if sᵀy exceeds this fraction of yᵀy: a smaller curvature may be a rounding error. */
const LEAST_CURVATURE = 1e-10

/**
 * Finds a local minimum between the bounds, from `start`. A start with a value that is not finite is returned as it is.
 *
 * @param start  d; moved into the box if it is outside
 * @param low    d, lower bounds; where both bounds are equal the variable is fixed
 * @param high   d, upper bounds
 */
export function minimizeInBox(
  f: Differentiable,
  start: Float64Array,
  low: Float64Array,
  high: Float64Array,
  options: LbfgsOptions = {},
): Minimum {
  const { iterations = 50, memory = 8, gradientTolerance = 1e-6, valueTolerance = 1e-10, firstStep = 0.5 } = options
  const d = start.length
  let x = Float64Array.from(start, (value, k) => Math.min(Math.max(value, low[k]!), high[k]!))
  let gradient = new Float64Array(d)
  let value = f(x, gradient)
  let evaluations = 1
  if (!Number.isFinite(value)) return { x, value, evaluations }
  const steps: Float64Array[] = []
  const changes: Float64Array[] = []
  const direction = new Float64Array(d)
  const shares = new Float64Array(memory)
  let trial = new Float64Array(d)
  let trialGradient = new Float64Array(d)

  for (let iteration = 0; iteration < iterations; iteration++) {
    const isHeld = (k: number): boolean =>
      (x[k]! <= low[k]! && gradient[k]! >= 0) || (x[k]! >= high[k]! && gradient[k]! <= 0)
    let largest = 0
    for (let k = 0; k < d; k++) {
      direction[k] = isHeld(k) ? 0 : -gradient[k]!
      largest = Math.max(largest, Math.abs(direction[k]!))
    }
    if (!(largest > gradientTolerance)) break
    if (steps.length > 0) twoLoopInPlace(direction, steps, changes, shares)
    let slope = 0
    for (let k = 0; k < d; k++) {
      if (isHeld(k)) direction[k] = 0
      slope += direction[k]! * gradient[k]!
    }
    if (!(slope < 0)) {
      // Not a direction of descent: pairs from before a bound was met can mislead. Forget them; take steepest descent.
      steps.length = changes.length = 0
      slope = 0
      for (let k = 0; k < d; k++) {
        direction[k] = isHeld(k) ? 0 : -gradient[k]!
        slope -= direction[k]! * direction[k]!
      }
    }
    let length = steps.length > 0 ? 1 : firstStep / largest
    let next = Infinity
    let isDown = false
    for (let backtrack = 0; backtrack < BACKTRACKS && !isDown; backtrack++) {
      let promised = 0
      for (let k = 0; k < d; k++) {
        trial[k] = Math.min(Math.max(x[k]! + length * direction[k]!, low[k]!), high[k]!)
        promised += gradient[k]! * (trial[k]! - x[k]!)
      }
      next = f(trial, trialGradient)
      evaluations++
      // Eq. 3.4, with the projected step in place of the full one.
      isDown = next <= value + ARMIJO * Math.min(promised, 0) && Number.isFinite(next)
      if (!isDown) {
        // Eq. 3.58: the minimum of the parabola through both values and the slope, kept away from the ends.
        const curvature = next - value - length * slope
        const fitted = Number.isFinite(next) && curvature > 0 ? (-0.5 * slope * length * length) / curvature : 0
        length = Math.min(Math.max(fitted, 0.1 * length), 0.5 * length)
      }
    }
    if (!isDown) {
      if (steps.length === 0) break
      steps.length = changes.length = 0
      continue
    }
    remember(steps, changes, memory, x, gradient, trial, trialGradient)
    const gained = value - next
    value = next
    ;[x, trial] = [trial, x]
    ;[gradient, trialGradient] = [trialGradient, gradient]
    if (gained < valueTolerance) break
  }
  return { x, value, evaluations }
}

/** Replaces minus the gradient by the quasi-Newton direction: Algorithm 7.4. */
function twoLoopInPlace(
  direction: Float64Array,
  steps: readonly Float64Array[],
  changes: readonly Float64Array[],
  shares: Float64Array,
): void {
  for (let i = steps.length - 1; i >= 0; i--) {
    shares[i] = dot(steps[i]!, direction) / dot(steps[i]!, changes[i]!)
    addScaledInPlace(direction, -shares[i]!, changes[i]!)
  }
  const last = steps.length - 1
  // Eq. 7.20: the initial approximation of the inverse Hessian is this multiple of the identity.
  const scale = dot(steps[last]!, changes[last]!) / dot(changes[last]!, changes[last]!)
  for (let k = 0; k < direction.length; k++) direction[k] = scale * direction[k]!
  for (let i = 0; i < steps.length; i++) {
    addScaledInPlace(direction, shares[i]! - dot(changes[i]!, direction) / dot(steps[i]!, changes[i]!), steps[i]!)
  }
}

/** Keeps the pair (s, y) of a step if its curvature is positive (eq. 6.7), so the approximation stays definite. */
function remember(
  steps: Float64Array[],
  changes: Float64Array[],
  memory: number,
  x: Float64Array,
  gradient: Float64Array,
  next: Float64Array,
  nextGradient: Float64Array,
): void {
  const s = next.map((value, k) => value - x[k]!)
  const y = nextGradient.map((value, k) => value - gradient[k]!)
  if (!(dot(s, y) > LEAST_CURVATURE * dot(y, y))) return
  if (steps.length === memory) {
    steps.shift()
    changes.shift()
  }
  steps.push(s)
  changes.push(y)
}
