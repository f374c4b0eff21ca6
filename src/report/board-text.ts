/**
 * The board of `status --watch`: the lines of a whole screen for a size. It knows no terminal: what it is given is all
 * that it shows, and every line fits.
 */

import { listedTrials, listRow, medianDuration, runningRow } from './board-list.ts'
import type { BoardView } from './board-list.ts'
import { figureLines } from './braille.ts'
import type { Terminal } from './braille.ts'
import type { Facts, StudyFacts } from './facts.ts'
import type { Figure } from './figure.ts'
import { cutFigure } from './figures/cut.ts'
import { historyFigure } from './figures/history.ts'
import { timelineFigure } from './figures/timeline.ts'
import { cellWidth } from './label.ts'
import { counted, roughNumber, shortDuration, shortNumber } from './number-text.ts'
import { endedCount, noBestText } from './status-text.ts'
import type { StudyCounts } from './status-text.ts'

/** A smaller terminal gets one line. */
export const LEAST_COLUMNS = 60
export const LEAST_ROWS = 16

/** From this width on there are two columns. */
const WIDE = 120

/** The share of the left one of the two. */
const LEFT_SHARE = 0.55

/** A figure takes this many lines at least. */
const LEAST_FIGURE = 8

/** This many parameters have a figure in the right column. */
const MOST_CUTS = 3

