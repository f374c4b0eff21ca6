/**
 * A study: the one place where suggestions meet the folder.
 *
 * `ask` is the whole idea: bring memory up to date, carry on with what a dead worker left, else take the next number
 * with the sampler's config, else see whether anything is still to come. Everything after it is a trial's end.
 */

import { StudyError } from '../errors.ts'
import type { Best, Config, Objectives, TrialRecord, TrialState } from '../trial.ts'
import { configText, readConfig } from '../space/canonical.ts'
import { namedValues } from '../space/objectives.ts'
import type { Space } from '../space/parameter.ts'
import { parseConfig } from '../space/validate.ts'
import type { Sampler } from '../sampler/sampler.ts'
import { amend } from '../store/protocol/amend.ts'
import { endAttempt, verdictIfUsedUp } from '../store/protocol/attempts.ts'
import type { Claim } from '../store/protocol/attempts.ts'
import { commit } from '../store/protocol/commit.ts'
import { prepareFace } from '../store/protocol/face.ts'
import { leave } from '../store/protocol/registration.ts'
import type { Folder } from '../store/protocol/folder.ts'
import { beatPeriodMs } from '../store/life/heartbeat.ts'
import { indexIfDue } from '../store/protocol/index-maker.ts'
import { lastAttempt, thinnedCurve } from '../store/memory/knowledge.ts'
import type { Slot } from '../store/memory/slot.ts'
import { livenessOf } from '../store/protocol/liveness.ts'
import { trialDirectory } from '../paths.ts'
import { readSlots, readUnfinished, refresh } from '../store/protocol/refresh.ts'
import { firstFree, trialId } from '../store/disk/trial-id.ts'
import { readTruth } from '../store/protocol/truth.ts'
import { LiveTrial } from './live-trial.ts'
import type { Ending, TrialHome } from './live-trial.ts'
import { optimize } from './optimize.ts'
import type { Objective } from './optimize.ts'
import type { Outcome, Patience } from './patience.ts'
import { noneFinished, recordOf, recordsOf, stateOf } from './records.ts'
import { recommendedOf } from './recommended.ts'
import type { Recommended } from './recommended.ts'
import { retake } from './replay.ts'
import type { Replay } from './replay.ts'
import { statusOf } from './status.ts'
import type { StudyStatus } from './status.ts'
import { needsRecord, nextClaim, unfinishedSlots } from './supply.ts'
import type { Supply, Unfinished } from './supply.ts'
import { whyOf } from './why.ts'
import type { Why } from './why.ts'
import { mustBeAtHome, moveBackFrom, moveTo } from './working-directory.ts'

export interface AskOptions {
  /** Change into the trial's directory until it ends; for one live trial a process. */
  readonly chdir?: boolean
  /** Whether to wait until it is clear that others are alive, or gone; default true. */
  readonly wait?: boolean
  /** A claim without a process behind it, ended by `tell`, `retry` or this many ms (Infinity: no end of its own). */
  readonly ttlMs?: number
  /** Ends the wait early; `ask` gives undefined then. */
  readonly signal?: AbortSignal | undefined
}

export class Study<C = Config> {
  /** Absolute path. */
  readonly directory: string
  readonly space: Space
  readonly objectives: Objectives
  /** What was asked for and is decided by the study otherwise, a sentence each. */
  readonly notices: readonly string[]
  /** After `ask` gave undefined: what other workers still run. */
  unfinished: readonly Unfinished[] = []
  /** Whether somebody asked all workers to stop. */
  stopped = false
  readonly #folder: Folder
  readonly #supply: Supply
  readonly #signal: AbortSignal | undefined
  readonly #patience: Patience
  readonly #live = new Set<LiveTrial<C>>()
  /** Ends a wait for others inside `ask`. */
  readonly #over = new AbortController()
  readonly #loops = new Set<Promise<unknown>>()
  readonly #onAbort = (): void => void this.#closeInTime().catch(() => undefined)
  #turn: Promise<unknown> = Promise.resolve()
  #closing: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined

