/** What the script adds to the sections of the page: switches, the time machine, pairs on demand, the table, files. */

import { dataText, embedded } from '../embedded.ts'
import { byImportance } from '../parameter-axis.ts'
import { svgText } from '../svg.ts'
import { trialCsv } from '../trial-table.ts'
import type { Chart } from './chart.ts'
import { comparisonOf, followDrops, readReport } from './compare.ts'
import type { Other } from './compare.ts'
import { detailIn } from './detail.ts'
import type { Detail } from './detail.ts'
import { copyButton, forSpreadsheets, saveButton } from './download.ts'
import { button, element } from './element.ts'
import { followSwitch, restorePlace } from './follow.ts'
import { followKeys } from './keyboard.ts'
import { addPair } from './pair.ts'
import { pinnedTrials } from './pinned.ts'
import { followPointer } from './pointer.ts'
import { selectionOf } from './hash.ts'
import { brush, cleared, hover, togglePin, unbrush } from './selection.ts'
import { figuresOf } from './stage.ts'
import type { Stage } from './stage.ts'
import { addSwitches } from './switches.ts'
import { trialTable } from './table.ts'
import { themeSwitch } from './theme.ts'

/** Adds all of it. */
export function followSections(stage: Stage): void {
  const detail = detailIn(document.body)
  fold(stage)
  followLinks(stage)
  addTools(stage)
  addCopyButtons(document)
  addSwitches(stage)
  addPair(stage)
  addTable(stage)
  addDownloads(stage)
  addComparison(stage, detail)
  for (const chart of stage.charts) followChart(stage, chart, detail)
  restorePlace()
}

const byId = (id: string): HTMLElement | null => document.getElementById(id)

/** Pointer and keyboard of a chart, and what they do. */
function followChart(stage: Stage, chart: Chart, detail: Detail): void {
  const pin = (trial: number): void => {
    stage.select(togglePin(stage.selection(), trial))
    const isPinned = stage.selection().pinned.includes(trial)
    detail.say(`${isPinned ? 'pinned' : 'let go'}: trial ${stage.facts().columns.number[trial]}`)
  }
  followPointer(chart, {
    hover: (trial, at) => {
      detail.show(stage.facts().columns, trial, at)
      stage.select(hover(stage.selection(), trial))
    },
    pin,
    brush: (axis, from, to) => stage.select(brush(stage.selection(), axis, from, to)),
    unbrush: (axes) => stage.select(axes.reduce(unbrush, stage.selection())),
  })
  followKeys(chart, {
    hovered: () => stage.selection().hovered,
    best: () => stage.facts().best,
    hover: (trial, order) => {
      stage.select(hover(stage.selection(), trial))
      detail.sayTrial(stage.facts().columns, trial, order)
    },
    pin,
    clear: () => stage.select(cleared(stage.selection())),
  })
}

/** Folds what is long. All of it is open on paper, and figures are there as the file has them. */
function fold({ charts, redraw }: Stage): void {
  const folded = [...document.querySelectorAll('details')]
  for (const each of folded) each.open = false
  let opened: HTMLDetailsElement[] = []
  addEventListener('beforeprint', () => {
    opened = [...document.querySelectorAll('details')].filter(({ open }) => !open)
    for (const each of opened) each.open = true
    for (const chart of charts) chart.unfold()
  })
  addEventListener('afterprint', () => {
    for (const each of opened) each.open = false
    redraw()
  })
}

/** Links within the page go to their place, whatever is folded around it, and leave what the address says selected. */
function followLinks(stage: Stage): void {
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null
    const id = link?.getAttribute('href') ?? ''
    const place = id.startsWith('#') ? byId(id.slice(1)) : null
    if (place === null || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    for (let each: Element | null = place; each !== null; each = each.parentElement)
      if (each instanceof HTMLDetailsElement) each.open = true
    place.scrollIntoView()
    const target = (place.matches('figure') && place.querySelector<HTMLElement>('.plot')) || place
    if (target === place) target.tabIndex = -1
    target.focus({ preventScroll: true })
  })
  addEventListener('hashchange', () => {
    // The name of a section selects nothing.
    if (/^$|=/.test(location.hash)) stage.select(selectionOf(stage.page().facts.columns, location.hash))
  })
}

