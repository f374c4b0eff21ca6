/**
 * Applies a user's pattern to a program's output under a time limit. A pattern such as `(a+)+$` can take hours on a
 * text of a few words. Most take microseconds: they are tried here first. Only a slow one moves to a thread, so that
 * this process goes on hearing signals.
 */

import { createContext, runInContext } from 'node:vm'
import { Worker } from 'node:worker_threads'
import { lastMatch } from './metric.ts'

/** How long a pattern may keep this thread, even on a busy host. A signal waits no longer than this. */
const HERE_MS = 250

/** How long a pattern may take in all. One that is written well needs a few ms for the last MiB of output. */
const LIMIT_MS = 5000

/** The limit in words, for a message. */
export const SEARCH_LIMIT = `${LIMIT_MS / 1000} s`

/** What the thread does. */
const THREAD = `
const { parentPort, workerData: { text, source, flags } } = require('node:worker_threads')
const lastMatch = ${lastMatch.toString()}
parentPort.postMessage({ match: lastMatch(text, new RegExp(source, flags)) })
`

/** What a search found: the last match or undefined; `late` if the time was over first. */
export type Found = { readonly match: string | undefined } | 'late'

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
  try {
    const context = createContext({ lastMatch, text, pattern })
    return { match: runInContext('lastMatch(text, pattern)', context, { timeout: HERE_MS }) as string | undefined }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error
  }
  return searchInThread(text, pattern, signal, limitMs)
}

async function searchInThread(
  text: string,
  { source, flags }: RegExp,
  signal: AbortSignal | undefined,
  limitMs: number,
): Promise<Found> {
  if (signal?.aborted === true) return 'late'
  const thread = new Worker(THREAD, { eval: true, workerData: { text, source, flags }, env: {}, execArgv: [] })
  let timer: NodeJS.Timeout | undefined
  let giveUp = (): void => undefined
  try {
    return await new Promise<Found>((resolve, reject) => {
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
