/**
 * The script of the page, from the data in it to what moves. It runs when the whole page has been read, and the page is
 * complete without it.
 */

import { unfolded } from '../embedded.ts'
import { followSections } from './sections.ts'
import { stageOf } from './stage.ts'

/** Says to styles that a script runs. */
const RUNS = 'has-script'

start(document.getElementById('data'))

/** Begins with the element that holds the data. */
function start(data: HTMLElement | null): void {
  if (data === null) return
  const page = unfolded(data.textContent ?? '')
  document.documentElement.classList.add(RUNS)
  followSections(stageOf(page))
}
