/** Verbs of the command in this process: faster than a process for each line, and with a terminal if one is wanted. */

import { vi } from 'vitest'
import { readWords } from '../../src/cli/arguments.ts'
import { reportFailure, unknownVerb } from '../../src/cli/failure.ts'
import { VERBS, verbNamed } from '../../src/cli/verbs.ts'

/** What a command line writes, to a terminal or to a pipe. */
export async function written(isTerminal: boolean, ...words: string[]): Promise<{ out: string; status: number }> {
  let out = ''
  const streams = [process.stdout, process.stderr]
  const spies = streams.map((stream) =>
    vi.spyOn(stream, 'write').mockImplementation((part, ...rest) => {
      out += typeof part === 'string' ? part : Buffer.from(part).toString('utf8')
      for (const after of rest as unknown[]) if (typeof after === 'function') (after as () => void)()
      return true
    }),
  )
  const before = streams.map((stream) => stream.isTTY)
  for (const stream of streams) stream.isTTY = isTerminal
  vi.stubEnv('NO_COLOR', '1').stubEnv('FORCE_COLOR', '').stubEnv('ANTHILL_STUDY', '')
  try {
    const entry = verbNamed(words[0]!)
    if (entry === undefined) throw unknownVerb(words[0]!, [])
    const { options, run } = await entry.load()
    return { status: await run(readWords(entry, words.slice(1), options), VERBS), out }
  } catch (error) {
    const status = reportFailure(error, words)
    return { status, out }
  } finally {
    streams.forEach((stream, k) => (stream.isTTY = before[k]!))
    for (const spy of spies) spy.mockRestore()
    vi.unstubAllEnvs()
  }
}
