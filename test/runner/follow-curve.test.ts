import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseCurvePattern } from '../../src/runner/curve-pattern.ts'
import { prepareProgram } from '../../src/runner/program.ts'
import { runTrial } from '../../src/runner/run-trial.ts'
import type { TrialSettings } from '../../src/runner/run-program.ts'
import { float } from '../../src/space/parameter.ts'
import { parseSpace } from '../../src/space/validate.ts'
import { scratch } from '../support/scratch.ts'
import { trialAtWork } from '../support/trial-at-work.ts'

const space = parseSpace({ x: float(0, 1) })

/** Runs a script whose trial should stop once it has reported a value above 1. */
async function run(script: string, change: Partial<TrialSettings> = {}) {
  const directory = scratch()
  const points: (readonly [number | undefined, number])[] = []
  const said: string[] = []
  const pruned: unknown[][] = []
  const shouldStop = (): boolean => points.some(([, value]) => value > 1)
  const { trial, told } = trialAtWork(directory, {
    prune: async (values, options) => {
      pruned.push(['prune', values, options?.because])
      return 'committed'
    },
    report: async (value, options) => void points.push([options?.step, value]),
    shouldStop: async () => shouldStop(),
    get stopReason() {
      return shouldStop() ? 'it is above 1' : undefined
    },
  })
  const objectives = { loss: 'minimize' } as const
  const settings: TrialSettings = { space, goals: { objectives }, graceMs: 10_000, ...change }
  const outcome = await runTrial(trial, prepareProgram(['sh', '-c', script], space), {
    ...settings,
    say: (line) => said.push(line),
  })
  return { outcome, told: [...told, ...pruned], points, said, directory }
}

test('values are reported, and the last line is still the answer', async () => {
  const { points, told } = await run(`echo '{"step": 2, "loss": 0.5}'; echo '{"step": 1, "loss": NaN}'; echo 0.25`)
  expect(points).toEqual([
    [2, 0.5],
    [1, NaN],
  ])
  expect(told).toEqual([['complete', { loss: 0.25 }]])
})

test('a program whose trial should stop gets TERM, may write its checkpoint, and is pruned', async () => {
  const script = `trap 'echo saved > checkpoint; exit 0' TERM
echo '{"step": 1, "loss": 0.5}'; echo '{"step": 2, "loss": 5}'; while :; do sleep 0.05; done`
  const { outcome, told, directory } = await run(script)
  expect(told).toEqual([['prune', { loss: 5 }, 'it is above 1']])
  expect(outcome).toMatchObject({ state: 'pruned', value: 5, detail: 'it is above 1', reason: null, lastWords: [] })
  expect(existsSync(join(directory, 'checkpoint'))).toBe(true)
})

test('a program that is deaf to TERM gets KILL after the grace', async () => {
  const script = `trap '' TERM; echo '{"step": 2, "loss": 5}'; while :; do sleep 0.05; done`
  const { outcome } = await run(script, { graceMs: 100 })
  expect(outcome.state).toBe('pruned')
})

test('a program says itself that it was pruned', async () => {
  expect((await run(`echo 0.5; echo '{"pruned": true}'`)).told).toEqual([['prune', undefined, 'its program said so']])
  const { told, outcome } = await run(`echo '{"pruned": true, "loss": 0.5}' > value.json`)
  expect(told).toEqual([['prune', { loss: 0.5 }, 'its program said so']])
  expect(outcome).toMatchObject({ state: 'pruned', value: 0.5 })
})

test('with several objectives the value so far is not recorded: nothing is known of the others', async () => {
  const objectives = { loss: 'minimize', size: 'minimize' } as const
  const script = `echo '{"step": 2, "loss": 5}'; sleep 60`
  expect((await run(script, { goals: { objectives } })).told).toEqual([['prune', undefined, 'it is above 1']])
})

test('--curve finds values, and a pattern that takes too long is said once', async () => {
  const curve = parseCurvePattern('loss (\\S+)')
  expect((await run('echo loss 0.5; echo loss 0.25; echo 1', { curve })).points).toEqual([
    [undefined, 0.5],
    [undefined, 0.25],
  ])
  const slow = parseCurvePattern('^((?:a+)+)$')
  const { said, told } = await run(`echo ${'a'.repeat(40)}!; echo 1`, { curve: slow })
  expect(said).toEqual([expect.stringContaining('trial 7: the pattern of --curve takes too long')])
  expect(told).toEqual([['complete', { loss: 1 }]])
})

test('all of many lines are reported before the end', async () => {
  const lines = 'for (i = 1; i <= 20000; i++) printf "{\\"step\\": %d, \\"loss\\": 0.5}\\n", i'
  const script = `awk 'BEGIN { ${lines}; print 1 }'`
  const { points } = await run(script)
  expect(points.length).toBe(20_000)
  expect(points.at(-1)).toEqual([20_000, 0.5])
})
