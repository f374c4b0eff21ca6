/**
 * The page of `anthill serve`: it asks the server for the study, and then for what has changed. The token is in the
 * fragment of the address, which no server, proxy or other page sees; it goes from there into the page's memory.
 */

import { withDelta } from '../delta.ts'
import type { LiveDelta } from '../delta.ts'
import { pageFigures } from '../page-figures.ts'
import type { PlacedFigure } from '../page-figures.ts'
import { loadAgain } from './follow.ts'
import { addCopyButtons } from './sections.ts'
import type { Stage } from './stage.ts'

/** Where the token is kept while the page is loaded again. */
const TOKEN = 'anthill-token'

const SILENT = 'The server does not answer: it has ended, or the way to it is closed.'

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
  const answer = await ask('/report.html').catch(() => undefined)
  if (answer?.ok !== true) return say(answer === undefined ? SILENT : await answer.text())
  adopt(await answer.text())
  const stage = begin()
  if (stage === undefined) return
  let shape: string | undefined
  let cursor = answer.headers.get('x-cursor') ?? ''
  for (let pauseMs = FIRST_MS; ;) {
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
    // Nobody looks: there is time.
    if (document.hidden) continue
    const next = await ask(`/data?since=${encodeURIComponent(cursor)}`).catch(() => undefined)
    say(next === undefined ? SILENT : next.ok ? '' : await next.text())
    if (next?.status === 200) {
      const delta = (await next.json()) as LiveDelta
      cursor = delta.cursor
      shape = renew(stage, delta, shape)
      if (shape === undefined) return loadAgain()
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

/**
 * Shows what has changed: in the figures and the table, and in the words above and below them.
 *
 * @param shape  that of the page now, if it is known
 * @returns the shape afterwards; undefined if the page must be made anew, as there are other figures than before
 */
function renew(stage: Stage, delta: LiveDelta, shape = shapeOf(pageFigures(stage.page().facts))): string | undefined {
  const page = withDelta(stage.page(), delta)
  const placed = pageFigures(page.facts)
  if (shapeOf(placed) !== shape) return undefined
  stage.renew(page)
  replace('header', delta.html.header)
  replace('#answer', delta.html.answer)
  replace('#advice', delta.html.advice)
  for (const { figure } of placed) {
    const summary = document.querySelector(`#figure-${figure.id} .summary`)
    if (summary !== null) summary.textContent = figure.summary
  }
  return shape
}

/** Which figures there are, and which of them are empty. */
const shapeOf = (placed: readonly PlacedFigure[]): string =>
  placed.map(({ figure }) => `${figure.id} ${figure.empty === null}`).join('\n')

/** Puts an element, which its text escapes, in the place of another one. What a reader has opened stays open. */
function replace(selector: string, text: string): void {
  const read = new DOMParser().parseFromString(text, 'text/html').body.firstElementChild
  const old = document.querySelector(selector)
  if (read === null || old === null) return
  const fresh = document.importNode(read, true)
  const opened = [...old.querySelectorAll('details')].map(({ open }) => open)
  for (const [k, each] of fresh.querySelectorAll('details').entries()) each.open = opened[k] ?? false
  old.replaceWith(fresh)
  addCopyButtons(fresh)
}

/** What the server says, or what is to be said of it; nothing takes it away. */
function say(words: string): void {
  const known = document.querySelector('#server-says')
  if (words === '') return known?.remove()
  const place = known ?? document.createElement('p')
  place.id = 'server-says'
  place.setAttribute('role', 'status')
  place.textContent = words
  if (known === null) document.querySelector('main')?.prepend(place)
}
