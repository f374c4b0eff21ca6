/**
 * Confirming the best: the finalists of a study are measured again, until one of them is the best with a wanted
 * probability. `sampler/race.ts` says how the next one is chosen.
 *
 * The repeats are ordinary trials from the queue, each with a directory of its own. So several processes may confirm at
 * once, and the same call goes on after a crash. The finalists are those with the best first values, which no repeat
 * changes. These values are too good by selection, so they have no part in the race: what is said of a finalist comes
 * from its later values alone.
 */

import type { Config, TrialRecord } from '../trial.ts'
import { halfOf, meanOf, nextRunner, oddsOfBest, pooledVariance } from '../sampler/race.ts'
import type { RaceOptions } from '../sampler/race.ts'
import { configText } from '../space/canonical.ts'
import { worthOf } from '../space/goals.ts'
import { SIGNAL, checkOptions, wholeNumber } from '../space/options.ts'
import type { LiveTrial } from './live-trial.ts'
import { runOne } from './optimize.ts'
import type { Objective } from './optimize.ts'
import type { Study } from './study.ts'

const RULES = {
  top: wholeNumber(2, 100),
  repeats: wholeNumber(2, 1000),
  jobs: wholeNumber(1, 1000),
  probability: {
    must: 'a probability above 0.5 and below 1',
    holds: (p: unknown) => typeof p === 'number' && p > 0.5 && p < 1,
  },
  signal: SIGNAL,
}

/** Another process may take what this one has queued; then this one chooses again, this often. */
const MOST_TRIES = 10

/** How finalists are confirmed. */
export interface ConfirmOptions {
  /** How many finalists there are: from 2 to 100, default 5. */
  readonly top?: number
  /** The most repeats of a finalist: from 2 to 1000, default 10. */
  readonly repeats?: number
  /** The race ends once one is the best with this probability: above 0.5 and below 1, default 0.9. */
  readonly probability?: number
  /** How many repeats this process runs at once; default 1. */
  readonly jobs?: number
  /** Ends the race early. */
  readonly signal?: AbortSignal | undefined
}

/** What is known of a finalist. */
export interface Finalist<C = Config> {
  readonly config: C
  /**
   * The trial that measured it first, and its value, by which it became a finalist: that of the first objective or,
   * where `prefer` has weights, their sum to be minimized.
   */
  readonly number: number
  readonly first: number
  /** How many repeats have a value, their mean, and half of its 95 % interval; null before there are enough. */
  readonly n: number
  readonly mean: number | null
  readonly half: number | null
  /** The probability that its true mean is the best. */
  readonly odds: number
  /** By how much the mean of the repeats is worse than the first value, which luck has helped to the top. */
  readonly fallsBack: number | null
}

/** What came of it. */
export interface Confirmation<C = Config> {
  /** The one that is most probably the best first. */
  readonly finalists: readonly Finalist<C>[]
  /** Whether the first one is the best with the wanted probability. */
  readonly isDecided: boolean
}

/** Where the repeats come from, and what they have shown. */
export interface Race<C> {
  /** Takes the next repeat; undefined if none is left for this process. */
  readonly ask: (options?: { readonly signal?: AbortSignal }) => Promise<LiveTrial<C> | undefined>
  readonly standing: () => Promise<Confirmation<C>>
}

/** A finalist, and what happened to its repeats. */
interface Entrant {
  readonly trial: TrialRecord
  /** What its first value is worth, to be minimized; then those of its repeats. */
  readonly first: number
  readonly values: number[]
  /** Its repeats without a value: those that run or wait, and those that failed, which are not replaced. */
  pending: number
  /** Those that wait to be begun or, at a rung of a fidelity, to go on. */
  waiting: number
}

/**
 * Measures the best configs of a study again, until one is the best with the wanted probability, or all have been
 * repeated often enough. Open the study without `trials`, since repeats are trials that count.
 *
 * @param objective  see `Study.optimize`
 * @throws RangeError or TypeError for options that make no sense; what `ask` throws
 *
 * @example
 * ```ts
 * import { confirm, float, openStudy } from 'anthill'
 *
 * const noisy = ({ config }: { config: { x: number } }): number => config.x ** 2 + 0.1 * Math.random()
 * await using study = await openStudy('runs/noisy', { space: { x: float(-5, 5) }, trials: 10 })
 * await study.optimize(noisy)
 * await using again = await openStudy('runs/noisy', { space: { x: float(-5, 5) } })
 * const { finalists } = await confirm(again, noisy, { top: 3, repeats: 5 })
 * console.log(finalists[0]?.config.x, finalists[0]?.odds)
 * ```
 */
