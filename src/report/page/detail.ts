/** The box beside the pointer, which says what trial is hovered; and the live region, which says the same in a line. */

import type { Columns } from '../columns.ts'
import { element } from './element.ts'
import { spokenTrial, trialPairs } from './trial-words.ts'

/** How far the box keeps from the pointer, in pixels. */
const GAP = 14

/** Lines in the box; a trial of many parameters has the rest in the table. */
const MOST_LINES = 16

export interface Detail {
  /** Shows a trial near a place of the window; -1 hides the box. */
  readonly show: (columns: Columns, trial: number, at: { readonly x: number; readonly y: number }) => void
  readonly say: (text: string) => void
  readonly sayTrial: (columns: Columns, trial: number, order: readonly number[]) => void
}

/** Puts the box and the live region into the page. */
export function detailIn(body: HTMLElement): Detail {
  const box = element('div', { class: 'tip', hidden: '' })
  const live = element('p', { class: 'live', role: 'status', 'aria-live': 'polite' })
  body.append(box, live)
  let shown = -1
  return {
    show: (columns, trial, at) => {
      // Asked for first, since the page has its layout by now and must not be laid out for it.
      const { clientWidth, clientHeight } = document.documentElement
      box.hidden = trial < 0
      if (trial >= 0 && trial !== shown) box.replaceChildren(...linesOf(columns, trial))
      shown = trial
      if (trial < 0) return
      // On the side where there is more room: to measure the box would lay out the page too.
      const [isLeft, isAbove] = [at.x > clientWidth / 2, at.y > clientHeight / 2]
      box.style.left = isLeft ? 'auto' : `${at.x + GAP}px`
      box.style.right = isLeft ? `${clientWidth - at.x + GAP}px` : 'auto'
      box.style.top = isAbove ? 'auto' : `${at.y + GAP}px`
      box.style.bottom = isAbove ? `${clientHeight - at.y + GAP}px` : 'auto'
    },
    say: (text) => (live.textContent = text),
    sayTrial: (columns, trial, order) => (live.textContent = spokenTrial(columns, trial, order)),
  }
}

function linesOf(columns: Columns, trial: number): HTMLElement[] {
  const pairs = trialPairs(columns, trial)
  const lines = pairs.slice(0, MOST_LINES).map(([name, text]) => line(name, text))
  const rest = pairs.length - MOST_LINES
  return rest > 0 ? [...lines, line('', `${rest} more`)] : lines
}

const line = (name: string, text: string): HTMLElement =>
  element('div', {}, element('bdi', { class: 'name' }, name), ' ', element('bdi', {}, text))
