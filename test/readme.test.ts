/** Every line of the README that a reader may copy, run as it stands there, and every link. */

import { execFile } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { beforeAll, expect, test } from 'vitest'
import { scratch } from './support/scratch.ts'
import { command } from './support/worker-process.ts'

const top = fileURLToPath(new URL('..', import.meta.url))
const readme = readFileSync(join(top, 'README.md'), 'utf8')
const { homepage } = JSON.parse(readFileSync(join(top, 'package.json'), 'utf8')) as { homepage: string }
const repository = homepage.replace(/#.*$/, '')

/** A clone is built and installed; on a busy machine that takes a minute. */
const INSTALL_MS = 180_000

const blocks = (language: string): string[] =>
  [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map((match) => match[1]!)

/** The verbs in its table. */
const verbs = [...(/^\| `anthill run`[\s\S]*?\n\n/m.exec(readme)?.[0] ?? '').matchAll(/^\|((?: `[a-z -]+`)+) \|/gm)]
  .flatMap(([, cell]) => cell!.match(/[a-z-]+/g) ?? [])
  .filter((word) => word !== 'anthill' && word !== 'help')

const [install, first, look, python, cluster] = blocks('sh') as [string, string, string, string, string]

/** A reader's project: `anthill` in its node_modules and in PATH, and a scheduler that runs a job at once. */
let project = ''
beforeAll(() => {
  project = scratch()
  const programs = join(project, 'node_modules', '.bin')
  mkdirSync(programs, { recursive: true })
  symlinkSync(top, join(project, 'node_modules', 'anthill'))
  symlinkSync(command, join(programs, 'anthill'))
  chmodSync(command, 0o755)
  writeProgram(programs, 'sbatch', 'while [ "$1" != --wrap ]; do shift; done\nexec sh -c "$2"')
  cpSync(join(top, 'examples', 'digits', 'space.json'), join(project, 'space.json'))
  writeFileSync(join(project, 'train.py'), blocks('python')[0]!)
})

function writeProgram(folder: string, name: string, lines: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${lines}\n`)
  chmodSync(join(folder, name), 0o755)
}

/** What lines print, on both streams. */
async function shell(lines: string, cwd = project, more: NodeJS.ProcessEnv = {}): Promise<string> {
  const PATH = [join(project, 'node_modules', '.bin'), process.env['PATH']].join(delimiter)
  const env = { ...process.env, PATH, ANTHILL_STUDY: '', NO_COLOR: '1', ...more }
  return (await promisify(execFile)('sh', ['-ec', `exec 2>&1\n${lines}`], { cwd, env })).stdout
}

test.runIf(existsSync(join(top, '.git')))(
  'the lines for a clone install the command',
  async () => {
    const directory = scratch()
    // Git takes the clone from here, and what `npm ci` would fetch is here already. All else is real.
    writeProgram(
      directory,
      'npm',
      `if test "$1" = ci; then
         ln -s '${top}/node_modules' node_modules && exec '${top}/node_modules/.bin/tsc' --build
       fi
      PATH=\${PATH#*:}; exec npm "$@"`,
    )
    const env = {
      PATH: [directory, process.env['PATH']].join(delimiter),
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: `url.${top}.insteadOf`,
      GIT_CONFIG_VALUE_0: `${repository}.git`,
      npm_config_prefix: join(directory, 'global'),
      npm_config_offline: 'true',
      npm_config_audit: 'false',
    }
    await shell(install, directory, env)
    expect(await shell(`'${directory}/global/bin/anthill' --version`)).toMatch(/^anthill \d+\.\d+\.\d+/)
  },
  INSTALL_MS,
)

test('the first study prints what the README shows', async () => {
  const picture = blocks('text')[0]!
    .split('\n')
    .filter((line) => line !== '...' && line !== '')
  const printed = (await shell(first))
    .replaceAll(project, '/home/ada')
    .split('\n')
    .map((line) => line.replace(/  \d+\.\ds  /, '  0.1s  ').replace(/ in \d+(\.\d)?s$/, ' in 3.4s'))
  expect(picture.length).toBeGreaterThan(8)
  expect(printed.filter((line) => picture.includes(line))).toEqual(picture)
})

test('the lines that look at the first study work', async () => {
  const printed = await shell(look.replace('--for 8h', '--for 1s'))
  expect(printed).toContain('runs/first/report.html')
  expect(printed).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#[\w-]{22}$/m)
  expect(existsSync(join(project, 'runs', 'first', 'report.html'))).toBe(true)
})

test('the Python program is tuned by the line below it', async () => {
  await shell(python)
  const best = JSON.parse(await shell('anthill best -s runs/python --json')) as { value: number; config: { x: number } }
  expect(best.value).toBeCloseTo((best.config.x - 2) ** 2, 12)
})

test('the line for a cluster is one that a scheduler can run', async () => {
  writeFileSync(join(project, 'space.json'), '{"x": {"type": "float", "low": -5, "high": 5}}')
  await shell(cluster.replace('-n 1000', '-n 2'))
  expect((JSON.parse(await shell('anthill ls -s runs/a --json')) as unknown[]).length).toBe(2)
})

test('the TypeScript runs as JavaScript and finds a best trial', async () => {
  writeFileSync(join(project, 'library.mjs'), blocks('ts')[0]!)
  const { stdout } = await promisify(execFile)(process.execPath, ['library.mjs'], { cwd: project })
  expect(stdout).toMatch(/runs\/library\/[0-9a-f]{20}/)
})

test('each verb and each option that the README names is in the help', async () => {
  const prose = readme.replace(/^```[\s\S]*?^```/gm, '')
  const help = await shell(['', ...verbs].map((verb) => `anthill help ${verb}`).join('\n'))
  const options = [...prose.matchAll(/`[^`]*?(--[a-z][a-z-]+)[^`]*`/g)].map(([, option]) => option!)
  expect([verbs.length, options.length > 8]).toEqual([26, true])
  const known = ['--array'] // an option of sbatch
  expect([...new Set(options)].filter((option) => !help.includes(option) && !known.includes(option))).toEqual([])
})

// A page of the registry shows the README without the repository around it.
test('each link leads to a file of the repository by its whole address', () => {
  const targets = [...readme.matchAll(/\]\(([^)]+)\)/g)].map(([, target]) => target!)
  expect(targets.length).toBeGreaterThan(5)
  const isThere = (target: string): boolean => {
    const path = target.startsWith(`${repository}/blob/main/`) ? target.slice(`${repository}/blob/main/`.length) : ''
    return path !== '' && statSync(join(top, path), { throwIfNoEntry: false })?.isFile() === true
  }
  expect(targets.filter((target) => !isThere(target))).toEqual([])
})

test('each link in .github leads to a file beside it', () => {
  const folder = join(top, '.github')
  const pages = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.md'))
  const targets = pages.flatMap((name) =>
    [...readFileSync(join(folder, name), 'utf8').matchAll(/\]\(([^)]+)\)/g)].map(([, target]) =>
      join(name, '..', target!),
    ),
  )
  expect(targets.length).toBeGreaterThan(4)
  expect(targets.filter((target) => !existsSync(join(folder, target)))).toEqual([])
})