export async function confirm<C>(
  study: Study<C>,
  objective: Objective<C>,
  options: ConfirmOptions = {},
): Promise<Confirmation<C>> {
  const race = raceOf(study, options)
  const { jobs = 1, signal } = options
  const lane = async (): Promise<void> => {
    while (signal?.aborted !== true) {
      const trial = await race.ask(signal === undefined ? {} : { signal })
      if (trial === undefined) return
      await runOne(trial, objective)
    }
  }
  await Promise.all(Array.from({ length: jobs }, lane))
  return await race.standing()
}

/** The race in a study, for a loop of one's own. @internal */
export function raceOf<C>(study: Study<C>, options: ConfirmOptions): Race<C> {
  checkOptions('confirm', options, RULES)
  const { top = 5, repeats = 10, probability = 0.9 } = options
  const rules: RaceOptions = { repeats, probability }
  let turn: Promise<unknown> = Promise.resolve()
  const take = async (how: { readonly signal?: AbortSignal }): Promise<LiveTrial<C> | undefined> => {
    for (let k = 0; k < MOST_TRIES; k++) {
      const entrants = entrantsOf(study, await study.trials(), top)
      // What waits at a rung, or was queued by a process that was killed, comes first.
      if (!entrants.some(({ waiting }) => waiting > 0)) {
        const next = nextRunner(entrants, rules)
        if (next === undefined) return undefined
        await study.enqueue(entrants[next]!.trial.config, { repeat: true })
      }
      const trial = await study.ask({ ...how, wait: false, queued: true })
      if (trial !== undefined || study.stopped || how.signal?.aborted === true) return trial
    }
    return undefined
  }
  return {
    // One after the other, so that two lanes do not choose by the same standing.
    ask: async (how = {}) => {
      const mine = turn.then(() => take(how))
      turn = mine.catch(() => undefined)
      return await mine
    },
    standing: async () => standingOf(entrantsOf(study, await study.trials(), top), signOf(study), probability),
  }
}

/** A worth times this is a value of the first objective or, where `prefer` has weights, their sum to be minimized. */
const signOf = ({ goals: { objectives, prefer } }: Pick<Study, 'goals'>): 1 | -1 =>
  Object.values(objectives)[0] === 'maximize' && !(prefer !== undefined && 'weights' in prefer) ? -1 : 1

/** The configs with the best first values, best first, with their repeats. */
function entrantsOf<C>(study: Study<C>, trials: readonly TrialRecord<C>[], top: number): Entrant[] {
  const worth = worthOf(study.goals)
  const groups = new Map<string, TrialRecord[]>()
  for (const trial of trials as unknown as readonly TrialRecord[]) {
    const text = configText(study.space, trial.config)
    groups.set(text, [...(groups.get(text) ?? []), trial])
  }
  return [...groups.values()]
    .flatMap((all): Entrant[] => {
      const worths = all.map(({ state, values, outputs }) =>
        state === 'complete' ? worth({ ...values, ...outputs }) : undefined,
      )
      const at = worths.findIndex((one) => one !== undefined)
      if (at < 0) return []
      const later = all.slice(at + 1)
      const values = worths.slice(at + 1).filter((one) => one !== undefined)
      const waiting = later.filter(({ state }) => state === 'queued' || state === 'paused').length
      return [{ trial: all[at]!, first: worths[at]!, values, pending: later.length - values.length, waiting }]
    })
    .sort((a, b) => a.first - b.first || a.trial.number! - b.trial.number!)
    .slice(0, top)
}

function standingOf<C>(entrants: readonly Entrant[], sign: 1 | -1, probability: number): Confirmation<C> {
  const groups = entrants.map(({ values }) => values)
  const odds = oddsOfBest(groups)
  const noise = pooledVariance(groups)
  const finalists = entrants.map(({ trial, first: worth, values }, i): Finalist<C> => {
    const n = values.length
    const first = sign * worth
    const mean = n === 0 ? null : sign * meanOf(values)
    return {
      config: trial.config as C,
      number: trial.number!,
      first,
      n,
      mean,
      half: halfOf(noise, n),
      odds: odds[i]!,
      fallsBack: mean === null ? null : sign * (mean - first),
    }
  })
  finalists.sort((a, b) => b.odds - a.odds || a.number - b.number)
  return { finalists, isDecided: (finalists[0]?.odds ?? 0) >= probability }
}
