/** Verbs of the built command in this process: cheaper than a process a line, and with a terminal if one is wanted. */

import { vi } from 'vitest'
import { readWords } from '../../dist/cli/arguments.js'
import { reportFailure, unknownVerb } from '../../dist/cli/failure.js'
import { VERBS, verbNamed } from '../../dist/cli/verbs.js'
import { plain } from './command.ts'
import type { Finished } from './worker-process.ts'

/** What a command line writes, to a terminal or to a pipe. */
export async function written(isTerminal: boolean, ...words: string[]): Promise<{ out: string; status: number }> {
  const { code, both } = await performed(isTerminal, words, { NO_COLOR: '1', FORCE_COLOR: '', ANTHILL_STUDY: '' })
  return { out: both, status: code }
}

/**
 * A line of the command from its verb to its exit status, as `startCommand(...).finished` gives it. Lines that run at
 * the same time, signals, and the words before a verb need a process.
 */
export async function inProcess(words: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Finished> {
  const { code, stdout, stderr } = await performed(false, words, env)
  return { code, signal: null, stdout, stderr }
}

/** The verb `run` in this process. */
export async function runHere(study: string, ...words: string[]): Promise<Finished> {
  return await inProcess(['run', '-s', study, ...words], plain)
}

interface Performed {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  /** Both streams, in the order of the writes. */
  readonly both: string
}

async function performed(
  isTerminal: boolean,
  words: readonly string[],
  env: Readonly<NodeJS.ProcessEnv>,
): Promise<Performed> {
  let both = ''
  const texts = ['', '']
  const streams = [process.stdout, process.stderr]
  const spies = streams.map((stream, k) =>
    vi.spyOn(stream, 'write').mockImplementation((part, ...rest) => {
      const text = typeof part === 'string' ? part : Buffer.from(part).toString('utf8')
      both += text
      texts[k] += text
      for (const after of rest as unknown[]) if (typeof after === 'function') (after as () => void)()
      return true
    }),
  )
  const before = streams.map((stream) => stream.isTTY)
  for (const stream of streams) stream.isTTY = isTerminal
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
  const performedWith = (code: number): Performed => ({ code, both, stdout: texts[0]!, stderr: texts[1]! })
  try {
    const entry = verbNamed(words[0]!)
    if (entry === undefined) throw unknownVerb(words[0]!, [])
    const { options, run } = await entry.load()
    return performedWith(await run(readWords(entry, words.slice(1), options), VERBS))
  } catch (error) {
    return performedWith(reportFailure(error, words))
  } finally {
    streams.forEach((stream, k) => (stream.isTTY = before[k]!))
    for (const spy of spies) spy.mockRestore()
    vi.unstubAllEnvs()
  }
}
