import { expect, test } from 'vitest'
import { columnsOf } from '../../../src/report/columns.ts'
import { hashOf, selectionOf } from '../../../src/report/page/hash.ts'
import { MOST_PINNED, NOTHING, brush, chosenBy, togglePin, unbrush } from '../../../src/report/page/selection.ts'
import { branch, float } from '../../../src/space/parameter.ts'
import { parseSpace } from '../../../src/space/validate.ts'
import { endedTrial } from '../../support/trial-records.ts'

const space = parseSpace({ x: float(0, 10), opt: branch('kind', { sgd: { momentum: float(0, 1) }, adam: {} }) })
const goals = { objectives: { loss: 'minimize' } } as const

const columns = columnsOf(
  space,
  goals,
  Array.from({ length: 10 }, (_, k) => {
    const config = { x: k, opt: k % 2 === 0 ? { kind: 'sgd', momentum: k / 10 } : { kind: 'adam' } }
    return endedTrial(k, config, 10 - k, { id: `${k}`.repeat(20), values: { loss: 10 - k } })
  }),
)

test('a brush includes both of its ends, whichever was first', () => {
  for (const [one, other] of [
    [2, 5],
    [5, 2],
  ] as const) {
    const chosen = chosenBy(columns, brush(NOTHING, 'parameter 0', one, other))!
    expect([...chosen.keys()].filter((i) => chosen[i] === 1)).toEqual([2, 3, 4, 5])
  }
})

test('brushes of several axes hold together, and a trial without a place is outside', () => {
  const momentum = columns.parameters.findIndex(({ label }) => label.includes('momentum'))
  const both = brush(brush(NOTHING, `parameter ${momentum}`, 0, 1), 'value loss', 1, 5)
  const chosen = chosenBy(columns, both)!
  expect([...chosen.keys()].filter((i) => chosen[i] === 1)).toEqual([6, 8])
  expect(chosenBy(columns, unbrush(unbrush(both, 'value loss'), `parameter ${momentum}`))).toBeUndefined()
})

test('a sixth pin lets the oldest go, and pinning again unpins', () => {
  const six = [0, 1, 2, 3, 4, 5].reduce(togglePin, NOTHING)
  expect(six.pinned).toEqual([1, 2, 3, 4, 5])
  expect(six.pinned).toHaveLength(MOST_PINNED)
  expect(togglePin(six, 3).pinned).toEqual([1, 2, 4, 5])
})

test('a selection comes back from its fragment', () => {
  const chosen = { ...brush([2, 7].reduce(togglePin, NOTHING), 'value loss', 0.1, 5), asOf: 8 }
  expect(selectionOf(columns, `#${hashOf(columns, chosen)}`)).toEqual(chosen)
  expect(hashOf(columns, NOTHING)).toBe('')
})

test('a fragment that makes no sense chooses nothing', () => {
  const odd = [
    '#pin=zz,,&asof=-3',
    '#brush=nothing:1:2&brush=number:x:2&brush=parameter%2099:0:1',
    '#asof=1e9x',
    '#%%%',
  ]
  for (const hash of odd) expect(selectionOf(columns, hash)).toEqual(NOTHING)
  expect(selectionOf(columns, '#asof=999').asOf).toBe(9)
})
