/**
 * The page: one HTML file that holds a study. It is complete before its script runs; the script only adds to it.
 *
 * What the script may rely on:
 *
 * - `<script type="application/json" id="data">` holds what `unfolded` of `embedded.ts` reads: the facts, the trials,
 *   the models, advice, failures and options. `pageFigures(facts)` makes the figures that stand in the page.
 * - Sections have the ids `answer`, `advice`, `history`, `parameters`, `importance`, `pairs`, `parallel`, `front`,
 *   `failures`, `model`, `workers`, `curves`, `distribution`, `trials` and `download`.
 * - `<figure id="figure-ID" data-figure="ID">` holds a `figcaption` (title and question), `.plot` with the `<svg>`,
 *   `.summary`, and `details.numbers`. What the script draws goes into `.plot`, which has the width to lay it out for.
 * - `pre.copy` is a line to copy. `#table` holds the table of the best trials (`tr[data-trial]` is an index in the
 *   columns), `#table-note` says that it is a part, `#downloads` is empty.
 * - `nav` links to the sections; its last item, `#tools`, is empty.
 * - Each `details` but `.numbers` is open, so that paper has all of it: only the script folds.
 *
 * The policy allows one script and one style, by their hashes, and nothing from elsewhere.
 */

import type { TrialRecord } from '../trial.ts'
import { dataText, embedded } from './embedded.ts'
import type { PageOptions } from './embedded.ts'
import type { PageParts } from './delta.ts'
import type { Facts } from './facts.ts'
import type { Advice } from './piece.ts'
import { answerSection } from './page-answer.ts'
import { pageFigures } from './page-figures.ts'
import type { FigureSection } from './page-figures.ts'
import { headHtml, titleText } from './page-head.ts'
import { adviceSection, dataSection, failuresSection, figuresSection, modelSection } from './page-sections.ts'
import { framed } from './page-frame.ts'
import { trialsSection } from './page-trials.ts'

/** What a page is made of. */
export interface PageContent {
  readonly facts: Facts
  /** Those of the columns, in their order. */
  readonly trials: readonly TrialRecord[]
  readonly imported: readonly TrialRecord[]
  readonly advice: readonly Advice[]
  readonly options: PageOptions
}

/** The sections that the row of links has, by id. */
const LINKS: readonly (readonly [id: string, title: string])[] = [
  ['answer', 'Answer'],
  ['history', 'History'],
  ['parameters', 'Parameters'],
  ['importance', 'Importance'],
  ['pairs', 'Pairs'],
  ['parallel', 'Side by side'],
  ['front', 'Front'],
  ['failures', 'Failures'],
  ['model', 'Model'],
  ['workers', 'Workers'],
  ['curves', 'Curves'],
  ['distribution', 'Distribution'],
  ['trials', 'Trials'],
  ['download', 'Data'],
]

/**
 * The text of the file.
 *
 * @param script  the page's script; nothing in it may end its element
 * @param hashOf  the SHA-256 of a text in UTF-8, in base64
 */
export function pageText(content: PageContent, script: string, hashOf: (text: string) => string): string {
  const { facts, trials, imported, advice, options } = content
  const held = dataText(embedded(facts, trials, imported, advice, options))
  const placed = pageFigures(facts)
  const ids = new Set(placed.map(({ id }) => id))
  const front = Object.keys(facts.study.goals.objectives).length > 1 ? 'front' : null
  const figures = (section: FigureSection): string => figuresSection(facts, section, placed)
  const body = [
    '<a class="skip" href="#main">to the answer</a>',
    headHtml(facts),
    navHtml(front === null ? 'Time' : 'Front'),
    '<main id="main">',
    `<div class="top">${answerSection(facts, trials, options)}${adviceSection(advice, ids)}</div>`,
    figures('history'),
    figures('parameters'),
    figures('importance'),
    figures('pairs'),
    figures('parallel'),
    figures('front'),
    failuresSection(facts, placed, options),
    modelSection(facts, placed),
    figures('workers'),
    figures('curves'),
    figures('distribution'),
    trialsSection(facts, trials, options.links),
    dataSection(facts, options),
    '</main>',
    `<script type="application/json" id="data">${held}</script>`,
  ].join('\n')
  return framed({ title: titleText(facts), mayAsk: false, attributes: '', body }, script, hashOf).text
}

/** The parts of the page that are words about the whole study. A page that is open takes them in place of its own. */
export function pageParts({ facts, trials, advice, options }: PageContent): PageParts {
  const ids = new Set(pageFigures(facts).map(({ id }) => id))
  const answer = answerSection(facts, trials, options)
  return { header: headHtml(facts), answer, advice: adviceSection(advice, ids) }
}

const navHtml = (front: string): string =>
  `<nav aria-label="Sections"><ul>${LINKS.map(
    ([id, title]) => `<li><a href="#${id}">${id === 'front' ? front : title}</a></li>`,
  ).join('')}<li id="tools"></li></ul></nav>\n`
