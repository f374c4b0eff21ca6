/** `anthill add`: configurations that the workers try next. */

import { readWords } from './arguments.ts'
import { configOfWords, configsOfFile } from './config-words.ts'
import { UsageError } from './failure.ts'
import { openToWork } from './opening.ts'
import { answer, printHelp, say } from './screen.ts'
import { definitionOptions, readDefinition } from './study-options.ts'
import { studyDirectory } from './which-study.ts'

const usage = `Usage: anthill add [-s DIR] NAME=VALUE ... [--repeat]
       anthill add [-s DIR] --file ROWS [--repeat]

  anthill add -s runs/mnist lr=1e-3 opt=adam
  anthill add -s runs/mnist --file best-guesses.jsonl

Configurations for the workers to try next. A parameter that is left out takes
its default. One that finished is not tried again, one that failed gets
another attempt, one that runs is left alone.

  -s, --study DIR    the study (default: ANTHILL_STUDY, else ./anthill-study)
      --file ROWS    one JSON object a line, or one JSON array; - is standard
                     input
      --repeat       try it once more although it finished, for noise
      --json         one array of {"id", "state", "number", "value"}
A study that is not there is created by these (see: anthill help space):
  -p, --param NAME=SPEC, --space FILE, --minimize NAME, --maximize NAME,
      --sampler auto|sobol|random|grid, --seed S, --lease TIME, --retries K

Exit status: 0 added, 1 failed, 2 usage, 4 no such study.
`

/** Adds configurations to the queue. */
export async function add(words: readonly string[]): Promise<number> {
  // What is said of asking, and kept nowhere, has nothing to do here.
  const { trials: _trials, repeats: _repeats, ...options } = definitionOptions
  const read = readWords('add', words, { ...options, file: { kind: 'text' }, repeat: { kind: 'flag' } })
  if (read.has('help')) return printHelp(usage)
  const file = read.text('file')
  if (file !== undefined && read.plain.length > 0)
    throw new UsageError('--file and NAME=VALUE are two ways: keep one of them', 'anthill add --help')
  if (file === undefined && read.plain.length === 0)
    throw new UsageError('nothing to add: give NAME=VALUE ... or --file ROWS', 'anthill add --help')
  const study = await openToWork(studyDirectory(read), readDefinition('add', read))
  try {
    // All are checked before the first is added.
    const configs = file === undefined ? [configOfWords(study.space, read.plain)] : configsOfFile(study.space, file)
    const added = []
    for (const config of configs) {
      const { id, state, trial } = await study.enqueue(config, read.has('repeat') ? { repeat: true } : {})
      const number = trial?.number ?? null
      const value = trial?.value ?? null
      added.push({ id, state, number, value })
      if (read.has('json')) continue
      const label = `${id.slice(0, 8)}${number === null ? '' : ` (trial ${number})`}`
      say(state === 'queued' ? `${label} is queued` : `${label} is ${state}${value === null ? '' : `: ${value}`}`)
    }
    if (read.has('json')) answer(added)
    else if (added.length === 0) say(`'${file}' holds no configurations: nothing is added`)
    return 0
  } finally {
    await study.close()
  }
}
