/** `anthill best`: the best finished trial. */

import { StudyError } from '../errors.ts'
import { commandOn } from '../report/command-text.ts'
import { bestLine, betterLine, betterText, modelLine, modelPairs, noBestReason } from '../report/status-text.ts'
import { aligned } from '../report/table.ts'
import { valuePairs } from '../report/trial-table.ts'
import { numberWithin, roughNumber } from '../report/number-text.ts'
import { halfOf, meanOf, pooledVariance } from '../sampler/race.ts'
import { configText } from '../space/canonical.ts'
import { checkShellNames } from '../space/shell-names.ts'
import { assignmentLines, flagsText, onOneLine, parameterTexts } from '../space/words.ts'
import type { Study } from '../study/study.ts'
import type { Space } from '../space/parameter.ts'
import type { Config, TrialRecord } from '../trial.ts'
import type { Options, Words } from './arguments.ts'
import { NothingThere, UsageError, withNext } from './failure.ts'
import { STUDY_OPTION } from './positionals.ts'
import { printData, printJson, printLines, printableJson, say } from './screen.ts'
import { lookAtStudy } from './verb.ts'

const USAGE = `Usage: anthill best [DIR | -s DIR] [--model] [--format FORMAT] [--json]

  anthill best runs/mnist
  python train.py $(anthill best -s runs/mnist --format flags)
  cd "$(anthill best runs/mnist --format dir)"
  anthill best runs/mnist --model

The best finished trial of a study so far. Other trials may still be running.

  -s, --study DIR    the study (default: ANTHILL_STUDY, else ./anthill-study)
      --model        if values are noisy, the best one was also lucky: choose
                     the trial with the best predicted mean instead, and print
                     that mean with its 95 % interval; without noise, the best
                     trial, and whether luck may have made it the best; bounds
                     on noisy outputs must be met by their predicted means too
      --format FORMAT
          flags   --lr 0.01 --opt adam      quoted for a shell
          env     lr=0.01                   one shell assignment per line
          json    the config, as in its config.json
          dir     the path of its directory
      --json         {"id", "number", "value", "config", "directory"}; several
                     objectives also as "values" by name, and what it said
                     beside them as "outputs"; an imported result that is
                     better as "betterImported"; of a config that was measured
                     more than once "measured": {"n", "mean", "half"}, where
                     half is that of its 95 % interval; --model adds "model":
                     {"isNoisy", "luck", "trials",
                     "mean": {"value", "low", "high"}}, and "judged", the noisy
                     outputs with bounds; luck: none, unknown, likely

The first objective decides which trial is the best, or what --prefer said. A
trial that breaks a constraint is never the best. If its directory or its record
is gone, that is an error (1), which says what to do.

Exit status: 0 printed, 1 failed, 2 usage, 4 no such study or no result yet.
`

const OPTIONS = {
  ...STUDY_OPTION,
  format: { kind: 'text', values: ['flags', 'env', 'json', 'dir'] },
  model: { kind: 'flag' },
} as const satisfies Options

export const best = lookAtStudy({ usage: USAGE, options: OPTIONS, check: checkOutput, look: printBest })

function checkOutput(words: Words): void {
  if (words.has('format') && words.has('json'))
    throw new UsageError('--format and --json both choose the output; keep one of them')
}

type Best = NonNullable<Awaited<ReturnType<Study<Config>['best']>>>
type Recommended = NonNullable<Awaited<ReturnType<Study<Config>['recommend']>>>

async function printBest(study: Study<Config>, words: Words): Promise<number> {
  const format = words.text('format')
  const recommended = words.has('model') ? await study.recommend() : undefined
  const found = recommended ?? (await study.best())
  if (found === undefined) throw new NothingThere(await whyNone(study), commandOn('status', study.directory))
  const loss = await study.lossOf(found.number ?? found.id)
  if (loss !== undefined) {
    const label = `trial ${found.number ?? found.id} is the best one that the logs know`
    const error = new StudyError('DAMAGED', `${label}, but ${loss.words}; ${loss.remedy}`)
    throw withNext(error, commandOn('doctor', study.directory))
  }
  const { space } = study
  // It has no directory, so it is only named.
  const better = recommended === undefined ? (await study.status()).betterImported : null
  if (better !== null && !words.has('json')) say(betterText(space, better))
  const isWhole = words.has('json') || format === undefined
  const measured = isWhole ? measuredOf(space, await study.trials(), found.config) : undefined
  if (words.has('json'))
    printJson({
      ...bestLine(found),
      ...betterLine(better),
      ...(measured === undefined ? {} : { measured }),
      ...(recommended === undefined ? {} : { model: modelLine(recommended) }),
    })
  else if (format === 'flags') printData([flagsText(space, found.config)])
  else if (format === 'env') {
    const texts = parameterTexts(space, found.config)
    checkShellNames(texts.keys())
    printData(assignmentLines(texts))
  } else if (format === 'json') printData([configText(space, found.config)], printableJson)
  else if (format === 'dir') printData([found.directory])
  else printLines(sheet(study, found, recommended, measured))
  return 0
}

/** How often a config was measured, the mean of its values, and half of its 95 % interval. */
interface Measured {
  readonly n: number
  readonly mean: number
  readonly half: number
}

/** What several measurements of a config say; undefined if there is only one. */
function measuredOf(space: Space, trials: readonly TrialRecord[], config: Config): Measured | undefined {
  const text = configText(space, config)
  const values = trials
    .filter(({ state, config: other }) => state === 'complete' && configText(space, other) === text)
    .flatMap(({ value }) => value ?? [])
  const n = values.length
  if (n < 2) return undefined
  return { n, mean: meanOf(values), half: halfOf(pooledVariance([values]), n)! }
}

function measuredPair({ n, mean, half }: Measured): [string, string] {
  const around = { low: mean - half, high: mean + half }
  return ['measured', `${n} times: ${numberWithin(around, mean)} ± ${roughNumber(half)} (95 %)`]
}

/** The best trial for a person: its values and its place, then its parameters. */
function sheet(
  { space, goals }: Study<Config>,
  found: Best,
  recommended: Recommended | undefined,
  measured: Measured | undefined,
): string[] {
  const head: [string, string][] = [
    ...valuePairs(found),
    ...(measured === undefined ? [] : [measuredPair(measured)]),
    ...(recommended === undefined ? [] : modelPairs(goals, recommended)),
    ['trial', `${found.number ?? 'without number'} (${found.id})`],
    ['directory', found.directory],
  ]
  const texts = [...parameterTexts(space, found.config)]
  const parameters = texts.map(([name, text]): [string, string] => [name, onOneLine(text)])
  return [...aligned(head), '', ...aligned(parameters).map((line) => `  ${line}`)]
}

/** The reason why a study has no best trial. */
async function whyNone(study: Study<Config>): Promise<string> {
  const { trials, betterImported } = await study.status()
  if (betterImported !== null)
    return `no trial of '${study.directory}' has a result yet; ${betterText(study.space, betterImported)}`
  const reason = noBestReason(study.goals, trials.complete)
  return reason === undefined ? `no trial of '${study.directory}' has a result yet` : `'${study.directory}': ${reason}`
}
