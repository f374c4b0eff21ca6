/**
 * The table of all trials: sorted by any column, filtered by words and by what is brushed, with the columns that the
 * reader picks. Only the rows in view are in the page, so 100,000 trials scroll as fast as ten.
 */

import { shortDuration, shortNumber } from '../number-text.ts'
import { tookAt } from '../columns.ts'
import type { Columns } from '../columns.ts'
import type { Unfolded } from '../embedded.ts'
import { button, element } from './element.ts'
import type { Selection } from './selection.ts'
import { fits, searchText, sortedBy } from './table-order.ts'
import type { SortKey } from './table-order.ts'

/** The height of a row, which the style sheet gives it, and of the part of the table that is seen, in pixels. */
const ROW = 28
const HEIGHT = 480

/** Rows above and below what is seen, so that scrolling shows no gap. */
const MARGIN = 10

/** More columns than this are hidden until somebody picks them: the parameters come by importance. */
const MOST_SHOWN = 14

export interface TrialTable {
  readonly element: HTMLElement
  /** Shows what is selected; `columns` may be of an earlier time. */
  readonly show: (columns: Columns, selection: Selection, chosen: Uint8Array | undefined) => void
}

export interface TableActs {
  readonly hover: (trial: number) => void
  readonly pin: (trial: number) => void
}

interface Column {
  readonly title: string
  readonly isNumber: boolean
  readonly key: (columns: Columns, trial: number) => SortKey
  readonly text: (columns: Columns, trial: number) => string
}

/** @param order  the parameters by importance */
export function trialTable(pageNow: () => Unfolded, order: readonly number[], acts: TableActs): TrialTable {
  let { facts, trials, options } = pageNow()
  const all = columnsOfTable(facts.columns, order)
  let shownColumns = new Set(all.slice(0, MOST_SHOWN))
  let sortedAs: { readonly column: Column; readonly isDescending: boolean } | undefined
  let [columns, selection, chosen] = [
    facts.columns,
    undefined as Selection | undefined,
    undefined as Uint8Array | undefined,
  ]
  let rows: number[] = []
  const inView = new Map<number, { readonly row: HTMLElement; readonly pin: HTMLElement }>()
  const texts = new Map<number, string>()
  const textOf = (trial: number): string => {
    const known = texts.get(trial) ?? searchText(facts.study.space, trials[trial]!)
    texts.set(trial, known)
    return known
  }

  const filter = element('input', {
    type: 'search',
    placeholder: 'filter: words, such as adam 0.01',
    'aria-label': 'filter',
  })
  const count = element('output', { class: 'count' })
  const picker = element('details', { class: 'picker' }, element('summary', {}, 'columns'))
  const head = element('tr')
  const body = element('tbody')
  const scroller = element('div', { class: 'rows', tabindex: 0, role: 'region', 'aria-label': 'all trials' })
  const before = element('tr', { class: 'gap', 'aria-hidden': 'true' })
  const after = element('tr', { class: 'gap', 'aria-hidden': 'true' })
  scroller.append(element('table', { class: 'trials' }, element('thead', {}, head), body))
  scroller.style.maxHeight = `${HEIGHT}px`

  const arrange = (): void => {
    const present = [...trials.keys()].filter((i) => columns.state[i] === facts.columns.state[i])
    const wanted = present.filter((i) => chosen?.[i] !== 0 && (filter.value === '' || fits(textOf(i), filter.value)))
    rows =
      sortedAs === undefined ? wanted : sortedBy(wanted, (i) => sortedAs!.column.key(columns, i), sortedAs.isDescending)
    count.textContent =
      rows.length === trials.length ? `${rows.length} trials` : `${rows.length} of ${trials.length} trials`
    fillRows()
  }
  const fillRows = (): void => {
    const first = Math.max(0, Math.floor(scroller.scrollTop / ROW) - MARGIN)
    const seen = rows.slice(first, first + Math.ceil(HEIGHT / ROW) + 2 * MARGIN)
    before.style.height = `${first * ROW}px`
    after.style.height = `${(rows.length - first - seen.length) * ROW}px`
    const focused = [...inView].find(([, { pin }]) => pin === document.activeElement)?.[0]
    inView.clear()
    body.replaceChildren(before, ...seen.map(rowOf), after)
    mark()
    if (focused !== undefined) inView.get(focused)?.pin.focus({ preventScroll: true })
  }
  const rowOf = (trial: number): HTMLTableRowElement => {
    const pin = button('', () => acts.pin(trial), { 'aria-label': `pin trial ${columns.number[trial]}` })
    const row = element('tr', { 'data-trial': trial }, element('td', {}, pin), ...cellsOf(trial))
    row.classList.toggle('best', facts.best === trial)
    row.addEventListener('pointerenter', () => acts.hover(trial))
    inView.set(trial, { row, pin })
    return row
  }
  // Rows stay the same elements while somebody points at them, so that clicks and the focus find them again.
  const mark = (): void => {
    for (const [trial, { row, pin }] of inView) {
      const isPinned = selection?.pinned.includes(trial) === true
      row.classList.toggle('hovered', selection?.hovered === trial)
      pin.textContent = isPinned ? '◆' : '◇'
      pin.setAttribute('aria-pressed', String(isPinned))
    }
  }
  const cellsOf = (trial: number): HTMLElement[] =>
    [...shownColumns].map((column) => {
      const text = column.text(columns, trial)
      const isLink = column.title === 'number' && options.links !== null
      const inside = isLink
        ? element('a', { href: `${options.links}${trials[trial]!.id}/` }, text)
        : element('bdi', {}, text)
      return element('td', column.isNumber ? { class: 'right', title: text } : { title: text }, inside)
    })
  const fillHead = (): void =>
    head.replaceChildren(
      element('th', { scope: 'col' }, element('span', { class: 'live' }, 'pin')),
      ...[...shownColumns].map((column) => {
        const isSorted = sortedAs?.column === column
        const sort = isSorted ? (sortedAs!.isDescending ? 'descending' : 'ascending') : 'none'
        const arrow = isSorted ? (sortedAs!.isDescending ? ' ↓' : ' ↑') : ''
        const press = button(`${column.title}${arrow}`, () => {
          sortedAs = { column, isDescending: isSorted && !sortedAs!.isDescending }
          fillHead()
          arrange()
        })
        return element('th', { scope: 'col', 'aria-sort': sort, class: column.isNumber ? 'right' : '' }, press)
      }),
    )

  picker.append(
    ...all.map((column) => {
      const box = element('input', { type: 'checkbox' })
      box.checked = shownColumns.has(column)
      box.addEventListener('change', () => {
        if (box.checked) shownColumns.add(column)
        else shownColumns.delete(column)
        shownColumns = new Set(all.filter((each) => shownColumns.has(each)))
        fillHead()
        fillRows()
      })
      return element('label', {}, box, ' ', element('bdi', {}, column.title))
    }),
  )
  filter.addEventListener('input', arrange)
  scroller.addEventListener('scroll', fillRows, { passive: true })
  scroller.addEventListener('pointerleave', () => acts.hover(-1))
  fillHead()
  const controls = element('div', { class: 'controls' }, filter, count, picker)
  return {
    element: element('div', { class: 'all-trials' }, controls, scroller),
    show: (newColumns, newSelection, newChosen) => {
      if (pageNow().trials !== trials) {
        ;({ facts, trials, options } = pageNow())
        texts.clear()
      }
      const isSame = newColumns === columns && newChosen === chosen && selection !== undefined
      columns = newColumns
      selection = newSelection
      chosen = newChosen
      if (isSame) mark()
      else arrange()
    },
  }
}

