import { expect, test } from 'vitest'
import { GUARDIAN_VARIABLE, environmentOf, ownVariables } from '../../src/runner/environment.ts'
import { branch, choice, float, int } from '../../src/space/parameter.ts'
import type { Space } from '../../src/space/parameter.ts'
import { parseSpace } from '../../src/space/validate.ts'
import type { Config } from '../../src/trial.ts'

const attemptOf = (config: Config) => ({
  id: '5c49826a83751767729e',
  number: 3,
  attempt: 2,
  config,
  directory: '/s/5c49826a83751767729e',
  seed: 77,
})
const variables = (space: Space, config: Config) => ownVariables(parseSpace(space), attemptOf(config))

test('an attempt is told its facts and its parameters', () => {
  expect(
    variables({ lr: float(0, 1), 'opt-name': choice(['a b', '$(id)\n']) }, { lr: 1, 'opt-name': '$(id)\n' }),
  ).toEqual({
    ANTHILL_CONFIG: '/s/5c49826a83751767729e/config.json',
    ANTHILL_TRIAL_DIR: '/s/5c49826a83751767729e',
    ANTHILL_TRIAL_ID: '5c49826a83751767729e',
    ANTHILL_NUMBER: '3',
    ANTHILL_SEED: '77',
    ANTHILL_ATTEMPT: '2',
    ANTHILL_PARAM_LR: '1.0',
    ANTHILL_PARAM_OPT_NAME: '$(id)\n',
  })
})

test('variables of an outer run do not reach a program, and all others do', () => {
  const inherited = {
    PATH: '/bin',
    PWD: '/home',
    ANTHILL_STUDY: '/outer',
    ANTHILL_PARAM_OLD: '1',
    ANTHILL_GUARDIAN: 'outer',
    ANTHILL_TRIAL_DIR: '/outer/x',
  }
  const environment = environmentOf(parseSpace({ x: int(1, 2) }), attemptOf({ x: 1 }), inherited, 'token')
  expect(environment).toMatchObject({
    PATH: '/bin',
    PWD: '/s/5c49826a83751767729e',
    ANTHILL_TRIAL_DIR: '/s/5c49826a83751767729e',
    [GUARDIAN_VARIABLE]: 'token',
  })
  expect(Object.keys(environment)).not.toEqual(expect.arrayContaining(['ANTHILL_STUDY']))
  expect(environment).not.toHaveProperty('ANTHILL_PARAM_OLD')
})

test('a parameter cannot replace a fact, and the first of two parameters with one name sets it', () => {
  expect(
    variables({ seed: int(1, 9), a: { b: int(1, 9) }, a_b: int(1, 9) }, { seed: 5, a: { b: 1 }, a_b: 2 }),
  ).toMatchObject({
    ANTHILL_SEED: '77',
    ANTHILL_PARAM_SEED: '5',
    ANTHILL_PARAM_A_B: '1',
  })
})

test('a parameter of a branch that was not chosen has no variable', () => {
  const space = { model: branch('kind', { svm: { C: float(1, 9) }, forest: { trees: int(1, 9) } }) }
  const own = variables(space, { model: { kind: 'svm', C: 2 } })
  expect(own).toMatchObject({ ANTHILL_PARAM_MODEL_KIND: 'svm', ANTHILL_PARAM_MODEL_C: '2.0' })
  expect(own).not.toHaveProperty('ANTHILL_PARAM_MODEL_TREES')
})

test('a value with a zero byte, which an environment cannot contain, has no variable', () => {
  expect(variables({ x: choice(['a\0b', 'c']) }, { x: 'a\0b' })).not.toHaveProperty('ANTHILL_PARAM_X')
})
