/** A test run (`--test`): runs a program once with the default config, in a directory of its own, without a study. */

import { hash } from 'node:crypto'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { configPath, metaFolderIn } from '../paths.ts'
import { configText } from '../space/canonical.ts'
import { defaultConfig } from '../space/defaults.ts'
import { seedOfRun } from '../study/runs.ts'
import type { Config } from '../trial.ts'
import type { ProgramAnswer } from './answer-order.ts'
import type { AttemptFacts } from './attempt.ts'
import type { EndCause } from './child.ts'
import { ownVariables } from './environment.ts'
import { startGuardian } from './guardian.ts'
import { lastLines } from './log-tail.ts'
import { fillCommand } from './placeholders.ts'
import { programPath } from './program.ts'
import type { Program } from './program.ts'
import { logPaths, runProgram } from './run-program.ts'
import type { TrialSettings } from './run-program.ts'

/** How many of the last lines of each stream are kept. */
const LAST_LINES = 20

/** What a test run put in and what came out. */
export interface TestRun {
  readonly config: Config
  /** The command line, filled in. */
  readonly argv: readonly string[]
  /** The variables that the program had on top of the worker's own. */
  readonly environment: Readonly<Record<string, string>>
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly cause: EndCause | null
  /** The program's answer; undefined unless the program ended by itself with status 0. */
  readonly answer: ProgramAnswer | undefined
  /** The last lines of its standard output. */
  readonly stdout: readonly string[]
  readonly stderr: readonly string[]
  /** The names of processes that it left running. They were ended too. */
  readonly left: readonly string[]
  readonly tookMs: number
}

/**
 * Runs the default config once: with `--runs`, the first of its runs. The directory of the test run is removed
 * afterwards.
 *
 * @param fidelity  how far it must go, if the study has a fidelity
 * @throws StartError if the program cannot be started
 */
export async function testRun(
  program: Program,
  settings: Omit<TrialSettings, 'guardian'>,
  fidelity?: number,
): Promise<TestRun> {
  const { space, stop, kill, runs = 1 } = settings
  const config = defaultConfig(space)
  const text = configText(space, config)
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'anthill-test-run-')))
  const facts: AttemptFacts = {
    id: hash('sha256', text).slice(0, 20),
    number: 0,
    attempt: 1,
    config,
    directory,
    ...(runs > 1 ? { run: 1, seed: seedOfRun(0, 1) } : { seed: 0 }),
    fidelity,
  }
  const guardian = startGuardian(settings.graceMs)
  const startMs = performance.now()
  try {
    mkdirSync(metaFolderIn(directory))
    writeFileSync(configPath(directory), text)
    let ended = (): void => undefined
    const { code, signal, cause, answer, left } = await runProgram(
      facts,
      program,
      { ...settings, guardian, over: stop },
      (child) => {
        const end = (): void => child.end('interrupted')
        const now = (): void => child.kill('interrupted')
        stop?.addEventListener('abort', end)
        kill?.addEventListener('abort', now)
        if (stop?.aborted === true) end()
        if (kill?.aborted === true) now()
        ended = () => {
          stop?.removeEventListener('abort', end)
          kill?.removeEventListener('abort', now)
        }
      },
    ).finally(() => ended())
    const [name, ...args] = fillCommand(program, space, facts)
    const { stdoutPath, stderrPath } = logPaths(facts)
    return {
      config,
      code,
      signal,
      cause,
      answer,
      left,
      argv: [programPath(name!, program), ...args],
      environment: ownVariables(space, facts),
      stdout: lastLines(stdoutPath, LAST_LINES),
      stderr: lastLines(stderrPath, LAST_LINES),
      tookMs: performance.now() - startMs,
    }
  } finally {
    guardian.close()
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 })
  }
}
