import { expect, test } from 'vitest'
import { columnsAsOf } from '../../src/report/as-of.ts'
import { bestSoFar, columnsOf } from '../../src/report/columns.ts'
import { float } from '../../src/space/parameter.ts'
import { parseSpace } from '../../src/space/validate.ts'
import { endedTrial } from '../support/trial-records.ts'

const space = parseSpace({ x: float(0, 10) })
const goals = { objectives: { value: 'minimize' } } as const
const values = [5, 3, null, 4, 1, 2]
const columns = columnsOf(
  space,
  goals,
  values.map((value, k) => endedTrial(k, { x: k }, value)),
)

test('after a trial, the study is what it would be without those that came later', () => {
  for (const number of values.keys()) {
    const shown = columnsAsOf(columns, number)
    const alone = columnsOf(
      space,
      goals,
      values.slice(0, number + 1).map((value, k) => endedTrial(k, { x: k }, value)),
    )
    expect(shown.count).toBe(columns.count)
    expect([...shown.worth.subarray(0, number + 1)]).toEqual([...alone.worth])
    expect(shown.state.slice(0, number + 1)).toEqual([...alone.state])
    expect(bestSoFar(shown).at(-1)).toBe(bestSoFar(alone).at(-1))
    for (let i = number + 1; i < shown.count; i++) {
      expect(shown.number[i]).toBeNaN()
      expect(shown.values.get('value')![i]).toBeNaN()
      expect(shown.state[i]).toBe('queued')
    }
  }
})

test('before the first value there is no best trial', () => {
  const failed = columnsOf(space, goals, [endedTrial(0, { x: 0 }, null), endedTrial(1, { x: 1 }, 1)])
  expect(bestSoFar(columnsAsOf(failed, 0)).at(-1)).toBe(-1)
})
