/** `anthill best`: the best finished trial. */

import { assignmentLines, flagsText, onOneLine, parameterTexts } from '../space/words.ts'
import { bestLine, modelLine, modelPairs } from '../report/status-text.ts'
import { aligned } from '../report/table.ts'
import { valuePairs } from '../report/trial-table.ts'
import { configText } from '../space/canonical.ts'
import { readWords } from './arguments.ts'
import { NothingThere, UsageError } from './failure.ts'
import { openToRead } from './opening.ts'
import { answer, printHelp } from './screen.ts'
import { commandOn, studyOption, whichStudy } from './which-study.ts'

const usage = `Usage: anthill best [DIR | -s DIR] [--model] [--format FORMAT] [--json]

  anthill best runs/mnist
  python train.py $(anthill best -s runs/mnist --format flags)
  cd "$(anthill best runs/mnist --format dir)"
  anthill best runs/mnist --model

The best finished trial of a study, from anywhere, while others run or later.

  -s, --study DIR    the study (default: ANTHILL_STUDY, else ./anthill-study)
      --model        of noisy values the best is the luckiest: take the trial
                     whose predicted mean is best, with the mean's 95 %
                     interval; without noise it is the best trial all the same
      --format FORMAT
          flags   --lr 0.01 --opt adam      quoted for a shell
          env     lr=0.01                   one shell assignment a line
          json    the configuration, as its config.json has it
          dir     the path of its directory
      --json         {"id", "number", "value", "config", "directory"}; several
                     objectives also as "values" by name; --model adds "model":
                     {"isNoisy", "trials", "mean": {"value", "low", "high"}}

The first objective decides which trial is the best.

Exit status: 0 printed, 1 failed, 2 usage, 4 no such study or no result yet.
`

/** Prints the best trial. */
export async function best(words: readonly string[]): Promise<number> {
  const read = readWords('best', words, { ...studyOption, format: { kind: 'text' }, model: { kind: 'flag' } })
  if (read.has('help')) return printHelp(usage)
  const format = read.text('format')
  if (format !== undefined && !['flags', 'env', 'json', 'dir'].includes(format)) {
    throw new UsageError(`unknown format '${format}': there are flags, env, json, dir`, 'anthill best --help')
  }
  if (format !== undefined && read.has('json'))
    throw new UsageError('--format and --json are two answers: keep one of them')
  const study = await openToRead(whichStudy('best', read, true))
  try {
    const recommended = read.has('model') ? await study.recommend() : undefined
    const found = recommended ?? (await study.best())
    if (found === undefined)
      throw new NothingThere(`no trial of '${study.directory}' has a result yet`, commandOn('status', study.directory))
    if (read.has('json'))
      answer({ ...bestLine(found), ...(recommended === undefined ? {} : { model: modelLine(recommended) }) })
    else if (format === undefined) {
      const head: [string, string][] = [
        ...valuePairs(found),
        ...(recommended === undefined ? [] : modelPairs(recommended)),
        ['trial', `${found.number ?? 'without number'} (${found.id})`],
        ['directory', found.directory],
      ]
      const parameters = [...parameterTexts(study.space, found.config)].map(([name, text]): [string, string] => [
        name,
        onOneLine(text),
      ])
      process.stdout.write(`${[...aligned(head), '', ...aligned(parameters).map((line) => `  ${line}`)].join('\n')}\n`)
    } else if (format === 'flags') process.stdout.write(`${flagsText(study.space, found.config)}\n`)
    else if (format === 'env')
      process.stdout.write(`${assignmentLines(parameterTexts(study.space, found.config)).join('\n')}\n`)
    else if (format === 'json') process.stdout.write(`${configText(study.space, found.config)}\n`)
    else process.stdout.write(`${found.directory}\n`)
    return 0
  } finally {
    await study.close()
  }
}
