/** `anthill ask-tell`: the optimizer alone, over JSON lines on standard input and output. */

import { createInterface } from 'node:readline'
import { helpOf } from './arguments.ts'
import type { Words } from './arguments.ts'
import { UsageError } from './failure.ts'
import { SAMPLER_OPTION, samplerFromOption } from './sampler-option.ts'
import { printJson } from './screen.ts'
import type { Verb } from './verb.ts'

const USAGE = `Usage: anthill ask-tell [--seed N] [--sampler NAME]

  printf '%s\\n' '{"space": {"x": {"type": "float", "low": 0, "high": 1}}}' \\
      '{"ask": 2}' | anthill ask-tell --seed 1

The optimizer without a directory. It reads one JSON object per line from
standard input, and prints one answer per line to standard output.

  {"space": {...}, "minimize": true, "budget": 100}
                                 {"ok": true}
  {"ask": 2}                     {"trials": [{"id", "config"}, ...]}
  {"tell": [{"id", "value"}, {"id", "failed": "why"}, {"config", "value"}]}
                                 {"ok": true}
  {"best": 1}                    {"best": {"config", "value"}} or {"best": null}
  {"predict": {config}}          {"predict": {"value", "low", "high"}}, or null
                                 while there are too few values for a model
  anything wrong                 {"error": "what is wrong; what to do"}

With a "budget", no more than that many configs are given. Beside the space may
be "where": ["a * b <= 10"], conditions that every config meets (see anthill
help where), and, in place of "minimize", several objectives:

  "objectives": {"loss": "minimize", "latency": "minimize"},
  "constraints": {"memory": {"atMost": 16}, "valid": true},
  "prefer": {"weights": {"loss": 1, "latency": 0.1}}

Then a result has "values", all that a trial says by name, as in {"id",
"values": {"loss": 0.1, "latency": 3, "memory": 12}}; {"best": 1} has "values"
and "outputs" too, {"predict": {config}} an interval by name, and {"front": 1}
gives {"front": [{"config", "values", "outputs"}, ...]}.

      --seed N       with the same seed and the same results it suggests the
                     same configs
      --sampler NAME auto, sobol, random or grid, with options: see
                     anthill help sampler (default: auto)
      --json         changes nothing: the output is always JSON

Exit status: 0 at the end of its input, 1 failed, 2 usage.
`

export const askTell: Verb = {
  usage: USAGE,
  options: { seed: { kind: 'text' }, sampler: SAMPLER_OPTION },
  run: answerLines,
}

/** Answers lines until standard input ends. */
async function answerLines(words: Words): Promise<number> {
  const [surplus] = words.plain
  if (surplus !== undefined)
    throw new UsageError(`unexpected argument '${surplus}'; ask-tell reads standard input`, helpOf('ask-tell'))
  const seed = words.count('seed', 0)
  const named = await samplerFromOption(words)
  const { answer, conversation } = await import('../interop/ask-tell.ts')
  const sampler = named && (await (await import('../study/sampler-source.ts')).namedSampler(named.name, named.options))
  const state = conversation(seed, sampler)
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    if (line.trim() !== '') printJson(answer(state, line))
  }
  return 0
}
