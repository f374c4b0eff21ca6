/**
 * Processes on hosts around one simulated server, one call at a time. A plan decides which process is next and what
 * goes wrong, so the same plan gives the same run.
 *
 * A process runs on through its calls until it waits, or until the plan lets another one go on. A fault belongs to the
 * n-th call of a place of work (its process is replaced when it dies), so the fault stays where it is while a
 * failing plan is made smaller.
 */

import type { FileHandle, FileSystem } from '../../src/store/disk/file-system.ts'
import { beatPeriodMs } from '../../src/store/life/heartbeat.ts'
import { heartbeatBytes } from '../../src/store/life/heartbeat-record.ts'
import type { Heartbeat, Life } from '../../src/store/life/heartbeat.ts'
import { randomStream } from '../../src/numerics/random.ts'
import { Host } from './host.ts'
import { systemError } from './server.ts'
import type { VirtualTime } from './time.ts'

/**
 * What happens at a call. `kill-…`: SIGKILL. `crash-…`: the host dies, and what it had not written back is lost.
 * `torn`: killed when half of a write is done. `repeat`: the call is done, its answer is lost, and the client asks
 * again. `error-…`: EIO. `stale`: ESTALE. `full`: the next write-back fails. `pause`: SIGSTOP for `ms`. `mute`: only
 * the heartbeat stands still. `requeue`: the scheduler starts the same job again while this run of it goes on.
 */
export const FAULTS = [
  'kill-before',
  'kill-after',
  'crash-before',
  'crash-after',
  'torn',
  'repeat',
  'error-before',
  'error-after',
  'stale',
  'full',
  'pause',
  'mute',
  'requeue',
] as const
export type FaultKind = (typeof FAULTS)[number]

export interface Fault {
  readonly place: number
  readonly call: number
  readonly kind: FaultKind
  readonly ms: number
}

/** At this step another process goes on than would by itself. */
export interface Choice {
  readonly step: number
  readonly process: string
}

export interface Plan {
  readonly seed: number
  readonly faults: readonly Fault[]
  /** How likely it is that another process goes on at a step; used unless `choices` are given. */
  readonly switching: number
  readonly choices?: readonly Choice[]
  /** A server without exclusive creation, to see whether the checks notice. */
  readonly linksReplace?: boolean
}

/**
 * Requests that a client sends again if no answer came. Reads and writes at a position may be done twice without harm.
 */
const REPEATED: ReadonlySet<string> = new Set(['open', 'link', 'unlink', 'mkdir', 'rmdir', 'rename', 'symlink'])

interface Call {
  readonly process: Process
  readonly perform: () => void
}

export interface Process {
  readonly name: string
  readonly place: number
  readonly host: Host
  readonly files: FileSystem
  readonly life: Life
  readonly handles: Set<FileHandle>
  state: 'running' | 'ended' | 'dead'
  pausedUntilMs: number
  mutedUntilMs: number
}

export class Cluster {
  readonly time: VirtualTime
  /** Where the plan chose another process than the natural order, so far. */
  readonly chosen: Choice[] = []
  /** The faults that happened. */
  readonly struck: Fault[] = []
  readonly processes: Process[] = []
  /** Called when a process was killed. */
  onDeath: (process: Process) => void = () => undefined
  /** Called when the scheduler takes a living process for dead. */
  onRequeue: (process: Process) => void = () => undefined
  /** Whether the processes of one place are runs of one job, and know it. */
  hasJobs = false
  /** Called before each call. */
  onCall: (process: Process, call: string, args: readonly unknown[]) => void = () => undefined
  step = 0
  readonly #plan: Plan
  readonly #latencyMs: number
  readonly #random
  readonly #choices: Map<number, string> | undefined
  readonly #faults = new Map<string, Fault>()
  readonly #calls: number[] = []
  #pending: Call[] = []
  #current: Process | undefined
  #starting = 0
  #mostSteps = Infinity

  constructor(time: VirtualTime, plan: Plan, latencyMs = 0.5) {
    this.time = time
    this.#plan = plan
    this.#latencyMs = latencyMs
    this.#random = randomStream('schedule', plan.seed)
    this.#choices =
      plan.choices === undefined ? undefined : new Map(plan.choices.map(({ step, process }) => [step, process]))
    for (const fault of plan.faults) this.#faults.set(`${fault.place} ${fault.call}`, fault)
  }

