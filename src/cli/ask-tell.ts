/** `anthill ask-tell`: the optimiser alone, over JSON lines on standard input and output. */

import { createInterface } from 'node:readline'
import { readWords } from './arguments.ts'
import { UsageError } from './failure.ts'
import { printHelp } from './screen.ts'

const usage = `Usage: anthill ask-tell [--seed N]

  printf '%s\\n' '{"space": {"x": {"type": "float", "low": 0, "high": 1}}}' \\
      '{"ask": 2}' | anthill ask-tell --seed 1

The optimiser without a folder: one JSON object a line on standard input, one
answer a line on standard output.

  {"space": {...}, "minimize": true, "budget": 100}
                                 {"ok": true}
  {"ask": 2}                     {"trials": [{"id", "config"}, ...]}
  {"tell": [{"id", "value"}, {"id", "failed": "why"}, {"config", "value"}]}
                                 {"ok": true}
  {"best": 1}                    {"best": {"config", "value"}} or {"best": null}
  anything wrong                 {"error": "what, and what to do"}

      --seed N       the same seed and answers give the same questions
      --json         changes nothing: it speaks nothing else

Exit status: 0 at the end of its input, 1 failed, 2 usage.
`

/** Answers lines until standard input ends. */
export async function askTell(words: readonly string[]): Promise<number> {
  const read = readWords('ask-tell', words, { seed: { kind: 'text' } })
  if (read.has('help')) return printHelp(usage)
  if (read.plain.length > 0)
    throw new UsageError(`unexpected argument '${read.plain[0]}': it reads standard input`, 'anthill ask-tell --help')
  const seed = read.count('seed', 0)
  const { answer, conversation } = await import('../interop/ask-tell.ts')
  const state = conversation(seed)
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    if (line.trim() !== '') process.stdout.write(`${JSON.stringify(answer(state, line))}\n`)
  }
  return 0
}
