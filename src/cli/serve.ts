/** `anthill serve`: a live page of a study, on this host only. */

import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { resolve } from 'node:path'
import { shellWord } from '../space/words.ts'
import type { Study } from '../study/study.ts'
import type { Config } from '../trial.ts'
import type { Options, Words } from './arguments.ts'
import { UsageError } from './failure.ts'
import { STUDY_OPTION } from './positionals.ts'
import { printJson, printLines } from './screen.ts'
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

/** The port of one's own host that a socket is forwarded to, in the line that is printed. */
const FORWARDED_PORT = 8080

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
  const { listenOnPort, listenOnSocket } = await import('./serve/listening.ts')
  const token = randomBytes(TOKEN_BYTES).toString('base64url')
  const given = words.text('socket')
  let port: number | null = null
  const { server, close } = serverOf(study, () => ({ port, token }))
  try {
    if (given === undefined) {
      port = await listenOnPort(server, words.count('port', 0) ?? 0)
      tellPort(words, token, port)
    } else {
      const socket = resolve(given)
      await listenOnSocket(server, socket)
      tellSocket(words, token, socket)
    }
    await ended(words.duration('for') ?? FOR_MS)
  } finally {
    await close()
  }
  return 0
}

function tellPort(words: Words, token: string, port: number): void {
  const url = urlOf(port, token)
  if (words.has('json')) return printJson({ url, token, port })
  const isRemote = process.env['SSH_CONNECTION'] !== undefined
  printLines([url, ...(isRemote ? [`from your own host: ssh -L ${port}:127.0.0.1:${port} ${hostname()}`] : [])])
}

function tellSocket(words: Words, token: string, socket: string): void {
  if (words.has('json')) return printJson({ socket, token })
  const forward = `${FORWARDED_PORT}:${socket}`
  printLines([
    `on your own host: ssh -L ${shellWord(forward)} ${hostname()}`,
    `then open ${urlOf(FORWARDED_PORT, token)}`,
  ])
}

/** The token is in the fragment, which a browser sends to nobody. */
const urlOf = (port: number, token: string): string => `http://127.0.0.1:${port}/#${token}`

/** Waits for INT, TERM or the end of the time. */
async function ended(forMs: number): Promise<void> {
  await new Promise<void>((over) => {
    const timer = setTimeout(end, forMs)
    function end(): void {
      clearTimeout(timer)
      process.off('SIGINT', end).off('SIGTERM', end)
      over()
    }
    process.on('SIGINT', end).on('SIGTERM', end)
  })
}