/** In the row of links: what is brushed, the theme, keeping up to date. */
function addTools(stage: Stage): void {
  const tools = byId('tools')
  if (tools === null) return
  const clear = button('Clear selection', () => stage.select(cleared(stage.selection())))
  stage.watch(() => {
    const { pinned, brushes } = stage.selection()
    clear.hidden = pinned.length === 0 && brushes.length === 0
  })
  const follow = followSwitch(stage.page().options.everyMs)
  tools.append(clear, ...(follow === undefined ? [] : [follow]), themeSwitch(stage.redraw))
}

/** A button beside each line to copy. */
export function addCopyButtons(place: ParentNode): void {
  for (const line of place.querySelectorAll<HTMLElement>('pre.copy'))
    line.append(copyButton(() => line.querySelector('code')?.textContent ?? ''))
}

/** The table of all trials takes the place of the one of the best, which stays for paper. */
function addTable(stage: Stage): void {
  const best = byId('table')
  if (best === null) return
  const table = trialTable(stage.page, byImportance(stage.page().facts), {
    hover: (trial) => stage.select(hover(stage.selection(), trial)),
    pin: (trial) => stage.select(togglePin(stage.selection(), trial)),
  })
  const pinned = pinnedTrials((trial) => stage.select(togglePin(stage.selection(), trial)))
  best.before(pinned.element, table.element)
  stage.watch((isOther) => {
    const { columns } = stage.facts()
    table.show(columns, stage.selection(), stage.chosen())
    if (isOther) pinned.show(columns, stage.selection().pinned)
  })
}

/** The trials and the figures as files. */
function addDownloads({ page, charts }: Stage): void {
  const name = fileName(page().facts.study.name)
  const csv = (): string[] => {
    const { facts, trials, imported } = page()
    return trialCsv(facts.study.space, facts.study.goals, [...trials, ...imported])
  }
  const text = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('')
  byId('downloads')?.append(
    saveButton('CSV', `${name}.csv`, 'text/csv', () => text(csv())),
    ' ',
    saveButton('CSV for spreadsheets', `${name}-sheet.csv`, 'text/csv', () => text(forSpreadsheets(csv()))),
    ' ',
    saveButton('JSON', `${name}.json`, 'application/json', () => {
      const { facts, trials, imported, advice, options } = page()
      return dataText(embedded(facts, trials, imported, advice, options))
    }),
  )
  for (const chart of charts) {
    const save = saveButton('SVG', `${name}-${chart.id}.svg`, 'image/svg+xml', () => {
      const laid = chart.laid()
      return laid === undefined ? '' : svgText(laid.figure, laid.layout)
    })
    save.className = 'save'
    chart.host.querySelector('figcaption')?.append(' ', save)
  }
}

/** A name that every system takes for a file. */
const fileName = (text: string): string => text.replaceAll(/[^\w.-]+/g, '-').slice(0, 60) || 'study'

/** Other reports, when they are dropped on the page. */
function addComparison(stage: Stage, detail: Detail): void {
  const host = element('div', { class: 'others' })
  byId('history')?.append(host)
  followDrops((file) => {
    readReport(file).then(
      (page) => {
        stage.compare([...stage.others(), { page, figures: figuresOf(page.facts) }])
        detail.say(`compared with ${page.facts.study.name}`)
      },
      (error: Error) => host.replaceChildren(element('p', { class: 'is-empty' }, error.message)),
    )
  })
  stage.watch((isOther) => {
    if (!isOther) return
    const others = stage.others()
    const leave = (other: Other): void => stage.compare(stage.others().filter((each) => each !== other))
    host.replaceChildren(...(others.length === 0 ? [] : [comparisonOf(stage.page(), others, leave)]))
  })
}
