/**
 * One worker that does everything a worker can do is stopped at one call. A second one on another host carries on, and
 * may be stopped as well. A third one finishes. The witness watches all three.
 */

import { samplerNamed } from '../../src/sampler/choose.ts'
import { StudyError } from '../../src/errors.ts'
import { int } from '../../src/space/parameter.ts'
import type { StudyOptions } from '../../src/study/definition.ts'
import { openStudyOn } from '../../src/study/open-study.ts'
import { Cluster } from './cluster.ts'
import type { Fault, FaultKind, Process } from './cluster.ts'
import { Host, NO_CACHES } from './host.ts'
import { dumpOf, lookWithoutHints } from './last-look.ts'
import { Server } from './server.ts'
import type { Tearing } from './server.ts'
import { VirtualTime } from './time.ts'
import { complete, CONSTRAINTS, finish, persisting, prune, ROOT, tell, TOP, WHY_PRUNED } from './workers.ts'
import { Witness } from './witness.ts'

/** What happens to the first worker at its n-th call, and to the second. */
export interface Blow {
  readonly call: number
  readonly kind: FaultKind
}

export interface Crash {
  readonly first?: Blow
  readonly second?: Blow
  /**
   * The machine of the first worker, which is also the server, loses its power at the same time. `liesFrom`: syncs from
   * that call on did nothing.
   */
  readonly power?: { readonly kept: number; readonly tearing: Tearing; readonly liesFrom?: number }
  readonly hasNoLinks?: boolean
  /** Whether the study has a fidelity, so that trials rest and go on. */
  readonly isLadder?: boolean
  /** Whether each worker starts warm, by another study. */
  readonly isWarm?: boolean
}

export interface CrashOutcome {
  readonly violations: readonly string[]
  /** The calls of each worker: `<call> <path>`. */
  readonly calls: readonly (readonly string[])[]
  /** How many changes of names were not synced when the power failed. */
  readonly unsynced: number
  /** The config of each number that the sampler chose. */
  readonly configs: ReadonlyMap<number, string>
  /** How often the best became better. */
  readonly improvements: number
  readonly dump: () => string[]
}

const TRIALS = 6
const OPTIONS: StudyOptions & { trials: number } = {
  space: { x: int(1, 30) },
  minimize: 'loss',
  constraints: CONSTRAINTS,
  seed: 11,
  leaseMs: 120,
  retries: 1,
  trials: TRIALS,
  pruner: { name: 'all', stops: () => ({ because: WHY_PRUNED, predicted: { low: 1, middle: 2, high: 3 } }) },
  sampler: samplerNamed('random'), // an object: to load one by its name takes real time
}
/** A config that the sampler never draws by itself. */
const WISH = { x: 17 }

/** What it learns from elsewhere, and others try to learn again. The first is better than all, and never the best. */
const ELSEWHERE = [
  { config: { x: 29 }, values: { loss: -1, memory: 0, note: 'made elsewhere' } },
  { config: { x: 30 }, values: { loss: 41, memory: 9 } },
]

/** Where an earlier study lies, and how many trials it has. */
const EARLIER = '/earlier'
const EARLIER_TRIALS = 3

/** Makes the earlier study. Nothing happens to it. */
async function makeEarlier(process: Process): Promise<void> {
  const study = await openStudyOn(process, EARLIER, { ...OPTIONS, seed: 12, trials: EARLIER_TRIALS })
  for (let trial = await study.ask(); trial !== undefined; trial = await study.ask())
    await trial.complete({ loss: trial.number, memory: 0 })
  await study.close()
}

/** Open, learn, ask, report, complete, fail, verdict, retry, enqueue, prune, hand back, carry on, improve the best. */
async function doEverything(
  process: Process,
  witness: Witness,
  options: StudyOptions,
  onLearned: () => void,
): Promise<void> {
  const study = await openStudyOn(process, ROOT, options)
  witness.hears(process.name, { what: 'opened', token: study.token })
  await persisting(() => study.learn(ELSEWHERE as never[], { from: 'table' }))
  onLearned()
  const ask = async (): Promise<NonNullable<Awaited<ReturnType<typeof study.ask>>>> => {
    const trial = (await persisting(() => study.ask()))!
    witness.hears(process.name, { what: 'claimed', id: trial.id, number: trial.number, attempt: trial.attempt })
    return trial
  }
  const first = await ask()
  await first.report(2)
  await first.report(1)
  await complete(process, witness, first)
  for (let k = 0; k < 2; k++) {
    const failing = await ask()
    await tell(process, witness, failing, 'failed', undefined, () => failing.fail('it did not work'))
  }
  const { id, state } = await persisting(() => study.enqueue(WISH))
  if (state === 'queued') witness.hears(process.name, { what: 'queued', id })
  await complete(process, witness, await ask())
  const failed = (await persisting(() => study.trials())).find((trial) => trial.state === 'failed')
  if (failed !== undefined) await persisting(() => study.retry(failed.number!))
  await complete(process, witness, await ask())
  const handedBack = await ask()
  await tell(process, witness, handedBack, 'interrupted', undefined, () => handedBack.handBack())
  const pruned = await ask()
  await pruned.report(3)
  await pruned.shouldStop()
  await prune(process, witness, pruned)
  for (
    let trial = await persisting(() => study.ask());
    trial !== undefined;
    trial = await persisting(() => study.ask())
  ) {
    witness.hears(process.name, { what: 'claimed', id: trial.id, number: trial.number, attempt: trial.attempt })
    await complete(process, witness, trial)
  }
  await study.close()
}

