/**
 * A study: the one place where suggestions meet the folder.
 *
 * `ask` is the whole idea: bring memory up to date, carry on what a dead worker left, else take the next number with
 * the sampler's config, else see what is still to come. What follows is the end of a trial (`live-trial.ts`).
 *
 * Memory has one reader and writer at a time: each public method takes its turn (`turns.ts`), and those that read
 * the study bring memory up to date first. What steers a study without running a trial is in `steering.ts`.
 */

import type { Best, Config, Goals, Objectives, Said, TrialRecord } from '../trial.ts'
import { configText } from '../space/canonical.ts'
import type { Ladder } from '../space/fidelity.ts'
import { FLAG, TEXT, checkOptions } from '../space/options.ts'
import type { Space } from '../space/parameter.ts'
import { parseAllowed } from '../space/where.ts'
import type { Interval, Why } from '../sampler/explanation.ts'
import { leave } from '../store/protocol/registration.ts'
import { indexIfDue } from '../store/protocol/index-maker.ts'
import { trialDirectory } from '../paths.ts'
import { lossOf } from '../store/protocol/kept.ts'
import type { Loss } from '../store/protocol/kept.ts'
import { unreachableWords } from '../store/protocol/unreachable.ts'
import type { Ending, LiveTrial } from './live-trial.ts'
import { LiveTrials } from './live-trials.ts'
import { checkAskOptions } from './ask-options.ts'
import type { AskOptions } from './ask-options.ts'
import { closingLook } from './closing-look.ts'
import type { ClosingLook } from './closing-look.ts'
import { judgeOf } from './early-end.ts'
import type { ReachedEnd } from './ends.ts'
import { creationOf } from './definition.ts'
import type { Creation } from './definition.ts'
import { checkOptimize, optimize } from './optimize.ts'
import type { Objective } from './optimize.ts'
import type { Outcome } from './patience.ts'
import { frontOf } from './front.ts'
import { importedRecords } from './imported.ts'
import { learn, parseResults, resultsOf } from './learn.ts'
import type { Learned, OldResult } from './learn.ts'
import { lifetimeOf } from './lifetime.ts'
import type { Lifetime } from './lifetime.ts'
import { bestOf, findTrial, recommendedOf, recordOf, recordsOf, type Recommended, type StudyParts } from './records.ts'
import { predictionOf } from './prediction.ts'
import { retake, type Replay } from './replay.ts'
import type { StudySetup } from './setup.ts'
import { studyStatus, type StudyStatus } from './status.ts'
import * as steering from './steering.ts'
import type { Enqueued } from './steering.ts'
import { newSupply, type Silent, type Supply, type Unfinished } from './supply.ts'
import { takeSeveral, takeTrial, type Taking } from './taking.ts'
import { turnsOf } from './turns.ts'
import type { Turns } from './turns.ts'
import { whyOf } from './why.ts'
import { workersOf, type StudyWorker } from './workers.ts'

/**
 * An open study. `openStudy` makes one; `close` it, or declare it with `await using`.
 *
 * Calls may overlap: they wait for one another. A call that reads the study first looks at what others have done. Any
 * call throws a `StudyError` `INPUT_OUTPUT` when the file system refuses.
 *
 * @example
 * ```ts
 * import { float, openStudy } from 'anthill'
 *
 * await using study = await openStudy('runs/parabola', { space: { x: float(-5, 5) }, trials: 8, sampler: 'sobol' })
 * for (let trial = await study.ask(); trial !== undefined; trial = await study.ask()) {
 *   await trial.complete((trial.config.x - 2) ** 2)
 * }
 * console.log((await study.best())?.config.x)
 * ```
 */
