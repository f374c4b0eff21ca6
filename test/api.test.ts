/** src/API.md names every export. Its examples, and the examples of the docstrings, compile and run. */

import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, expect, test } from 'vitest'
import { scratch } from './support/scratch.ts'

/** How many examples run at once. */
const LANES = 2

const top = new URL('..', import.meta.url).pathname
const read = (name: string): string => readFileSync(join(top, 'src', name), 'utf8')
const api = read('API.md')
const run = promisify(execFile)

interface Example {
  /** Its name in a failure: the heading above it, or the file of its docstring. */
  readonly name: string
  readonly code: string
}

const blocksIn = (text: string): string[] =>
  [...text.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, code]) => code ?? '')

function examplesOfReference(): Example[] {
  return api.split(/^(?=#)/m).flatMap((section) => {
    const [heading = ''] = section.split('\n')
    return blocksIn(section).map((code) => ({ name: `API.md ${heading}`, code }))
  })
}

function examplesOfDocstrings(): Example[] {
  const files = readdirSync(join(top, 'src'), { recursive: true, encoding: 'utf8' }).filter((f) => f.endsWith('.ts'))
  return files.flatMap((name) => {
    const comments = [...read(name).matchAll(/\/\*\*[\s\S]*?\*\//g)].map(([comment]) => comment)
    const text = comments.join('\n').replace(/^ *\* ?/gm, '')
    return blocksIn(text).map((code) => ({ name, code }))
  })
}

/** The names after `export {` and `export type {`, as importers see them. */
const exported = [...read('index.ts').matchAll(/^export (?:type )?\{([^}]*)\}/gm)]
  .flatMap(([, names = '']) => names.split(','))
  .map((name) => name.trim().replace(/^.* as /, ''))
  .filter((name) => name !== '')

const spansIn = (line: string): string[] => [...line.matchAll(/`(\w+)`/g)].map(([, name]) => name ?? '')
const lines = api.split('\n')
const headed = lines.filter((line) => line.startsWith('#')).flatMap(spansIn)
const listed = lines.flatMap((line) => /^- `(\w+)`: /.exec(line)?.[1] ?? [])

test('API.md describes every export in a heading or a list entry, and heads nothing that is not exported', () => {
  expect(exported.length).toBeGreaterThan(50)
  expect(exported.filter((name) => !headed.includes(name) && !listed.includes(name))).toEqual([])
  expect([...headed, ...listed].filter((name) => !exported.includes(name))).toEqual([])
})

const examples = [...examplesOfReference(), ...examplesOfDocstrings()]
let project = ''

beforeAll(async () => {
  project = scratch()
  mkdirSync(join(project, 'node_modules'))
  mkdirSync(join(project, 'examples'))
  symlinkSync(top, join(project, 'node_modules', 'anthill'))
  symlinkSync(join(top, 'node_modules', '@types'), join(project, 'node_modules', '@types'))
  writeFileSync(join(project, 'package.json'), '{"type": "module"}')
  const compilerOptions = {
    target: 'ES2022',
    module: 'NodeNext',
    lib: ['ES2023', 'ESNext.Disposable'],
    types: ['node'],
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noUnusedLocals: true,
    rootDir: 'examples',
    outDir: 'built',
  }
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['examples'] }))
  for (const [k, { code }] of examples.entries()) writeFileSync(join(project, 'examples', `${k}.ts`), code)
})

test('every example type-checks against the built package, and runs to its end without a word on stderr', async () => {
  expect(examplesOfDocstrings().length).toBeGreaterThan(4)
  const tsc = join(top, 'node_modules', '.bin', 'tsc')
  const checked = await run(tsc, ['-p', project]).catch((error: { stdout: string }) => error)
  const complaints = checked.stdout.replace(
    /examples\/(\d+)\.ts/g,
    (file, k) => `${examples[Number(k)]?.name}: ${file}`,
  )
  expect(complaints).toBe('')
  const left = [...examples.entries()]
  const failures: unknown[] = []
  const lane = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const [k, { name }] = next
      const cwd = join(project, 'places', String(k))
      mkdirSync(cwd, { recursive: true })
      const program = join(project, 'built', `${k}.js`)
      const { stderr } = await run(process.execPath, [program], { cwd }).catch((error: { stderr: string }) => error)
      if (stderr !== '') failures.push({ name, stderr })
    }
  }
  await Promise.all(Array.from({ length: LANES }, lane))
  expect(failures).toEqual([])
}, 180_000)