  /** Use `openStudy`. */
  constructor(
    folder: Folder,
    space: Space,
    objectives: Objectives,
    sampler: Sampler,
    notices: readonly string[],
    patience: Omit<Patience, 'over'>,
    signal?: AbortSignal,
  ) {
    this.directory = folder.root
    this.space = space
    this.objectives = objectives
    this.notices = notices
    this.#folder = folder
    this.#supply = {
      folder,
      space,
      objectives,
      sampler,
      suggested: undefined,
      hasAsked: false,
      finished: noneFinished(),
      readsRecord: needsRecord(sampler, space),
      pace: { isSlow: false, contention: 0 },
      stopsAtOpen: folder.known.stops,
    }
    this.#signal = signal
    this.#patience = { ...patience, over: this.#over.signal }
    signal?.addEventListener('abort', this.#onAbort, { once: true })
    if (signal?.aborted === true) this.#onAbort()
  }

  get definition(): Folder['study'] {
    return this.#folder.study
  }

  /** The ceiling that this process was given, Infinity without one. */
  get budget(): number {
    return this.#folder.ceiling
  }

  /** This process's name in the study. */
  get workerId(): string {
    return this.#folder.me.worker
  }

  /** Absolute path of a trial's own directory. */
  trialDirectory(id: string): string {
    return trialDirectory(this.directory, id)
  }

