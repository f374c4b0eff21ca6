/** The pinned trials side by side: what differs between them is marked. */

import type { Columns } from '../columns.ts'
import { button, element } from './element.ts'
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
  const sheets = pinned.map((trial) => new Map(trialPairs(columns, trial)))
  const names = [...new Set(sheets.flatMap((sheet) => [...sheet.keys()]))].filter((name) => name !== NAMES)
  const head = pinned.map((trial, k) => {
    const name = `${sheets[k]!.get(NAMES)}`
    const letGo = button('×', () => unpin(trial), { 'aria-label': `unpin trial ${name}` })
    return element('th', { scope: 'col' }, `${k + 1}: trial ${name} `, letGo)
  })
  const rows = names.map((name) => {
    const texts = sheets.map((sheet) => sheet.get(name) ?? '–')
    const isDifferent = texts.some((text) => text !== texts[0])
    return element(
      'tr',
      isDifferent ? { class: 'differs' } : {},
      element('th', { scope: 'row' }, element('bdi', {}, name)),
      ...texts.map((text) => element('td', {}, element('bdi', {}, text))),
    )
  })
  return element(
    'table',
    {},
    element('thead', {}, element('tr', {}, element('th', { scope: 'col' }, 'pinned'), ...head)),
    element('tbody', {}, ...rows),
  )
}
