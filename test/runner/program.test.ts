import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { prepareProgram, programPath } from '../../src/runner/program.ts'
import { choice, float } from '../../src/space/parameter.ts'
import { parseSpace } from '../../src/space/validate.ts'
import { scratch } from '../support/scratch.ts'

const space = parseSpace({ lr: float(0, 1), tool: choice(['a', 'b']) })

/** A directory to start from, with some files; those with mode 755 are executable. */
const place = (): string => {
  const directory = scratch()
  for (const folder of ['bin', 'bin/sub', 'src', 'out.d']) mkdirSync(join(directory, folder))
  for (const [name, mode] of [
    ['bin/tool', 0o755],
    ['bin/solve', 0o755],
    ['bin/notes', 0o644],
    ['train.py', 0o644],
    ['src/run.sh', 0o644],
    ['model.pt', 0o644],
    ['here', 0o755],
    ['there', 0o644],
  ] as const) {
    writeFileSync(join(directory, name), '#!/bin/sh\n')
    chmodSync(join(directory, name), mode)
  }
  return directory
}

const prepare = (startDirectory: string, ...argv: string[]) =>
  prepareProgram(argv, space, { startDirectory, path: `bin:${join(startDirectory, 'src')}` }).argv

test('a program is found in PATH or by its path, from the directory where anthill was started', () => {
  const start = place()
  expect(prepare(start, 'tool')).toEqual([join(start, 'bin/tool')])
  expect(prepare(start, './bin/tool')).toEqual([join(start, 'bin/tool')])
  expect(prepare(start, '/bin/sh')).toEqual(['/bin/sh'])
})

test('a program that does not exist, is a directory or is not executable is refused with the remedy', () => {
  const start = place()
  expect(() => prepare(start)).toThrow('command: empty')
  expect(() => prepare(start, '')).toThrow('command: empty')
  expect(() => prepare(start, 'absent')).toThrow(
    "command 'absent': not found in PATH; install it, load its module, or give its path",
  )
  expect(() => prepare(start, './absent')).toThrow(
    `command './absent': not found, there is no file '${join(start, 'absent')}'`,
  )
  expect(() => prepare(start, './bin')).toThrow("command './bin': a directory")
  expect(() => prepare(start, 'sub')).toThrow("command 'sub': not found in PATH")
  expect(() => prepare(start, './train.py')).toThrow("command './train.py': not executable; run 'chmod +x ./train.py'")
  expect(() => prepare(start, 'here')).toThrow("write './here' for the file in this directory")
  expect(() => prepare(start, 'there')).toThrow('put its interpreter before it')
  expect(() => prepare(start, 'notes')).toThrow('not found in PATH')
  expect(() => prepare(start, 'tool', '{lrr}')).toThrow("did you mean '{lr}'?")
})

test('scripts among the arguments become absolute paths, and no other argument does', () => {
  const start = place()
  expect(prepare(start, 'tool', 'train.py', 'src/run.sh', './bin/solve', 'bin/tool')).toEqual([
    join(start, 'bin/tool'),
    join(start, 'train.py'),
    join(start, 'src/run.sh'),
    join(start, 'bin/solve'),
    join(start, 'bin/tool'),
  ])
  const others = [
    'absent.py',
    'model.pt',
    'here',
    'out.d',
    'bin/notes',
    '-x',
    '--script=train.py',
    '/bin/sh',
    '',
    '{lr}',
    '{tool}.py',
    'two words.py',
  ]
  expect(prepare(start, 'tool', ...others).slice(1)).toEqual(others)
})

test('a program named by a placeholder is found once the value is known', () => {
  const start = place()
  expect(prepare(start, './bin/{tool}')).toEqual(['./bin/{tool}'])
  const program = { argv: [], startDirectory: start }
  expect(programPath('./bin/a', program)).toBe(join(start, 'bin/a'))
  expect(programPath('a', program)).toBe('a')
})
