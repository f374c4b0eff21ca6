/** The option `--pruner`: a name, or a name with options. */

import type { NamedPruner } from '../pruner/pruner-words.ts'
import { PRUNER_NAMES } from '../pruner/pruner.ts'
import type { Option, Words } from './arguments.ts'
import { UsageError } from './failure.ts'

export const PRUNER_OPTION = { kind: 'text', offers: PRUNER_NAMES } as const satisfies Option

/**
 * The pruner that the words name; undefined if they name none.
 *
 * @throws UsageError for one that makes no sense
 */
export async function prunerFromOption(words: Words): Promise<NamedPruner | undefined> {
  const text = words.text('pruner')
  if (text === undefined) return undefined
  // Loaded only now: a line that names no pruner needs no table of options.
  const { prunerFromWords } = await import('../pruner/pruner-words.ts')
  try {
    return prunerFromWords(text)
  } catch (error) {
    throw new UsageError(`option '--pruner': ${(error as Error).message}`, 'anthill help pruner')
  }
}
