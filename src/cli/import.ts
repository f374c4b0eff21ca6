/** `anthill import`: learns results from elsewhere. */

import { basename } from 'node:path'
import type { OldRow, Readout } from '../interop/old-results.ts'
import { commandOn } from '../report/command-text.ts'
import { parseWhere } from '../space/where.ts'
import type { OldResult } from '../study/learn.ts'
import type { Study } from '../study/study.ts'
import type { Config } from '../trial.ts'
import { helpOf } from './arguments.ts'
import type { Options, Words } from './arguments.ts'
import { EXIT_STATUS, UsageError } from './failure.ts'
import { openToRead, openToSteer } from './opening.ts'
import { STUDY_OPTION, studyDirectory } from './positionals.ts'
import { contentOf } from './result-file.ts'
import { printJson, say } from './screen.ts'
import type { Verb } from './verb.ts'

/** How many wrong rows are printed. */
const MOST_SHOWN = 20

const USAGE = `Usage: anthill import [-s DIR] FILE ... [--dry-run] [--name NAME] [--json]

  anthill import -s runs/mnist last-year.csv
  anthill import -s runs/mnist runs/mnist-2025
  anthill import -s runs/mnist optuna.log --dry-run

Learns results from elsewhere. The sampler sees them as trials; they have no
number and no directory, are outside the budget, and are never the best. All of
them are imported or, if a row is wrong, none. What is there already counts
once, so the same line may be typed again.

A FILE is one of these; its content says which:
  - CSV with commas, semicolons or tabs; the first line names the columns
  - JSON, an array of objects, or one object per line
  - a journal of Optuna; trials that have ended count
  - the directory of another study
A column is a parameter by its name (lr, optimizer.lr), or as param.lr,
params_lr or p:lr. The value is in the column value, objective or the
objective's own name, several in value.NAME; output.NAME is what a trial said
beside it. state is complete, pruned or failed; without it, a row has a value.
'anthill ls --csv' and '--json' of another study fit.

  -s, --study DIR    the study (default: ANTHILL_STUDY, else ./anthill-study)
      --dry-run      only say what would be imported, and which rows are wrong
      --name NAME    which study of a journal
      --json         {"imported", "known", "unended", "unused", "wrong":
                     [{"file", "line", "reason"}]}

Exit status: 0 imported, 1 failed, 2 usage or a wrong row, 4 no such study.
`

const OPTIONS = {
  ...STUDY_OPTION,
  'dry-run': { kind: 'flag' },
  name: { kind: 'text' },
} as const satisfies Options

/** The verb; the name `import` is a word of the language. */
export const importing: Verb = { usage: USAGE, options: OPTIONS, run: importFiles }

interface WrongRow {
  readonly file: string
  /** The line of a file, the place in an array from 1, or the number of a study's trial. */
  readonly line: number
  readonly reason: string
}

/** What all files have. */
interface Gathered {
  readonly results: OldResult[]
  readonly wrong: WrongRow[]
  readonly unused: Set<string>
  /** Which of the files are directories of studies. */
  readonly studies: Set<string>
  unended: number
}

async function importFiles(words: Words): Promise<number> {
  if (words.plain.length === 0) throw new UsageError('nothing to import; give a file, or a study', helpOf('import'))
  const isDry = words.has('dry-run')
  const directory = studyDirectory(words)
  const study = await (isDry ? openToRead : openToSteer)(directory, 'import', [])
  try {
    const gathered: Gathered = { results: [], wrong: [], unused: new Set(), studies: new Set(), unended: 0 }
    for (const path of words.plain) await gather(study, path, words.text('name'), gathered)
    const { results, wrong, unended, unused } = gathered
    const isRight = wrong.length === 0
    const { learned, known } =
      isRight && !isDry ? await study.learn(results) : { learned: isRight ? results.length : 0, known: 0 }
    if (words.has('json')) printJson({ imported: isDry ? 0 : learned, known, unended, unused: [...unused], wrong })
    else tell(gathered, { learned, known, isDry }, directory)
    return isRight ? EXIT_STATUS.done : EXIT_STATUS.usage
  } finally {
    await study.close()
  }
}

