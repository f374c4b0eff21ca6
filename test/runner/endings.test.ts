/** The table of endings with the runner as a library: the state, the words, and that nothing is left running. */

import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { prepareProgram } from '../../src/runner/program.ts'
import { runTrial } from '../../src/runner/run-trial.ts'
import type { TrialOutcome } from '../../src/runner/run-trial.ts'
import { float } from '../../src/space/parameter.ts'
import { parseSpace } from '../../src/space/validate.ts'
import { programsOf } from '../support/command.ts'
import { scratch } from '../support/scratch.ts'
import { trialAtWork } from '../support/trial-at-work.ts'
import { endings } from './endings.ts'
import type { ProgramEnding } from './endings.ts'

const space = parseSpace({ x: float(0, 1) })
const hasProc = existsSync('/proc/self/environ')

/** Runs an ending to its end: as often as it asks for, as a study does. */
async function runEnding({ script }: ProgramEnding, study: string, number: number): Promise<TrialOutcome> {
  const id = String(number).padStart(20, '0')
  const directory = join(study, id)
  mkdirSync(directory)
  for (let attempt = 1; ; attempt++) {
    const { trial, told } = trialAtWork(directory, {
      id,
      number,
      attempt,
      get recorded() {
        return told[0]?.[0] === 'fail' || attempt === 10 ? 'failed' : 'interrupted'
      },
    })
    const settings = { space, goals: { objectives: { value: 'minimize' } }, graceMs: 1000, timeoutMs: 5000 } as const
    const outcome = await runTrial(trial, prepareProgram(['sh', '-c', script], space), settings)
    if (outcome.state !== 'interrupted') return outcome
  }
}

describe.runIf(hasProc)('whatever a program does', () => {
  const study = scratch()
  // Several at a time, and all of them before the first test: most of them wait.
  const outcomes = new Map<string, Promise<TrialOutcome>>()
  let turn: Promise<unknown>[] = [0, 1, 2, 3].map(() => Promise.resolve())
  for (const [number, ending] of endings.entries()) {
    const lane = number % turn.length
    const outcome = turn[lane]!.then(() => runEnding(ending, study, number))
    outcome.catch(() => undefined)
    outcomes.set(ending.name, outcome)
    turn = turn.with(
      lane,
      outcome.catch(() => undefined),
    )
  }

  test.each(endings)('its trial has the right end: $name', async ({ name, state, value, says = '', left }) => {
    const outcome = await outcomes.get(name)!
    expect({ state: outcome.state, value: outcome.value }).toEqual({ state, value: value ?? null })
    if (typeof says === 'string') expect(outcome.detail ?? '').toContain(says)
    else expect(outcome.detail).toMatch(says)
    if (left !== undefined) expect(outcome.left!.join()).toMatch(left)
  })

  test('nothing of it is left running', async () => {
    await Promise.allSettled(outcomes.values())
    const names = programsOf(study).map((pid) => readFileSync(`/proc/${pid}/cmdline`, 'latin1'))
    expect(names).toEqual([])
  })

  test('a program whose logs were replaced is quoted from what it printed', async () => {
    expect((await outcomes.get('its logs are replaced, then a crash')!).lastWords).toEqual(['words'])
  })
})
