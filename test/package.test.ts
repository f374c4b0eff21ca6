/**
 * The package that `npm pack` makes of a fresh clone: what is in it, how large it is, and that a project of somebody
 * else gets a working command, a working library and types that compile.
 *
 * `ANTHILL_COMPILERS` lists the folders of other TypeScript packages, joined by colons (`test/versions.sh` sets it).
 */

import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, test } from 'vitest'
import { scratch } from './support/scratch.ts'

/** The most that the tarball may weigh. Raise it only when the code has grown by that much. */
const MOST_PACKED_BYTES = 640_000

/** What the package holds besides the build. */
const BESIDE_THE_BUILD = ['LICENSE', 'README.md', 'package.json']

/** What `prepare` needs, from a clone with nothing built. */
const CLONED = [...BESIDE_THE_BUILD, 'tsconfig.json', 'src']

/** Building, packing and installing take some six seconds, on a busy machine ten times as long. */
const BUILD_MS = 180_000

const top = fileURLToPath(new URL('..', import.meta.url))
const compilers = process.env['ANTHILL_COMPILERS']?.split(':') ?? [join(top, 'node_modules', 'typescript')]

/** A program that uses the types; the line after `@ts-expect-error` must not compile. */
const PROGRAM = `
import { bestConfig, branch, choice, float, int, openStudy, Optimizer, StudyError } from 'anthill'
import type { ConfigOf, LiveTrial, Sampler, Study, TrialRecord } from 'anthill'

const space = {
  x: float(0, 1),
  model: branch('kind', { svm: { C: float(1e-3, 1e3, { log: true }) }, forest: { trees: int(10, 500) } }),
  optimizer: choice(['adam', 'sgd']),
}
type Tried = ConfigOf<typeof space>
const config: Tried = { x: 0.5, model: { kind: 'svm', C: 1 }, optimizer: 'adam' }
// @ts-expect-error: a forest has no C
config.model = { kind: 'forest', C: 1 }

const study: Study<Tried> = await openStudy('runs/types', { space, minimize: 'loss', trials: 3 })
const trial: LiveTrial<Tried> | undefined = await study.ask()
const name: 'adam' | 'sgd' | undefined = trial?.config.optimizer
const trees = trial?.config.model.kind === 'forest' ? trial.config.model.trees : 0
const records: readonly TrialRecord<Tried>[] = await study.trials()
export const all: unknown[] = [name, trees, records, bestConfig, new Optimizer(space), StudyError, {} as Sampler]
`

let packed: { filename: string; size: number; files: { path: string }[] }
let project = ''

async function output(program: string, words: readonly string[], cwd: string): Promise<string> {
  // What npm hands to the scripts that it starts (`npm test`) must not configure the npm of this test.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)))
  return (await promisify(execFile)(program, words, { cwd, env })).stdout
}

beforeAll(async () => {
  const clone = scratch()
  for (const name of CLONED) cpSync(join(top, name), join(clone, name), { recursive: true })
  symlinkSync(join(top, 'node_modules'), join(clone, 'node_modules'))
  packed = (JSON.parse(await output('npm', ['pack', '--json'], clone)) as (typeof packed)[])[0]!

  project = scratch()
  writeFileSync(join(project, 'package.json'), '{ "private": true, "type": "module" }')
  const options = ['--offline', '--no-audit', '--no-fund', '--no-package-lock']
  await output('npm', ['install', ...options, join(clone, packed.filename)], project)
  mkdirSync(join(project, 'node_modules', '@types'))
  for (const name of ['@types/node', 'undici-types'])
    symlinkSync(join(top, 'node_modules', name), join(project, 'node_modules', name))
}, BUILD_MS)

test('the tarball holds what was built and three files, in at most 640 kB', () => {
  const paths = packed.files.map(({ path }) => path)
  const isNotShipped = (path: string): boolean => /^dist\/(?:examples|build|report\/page)\//.test(path)
  const others = paths.filter((path) => !/^dist\/.*\.(js|d\.ts)$/.test(path) || isNotShipped(path))
  expect(others.sort()).toEqual([...BESIDE_THE_BUILD].sort())
  expect(paths).toEqual(expect.arrayContaining(['dist/cli/main.js', 'dist/report/page.js']))
  expect(packed.size).toBeLessThanOrEqual(MOST_PACKED_BYTES)
})

test('all that the programs and the types of the library import is shipped, and types of no other room', () => {
  const shipped = packed.files.map(({ path }) => path)
  const importsOf = (path: string): string[] => {
    const text = readFileSync(join(project, 'node_modules/anthill', path), 'utf8')
    const ending = path.endsWith('.d.ts') ? '.d.ts' : '.js'
    return [...text.matchAll(/['"](\.\.?\/[^'"\s]+)\.[jt]s['"]/g)].map(
      ([, name]) => posix.join(posix.dirname(path), name!) + ending,
    )
  }
  const programs = shipped.filter((path) => path.startsWith('dist/') && path.endsWith('.js'))
  expect(programs.flatMap(importsOf).filter((path) => !shipped.includes(path))).toEqual([])

  const types = new Set(['dist/index.d.ts'])
  for (const path of types) for (const to of importsOf(path)) types.add(to)
  const rooms = (paths: Iterable<string>): string[] => [...new Set([...paths].map(dirname))].sort()
  expect([...types].filter((path) => !shipped.includes(path))).toEqual([])
  expect(rooms(shipped.filter((path) => path.endsWith('.d.ts')))).toEqual(rooms(types))
})

test('the command that is installed says its version', async () => {
  const { version } = JSON.parse(readFileSync(join(top, 'package.json'), 'utf8')) as { version: string }
  expect(await output(join(project, 'node_modules/.bin/anthill'), ['--version'], project)).toBe(`anthill ${version}\n`)
})

test.each([
  ['use.mjs', `import { float, openStudy } from 'anthill'`],
  ['use.cjs', `const { float, openStudy } = require('anthill')`],
])('the library that is installed makes a study for %s', async (name, line) => {
  const study = `openStudy('runs/${name}', { space: { x: float(0, 1) }, trials: 1 })`
  writeFileSync(join(project, name), `${line}\n${study}.then((study) => study.close()).then(() => console.log('made'))`)
  expect(await output(process.execPath, ['--no-warnings', name], project)).toBe('made\n')
})

describe.each(compilers)('types with the compiler in %s', (folder) => {
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }

  // TypeScript 6 calls node10 deprecated, and 7 refuses it.
  const resolutions = ['node16', 'nodenext', 'bundler', ...(Number.parseInt(version, 10) < 6 ? ['node10'] : [])]

  test.each(resolutions)(`a program compiles strictly under TypeScript ${version}, %s`, async (moduleResolution) => {
    const directory = join(project, `${version}-${moduleResolution}`)
    mkdirSync(directory)
    writeFileSync(join(directory, 'program.ts'), PROGRAM)
    const compilerOptions = {
      strict: true,
      noEmit: true,
      skipLibCheck: false,
      target: 'es2022',
      lib: ['es2022', 'esnext.disposable'],
      types: ['node'],
      module: moduleResolution.startsWith('node') && moduleResolution !== 'node10' ? moduleResolution : 'esnext',
      moduleResolution,
    }
    writeFileSync(join(directory, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['program.ts'] }))
    const compiled = await output(process.execPath, [join(folder, 'bin', 'tsc'), '-p', directory], project).catch(
      (error: { stdout?: string }) => error.stdout ?? String(error),
    )
    expect(compiled).toBe('')
  })
})