/** Reads one file or study, and checks each of its results. */
async function gather(study: Study<Config>, path: string, name: string | undefined, to: Gathered): Promise<void> {
  const { parseResult } = await import('../study/learn.ts')
  const { space, objectives } = study
  const where = parseWhere(space, study.where)
  const text = contentOf(path)
  if (text === undefined) to.studies.add(path)
  const readout = await (text === undefined ? readoutOfStudy(study, path) : readoutOf(study, path, text, name))
  const from = basename(path)
  const wrong = readout.wrong.map((row) => ({ file: path, ...row }))
  for (const { line, row } of readout.found) {
    const result = { ...(row as OldRow & { config: Config }), from }
    try {
      parseResult({ space, where, objectives }, result)
      to.results.push(result)
    } catch (error) {
      wrong.push({ file: path, line, reason: (error as Error).message })
    }
  }
  for (const row of wrong.sort((a, b) => a.line - b.line)) to.wrong.push(row)
  to.unended += readout.unended
  for (const column of readout.unused) to.unused.add(column)
}

async function readoutOf(study: Study<Config>, path: string, text: string, name: string | undefined): Promise<Readout> {
  const { readResults } = await import('../interop/read-results.ts')
  try {
    return readResults(text, study, name)
  } catch (error) {
    if (error instanceof RangeError) throw refused(path, error.message)
    throw error
  }
}

async function readoutOfStudy(study: Study<Config>, path: string): Promise<Readout> {
  const { readObjects } = await import('../interop/json-results.ts')
  const other = await openToRead(path, 'status', [])
  try {
    if (other.token === study.token)
      throw refused(path, 'is the study itself, or a copy of it; name another study (its own trials count already)')
    for (const [name, wanted] of Object.entries(study.objectives)) {
      const found = other.objectives[name]
      if (found !== undefined && found !== wanted)
        throw refused(path, `asks to ${found} '${name}', but this study to ${wanted} it; leave it out`)
    }
    const trials = [...(await other.trials()), ...(await other.imported())]
    return readObjects(
      trials.map((trial, k) => [trial.number ?? k, () => trial]),
      study,
    )
  } finally {
    await other.close()
  }
}

const refused = (path: string, words: string): UsageError => new UsageError(`'${path}': ${words}`, helpOf('import'))

/** Says what became of the results, and which rows are wrong. */
function tell(
  { results, wrong, unended, unused, studies }: Gathered,
  { learned, known, isDry }: { readonly learned: number; readonly known: number; readonly isDry: boolean },
  directory: string,
): void {
  if (unused.size > 0) say(`not of this study, and left out: ${[...unused].join(', ')}`)
  if (unended > 0) say(`${unended} not ended yet, and left out`)
  for (const { file, line, reason } of wrong.slice(0, MOST_SHOWN))
    say(`${file}${studies.has(file) ? `, trial ${line}` : `:${line}`}: ${reason}`)
  if (wrong.length > MOST_SHOWN) say(`and ${wrong.length - MOST_SHOWN} more`)
  if (wrong.length > 0) {
    say(`${wrong.length} of ${wrong.length + results.length} rows are wrong; nothing was imported`)
    if (wrong.some(({ file }) => studies.has(file)))
      say('a study with another space can teach this one: see --warm-start in anthill run --help')
  } else if (isDry) say(`${results.length} would be imported; nothing was written`)
  else say(`${learned} imported${knownWords(known)} (${commandOn('ls', directory)})`)
}

/** What was not imported, since the study has it: from before, from somebody else just now, or from another row. */
function knownWords(known: number): string {
  if (known === 0) return ''
  return known === 1 ? ', 1 was there already' : `, ${known} were there already`
}
