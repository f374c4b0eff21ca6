/**
 * The guardian: no program outlives its worker, even one that dies by kill -9.
 *
 * One tiny shell per worker, in a session of its own and deaf to the signals of terminals and schedulers, reads process
 * groups from a pipe (`+123` begins, `-123` is over). When the pipe closes the worker is gone: what is still registered
 * gets TERM and, after the grace, KILL. A worker that dies between the start of a program and the line about it is
 * covered, where there is /proc, by a token in the program's environment; that also finds what left its group.
 */

import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { GUARDIAN_VARIABLE } from './environment.ts'

// POSIX sh. `.` says goodbye: with nothing registered there is nothing to look for. `strays` finds no process but those
// whose environment holds the token. A group of zombies still answers `kill -s 0`: then the loop ends with the grace.
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
while [ -n "$left" ] && [ $n -lt "$tenths" ]; do sleep 0.1 2>/dev/null || { sleep 1; n=$((n + 9)); }; n=$((n + 1)); look; done
tell KILL
sleep 0.1 2>/dev/null || sleep 1
look; tell KILL
`

/** So often at most is a guardian replaced that somebody ended. */
const MOST_STARTS = 5

export interface Guardian {
  /** For the environment of the programs. */
  readonly token: string
  add(group: number): void
  remove(group: number): void
  /** Lets the guardian go; what is still registered is ended. */
  close(): void
}

/** Starts a guardian; it keeps no worker alive. */
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
    pipe?.on('error', () => undefined) // it was ended; `exit` says so
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
