/**
 * The values of expressions at model points: only the parameters that an expression names are translated.
 *
 *   x   d   a model point, see `axes.ts`
 */

import { selectorsOf } from './axes.ts'
import type { Axes, Axis } from './axes.ts'
import { namesIn } from './derive.ts'
import { decodeValue } from './encoding.ts'
import type { Expression } from './expression/expression.ts'
import type { Value } from './expression/kinds.ts'
import { flatten } from './flatten.ts'
import { levelAt } from './levels.ts'
import { INACTIVE } from './names.ts'

/** The value of an expression at a model point. Throws `INACTIVE` or a `Failure`. */
export function atPoint(expression: Expression, axes: Axes): (x: Float64Array) => Value {
  let x: Float64Array = new Float64Array(0)
  const readers = expression.names.map((name): (() => Value) => {
    const { constant, derived = [], axes: indexes } = namesIn(axes.space).get(name)!
    if (constant !== undefined) return () => constant
    const list = indexes.map((k) => ({ k, axis: axes.list[k]! }))
    const [only] = list
    if (only !== undefined && list.length === 1 && only.axis.when.length === 0 && derived.length === 0)
      return () => valueOn(only.axis, x[only.k]!)
    const leaves = flatten(axes.space)
    const others = derived.map((one) => ({
      when: selectorsOf(leaves, one.when, one.index),
      valueAt: atPoint(one.expression, axes),
    }))
    return () => {
      for (const { k, axis } of list) if (!Number.isNaN(x[k]!)) return valueOn(axis, x[k]!)
      for (const { when, valueAt } of others) if (when.every(([k, category]) => x[k] === category)) return valueAt(x)
      throw INACTIVE
    }
  })
  const lookup = (index: number): Value => readers[index]!()
  return (point) => {
    x = point
    return expression.evaluate(lookup)
  }
}

/** The axes that an expression depends on, with the selectors that switch them on. */
export function axesNamed(expression: Expression, axes: Axes): Set<number> {
  const found = new Set<number>()
  const add = (k: number): void => {
    if (found.has(k)) return
    found.add(k)
    for (const [selector] of axes.list[k]!.when) add(selector)
  }
  for (const name of expression.names) {
    const { axes: indexes, derived = [] } = namesIn(axes.space).get(name)!
    indexes.forEach(add)
    for (const one of derived) {
      for (const [selector] of selectorsOf(flatten(axes.space), one.when, one.index)) add(selector)
      axesNamed(one.expression, axes).forEach(add)
    }
  }
  return found
}

function valueOn({ kind, parameter }: Axis, u: number): Value {
  return (kind === 'category' ? levelAt(parameter, u) : decodeValue(parameter, u)) as Value
}
