/**
 * Applies a user's pattern to a program's output under a time limit. A pattern such as `(a+)+$` can take hours on a
 * text of a few words. Most take microseconds: they are tried here first. Only a slow one moves to a thread, so that
 * this process goes on hearing signals.
 */

import { createContext, runInContext } from 'node:vm'
import { Worker } from 'node:worker_threads'
import { allMatches, lastMatch } from './metric.ts'

/** How long a pattern may keep this thread, even on a busy host. A signal waits no longer than this. */
const HERE_MS = 250

/** How long a pattern may take in all. One that is written well needs a few ms for the last MiB of output. */
const LIMIT_MS = 5000

/** The limit in words, for a message. */
export const SEARCH_LIMIT = `${LIMIT_MS / 1000} s`

/** What the thread does. */
const THREAD = `
const { parentPort, workerData: { text, source, flags, find } } = require('node:worker_threads')
parentPort.postMessage({ match: eval('(' + find + ')')(text, new RegExp(source, flags)) })
`

/** What a search found: the last match, or all; undefined if there is none. `late` if the time was over first. */
export type Found<T = string> = { readonly match: T | undefined } | 'late'

/** What looks for matches in a text. It runs in another context or thread, so it may use nothing but its arguments. */
type Find<T> = (text: string, pattern: RegExp) => T | undefined

/**
 * Searches for the last match. Gives a promise only for a pattern that takes long. When the signal aborts, the search
 * is given up, and counts as late.
 */
export function searchInTime(
  text: string,
  pattern: RegExp,
  signal?: AbortSignal,
  limitMs = LIMIT_MS,
): Found | Promise<Found> {
  return search(lastMatch, text, pattern, signal, limitMs)
}

/** Searches for all matches in the same way. */
export function searchAllInTime(
  text: string,
  pattern: RegExp,
  signal?: AbortSignal,
): Found<readonly string[]> | Promise<Found<readonly string[]>> {
  return search(allMatches, text, pattern, signal, LIMIT_MS)
}

function search<T>(
  find: Find<T>,
  text: string,
  pattern: RegExp,
  signal: AbortSignal | undefined,
  limitMs: number,
): Found<T> | Promise<Found<T>> {
  try {
    const context = createContext({ find, text, pattern })
    return { match: runInContext('find(text, pattern)', context, { timeout: HERE_MS }) as T | undefined }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error
  }
  return searchInThread(find, text, pattern, signal, limitMs)
}

async function searchInThread<T>(
  find: Find<T>,
  text: string,
  { source, flags }: RegExp,
  signal: AbortSignal | undefined,
  limitMs: number,
): Promise<Found<T>> {
  if (signal?.aborted === true) return 'late'
  const workerData = { text, source, flags, find: find.toString() }
  const thread = new Worker(THREAD, { eval: true, workerData, env: {}, execArgv: [] })
  let timer: NodeJS.Timeout | undefined
  let giveUp = (): void => undefined
  try {
    return await new Promise<Found<T>>((resolve, reject) => {
      giveUp = () => resolve('late')
      timer = setTimeout(giveUp, limitMs)
      signal?.addEventListener('abort', giveUp, { once: true })
      thread.once('message', resolve)
      thread.once('error', reject)
    })
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', giveUp)
    await thread.terminate()
  }
}