  /**
   * Takes a trial: one that a dead worker left, one from the queue, or the sampler's next.
   *
   * @returns undefined when the budget or the space is used up, or everybody was asked to stop; `unfinished` names what
   *   others still run then
   * @throws TypeError for a second live `chdir` trial; StudyError when the file system refuses
   */
  async ask(options: AskOptions = {}): Promise<LiveTrial<C> | undefined> {
    if (options.ttlMs !== undefined && !(options.ttlMs > 0))
      throw new RangeError(`option 'ttlMs': must be more than 0, got ${options.ttlMs}`)
    return await this.#inTurn(async () => {
      if (options.chdir === true) mustBeAtHome()
      const held =
        options.ttlMs === undefined ? undefined : { ttlMs: Number.isFinite(options.ttlMs) ? options.ttlMs : null }
      const { claim, unfinished, isStopped } = await nextClaim(this.#supply, {
        held,
        mayWait: options.wait ?? true,
        isOver: () => this.#over.signal.aborted || options.signal?.aborted === true,
        signals: [this.#over.signal, ...(options.signal === undefined ? [] : [options.signal])],
      })
      this.unfinished = unfinished
      this.stopped = isStopped
      if (claim !== undefined && this.#over.signal.aborted) {
        await endAttempt(this.#folder, claim.slot, claim.lock.attempt, 'interrupted', 'the study was closed', [])
        this.#folder.mine.delete(claim.slot.number)
        return undefined
      }
      return claim === undefined ? undefined : await this.#start(claim, options.chdir ?? false, held !== undefined)
    })
  }

  /** Asks, runs `objective`, and tells, until nothing is left; see `Objective` for what it may return. */
  async optimize(
    objective: Objective<C>,
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<Best<C> | undefined> {
    const loop = optimize(this, objective, options.signal ?? this.#signal)
    this.#loops.add(loop)
    try {
      return await loop
    } finally {
      this.#loops.delete(loop)
    }
  }

  /** The best complete trial by the first objective; undefined before the first value. */
  async best(): Promise<Best<C> | undefined> {
    await this.#inTurn(() => this.#look())
    const slot = this.#folder.known.best
    if (slot === null) return undefined
    const { id, number, value, values, config } = recordOf<C>(slot, this.space, this.objectives)
    return { id, number, value: value!, values, config, directory: this.trialDirectory(id) }
  }

  /** Every trial by number, then the queue. */
  async trials(): Promise<TrialRecord<C>[]> {
    await this.#inTurn(() => this.#look())
    return recordsOf<C>(this.#folder.known, this.space, this.objectives)
  }

  /** One trial, by number or by the beginning of its id; throws `StudyError` `NO_TRIAL` when there is none, or several. */
  async trial(which: string | number): Promise<TrialRecord<C>> {
    await this.#inTurn(() => this.#look())
    return recordOf<C>(this.#find(which), this.space, this.objectives)
  }

  /**
   * The config to use by the first objective: the best trial's, or, where values are noisy, the one with the best predicted mean;
   * undefined before the first value.
   */
  async recommend(): Promise<Recommended<C> | undefined> {
    await this.#inTurn(() => this.#look())
    return recommendedOf<C>(this.#supply)
  }

  /** Computes a trial's suggestion again from the folder alone, and says whether it is the same. Throws like `trial`. */
  async replay(which: string | number): Promise<Replay<C>> {
    return await this.#inTurn(async () => {
      await this.#look()
      return (await retake<C>(this.#supply, this.#find(which))).replay
    })
  }

  /** Why a trial's config was tried: what the model predicted, what was known around it, and what came out. Throws like `trial`. */
  async why(which: string | number): Promise<Why<C>> {
    return await this.#inTurn(async () => {
      await this.#look()
      return await whyOf<C>(this.#supply, this.#find(which))
    })
  }

  /** Counts, workers, the best. */
  async status(): Promise<StudyStatus<C>> {
    const best = await this.best()
    return await statusOf(this.#folder, this.objectives, best)
  }

  /**
   * Puts a config at the head of what is tried next. One that is complete is given back as it is, unless `repeat`; one
   * that failed gets another attempt; one that runs or waits is left alone.
   */
  async enqueue(
    config: Config,
    options: { readonly repeat?: boolean } = {},
  ): Promise<{ id: string; state: TrialState; trial: TrialRecord<C> | null }> {
    const text = configText(this.space, parseConfig(this.space, config))
    return await this.#inTurn(async () => {
      await this.#look()
      const { known } = this.#folder
      const isKnown = (id: string): boolean => known.slotOfId.has(id) || known.queue.some((q) => q.id === id)
      const repeat = options.repeat === true ? firstFree(text, isKnown) : 0
      const id = trialId(text, repeat)
      const number = known.slotOfId.get(id)
      const slot = number === undefined ? undefined : known.slots.get(number)
      if (slot !== undefined) {
        const now = stateOf(slot) === 'failed' ? await this.#retry(slot) : slot
        return { id, state: stateOf(now), trial: recordOf<C>(now, this.space, this.objectives) }
      }
      if (!isKnown(id)) await amend(this.#folder, { enqueue: [{ id, config: text, repeat }] })
      return { id, state: 'queued', trial: null }
    })
  }

  /** Another attempt for a failed trial, in the same directory; a claim made by `ask` from a shell is given up. */
  async retry(which: string | number): Promise<TrialRecord<C>> {
    return await this.#inTurn(async () => {
      await this.#look()
      const slot = this.#find(which)
      const state = stateOf(slot)
      if (state === 'complete' || state === 'pruned') {
        throw new RangeError(
          `trial ${slot.number} is ${state}, its value stands; to run the config once more, add it with 'repeat'`,
        )
      }
      const last = lastAttempt(slot)
      if (state === 'failed') return recordOf<C>(await this.#retry(slot), this.space, this.objectives)
      if (state === 'running' && last?.lock?.held != null)
        await endAttempt(this.#folder, slot, last.attempt, 'interrupted', 'given up by retry', [])
      else if (state === 'running')
        throw new RangeError(
          `trial ${slot.number} is running at worker '${last?.worker ?? slot.worker}'; it is taken over by itself should that worker die`,
        )
      return recordOf<C>(slot, this.space, this.objectives)
    })
  }

  /** Ends a trial that some `ask` claimed, from any process; the first end counts. */
  async tell(which: string | number, outcome: Outcome): Promise<Ending> {
    const values =
      'values' in outcome && outcome.values !== undefined ? namedValues(this.objectives, outcome.values) : {}
    return await this.#inTurn(async () => {
      await this.#look()
      const slot = this.#find(which)
      const last = lastAttempt(slot)
      if (slot.final !== null) return 'superseded'
      if (last?.lock == null) throw new RangeError(`trial ${slot.number} was never started; ask for it first`)
      if ('failed' in outcome) {
        const ending = await endAttempt(
          this.#folder,
          slot,
          last.attempt,
          'exception',
          outcome.failed,
          thinnedCurve(last.curve),
        )
        await verdictIfUsedUp(this.#folder, slot)
        return ending
      }
      return await commit(
        this.#folder,
        { slot, lock: last.lock },
        'pruned' in outcome ? 'pruned' : 'complete',
        values,
        thinnedCurve(last.curve),
      )
    })
  }

  /** Asks every worker that is at work now to start nothing more. */
  async requestStop(): Promise<void> {
    await this.#inTurn(() => amend(this.#folder, { stop: true }))
  }

  /** Hands back what runs and says goodbye. Safe to call twice. */
  async close(): Promise<void> {
    this.#closing ??= this.#end()
    await this.#closing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  /**
   * Closes once `optimize` has come to its end. Nobody can kill an objective, and a trial that still runs must not be handed
   * back, or two programs would work in one directory: it is told by `trial.signal`, and waited for.
   */
  async #closeInTime(): Promise<void> {
    this.#over.abort()
    for (const trial of this.#live) trial.abandon('the study is being closed')
    await Promise.allSettled(this.#loops)
    await this.close()
  }

  async #end(): Promise<void> {
    clearInterval(this.#timer)
    this.#signal?.removeEventListener('abort', this.#onAbort)
    this.#over.abort()
    for (const trial of [...this.#live]) {
      trial.abandon('the study was closed')
      // A wait for room has just been ended, and leaves its value in the trial: worth one more try, and not another attempt.
      await new Promise((resolve) => setImmediate(resolve))
      if (trial.isEnded) continue
      await (trial.unwritten === undefined ? trial.handBack('the study was closed') : trial.endAgain()).catch(
        () => undefined,
      )
    }
    await this.#inTurn(async () => {
      await indexIfDue(this.#folder, performance.now(), { isLeaving: true })
      await leave(this.#folder)
    })
  }

  async #start(claim: Claim, chdir: boolean, isHeld: boolean): Promise<LiveTrial<C>> {
    const folder = this.#folder
    const { suggested } = this.#supply
    const { slot } = claim
    try {
      await prepareFace(folder, claim)
    } catch (error) {
      await endAttempt(folder, slot, claim.lock.attempt, 'interrupted', String(error), []).catch(() => undefined)
      folder.mine.delete(slot.number)
      throw error
    }
    const home: TrialHome = {
      folder,
      named: (values) => namedValues(this.objectives, values),
      ended: (trial) => this.#ended(trial as LiveTrial<C>),
      patience: this.#patience,
    }
    const trial = new LiveTrial<C>(home, claim, {
      config: (suggested?.text === slot.config ? suggested.config : readConfig(this.space, slot.config)) as C,
      directory: this.trialDirectory(slot.id),
    })
    if (isHeld) {
      folder.mine.delete(slot.number)
      return trial
    }
    this.#live.add(trial)
    this.#timer ??= setInterval(() => void this.#beat(), beatPeriodMs(folder.study.leaseMs)).unref()
    if (chdir) moveTo(trial)
    return trial
  }

  #ended(trial: LiveTrial<C>): void {
    this.#live.delete(trial)
    moveBackFrom(trial)
  }

  /** Once a beat: have others given up what runs here, and do the owners of unfinished trials still move? */
  async #beat(): Promise<void> {
    try {
      for (const trial of this.#live) await trial.check()
      for (const slot of unfinishedSlots(this.#folder)) {
        const last = lastAttempt(slot)
        if (last?.lock?.held == null)
          await livenessOf(this.#folder, last?.worker ?? slot.worker, last?.lock?.identity ?? null, performance.now())
      }
    } catch {
      // A look that failed is a look missed; whoever acts next meets the error with somebody there to hear it.
    }
  }

  /** For the eyes: logs, slots, and how each unfinished trial stands on disk. */
  async #look(): Promise<void> {
    const folder = this.#folder
    if (this.#closing !== undefined) return
    await refresh(folder, performance.now())
    await readSlots(folder)
    await readUnfinished(folder)
  }

  async #retry(slot: Slot): Promise<Slot> {
    // The attempt of the record that failed, not a later one seen meanwhile: who asks for the same round says the same.
    await amend(this.#folder, { retry: { slot: slot.number, after: slot.final!.attempt } })
    await readTruth(this.#folder, slot)
    return this.#folder.known.slots.get(slot.number)!
  }

  #find(which: string | number): Slot {
    const { known } = this.#folder
    const number = typeof which === 'number' ? which : /^\d{1,9}$/.test(which) ? Number(which) : undefined
    const byNumber = number === undefined ? undefined : known.slots.get(number)
    if (byNumber !== undefined && !byNumber.isClosed) return byNumber
    const prefix = String(which)
    const ids = /^[0-9a-f]{1,20}$/.test(prefix) ? [...known.slotOfId.keys()].filter((id) => id.startsWith(prefix)) : []
    if (ids.length === 1) return known.slots.get(known.slotOfId.get(ids[0]!)!)!
    throw new StudyError(
      'NO_TRIAL',
      ids.length > 1
        ? `'${prefix}' begins the ids of ${ids.length} trials; give more digits`
        : `no trial '${prefix}' in '${this.directory}'`,
    )
  }

  /** One after the other: memory has one reader and writer at a time. */
  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work, work)
    this.#turn = turn.catch(() => undefined)
    return await turn
  }
}
