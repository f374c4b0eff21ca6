/** The option `--sampler`: a name, a name with options, or a file. */

import { resolve } from 'node:path'
import type { NamedSampler } from '../sampler/sampler-words.ts'
import { SAMPLER_NAMES } from '../sampler/sampler.ts'
import type { Option, Words } from './arguments.ts'
import { isRecord } from '../space/options.ts'
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
  try {
    return await samplerOf(text)
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError(`option '--sampler': ${(error as Error).message}`, HELP)
  }
}

/** Modules are loaded only now: a line that names no sampler needs no table of options. */
async function samplerOf(text: string): Promise<NamedSampler> {
  const { samplerFromObject, samplerFromWords } = await import('../sampler/sampler-words.ts')
  const { optionsOfWords, splitName } = await import('../space/option-words.ts')
  const { isOtherTool, translated } = await import('../interop/other-tools.ts')
  const { name, words } = splitName(text)
  if (isOtherTool(name))
    return translated(name, words.length === 1 && isFile(words[0]!) ? readOptions(words[0]!) : optionsOfWords(words))
  if (!isFile(text)) return samplerFromWords(text)
  const value = readOptions(text)
  const { kind, ...options } = isRecord(value) ? value : {}
  return typeof kind === 'string' && isOtherTool(kind) ? translated(kind, options) : samplerFromObject(value)
}

const isFile = (text: string): boolean => text.endsWith('.json') && !text.includes('=')

const readOptions = (path: string): unknown => readJsonFile(resolve(path), HELP)
