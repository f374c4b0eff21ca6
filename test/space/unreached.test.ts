import { expect, test } from 'vitest'
import { branch, float, int } from '../../src/space/parameter.ts'
import { unreachedEnds } from '../../src/space/unreached.ts'
import { parseSpace } from '../../src/space/validate.ts'

test('G8: a step that never reaches the upper bound is told with the largest value, wherever the parameter is', () => {
  const inner = { n: int(1, 10, { step: 4 }), m: int(1, 9, { step: 4 }) }
  const space = parseSpace({
    x: float(0, 1, { step: 0.3 }),
    y: float(0, 1),
    model: branch('kind', { a: inner, b: {} }),
  })
  expect(unreachedEnds(space)).toEqual([
    "parameter 'x': steps of 0.3 from 0 never reach 1; its largest value is 0.9",
    "parameter 'model.n': steps of 4 from 1 never reach 10; its largest value is 9",
  ])
})
