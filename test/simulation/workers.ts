/** What the processes of a simulation do: open the study, then ask, work a while and tell until nothing is left. */

import { StudyError } from '../../src/errors.ts'
import type { Config } from '../../src/trial.ts'
import type { Random } from '../../src/numerics/random.ts'
import { hashText } from '../../src/numerics/random.ts'
import type { StudyOptions } from '../../src/study/definition.ts'
import type { LiveTrial } from '../../src/study/live-trial.ts'
import { openStudyOn } from '../../src/study/open-study.ts'
import type { Study } from '../../src/study/study.ts'
import type { Process } from './cluster.ts'
import type { Witness } from './witness.ts'

export const ROOT = '/s'

/** The top rung of a study with a fidelity. */
export const TOP = 9

/** Waits in simulated time: the timers are replaced. */
export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** A trial's value: the same for every worker. Two configs in a hundred tie. */
export const valueOf = (id: string): number => hashText(id, 1) % 50

/** What a complete trial must keep to for the best. */
export const CONSTRAINTS = { memory: { atMost: 6 } } as const

/** All that a complete trial says: its value, and outputs of each kind. Three in ten break the constraint. */
export const saidOf = (id: string) => ({
  loss: valueOf(id),
  memory: hashText(id, 6) % 10,
  valid: true,
  note: `made by ${id}`,
})

/** Why a trial is pruned, in the words of a pruner or of a program. */
export const WHY_PRUNED = 'one must be pruned'

export interface Habits {
  readonly random: Random
  readonly options: StudyOptions
  /** Configs that a person may add to the queue. */
  readonly wishes: readonly Config[]
}

/** Thrown by a worker that disappears in the middle of something, as a program that ends without a word. */
export class Vanished extends Error {}

/**
 * Works until nothing is left. If the file system does not answer, it asks again some times; then the process gives up.
 */
export async function work(process: Process, witness: Witness, { random, options, wishes }: Habits): Promise<void> {
  const study = await openStudyOn(process, ROOT, options)
  witness.hears(process.name, { what: 'opened', token: study.token })
  for (let idle = 0; idle < 20;) {
    if (random.next() < 0.2 && wishes.length > 0)
      await wish(process, witness, study, wishes[random.integer(wishes.length)]!)
    const trial = await persisting(() => study.ask())
    if (trial === undefined) {
      if (random.next() < 0.3 && (await retryOne(study))) continue
      if (study.unfinished.length === 0 || random.next() < 0.5) break
      idle++
      await sleep(100)
    } else {
      witness.hears(process.name, { what: 'claimed', id: trial.id, number: trial.number, attempt: trial.attempt })
      await runTrial(process, witness, trial, random)
    }
  }
  await study.close()
}

/**
 * Starts the same line again and completes all that is left. With `trials` above the study's ceiling so far, also what
 * waits in the queue.
 */
export async function finish(process: Process, witness: Witness, options: StudyOptions): Promise<void> {
  const study = await openStudyOn(process, ROOT, options)
  witness.hears(process.name, { what: 'opened', token: study.token })
  for (let trial = await study.ask(); trial !== undefined; trial = await study.ask()) {
    witness.hears(process.name, { what: 'claimed', id: trial.id, number: trial.number, attempt: trial.attempt })
    await complete(process, witness, trial)
  }
  if (study.unfinished.length > 0)
    witness.violations.push(`I11: ${process.name} left with ${JSON.stringify(study.unfinished)} to do`)
  await study.close()
}

/** Completes a trial, and tells the witness before and after. */
export async function complete(process: Process, witness: Witness, trial: LiveTrial<unknown>): Promise<void> {
  const value = valueOf(trial.id)
  const isOfRung = trial.fidelity !== undefined && trial.fidelity < TOP
  await tell(process, witness, trial, isOfRung ? 'paused' : 'complete', value, () => trial.complete(saidOf(trial.id)))
}

/** Prunes a trial, with all that it says and why or without a value, and tells the witness before and after. */
export async function prune(process: Process, witness: Witness, trial: LiveTrial<unknown>, says = true): Promise<void> {
  const { id } = trial
  const because = { because: WHY_PRUNED }
  await tell(process, witness, trial, 'pruned', says ? valueOf(id) : undefined, () =>
    says ? trial.prune(saidOf(id), because) : trial.prune(undefined, because),
  )
}

/** Ends a trial by `end`, and tells the witness before and after. */
export async function tell(
  process: Process,
  witness: Witness,
  { id, attempt }: LiveTrial<unknown>,
  status: string,
  value: number | undefined,
  end: () => Promise<string>,
): Promise<void> {
  witness.hears(process.name, { what: 'ending', id, attempt })
  const answer = await persisting(end)
  witness.hears(process.name, { what: 'ended', id, attempt, status, value, answer })
}

async function runTrial(process: Process, witness: Witness, trial: LiveTrial<unknown>, random: Random): Promise<void> {
  for (let reports = random.integer(3); reports > 0; reports--) {
    await sleep(random.integer(150))
    await trial.report(reports)
  }
  await sleep(random.integer(150))
  const chance = random.next()
  if (chance < 0.6) await complete(process, witness, trial)
  else if (chance < 0.7) await prune(process, witness, trial, chance < 0.65)
  else if (chance < 0.85) await tell(process, witness, trial, 'failed', undefined, () => trial.fail('it did not work'))
  else if (chance < 0.95) await tell(process, witness, trial, 'interrupted', undefined, () => trial.handBack())
  else throw new Vanished()
}

async function wish(process: Process, witness: Witness, study: Study<never>, config: Config): Promise<void> {
  const { id, state } = await persisting(() => study.enqueue(config))
  if (state === 'queued') witness.hears(process.name, { what: 'queued', id })
}

/** Asks for another round of a trial that failed for good; false if there is none. */
async function retryOne(study: Study<never>): Promise<boolean> {
  const failed = (await persisting(() => study.trials())).find(({ state }) => state === 'failed')
  if (failed === undefined) return false
  try {
    await persisting(() => study.retry(failed.number!))
    return true
  } catch (error) {
    if (error instanceof RangeError) return false // another process was faster
    throw error
  }
}

/** Does what a patient program does: tries again what the file system refused. */
export async function persisting<T>(call: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await call()
    } catch (error) {
      if (!(error instanceof StudyError) || error.code !== 'INPUT_OUTPUT' || tries === 5) throw error
      await sleep(100)
    }
  }
}
