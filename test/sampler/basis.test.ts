import { expect, test } from 'vitest'
import { readBasis } from '../../src/sampler/basis.ts'
import { beginElsewhere } from '../../src/sampler/elsewhere.ts'

const D = 8

test('the search elsewhere is read back as it was written, and is left out if it makes no sense', () => {
  const elsewhere = beginElsewhere(D, -1.5)
  const written = JSON.parse(JSON.stringify({ elsewhere }))
  expect(readBasis(written, D)).toEqual({ elsewhere })
  const wrong = [
    null,
    1,
    {},
    { ...elsewhere, left: -1 },
    { ...elsewhere, left: 0.5 },
    { ...elsewhere, left: '1' },
    { ...elsewhere, lowest: null },
    { ...elsewhere, lowest: '0' },
    { ...elsewhere, fitted: null },
    { ...elsewhere, theta: elsewhere.theta.slice(1) },
    { ...elsewhere, theta: elsewhere.theta.map(() => 700) },
  ]
  for (const other of wrong) expect(readBasis({ elsewhere: other }, D)).toEqual({})
})
