/** The sections of the page below the answer. */

import { escaped } from './escape.ts'
import type { PageOptions } from './embedded.ts'
import type { Facts } from './facts.ts'
import type { Advice } from './piece.ts'
import type { Figure } from './figure.ts'
import { shortNumber } from './number-text.ts'
import type { FigureSection, PlacedFigure } from './page-figures.ts'
import { SMALL } from './page-figures.ts'
import { trialLink } from './page-head.ts'
import { briefWords, copyLine, emptyHtml, sectionHtml, terms, words } from './page-words.ts'
import { spaceLines } from './space-text.ts'
import { svgText } from './svg.ts'

/** So much advice is open; the rest is folded. */
const MOST_ADVICE = 5

/** Failures that ended differently are listed up to this many groups. */
const MOST_GROUPS = 12

/** Figures beyond this many of a kind are folded. */
const MOST_SMALL = 12

/** The heading and the question of each section of figures, and what it says where it has none. */
const FIGURE_SECTIONS: Readonly<Record<FigureSection, readonly [title: string, question: string, none: string]>> = {
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

/** One figure: its title, its question, its picture, and a sentence with its numbers. */
export function figureHtml({ figure, width, height }: PlacedFigure): string {
  const { id, title, question, summary, empty } = figure
  return (
    `<figure id="figure-${id}" data-figure="${id}"><figcaption><b>${briefWords(title)}</b> ` +
    `<span>${briefWords(question)}</span></figcaption>` +
    `<div class="plot">${svgText(figure, { width, height })}</div>` +
    `${empty === null ? `<p class="summary">${words(summary)}</p>` : ''}${numbersHtml(figure)}</figure>\n`
  )
}

/** The section of some figures: wide ones below each other, small ones side by side; and what else belongs there. */
export function figuresSection(section: FigureSection, placed: readonly PlacedFigure[], more = ''): string {
  const [title, question, none] = FIGURE_SECTIONS[section]
  const own = placed.filter((each) => each.section === section)
  const small = own.filter(({ width }) => width === SMALL.width)
  const wide = own.filter(({ width }) => width !== SMALL.width)
  const rest = small.slice(MOST_SMALL)
  const inner =
    more +
    wide.map(figureHtml).join('') +
    (small.length === 0 ? '' : `<div class="small">${small.slice(0, MOST_SMALL).map(figureHtml).join('')}</div>`) +
    (rest.length === 0
      ? ''
      : `<details open><summary>${rest.length} more</summary><div class="small">` +
        `${rest.map(figureHtml).join('')}</div></details>`)
  return sectionHtml(section, title, question, inner === '' ? emptyHtml(none) : inner)
}

/** The numbers of a figure, for those who cannot see it. */
function numbersHtml(figure: Figure): string {
  void figure
  return ''
}

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
  return figuresSection('failures', placed, `<ul>${groups.join('')}</ul>${rest}`)
}

/** What the models were made of, and how well they predict. */
export function modelSection(facts: Facts, placed: readonly PlacedFigure[]): string {
  const reason = facts.noModel === null ? '' : emptyHtml(`${sentence(facts.noModel)}`)
  const views = facts.models.map((model) => {
    const { objective, trials, r2, noise, room } = model
    const name = facts.models.length > 1 ? `<h3>${briefWords(objective)}</h3>` : ''
    const held = `${shortNumber(Number(r2.toPrecision(2)))} of 1`
    return (
      name +
      terms([
        ['made of', `${trials} trials`],
        ['predicts left-out values', `R² ${held}${r2 < 0.25 ? ': hardly better than their mean' : ''}`],
        ['one measurement', noise > 0 ? `± ${shortNumber(Number(noise.toPrecision(2)))}` : 'no noise was found'],
        ...(room === null
          ? []
          : [
              [
                'room left',
                `${shortNumber(Number(room.middle.toPrecision(2)))} (80 %: ${shortNumber(
                  Number(room.low.toPrecision(2)),
                )} to ${shortNumber(Number(room.high.toPrecision(2)))})`,
              ] as [string, string],
            ]),
      ])
    )
  })
  return figuresSection('model', placed, reason + views.join(''))
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
