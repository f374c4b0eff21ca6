import { expect, test } from 'vitest'
import { pageFigures } from '../../src/report/page-figures.ts'
import { choice, float } from '../../src/space/parameter.ts'
import { factsOf, modelOf } from '../support/study-facts.ts'
import { endedTrial } from '../support/trial-records.ts'

const space = { x: float(0, 1), y: float(0, 1), kind: choice(['a', 'b']) }
const trials = Array.from({ length: 12 }, (_, k) =>
  endedTrial(k, { x: k / 12, y: 1 - k / 12, kind: k % 2 === 0 ? 'a' : 'b' }, k === 3 ? null : k),
)

test('figures have ids that are unique on the page, each its own', () => {
  const placed = pageFigures(factsOf(space, trials, { models: [modelOf()] }))
  expect(new Set(placed.map(({ id }) => id)).size).toBe(placed.length)
  expect(placed.map(({ figure }) => figure.id)).toEqual(placed.map(({ id }) => id))
  expect(placed.map(({ id }) => id)).toEqual(expect.arrayContaining(['history', 'cut-0', 'failure', 'calibration']))
})

test('a figure is made when it is first looked at, and once', () => {
  const facts = factsOf(space, trials)
  let reads = 0
  const values = facts.columns.values
  const columns = {
    ...facts.columns,
    get values() {
      reads++
      return values
    },
  }
  const placed = pageFigures({ ...facts, columns })
  expect(reads).toBe(0)
  const { figure } = placed[0]!
  expect(reads).toBeGreaterThan(0)
  const once = reads
  expect(placed[0]!.figure).toBe(figure)
  expect(reads).toBe(once)
})
