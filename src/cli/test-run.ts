/** `anthill run --test`: runs the defaults once, without a study, and shows what was substituted and read. */

import type { ProgramAnswer } from '../runner/answer-order.ts'
import { exitWords } from '../runner/exit-words.ts'
import { testRun } from '../runner/test-run.ts'
import type { TestRun } from '../runner/test-run.ts'
import { spaceLines } from '../report/space-text.ts'
import { aligned } from '../report/table.ts'
import type { Space } from '../space/parameter.ts'
import { unreachedEnds } from '../space/unreached.ts'
import { parameterTexts, shellWord } from '../space/words.ts'
import { EXIT_STATUS } from './failure.ts'
import type { RunPlan } from './run-plan.ts'
import { painter, printJson, printLines, printable } from './screen.ts'
import { SIGNAL_STATUS, arrivedSignals } from './signals.ts'

/** Does the test run, at the lowest rung of a fidelity, and shows it. The exit status is 0 if a value was read. */
export async function showTestRun({ program, settings }: RunPlan, isJson: boolean, rung?: number): Promise<number> {
  const test = await testRun(program, settings, rung)
  const isGood = test.answer !== undefined && 'values' in test.answer
  if (isJson) {
    const { config, argv: command, environment, code, signal, answer = null, stdout, stderr } = test
    printJson({ good: isGood, config, command, environment, code, signal, answer, stdout, stderr })
  } else {
    const paint = painter(process.stdout)
    const lines = sheet(test, settings.space).map(printable)
    printLines([...lines, paint(isGood ? 'green' : 'red', verdict(test))])
  }
  if (arrivedSignals.ending !== null) return SIGNAL_STATUS[arrivedSignals.ending]
  return isGood ? EXIT_STATUS.done : EXIT_STATUS.failed
}

function sheet({ config, argv, environment, stdout, stderr, left, tookMs }: TestRun, space: Space): string[] {
  const parameters = [...parameterTexts(space, config)].map(([name, text]) => [name, shellWord(text)] as const)
  return [
    'parameters',
    ...indented([...spaceLines(space), ...unreachedEnds(space)]),
    'config',
    ...indented(aligned(parameters)),
    'command',
    ...indented([argv.map(shellWord).join(' ')]),
    'environment',
    ...indented(Object.entries(environment).map(([name, text]) => `${name}=${shellWord(text)}`)),
    'standard output',
    ...indented(stdout),
    'standard error',
    ...indented(stderr),
    ...(left.length === 0 ? [] : ['left running at its end, and ended now', ...indented(left)]),
    `took ${(tookMs / 1000).toFixed(1)}s`,
  ]
}

function verdict({ answer, cause, code, signal }: TestRun): string {
  if (answer !== undefined) return answerText(answer)
  if (cause === 'timeout') return 'failed: it took longer than --trial-timeout'
  if (cause !== null) return 'ended by a signal to anthill; nothing was read'
  return `failed: ${exitWords({ code, signal })}; nothing was read`
}

function answerText(found: ProgramAnswer): string {
  if ('problem' in found) return `failed: ${found.problem}`
  if (found.isPruned === true) return 'read: it was pruned'
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