/** All columns of the table, the usual ones first. */
function columnsOfTable(columns: Columns, order: readonly number[]): Column[] {
  const number = (title: string, placesOf: (columns: Columns) => ArrayLike<number> | undefined): Column => ({
    title,
    isNumber: true,
    key: (now, i) => placesOf(now)?.[i] ?? null,
    text: (now, i) => numberText(placesOf(now)?.[i]),
  })
  const text = (title: string, textOf: (columns: Columns, i: number) => string | null): Column => ({
    title,
    isNumber: false,
    key: textOf,
    text: (now, i) => textOf(now, i) ?? '–',
  })
  return [
    number('number', (now) => now.number),
    ...Array.from(columns.values.keys(), (name) => number(name, (now) => now.values.get(name))),
    text('state', ({ state, reason }, i) => (reason[i] === null ? state[i]! : `${state[i]}: ${reason[i]}`)),
    ...order.map((k): Column => {
      const { label, words } = columns.parameters[k]!
      if (words.length === 0) return number(label, (now) => now.parameters[k]!.at)
      return text(label, (now, i) => words[now.parameters[k]!.at[i]!] ?? null)
    }),
    {
      title: 'took',
      isNumber: true,
      key: tookAt,
      text: (now, i) => (tookAt(now, i) >= 0 ? shortDuration(tookAt(now, i)) : '–'),
    },
    ...Array.from(columns.outputs.keys(), (name): Column => ({
      title: name,
      isNumber: true,
      key: (now, i) => sortable(now.outputs.get(name)![i]),
      text: (now, i) => String(now.outputs.get(name)![i] ?? '–'),
    })),
    text('worker', ({ workers, worker }, i) => workers[worker[i]!] ?? null),
    text('origin', ({ origin }, i) => origin[i]!),
    number('attempt', (now) => now.attempt),
    text('id', ({ id }, i) => id[i]!.slice(0, 8)),
  ]
}

const numberText = (value: number | undefined): string =>
  value === undefined || Number.isNaN(value) ? '–' : shortNumber(value)

const sortable = (said: string | number | boolean | null | undefined): SortKey =>
  said === undefined ? null : typeof said === 'boolean' ? Number(said) : said