/** Runs one crash, and gives what the witness says about it. */
export async function liveThrough(crash: Crash): Promise<CrashOutcome> {
  const { first, second, power, hasNoLinks, isLadder = false, isWarm = false } = crash
  const options: StudyOptions = {
    ...OPTIONS,
    ...(isLadder ? { fidelity: { epochs: [1, TOP] } } : {}),
    ...(isWarm ? { warmStart: [EARLIER] } : {}),
  }
  const time = new VirtualTime()
  const server = new Server(time)
  server.refusesLinks = hasNoLinks === true
  const witness = new Witness(server)
  witness.isLenient = power?.liesFrom !== undefined
  witness.predicted = [1, 2, 3]
  const fault = (place: number, blow: Blow | undefined): Fault[] =>
    blow === undefined ? [] : [{ place, ms: 0, ...blow }]
  const cluster = new Cluster(time, { seed: 1, faults: [...fault(0, first), ...fault(1, second)], switching: 0 }, 0.02)
  const calls: string[][] = [[], [], []]
  cluster.onDeath = (process) => witness.seesDeath(process.name)
  cluster.onCall = (process, call, args) => {
    calls[process.place]!.push(
      call === 'open' ? `open-${String(args[1])} ${String(args[0])}` : `${call} ${String(args[0])}`,
    )
    if (process.place === 0 && calls[0]!.length === power?.liesFrom) server.liesAboutSync = true
  }
  const outlive = async (place: number, program: (process: Process) => Promise<void>): Promise<void> => {
    cluster.start(place, new Host(server, time, NO_CACHES), async (process) => {
      try {
        await program(process)
      } catch (error) {
        const isExcused =
          place < 2 &&
          cluster.struck.some((one) => one.place === place) &&
          error instanceof StudyError &&
          error.code === 'INPUT_OUTPUT'
        if (!isExcused)
          witness.violations.push(`I11: ${process.name} failed: ${(error as Error).stack ?? String(error)}`)
        cluster.kill(process, false)
      }
    })
    await cluster.run({ steps: cluster.step + 10_000, ms: time.nowMs() + 20_000 })
  }
  const restore = time.install(1)
  let unsynced = 0
  let isLearned = false
  try {
    if (isWarm) await outlive(2, makeEarlier)
    await outlive(0, (process) => doEverything(process, witness, options, () => (isLearned = true)))
    if (power !== undefined) {
      unsynced = server.unsynced
      server.losePower(power.kept, power.tearing)
      server.liesAboutSync = false
      witness.begins()
    }
    // The config that was queued may need a number of its own.
    const more = { ...options, trials: TRIALS + 1 }
    await outlive(1, async (process) => {
      const study = await openStudyOn(process, ROOT, more)
      await persisting(() => study.learn(ELSEWHERE as never[], { from: 'the same table' }))
      isLearned = true
      await study.close()
      await finish(process, witness, more)
    })
    await outlive(2, (process) => finish(process, witness, more))
    witness.judge({ ceiling: TRIALS + 1, isOver: true, queued: [], mayBeExhausted: false })
    const { imported, earlier } = await lookWithoutHints(server, witness, time)
    const taught = isWarm ? EARLIER_TRIALS : 0
    if (earlier !== taught && !witness.isLenient)
      witness.violations.push(`warm start: ${earlier} of ${taught} results count`)
    if (imported !== ELSEWHERE.length && (isLearned || imported > 0) && !witness.isLenient)
      witness.violations.push(`import: ${imported} of ${ELSEWHERE.length} results count`)
  } catch (error) {
    witness.violations.push(`I11: ${(error as Error).stack ?? String(error)}`)
  } finally {
    restore()
  }
  return {
    violations: witness.violations,
    calls,
    unsynced,
    configs: witness.configs(),
    improvements: witness.seen.improvements,
    dump: () => dumpOf(server, ROOT),
  }
}
