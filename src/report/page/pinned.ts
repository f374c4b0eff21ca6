/** The pinned trials side by side: what differs between them is marked. */

import type { Columns } from '../columns.ts'
import { button, element } from './element.ts'
import { sideBySide } from './side-by-side.ts'
import type { Sheet } from './side-by-side.ts'
import { trialPairs } from './trial-words.ts'

/** Lines that tell trials apart rather than compare them. */
const NAMES = 'trial'

export interface Pinned {
  readonly element: HTMLElement
  readonly show: (columns: Columns, pinned: readonly number[]) => void
}

/** @param unpin  called with the trial that is let go */
export function pinnedTrials(unpin: (trial: number) => void): Pinned {
  const panel = element('aside', { class: 'pinned', hidden: '', 'aria-label': 'pinned trials' })
  return {
    element: panel,
    show: (columns, pinned) => {
      panel.hidden = pinned.length === 0
      panel.replaceChildren(...(pinned.length === 0 ? [] : [tableOf(columns, pinned, unpin)]))
    },
  }
}

function tableOf(columns: Columns, pinned: readonly number[], unpin: (trial: number) => void): HTMLElement {
  const sheets = pinned.map((trial, k): Sheet => {
    const texts = new Map(trialPairs(columns, trial))
    const name = `${texts.get(NAMES)}`
    texts.delete(NAMES)
    const letGo = button('×', () => unpin(trial), { 'aria-label': `unpin trial ${name}` })
    return { head: [`${k + 1}: trial ${name} `, letGo], texts }
  })
  return sideBySide('pinned', sheets)
}
