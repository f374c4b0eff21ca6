/** Every interleaving of every model within its bounds. `ANTHILL_MODELS=full` also explores the large bounds. */

import { expect, test } from 'vitest'
import { check } from './checker.ts'
import { SCENARIOS } from './scenarios.ts'

const isFull = process.env.ANTHILL_MODELS === 'full'
const chosen = SCENARIOS.filter(({ isQuick }) => isQuick || isFull)

test.each(chosen.map((scenario) => ({ name: `${scenario.part}: ${scenario.model.name}`, ...scenario })))(
  '$name',
  ({ part, model }) => {
    const { states, violation, trace, isComplete } = check(model, 20_000_000)
    expect({ violation, trace }).toEqual({ violation: undefined, trace: [] })
    expect(isComplete).toBe(true)
    if (isFull) console.log(`| ${part} | ${model.name} | ${states.toLocaleString('en')} |`)
  },
  isFull ? 900_000 : 60_000,
)
