/** `anthill report`: a study as one HTML file. */

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { advice } from '../report/advice.ts'
import { inColumnOrder } from '../report/columns.ts'
import { commandOn } from '../report/command-text.ts'
import { dataText, embedded } from '../report/embedded.ts'
import { pageText } from '../report/page-text.ts'
import type { PageContent } from '../report/page-text.ts'
import { anonymous, withoutValues } from '../report/redacted.ts'
import type { Shown } from '../report/redacted.ts'
import { keptTrials } from '../report/thinning.ts'
import { reportPath } from '../paths.ts'
import { flatten } from '../space/flatten.ts'
import { worthOf } from '../space/goals.ts'
import { didYouMean } from '../space/nearest-name.ts'
import type { Study } from '../study/study.ts'
import type { Config, TrialRecord } from '../trial.ts'
import type { Options, Words } from './arguments.ts'
import { UsageError } from './failure.ts'
import { STUDY_OPTION } from './positionals.ts'
import { readFacts } from './report/dossier.ts'
import { linksTo } from './report/links.ts'
import { logsOf } from './report/logs.ts'
import { writeWhole } from './report/written-file.ts'
import { printLines, printableJson } from './screen.ts'
import { lookAtStudy } from './verb.ts'

const USAGE = `Usage: anthill report [DIR | -s DIR] [-o FILE] [options]

  anthill report runs/mnist                   writes runs/mnist/report.html
  anthill report runs/mnist -o - | gzip > mnist.html.gz
  anthill report runs/mnist --json | jq .advice

One HTML file that opens anywhere: no server, no network, the data inside. It
can be read without its script, printed and mailed.

  -s, --study DIR    the study (default: ANTHILL_STUDY, else ./anthill-study)
  -o, --output FILE  where (default: report.html in the study; -: standard
                     output)
      --no-model     leave out what a model says, which takes seconds
      --forecast     also what the next 50 trials are likely to bring, which
                     takes longer
      --all          every trial, where there are more than 50,000
      --logs         the last lines that failed trials wrote, and the best one
      --redact NAME  hide the values of a parameter; may be repeated
      --anonymous    hide hosts, workers and paths
      --no-links     no links to the directories of trials
      --json         the same as JSON instead of HTML, to standard output if
                     there is no -o: what was read, models and advice

What a program wrote when it failed may hold anything: --redact and --anonymous
leave such lines out.

Exit status: 0 written, 1 failed, 2 usage, 4 no such study.
`

const OPTIONS = {
  ...STUDY_OPTION,
  output: { kind: 'text', short: 'o' },
  'no-model': { kind: 'flag' },
  forecast: { kind: 'flag' },
  all: { kind: 'flag' },
  logs: { kind: 'flag' },
  redact: { kind: 'list' },
  anonymous: { kind: 'flag' },
  'no-links': { kind: 'flag' },
} as const satisfies Options

/** The options that a command needs to make the same report again. */
const REPEATED = ['no-model', 'forecast', 'all', 'logs', 'no-links'] as const

/** The page's script, as the build made it: from src/cli as from dist/cli. */
const SCRIPT = '../../dist/report/page.js'

export const report = lookAtStudy({ usage: USAGE, options: OPTIONS, check: checkOptions, look: writeReport })

function checkOptions(words: Words): void {
  if (words.has('no-model') && words.has('forecast'))
    throw new UsageError('--forecast asks a model, and --no-model leaves it out; keep one of them')
  if (words.has('logs') && (words.has('anonymous') || words.has('redact')))
    throw new UsageError('--logs shows what programs wrote, which may tell what is to be hidden; leave it out')
}

async function writeReport(study: Study<Config>, words: Words): Promise<number> {
  const output = words.text('output')
  const isPrinted = output === '-' || (output === undefined && words.has('json'))
  const path = output === undefined ? reportPath(study.directory) : resolve(output)
  const content = await contentOf(study, words, isPrinted ? null : path)
  const text = words.has('json') ? `${printableJson(jsonText(content))}\n` : pageText(content, script(), sha256)
  if (isPrinted) process.stdout.write(text)
  else {
    writeWhole(path, text, study.directory)
    printLines([`wrote ${path} (${sizeText(Buffer.byteLength(text))})`])
  }
  return 0
}

/** All that the page holds. */
async function contentOf(study: Study<Config>, words: Words, path: string | null): Promise<PageContent> {
  const hidden = words.list('redact')
  checkNames(study, hidden)
  const all = inColumnOrder(await study.trials())
  const trials = words.has('all') ? all : kept(study, all)
  const facts = await readFacts(study, {
    path: study.directory,
    trials: all,
    shown: trials,
    withModels: !words.has('no-model'),
    withForecast: words.has('forecast'),
  })
  const whole: Shown = { facts, trials, imported: await study.imported() }
  const fewer = hidden.length === 0 ? whole : withoutValues(whole, new Set(hidden))
  const shown = words.has('anonymous') ? anonymous(fewer) : fewer
  const links = words.has('no-links') || path === null ? null : linksTo(study.directory, path)
  const isNamed = shown.facts.study.path !== null
  return {
    ...shown,
    advice: advice(shown.facts),
    options: {
      links: isNamed || links === './' ? links : null,
      everyMs: null,
      again: isNamed ? againText(study.directory, words) : null,
      hidden,
      logs: words.has('logs') ? logsOf(study, facts, trials) : {},
    },
  }
}

/** @throws UsageError if the study has no parameter of a name */
function checkNames({ space, directory }: Study<Config>, names: readonly string[]): void {
  const known = flatten(space).map(({ name }) => name)
  const unknown = names.find((name) => !known.includes(name))
  if (unknown === undefined) return
  const hint = didYouMean(unknown, known) || `; it has ${known.slice(0, 20).join(', ')}`
  throw new UsageError(`option '--redact': '${directory}' has no parameter '${unknown}'${hint}`)
}

/** The trials that a page has room for. */
function kept({ goals }: Study<Config>, trials: readonly TrialRecord[]): readonly TrialRecord[] {
  const worth = worthOf(goals)
  const ranked = trials.map(({ state, values, outputs }) => ({
    isFailed: state === 'failed',
    worth: state === 'complete' ? (worth({ ...values, ...outputs }) ?? NaN) : NaN,
  }))
  return keptTrials(ranked).map((index) => trials[index]!)
}

function againText(directory: string, words: Words): string {
  const flags = REPEATED.filter((name) => words.has(name)).map((name) => `--${name}`)
  return commandOn('report', directory, ...flags)
}

const jsonText = ({ facts, trials, imported, advice: said, options }: PageContent): string =>
  dataText(embedded(facts, trials, imported, said, options))

const script = (): string => readFileSync(new URL(SCRIPT, import.meta.url), 'utf8')

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('base64')

const sizeText = (bytes: number): string =>
  bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`
