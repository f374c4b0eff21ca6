/** Pieces of HTML: words of others, elements, tables. What comes from a study goes through `words` or `attribute`. */

import { escaped } from './escape.ts'
import { shortened } from './label.ts'

/** The longest name or value that a line of the page shows whole, in characters. */
const LONGEST = 120

const charactersOf = (text: string): number => Array.from(text).length

/** A text of the study, isolated so that its direction does not turn the words around it. */
export const words = (text: string): string => (/^[ -~]*$/.test(text) ? escaped(text) : `<bdi>${escaped(text)}</bdi>`)

/** The same, shortened in its middle if it is very long. */
export const briefWords = (text: string, most = LONGEST): string => words(shortened(text, most, charactersOf))

/** A line to copy: the script puts a button beside each. */
export const copyLine = (text: string): string => `<pre class="copy"><code>${escaped(text)}</code></pre>`

/** A list of terms, each with HTML that explains it. */
export const terms = (pairs: readonly (readonly [term: string, html: string])[], kind = ''): string =>
  pairs.length === 0
    ? ''
    : `<dl${kind === '' ? '' : ` class="${kind}"`}>${pairs
        .map(([term, html]) => `<dt>${words(term)}</dt><dd>${html}</dd>`)
        .join('')}</dl>`

export interface HtmlColumn {
  readonly title: string
  readonly isNumber?: boolean
}

/** A table in a box of its own that scrolls. `rows` are of HTML. */
export function tableHtml(
  columns: readonly HtmlColumn[],
  rows: readonly { readonly cells: readonly string[]; readonly kind?: string; readonly trial?: number }[],
  caption: string,
): string {
  const kindOf = ({ isNumber }: HtmlColumn): string => (isNumber === true ? ' class="number-cell"' : '')
  const head = columns.map((column) => `<th scope="col"${kindOf(column)}>${briefWords(column.title, 40)}</th>`).join('')
  const body = rows.map(({ cells, kind, trial }) => {
    const attributes =
      (kind === undefined ? '' : ` class="${kind}"`) + (trial === undefined ? '' : ` data-trial="${trial}"`)
    return `<tr${attributes}>${columns.map((column, k) => `<td${kindOf(column)}>${cells[k] ?? ''}</td>`).join('')}</tr>`
  })
  return (
    `<div class="scroll" tabindex="0" role="region" aria-label="${escaped(caption)}"><table>` +
    `<thead><tr>${head}</tr></thead><tbody>${body.join('\n')}</tbody></table></div>`
  )
}

/** A section with its heading and its question. */
export const sectionHtml = (id: string, title: string, question: string, inner: string): string =>
  `<section id="${id}" class="${id}" aria-labelledby="${id}-heading"><h2 id="${id}-heading">${title}</h2>` +
  `${question === '' ? '' : `<p class="question">${question}</p>`}\n${inner}</section>\n`

/** A sentence in the place of what is not there. */
export const emptyHtml = (sentence: string): string => `<p class="is-empty">${escaped(sentence)}</p>`