export class Study<C = Config> {
  /** Absolute path of the study. */
  readonly directory: string
  /** What is searched, checked and frozen; and the conditions that every config meets. */
  readonly space: Space
  readonly where: readonly string[]
  /** How thoroughly trials are tried; undefined if the study has no fidelity. */
  readonly fidelity: Ladder | undefined
  /** The direction of each objective by name; and the same with constraints and what is preferred. */
  readonly objectives: Objectives
  readonly goals: Goals
  /** When the study was created, and with which sampler and pruner. */
  readonly creation: Creation
  /** A sentence for each option that the study overrules, and for what hinders others or the link `best_instance`. */
  readonly notices: readonly string[]
  /** After `ask` gave undefined: what other workers still run, and whether somebody had asked all workers to stop. */
  unfinished: readonly Unfinished[] = []
  stopped = false
  /** While `ask` waits: the trials of workers that have not been seen alive, and when they are taken over. */
  silent: readonly Silent[] = []
  /** After `ask` gave undefined: whether `maxHours` or `target` was reached; undefined for any other reason. */
  reached: ReachedEnd | undefined
  readonly #folder: StudyParts['folder']
  readonly #supply: Supply
  readonly #signal: AbortSignal | undefined
  readonly #live: LiveTrials<C>
  readonly #taking: Taking<C>
  readonly #turns: Turns
  readonly #lifetime: Lifetime

