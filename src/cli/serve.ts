/** `anthill serve`: a live page of a study, on this host only. */

import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, lstatSync, unlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { resolve } from 'node:path'
import type { AddressInfo } from 'node:net'
import type { Study } from '../study/study.ts'
import type { Config } from '../trial.ts'
import type { Options, Words } from './arguments.ts'
import { UsageError } from './failure.ts'
import { STUDY_OPTION } from './positionals.ts'
import { printJson, printLines } from './screen.ts'
import type { StudyServer } from './serve/server.ts'
import { lookAtStudy } from './verb.ts'

const USAGE = `Usage: anthill serve [DIR | -s DIR] [options]

  anthill serve runs/mnist
  anthill serve runs/mnist --socket ~/mnist.sock

The report of a study as a live page, for a browser on this host: it only reads,
and changes nothing. It prints the page's address, which ends in a token: who
has the address can read the study. Where no port may be opened, use anthill
report --follow, which needs none.

  -s, --study DIR    the study (default: ANTHILL_STUDY, else ./anthill-study)
      --port N       the port on 127.0.0.1 (default: a free one)
      --socket PATH  a socket that only you may open, instead of a port:
                     ssh -L 8080:PATH HOST forwards it
      --for TIME     end after this time (default: 12h)
      --json         the address as {"url", "token", "port"} or {"socket",
                     "token"}

INT and TERM end it.

Exit status: 0 ended, 1 failed, 2 usage, 4 no such study.
`

const OPTIONS = {
  ...STUDY_OPTION,
  port: { kind: 'text' },
  socket: { kind: 'text' },
  for: { kind: 'text' },
} as const satisfies Options

/** How long it serves if nobody ends it, in milliseconds. */
const FOR_MS = 12 * 3_600_000

/** The token has this many random bytes: 22 characters. */
const TOKEN_BYTES = 16

const HIGHEST_PORT = 65_535

export const serve = lookAtStudy({ usage: USAGE, options: OPTIONS, check: checkOptions, look: serveStudy })

function checkOptions(words: Words): void {
  if (words.has('port') && words.has('socket'))
    throw new UsageError('--port and --socket both say where; keep one of them')
  const port = words.count('port', 0)
  if (port !== undefined && port > HIGHEST_PORT)
    throw new UsageError(`option '--port': must be at most ${HIGHEST_PORT}, got ${port}`)
  words.duration('for')
}

async function serveStudy(study: Study<Config>, words: Words): Promise<number> {
  const { serverOf } = await import('./serve/server.ts')
  const token = randomBytes(TOKEN_BYTES).toString('base64url')
  const given = words.text('socket')
  const socket = given === undefined ? undefined : resolve(given)
  let port: number | null = null
  const served = serverOf(study, () => ({ port, token }))
  if (socket === undefined) {
    await listening(served, () => served.server.listen(words.count('port', 0) ?? 0, '127.0.0.1'))
    port = (served.server.address() as AddressInfo).port
  } else await listenOn(served, socket)
  try {
    tell(words, token, port, socket)
    await ended(words.duration('for') ?? FOR_MS)
  } finally {
    await served.close()
  }
  return 0
}

/** Waits until it listens, or says why it cannot. */
async function listening({ server }: StudyServer, listen: () => void): Promise<void> {
  const failed = once(server, 'error').then(([error]) => {
    const { code, message } = error as NodeJS.ErrnoException
    throw new UsageError(code === 'EADDRINUSE' ? `the address is in use (${message}); name another one` : message)
  })
  listen()
  await Promise.race([once(server, 'listening'), failed])
}

/** Listens on a socket that only its owner may open. One that a server has left behind is replaced. */
async function listenOn(served: StudyServer, path: string): Promise<void> {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSocket() === true && !(await isAnswered(path))) unlinkSync(path)
  const before = process.umask(0o177)
  try {
    await listening(served, () => served.server.listen(path))
    chmodSync(path, 0o600)
  } finally {
    process.umask(before)
  }
}

/** Whether some process listens on a socket. */
async function isAnswered(path: string): Promise<boolean> {
  const { connect } = await import('node:net')
  const probe = connect(path)
  const isOpen = await Promise.race([once(probe, 'connect').then(() => true), once(probe, 'error').then(() => false)])
  probe.destroy()
  return isOpen
}

function tell(words: Words, token: string, port: number | null, socket: string | undefined): void {
  const url = `http://127.0.0.1:${port ?? 8080}/#${token}`
  if (words.has('json')) printJson(socket === undefined ? { url, token, port } : { socket, token })
  else if (socket !== undefined)
    printLines([`on your own host: ssh -L 8080:${socket} ${hostname()}`, `then open ${url}`])
  else {
    const isRemote = process.env['SSH_CONNECTION'] !== undefined
    printLines([url, ...(isRemote ? [`from your own host: ssh -L ${port}:127.0.0.1:${port} ${hostname()}`] : [])])
  }
}

/** Waits for INT, TERM or the end of the time. */
async function ended(forMs: number): Promise<void> {
  const over = new AbortController()
  const { signal } = over
  const waits = [once(process, 'SIGINT', { signal }), once(process, 'SIGTERM', { signal })]
  const timer = new Promise<void>((resolve) => {
    const timeout = setTimeout(resolve, forMs)
    signal.addEventListener('abort', () => clearTimeout(timeout))
  })
  await Promise.race([...waits, timer])
  over.abort()
  await Promise.allSettled(waits)
}
