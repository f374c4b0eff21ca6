/** A trial that this process is running: from its claim to the one end that counts. */

import type { Verdict } from '../pruner/pruner.ts'
import type { FailureReason, Said } from '../trial.ts'
import { randomStream } from '../numerics/random.ts'
import { SIGNAL, TEXT, checkOptions } from '../space/options.ts'
import type { Rules } from '../space/options.ts'
import { shown } from '../space/shown.ts'
import { endAttempt, isSuperseded, verdictIfUsedUp } from '../store/protocol/attempts.ts'
import type { Claim } from '../store/protocol/attempts.ts'
import type { Curve } from '../store/disk/documents.ts'
import { commit } from '../store/protocol/commit.ts'
import type { PrunedBecause } from '../store/protocol/commit.ts'
import { learnReport } from '../store/memory/knowledge.ts'
import { isResting } from '../store/memory/slot.ts'
import { note } from '../store/protocol/registration.ts'
import type { Folder } from '../store/protocol/folder.ts'
import type { Judge } from './early-end.ts'
import { addPoint, emptyCurve, pointsOf } from './kept-curve.ts'
import { wordsOf } from './error-words.ts'
import { withPatience } from './patience.ts'
import type { Outcome, Patience } from './patience.ts'
import { endStretch } from './rungs.ts'
import type { Stretch } from './rungs.ts'
import { toldEndOf } from './told-end.ts'
import type { ToldEnd } from './told-end.ts'

/**
 * Reports are flushed to the log at most this often: more writes would burden a file server that many workers share.
 */
const FLUSH_EVERY_MS = 1000

/** What the calls that end a trial take. */
const END: Rules = { signal: SIGNAL }

/** Why an attempt can end without a value; the keys of `FailureReason`. */
const REASONS: Readonly<Record<FailureReason, true>> = {
  exception: true,
  exit: true,
  signal: true,
  timeout: true,
  memory: true,
  'no-answer': true,
  interrupted: true,
  lost: true,
}

/**
 * Whether the end of a trial counts. `committed`: it does. `superseded`: it does not, because this attempt was taken
 * for lost, and another end was written before.
 */
export type Ending = 'committed' | 'superseded'

/** What a live trial needs of its study. @internal */
export interface TrialHome {
  readonly folder: Folder
  /** Checks values, and gives them by the names of the objectives. */
  readonly named: (values: number | Said) => Said
  /** Called when the trial has ended. */
  readonly ended: (trial: LiveTrial<unknown>) => void
  readonly judge: Judge
  readonly patience: Patience
}

/** Options of the calls that end a trial. */
export interface EndOptions {
  /** Ends the wait for a file system that refuses the end (`patienceMs` of the study). */
  readonly signal?: AbortSignal | undefined
}

/** Options of `prune`. */
export interface PruneOptions extends EndOptions {
  /** Why, in words; recorded unless the pruner has said why (`stopReason`). */
  readonly because?: string | undefined
}

/** What a live trial is told in addition to its claim. @internal */
export interface TrialFacts<C> {
  /** The claim's config, parsed. */
  readonly config: C
  /** Absolute path of the trial's own directory. */
  readonly directory: string
  /** How far this attempt goes, in a study with a fidelity. */
  readonly stretch?: Stretch | undefined
}

/**
 * A trial that this process runs. `Study.ask` gives it, and `Study.optimize` passes it to the objective.
 *
 * It ends exactly once, by `complete`, `prune`, `fail` or `handBack`. After that, `report` and the ends throw a
 * TypeError. While the file system refuses an end (a full disk, say), the end is tried again for the study's
 * `patienceMs`. Then a `StudyError` is thrown, the trial goes on, and it may be ended again.
 *
 * @example
 * ```ts
 * import { float, openStudy } from 'anthill'
 *
 * const space = { rate: float(0.01, 1, { log: true }) }
 * await using study = await openStudy('runs/descent', { space, trials: 3, pruner: 'median' })
 * await study.optimize(async (trial) => {
 *   let x = 1
 *   for (let step = 0; step < 10 && !trial.signal.aborted; step++) {
 *     x -= trial.config.rate * 2 * x
 *     await trial.report(x * x, { step })
 *     if (await trial.shouldStop()) break
 *   }
 *   if (trial.stopReason !== undefined) await trial.prune(x * x)
 *   else await trial.complete(x * x)
 * })
 * ```
 */
