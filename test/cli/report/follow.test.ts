import { expect, test } from 'vitest'
import { isOver } from '../../../src/cli/report/follow.ts'

const none = { complete: 0, running: 0, paused: 0, failed: 0, pruned: 0, interrupted: 0, queued: 0 }
const over = (trials: Partial<typeof none>, live = 0, budget: number | null = 10): boolean =>
  isOver({ budget, trials: { ...none, ...trials }, workers: { live, silent: 0, done: 1 }, best: null })

test('a study is over when its budget has ended and nothing runs', () => {
  expect(over({ complete: 8, failed: 1, pruned: 1 }, 1)).toBe(true)
  expect(over({ complete: 9 })).toBe(false)
  expect(over({ complete: 10, running: 1 }, 1)).toBe(false)
  expect(over({ complete: 10, interrupted: 1 })).toBe(false)
  expect(over({ complete: 10 }, 0, null)).toBe(false)
})

test('trials that rest at a rung go on only while somebody works', () => {
  expect(over({ complete: 2, paused: 8 }, 1)).toBe(false)
  expect(over({ complete: 2, paused: 8 })).toBe(true)
  expect(over({ complete: 2, paused: 7 })).toBe(false)
})
