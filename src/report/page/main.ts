/**
 * The script of the page, from the data in it to what moves. It runs when the whole page has been read, and the page is
 * complete without it.
 */

import { trialCsv } from '../trial-table.ts'

/** Says to styles that a script runs. */
const RUNS = 'has-script'

/** What is embedded. */
interface Embedded {
  readonly format: number
}

start(document.getElementById('data'))

/** Begins with the element that holds the data. */
function start(element: HTMLElement | null): void {
  if (element === null) return
  const read = JSON.parse(element.textContent ?? '{}') as Embedded
  if (read.format === 1) document.documentElement.classList.add(RUNS)
  void trialCsv
}
