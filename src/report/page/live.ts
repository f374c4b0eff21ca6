/**
 * The page of `anthill serve`: it asks the server for the study, and then for what has changed. The token is in the
 * fragment of the address, which no server, proxy or other page sees; it goes from there into the page's memory.
 */

import { withDelta } from '../delta.ts'
import type { Delta } from '../delta.ts'
import { adviceSection } from '../page-sections.ts'
import { answerSection } from '../page-answer.ts'
import { headHtml } from '../page-head.ts'
import type { Stage } from './stage.ts'

/** Where the token is kept while the page is loaded again. */
const TOKEN = 'anthill-token'

/** The pause between two questions: the first, and the longest while nothing changes, in milliseconds. */
const FIRST_MS = 2000
const LONGEST_MS = 30_000

/** A token is 22 characters of base64url. */
const TOKEN_FORM = /^[\w-]{22}$/

/**
 * Reads the study from the server, puts it into the page, and follows it.
 *
 * @param begin  takes over the page that has been put in place
 */
export async function follow(begin: () => Stage | undefined): Promise<void> {
  const token = takenToken()
  const ask = (address: string): Promise<Response> => fetch(address, { headers: { authorization: `Bearer ${token}` } })
  const answer = await ask('/report.html')
  if (!answer.ok) return say(await answer.text())
  adopt(await answer.text())
  const stage = begin()
  if (stage === undefined) return
  let cursor = answer.headers.get('x-cursor') ?? ''
  for (let pauseMs = FIRST_MS; ;) {
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
    // Nobody looks: there is time.
    if (document.hidden) continue
    const next = await ask(`/data?since=${encodeURIComponent(cursor)}`).catch(() => undefined)
    if (next === undefined) say('The server does not answer: it has ended, or the way to it is closed.')
    else if (next.status === 200) {
      const delta = (await next.json()) as Delta
      cursor = delta.cursor
      renew(stage, delta)
    }
    pauseMs = next?.status === 200 ? FIRST_MS : Math.min(2 * pauseMs, LONGEST_MS)
  }
}

/** The token of the address, which is taken out of it; or the one that this tab had before. */
function takenToken(): string {
  const given = location.hash.slice(1)
  if (!TOKEN_FORM.test(given)) return sessionStorage.getItem(TOKEN) ?? ''
  sessionStorage.setItem(TOKEN, given)
  history.replaceState(null, '', location.pathname)
  return given
}

/** Puts the body of a report in place of the page's. A script that comes this way does not run. */
function adopt(text: string): void {
  const read = new DOMParser().parseFromString(text, 'text/html')
  document.title = read.title
  document.body.replaceChildren(...[...read.body.childNodes].map((node) => document.importNode(node, true)))
}

/** Shows what has changed: in the figures and the table, and in the words above them. */
function renew(stage: Stage, delta: Delta): void {
  const page = withDelta(stage.page(), delta)
  stage.renew(page)
  const { facts, trials, advice, options } = page
  const figures = new Set(stage.charts.map(({ id }) => id))
  replace('header', headHtml(facts))
  replace('#answer', answerSection(facts, trials, options))
  replace('#advice', adviceSection(advice, figures))
}

/** Puts an element, which its text escapes, in the place of another one. */
function replace(selector: string, text: string): void {
  const fresh = new DOMParser().parseFromString(text, 'text/html').body.firstElementChild
  if (fresh !== null) document.querySelector(selector)?.replaceWith(document.importNode(fresh, true))
}

function say(words: string): void {
  const place = document.querySelector('#server-says') ?? document.createElement('p')
  place.id = 'server-says'
  place.setAttribute('role', 'status')
  place.textContent = words
  document.querySelector('main')?.prepend(place)
}
