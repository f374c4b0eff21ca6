/** `anthill run --test`: the defaults once, without a study, and what was substituted and read. */

import type { ProgramAnswer } from '../runner/answer.ts'
import { testRun } from '../runner/test-run.ts'
import type { TestRun } from '../runner/test-run.ts'
import { aligned } from '../report/table.ts'
import { parameterTexts, shellWord } from '../space/words.ts'
import { exitStatus } from './failure.ts'
import type { RunPlan } from './run-plan.ts'
import { answer, painter, printable } from './screen.ts'
import { arrived, signalStatus } from './signals.ts'

/** Runs the rehearsal and shows it; the status is 0 when a value was read. */
export async function rehearse({ program, settings }: RunPlan, json: boolean): Promise<number> {
  const trial = await testRun(program, settings)
  const isGood = trial.answer !== undefined && 'values' in trial.answer
  if (json) {
    const { config, argv, environment, code, signal, stdout, stderr } = trial
    answer({
      good: isGood,
      config,
      command: argv,
      environment,
      code,
      signal,
      answer: trial.answer ?? null,
      stdout,
      stderr,
    })
  } else {
    process.stdout.write(`${sheet(trial, settings.space).map(printable).join('\n')}\n`)
    const paint = painter(process.stdout)
    process.stdout.write(`${paint(isGood ? 'green' : 'red', verdict(trial))}\n`)
  }
  if (arrived.ending !== null) return signalStatus[arrived.ending]
  return isGood ? exitStatus.done : exitStatus.failed
}

function sheet(
  { config, argv, environment, stdout, stderr, tookMs }: TestRun,
  space: RunPlan['settings']['space'],
): string[] {
  return [
    'config',
    ...indented(aligned([...parameterTexts(space, config)].map(([name, text]) => [name, shellWord(text)]))),
    'command',
    ...indented([argv.map(shellWord).join(' ')]),
    'environment',
    ...indented(Object.entries(environment).map(([name, text]) => `${name}=${shellWord(text)}`)),
    'standard output',
    ...indented(stdout),
    'standard error',
    ...indented(stderr),
    `took ${(tookMs / 1000).toFixed(1)}s`,
  ]
}

function verdict({ answer, cause, code, signal }: TestRun): string {
  if (answer !== undefined) return answerText(answer)
  if (cause === 'timeout') return 'failed: took longer than --trial-timeout'
  if (cause !== null) return 'ended from here, nothing was read'
  return `failed: ${signal === null ? `exit status ${code}` : `signal ${signal.slice(3)}`}, nothing was read`
}

function answerText(found: ProgramAnswer): string {
  if ('problem' in found) return `failed: ${found.problem}`
  const values = Object.entries(found.values).map(([name, value]) => `${name} = ${value}`)
  const sources = {
    metric: 'found by --metric',
    'value.json': 'from value.json',
    stdout: 'from the last line of output that is an answer',
  }
  return `read: ${values.join(', ')} (${sources[found.source]})`
}

const indented = (lines: readonly string[]): string[] =>
  lines.length === 0 ? ['  (nothing)'] : lines.map((line) => `  ${line}`)
