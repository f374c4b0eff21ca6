/**
 * The script of the page, from the data in it to what moves. It runs when the whole page has been read, and the page is
 * complete without it. The page of a server has no data yet, and asks for it.
 */

import { unfolded } from '../embedded.ts'
import { follow } from './live.ts'
import { followSections } from './sections.ts'
import { stageOf } from './stage.ts'
import type { Stage } from './stage.ts'

/** Says to styles that a script runs. */
const RUNS = 'has-script'

if (document.body.dataset.feed === undefined) begin()
else void follow(begin)

/** Begins with the element that holds the data. */
function begin(): Stage | undefined {
  const data = document.getElementById('data')
  if (data === null) return undefined
  const stage = stageOf(unfolded(data.textContent ?? ''))
  document.documentElement.classList.add(RUNS)
  followSections(stage)
  return stage
}
