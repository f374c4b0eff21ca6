/**
 * Keeps a page up to date that a command writes again and again: the page loads itself anew, with what is selected in
 * its address, and comes back to the place where it was scrolled to. It asks nobody: it is a file.
 */

import { button } from './element.ts'

/** Where the reader's wish and the place on the page are kept while the page is loaded anew. */
const FOLLOWS = 'anthill-follows'
const SCROLLED = 'anthill-scrolled'

/** Reloading more often than this, in ms, would leave no time to look. */
const SHORTEST_MS = 2000

/**
 * The switch that keeps the page up to date; undefined if no command writes it.
 *
 * @param everyMs  how often the page is written, while its study goes on
 */
export function followSwitch(everyMs: number | null): HTMLButtonElement | undefined {
  if (everyMs === null) return undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  const follow = (isOn: boolean): void => {
    clearTimeout(timer)
    made.setAttribute('aria-pressed', String(isOn))
    made.textContent = isOn ? 'Kept up to date' : 'Keep up to date'
    keep(FOLLOWS, isOn ? 'yes' : 'no')
    if (isOn) timer = setTimeout(reload, Math.max(SHORTEST_MS, everyMs))
  }
  const reload = (): void => {
    // Nobody looks: wait until somebody does.
    if (document.hidden) return void document.addEventListener('visibilitychange', reload, { once: true })
    loadAgain()
  }
  const made = button('', () => follow(made.getAttribute('aria-pressed') !== 'true'))
  follow(kept(FOLLOWS) === 'yes')
  return made
}

/** Loads the page anew. It comes back to the place where it is now: see `restorePlace`. */
export function loadAgain(): void {
  keep(SCROLLED, String(window.scrollY))
  // The browser would go there before the page has its height.
  history.scrollRestoration = 'manual'
  location.reload()
}

/** Goes back to the place that the page had before it loaded itself; what the script adds must be there by now. */
export function restorePlace(): void {
  const scrolled = kept(SCROLLED)
  if (scrolled === null) return
  window.scrollTo({ top: Number(scrolled), behavior: 'instant' })
  sessionStorage.removeItem(SCROLLED)
}

function kept(name: string): string | null {
  try {
    return sessionStorage.getItem(name)
  } catch {
    return null
  }
}

function keep(name: string, text: string): void {
  try {
    sessionStorage.setItem(name, text)
  } catch {
    // Without a store the page does not come back to its place.
  }
}
