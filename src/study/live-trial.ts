/**
 * A trial that this process is running: from its claim to the one end that counts.
 */

import type { FailureReason } from '../trial.ts'
import { randomStream } from '../numerics/random.ts'
import { endAttempt, isSuperseded, verdictIfUsedUp } from '../store/protocol/attempts.ts'
import type { Claim } from '../store/protocol/attempts.ts'
import { commit } from '../store/protocol/commit.ts'
import { learnReport, thinnedCurve } from '../store/memory/knowledge.ts'
import { note } from '../store/protocol/registration.ts'
import type { Folder } from '../store/protocol/folder.ts'
import { withPatience } from './patience.ts'
import type { Outcome, Patience } from './patience.ts'

/** `committed`: this end counts. `superseded`: another attempt's end does, since this one was taken for lost. */
export type Ending = 'committed' | 'superseded'

/** What a live trial needs of its study. */
export interface TrialHome {
  readonly folder: Folder
  readonly named: (values: number | Readonly<Record<string, number>>) => Readonly<Record<string, number>>
  readonly ended: (trial: LiveTrial<unknown>) => void
  readonly patience: Patience
}

/** How an end is told. */
export interface EndOptions {
  /** Ends the wait for a file system that refuses the end (see `patienceMs` of the study). */
  readonly signal?: AbortSignal | undefined
}

export interface TrialFacts<C> {
  readonly config: C
  readonly directory: string
}

/** How often reports reach the file server at most. */
const FLUSH_EVERY_MS = 1000

/**
 * A running trial. It ends exactly once, by `complete`, `prune`, `fail` or `handBack`; a second end throws. `signal`
 * aborts when others have given this attempt up, so that its value no longer counts, or the study is being closed.
 */
export class LiveTrial<C> {
  readonly id: string
  readonly number: number
  /** 1, and one more for each time that the trial was started again. */
  readonly attempt: number
  readonly config: C
  /** The exact bytes of `config.json`. */
  readonly configText: string
  /** Absolute path of the trial's own directory. */
  readonly directory: string
  readonly #home: TrialHome
  readonly #claim: Claim
  #abort: AbortController | undefined
  #isOverBecause: string | undefined
  readonly #curve: [number, number | null][] = []
  #flushedMs = -Infinity
  #isEnded = false
  #unwritten: { readonly outcome: Outcome; readonly write: () => Promise<Ending> } | undefined

  constructor(home: TrialHome, claim: Claim, facts: TrialFacts<C>) {
    this.id = claim.slot.id
    this.number = claim.slot.number
    this.attempt = claim.lock.attempt
    this.config = facts.config
    this.configText = claim.slot.config
    this.directory = facts.directory
    this.#home = home
    this.#claim = claim
  }

