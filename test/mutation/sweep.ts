/**
 * Puts mutants into a copy of the repository, one at a time, and runs tests until one of them fails.
 *
 * The checkout itself is never changed: the copy has its own `src`, `test` and `dist`, and only shares `node_modules`.
 */

import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Mutant } from './mutant.ts'

const TOP = fileURLToPath(new URL('../..', import.meta.url))

/** What tests read. `dist` comes along because its record of what was built makes each build a short one. */
const COPIED = ['src', 'test', 'examples', 'dist', 'README.md', 'LICENSE', 'package.json', 'package-lock.json']

/** One run of tests may take this long. A mutant that makes them hang has been noticed. */
const LONGEST_RUN_MS = 15 * 60_000

/** The tests that run if a mutant survives its own: by room, which is how the name of its file begins. */
const WIDER: readonly (readonly [room: string, tests: readonly string[]])[] = [
  ['store', ['test/store/', 'test/study/', 'test/simulation/', 'test/models/']],
  ['study', ['test/study/', 'test/cli/', 'test/simulation/']],
  ['runner', ['test/runner/', 'test/cli/']],
  ['space', ['test/space/', 'test/study/', 'test/cli/']],
  ['numerics', ['test/numerics/', 'test/surrogate/', 'test/acquisition/', 'test/sampler/']],
  ['surrogate', ['test/surrogate/', 'test/acquisition/', 'test/sampler/']],
  ['acquisition', ['test/acquisition/', 'test/sampler/']],
  ['sampler', ['test/sampler/', 'test/optimizer.test.ts', 'test/study/']],
  ['doctor', ['test/doctor/']],
  ['cli', ['test/cli/']],
  ['report', ['test/report/', 'test/cli/']],
  ['interop', ['test/interop/']],
  ['', ['test/store/', 'test/study/', 'test/runner/', 'test/doctor/']],
]

/** What became of a mutant. `by` names the test that failed first. */
export interface Fate {
  readonly outcome: 'killed' | 'survived' | 'not built'
  readonly by: string
}

/** Makes a copy of the repository, to which mutants are applied. It must have been built. */
export function copyRepository(place: string): string {
  const copy = join(place, 'copy')
  mkdirSync(copy)
  for (const name of [...COPIED, 'tsconfig.json']) cpSync(join(TOP, name), join(copy, name), { recursive: true })
  symlinkSync(join(TOP, 'node_modules'), join(copy, 'node_modules'))
  return copy
}

/** How often the text that a mutant replaces stands in its file: it must be once. */
export function occurrences({ file, find }: Mutant, top = TOP): number {
  return readFileSync(join(top, 'src', file), 'utf8').split(find).length - 1
}

/** Whether there is a test file of this name, as mutants give it. */
export const hasTest = (name: string): boolean => existsSync(join(TOP, testFile(name)))

const testFile = (name: string): string => `test/${name}.test.ts`

/** The first failure among the tests that some mutants name, without any mutant; undefined if all pass. */
export async function failureWithout(copy: string, mutants: readonly Mutant[]): Promise<string | undefined> {
  const tests = new Set(mutants.filter(({ equivalent }) => equivalent === undefined).flatMap(({ tests }) => tests))
  return await failureOf(copy, [...tests].map(testFile))
}

/** Runs the mutant's own tests, and if it survives them and `isWide` is set, all tests of the rooms around its file. */
export async function tryMutant(copy: string, mutant: Mutant, isWide: boolean): Promise<Fate> {
  const path = join(copy, 'src', mutant.file)
  const built = join(copy, 'dist', mutant.file.replace(/ts$/, 'js'))
  const [original, before] = [readFileSync(path, 'utf8'), readFileSync(built, 'utf8')]
  writeFileSync(
    path,
    original.replace(mutant.find, () => mutant.put),
  )
  try {
    // Mistakes of types are allowed: the tests must find what a compiler finds by chance.
    const build = await run(copy, ['node_modules/typescript/bin/tsc', '--build', 'examples'])
    if (readFileSync(built, 'utf8') === before) return { outcome: 'not built', by: build.output }
    const first = mutant.tests.map(testFile)
    const rest = WIDER.find(([room]) => mutant.file.startsWith(room))![1]
    for (const tests of isWide ? [first, rest] : [first]) {
      const by = await failureOf(copy, tests)
      if (by !== undefined) return { outcome: 'killed', by }
    }
    return { outcome: 'survived', by: '' }
  } finally {
    writeFileSync(path, original)
  }
}

interface Report {
  readonly testResults: readonly {
    readonly name: string
    readonly message?: string
    readonly assertionResults: readonly {
      readonly status: string
      readonly fullName: string
      readonly failureMessages?: readonly string[]
    }[]
  }[]
}

/** The first test that fails; undefined if all pass. A test that only took too long gets a second chance, alone. */
async function failureOf(copy: string, tests: readonly string[]): Promise<string | undefined> {
  const first = await firstFailure(copy, tests)
  if (first === undefined || !first.isSlow) return first?.words
  return (await firstFailure(copy, [first.file]))?.words
}

async function firstFailure(
  copy: string,
  tests: readonly string[],
): Promise<{ readonly file: string; readonly words: string; readonly isSlow: boolean } | undefined> {
  const report = join(copy, 'report.json')
  rmSync(report, { force: true })
  const { status, output } = await run(copy, [
    'node_modules/vitest/vitest.mjs',
    ...['run', '--root', '.', '--config', 'test/vitest.config.ts', '--bail', '1'],
    ...['--reporter', 'json', '--outputFile', report, ...tests],
  ])
  if (status === 0) return undefined
  if (status === null) return { file: '', words: `${tests.join(' ')}: hung`, isSlow: false }
  let results: Report['testResults']
  try {
    results = (JSON.parse(readFileSync(report, 'utf8')) as Report).testResults
  } catch {
    throw new Error(`vitest ran no test: ${output}`)
  }
  for (const { name, assertionResults } of results) {
    const file = name.slice(copy.length + 1)
    for (const { status, fullName, failureMessages } of assertionResults)
      if (status === 'failed')
        return { file, words: `${file}: ${fullName}`, isSlow: /timed out/i.test(failureMessages?.[0] ?? '') }
  }
  const broken = results.find(({ message }) => message)
  if (broken === undefined) throw new Error(`vitest failed without a test that failed: ${output}`)
  return { file: '', words: `${broken.name.slice(copy.length + 1)}: ${broken.message!.split('\n')[0]!}`, isSlow: false }
}

/** Runs Node in the copy. The status is null if it took too long. */
async function run(copy: string, words: readonly string[]): Promise<{ status: number | null; output: string }> {
  // A test run inside of a test run must not take the outer one's worker for its own.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(?:VITEST|NODE_ENV|TEST$)/.test(name)),
  )
  const child = spawn(process.execPath, words, { cwd: copy, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (output += String(part)))
  const timer = setTimeout(() => process.kill(-child.pid!, 'SIGKILL'), LONGEST_RUN_MS)
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve))
  clearTimeout(timer)
  return { status, output: output.slice(-2000) }
}
