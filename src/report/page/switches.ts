/** The switches of figures: a linear scale and the time machine of the history, the share in color of parallel axes. */

import { historyFigure } from '../figures/history.ts'
import { parallelFigure } from '../figures/parallel.ts'
import { HISTORY_AXES } from '../history-axis.ts'
import type { HistoryBy } from '../history-axis.ts'
import type { Chart } from './chart.ts'
import { element } from './element.ts'
import { timeMachine } from './machine.ts'
import type { Stage } from './stage.ts'

/** The switches of the history and of the parallel axes. */
export function addSwitches(stage: Stage): void {
  const machine = timeMachine(
    () => stage.page().facts,
    (asOf) => stage.select({ ...stage.selection(), asOf }),
  )
  const history = chartWith(stage, 'history')
  if (history !== undefined && machine !== undefined) {
    history.host.append(machine.element)
    stage.watch((isOther) => {
      if (isOther) machine.show(stage.selection().asOf)
    })
  }
  if (history !== undefined) {
    let isLinear = false
    const by = element('select', { 'aria-label': 'along' })
    for (const each of HISTORY_AXES) by.append(element('option', { value: each }, `by ${each}`))
    const remake = (): void =>
      stage.remake('history', (facts) => historyFigure(facts, { isLinear, by: by.value as HistoryBy }))
    const linear = checkbox('linear', (isOn) => {
      isLinear = isOn
      remake()
    })
    by.addEventListener('change', remake)
    const isLog = historyFigure(stage.page().facts).y.kind === 'log'
    history.host.append(element('div', { class: 'switches' }, by, ...(isLog ? [linear] : [])))
  }
  const parallel = chartWith(stage, 'parallel')
  if (parallel === undefined) return
  const share = element('input', {
    type: 'range',
    min: 1,
    max: 100,
    value: 10,
    'aria-label': 'share in color, percent',
  })
  const words = element('output', {}, 'best 10 %')
  share.addEventListener('input', () => {
    words.textContent = `best ${share.value} %`
    stage.remake('parallel', (facts) => parallelFigure(facts, { top: Number(share.value) / 100 }))
  })
  parallel.host.append(element('div', { class: 'switches' }, share, words))
}

const chartWith = ({ charts }: Stage, id: string): Chart | undefined => charts.find((chart) => chart.id === id)

function checkbox(text: string, changed: (isOn: boolean) => void): HTMLElement {
  const box = element('input', { type: 'checkbox' })
  box.addEventListener('change', () => changed(box.checked))
  return element('label', {}, box, ` ${text}`)
}
