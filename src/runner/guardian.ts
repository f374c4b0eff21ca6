/**
 * The guardian: it ends the programs of a worker that has died, even by kill -9.
 *
 * Each worker has one guardian, a tiny shell in a session of its own that ignores the signals of terminals and
 * schedulers. It reads process groups from a pipe: `+123` begins, `-123` has ended. When the pipe closes, the worker is
 * gone. The groups that are still registered then get TERM and, after the grace, KILL.
 *
 * A worker may die between the start of a program and the line about it. On systems with /proc the guardian finds this
 * program by a token in its environment; in the same way it finds processes that have left their group.
 */

import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { GUARDIAN_VARIABLE } from './environment.ts'

// POSIX sh. The line `.` means that the worker ends as it should: if no group is registered, the guardian then ends at
// once. `strays` finds the processes whose environment contains the token. A group of zombies still answers `kill -s
// 0`; the loop then ends with the grace.
const SCRIPT = `
trap '' INT TERM HUP QUIT USR1 USR2
tenths=$1 token=$2 groups=' '
while IFS= read -r line; do
  case $line in
    +*) groups="$groups\${line#+} " ;;
    -*) g=\${line#-}; case $groups in *" $g "*) groups="\${groups%%" $g "*} \${groups#*" $g "}" ;; esac ;;
    .) case $groups in *[0-9]*) ;; *) exit 0 ;; esac ;;
  esac
done
strays() {
  for f in $(grep -lsF "$token" /proc/[0-9]*/environ 2>/dev/null); do f=\${f#/proc/}; echo "\${f%/environ}"; done
}
look() {
  left=
  for g in $groups; do kill -s 0 -- "-$g" 2>/dev/null && left="$left -$g"; done
  for p in $(strays); do left="$left $p"; done
}
tell() { for t in $left; do kill -s "$1" -- "$t" 2>/dev/null; done; }
look; tell TERM; tell CONT
n=0
while [ -n "$left" ] && [ $n -lt "$tenths" ]; do
  sleep 0.1 2>/dev/null || { sleep 1; n=$((n + 9)); }
  n=$((n + 1))
  look
done
tell KILL
sleep 0.1 2>/dev/null || sleep 1
look; tell KILL
`

/** How many guardians a worker starts at most. A guardian that somebody killed is replaced by another. */
const MOST_STARTS = 5

export interface Guardian {
  /** The value of GUARDIAN_VARIABLE in the environment of each program. */
  readonly token: string
  /** Registers a process group. */
  add(group: number): void
  /** Removes a process group that has ended from the list. */
  remove(group: number): void
  /** Dismisses the guardian. It ends the groups that are still registered. */
  close(): void
}

/** Starts a guardian. It does not keep this process from exiting. */
export function startGuardian(graceMs: number): Guardian {
  const token = randomUUID()
  const groups = new Set<number>()
  let isOpen = true
  let starts = 0
  let shell: ChildProcess
  const write = (line: string): void => {
    if (shell.stdin?.writable === true) shell.stdin.write(line)
  }
  const start = (): void => {
    starts++
    const own = (shell = spawn(
      '/bin/sh',
      ['-c', SCRIPT, 'anthill-guardian', String(Math.ceil(graceMs / 100)), `${GUARDIAN_VARIABLE}=${token}`],
      {
        detached: true,
        cwd: '/',
        stdio: ['pipe', 'ignore', 'ignore'],
        env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin' },
      },
    ))
    own.unref()
    const pipe = own.stdin as (typeof own.stdin & { unref?: () => void }) | null
    pipe?.unref?.()
    pipe?.on('error', () => undefined) // the guardian was killed; the event `exit` follows
    const replace = (): void => {
      if (isOpen && shell === own && starts < MOST_STARTS) start()
    }
    own.on('error', replace)
    own.on('exit', replace)
    for (const group of groups) write(`+${group}\n`)
  }
  start()
  return {
    token,
    add: (group) => {
      groups.add(group)
      write(`+${group}\n`)
    },
    remove: (group) => {
      groups.delete(group)
      write(`-${group}\n`)
    },
    close: () => {
      isOpen = false
      write('.\n')
      shell.stdin?.end()
    },
  }
}
