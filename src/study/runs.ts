/** Several runs of one trial (`--runs`): the seed of each, and the mean that is the trial's result. */

import { randomStream } from '../numerics/random.ts'
import { meanOf, pooledVariance } from '../sampler/race.ts'
import { MOST_OUTPUTS, spreadName } from '../space/objectives.ts'
import type { Objectives, Output, Said } from '../trial.ts'

/**
 * The seed of one of several runs: a whole number from 0 to 2³² − 1, the same for every attempt and on every worker.
 *
 * @param seed  the trial's own
 * @param run  from 1
 */
export const seedOfRun = (seed: number, run: number): number => randomStream('run', seed, run).integer(2 ** 32)

/**
 * What several runs say together: the mean of each objective and of each output that is a number. An output that is not
 * a number counts if all runs say the same; a constraint on one that they do not agree on is broken. The sample
 * standard deviation of the first objective is one more output (`spreadName`), also where a run says one by that name.
 *
 * @param runs  what each run said, checked; at least two
 */
export function meanOfRuns(objectives: Objectives, runs: readonly Said[]): Said {
  const [first] = Object.keys(objectives)
  const spread = spreadName(first!)
  const values = Object.keys(objectives).map((name) => [name, meanOf(numbersOf(runs, name))] as const)
  const names = [...new Set(runs.flatMap((said) => Object.keys(said)))].filter(
    (name) => !Object.hasOwn(objectives, name) && name !== spread,
  )
  const outputs = names.flatMap((name) => {
    const output = together(runs, name)
    return output === undefined ? [] : [[name, output] as const]
  })
  const { variance } = pooledVariance([numbersOf(runs, first!)])
  const deviation = Math.sqrt(variance)
  return Object.fromEntries([
    ...values,
    ...(Number.isFinite(deviation) ? [[spread, deviation] as const] : []),
    ...outputs.slice(0, MOST_OUTPUTS - 1),
  ]) as Said
}

const numbersOf = (runs: readonly Said[], name: string): number[] =>
  runs.flatMap((said) => (typeof said[name] === 'number' ? [said[name]] : []))

/** One output of all runs; undefined if they do not agree, or one of them did not say it. */
function together(runs: readonly Said[], name: string): Output | undefined {
  const numbers = numbersOf(runs, name)
  if (numbers.length === runs.length) return meanOf(numbers)
  const said = runs[0]![name]
  return runs.every((run) => run[name] === said) ? said : undefined
}
