/** The server of `anthill serve`: one study, read only, for few pages on this host. */

import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Study } from '../../study/study.ts'
import type { Config } from '../../trial.ts'
import { refusalOf } from './guard.ts'
import type { Guarded } from './guard.ts'
import { lookerAt } from './looker.ts'
import { answerTo, needsToken } from './route.ts'

/** As many connections at a time; a browser takes up to six. */
const MOST_CONNECTIONS = 8

/** How long a connection may take to say what it wants, in milliseconds. */
const PATIENCE_MS = 5000

/** What every answer says: nothing is kept, guessed, framed, or told to others. */
const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const

export interface StudyServer {
  readonly server: Server
  readonly close: () => Promise<void>
}

/** A server that does not listen yet. @param guarded  what the guard knows; its port is there once it listens */
export function serverOf(study: Study<Config>, guarded: () => Guarded): StudyServer {
  const looker = lookerAt(study)
  const server = createServer({ connectionsCheckingInterval: 1000 }, (request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy()
      else end(response, 500, 'text/plain', `${(error as Error).message}\n`)
    })
  })
  server.maxConnections = MOST_CONNECTIONS
  server.headersTimeout = PATIENCE_MS
  server.requestTimeout = PATIENCE_MS
  server.keepAliveTimeout = PATIENCE_MS
  // Node's own limits begin with the first byte.
  server.on('connection', (socket) => socket.setTimeout(PATIENCE_MS, () => void (isIdle(socket) && socket.destroy())))
  const busy = new WeakSet<object>()
  const isIdle = (socket: object): boolean => !busy.has(socket)

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    busy.add(request.socket)
    response.on('close', () => busy.delete(request.socket))
    const address = addressOf(request)
    const refusal = refusalOf(request, guarded(), address === undefined || needsToken(address.pathname))
    if (refusal !== undefined) return end(response, refusal.status, 'text/plain', `${refusal.words}\n`)
    if (address === undefined) return end(response, 404, 'text/plain', 'this is not an address\n')
    const { status, type, text, cursor } = await answerTo(address, study, looker)
    if (cursor !== undefined) response.setHeader('x-cursor', cursor)
    end(response, status, type, request.method === 'HEAD' ? '' : text)
  }
  return {
    server,
    close: async () => {
      looker.close()
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

/** The address that is asked for; undefined if it cannot be read. */
const addressOf = ({ url = '/' }: IncomingMessage): URL | undefined =>
  URL.canParse(url, 'http://localhost') ? new URL(url, 'http://localhost') : undefined

function end(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, { ...HEADERS, ...(status === 204 ? {} : { 'content-type': `${type}; charset=utf-8` }) })
  response.end(text)
}
