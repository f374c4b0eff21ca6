import { expect, test } from 'vitest'
import { checkShellNames } from '../../src/space/shell-names.ts'

test('a name that a shell owns is refused, and so are two that become one', () => {
  for (const name of ['PATH', 'UID', 'IFS', 'HOME', 'path', 'BASH_ENV', 'LD_PRELOAD', 'ANTHILL_STUDY', 'LC_ALL', 'PS1'])
    expect(() => checkShellNames([name]), name).toThrow(`the variable '${name}' belongs to the shell or the system`)
  expect(() => checkShellNames(['a.b', 'a_b'])).toThrow(`both are 'a_b' to a shell`)
  for (const name of ['PROMPT.COMMAND', 'LD.PRELOAD'])
    expect(() => checkShellNames([name]), name).toThrow(`the variable '${name.replace('.', '_')}' belongs to the shell`)
  expect(() => checkShellNames(['ANTHILL_SEED'], ['ANTHILL_SEED'])).toThrow('both are')
  checkShellNames(['lr', 'opt.lr', 'home', 'uid', 'lr'], ['ANTHILL_TRIAL'])
})
