/** The environment of a program: its worker's environment, and the facts of the attempt as `ANTHILL_…`. */

import type { Space } from '../space/parameter.ts'
import { parameterTexts } from '../space/words.ts'
import { configPath } from '../paths.ts'
import type { AttemptFacts } from './attempt.ts'

/** Marks the programs of one worker; the guardian finds them by its value. */
export const GUARDIAN_VARIABLE = 'ANTHILL_GUARDIAN'

/**
 * The environment of one attempt. All inherited `ANTHILL_…` variables are left out (`ANTHILL_STUDY`, and those of an
 * outer run), so that a nested run does not join the outer study.
 *
 * @param inherited  the worker's own environment
 * @param token  the guardian's token
 */
export function environmentOf(
  space: Space,
  facts: AttemptFacts,
  inherited: NodeJS.ProcessEnv,
  token?: string,
): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = {}
  for (const [name, value] of Object.entries(inherited)) {
    if (!name.startsWith('ANTHILL_')) environment[name] = value
  }
  environment['PWD'] = facts.directory
  return Object.assign(
    environment,
    ownVariables(space, facts),
    token === undefined ? {} : { [GUARDIAN_VARIABLE]: token },
  )
}

/**
 * The variables that an attempt adds. If two parameters have the same variable (`a.b` and `a_b`), the first sets it.
 */
export function ownVariables(space: Space, facts: AttemptFacts): Record<string, string> {
  const variables: Record<string, string> = {
    ANTHILL_CONFIG: configPath(facts.directory),
    ANTHILL_TRIAL_DIR: facts.directory,
    ANTHILL_TRIAL_ID: facts.id,
    ANTHILL_NUMBER: String(facts.number),
    ANTHILL_SEED: String(facts.seed),
    ANTHILL_ATTEMPT: String(facts.attempt),
    ...(facts.run === undefined ? {} : { ANTHILL_RUN: String(facts.run) }),
    ...(facts.fidelity === undefined ? {} : { ANTHILL_FIDELITY: String(facts.fidelity) }),
  }
  for (const [parameter, text] of parameterTexts(space, facts.config)) {
    const name = `ANTHILL_PARAM_${parameter.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`
    // An environment cannot contain a zero byte. The program finds such a value in config.json.
    if (!Object.hasOwn(variables, name) && !text.includes('\0')) variables[name] = text
  }
  return variables
}

/** Recognizes the environment of an attempt's processes, as /proc shows it. */
export function markOf(facts: AttemptFacts, token?: string): (environment: string) => boolean {
  const lines = [`ANTHILL_TRIAL_DIR=${facts.directory}`, `ANTHILL_ATTEMPT=${facts.attempt}`]
  if (token !== undefined) lines.push(`${GUARDIAN_VARIABLE}=${token}`)
  const wanted = lines.map((line) => Buffer.from(`${line}\0`).toString('latin1'))
  return (environment) => wanted.every((line) => environment.includes(line))
}