export class LiveTrial<C> {
  /** The first 20 hex digits of the SHA-256 of `configText`. */
  readonly id: string
  /** The trial's place in the study, from 0. */
  readonly number: number
  /** 1 at the first start of the trial, and one more at each later start. */
  readonly attempt: number
  /** The config to try, typed by the space. */
  readonly config: C
  /** The exact bytes of `config.json`. */
  readonly configText: string
  /** Absolute path of the trial's own directory. What earlier attempts left there is still there. */
  readonly directory: string
  /**
   * How far this attempt must go, as a value of the study's fidelity; undefined if it has none. At any but the highest
   * value, `complete` lets the trial rest. Steps of `report` count in the same unit.
   */
  readonly fidelity: number | undefined
  readonly #stretch: Stretch | undefined
  readonly #home: TrialHome
  readonly #claim: Claim
  #abort: AbortController | undefined
  #isOverBecause: string | undefined
  readonly #curve = emptyCurve()
  #judged = 0
  #verdict: Verdict | undefined
  #flushedMs = -Infinity
  #isEnded = false
  #unwritten: { readonly outcome: Outcome; readonly write: () => Promise<Ending> } | undefined

  /** Use `Study.ask`. @internal */
  constructor(home: TrialHome, claim: Claim, facts: TrialFacts<C>) {
    this.id = claim.slot.id
    this.number = claim.slot.number
    this.attempt = claim.lock.attempt
    this.config = facts.config
    this.configText = claim.slot.config
    this.directory = facts.directory
    this.fidelity = facts.stretch?.to
    this.#stretch = facts.stretch
    this.#home = home
    this.#claim = claim
  }

