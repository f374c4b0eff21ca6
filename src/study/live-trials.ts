/**
 * The trials that this process runs: each is started from a claim, all are watched once a heartbeat, and those that are
 * left at the end are handed back.
 */

import type { Config, Said } from '../trial.ts'
import { readConfig } from '../space/canonical.ts'
import { namedValues } from '../space/objectives.ts'
import { beatPeriodMs } from '../store/life/heartbeat.ts'
import { endAttempt } from '../store/protocol/attempts.ts'
import type { Claim } from '../store/protocol/attempts.ts'
import { prepareFace } from '../store/protocol/face.ts'
import { livenessOf, ownerIn } from '../store/protocol/liveness.ts'
import { trialDirectory } from '../paths.ts'
import type { Judge } from './early-end.ts'
import { LiveTrial } from './live-trial.ts'
import type { Patience } from './patience.ts'
import type { Proposing } from './proposal.ts'
import { stretchOf } from './rungs.ts'
import { unfinishedSlots } from './supply.ts'
import { moveBackFrom, moveTo } from './working-directory.ts'

export class LiveTrials<C> {
  readonly #parts: Proposing
  readonly #patience: Patience
  readonly #judge: Judge
  readonly #live = new Set<LiveTrial<C>>()
  #timer: NodeJS.Timeout | undefined

  constructor(parts: Proposing, patience: Patience, judge: Judge) {
    this.#parts = parts
    this.#patience = patience
    this.#judge = judge
  }

  /**
   * Makes a live trial of a claim, whose directory then has its `config.json`. If that fails, the claim is given up.
   *
   * @param options.chdir   whether to change the process into the trial's directory
   * @param options.isHeld  whether no process stands behind the claim; such a trial is not watched
   */
  async start(claim: Claim, options: { readonly chdir: boolean; readonly isHeld: boolean }): Promise<LiveTrial<C>> {
    const { folder, objectives, ladder } = this.#parts
    const { slot } = claim
    try {
      await prepareFace(folder, claim)
    } catch (error) {
      await endAttempt(folder, slot, claim.lock.attempt, 'interrupted', String(error), []).catch(() => undefined)
      folder.mine.delete(slot.number)
      throw error
    }
    const home = {
      folder,
      named: (values: number | Said) => namedValues(objectives, values),
      ended: (trial: LiveTrial<unknown>) => this.#ended(trial as LiveTrial<C>),
      judge: this.#judge,
      patience: this.#patience,
    }
    const trial = new LiveTrial<C>(home, claim, {
      config: this.#configOf(slot.config) as C,
      directory: trialDirectory(folder.root, slot.id),
      stretch: ladder === undefined ? undefined : stretchOf(ladder, slot, claim.lock.attempt),
    })
    if (options.isHeld) {
      folder.mine.delete(slot.number)
      return trial
    }
    this.#live.add(trial)
    this.#timer ??= setInterval(() => void this.#beat(), beatPeriodMs(folder.study.leaseMs)).unref()
    if (options.chdir) moveTo(trial)
    return trial
  }

  /** The config in the text of a claim: an object that nobody else has, since a program may change what it gets. */
  #configOf(text: string): Config {
    const { suggested, space } = this.#parts
    if (suggested?.text !== text || suggested.copy === undefined) return readConfig(space, text)
    const { copy } = suggested
    suggested.copy = undefined
    return copy
  }

  /** Aborts the `signal` of every trial. */
  abandonAll(why: string): void {
    for (const trial of this.#live) trial.abandon(why)
  }

  /** Ends every trial: writes the end that a full disk has refused so far, or hands the trial back. */
  async endAll(why: string): Promise<void> {
    clearInterval(this.#timer)
    for (const trial of [...this.#live]) {
      trial.abandon(why)
      // The study has ended any wait for a full disk, which leaves its value in the trial. The value is worth one more
      // try: to hand the trial back would cost another attempt.
      await new Promise((resolve) => setImmediate(resolve))
      if (trial.isEnded) continue
      await (trial.unwritten === undefined ? trial.handBack(why) : trial.endAgain()).catch(() => undefined)
    }
  }

  #ended(trial: LiveTrial<C>): void {
    this.#live.delete(trial)
    moveBackFrom(trial)
  }

  /** Sees whether others have taken over what runs here, and looks at the owners of all unfinished trials. */
  async #beat(): Promise<void> {
    const { folder } = this.#parts
    // A look that fails is lost, and the others count. If the error lasts, the next call of a public method meets it
    // and can report it.
    for (const trial of this.#live) await trial.check().catch(() => undefined)
    for (const slot of unfinishedSlots(folder)) {
      const { worker, identity, held } = ownerIn(folder, slot)
      if (held === undefined) await livenessOf(folder, worker, identity, performance.now()).catch(() => undefined)
    }
  }
}
