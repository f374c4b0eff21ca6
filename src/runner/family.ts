/**
 * All processes of one attempt. A program may start others, and these may leave its process group and session (GNU
 * timeout, setsid, mpirun, `set -m`, Python's start_new_session), or outlive their parents. A process belongs to the
 * attempt if one of these is true:
 *
 *   - it is in the process group or the session of the program, or of another process that belongs
 *   - its parent belongs, or belonged when this process was seen first
 *   - it has the attempt's mark in its environment
 *   - its standard output or error is a log of the attempt
 *   - it works in the trial's directory, has no terminal, and was started with a cleared environment, as daemons are
 *
 * This process and those that it descends from never belong. Without /proc only the program's group is known. What
 * clears its environment, leaves its parents and the directory, and closes its output is not found.
 */

import { wait } from '../study/patience.ts'
import { isGroupAlive, signalGroup } from './group.ts'
import {
  environmentText,
  moment,
  ownLine,
  processIds,
  processIdsSince,
  processName,
  processRow,
  worksIn,
  writesTo,
} from './process-table.ts'
import type { Moment, ProcessRow } from './process-table.ts'

/** The wait between two looks at processes that should end. */
const LOOK_MS = 20

/** How often one look follows processes that start while it is taken. */
const MOST_LOOKS = 20

/** How long to wait after KILL. A process that is still there then is held by the kernel, or is another user's. */
const KILLED_MS = 5000

/** How to recognize the processes of an attempt. */
export interface FamilyMark {
  /** The program, which leads its own group and session; undefined if it is unknown or gone. */
  readonly leader: number | undefined
  /** Whether an environment, as `environmentText` gives it, has the attempt's mark. */
  readonly isMarked: (environment: string) => boolean
  /** The attempt's logs. */
  readonly logs: readonly string[]
  /** The trial's directory, without symbolic links. */
  readonly directory?: string | undefined
}

/** What a process has that was not started with a cleared environment: it comes from a login, or from an attempt. */
const FROM_SOMEBODY = /(?:^|\0)(?:HOME|ANTHILL_\w+)=/

export class Family {
  readonly #mark: FamilyMark
  readonly #leaderStart: number
  /** The start of each process that belongs or belonged, by its id. */
  readonly #members = new Map<number, number>()

  constructor(mark: FamilyMark) {
    this.#mark = mark
    const start = mark.leader === undefined ? undefined : processRow(mark.leader)?.start
    this.#leaderStart = start ?? 0
    if (mark.leader !== undefined && start !== undefined) this.#members.set(mark.leader, start)
  }

  /**
   * Looks for processes that belong.
   *
   * @param since  when the program was started; given, only the processes that began later are looked at, if the system
   *   can tell which these are
   */
  look(since?: Moment): void {
    let from = since
    for (let k = 0; k < MOST_LOOKS; k++) {
      const now = moment()
      this.#scan(from)
      // A process that was listed may have started another one and ended before it was looked at.
      if (now === undefined || processIdsSince(now)?.length === 0) return
      from = now
    }
  }

  #scan(since: Moment | undefined): void {
    const pids = (since === undefined ? undefined : processIdsSince(since)) ?? processIds()
    if (pids.length === 0) return
    const known = this.#rows()
    const own = ownLine()
    let others: ProcessRow[] = []
    for (const pid of pids) {
      if (own.has(pid) || known.has(pid)) continue
      const row = processRow(pid)
      // Nothing that the program started is older than the program.
      if (row !== undefined && !row.isZombie && row.start >= this.#leaderStart) others.push(row)
    }
    const add = (row: ProcessRow): void => void this.#members.set(row.pid, row.start)
    for (const row of others) if (this.#hasSign(row)) add(row)
    for (let count = -1; count !== this.#members.size;) {
      count = this.#members.size
      others = others.filter((row) => !this.#members.has(row.pid))
      for (const row of others) if ([row.parent, row.group, row.session].some((id) => this.#members.has(id))) add(row)
    }
  }

  /** Whether a process shows by itself that it belongs. */
  #hasSign({ pid, hasTerminal }: ProcessRow): boolean {
    const { isMarked, logs, directory } = this.#mark
    const environment = environmentText(pid)
    if (isMarked(environment) || writesTo(pid, logs)) return true
    return directory !== undefined && !hasTerminal && !FROM_SOMEBODY.test(environment) && worksIn(pid, directory)
  }

  /** Whether a process of the attempt still runs. Looks at the whole table only if all that are known have ended. */
  isAlive(): boolean {
    if (this.hasSome()) return true
    this.look()
    return this.hasSome()
  }

  /** Whether a process of the attempt runs that is known already. */
  hasSome(): boolean {
    return this.#hasNoTable() ? isGroupAlive(this.#mark.leader!) : this.#living().length > 0
  }

  /** The names of its known processes that run. */
  names(): string[] {
    return this.#hasNoTable()
      ? [`a process of group ${this.#mark.leader}`]
      : this.#living().map(({ pid }) => processName(pid))
  }

  /** Sends a signal to each process that is known, once. */
  signal(signal: NodeJS.Signals): void {
    const { leader } = this.#mark
    const living = this.#living()
    // The group gets it in one call, so that none of it escapes by starting another process meanwhile.
    if (leader !== undefined && (this.#hasNoTable() || this.#members.has(leader))) signalGroup(leader, signal)
    for (const { pid, group } of living) {
      if (group === leader) continue
      try {
        process.kill(pid, signal)
      } catch {
        // It has ended, or belongs to another user.
      }
    }
  }

  /** Asks every process to end. A stopped process receives TERM only when it continues. Gives how many there are. */
  terminate(): number {
    this.look()
    const count = this.#living().length
    this.signal('SIGTERM')
    this.signal('SIGCONT')
    return count
  }

  /** Waits until no process is left, for `limitMs` at most, or until `isHurried` says true. */
  async ends(limitMs: number, isHurried: () => boolean = () => false): Promise<void> {
    const endMs = performance.now() + limitMs
    while (!isHurried() && performance.now() < endMs && this.isAlive()) await wait(LOOK_MS)
  }

  /** Kills every process, and waits until all are gone. Gives false if some are still there after a while. */
  async kill(): Promise<boolean> {
    const endMs = performance.now() + KILLED_MS
    while (this.isAlive()) {
      if (performance.now() > endMs) return false
      this.look()
      this.signal('SIGKILL')
      await wait(LOOK_MS / 4)
    }
    return true
  }

  #living(): ProcessRow[] {
    return [...this.#rows().values()].filter(({ isZombie }) => !isZombie)
  }

  /** The rows of the members that are still in the table. Forgets those whose id was given to another process. */
  #rows(): Map<number, ProcessRow> {
    const rows = new Map<number, ProcessRow>()
    for (const [pid, start] of this.#members) {
      const row = processRow(pid)
      if (row === undefined) continue
      if (row.start === start) rows.set(pid, row)
      else this.#members.delete(pid)
    }
    return rows
  }

  #hasNoTable(): boolean {
    return this.#mark.leader !== undefined && this.#leaderStart === 0
  }
}
