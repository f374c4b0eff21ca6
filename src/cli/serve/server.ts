/** The server of `anthill serve`: one study, read only, for few pages on this host. */

import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Study } from '../../study/study.ts'
import type { Config } from '../../trial.ts'
import { refusalOf } from './guard.ts'
import type { Guarded } from './guard.ts'
import { lookerAt } from './looker.ts'
import type { Looker } from './looker.ts'
import { answerTo, needsToken } from './route.ts'
import type { Answer } from './route.ts'

/** As many connections at a time; a browser takes up to six. */
const MOST_CONNECTIONS = 8

/** How long a connection may take to say what it wants, in milliseconds. */
const PATIENCE_MS = 5000

/** How long a reader may take none of an answer, in milliseconds. */
const READER_MS = 30_000

/** What every answer says: nothing is kept, guessed, framed, or told to others. */
const HEADERS = {
  'cache-control': 'no-store',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const

/** What an answer is allowed that is not a page. */
const NOTHING = "default-src 'none'"

/** What must be said beside these statuses: how to ask instead. */
const REMEDIES: Readonly<Record<number, Readonly<Record<string, string>>>> = {
  401: { 'www-authenticate': 'Bearer' },
  405: { allow: 'GET, HEAD' },
}

export interface StudyServer {
  readonly server: Server
  readonly close: () => Promise<void>
}

/** An answer as it is sent. */
interface Sent extends Pick<Answer, 'type' | 'text' | 'cursor' | 'policy'> {
  readonly status: number
}

/** A server that does not listen yet. @param guarded  what the guard knows; its port is there once it listens */
export function serverOf(study: Study<Config>, guarded: () => Guarded): StudyServer {
  const looker = lookerAt(study)
  // A request without a host is refused in our words.
  const limits = { connectionsCheckingInterval: 1000, requireHostHeader: false }
  const server = createServer(limits, (request, response) => {
    // The first look at a large study takes longer than anybody may be silent.
    request.socket.setTimeout(0)
    answerOf(request, study, looker, guarded())
      .catch((error: unknown) => plainly(500, (error as Error).message))
      .then((answer) => {
        request.socket.setTimeout(READER_MS)
        send(response, answer)
      })
  })
  server.maxConnections = MOST_CONNECTIONS
  server.headersTimeout = PATIENCE_MS
  server.requestTimeout = PATIENCE_MS
  server.keepAliveTimeout = PATIENCE_MS
  // Node's own limits begin with the first byte. Bytes that are not a request get no answer.
  server.on('connection', (socket) => socket.setTimeout(PATIENCE_MS))
  server.on('clientError', (_, socket) => socket.destroy())
  return {
    server,
    close: async () => {
      looker.close()
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
}

async function answerOf(
  request: IncomingMessage,
  study: Study<Config>,
  looker: Looker,
  guarded: Guarded,
): Promise<Sent> {
  const address = addressOf(request)
  const refusal = refusalOf(request, guarded, address === undefined || needsToken(address.pathname))
  if (refusal !== undefined) return plainly(refusal.status, refusal.words)
  return address === undefined ? plainly(404, 'this is not an address') : await answerTo(address, study, looker)
}

const plainly = (status: number, words: string): Sent => ({ status, type: 'text/plain', text: `${words}\n` })

/** The address that is asked for; undefined if it cannot be read. */
const addressOf = ({ url = '/' }: IncomingMessage): URL | undefined =>
  URL.canParse(url, 'http://localhost') ? new URL(url, 'http://localhost') : undefined

/** Sends an answer. To HEAD, Node sends all of it but the text. */
function send(response: ServerResponse, { status, type, text, cursor, policy = NOTHING }: Sent): void {
  response.writeHead(status, {
    ...HEADERS,
    'content-security-policy': `${policy}; frame-ancestors 'none'`,
    ...(status === 204 ? {} : { 'content-type': `${type}; charset=utf-8`, 'content-length': Buffer.byteLength(text) }),
    ...(cursor === undefined ? {} : { 'x-cursor': cursor }),
    ...REMEDIES[status],
  })
  response.end(text)
}
