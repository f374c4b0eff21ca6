/**
 * The state of the page and what is drawn of it: the study as it is or was, what is selected in it, and the charts that
 * show both. A change goes through here, so that all figures, the table and the address say the same.
 */

import { factsAsOf } from '../as-of.ts'
import type { Unfolded } from '../embedded.ts'
import type { Facts } from '../facts.ts'
import type { Figure } from '../figure.ts'
import { pageFigures } from '../page-figures.ts'
import type { PlacedFigure } from '../page-figures.ts'
import { chartOf } from './chart.ts'
import type { Chart } from './chart.ts'
import { withOthers } from './compare.ts'
import type { Other } from './compare.ts'
import { hashOf, selectionOf } from './hash.ts'
import { chosenBy } from './selection.ts'
import type { Selection } from './selection.ts'
import { paletteNow } from './theme.ts'

/** Drawing pauses after this long, in ms, so that the page answers meanwhile. */
const SLICE_MS = 8

/** Charts within this distance of the window are drawn before they come into view. */
const AHEAD = '200px'

/** Makes a figure of the facts in a way that a switch has chosen. */
export type Maker = (facts: Facts) => Figure

export interface Stage {
  readonly page: () => Unfolded
  /** Takes what has become of the study in place of what the page had. */
  readonly renew: (page: Unfolded) => void
  /** As the study is now, and as it is shown: the time machine may have gone back. */
  readonly facts: () => Facts
  readonly selection: () => Selection
  readonly chosen: () => Uint8Array | undefined
  readonly charts: readonly Chart[]
  readonly select: (selection: Selection) => void
  /** Gives a chart another figure than the page has under its id. */
  readonly remake: (id: string, maker: Maker) => void
  readonly others: () => readonly Other[]
  readonly compare: (others: readonly Other[]) => void
  readonly redraw: () => void
  /** Takes over a figure that the script has put into the page. */
  readonly adopt: (host: HTMLElement, maker: Maker) => Chart | undefined
  /** Calls a listener now, and after each change. `isOther`: whether more than the hovered trial has changed. */
  readonly watch: (listener: (isOther: boolean) => void) => void
}

/** Takes over the figures of the page. */
export function stageOf(first: Unfolded): Stage {
  let page = first
  const charts = [...document.querySelectorAll<HTMLElement>('figure[data-figure]')].flatMap(
    (host) => chartOf(host) ?? [],
  )
  const makers = new Map<string, Maker>()
  const listeners: ((isOther: boolean) => void)[] = []
  let selection = selectionOf(page.facts.columns, location.hash)
  let facts = shownFacts(page.facts, selection.asOf)
  let chosen = chosenBy(facts.columns, selection)
  let others: readonly Other[] = []
  let figures: ReadonlyMap<string, PlacedFigure> | undefined

  const figureOf = ({ id }: Chart): Figure | undefined => {
    const made = makers.get(id)?.(facts)
    figures ??= figuresOf(facts)
    const figure = made ?? figures.get(id)?.figure
    return figure === undefined ? undefined : withOthers(figure, others)
  }
  const drawChart = (chart: Chart): void => {
    const figure = figureOf(chart)
    if (figure === undefined) return
    chart.draw(figure, paletteNow())
    chart.select(selection, chosen)
  }
  const queue = drawQueue(drawChart)
  for (const chart of charts) queue.follow(chart)
  const tell = (isOther: boolean): void => {
    for (const listener of listeners) listener(isOther)
  }
  return {
    page: () => page,
    renew: (next) => {
      const hash = hashOf(page.facts.columns, selection)
      page = next
      selection = selectionOf(next.facts.columns, hash)
      facts = shownFacts(next.facts, selection.asOf)
      chosen = chosenBy(facts.columns, selection)
      figures = undefined
      queue.all()
      tell(true)
    },
    facts: () => facts,
    selection: () => selection,
    chosen: () => chosen,
    charts,
    select: (next) => {
      if (next === selection) return
      const isOther = !(
        next.pinned === selection.pinned &&
        next.brushes === selection.brushes &&
        next.asOf === selection.asOf
      )
      const isPast = next.asOf !== selection.asOf
      selection = next
      if (isPast) {
        facts = shownFacts(page.facts, next.asOf)
        figures = undefined
        queue.all()
      }
      if (isOther) {
        chosen = chosenBy(facts.columns, next)
        keepInAddress(hashOf(page.facts.columns, next))
      }
      if (!isPast) for (const chart of charts) chart.select(selection, chosen)
      tell(isOther)
    },
    remake: (id, maker) => {
      makers.set(id, maker)
      for (const chart of charts) if (chart.id === id) queue.again(chart)
    },
    others: () => others,
    compare: (next) => {
      others = next
      queue.all()
      tell(true)
    },
    redraw: queue.all,
    adopt: (host, maker) => {
      const chart = chartOf(host)
      if (chart === undefined) return undefined
      makers.set(chart.id, maker)
      charts.push(chart)
      queue.follow(chart)
      return chart
    },
    watch: (listener) => {
      listeners.push(listener)
      listener(true)
    },
  }
}

const shownFacts = (facts: Facts, asOf: number | null): Facts => (asOf === null ? facts : factsAsOf(facts, asOf))

/** The figures of a page by id; each is made when it is taken. */
export const figuresOf = (facts: Facts): ReadonlyMap<string, PlacedFigure> =>
  new Map(pageFigures(facts).map((each) => [each.id, each]))

/** The address shows what is selected. Where the browser refuses that, the page still works. */
function keepInAddress(hash: string): void {
  try {
    history.replaceState(null, '', hash === '' ? location.href.replace(/#.*$/, '') : `#${hash}`)
  } catch {
    // A file in a frame may not change its address.
  }
}

/** Draws charts once they are in view, a few at a time. */
function drawQueue(draw: (chart: Chart) => void) {
  const [pending, inView, known] = [new Set<Chart>(), new Set<Chart>(), new Set<Chart>()]
  let isAsked = false
  const work = (): void => {
    isAsked = false
    const begun = performance.now()
    for (const chart of pending) {
      if (!inView.has(chart)) continue
      if (performance.now() - begun > SLICE_MS) return ask()
      pending.delete(chart)
      draw(chart)
    }
  }
  const ask = (): void => {
    if (isAsked) return
    isAsked = true
    requestAnimationFrame(work)
  }
  const byPlot = new Map<Element, Chart>()
  const seen = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        if (isIntersecting) inView.add(byPlot.get(target)!)
        else inView.delete(byPlot.get(target)!)
      }
      ask()
    },
    { rootMargin: AHEAD },
  )
  const widths = new Map<Element, number>()
  const sized = new ResizeObserver((entries) => {
    for (const { target, contentRect } of entries) {
      if (widths.get(target) === contentRect.width) continue
      widths.set(target, contentRect.width)
      pending.add(byPlot.get(target)!)
    }
    ask()
  })
  const again = (chart: Chart): void => {
    pending.add(chart)
    ask()
  }
  return {
    follow: (chart: Chart): void => {
      byPlot.set(chart.plot, chart)
      known.add(chart)
      seen.observe(chart.plot)
      sized.observe(chart.plot)
      again(chart)
    },
    again,
    all: (): void => known.forEach(again),
  }
}
