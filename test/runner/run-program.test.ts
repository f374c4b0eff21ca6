import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Child } from '../../src/runner/child.ts'
import { isGroupAlive } from '../../src/runner/group.ts'
import { prepareProgram } from '../../src/runner/program.ts'
import { logPaths, runProgram } from '../../src/runner/run-program.ts'
import { float } from '../../src/space/parameter.ts'
import { parseSpace } from '../../src/space/validate.ts'
import { scratch } from '../support/scratch.ts'

const space = parseSpace({ x: float(0, 1) })
const attempt = () => ({
  id: '5c49826a83751767729e',
  number: 3,
  attempt: 2,
  config: { x: 1 },
  directory: scratch(),
  seed: 77,
})
const settings = { space, goals: { objectives: { value: 'minimize' } }, graceMs: 10_000 } as const

test("the guardian knows a program from its start to its end, and the program has the guardian's token", async () => {
  const told: string[] = []
  const guardian = {
    token: 'token',
    add: (group: number) => void told.push(`+${group}`),
    remove: (group: number) => void told.push(`-${group}`),
    close: () => {},
  }
  const own = attempt()
  const program = prepareProgram(['sh', '-c', 'echo $ANTHILL_GUARDIAN >&2; echo "$1"', 'sh', '{x}'], space)
  const { answer } = await runProgram(
    own,
    program,
    { ...settings, guardian },
    ({ group }) => void told.push(`runs ${group}`),
  )
  const group = told[0]!.slice(1)
  expect(told).toEqual([`+${group}`, `runs ${group}`, `-${group}`])
  expect(answer).toEqual({ values: { value: 1 }, source: 'stdout' })
  expect(logPaths(own).stderrPath).toBe(join(own.directory, '.anthill/stderr.2.log'))
  expect(readFileSync(logPaths(own).stderrPath, 'utf8')).toBe('token\n')
})

test('only a program that ended by itself with status 0 is asked for its answer', async () => {
  const { answer, code } = await runProgram(
    attempt(),
    prepareProgram(['sh', '-c', 'echo 1; exit 1'], space),
    settings,
    () => {},
  )
  expect({ answer, code }).toEqual({ answer: undefined, code: 1 })
  const ended = await runProgram(
    attempt(),
    prepareProgram(['sh', '-c', 'echo 1; trap "exit 0" TERM; while :; do sleep 0.02; done'], space),
    settings,
    (child) => child.end('interrupted'),
  )
  expect(ended).toMatchObject({ answer: undefined, cause: 'interrupted' })
})

test('a program is killed if the callback about its start throws', async () => {
  let known: Child | undefined
  await expect(
    runProgram(attempt(), prepareProgram(['sleep', '60'], space), settings, (child) => {
      known = child
      throw new Error('the disk is full')
    }),
  ).rejects.toThrow('the disk is full')
  expect(isGroupAlive(known!.group)).toBe(false)
})
