/** The sections of the page below the answer. */

import { escaped } from './escape.ts'
import type { PageOptions } from './embedded.ts'
import type { Facts } from './facts.ts'
import type { Advice } from './piece.ts'
import { figureTable } from './figure-table.ts'
import type { Figure } from './figure.ts'
import { roughNumber } from './number-text.ts'
import type { FigureSection, PlacedFigure } from './page-figures.ts'
import { SMALL } from './page-figures.ts'
import { trialLink, trialName } from './page-head.ts'
import { briefWords, copyLine, emptyHtml, sectionHtml, tableHtml, terms, words } from './page-words.ts'
import { spaceLines } from './space-text.ts'
import { svgText } from './svg.ts'

/** So much advice is open; the rest is folded. */
const MOST_ADVICE = 5

/** Failures that ended differently are listed up to this many groups. */
const MOST_GROUPS = 12

/** Figures beyond this many of a kind are folded. */
const MOST_SMALL = 12

/** Rows of numbers below a wide figure, and below a small one. */
const MOST_NUMBERS = 50
const MOST_NUMBERS_OF_SMALL = 20

/** The head of a section: its heading, its question, and what it says where it is empty. */
type Head = readonly [title: string, question: string, none: string]

/** In the place of a front, where there is one objective. */
const VALUE_AND_TIME: Head = ['Value and time', 'What does a better value cost?', 'There is nothing to compare yet.']

/** The heading and the question of each section of figures, and what it says where it has none. */
const FIGURE_SECTIONS: Readonly<Record<FigureSection, Head>> = {
  history: ['History', 'Is it still getting better?', 'No trial has a value yet.'],
  parameters: ['Parameters', 'What does each one do?', 'No trial has a value yet.'],
  importance: ['Importance', 'Which ones matter?', 'Too few values: importance takes at least 10.'],
  pairs: ['Pairs', 'Do two of them interact?', 'No model: pairs are drawn from what a model expects.'],
  parallel: ['Side by side', 'What do the good ones share?', 'No trial has a value yet.'],
  front: ['Front', 'What does one goal cost the other?', 'There is nothing to compare yet.'],
  failures: ['Failures', 'Where and why does it fail?', ''],
  model: ['Model', 'Can I trust all this?', ''],
  workers: ['Workers', 'Where did the time go?', 'No trial has begun yet.'],
  curves: ['Curves', 'How did trials get there?', 'No trial has reported a value while it ran.'],
  distribution: ['Distribution', 'Was it luck?', 'No trial has a value yet.'],
}

/** One figure: its title, its question, its picture, a sentence with its numbers, and a table of them. */
export function figureHtml(facts: Facts, { section, figure, width, height }: PlacedFigure): string {
  const { id, title, question, summary, empty } = figure
  // The heading asks it already, or it follows from the title.
  const isAsked = width === SMALL.width || question === FIGURE_SECTIONS[section][1]
  return (
    `<figure id="figure-${id}" data-figure="${id}"><figcaption><b>${briefWords(title)}</b>` +
    `${isAsked ? '' : ` <span>${briefWords(question)}</span>`}</figcaption>` +
    `<div class="plot">${svgText(figure, { width, height })}</div>` +
    `${empty === null ? `<p class="summary">${words(summary)}</p>` : ''}` +
    `${empty === null ? numbersHtml(facts, figure, width) : ''}</figure>\n`
  )
}

/** The numbers of a figure, for those who cannot see it. */
function numbersHtml(facts: Facts, figure: Figure, width: number): string {
  const most = width === SMALL.width ? MOST_NUMBERS_OF_SMALL : MOST_NUMBERS
  const { titles, rows, left } = figureTable(figure, { most, nameOf: (trial) => trialName(facts, trial) })
  if (rows.length === 0) return ''
  const table = tableHtml(
    titles.map((title) => ({ title })),
    rows.map((cells) => ({ cells: cells.map((cell) => briefWords(cell, 60)) })),
    `numbers of ${figure.title}`,
  )
  const rest = left === 0 ? '' : `<p class="muted">and ${left} more rows</p>`
  return `<details class="numbers"><summary>numbers</summary>${table}${rest}</details>`
}

/** The section of some figures: wide ones below each other, small ones side by side; and what else belongs there. */
export function figuresSection(
  facts: Facts,
  section: FigureSection,
  placed: readonly PlacedFigure[],
  more = '',
): string {
  const [title, question, none] = headOf(facts, section)
  const own = placed.filter((each) => each.section === section)
  const small = own.filter(({ width }) => width === SMALL.width)
  const wide = own.filter(({ width }) => width !== SMALL.width)
  const rest = small.slice(MOST_SMALL)
  const html = (figures: readonly PlacedFigure[]): string => figures.map((each) => figureHtml(facts, each)).join('')
  const inner =
    more +
    html(wide) +
    (small.length === 0 ? '' : `<div class="small">${html(small.slice(0, MOST_SMALL))}</div>`) +
    (rest.length === 0
      ? ''
      : `<details open><summary>${rest.length} more</summary><div class="small">${html(rest)}</div></details>`)
  return sectionHtml(section, title, question, inner === '' ? emptyHtml(none) : inner)
}