  /** Use `openStudy`. @internal */
  constructor({ folder, space, where, goals, sampler, pruner, ends, notices, patience, signal }: StudySetup) {
    this.directory = folder.root
    this.space = space
    this.where = where?.texts ?? []
    this.objectives = goals.objectives
    this.goals = goals
    this.creation = creationOf(folder.study)
    this.notices = notices
    this.#folder = folder
    this.#turns = turnsOf(folder, () => this.#lifetime.isClosing())
    this.#supply = newSupply({ folder, space, where, goals, sampler, ends })
    this.fidelity = this.#supply.ladder
    this.#signal = signal
    this.#lifetime = lifetimeOf(signal, {
      abandon: () => this.#live.abandonAll('the study is being closed'),
      leave: () => this.#leave(),
    })
    const { over } = this.#lifetime
    const judge = judgeOf(this.#supply, pruner, this.#turns)
    this.#live = new LiveTrials<C>(this.#supply, { ...patience, over }, judge)
    const onSilence = (silent: readonly Silent[]): void => void (this.silent = silent)
    this.#taking = { supply: this.#supply, live: this.#live, over, onSilence }
  }

  /** The random name that the study was given at its creation. A copy of the study has the same one. */
  get token(): string {
    return this.#folder.study.token
  }

  /** The study's seed: given at its creation, or drawn then. */
  get seed(): number {
    return this.#folder.study.seed
  }

  /** How long a worker may be silent before others take its trials over, in ms. */
  get leaseMs(): number {
    return this.#folder.study.leaseMs
  }

  /** The ceiling on the number of trials that this process was given; Infinity without one. */
  get budget(): number {
    return this.#folder.ceiling
  }

  /** What this process could not read or write and has passed over: one sentence for each trial, folder or file. */
  get unreachable(): readonly string[] {
    return unreachableWords(this.#folder)
  }

  /** The name of this process in the study. */
  get workerId(): string {
    return this.#folder.me.worker
  }

  /** Absolute path of the directory of a trial with this id, whether it is there or not. */
  trialDirectory(id: string): string {
    return trialDirectory(this.directory, id)
  }

  /**
   * Takes several trials to run at once. Only the first may wait for other workers.
   *
   * @param count  a whole number of at least 1
   * @returns fewer when nothing is left, or when one cannot be taken after another one was: if the error lasts, the
   *   next `ask` throws it
   * @throws RangeError or TypeError for a count or options that make no sense; what the first `ask` throws
   */
  async ask(count: number, options?: AskOptions): Promise<LiveTrial<C>[]>
  /**
   * Takes a trial: one that a dead worker left, else one from the queue, else the sampler's next.
   *
   * @returns undefined when the budget or the space is used up, when somebody asked all workers to stop, or when a
   *   signal aborted; `unfinished` then names what others still run
   * @throws TypeError for a second live trial with `chdir`; RangeError for a `ttlMs` of 0 or less; what the sampler
   *   throws
   */
  async ask(options?: AskOptions): Promise<LiveTrial<C> | undefined>
  async ask(
    first: number | AskOptions = {},
    second: AskOptions = {},
  ): Promise<LiveTrial<C>[] | LiveTrial<C> | undefined> {
    const [count, options] = typeof first === 'number' ? [first, second] : [undefined, first]
    checkAskOptions(options, count)
    return await (count === undefined ? this.#ask(options) : takeSeveral((how) => this.#ask(how), count, options))
  }

  async #ask(options: AskOptions): Promise<LiveTrial<C> | undefined> {
    return await this.#turns.inTurn(async () => {
      const { trial, unfinished, isStopped, reached } = await takeTrial(this.#taking, options)
      this.unfinished = unfinished
      this.stopped = isStopped
      this.reached = reached
      return trial
    })
  }

  /**
   * Asks, runs `objective` and tells the result, until `ask` gives undefined.
   *
   * @param objective       see `Objective` for what it may return
   * @param options.signal  ends the loop after the current trial; default: the study's own signal
   * @returns the best trial; undefined when no trial has a value
   * @throws the objective's own error when its first three trials fail and no trial of the study has a value; what
   *   `ask` throws; StudyError when the file system refused an end for longer than `patienceMs`
   */
  async optimize(
    objective: Objective<C>,
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<Best<C> | undefined> {
    checkOptimize(objective, options)
    return await this.#lifetime.during(optimize<C>(this, objective, options.signal ?? this.#signal))
  }

  /** The best complete trial, by the first objective or what `prefer` says; undefined before one may be it. */
  async best(): Promise<Best<C> | undefined> {
    return await this.#turns.upToDate(() => bestOf<C>(this.#supply))
  }

  /**
   * The complete trials that meet all constraints, but for those that another one beats: as good in all objectives and
   * better in one. Best first by the first objective. `links` makes `pareto/`, with links to their directories.
   */
  async front(options: { readonly links?: boolean } = {}): Promise<TrialRecord<C>[]> {
    checkOptions('front', options, { links: FLAG })
    return await this.#turns.upToDate(() => frontOf<C>(this.#supply, options.links === true))
  }

  /** What somebody has removed of a trial that was begun, or what its record says otherwise. @internal */
  async lossOf(which: string | number): Promise<Loss | undefined> {
    return await this.#turns.upToDate(async () => await lossOf(this.#folder, findTrial(this.#folder, which)))
  }

  /** The state of the study for the last words of this process, fresh if that takes no longer. @internal */
  async closingLook(mayTakeMs: number): Promise<ClosingLook<C>> {
    return await this.#turns.inTurn(() => closingLook<C>(this.#supply, mayTakeMs))
  }

  /** Every trial by number, then the queued configs. */
  async trials(): Promise<TrialRecord<C>[]> {
    return await this.#turns.upToDate(() => recordsOf<C>(this.#folder.known, this.space, this.objectives))
  }

  /** The results from elsewhere, in the order of learning: trials without a number or a directory. */
  async imported(): Promise<TrialRecord<C>[]> {
    return await this.#turns.upToDate(() => importedRecords<C>(this.#folder.known, this.space, this.objectives))
  }

  /**
   * One trial.
   *
   * @param which  its number, or the beginning of its id
   * @throws StudyError `NO_TRIAL` when there is none, or when several ids begin with it
   */
  async trial(which: string | number): Promise<TrialRecord<C>> {
    return await this.#turns.upToDate(() => recordOf<C>(findTrial(this.#folder, which), this.space, this.objectives))
  }

  /**
   * The config to use, by the first objective or what `prefer` says: the best trial's or, if the model finds noise, the
   * one with the best predicted mean. Undefined before a trial may be it.
   */
  async recommend(): Promise<Recommended<C> | undefined> {
    return await this.#turns.upToDate(() => recommendedOf<C>(this.#supply))
  }

  /**
   * What the model whose turn it is predicts of a config: the median, one standard deviation below it, and one above.
   *
   * @param options.objective  which value; default: the first objective's
   * @returns undefined while there are too few values for a model, and if the sampler has none
   * @throws RangeError or TypeError for a config outside the space, or an unknown objective
   */
  async predict(config: unknown, options: { readonly objective?: string } = {}): Promise<Interval | undefined> {
    checkOptions('predict', options, { objective: TEXT })
    return await this.#turns.upToDate(() => predictionOf(this.#supply, config, options.objective))
  }

  /**
   * Computes a trial's suggestion again, from the folder alone, and says whether it comes out the same.
   *
   * @param which  its number, or the beginning of its id
   * @throws StudyError `NO_TRIAL`, as `trial` does
   */
  async replay(which: string | number): Promise<Replay<C>> {
    return await this.#turns.upToDate(
      async () => (await retake<C>(this.#supply, findTrial(this.#folder, which))).replay,
    )
  }

  /**
   * Tells why a trial's config was tried: what the model predicted, which trials were near it, and what came out.
   * `which` and errors are those of `replay`.
   */
  async why(which: string | number): Promise<Why<C>> {
    return await this.#turns.upToDate(async () => await whyOf<C>(this.#supply, findTrial(this.#folder, which)))
  }

  /** Counts of trials and workers, the time that is left, and the best trial. */
  async status(): Promise<StudyStatus<C>> {
    return await studyStatus(this.#supply, await this.best())
  }

  /** Who works on the study, or did, by name. `worker` of a trial's record is such a name. */
  async workers(): Promise<StudyWorker[]> {
    return await this.#turns.upToDate(() => workersOf(this.#folder))
  }

  /**
   * Queues a config. The queue is tried, in its order, before anything that the sampler suggests.
   *
   * A config that is queued, running or finished already is left alone, and one that failed gets another attempt,
   * unless `repeat` is set.
   *
   * @param options.repeat  whether to measure the config once more if it is there already; default false
   * @returns the id of the config's trial, its state, and its record unless it waits in the queue
   * @throws RangeError or TypeError for what is not a config of the study's space, or does not meet its conditions
   */
  async enqueue(config: Config, options: { readonly repeat?: boolean } = {}): Promise<Enqueued<C>> {
    checkOptions('enqueue', options, { repeat: FLAG })
    const text = configText(this.space, parseAllowed(this.space, this.#supply.where, config))
    return await this.#turns.upToDate(() => steering.enqueue<C>(this.#supply, text, options.repeat === true))
  }

  /**
   * Learns results from elsewhere. They take no number of the budget, and samplers see them as trials. All of a call
   * are written at once, or none. One that is there already counts once.
   *
   * @param options.from  where they come from, for people
   * @throws RangeError or TypeError for what is not a config of the space, does not meet its conditions, or has values
   *   that cannot be kept; nothing is written then
   */
  async learn(config: C, values: number | Said, options?: { readonly from?: string }): Promise<Learned>
  async learn(results: readonly OldResult<C>[], options?: { readonly from?: string }): Promise<Learned>
  async learn(first: unknown, second?: unknown, third?: unknown): Promise<Learned> {
    const [given, from] = resultsOf(first, second, third)
    const results = parseResults(this.#supply, given, from)
    return await this.#turns.upToDate(() => learn(this.#folder, results))
  }

  /**
   * Opens a failed trial for another attempt, in the same directory, or gives up a held claim (`ttlMs` of `ask`).
   *
   * @param which  its number, or the beginning of its id
   * @returns the trial's record afterwards
   * @throws RangeError for a trial that has a value or that a worker is running; StudyError `NO_TRIAL`
   */
  async retry(which: string | number): Promise<TrialRecord<C>> {
    return await this.#turns.upToDate(() => steering.retry<C>(this.#supply, findTrial(this.#folder, which)))
  }

  /**
   * Opens every failed trial for another attempt, as `retry` does one, and gives the records.
   *
   * @param options.held  whether to give up every held claim too; default false
   */
  async retryAll(options: { readonly held?: boolean } = {}): Promise<TrialRecord<C>[]> {
    return await this.#turns.upToDate(() => steering.retryAll<C>(this.#supply, options.held === true))
  }

  /**
   * Ends a trial that some `ask` claimed, from any process. The first end counts.
   *
   * @param which  its number, or the beginning of its id
   * @throws RangeError for values that are missing or not finite, and for a trial that nobody has claimed; StudyError
   *   `NO_TRIAL`
   */
  async tell(which: string | number, outcome: Outcome): Promise<Ending> {
    const values = steering.valuesOf(this.objectives, outcome)
    return await this.#turns.upToDate(() =>
      steering.tell(this.#supply, findTrial(this.#folder, which), outcome, values),
    )
  }

  /** Asks every worker that is at work now to start nothing more. Processes that open the study later go on. */
  async requestStop(): Promise<void> {
    await this.#turns.inTurn(() => steering.requestStop(this.#folder))
  }

  /** Hands back the trials that run in this process, and leaves the study. A second call waits for the first. */
  async close(): Promise<void> {
    await this.#lifetime.close()
  }

  /** Closes the study at the end of an `await using` block. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #leave(): Promise<void> {
    await this.#live.endAll('the study was closed')
    await this.#turns.inTurn(async () => {
      await indexIfDue(this.#folder, performance.now(), { isLeaving: true })
      await leave(this.#folder)
    })
  }
}
