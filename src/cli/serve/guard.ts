/**
 * Who may ask the server of `anthill serve`. Loopback alone does not guard it: other users of the host can reach it,
 * and so can a page in the browser that makes its own name point to it. So a request must name our address and come
 * from our page, and each answer that shows the study needs the token. The server sets no cookies, so a foreign page
 * cannot make a browser send one.
 */

import { timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

/** Names of the loopback address, as browsers send them. */
const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]']

/** Where a request of our own page comes from, in the words of browsers; other programs do not say it. */
const OWN_SITES: readonly (string | undefined)[] = [undefined, 'none', 'same-origin']

/** A request, as far as the guard looks at it. */
export interface Asked {
  readonly method?: string | undefined
  readonly headers: IncomingHttpHeaders
}

/** What the guard knows of the server. */
export interface Guarded {
  /** Null on a socket of the file system: the rights of the file guard it, and a host may be called anything. */
  readonly port: number | null
  readonly token: string
}

/** A refusal: the status and the words of the answer. */
export interface Refusal {
  readonly status: 401 | 403 | 405 | 421
  readonly words: string
}

/**
 * Why a request is refused; undefined if it may go on.
 *
 * @param needsToken  whether the answer tells of the study
 */
export function refusalOf(
  { method, headers }: Asked,
  { port, token }: Guarded,
  needsToken: boolean,
): Refusal | undefined {
  if (method !== 'GET' && method !== 'HEAD') return { status: 405, words: 'this server only shows: use GET' }
  if (port !== null && !isOurs(headers.host, port))
    return { status: 421, words: 'this host name is not the one served' }
  if (!OWN_SITES.includes(headers['sec-fetch-site'] as string | undefined))
    return { status: 403, words: 'another site may not ask here' }
  if (needsToken && !isToken(headers.authorization, token))
    return { status: 401, words: 'the token is missing or wrong: open the address that anthill serve printed' }
  return undefined
}

/** Port 80 is left out of a host by browsers. */
const isOurs = (host: string | undefined, port: number): boolean =>
  LOOPBACK.some((name) => host === `${name}:${port}` || (port === 80 && host === name))

/** Compared in constant time, so that the time of an answer tells nothing of the token. */
function isToken(given: string | undefined, token: string): boolean {
  const [mine, theirs] = [Buffer.from(`Bearer ${token}`), Buffer.from(given ?? '')]
  return theirs.length === mine.length && timingSafeEqual(theirs, mine)
}
