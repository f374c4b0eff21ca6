/**
 * One simulated life of a study. Three processes on three hosts work at it by a plan, and each one that dies is
 * replaced. At the end a fresh process finishes what is left. The result is what the witness says about all of it.
 */

import { samplerNamed } from '../../src/sampler/choose.ts'
import { StudyError } from '../../src/errors.ts'
import { randomStream } from '../../src/numerics/random.ts'
import type { Random } from '../../src/numerics/random.ts'
import { float, int } from '../../src/space/parameter.ts'
import type { Space } from '../../src/space/parameter.ts'
import type { StudyOptions } from '../../src/study/definition.ts'
import { Cluster, FAULTS } from './cluster.ts'
import type { Choice, Fault, Plan, Process } from './cluster.ts'
import { Host, NO_CACHES } from './host.ts'
import type { Caches } from './host.ts'
import { dumpOf, lookWithoutHints } from './last-look.ts'
import { Server } from './server.ts'
import { VirtualTime } from './time.ts'
import { CONSTRAINTS, finish, ROOT, Vanished, work } from './workers.ts'
import { Witness } from './witness.ts'

export interface Outcome {
  readonly plan: Plan
  readonly violations: readonly string[]
  readonly calls: number
  readonly chosen: readonly Choice[]
  readonly struck: readonly Fault[]
  readonly seen: Witness['seen']
  readonly trace: readonly string[]
  /** What is on the server at the end, for people to read. */
  readonly dump: () => string[]
}

const LIMITS = { steps: 20_000, ms: 120_000 }
const PLACES = 3

/**
 * The plan of a seed: a few faults, most of them early, and processes that interrupt each other, rarely or at every
 * step.
 */
export function planOf(seed: number): Plan {
  const random = randomStream('plan', seed)
  const faults: Fault[] = []
  for (let count = random.integer(6); count > 0; count--) {
    const call = 1 + Math.floor(500 ** random.next() * (1 + random.next()))
    faults.push({
      place: random.integer(PLACES),
      call,
      kind: FAULTS[random.integer(FAULTS.length)]!,
      ms: Math.round(10 * 400 ** random.next()),
    })
  }
  return { seed, faults, switching: [0.02, 0.1, 0.4, 1][random.integer(4)]! }
}

/** Runs a plan. `traces` keeps the calls, for people to read. */
export async function runPlan(plan: Plan, traces = false): Promise<Outcome> {
  const time = new VirtualTime()
  const restore = time.install(plan.seed)
  try {
    return await new Life(plan, time, traces).run()
  } finally {
    restore()
  }
}

class Life {
  readonly #plan: Plan
  readonly #random: Random
  readonly #server: Server
  readonly #witness: Witness
  readonly #cluster: Cluster
  readonly #time: VirtualTime
  readonly #options: StudyOptions & { trials: number }
  readonly #queued: string[] = []
  readonly #trace: string[] = []
  readonly #configs: number
  readonly #caches: readonly Caches[]
  readonly #leaseMs: number
  #deaths = 0

