/** The environment of a program: its worker's own, and the facts of the attempt as `ANTHILL_…`. */

import type { Space } from '../space/parameter.ts'
import { parameterTexts } from '../space/words.ts'
import { configPath } from '../paths.ts'
import type { AttemptFacts } from './attempt.ts'

/** Tells the processes of one worker from all others; the guardian looks for it. */
export const GUARDIAN_VARIABLE = 'ANTHILL_GUARDIAN'

/**
 * The environment of one attempt. `ANTHILL_STUDY` and what an outer run left are taken out, lest a nested run join the
 * outer study. Of two parameters whose variables have the same name (`a.b` and `a_b`) the first has it.
 *
 * @param inherited  the worker's own environment
 * @param token  the guardian's
 */
export function environmentOf(
  space: Space,
  attempt: AttemptFacts,
  inherited: NodeJS.ProcessEnv,
  token?: string,
): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = {}
  for (const [name, value] of Object.entries(inherited)) {
    if (!name.startsWith('ANTHILL_')) environment[name] = value
  }
  environment['PWD'] = attempt.directory
  return Object.assign(
    environment,
    ownVariables(space, attempt),
    token === undefined ? {} : { [GUARDIAN_VARIABLE]: token },
  )
}

/** The variables that an attempt adds. */
export function ownVariables(space: Space, attempt: AttemptFacts): Record<string, string> {
  const variables: Record<string, string> = {
    ANTHILL_CONFIG: configPath(attempt.directory),
    ANTHILL_TRIAL_DIR: attempt.directory,
    ANTHILL_TRIAL_ID: attempt.id,
    ANTHILL_NUMBER: String(attempt.number),
    ANTHILL_SEED: String(attempt.seed),
    ANTHILL_ATTEMPT: String(attempt.attempt),
  }
  for (const [parameter, text] of parameterTexts(space, attempt.config)) {
    const name = `ANTHILL_PARAM_${parameter.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`
    // No environment can hold a zero byte; such a value is in config.json.
    if (!Object.hasOwn(variables, name) && !text.includes('\0')) variables[name] = text
  }
  return variables
}
