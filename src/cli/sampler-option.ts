/** The option `--sampler`: a name, a name with options, or a file. */

import { resolve } from 'node:path'
import type { NamedSampler } from '../sampler/sampler-words.ts'
import { SAMPLER_NAMES } from '../sampler/sampler.ts'
import type { Option, Words } from './arguments.ts'
import { UsageError } from './failure.ts'
import { readJsonFile } from './json-file.ts'

export const SAMPLER_OPTION = { kind: 'text', offers: SAMPLER_NAMES } as const satisfies Option

const HELP = 'anthill help sampler'

/**
 * The sampler that the words name; undefined if they name none.
 *
 * @throws UsageError for one that makes no sense
 */
export async function samplerFromOption(words: Words): Promise<NamedSampler | undefined> {
  const text = words.text('sampler')
  if (text === undefined) return undefined
  // Loaded only now: a line that names no sampler needs no table of options.
  const { samplerFromObject, samplerFromWords } = await import('../sampler/sampler-words.ts')
  const isFile = text.endsWith('.json') && !text.includes('=')
  try {
    return isFile ? samplerFromObject(readJsonFile(resolve(text), HELP)) : samplerFromWords(text)
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError(`option '--sampler': ${(error as Error).message}`, HELP)
  }
}