  /** The same for every attempt and every worker: an integer from 0 to 2³² − 1. */
  get seed(): number {
    return randomStream('trial', this.#home.folder.study.seed, this.id).integer(2 ** 32)
  }

  /** Aborted when others have given this attempt up, or the study is being closed: stop the work then. */
  get signal(): AbortSignal {
    this.#abort ??= new AbortController()
    if (this.#isOverBecause !== undefined && !this.#abort.signal.aborted)
      this.#abort.abort(new Error(`trial ${this.number}: ${this.#isOverBecause}`))
    return this.#abort.signal
  }

  /** Aborts `signal`; the end of the trial is still to be told. */
  abandon(why: string): void {
    this.#isOverBecause ??= why
    void this.signal
  }

  /** Whether the trial has had its end here. */
  get isEnded(): boolean {
    return this.#isEnded
  }

  /** What the trial was to end with, while the file system refuses it; it may be ended again. */
  get unwritten(): Outcome | undefined {
    return this.#unwritten?.outcome
  }

  /**
   * Notes an intermediate value, which may be NaN or infinite.
   *
   * @param options.step  where on the curve; default: one more than the last
   */
  async report(value: number, options: { readonly step?: number } = {}): Promise<void> {
    this.#mustRun('report')
    if (typeof value !== 'number')
      throw new TypeError(`trial ${this.number}: a report is a number, got ${String(value)}`)
    const last = this.#curve[this.#curve.length - 1]
    const step = options.step ?? (last === undefined ? 0 : last[0] + 1)
    if (!Number.isFinite(step)) throw new RangeError(`trial ${this.number}: a step must be finite, got ${step}`)
    const point: [number, number | null] = [step, Number.isFinite(value) ? value : null]
    this.#curve.push(point)
    const nowMs = performance.now()
    const isDue = nowMs - this.#flushedMs >= FLUSH_EVERY_MS
    if (isDue) this.#flushedMs = nowMs
    const { folder } = this.#home
    const report = { slot: this.number, attempt: this.attempt, step, value: point[1] }
    learnReport(folder.known, folder.me.worker, report)
    await note(folder, { report }, isDue)
  }

  /**
   * Ends the trial with its value: a number, or one for each objective by name. While the file system refuses (a full
   * disk), it is tried again for the study's `patienceMs`.
   *
   * @throws RangeError if a value is missing or not finite; StudyError when patience ended, with the value in
   *   `unwritten`: the trial goes on then, and may be ended again
   */
  async complete(values: number | Readonly<Record<string, number>>, options: EndOptions = {}): Promise<Ending> {
    this.#mustRun('complete')
    const named = this.#home.named(values)
    return await this.#end({ values }, options, () =>
      commit(this.#home.folder, this.#claim, 'complete', named, thinnedCurve(this.#curve)),
    )
  }

  /** Ends the trial before its time; `values`, where known, are those so far and never become best. */
  async prune(values?: number | Readonly<Record<string, number>>, options: EndOptions = {}): Promise<Ending> {
    this.#mustRun('prune')
    const named = values === undefined ? {} : this.#home.named(values)
    return await this.#end({ pruned: true }, options, () =>
      commit(this.#home.folder, this.#claim, 'pruned', named, thinnedCurve(this.#curve)),
    )
  }

  /** Ends this attempt without a value. The study's number of retries decides whether there is another. */
  async fail(error: unknown, reason: FailureReason = 'exception', options: EndOptions = {}): Promise<Ending> {
    this.#mustRun('fail')
    const failed = wordsOf(error)
    return await this.#end({ failed }, options, () => this.#endWithout(reason, failed))
  }

  /** Gives the trial back, for the next worker to take at once. Call it when the program has stopped. */
  async handBack(why = 'interrupted'): Promise<Ending> {
    this.#mustRun('handBack')
    return await this.#tryToEnd(() => this.#endWithout('interrupted', why))
  }

  /** Tries once more to write an end that the file system refused; undefined where there is none. */
  async endAgain(): Promise<Ending | undefined> {
    return this.#unwritten === undefined || this.#isEnded ? undefined : await this.#tryToEnd(this.#unwritten.write)
  }

  /** Looks whether others have given this attempt up, and aborts `signal` if so. */
  async check(): Promise<void> {
    if (this.#isEnded || this.#isOverBecause !== undefined) return
    if (await isSuperseded(this.#home.folder, this.#claim)) this.abandon('taken over by another worker')
  }

  async #endWithout(reason: FailureReason, detail: string): Promise<Ending> {
    const { folder } = this.#home
    const ending = await endAttempt(folder, this.#claim.slot, this.attempt, reason, detail, thinnedCurve(this.#curve))
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
      this.#isEnded = false // the value is not lost: the caller may end the trial again when there is room
      throw error
    } finally {
      if (this.#isEnded) this.#home.ended(this)
    }
  }

  #mustRun(verb: string): void {
    if (this.#isEnded) throw new TypeError(`trial ${this.number} has ended; '${verb}' comes too late`)
  }
}

function wordsOf(error: unknown): string {
  if (error instanceof Error) return error.stack ?? `${error.name}: ${error.message}`
  return typeof error === 'string' ? error : (JSON.stringify(error) ?? String(error))
}
