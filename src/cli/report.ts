/** `anthill report`: a study as one HTML file. */

import { resolve } from 'node:path'
import { commandOn } from '../report/command-text.ts'
import { reportPath } from '../paths.ts'
import { flatten } from '../space/flatten.ts'
import { didYouMean } from '../space/nearest-name.ts'
import type { Study } from '../study/study.ts'
import type { Config } from '../trial.ts'
import type { Options, Words } from './arguments.ts'
import { UsageError } from './failure.ts'
import { STUDY_OPTION } from './positionals.ts'
import { contentOf, htmlOf, jsonOf } from './report/content.ts'
import type { ContentOptions } from './report/content.ts'
import { followStudy } from './report/follow.ts'
import { linksTo } from './report/links.ts'
import { writeWhole } from './report/written-file.ts'
import { printLines, printableJson } from './screen.ts'
import { SIGNAL_STATUS } from './signals.ts'
import { lookAtStudy } from './verb.ts'

const USAGE = `Usage: anthill report [DIR | -s DIR] [-o FILE] [options]

  anthill report runs/mnist                   writes runs/mnist/report.html
  anthill report runs/mnist -o - | gzip > mnist.html.gz
  anthill report runs/mnist --follow          keeps it up to date
  anthill report runs/mnist --json | jq .advice

One HTML file that opens anywhere: no server, no network, the data inside. It
can be read without its script, printed and mailed.

  -s, --study DIR    the study (default: ANTHILL_STUDY, else ./anthill-study)
  -o, --output FILE  where (default: report.html in the study; -: standard
                     output)
      --follow       write it again when the study has changed, until its budget
                     is reached; the open page can keep itself up to date
      --every TIME   with --follow, how often to look (default: 30s)
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

Exit status: 0 written, 1 failed, 2 usage, 4 no such study, 130 after INT.
`

const OPTIONS = {
  ...STUDY_OPTION,
  output: { kind: 'text', short: 'o' },
  follow: { kind: 'flag' },
  every: { kind: 'text' },
  'no-model': { kind: 'flag' },
  forecast: { kind: 'flag' },
  all: { kind: 'flag' },
  logs: { kind: 'flag' },
  redact: { kind: 'list' },
  anonymous: { kind: 'flag' },
  'no-links': { kind: 'flag' },
} as const satisfies Options

/** How often a study is looked at that is followed, and how often at most, in milliseconds. */
const EVERY_MS = 30_000
const SHORTEST_MS = 1000

/** The options that a command needs to make the same report again. */
const REPEATED = ['no-model', 'forecast', 'all', 'logs', 'no-links'] as const

export const report = lookAtStudy({ usage: USAGE, options: OPTIONS, check: checkOptions, look: writeReport })

function checkOptions(words: Words): void {
  if (words.has('follow') && (words.has('json') || words.text('output') === '-'))
    throw new UsageError('--follow writes a file again and again; leave --json and -o - out')
  if (words.has('every') && !words.has('follow')) throw new UsageError('--every is for --follow; add that')
  if ((words.duration('every') ?? EVERY_MS) < SHORTEST_MS)
    throw new UsageError(`option '--every': must be at least 1s, got '${words.text('every')}'`)
  if (words.has('no-model') && words.has('forecast'))
    throw new UsageError('--forecast asks a model, and --no-model leaves it out; keep one of them')
  if (words.has('logs') && (words.has('anonymous') || words.has('redact')))
    throw new UsageError('--logs shows what programs wrote, which may tell what is to be hidden; leave it out')
}

async function writeReport(study: Study<Config>, words: Words): Promise<number> {
  checkNames(study, words.list('redact'))
  const output = words.text('output')
  const isPrinted = output === '-' || (output === undefined && words.has('json'))
  const path = output === undefined ? reportPath(study.directory) : resolve(output)
  const options = optionsOf(study, words, isPrinted ? null : path)
  const textOf = async (everyMs: number | null): Promise<string> => {
    const content = await contentOf(study, { ...options, everyMs })
    return words.has('json') ? `${printableJson(jsonOf(content))}\n` : htmlOf(content)
  }
  if (isPrinted) {
    process.stdout.write(await textOf(null))
    return 0
  }
  const write = async (everyMs: number | null): Promise<void> => {
    const text = await textOf(everyMs)
    writeWhole(path, text, study.directory)
    if (everyMs === null) printLines([`wrote ${path} (${sizeText(Buffer.byteLength(text))})`])
  }
  if (words.has('follow')) return await follow(study, words.duration('every') ?? EVERY_MS, write)
  await write(null)
  return 0
}

/** Writes again and again. A signal ends it between two writes, so that no part of a file stays behind. */
async function follow(
  study: Study<Config>,
  everyMs: number,
  write: (everyMs: number | null) => Promise<void>,
): Promise<number> {
  const stop = new AbortController()
  let status = 0
  const end = (signal: 'SIGINT' | 'SIGTERM'): void => {
    status = SIGNAL_STATUS[signal]
    stop.abort()
  }
  process.once('SIGINT', end).once('SIGTERM', end)
  try {
    await followStudy(study, everyMs, write, stop.signal)
  } finally {
    process.off('SIGINT', end).off('SIGTERM', end)
  }
  return status
}

function optionsOf({ directory }: Study<Config>, words: Words, path: string | null): Omit<ContentOptions, 'everyMs'> {
  return {
    hidden: words.list('redact'),
    isAnonymous: words.has('anonymous'),
    withModels: !words.has('no-model'),
    withForecast: words.has('forecast'),
    withLogs: words.has('logs'),
    isWhole: words.has('all'),
    links: words.has('no-links') || path === null ? null : linksTo(directory, path),
    again: againText(directory, words),
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

function againText(directory: string, words: Words): string {
  const flags = REPEATED.filter((name) => words.has(name)).map((name) => `--${name}`)
  return commandOn('report', directory, ...flags)
}

const sizeText = (bytes: number): string =>
  bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`
