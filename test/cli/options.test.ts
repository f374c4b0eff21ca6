import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { plain } from '../support/command.ts'
import { inProcess } from '../support/in-process.ts'
import { scratch } from '../support/scratch.ts'

const top = new URL('../..', import.meta.url).pathname
const anthill = (...words: string[]) => inProcess(words, plain)

const main = join(top, 'dist', 'cli', 'main.js')

test('a new study begins with each parameter as it was read, and --test shows it', async () => {
  const study = join(scratch(), 's')
  const line = ['-n', '1', '-p', 'lr=1e-5..1e-1~log', '-p', 'n=1..6', '-p', 'o=a,b', '--', 'echo', '1']
  const first = await anthill('run', '-s', study, ...line)
  expect(first.stderr).toMatch(
    /begins {3}.*\n {9}lr +float 0?.?.*\.\.0\.1, log\n {9}n +int 1\.\.6\n {9}o +choice \["a","b"\]\n/,
  )
  expect((await anthill('run', '-s', study, '-n', '2', '--', 'echo', '1')).stderr).not.toContain('begins')
  const { stdout } = await anthill('run', '--test', '-s', join(scratch(), 't'), ...line)
  expect(stdout).toMatch(/^parameters\n {2}lr +float/)
})

test('a space file without a parameter, or with foreign keys, is refused', async () => {
  const folder = scratch()
  const file = join(folder, 'space.json')
  for (const [text, words] of [
    ['{}', 'must have a parameter'],
    ['{"x": 1}', 'must have a parameter'],
    ['{"x": {"min": 0, "max": 1}}', 'did you mean {"type": "float", "low": 0, "high": 1}?'],
    ['{"x": {"tpye": "float", "low": 0, "high": 1}}', 'did you mean'],
  ] as const) {
    writeFileSync(file, text)
    const ran = await anthill('run', '-s', join(folder, 's'), '-n', '1', '--space', file, '--', 'echo', '1')
    expect(ran.code, text).toBe(2)
    expect(ran.stderr, text).toContain(words)
  }
  expect(readdirSync(folder)).toEqual(['space.json'])
})

test('more trials at once than a host can run are refused before anything is made', async () => {
  const study = join(scratch(), 's')
  const ran = await anthill('run', '-s', study, '-n', '1', '-j', '1000000', '-p', 'x=1..3', '--', 'echo', '1')
  expect(ran).toMatchObject({ code: 2, stdout: '' })
  expect(ran.stderr).toContain("option '--jobs': must be at most 10000, got '1000000'; start more processes instead")
  expect(existsSync(study)).toBe(false)
})

test('the status of ask survives eval, whatever it is', async () => {
  const study = join(scratch(), 's')
  const asked = ['ask', '-s', study, '-n', '1', '-p', 'x=0.0..1.0', '--format', 'sh']
  expect((await anthill(...asked)).stdout).toContain('ANTHILL_TRIAL=')
  const ended = await anthill(...asked)
  expect(ended).toMatchObject({ code: 4, stdout: '(exit 4)\n' })
  expect(await anthill('ask', '--format=sh', '--nonsense')).toMatchObject({ code: 2, stdout: '(exit 2)\n' })
  expect(await anthill('best', study, '--format', 'env')).toMatchObject({ code: 4, stdout: '(exit 4)\n' })
  expect(await anthill('best', study)).toMatchObject({ code: 4, stdout: '' })
  const script = `eval "$(node '${main}' ${asked.map((word) => `'${word}'`).join(' ')})" && echo again`
  const { status, stdout } = spawnSync('sh', ['-c', script], { encoding: 'utf8' })
  expect({ status, stdout }).toEqual({ status: 4, stdout: '' })
})

test('ask refuses a name that a shell owns before it takes a trial', async () => {
  const study = join(scratch(), 's')
  const refused = await anthill('ask', '-s', study, '-n', '3', '-p', 'PATH=a,b', '--format', 'sh')
  expect(refused.code).toBe(2)
  expect(refused.stderr).toContain("the variable 'PATH' belongs to the shell or the system; rename the parameter")
  expect((await anthill('ask', '-s', study, '-n', '3', '-p', 'PATH=a,b')).code).toBe(0)
  expect((await anthill('ask', '-s', study, '-n', '3', '--format', 'sh')).code).toBe(2)
  expect((await anthill('status', study, '--json')).stdout).toContain('"running":1')
})

test('a tell that changes nothing has a status of its own', async () => {
  const study = join(scratch(), 's')
  await anthill('ask', '-s', study, '-n', '3', '-p', 'x=0.0..1.0')
  expect((await anthill('tell', '-s', study, '0', '1.0D-1')).code).toBe(0)
  expect((await anthill('tell', '-s', study, '0', '.2')).code).toBe(5)
  expect((await anthill('best', study, '--json')).stdout).toContain('"value":0.1')
})

test('a value that was written before a crash or a time-out is named, and can be taken', async () => {
  const study = join(scratch(), 's')
  const line = ['-n', '1', '-p', 'x=0.0..1.0', '--', 'sh', '-c', 'echo 0.5 > value.json; exit 1']
  const ran = await anthill('run', '-s', study, ...line)
  expect(ran.stderr).toContain(
    `it wrote the value 0.5 into value.json; to take it: anthill retry -s ${study} 0 && anthill tell -s ${study} 0 0.5`,
  )
  expect((await anthill('retry', '-s', study, '0')).code).toBe(0)
  expect((await anthill('tell', '-s', study, '0', '0.5')).code).toBe(0)
  expect((await anthill('best', study, '--json')).stdout).toContain('"value":0.5')
})

test('a directory whose name is not UTF-8 is refused, and none is made beside it', () => {
  const folder = scratch()
  const there = Buffer.concat([Buffer.from(`${folder}/b`), Buffer.from([0xff])])
  mkdirSync(there)
  const script = `node '${main}' ask -n 1 -p x=0.0..1.0 -s "$(printf '${folder}/b\\377')"; echo $?
    cd "$(printf '${folder}/b\\377')" && node '${main}' ask -n 1 -p x=0.0..1.0 -s s; echo $?
    node '${main}' ask -n 1 -p x=0.0..1.0 -s '${folder}/s'; echo $?`
  const out = execFileSync('sh', ['-c', script], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  expect(out).toBe('2\n2\n2\n')
  expect(readdirSync(folder).length).toBe(1)
})
