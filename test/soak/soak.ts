/**
 * Eight processes work at one study while they are killed, suspended past their lease, left without disk space and
 * robbed of every derived file, at random by a seed. Then everything that they were told is compared with the disk
 * (check.ts).
 *
 * A soak is a sequence of episodes. Each episode finishes a study of a few hundred trials, since most can go wrong at
 * the end of a budget.
 */

import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { float, int, openStudy } from '../../dist/index.js'
import { uniformNumbers } from '../space/random-space.ts'
import { startNode } from '../support/bounded-process.ts'
import { command, sleep } from '../support/worker-process.ts'
import type { Running } from '../support/worker-process.ts'
import { violationsOf } from './check.ts'
import { readFinalFolder } from './final-folder.ts'
import { answered, readHistories } from './history.ts'
import type { SmallDisk } from './small-disk.ts'

export interface SoakOptions {
  readonly seed: number
  /** For how long faults come. The last episode is then finished without faults. */
  readonly lengthMs: number
  /** The number of trials in each episode. */
  readonly trials: number
  /** A directory for histories, and also for the studies if there is no disk to fill. */
  readonly place: string
  readonly disk: SmallDisk | undefined
}

/** Counts of what happened, and the violations that were found. */
export interface Tally {
  episodes: number
  operations: number
  /** How many operations had no known outcome: the process was killed, or the file system refused. */
  unknown: number
  /** How many operations were told that another attempt counts. */
  superseded: number
  trials: number
  kills: number
  stops: number
  fillings: number
  deletions: number
  readonly violations: string[]
}

const LEASE_MS = 600
const LIBRARY_WORKERS = 6
const COMMANDS = 2

/** The longest time with faults in an episode. */
const EPISODE_MS = 30_000

/** Without faults, all processes end within this time. */
const END_MS = 90_000

const BEST = '.anthill/best'
const DERIVED = ['.anthill/log', '.anthill/workers', BEST, '.anthill/index', 'best_instance']

const WORKER = fileURLToPath(new URL('worker.mjs', import.meta.url))

export async function soak(options: SoakOptions): Promise<Tally> {
  const tally: Tally = {
    episodes: 0,
    operations: 0,
    unknown: 0,
    superseded: 0,
    trials: 0,
    kills: 0,
    stops: 0,
    fillings: 0,
    deletions: 0,
    violations: [],
  }
  const random = uniformNumbers(options.seed)
  for (const startMs = performance.now(); performance.now() - startMs < options.lengthMs;) {
    const leftMs = options.lengthMs - (performance.now() - startMs)
    const found = await episode(options, tally, random, Math.min(leftMs, EPISODE_MS))
    tally.violations.push(...found.map((words) => `seed ${options.seed}, episode ${tally.episodes}: ${words}`))
    tally.episodes++
    tally.trials += options.trials
  }
  return tally
}

async function episode(
  { seed, trials, place, disk }: SoakOptions,
  tally: Tally,
  random: () => number,
  lengthMs: number,
): Promise<string[]> {
  const name = `${seed}-${tally.episodes}`
  const study = join(disk?.directory ?? place, `study-${name}`)
  const histories = join(place, `histories-${name}`)
  mkdirSync(histories)
  await createStudy(study, trials, tally.episodes % 3 === 2)
  const crew = new Crew(study, histories, trials, random)
  const reader = crew.startReader()
  const { wasBestDeleted } = await faults(crew, study, disk, tally, random, performance.now() + lengthMs)
  disk?.free()
  const found = await crew.allEnded()
  // The last process does whatever is left to do.
  const last = await crew.startWorker().finished
  if (last.code !== 0) found.push(`the last process ended with ${last.signal ?? last.code}: ${last.stderr}`)
  await sleep(300)
  reader.child.kill('SIGKILL')
  await reader.finished
  const history = readHistories(histories)
  tally.operations += history.length
  tally.unknown += history.filter(({ outcome }) => outcome === 'unknown').length
  tally.superseded += answered(history, 'complete', 'prune', 'fail').filter(
    ({ result }) => result.ending === 'superseded',
  ).length
  found.push(
    ...violationsOf({ history, folder: readFinalFolder(study), ceiling: trials, objective: 'value', wasBestDeleted }),
  )
  if (found.length === 0) rmSync(histories, { recursive: true, force: true, maxRetries: 5 })
  else if (disk !== undefined) cpSync(study, join(place, `study-${name}`), { recursive: true, verbatimSymlinks: true })
  if (found.length === 0 || disk !== undefined) rmSync(study, { recursive: true, force: true, maxRetries: 5 })
  return found
}

/** Creates a study that uses hard links, or renamed folders as on a file system without links. */
async function createStudy(directory: string, trials: number, isWithoutLinks: boolean): Promise<void> {
  const study = await openStudy(directory, {
    space: { x: float(0, 1), k: int(1, 1000) },
    leaseMs: LEASE_MS,
    retries: 1,
    seed: trials,
  })
  await study.close()
  if (!isWithoutLinks) return
  const path = join(directory, '.anthill/study.json')
  const text = readFileSync(path, 'utf8')
  rmSync(path)
  mkdirSync(`${path}.d`)
  writeFileSync(`${path}.d/content`, text.replace('"primitive":"link"', '"primitive":"rename-dir"'))
}

