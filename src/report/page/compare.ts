/**
 * Another report, dropped on this one: its history and its distribution of values are drawn into these figures, and the
 * best configs are set side by side. The file is read in the browser and goes nowhere.
 */

import { unfolded } from '../embedded.ts'
import type { Unfolded } from '../embedded.ts'
import { overlaid } from '../overlaid.ts'
import type { Figure } from '../figure.ts'
import type { PlacedFigure } from '../page-figures.ts'
import { shortNumber } from '../number-text.ts'
import { parameterTexts } from '../../space/words.ts'
import { button, element } from './element.ts'
import { sideBySide } from './side-by-side.ts'
import type { Sheet } from './side-by-side.ts'

/** A larger file cannot be a report. */
const MOST_BYTES = 200 * 2 ** 20

/** The figures that another study is drawn into. */
const COMPARED: ReadonlySet<string> = new Set(['history', 'edf', 'front'])

/** A study that was dropped, and the figures of its page. */
export interface Other {
  readonly page: Unfolded
  readonly figures: ReadonlyMap<string, PlacedFigure>
}

/**
 * Reads a report that was dropped.
 *
 * @throws Error that says why it is none
 */
export async function readReport(file: File): Promise<Unfolded> {
  if (file.size > MOST_BYTES) throw new Error(`'${file.name}' is too large for a report`)
  const parsed = new DOMParser().parseFromString(await file.text(), 'text/html')
  const text = parsed.getElementById('data')?.textContent
  if (text == null) throw new Error(`'${file.name}' is not a report of anthill`)
  try {
    return unfolded(text)
  } catch (error) {
    throw new Error(`'${file.name}' is not a report that this page can read: ${(error as Error).message}`)
  }
}

/** A figure with those of other studies drawn into it, where that makes sense. */
export const withOthers = (figure: Figure, others: readonly Other[]): Figure =>
  COMPARED.has(figure.id)
    ? others.reduce((all, { page, figures }) => {
        const other = figures.get(figure.id)?.figure
        return other === undefined ? all : overlaid(all, other, page.facts.study.name)
      }, figure)
    : figure

/** Follows files that are dropped on the page. */
export function followDrops(dropped: (file: File) => void): void {
  document.addEventListener('dragover', (event) => event.preventDefault())
  document.addEventListener('drop', (event) => {
    event.preventDefault()
    for (const file of event.dataTransfer?.files ?? []) dropped(file)
  })
}

/** The best configs of this study and of others side by side; what differs is marked. */
export function comparisonOf(own: Unfolded, others: readonly Other[], leave: (other: Other) => void): HTMLElement {
  const sheets = [own, ...others.map(({ page }) => page)].map((page, k): Sheet => {
    const title = element('bdi', {}, page.facts.study.name)
    const other = others[k - 1]
    const texts = bestSheet(page)
    if (other === undefined) return { head: [title], texts }
    return { head: [title, ' ', button('×', () => leave(other), { 'aria-label': 'take it away' })], texts }
  })
  return element('div', { class: 'scroll comparison' }, sideBySide('best of', sheets))
}

/** What the trial to take home of a study has: its values, and its parameters by name. */
function bestSheet({ facts, trials }: Unfolded): Map<string, string> {
  const { recommended, columns, study } = facts
  const counts: [string, string] = ['trials', String(facts.total)]
  if (recommended < 0) return new Map([counts])
  const values = Array.from(columns.values, ([name, at]): [string, string] => [name, shortNumber(at[recommended]!)])
  return new Map([counts, ...values, ...parameterTexts(study.space, trials[recommended]!.config)])
}
