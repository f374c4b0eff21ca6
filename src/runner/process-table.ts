/** The processes of this host, as /proc shows them. On systems without /proc the table is empty. */

import { readFileSync, readdirSync, readlinkSync } from 'node:fs'

/** A longer command line is cut where it is named. */
const NAME_LENGTH = 60

/** One process. */
export interface ProcessRow {
  readonly pid: number
  /** Whether it has ended, and only waits to be collected. */
  readonly isZombie: boolean
  readonly parent: number
  readonly group: number
  readonly session: number
  /** Whether a terminal controls it, so that a person may sit before it. */
  readonly hasTerminal: boolean
  /** When it began, in the kernel's own units. With the pid it is unique. */
  readonly start: number
}

/** The ids of all processes; none on systems without /proc. */
export function processIds(): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
  } catch {
    return []
  }
}

/** One process; undefined if there is none with this id, or if it is hidden from us. */
export function processRow(pid: number): ProcessRow | undefined {
  const text = textOf(`/proc/${pid}/stat`)
  // proc_pid_stat(5): `pid (name) state ppid pgrp session …`; the name may contain anything, even brackets.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  if (fields.length < 20) return undefined
  const [state, parent, group, session, terminal] = fields
  return {
    pid,
    isZombie: state === 'Z' || state === 'X',
    parent: Number(parent),
    group: Number(group),
    session: Number(session),
    hasTerminal: terminal !== '0',
    start: Number(fields[19]),
  }
}

/** The environment that a process was started with, as `NAME=value` between zero bytes; '' if it is not ours. */
export function environmentText(pid: number): string {
  return textOf(`/proc/${pid}/environ`)
}

/** Whether the standard output or error of a process is one of these files. */
export function writesTo(pid: number, paths: readonly string[]): boolean {
  return [1, 2].some((number) => {
    try {
      return paths.includes(readlinkSync(`/proc/${pid}/fd/${number}`))
    } catch {
      return false
    }
  })
}

/** Whether a process works in a directory, or in one below it. */
export function worksIn(pid: number, directory: string): boolean {
  try {
    const place = readlinkSync(`/proc/${pid}/cwd`).replace(/ \(deleted\)$/, '')
    return place === directory || place.startsWith(`${directory}/`)
  } catch {
    return false
  }
}

/** What to call a process in a message: its command line and its id. */
export function processName(pid: number): string {
  const words = textOf(`/proc/${pid}/cmdline`).replace(/\0/g, ' ').trim() || textOf(`/proc/${pid}/comm`).trim()
  const name = words.length > NAME_LENGTH ? `${words.slice(0, NAME_LENGTH - 1)}…` : words
  return name === '' ? `process ${pid}` : `${name} (process ${pid})`
}

/** This process and all that it descends from: nobody may end these. */
export function ownLine(): ReadonlySet<number> {
  const line = new Set<number>()
  for (let pid = process.pid; pid > 0 && !line.has(pid); pid = processRow(pid)?.parent ?? 0) line.add(pid)
  return line
}

/** A moment, to ask afterwards which process ids were given since. */
export interface Moment {
  /** The id that was given last. */
  readonly pid: number
  /** How many processes and threads the host has started since it booted. */
  readonly births: number
}

/** Now; undefined if the system does not say. */
export function moment(): Moment | undefined {
  const pid = Number(textOf('/proc/loadavg').trim().split(' ')[4] ?? NaN)
  const births = Number(/^processes (\d+)$/m.exec(textOf('/proc/stat'))?.[1] ?? NaN)
  return pid > 0 && births > 0 ? { pid, births } : undefined
}

/**
 * The ids of the processes that began after `since`. The kernel gives ids in ascending order, and begins anew after the
 * largest one. So most ends of programs need no look at the whole table, which may have thousands of rows.
 *
 * @returns undefined if the order does not tell: the system does not say, or too many processes have begun since
 */
export function processIdsSince(since: Moment | undefined): number[] | undefined {
  const now = moment()
  const most = Number(textOf('/proc/sys/kernel/pid_max').trim())
  if (since === undefined || now === undefined || !(now.births - since.births < most / 2)) return undefined
  if (now.pid === since.pid) return []
  return processIds().filter((pid) =>
    since.pid < now.pid ? pid > since.pid && pid <= now.pid : pid > since.pid || pid <= now.pid,
  )
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return '' // it has ended, belongs to another user, or there is no /proc
  }
}