/** A study with one objective has no front. Its values are shown against the time that trials took. */
const headOf = ({ study }: Facts, section: FigureSection): Head =>
  section === 'front' && Object.keys(study.goals.objectives).length === 1 ? VALUE_AND_TIME : FIGURE_SECTIONS[section]

/** What to do: the heaviest sentences, each with how sure it is, the figure that shows it, and a line to copy. */
export function adviceSection(advice: readonly Advice[], figures: ReadonlySet<string>): string {
  const item = ({ words: sentence, certainty, evidence, command }: Advice): string =>
    `<li><p>${words(sentence)} <small>${words(certainty)}` +
    `${figures.has(evidence) ? ` <a href="#figure-${escaped(evidence)}">see</a>` : ''}</small></p>` +
    `${command === undefined ? '' : copyLine(command)}</li>`
  const list = (items: readonly Advice[]): string => `<ol class="advice">${items.map(item).join('')}</ol>`
  const rest = advice.slice(MOST_ADVICE)
  const inner =
    advice.length === 0
      ? emptyHtml('Nothing that the trials show calls for a change.')
      : list(advice.slice(0, MOST_ADVICE)) +
        (rest.length === 0 ? '' : `<details open><summary>${rest.length} more</summary>${list(rest)}</details>`)
  return sectionHtml('advice', 'Advice', '', inner)
}

/** What failed trials ended with, and the figure of where. */
export function failuresSection(facts: Facts, placed: readonly PlacedFigure[], { links, logs }: PageOptions): string {
  const { failures, counts } = facts
  if (counts.trials.failed === 0) return sectionHtml('failures', 'Failures', '', emptyHtml('No trial has failed.'))
  const groups = failures.slice(0, MOST_GROUPS).map(({ words: line, trials }): string => {
    const shown = trials.slice(0, 5).map((index) => trialLink(facts, index, links))
    const more = trials.length > shown.length ? `, and ${trials.length - shown.length} more` : ''
    const log = trials.map((index) => logs[index]).find((text) => text !== undefined)
    return (
      `<li><b>${trials.length}</b> <code>${briefWords(line, 200)}</code> <small>${shown.join(', ')}${more}</small>` +
      `${log === undefined ? '' : `<pre>${escaped(log)}</pre>`}</li>`
    )
  })
  const others = failures.length - groups.length
  const rest = others > 0 ? `<p class="muted">and ${others} other ends</p>` : ''
  return figuresSection(facts, 'failures', placed, `<ul>${groups.join('')}</ul>${rest}`)
}

/** What the models were made of, and how well they predict. */
export function modelSection(facts: Facts, placed: readonly PlacedFigure[]): string {
  const reason = facts.noModel === null ? '' : emptyHtml(`${sentence(facts.noModel)}`)
  const views = facts.models.map((model) => {
    const { objective, trials, r2, noise, room } = model
    const name = facts.models.length > 1 ? `<h3>${briefWords(objective)}</h3>` : ''
    return (
      name +
      terms([
        ['made of', `${trials} trials`],
        ['predicts left-out values', `R² ${r2.toFixed(2)} (1: exactly)`],
        ['one measurement', noise > 0 ? `± ${roughNumber(noise)}` : 'no noise was found'],
        ...(room === null
          ? []
          : [
              [
                'room left',
                `${roughNumber(room.middle)} (80 %: ${roughNumber(room.low)} to ${roughNumber(room.high)})`,
              ] as [string, string],
            ]),
      ])
    )
  })
  return figuresSection(facts, 'model', placed, reason + views.join(''))
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`

/** The definition of the study, and how this report is made again. */
export function dataSection({ study, version }: Facts, { again, hidden }: PageOptions): string {
  const lines = spaceLines(study.space)
  return sectionHtml(
    'download',
    'Data',
    'Can I have it?',
    '<div id="downloads"></div>' +
      '<p>All of it is in this file: the element <code>data</code> holds the trials, the models and the advice as ' +
      'JSON.</p>' +
      terms([
        ['space', `<pre><code>${lines.map(escaped).join('\n')}</code></pre>`],
        ...study.where.map((text): [string, string] => ['where', `<code>${briefWords(text, 400)}</code>`]),
        ['sampler', `${briefWords(study.sampler)}, seed ${study.seed}`],
        ...(study.pruner === null ? [] : [['pruner', briefWords(study.pruner)] as [string, string]]),
        ['created', words(study.time)],
        ['made by', `anthill ${words(version)}`],
        ...(hidden.length === 0 ? [] : [['hidden', hidden.map((name) => words(name)).join(', ')] as [string, string]]),
      ]) +
      (again === null ? '' : `<p>Make it again:</p>${copyLine(again)}`),
  )
}
