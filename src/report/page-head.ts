/** The head of the page: what the study is, how far it is, and when that was read. */

import { endedCount } from './status-text.ts'
import type { Facts } from './facts.ts'
import { shortDuration } from './number-text.ts'
import { briefWords, words } from './page-words.ts'

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** A moment for people: `26 Nov 2026, 17:42 UTC`. */
export function momentText(at: number): string {
  const time = new Date(at)
  if (Number.isNaN(time.getTime())) return 'an unknown time'
  const two = (count: number): string => String(count).padStart(2, '0')
  const date = `${time.getUTCDate()} ${MONTHS[time.getUTCMonth()]} ${time.getUTCFullYear()}`
  return `${date}, ${two(time.getUTCHours())}:${two(time.getUTCMinutes())} UTC`
}

/** What is searched for: `minimize error`. */
export const goalText = ({ study }: Facts): string =>
  Object.entries(study.goals.objectives)
    .map(([name, direction]) => `${direction} ${name}`)
    .join(', ')

/** The title of the browser's window. */
export const titleText = (facts: Facts): string => `${facts.study.name}: ${goalText(facts)}`

/** The header of the page. */
export function headHtml(facts: Facts): string {
  const { study, counts, columns, total, readAt } = facts
  const { trials, budget, workers, left } = counts
  const ended = endedCount(trials)
  const span = spanOf(facts)
  const items = [
    ...(['complete', 'running', 'paused', 'failed', 'pruned', 'interrupted', 'queued'] as const)
      .filter((state) => trials[state] > 0 || state === 'complete')
      .map((state) => `<b>${trials[state]}</b> ${state}`),
    ...(budget === null ? [] : [`<b>${ended}</b> of ${budget} ended`]),
    workersHtml(workers),
    ...(span > 0 ? [`took <b>${shortDuration(span)}</b>`] : []),
    ...(left == null
      ? []
      : [
          `left about <b>${shortDuration(1000 * left.seconds)}</b> ` +
            `(90 %: ${shortDuration(1000 * left.low)} to ${shortDuration(1000 * left.high)})`,
        ]),
    `as of <time datetime="${isoText(readAt)}">${momentText(readAt)}</time>`,
  ].filter((item) => item !== '')
  const thinned =
    columns.count < total
      ? `<p><b>This page has ${columns.count} of ${total} trials:</b> the best, the newest, those that failed, and ` +
        'as many of the rest as have room, evenly. <code>--all</code> puts all of them into the file.</p>'
      : ''
  return (
    `<header><h1>${briefWords(study.name)} <small>${briefWords(goalText(facts), 200)}</small></h1>\n` +
    `<ul class="facts">${items.map((item) => `<li>${item}</li>`).join('')}</ul>\n${thinned}` +
    '<noscript><p class="muted">Scripts are off: everything can be read; hovering, filtering and the whole table of ' +
    'trials need them.</p></noscript></header>\n'
  )
}

const isoText = (at: number): string => (Number.isFinite(at) ? new Date(at).toISOString() : '')

function workersHtml({ live, silent, done }: Facts['counts']['workers']): string {
  const all = live + silent + done
  if (all === 0) return ''
  const noun = all === 1 ? 'worker' : 'workers'
  if (live === 0 && silent === 0) return `<b>${all}</b> ${noun}, done`
  return `<b>${live}</b> ${live === 1 ? 'worker' : 'workers'} live${silent > 0 ? `, <b>${silent}</b> silent` : ''}`
}

/** From the first beginning of a trial to the last end, in milliseconds; NaN if nothing has begun. */
function spanOf({ columns, readAt, counts }: Facts): number {
  const ends = counts.trials.running > 0 ? [readAt] : []
  let [first, last] = [Infinity, Math.max(-Infinity, ...ends)]
  for (let i = 0; i < columns.count; i++) {
    if (columns.started[i]! < first) first = columns.started[i]!
    if (columns.ended[i]! > last) last = columns.ended[i]!
  }
  return last - first
}

/** The name of a trial in a sentence. */
export const trialName = ({ columns }: Facts, index: number): string =>
  Number.isNaN(columns.number[index]!)
    ? `the trial ${columns.id[index]!.slice(0, 8)}`
    : `trial ${columns.number[index]}`

/** A trial's name, linked to its directory if links are wanted. Its id is 20 digits; anything else is not linked. */
export function trialLink(facts: Facts, index: number, links: string | null, text = trialName(facts, index)): string {
  const id = facts.columns.id[index]!
  if (links === null || !/^[0-9a-f]{20}$/.test(id)) return words(text)
  return `<a href="${words(links)}${id}/">${words(text)}</a>`
}