  /** How many calls a place of work has made. */
  callsOf(place: number): number {
    return this.#calls[place] ?? 0
  }

  /** A new process on a host, which runs `program` after `delayMs`. */
  start(place: number, host: Host, program: (process: Process) => Promise<void>, delayMs = 0): void {
    this.#starting++
    this.time.after(delayMs, () => {
      this.#starting--
      const name = `${'ABCDEFGHIJ'[place]!}${this.processes.filter((other) => other.place === place).length + 1}`
      const process: Process = {
        name,
        place,
        host,
        files: this.#filesOf(() => process, host),
        life: this.#lifeOf(() => process),
        handles: new Set(),
        state: 'running',
        pausedUntilMs: -Infinity,
        mutedUntilMs: -Infinity,
      }
      this.processes.push(process)
      void program(process).finally(() => {
        if (process.state !== 'running') return
        process.state = 'ended'
        host.closeAll(process.handles)
      })
    })
  }

  /** Runs until all processes have ended or died. Throws if that takes more than the given steps and time. */
  async run(limits: { readonly steps: number; readonly ms: number }): Promise<void> {
    this.#mostSteps = limits.steps
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve))
      this.#current = undefined
      if (this.step > limits.steps || this.time.nowMs() > limits.ms)
        throw new Error(`no end after ${this.step} calls and ${Math.round(this.time.nowMs())} ms`)
      const ready = this.#ready()
      if (ready.length > 0) {
        this.#go(this.#next(ready, undefined))
      } else if (this.#starting === 0 && this.processes.every(({ state }) => state !== 'running')) {
        return
      } else {
        const wakeUps = this.processes
          .filter(({ state, pausedUntilMs }) => state === 'running' && pausedUntilMs > this.time.nowMs())
          .map((p) => p.pausedUntilMs)
        const nextMs = Math.min(this.time.nextMs ?? Infinity, ...wakeUps)
        if (nextMs === Infinity) throw new Error('everybody waits, and for nothing')
        this.time.advanceTo(nextMs)
      }
    }
  }

  kill(process: Process, withHost: boolean): void {
    if (process.state !== 'running') return
    process.state = 'dead'
    this.#pending = this.#pending.filter((call) => call.process !== process)
    if (withHost) process.host.crash()
    else process.host.closeAll(process.handles)
    this.onDeath(process)
  }

  #ready(): Process[] {
    const nowMs = this.time.nowMs()
    return [...new Set(this.#pending.map(({ process }) => process))].filter(
      ({ pausedUntilMs }) => pausedUntilMs <= nowMs,
    )
  }

  /**
   * Which of the ready processes makes the next call: the current one, else the first one, unless the plan says
   * otherwise.
   */
  #next(ready: readonly Process[], current: Process | undefined): Process {
    const byItself = current ?? ready[0]!
    const step = ++this.step
    if (this.#choices !== undefined) {
      const name = this.#choices.get(step)
      return ready.find((process) => process.name === name) ?? byItself
    }
    if (current !== undefined && this.#random.next() >= this.#plan.switching) return current
    const process = ready[this.#random.integer(ready.length)]!
    if (process !== byItself) this.chosen.push({ step, process: process.name })
    return process
  }

  #go(process: Process): void {
    this.#current = process
    const index = this.#pending.findIndex((call) => call.process === process)
    this.#pending.splice(index, 1)[0]!.perform()
  }

  /** A call of a process: done at once if it is that process's turn, else when its turn comes. */
  #call<T>(process: Process, name: string, run: (isTorn: boolean) => Promise<T>, args: readonly unknown[]): Promise<T> {
    return new Promise((resolve, reject) => {
      if (process.state !== 'running') return
      const number = (this.#calls[process.place] = this.callsOf(process.place) + 1)
      const fault = this.#faults.get(`${process.place} ${number}`)
      const perform = (): void => void this.#perform(process, name, run, args, fault, resolve, reject)
      if (fault?.kind === 'pause') {
        this.struck.push(fault)
        process.pausedUntilMs = this.time.nowMs() + fault.ms
      } else if (
        process === this.#current &&
        this.step < this.#mostSteps &&
        process.pausedUntilMs <= this.time.nowMs()
      ) {
        const ready = this.#ready()
        if (!ready.includes(process)) {
          const next = ready.length === 0 ? process : this.#next([...ready, process], process)
          if (ready.length === 0) this.step++
          if (next === process) return perform()
        }
        this.#current = undefined
      }
      this.#pending.push({ process, perform })
    })
  }

  async #perform<T>(
    process: Process,
    name: string,
    run: (isTorn: boolean) => Promise<T>,
    args: readonly unknown[],
    fault: Fault | undefined,
    resolve: (value: T) => void,
    reject: (error: unknown) => void,
  ): Promise<void> {
    this.time.advanceTo(this.time.nowMs() + this.#latencyMs)
    if (process.state !== 'running') return
    this.onCall(process, name, args)
    const kind = fault?.kind
    if (fault !== undefined && kind !== 'pause') this.struck.push(fault)
    if (kind === 'kill-before' || kind === 'crash-before') return this.kill(process, kind === 'crash-before')
    if (kind === 'error-before') return reject(systemError('EIO', name))
    if (kind === 'stale') return reject(systemError('ESTALE', name))
    if (kind === 'requeue') this.onRequeue(process)
    if (kind === 'full') process.host.refusal = 'ENOSPC'
    if (kind === 'mute') process.mutedUntilMs = this.time.nowMs() + fault!.ms
    // The host does its calls at once: nobody sees a state in between.
    let answer = run(kind === 'torn')
    if (kind === 'repeat' && REPEATED.has(name)) {
      answer.catch(() => undefined)
      answer = run(false)
    }
    if (kind === 'error-after') {
      answer.catch(() => undefined)
      return reject(systemError('EIO', name))
    }
    if (kind === 'kill-after' || kind === 'crash-after' || kind === 'torn') {
      answer.catch(() => undefined)
      return this.kill(process, kind === 'crash-after')
    }
    answer.then(resolve, reject)
  }

  /** A host's files as one process sees them; each call waits for its turn. */
  #filesOf(processOf: () => Process, { files }: Host): FileSystem {
    const through =
      (name: keyof FileSystem) =>
      (...args: unknown[]): Promise<never> => {
        const process = processOf()
        const method = files[name] as (...args: unknown[]) => Promise<never>
        return this.#call(
          process,
          name,
          (isTorn) => {
            if (isTorn && name === 'write')
              args[1] = (args[1] as Uint8Array).subarray(0, (args[1] as Uint8Array).length >> 1)
            const answer = method(...args)
            if (name === 'open')
              void answer.then(
                (handle) => process.handles.add(handle),
                () => undefined,
              )
            if (name === 'close') process.handles.delete(args[0] as FileHandle)
            return answer
          },
          args,
        )
      }
    return Object.fromEntries(
      Object.keys(files).map((name) => [name, through(name as keyof FileSystem)]),
    ) as unknown as FileSystem
  }

  #lifeOf(processOf: () => Process): Life {
    let names = 0
    return {
      newIdentity: () => {
        const { name, place } = processOf()
        const run = this.hasJobs ? { job: `job/${place}`, restart: Number(name.slice(1)) } : { job: '', restart: 0 }
        return {
          worker: `${name}-${++names}`,
          host: `host-${place}`,
          boot: '',
          namespace: '',
          pid: 1,
          start: '',
          ...run,
        }
      },
      startHeartbeat: async (path, leaseMs) => this.#heartbeat(processOf(), path, leaseMs),
    }
  }

  /** Beats like the real thread, with calls of its own beside those of the program. */
  #heartbeat(process: Process, path: string, leaseMs: number): Heartbeat {
    let isRemoved = false
    let isStopped = false
    let counter = 0
    let beating: Promise<void> | undefined
    const beat = async (): Promise<void> => {
      try {
        const file = await process.files.open(path, 'r+')
        try {
          if (!isStopped) await process.files.write(file, heartbeatBytes(++counter, 'on'), 0)
        } finally {
          await process.files.close(file)
        }
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') isRemoved = true
      }
      beating = undefined
    }
    const timer = this.time.after(
      beatPeriodMs(leaseMs),
      () => {
        if (process.state !== 'running') this.time.cancel(timer)
        else if (this.time.nowMs() >= process.mutedUntilMs) beating ??= beat()
      },
      beatPeriodMs(leaseMs),
    )
    const stop = async (): Promise<void> => {
      isStopped = true
      this.time.cancel(timer)
      await beating
    }
    return { path, isRemoved: () => isRemoved, stop }
  }
}
