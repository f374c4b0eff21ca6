/**
 * Random spaces for property tests: nested, with every type of parameter, from a seed.
 */

import type { SimpleParameter } from '../../src/space/parameter-options.ts'
import type { Parameter, Space, SpaceNode } from '../../src/space/parameter.ts'
import { bool, branch, choice, float, group, int, ordinal } from '../../src/space/parameter.ts'
import { parseSpace } from '../../src/space/validate.ts'

/** Uniform numbers in [0, 1): mulberry32 (Tommy Ettinger, public domain), which is good enough for test cases. */
export function uniformNumbers(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let x = Math.imul(state ^ (state >>> 15), state | 1)
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61)
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A parsed space. */
export function randomSpace(seed: number, options: { readonly finite?: boolean } = {}): Space {
  const uniform = uniformNumbers(seed)
  const whole = (low: number, high: number): number => low + Math.floor(uniform() * (high - low + 1))
  const byType: Record<SimpleParameter['type'], (() => Parameter)[]> = {
    float: [
      () => float(whole(-5, 5), whole(6, 20), { step: whole(1, 20) / 20 }),
      () => float(10 ** whole(-6, 0), 10 ** whole(1, 6), { log: uniform() < 0.5, digits: whole(1, 4) }),
      () => float(-(10 ** whole(1, 3)), -(10 ** whole(-2, 0)), { digits: whole(1, 3) }),
    ],
    int: [
      () => int(whole(-50, 0), whole(0, 50)),
      () => int(whole(1, 5), whole(5, 1000), { log: true }),
      () => int(whole(-9, 0), whole(9, 99), { step: whole(1, 9) }),
    ],
    choice: [
      () => choice(['adam', 'sgd', 'é\u007f\u{1f600}'], uniform() < 0.5 ? { weights: [1, 2, 3.5] } : {}),
      () => choice([0.5, 1, 2]),
      () => choice([null, true, 1, 'auto', [1, 2.5], { b: 1, a: [] }]),
    ],
    ordinal: [() => ordinal([16, 32, 64])],
    bool: [() => bool()],
  }
  const infinite = [
    () => float(whole(-9, 0), whole(1, 9)),
    () => float(10 ** whole(-9, -1), 10 ** whole(0, 9), { log: true }),
    () => float(-1, 1, { digits: whole(1, 6) }),
  ]
  const parameterMakers = [...Object.values(byType).flat(), ...(options.finite === true ? [] : infinite)]
  const node = (depth: number): SpaceNode => {
    const kind = uniform()
    if (depth > 0 && kind < 0.15) return fields(depth - 1)
    if (depth > 0 && kind < 0.25) return [node(depth - 1), whole(0, 9), node(0)]
    if (depth > 0 && kind < 0.4) return branch('kind', { svm: fields(depth - 1), forest: fields(depth - 1), none: {} })
    if (depth > 0 && kind < 0.5) return group({ type: 'dense', ...fields(depth - 1) })
    if (kind < 0.65) return [1, 1.5, 'text', null, true, [1, []]][whole(0, 5)] as SpaceNode
    return parameterMakers[whole(0, parameterMakers.length - 1)]!()
  }
  const fields = (depth: number): Space => {
    const names = ['seed', 'constructor', 'lr', 'b-c', 'toString'].slice(0, whole(1, 5))
    return Object.fromEntries(names.map((name) => [name, node(depth)]))
  }
  return parseSpace(fields(3))
}