/** Colors of our own, as the caller has painted them. */
const PAINTED = /\u001b\[[0-9;]*m/g

export interface Board {
  readonly facts: Facts
  /** Sentences of advice, the heaviest first. */
  readonly advice: readonly { readonly words: string }[]
  readonly view: BoardView
  /** Milliseconds since 1970, the time of day in words, and the pause between two looks. */
  readonly now: number
  readonly clock: string
  readonly everyMs: number
}

/** Exactly as many lines as the terminal has rows, none wider than it. */
export function boardLines(board: Board, terminal: Terminal): string[] {
  const { columns, rows } = terminal
  if (columns < LEAST_COLUMNS || rows < LEAST_ROWS) return filled([fit(boardLine(board.facts), terminal)], rows)
  if (board.view.page !== null) return pageLines(board, terminal)
  const head = headLines(board, terminal)
  const free = rows - head.length - 1
  const body = columns >= WIDE ? wideBody(board, terminal, free) : narrowBody(board, terminal, free)
  return [...filled([...head, ...body], rows - 1), keyLine(board, terminal)]
}

/** The state of a study in one line: what a small terminal shows, and a pipe gets at each change. */
export function boardLine({ counts, study }: { counts: StudyCounts; study: Pick<StudyFacts, 'name'> }): string {
  const { trials, budget, best, workers } = counts
  const found = best === null ? 'no best yet' : `best ${shortNumber(best.value)} (trial ${best.number ?? best.id})`
  return [
    oneLine(study.name),
    `${endedCount(trials)}${budget === null ? '' : ` of ${budget}`} ended`,
    ...(['running', 'failed', 'queued'] as const).flatMap((state) =>
      trials[state] > 0 ? [`${trials[state]} ${state}`] : [],
    ),
    `${workers.live} live`,
    found,
  ].join('   ')
}

const oneLine = (text: string): string => text.replace(/[\n\r\t]/g, ' ')

/** A text as one line of the terminal: what it would obey is visible, and what has no room is cut. */
function fit(text: string, { columns, isPlain, printable = (each) => each }: Terminal): string {
  // Escaping makes a text longer, and a long text is cut before that costs time.
  const shown = printable(oneLine(text.length > 4 * columns ? text.slice(0, 4 * columns) : text))
  if (cellWidth(shown) <= columns) return shown
  const cut = isPlain === true ? '...' : '…'
  let used = 0
  let kept = ''
  for (const character of shown) {
    used += cellWidth(character)
    if (used > columns - cellWidth(cut)) break
    kept += character
  }
  return `${kept}${cut}`
}

const filled = (lines: readonly string[], rows: number): string[] =>
  Array.from({ length: rows }, (_, row) => lines[row] ?? '')

/** A heading with a rule to the end of the line. */
function ruled(title: string, terminal: Terminal): string {
  const dash = terminal.isPlain === true ? '-' : '─'
  const text = fit(`${dash} ${title} `, terminal)
  return text + dash.repeat(Math.max(0, terminal.columns - cellWidth(text)))
}

function headLines({ facts, clock, now }: Board, terminal: Terminal): string[] {
  const { study, counts, columns, models } = facts
  const { trials, workers, budget, best, left } = counts
  const wanted = Object.entries(study.goals.objectives).map(([name, direction]) => `${direction} ${name}`)
  const ended = `${endedCount(trials)}${budget === null ? '' : ` of ${budget}`} ended`
  const more = (['paused', 'pruned', 'interrupted'] as const).flatMap((state) =>
    trials[state] > 0 ? [`${state} ${trials[state]}`] : [],
  )
  const states = [
    `complete ${trials.complete}`,
    `running ${trials.running}`,
    `failed ${trials.failed}`,
    `queued ${trials.queued}`,
    ...more,
  ].join('  ')
  const noise = models.find(({ objective }) => objective === Object.keys(study.goals.objectives)[0])?.noise ?? 0
  const found =
    best === null
      ? `best ${noBestText(study.goals, trials.complete)}`
      : [
          `best ${shortNumber(best.value)}`,
          `trial ${best.number ?? best.id.slice(0, 8)}`,
          ...(noise > 0 ? [`±${roughNumber(noise)}`] : []),
          agoText(columns.number[facts.best], columns.number),
        ].join('  ')
  const rest =
    left == null ? '' : `left about ${shortDuration(Math.max(0, 1000 * left.seconds - (now - facts.readAt)))}`
  return [
    parted(`${study.name}   ${wanted.join(', ')}   ${ended}`, clock, terminal),
    parted(` ${states}`, `workers ${workers.live} live, ${workers.silent} silent`, terminal),
    parted(` ${found}`, rest, terminal),
  ]
}

const agoText = (best: number | undefined, numbers: Float64Array): string => {
  const newest = numbers.reduce((most, number) => (number > most ? number : most), -1)
  const ago = best === undefined || Number.isNaN(best) ? 0 : newest - best
  return ago === 0 ? 'the newest' : `${counted(ago, 'trial')} ago`
}

/** A text at the left end of a line and one at its right end, which is kept. */
function parted(left: string, right: string, terminal: Terminal): string {
  const { columns } = terminal
  const end = fit(right, { ...terminal, columns: Math.floor(columns / 2) })
  const start = fit(left, { ...terminal, columns: columns - cellWidth(end) - (end === '' ? 0 : 2) })
  return end === '' ? start : `${start}${' '.repeat(columns - cellWidth(start) - cellWidth(end))}${end}`
}

function narrowBody(board: Board, terminal: Terminal, free: number): string[] {
  const advice = adviceSection(board, terminal, free >= 26 ? 4 : free >= 18 ? 3 : 1)
  return [...trialSections(board, terminal, free - advice.length), ...advice]
}

/** History, what runs, and the list, in this many lines. */
function trialSections(board: Board, terminal: Terminal, free: number): string[] {
  const running = runningSection(board, terminal, free >= 22 ? 6 : free >= 13 ? 3 : 0)
  const history = figureSection(historyFigure(board.facts), terminal, Math.max(LEAST_FIGURE, Math.floor(0.45 * free)))
  const list = listSection(board, terminal, free - history.length - running.length)
  return [...history, ...running, ...list]
}

/** Two columns: the study at the left; what the parameters do and who works at the right; advice below both. */
function wideBody(board: Board, terminal: Terminal, free: number): string[] {
  const advice = adviceSection(board, terminal, 4)
  const height = free - advice.length
  const width = Math.floor(LEFT_SHARE * terminal.columns)
  const left = filled(trialSections(board, { ...terminal, columns: width }, height), height)
  const side = { ...terminal, columns: terminal.columns - width - 2 }
  const right = filled(sideFigures(board.facts, side, height), height)
  const joined = left.map((line, row) => {
    const gap = ' '.repeat(Math.max(0, width + 2 - cellWidth(line.replace(PAINTED, ''))))
    return right[row] === '' ? line : `${line}${gap}${right[row]}`
  })
  return [...joined, ...advice]
}

/** The cuts of the parameters that matter most, and the timeline of the workers, as many as there is room for. */
function sideFigures(facts: Facts, terminal: Terminal, height: number): string[] {
  const [name] = Object.keys(facts.study.goals.objectives)
  const rows = facts.importances.find(({ objective }) => objective === name)?.rows ?? []
  const alone = rows.flatMap(({ parameters }) => (parameters.length === 1 ? [parameters[0]!] : []))
  const figures = [
    ...(facts.models.length === 0 ? [] : alone.slice(0, MOST_CUTS).map((parameter) => cutFigure(facts, parameter))),
    timelineFigure(facts),
  ].filter(({ empty }) => empty === null)
  const count = Math.max(1, Math.min(figures.length, Math.floor(height / (LEAST_FIGURE + 1))))
  const each = Math.floor(height / count)
  return figures.slice(0, count).flatMap((figure) => filled(figureSection(figure, terminal, each), each))
}

/** A figure without its sentence. */
function figureSection(figure: Figure, terminal: Terminal, rows: number): string[] {
  const lines = figureLines({ ...figure, summary: '', left: [] }, { ...terminal, rows: rows + 1 })
  const last = lines.findLastIndex((line) => line.trim() !== '')
  return lines.slice(0, Math.min(last + 1, rows))
}

function runningSection({ facts, now }: Board, terminal: Terminal, most: number): string[] {
  const { columns } = facts
  const running = Array.from(columns.state.keys()).filter((i) => columns.state[i] === 'running')
  if (most === 0 || running.length === 0) return []
  const shown = running.slice(-most)
  const more = running.length - shown.length
  const title = more === 0 ? 'running' : `running (${more} more)`
  const usual = medianDuration(columns)
  return [
    ruled(title, terminal),
    ...shown.map((i) => fit(runningRow(columns, i, now, usual, terminal.isPlain === true), terminal)),
  ]
}

function listSection({ facts, view }: Board, terminal: Terminal, rows: number): string[] {
  if (rows < 2) return []
  const listed = listedTrials(facts.columns, view)
  const room = rows - 1
  const first = Math.max(0, Math.min(view.selected - Math.floor(room / 2), listed.length - room))
  const title = view.filter === '' ? view.sort : `${view.sort} with '${view.filter}': ${listed.length}`
  const { paint = (_role, text) => text } = terminal
  const lines = listed.slice(first, first + room).map((i, row) => {
    const mark = first + row === view.selected ? (terminal.isPlain === true ? '>' : '▸') : ' '
    const text = fit(`${mark}${listRow(facts.columns, i)}`, terminal)
    return i === facts.best ? paint('best', text) : facts.columns.state[i] === 'failed' ? paint('failed', text) : text
  })
  const none = listed.length === 0 ? [fit(facts.columns.count === 0 ? ' no trials yet' : ' none', terminal)] : []
  return [ruled(title, terminal), ...none, ...lines]
}

/** The heaviest sentences, each on one line. */
function adviceSection({ advice }: Board, terminal: Terminal, most: number): string[] {
  if (advice.length === 0) return []
  const arrow = terminal.isPlain === true ? '>' : '→'
  const lines = advice.slice(0, most).map(({ words }) => fit(` ${arrow} ${words}`, terminal))
  return most === 1 ? lines : [ruled('advice', terminal), ...lines]
}

/** A text over the whole screen. */
function pageLines({ view }: Board, terminal: Terminal): string[] {
  const { title, lines, offset } = view.page!
  const room = terminal.rows - 2
  const shown = lines.slice(offset, offset + room).map((line) => fit(line.replaceAll('\t', '    '), terminal))
  const rest = lines.length - offset - shown.length
  const keys = `q back   ${terminal.isPlain === true ? 'up down' : '↑↓'} line${rest > 0 ? `   ${rest} more` : ''}`
  return [...filled([ruled(title, terminal), ...shown], terminal.rows - 1), fit(` ${keys}`, terminal)]
}

function keyLine({ view, everyMs }: Board, terminal: Terminal): string {
  if (view.typing !== null) return fit(` filter: ${view.typing}_   (enter: apply, esc: leave)`, terminal)
  const isPlain = terminal.isPlain === true
  const keys = ['q quit', isPlain ? 'up down trial' : '↑↓ trial', isPlain ? 'enter show' : '⏎ show']
  const more = ['w why', 'l log', 's sort', 'f filter', 'r now', '? help']
  return parted(` ${[...keys, ...more].join('  ')}`, `${Math.round(everyMs / 1000)}s`, terminal)
}
