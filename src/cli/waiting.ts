/** What a run says while it waits for the trials of workers that give no sign of life. */

import { shortDuration } from '../report/number-text.ts'
import type { Study } from '../study/study.ts'
import type { Config } from '../trial.ts'

/** How often to look whether the run waits. Most waits are over before the first look. */
const LOOK_MS = 1000

/** How often the same wait is told again. */
const AGAIN_MS = 60_000

/** How many of the trials are named in one line. */
const MOST_NAMES = 3

/** Says every minute what the study waits for, until the function that it returns is called. */
export function sayWaits(study: Pick<Study<Config>, 'silent'>, say: (line: string) => void): () => void {
  let told = ''
  let toldMs = -Infinity
  const timer = setInterval(() => {
    const { silent } = study
    if (silent.length === 0) return
    const what = silent.map(({ number, worker }) => `${number} ${worker}`).join()
    if (what === told && performance.now() - toldMs < AGAIN_MS) return
    told = what
    toldMs = performance.now()
    say(silenceLine(silent))
  }, LOOK_MS).unref()
  return () => clearInterval(timer)
}

/** One line about the trials that a run waits for. */
export function silenceLine(silent: Study<Config>['silent']): string {
  const [first] = silent
  if (first === undefined) return ''
  const names = silent.slice(0, MOST_NAMES).map(({ number, worker }) => `trial ${number} by ${worker}`)
  const more = silent.length > MOST_NAMES ? ` and ${silent.length - MOST_NAMES} more` : ''
  const times = `silent ${shortDuration(first.silentMs)}, taken over in ${shortDuration(first.takenOverInMs)}`
  return `waiting  for ${names.join(', ')}${more}, ${times}`
}
