/** Any two parameters against each other, chosen by the reader: what the model expects there, and the trials. */

import { contourFigure } from '../figures/contour.ts'
import type { ContourOf } from '../figures/contour.ts'
import { byImportance } from '../parameter-axis.ts'
import { svgText } from '../svg.ts'
import { element, svgElement } from './element.ts'
import type { Stage } from './stage.ts'

/** Any two parameters against each other. */
export function addPair(stage: Stage): void {
  const { facts } = stage.page()
  const order = byImportance(facts)
  const section = document.getElementById('pairs')
  if (section === null || order.length < 2) return
  const choice = (label: string, chosen: number): HTMLSelectElement => {
    const options = order.map((k) => element('option', { value: k }, facts.columns.parameters[k]!.label))
    const made = element('select', { 'aria-label': label }, ...options)
    made.value = String(chosen)
    return made
  }
  const [across, up] = [choice('across', order[0]!), choice('up', order[1]!)]
  const kind = element('select', { 'aria-label': 'what is shown' })
  for (const [value, text] of [
    ['mean', 'predicted value'],
    ['doubt', 'doubt'],
    ['works', 'chance to work'],
  ] as const)
    kind.append(element('option', { value }, text))
  const make = (now: typeof facts): ReturnType<typeof contourFigure> => ({
    ...contourFigure(now, Number(across.value), Number(up.value), { of: kind.value as ContourOf }),
    id: 'pair',
  })
  const host = element('figure', { id: 'figure-pair', 'data-figure': 'pair' })
  host.append(
    element('figcaption', {}, element('b', {}, 'Any pair '), across, ' × ', up, ' ', kind),
    element('div', { class: 'plot' }, svgElement(svgText(make(facts), { width: 660, height: 300 }))),
  )
  section.append(host)
  stage.adopt(host, make)
  for (const each of [across, up, kind]) each.addEventListener('change', () => stage.remake('pair', make))
}