  constructor(plan: Plan, time: VirtualTime, traces: boolean) {
    this.#plan = plan
    this.#time = time
    this.#random = randomStream('life', plan.seed)
    this.#server = new Server(time)
    this.#leaseMs = [100, 240, 1200][this.#random.integer(3)]!
    this.#server.refusesLinks = this.#random.next() < 0.15
    this.#witness = new Witness(this.#server)
    this.#cluster = new Cluster(time, plan, this.#leaseMs / [6000, 2400, 1200][this.#random.integer(3)]!)
    this.#configs = this.#random.next() < 0.5 ? 3 + this.#random.integer(4) : Infinity
    const space: Space = this.#configs === Infinity ? { x: float(0, 1) } : { x: int(1, this.#configs) }
    this.#options = {
      space,
      minimize: 'loss',
      constraints: CONSTRAINTS,
      seed: plan.seed,
      leaseMs: this.#leaseMs,
      retries: this.#random.integer(2),
      trials: 2 + this.#random.integer(4),
      // An object: to load one by its name takes real time, and the clock here is a simulated one.
      sampler: samplerNamed(this.#random.next() < 0.5 ? 'random' : 'sobol'),
    }
    this.#caches = Array.from({ length: PLACES }, () => this.#someCaches())
    this.#cluster.hasJobs = this.#random.next() < 0.5
    this.#cluster.onDeath = (process) => this.#died(process)
    this.#cluster.onRequeue = (process) =>
      this.#start(process.place, new Host(this.#server, time, this.#caches[process.place]), this.#random.integer(20))
    if (this.#random.next() < 0.2)
      this.#sweepAway(this.#random.integer(2) === 0 ? 'log' : 'workers', this.#random.integer(5 * this.#leaseMs))
    if (traces)
      this.#cluster.onCall = (process, call, [path]) =>
        this.#trace.push(`${time.nowMs().toFixed(1)} ${process.name} ${call} ${String(path)}`)
  }

  async run(): Promise<Outcome> {
    try {
      await this.#work()
      await this.#finish()
      await lookWithoutHints(this.#server, this.#witness, this.#time)
    } catch (error) {
      this.#witness.violations.push(`I11: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
    }
    return {
      plan: this.#plan,
      violations: this.#witness.violations,
      calls: this.#cluster.step,
      chosen: this.#cluster.chosen,
      struck: this.#cluster.struck,
      seen: this.#witness.seen,
      trace: this.#trace,
      dump: () => dumpOf(this.#server, ROOT),
    }
  }

  async #work(): Promise<void> {
    for (let place = 0; place < PLACES; place++) {
      this.#start(
        place,
        new Host(this.#server, this.#time, this.#caches[place]),
        this.#random.next() < 0.7 ? 0 : this.#random.integer(400),
      )
    }
    await this.#cluster.run(LIMITS)
    this.#witness.judge({ ceiling: this.#options.trials, isOver: false, queued: [], mayBeExhausted: true })
  }

  #start(place: number, host: Host, delayMs: number): void {
    const wishes = [0.25, 0.5, 0.75].map((x) => ({
      x: this.#configs === Infinity ? x : 1 + Math.floor(x * this.#configs),
    }))
    this.#cluster.start(
      place,
      host,
      async (process) => {
        const random = randomStream('program', this.#plan.seed, process.name)
        const hears = {
          hears: (name: string, told: Parameters<Witness['hears']>[1]) => {
            if (told.what === 'queued') this.#queued.push(told.id)
            // Only now, since the probe of a new study would notice such a server.
            if (told.what === 'opened') this.#server.linksReplace = this.#plan.linksReplace ?? false
            this.#witness.hears(name, told)
          },
        }
        try {
          await work(process, hears as Witness, { random, options: this.#options, wishes })
        } catch (error) {
          if (
            !(error instanceof Vanished) &&
            !(error instanceof StudyError && error.code === 'INPUT_OUTPUT' && this.#plan.faults.length > 0)
          ) {
            this.#witness.violations.push(`${process.name}: ${(error as Error).stack ?? String(error)}`)
          }
          this.#cluster.kill(process, false)
        }
      },
      delayMs,
    )
  }

  /** Replaces a process that died, on the same host or on another one. */
  #died(process: Process): void {
    this.#witness.seesDeath(process.name)
    if (++this.#deaths > 6 || this.#random.next() < 0.3) return
    const host =
      this.#random.next() < 0.5 ? process.host : new Host(this.#server, this.#time, this.#caches[process.place])
    this.#start(process.place, host, this.#random.integer(2 * this.#leaseMs))
  }

  /** A person removes some files that are only hints. */
  #sweepAway(folder: string, afterMs: number): void {
    this.#time.after(afterMs, () => this.#server.removeAll(`${ROOT}/.anthill/${folder}`))
  }

  /**
   * A person starts the same line again, and it finishes; with as many more trials as configs may still wait in the
   * queue.
   */
  async #finish(): Promise<void> {
    const trials = this.#options.trials + new Set(this.#queued).size
    this.#cluster.start(PLACES, new Host(this.#server, this.#time), async (process) => {
      try {
        await finish(process, this.#witness, { ...this.#options, trials })
      } catch (error) {
        this.#witness.violations.push(`I11: the last one failed: ${(error as Error).stack ?? String(error)}`)
      }
    })
    await this.#cluster.run({ steps: this.#cluster.step + LIMITS.steps, ms: this.#time.nowMs() + LIMITS.ms })
    this.#witness.judge({ ceiling: trials, isOver: true, queued: this.#queued, mayBeExhausted: trials > this.#configs })
  }

  #someCaches(): Caches {
    const age = (...leases: number[]): number => leases[this.#random.integer(leases.length)]! * this.#leaseMs
    if (this.#random.next() < 0.2) return NO_CACHES
    return {
      attributesMs: age(0, 0.25),
      presenceMs: age(0, 0.1, 0.5),
      absenceMs: age(0, 0.02, 0.125, 0.5),
      listingMs: age(0, 0.1, 0.5),
      lengthMs: age(0, 0.1, 0.3),
      opensBlindly: this.#random.next() < 0.3,
    }
  }
}
