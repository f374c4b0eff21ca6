/** `anthill best`: the best finished trial. */

import { assignmentLines, flagsText, onOneLine, parameterTexts } from '../space/words.ts'
import { bestLine } from '../report/status-text.ts'
import { aligned, valuePairs } from '../report/trial-table.ts'
import { configText } from '../space/canonical.ts'
import { readWords } from './arguments.ts'
import { NothingThere, UsageError } from './failure.ts'
import { openToRead } from './opening.ts'
import { answer, printHelp } from './screen.ts'
import { commandOn, studyOption, whichStudy } from './which-study.ts'

const usage = `Usage: anthill best [DIR | -s DIR] [--format FORMAT] [--json]

  anthill best runs/mnist
  python train.py $(anthill best -s runs/mnist --format flags)
  cd "$(anthill best runs/mnist --format dir)"

The best finished trial of a study, from anywhere, while others run or later.

  -s, --study DIR    the study (default: ANTHILL_STUDY, else ./anthill-study)
      --format FORMAT
          flags   --lr 0.01 --opt adam      quoted for a shell
          env     lr=0.01                   one shell assignment a line
          json    the configuration, as its config.json has it
          dir     the path of its directory
      --json         {"id", "number", "value", "config", "directory"}; several
                     objectives also as "values" by name

The first objective decides which trial is the best.

Exit status: 0 printed, 1 failed, 2 usage, 4 no such study or no result yet.
`

/** Prints the best trial. */
export async function best(words: readonly string[]): Promise<number> {
  const read = readWords('best', words, { ...studyOption, format: { kind: 'text' } })
  if (read.has('help')) return printHelp(usage)
  const format = read.text('format')
  if (format !== undefined && !['flags', 'env', 'json', 'dir'].includes(format)) {
    throw new UsageError(`unknown format '${format}': there are flags, env, json, dir`, 'anthill best --help')
  }
  if (format !== undefined && read.has('json')) throw new UsageError('--format and --json are two answers: keep one of them')
  const study = await openToRead(whichStudy('best', read, true))
  try {
    const found = await study.best()
    if (found === undefined) throw new NothingThere(`no trial of '${study.directory}' has a result yet`, commandOn('status', study.directory))
    if (read.has('json')) answer(bestLine(found))
    else if (format === undefined) {
      const head: [string, string][] = [
        ...valuePairs(found),
        ['trial', `${found.number ?? 'without number'} (${found.id})`],
        ['directory', found.directory],
      ]
      const parameters = [...parameterTexts(study.space, found.config)].map(([name, text]): [string, string] => [name, onOneLine(text)])
      process.stdout.write(`${[...aligned(head), '', ...aligned(parameters).map((line) => `  ${line}`)].join('\n')}\n`)
    } else if (format === 'flags') process.stdout.write(`${flagsText(study.space, found.config)}\n`)
    else if (format === 'env') process.stdout.write(`${assignmentLines(parameterTexts(study.space, found.config)).join('\n')}\n`)
    else if (format === 'json') process.stdout.write(`${configText(study.space, found.config)}\n`)
    else process.stdout.write(`${found.directory}\n`)
    return 0
  } finally {
    await study.close()
  }
}