  /** A seed for the work: a whole number from 0 to 2³² − 1, the same for every attempt and on every worker. */
  get seed(): number {
    return randomStream('trial', this.#home.folder.study.seed, this.id).integer(2 ** 32)
  }

  /**
   * Aborts when another worker has taken the trial over, so that the value of this attempt no longer counts, and when
   * the study is being closed. Stop the work then.
   */
  get signal(): AbortSignal {
    this.#abort ??= new AbortController()
    if (this.#isOverBecause !== undefined && !this.#abort.signal.aborted)
      this.#abort.abort(new Error(`trial ${this.number}: ${this.#isOverBecause}`))
    return this.#abort.signal
  }

  /** What the trial has reported, from its first attempt of the round on where it has rested. */
  get #points(): Curve {
    const own = pointsOf(this.#curve)
    return this.#stretch === undefined ? own : [...this.#stretch.curve, ...own]
  }

  /** Aborts `signal`. The trial must still be ended. */
  abandon(why: string): void {
    this.#isOverBecause ??= why
    void this.signal
  }

  /** Whether this process has ended the trial. */
  get isEnded(): boolean {
    return this.#isEnded
  }

  /** The end that the file system is refusing. Undefined before the first end, and once it is written. */
  get unwritten(): Outcome | undefined {
    return this.#unwritten?.outcome
  }

  /**
   * After the end: the state that the record has. It is `interrupted` if the trial gets another attempt, whatever this
   * one ended with. @internal
   */
  get recorded(): 'complete' | 'pruned' | 'failed' | 'interrupted' | 'paused' {
    const slot = this.#home.folder.known.slots.get(this.number)
    return slot?.final?.status ?? (slot !== undefined && isResting(slot) ? 'paused' : 'interrupted')
  }

  /**
   * Records an intermediate value; it becomes part of the trial's `curve`, which keeps an even part of more than 1,000.
   *
   * @param value         may be NaN or infinite; both are NaN in the record
   * @param options.step  its place on the curve, a finite number; default: one more than the last, from 0
   * @throws TypeError for a value that is not a number, or after the end; RangeError for a step that is not finite
   */
  async report(value: number, options: { readonly step?: number } = {}): Promise<void> {
    this.#mustRun('report')
    checkOptions('report', options, { step: null })
    if (typeof value !== 'number')
      throw new TypeError(`trial ${this.number}: a reported value must be a number, got ${shown(value)}`)
    const last = this.#curve.last ?? this.#stretch?.curve.at(-1)
    const step = options.step ?? (last === undefined ? 0 : last[0] + 1)
    if (!Number.isFinite(step)) throw new RangeError(`trial ${this.number}: a step must be finite, got ${shown(step)}`)
    const written = Number.isFinite(value) ? value : null // JSON has no NaN
    if (!addPoint(this.#curve, [step, written])) return
    const nowMs = performance.now()
    const isDue = nowMs - this.#flushedMs >= FLUSH_EVERY_MS
    if (isDue) this.#flushedMs = nowMs
    const { folder } = this.#home
    const report = { slot: this.number, attempt: this.attempt, step, value: written }
    learnReport(folder.known, folder.me.worker, report)
    await note(folder, { report }, isDue)
  }

  /**
   * Whether the study's pruner says that the trial should stop, by what it has reported. Once it says so, it stays so:
   * end the trial with `prune`, which records the reason. Always false without a pruner.
   *
   * @throws what a pruner of your own throws
   */
  async shouldStop(): Promise<boolean> {
    const { count } = this.#curve
    if (!this.#isEnded && this.#verdict === undefined && this.#judged !== count) {
      this.#judged = count
      const curve = this.#points.map(([step, value]) => [step, value ?? NaN] as const)
      const verdict = await this.#home.judge(this.number, curve)
      this.#verdict ??= verdict
    }
    return this.#verdict !== undefined
  }

  /** Why the trial should stop, in words; undefined unless `shouldStop` has said so. */
  get stopReason(): string | undefined {
    return this.#verdict?.because
  }

  /**
   * Ends the trial with its value. Below the top rung of a fidelity, it lets the trial rest with it.
   *
   * @param values  a number for a single objective, or a number for each objective by name; all finite
   * @throws RangeError if a value is missing or not finite; TypeError after the end; StudyError `INPUT_OUTPUT` if the
   *   file system refuses for too long (`unwritten` then has the value)
   */
  async complete(values: number | Said, options: EndOptions = {}): Promise<Ending> {
    this.#mustRun('complete')
    checkOptions('complete', options, END)
    const named = this.#home.named(values)
    return await this.#end({ values }, options, () =>
      this.#stretch === undefined
        ? commit(this.#home.folder, this.#claim, 'complete', named, this.#points)
        : endStretch(this.#home.folder, this.#claim, this.#stretch, named, this.#points),
    )
  }

  /**
   * Ends the trial early, because the pruner (`shouldStop`) or the caller finds that it does not look promising. The
   * pruner's reason is recorded, and where it expected the curve to end.
   *
   * @param values  the values so far, where known; they never become the best
   * @throws as `complete` does
   */
  async prune(values?: number | Said, options: PruneOptions = {}): Promise<Ending> {
    this.#mustRun('prune')
    checkOptions('prune', options, { ...END, because: TEXT })
    const named = values === undefined ? {} : this.#home.named(values)
    return await this.#end({ pruned: true }, options, () =>
      commit(this.#home.folder, this.#claim, 'pruned', named, this.#points, this.#because(options.because)),
    )
  }

  /**
   * Ends this attempt without a value. The study's `retries` decides whether there is another attempt.
   *
   * @param error   an Error, whose stack is recorded, or any other value, which is recorded as text
   * @param reason  how the attempt failed; default `exception`
   * @throws TypeError after the end; StudyError as `complete` does
   */
  async fail(error: unknown, reason: FailureReason = 'exception', options: EndOptions = {}): Promise<Ending> {
    this.#mustRun('fail')
    checkOptions('fail', options, END)
    if (!Object.hasOwn(REASONS, reason)) {
      const remedy = `use one of ${Object.keys(REASONS).join(', ')}`
      throw new RangeError(`trial ${this.number}: a reason must be known, got ${shown(reason)}; ${remedy}`)
    }
    const failed = wordsOf(error)
    return await this.#end({ failed }, options, () => this.#endWithout(reason, failed))
  }

  /**
   * Gives the trial back, so that another worker can take it at once. Call it only when the work has stopped.
   *
   * @param why  what is recorded as the reason
   * @throws TypeError after the end; StudyError `INPUT_OUTPUT` at once, without any patience
   */
  async handBack(why = 'interrupted'): Promise<Ending> {
    this.#mustRun('handBack')
    return await this.#tryToEnd(() => this.#endWithout('interrupted', why))
  }

  /** Tries once more to write the end that the file system refused. Undefined when there is no such end. */
  async endAgain(): Promise<Ending | undefined> {
    return this.#unwritten === undefined || this.#isEnded ? undefined : await this.#tryToEnd(this.#unwritten.write)
  }

  /** Looks whether another worker has taken the trial over, and aborts `signal` if so. The study calls it regularly. */
  async check(): Promise<void> {
    if (this.#isEnded || this.#isOverBecause !== undefined) return
    if (await isSuperseded(this.#home.folder, this.#claim)) this.abandon('taken over by another worker')
  }

  /**
   * The end of this very attempt that somebody told from outside, if anybody did (`told-end.ts`). The trial has then
   * ended here too, and nothing more is written.
   */
  async toldEnd(): Promise<ToldEnd | undefined> {
    const told = await toldEndOf(this.#home.folder, this.#claim)
    if (told !== undefined) this.#endHere()
    return told
  }

  /**
   * Ends the trial in this process and writes nothing, since its study is not there any more. `unwritten` has the
   * outcome afterwards.
   *
   * @internal
   */
  abandonUnwritten(outcome: Outcome | undefined): void {
    const write = (): Promise<Ending> => Promise.reject(new Error('the study is not there any more'))
    this.#unwritten = outcome === undefined ? undefined : { outcome, write }
    this.#endHere()
  }

  #because(otherwise: string | undefined): PrunedBecause | undefined {
    const { because: detail = otherwise, predicted: end } = this.#verdict ?? {}
    if (detail === undefined) return undefined
    return end === undefined ? { detail } : { detail, predicted: [end.low, end.middle, end.high] }
  }

  #endHere(): void {
    if (this.#isEnded) return
    this.#isEnded = true
    this.#home.folder.mine.delete(this.number)
    this.#home.ended(this as LiveTrial<unknown>)
  }

  async #endWithout(reason: FailureReason, detail: string): Promise<Ending> {
    const { folder } = this.#home
    const ending = await endAttempt(folder, this.#claim.slot, this.attempt, reason, detail, this.#points)
    folder.mine.delete(this.number)
    if (ending === 'committed') await verdictIfUsedUp(folder, this.#claim.slot)
    return ending
  }

  async #end(outcome: Outcome, { signal }: EndOptions, write: () => Promise<Ending>): Promise<Ending> {
    const { patienceMs, onWait, over } = this.#home.patience
    this.#unwritten = { outcome, write }
    return await this.#tryToEnd(() =>
      withPatience(write, patienceMs, [signal, over], (error) => {
        onWait?.({ id: this.id, number: this.number, outcome, error, patienceMs })
      }),
    )
  }

  async #tryToEnd(write: () => Promise<Ending>): Promise<Ending> {
    this.#isEnded = true
    try {
      const ending = await write()
      this.#unwritten = undefined
      return ending
    } catch (error) {
      this.#isEnded = false // the value is not lost: the caller may end the trial again later
      throw error
    } finally {
      if (this.#isEnded) this.#home.ended(this)
    }
  }

  #mustRun(verb: string): void {
    if (this.#isEnded) throw new TypeError(`trial ${this.number}: has ended, so '${verb}' comes too late`)
  }
}
