/** `anthill add`: queues configs for the workers to try next. */

import { helpOf } from './arguments.ts'
import type { Words } from './arguments.ts'
import { configOfWords, configsOfFile } from './config-words.ts'
import { UsageError } from './failure.ts'
import { openToWork } from './opening.ts'
import { studyDirectory } from './positionals.ts'
import { printJson, say } from './screen.ts'
import { CREATION_OPTIONS, definitionFromOptions } from './study-options.ts'
import type { Verb } from './verb.ts'

const USAGE = `Usage: anthill add [-s DIR] NAME=VALUE ... [--repeat]
       anthill add [-s DIR] --file ROWS [--repeat]

  anthill add -s runs/mnist lr=1e-3 opt=adam
  anthill add -s runs/mnist --file best-guesses.jsonl

Queues configs for the workers to try next. A parameter that is left out gets
its default. A config that was completed is not tried again, one that failed
gets another attempt, and one that is running is left alone.

  -s, --study DIR    the study (default: ANTHILL_STUDY, else ./anthill-study)
      --file ROWS    one JSON object per line, or one JSON array; - is standard
                     input
      --repeat       try the config once more even if it was completed, to
                     measure noise
      --json         one array of {"id", "state", "number", "value"}
These options create a study that does not exist yet (see anthill help space):
  -p, --param NAME=SPEC, --space FILE, --where CONDITION,
      --fidelity NAME=FROM..TO, --minimize NAME, --maximize NAME,
      --constraint RULE, --prefer WISH, --sampler NAME, --pruner NAME,
      --seed S, --lease TIME, --retries K

Exit status: 0 added, 1 failed, 2 usage, 4 no such study.
`

export const add: Verb = {
  usage: USAGE,
  options: { ...CREATION_OPTIONS, file: { kind: 'text' }, repeat: { kind: 'flag' } },
  run: addConfigs,
}

async function addConfigs(words: Words): Promise<number> {
  const file = words.text('file')
  if (file !== undefined && words.plain.length > 0)
    throw new UsageError('--file and NAME=VALUE both say what to add; keep one of them', helpOf('add'))
  if (file === undefined && words.plain.length === 0)
    throw new UsageError('nothing to add; give NAME=VALUE ... or --file ROWS', helpOf('add'))
  const study = await openToWork(studyDirectory(words), await definitionFromOptions(words))
  try {
    // All of them are checked before the first is added.
    const configs =
      file === undefined ? [configOfWords(study.space, words.plain, 'add')] : configsOfFile(study.space, file)
    const added = []
    for (const config of configs) {
      const { id, state, trial } = await study.enqueue(config, words.has('repeat') ? { repeat: true } : {})
      const number = trial?.number ?? null
      const value = trial?.value ?? null
      added.push({ id, state, number, value })
      if (words.has('json')) continue
      const label = `${id.slice(0, 8)}${number === null ? '' : ` (trial ${number})`}`
      say(state === 'queued' ? `${label} is queued` : `${label} is ${state}${value === null ? '' : `: ${value}`}`)
    }
    if (words.has('json')) printJson(added)
    else if (added.length === 0) say(`'${file}' contains no configs; nothing was added`)
    return 0
  } finally {
    await study.close()
  }
}