/** Causes random faults until the time is over or every process has found the budget used up. */
async function faults(
  crew: Crew,
  study: string,
  disk: SmallDisk | undefined,
  tally: Tally,
  random: () => number,
  endMs: number,
): Promise<{ wasBestDeleted: boolean }> {
  let isFull = false
  let wasBestDeleted = false
  while (performance.now() < endMs && !crew.isDone()) {
    await sleep(40 + 160 * random())
    if (isFull) {
      disk!.free()
      isFull = false
    }
    crew.replaceFallen()
    const luck = random()
    if (luck < 0.3) tally.kills += crew.killOne()
    else if (luck < 0.55) tally.stops += crew.suspendOne(LEASE_MS * (0.5 + 2.5 * random()))
    else if (luck < 0.7) {
      const derived = DERIVED[Math.floor(random() * DERIVED.length)]!
      rmSync(join(study, derived), { recursive: true, force: true, maxRetries: 5 })
      wasBestDeleted ||= derived === BEST
      tally.deletions++
    } else if (luck < 0.8 && disk !== undefined) {
      disk.fill()
      isFull = true
      tally.fillings++
    }
  }
  return { wasBestDeleted }
}

/** The processes of one episode. A process that falls is replaced, but not one that finds nothing left to do. */
class Crew {
  readonly #study: string
  readonly #histories: string
  readonly #trials: number
  readonly #random: () => number
  readonly #members: { readonly start: () => Running; running: Running }[]
  readonly #fallen: Running[] = []
  #started = 0

  constructor(study: string, histories: string, trials: number, random: () => number) {
    this.#study = study
    this.#histories = histories
    this.#trials = trials
    this.#random = random
    const starts = [
      ...Array<() => Running>(LIBRARY_WORKERS).fill(() => this.startWorker()),
      ...Array<() => Running>(COMMANDS).fill(() => this.#startCommand()),
    ]
    this.#members = starts.map((start) => ({ start, running: start() }))
  }

  startWorker(): Running {
    return startNode(
      [
        WORKER,
        'work',
        this.#study,
        String(this.#trials),
        String(LEASE_MS),
        this.#historyPath(),
        String(Math.floor(this.#random() * 2 ** 31)),
      ],
      {},
      END_MS + EPISODE_MS,
    )
  }

  startReader(): Running {
    return startNode([WORKER, 'read', this.#study, this.#historyPath()], {}, END_MS + 2 * EPISODE_MS)
  }

  #startCommand(): Running {
    const program = ['sh', '-c', 'sleep 0.05; echo "$1"', 'sh', '{x}']
    return startNode(
      [
        command,
        'run',
        '-s',
        this.#study,
        '-n',
        String(this.#trials),
        '-j',
        '2',
        '--max-failures',
        '0',
        '--',
        ...program,
      ],
      {},
      END_MS + EPISODE_MS,
    )
  }

  /** Whether every process has found that nothing is left to do. */
  isDone(): boolean {
    return this.#members.every(({ running }) => running.child.exitCode === 0)
  }

  replaceFallen(): void {
    for (const member of this.#members) {
      if (!hasEnded(member.running) || member.running.child.exitCode === 0) continue
      this.#fallen.push(member.running)
      member.running = member.start()
    }
  }

  killOne(): number {
    const one = this.#oneAlive()
    one?.child.kill('SIGKILL')
    return one === undefined ? 0 : 1
  }

  /** Suspends a process; its child programs go on. */
  suspendOne(ms: number): number {
    const one = this.#oneAlive()
    if (one === undefined) return 0
    one.child.kill('SIGSTOP')
    setTimeout(() => void (hasEnded(one) || one.child.kill('SIGCONT')), ms)
    return 1
  }

  /** Waits for all processes; gives a sentence for each that hung or failed. */
  async allEnded(): Promise<string[]> {
    for (const { running } of this.#members) if (!hasEnded(running)) running.child.kill('SIGCONT')
    const ends = await Promise.all(
      [...this.#fallen, ...this.#members.map(({ running }) => running)].map((running) => running.finished),
    )
    return ends.flatMap(({ code, signal, stderr }) => {
      if (signal === 'SIGABRT') return [`a process had not ended after ${(END_MS + EPISODE_MS) / 1000} s`]
      return code === 0 || signal === 'SIGKILL' || /ENOSPC/.test(stderr)
        ? []
        : [`a process ended with ${signal ?? code}: ${stderr}`]
    })
  }

  #oneAlive(): Running | undefined {
    const alive = this.#members.map(({ running }) => running).filter((running) => !hasEnded(running))
    return alive[Math.floor(this.#random() * alive.length)]
  }

  #historyPath(): string {
    return join(this.#histories, `${this.#started++}.jsonl`)
  }
}

const hasEnded = ({ child }: Running): boolean => child.exitCode !== null || child.signalCode !== null
