import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, test, vi } from 'vitest'
import { COMMON_OPTIONS, readWords } from '../../src/cli/arguments.ts'
import type { Option } from '../../src/cli/arguments.ts'
import { completion } from '../../src/cli/completion.ts'
import { help } from '../../src/cli/help.ts'
import { TOPIC_TEXTS } from '../../src/cli/topics.ts'
import { VERBS, verbNamed } from '../../src/cli/verbs.ts'

const names = VERBS.map(({ name }) => name)
const verbs = await Promise.all(VERBS.map(async (entry) => ({ ...entry, ...(await entry.load()) })))

/** What a function writes to standard output. */
async function written(write: () => Promise<unknown>): Promise<string> {
  let text = ''
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((part) => ((text += String(part)), true))
  try {
    await write()
  } finally {
    spy.mockRestore()
  }
  return text
}

const overview = await written(() => help([]))

test.each<readonly [name: string, text: string]>([
  ['the overview', overview],
  ...Object.entries(TOPIC_TEXTS),
  ...verbs.map(({ name, usage }) => [name, usage] as const),
])('the help of %s begins with usage and an example, ends with exit statuses, fits 80 columns', (name, text) => {
  expect(text).toMatch(/^Usage: /)
  expect(text.split('\n').filter((line) => line.length > 80)).toEqual([])
  expect(text.split('\n\n')[1]).toMatch(/^ {2}\S/)
  expect(text.trimEnd().split('\n\n').slice(-2).join()).toMatch(name === 'exit' ? /status/ : /Exit status: /)
})

test.each(verbs)('the help of $name names all of its options, and no other', ({ usage, options }) => {
  const known = Object.entries<Option>({ ...COMMON_OPTIONS, ...options })
  for (const [name, { short }] of known) {
    if (name === 'help') continue
    expect(usage).toContain(`--${name}`)
    if (short !== undefined) expect(usage).toContain(`-${short}`)
  }
  const table = usage
    .split(/\n\n/)
    .slice(2)
    .join('\n')
    .split('\n')
    .filter((line) => /^ {2,6}-{1,2}\w/.test(line))
  const named = table.flatMap((line) => [...line.matchAll(/(?<![\w-])--([a-z][a-z-]*)/g)].map(([, name]) => name))
  expect(named.filter((name) => !known.some(([other]) => other === name))).toEqual([])
})

test('the overview has every verb and every topic', () => {
  for (const { name, line } of VERBS) expect(overview).toContain(`${name.padEnd(13)}${line}\n`)
  expect(overview.replace(/\s+/g, ' ')).toContain(Object.keys(TOPIC_TEXTS).join(', '))
})

test("every verb is in the README's table of verbs", () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
  const cells = [...readme.matchAll(/^\| (`anthill .*?`) \|/gm)].map(([, cell]) => cell!).join(' ')
  const listed = [...cells.matchAll(/`(?:anthill )?([a-z-]+)`/g)].map(([, name]) => name)
  expect(names.filter((name) => !listed.includes(name))).toEqual([])
})

test('the table that every start loads imports nothing but types', () => {
  const text = readFileSync(new URL('../../src/cli/verbs.ts', import.meta.url), 'utf8')
  expect(text.match(/^import (?!type )/m)).toBeNull()
  expect(text.length).toBeLessThan(6000)
})

const scriptOf = (shell: string): Promise<string> =>
  written(() => completion.run(readWords(verbNamed('completion')!, [shell], completion.options), VERBS))

const has = (program: string): boolean => spawnSync(program, ['--version']).status === 0

/** The words that bash offers at the end of a line. */
async function offered(...line: string[]): Promise<string[]> {
  const asks = 'COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _anthill; printf "%s\\n" "${COMPREPLY[@]}"'
  const { stdout, stderr } = spawnSync('bash', ['-c', `${await scriptOf('bash')}${asks}`, 'bash', ...line], {
    encoding: 'utf8',
  })
  expect(stderr).toBe('')
  return stdout.split('\n').filter((word) => word !== '')
}

test.runIf(has('bash'))('bash completes verbs, topics, options and values', async () => {
  expect(await offered('anthill', '')).toEqual([...names, 'help'])
  expect(await offered('anthill', 'as')).toEqual(['ask', 'ask-tell'])
  expect(await offered('anthill', 'help', 'wo')).toEqual(['words'])
  expect(await offered('anthill', 'ask', '--r')).toEqual(['--retries', '--repeats'])
  expect(await offered('anthill', 'ask', '--format', '')).toEqual(['json', 'sh', 'flags'])
  expect(await offered('anthill', 'run', '--sampler', 's')).toEqual(['sobol'])
  expect(await offered('anthill', 'completion', 'z')).toEqual(['zsh'])
})

test.runIf(has('bash'))('bash leaves files and the words of the command after -- to itself', async () => {
  expect(await offered('anthill', 'ls', '')).toEqual([])
  expect(await offered('anthill', 'run', '-n', '2', '--', 'solve', '--')).toEqual([])
})

test.each(['zsh', 'fish'])('the script for %s has every verb and every option', async (shell) => {
  const script = await scriptOf(shell)
  for (const { name, options } of verbs) {
    expect(script).toContain(name)
    for (const option of Object.keys(options))
      expect(script).toContain(shell === 'fish' ? `-l ${option}` : `--${option}`)
  }
  if (has(shell)) expect(spawnSync(shell, ['-n'], { input: script, encoding: 'utf8' })).toMatchObject({ status: 0 })
})

test('completion names the shells that it knows', async () => {
  await expect(scriptOf('tcsh')).rejects.toThrow("shell: must be one of bash, zsh, fish, got 'tcsh'")
})
