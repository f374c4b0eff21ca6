/** What an objective threw, in words. */

import { shown } from '../space/shown.ts'

/**
 * An error as the text that is recorded. Anything can be thrown, so nothing of it is trusted to have a text.
 *
 * @internal
 */
export function wordsOf(error: unknown): string {
  if (typeof error === 'string') return error
  try {
    // An error from another realm is not an instance of this one's Error.
    const { stack, name, message } = (error ?? {}) as Partial<Error>
    if (typeof stack === 'string' && stack !== '') return stack
    if (typeof message === 'string') return `${typeof name === 'string' ? name : 'Error'}: ${message}`
    return JSON.stringify(error) ?? String(error)
  } catch {
    return `something without a text was thrown: ${shown(error)}`
  }
}
