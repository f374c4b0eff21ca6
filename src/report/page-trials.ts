/** The table of trials: the best of them. The page's script puts all of them in its place. */

import { tookSeconds } from '../sampler/duration.ts'
import type { TrialRecord } from '../trial.ts'
import type { Facts } from './facts.ts'
import { shortDuration, shortNumber } from './number-text.ts'
import { trialLink } from './page-head.ts'
import { briefWords, emptyHtml, sectionHtml, tableHtml } from './page-words.ts'
import type { HtmlColumn } from './page-words.ts'
import { bestFirst } from './taken.ts'
import { trialsWhere } from './trial-marks.ts'

/** How many trials the table has without a script, and on paper. */
const MOST_ROWS = 50

/** The longest name or value in a cell, in characters. */
const LONGEST_CELL = 40

/** The section with the table. */
export function trialsSection(facts: Facts, trials: readonly TrialRecord[], links: string | null): string {
  const { columns, total, best, recommended } = facts
  const order = bestAndOthers(facts).slice(0, MOST_ROWS)
  if (order.length === 0) return sectionHtml('trials', 'Trials', 'Show me', emptyHtml('There are no trials yet.'))
  const titles: HtmlColumn[] = [
    { title: 'number', isNumber: true },
    { title: 'state' },
    ...[...columns.values.keys()].map((title) => ({ title, isNumber: true })),
    { title: 'took', isNumber: true },
    ...columns.parameters.map(({ label, kind }) => ({ title: label, isNumber: kind !== 'category' })),
  ]
  const rows = order.map((i) => ({
    trial: i,
    ...(i === (recommended < 0 ? best : recommended) ? { kind: 'best' } : {}),
    cells: [
      trialLink(facts, i, links, numberText(columns.number[i]!, columns.id[i]!)),
      stateText(facts, i),
      ...[...columns.values.values()].map((at) => valueText(at[i]!)),
      tookText(trials[i]!),
      ...columns.parameters.map(({ at, words }) =>
        words.length > 0 ? briefWords(words[at[i]!] ?? '–', LONGEST_CELL) : valueText(at[i]!),
      ),
    ],
  }))
  const few =
    order.length < total ? `<p class="muted" id="table-note">The best ${order.length} of ${total} trials.</p>` : ''
  return sectionHtml('trials', 'Trials', 'Show me', `${few}<div id="table">${tableHtml(titles, rows, 'trials')}</div>`)
}

/** The indexes of the trials from the best to the worst; those that cannot be best follow in the order of numbers. */
function bestAndOthers({ columns }: Facts): number[] {
  const others = trialsWhere(columns, (i) => Number.isNaN(columns.worth[i]!))
  return [...bestFirst(columns), ...others]
}

const numberText = (number: number, id: string): string => (Number.isNaN(number) ? id.slice(0, 8) : String(number))

const valueText = (value: number): string => (Number.isNaN(value) ? '–' : shortNumber(value))

function stateText({ columns }: Facts, i: number): string {
  const reason = columns.reason[i]
  if (columns.state[i] === 'failed' && reason !== null) return `failed: ${briefWords(reason!, LONGEST_CELL)}`
  const [broken] = columns.breaks[i]!
  return broken === undefined ? columns.state[i]! : `breaks ${briefWords(broken, LONGEST_CELL)}`
}

function tookText(trial: TrialRecord): string {
  const took = tookSeconds(trial)
  return took === null || took < 0 ? '–' : shortDuration(1000 * took)
}
