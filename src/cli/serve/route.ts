/**
 * What each address of the server gives. No part of an address becomes part of a path: a trial is found by its number.
 */

import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { deltaSince, cursorOf } from '../../report/delta.ts'
import { pageShell } from '../../report/page-frame.ts'
import type { LiveDelta } from '../../report/delta.ts'
import { pageParts } from '../../report/page-text.ts'
import { whyLine } from '../../report/why-text.ts'
import type { Study } from '../../study/study.ts'
import type { Config } from '../../trial.ts'
import { htmlOf, pageScript, sha256 } from '../report/content.ts'
import { logEnd } from '../report/logs.ts'
import type { Looker } from './looker.ts'

/** How much of what a program wrote is shown, from the end. */
const LOG_BYTES = 2 ** 16

/** As many files of a trial are listed. */
const MOST_FILES = 1000

/** An answer. `type` is that of its text. */
export interface Answer {
  readonly status: 200 | 204 | 404
  readonly type: 'text/html' | 'application/json' | 'text/plain'
  readonly text: string
  /** Where a page stands that has this answer. */
  readonly cursor?: string
  /** What the page may do; by default nothing. */
  readonly policy?: string
}

const GONE: Answer = { status: 404, type: 'text/plain', text: 'there is nothing at this address\n' }

/** Whether an address tells of the study, so that it needs the token. The page without data does not. */
export const needsToken = (path: string): boolean => path !== '/'

/** The answer to an address that the guard let pass. */
export async function answerTo(address: URL, study: Study<Config>, looker: Looker): Promise<Answer> {
  const path = address.pathname
  if (path === '/') return { status: 200, type: 'text/html', ...pageShell(pageScript(), sha256) }
  if (path === '/report.html') {
    const { content, ledger } = await looker.look()
    return { status: 200, type: 'text/html', text: htmlOf(content), cursor: cursorOf(ledger) }
  }
  if (path === '/data') {
    const { content, ledger } = await looker.look()
    const delta = deltaSince(address.searchParams.get('since') ?? '', ledger, content)
    return delta === undefined
      ? { status: 204, type: 'application/json', text: '' }
      : {
          status: 200,
          type: 'application/json',
          text: JSON.stringify({ ...delta, html: pageParts(content) } satisfies LiveDelta),
          cursor: delta.cursor,
        }
  }
  const number = /^\/trial\/(\d{1,15})$/.exec(path)?.[1]
  return number === undefined ? GONE : await trialAnswer(study, Number(number))
}

/** All that is known of one trial: its record, why it was tried, what it wrote, the names and sizes of its files. */
async function trialAnswer(study: Study<Config>, number: number): Promise<Answer> {
  const found = await study.trial(number).catch((error: { readonly code?: string }) => {
    if (error.code === 'NO_TRIAL') return undefined
    throw error
  })
  if (found === undefined) return GONE
  const directory = study.trialDirectory(found.id)
  const whole = {
    trial: found,
    why: whyLine(await study.why(number)),
    stdout: logEnd(study, found, 'stdout', LOG_BYTES),
    stderr: logEnd(study, found, 'stderr', LOG_BYTES),
    files: filesIn(directory),
  }
  return { status: 200, type: 'application/json', text: JSON.stringify(whole) }
}

/** The files of a trial; none where its directory is gone. */
function filesIn(directory: string): { readonly name: string; readonly bytes: number }[] {
  try {
    const entries = readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isFile())
    return entries.slice(0, MOST_FILES).map(({ name }) => ({ name, bytes: statSync(join(directory, name)).size }))
  } catch {
    return []
  }
}
