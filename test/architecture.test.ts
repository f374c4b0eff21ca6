import { readFileSync, readdirSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const src = fileURLToPath(new URL('../src', import.meta.url))

/** Who may import whom. `errors`, `trial` and the own room are always allowed; `node` stands for Node's built-ins. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  trial: [],
  numerics: [],
  space: ['numerics'],
  surrogate: ['numerics'],
  acquisition: ['surrogate', 'numerics', 'space'],
  sampler: ['acquisition', 'surrogate', 'space', 'numerics'],
  pruner: ['numerics'],
  optimizer: ['sampler', 'pruner', 'space', 'numerics'],
  store: ['node'],
  study: ['sampler', 'pruner', 'space', 'numerics', 'store', 'node'],
  report: ['sampler', 'surrogate', 'space', 'numerics'],
  runner: ['study', 'space', 'node'],
  interop: ['runner', 'study', 'optimizer', 'sampler', 'acquisition', 'surrogate', 'space', 'numerics', 'node'],
}
const ROOMS = [...Object.keys(ALLOWED), 'cli', 'index']

interface Import {
  readonly from: string
  readonly to: string
}

const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => name.replaceAll('\\', '/'))

const roomOf = (file: string): string => file.split('/')[0]!.replace(/\.ts$/, '')

/** Static and dynamic imports, re-exports, and the URLs of worker threads, types included. */
function specifiersOf(text: string): string[] {
  const patterns = [
    /\bfrom\s+'([^']+)'/g,
    /\bimport\s+'([^']+)'/g,
    /\bimport\(\s*'([^']+)'\s*\)/g,
    /\bnew URL\(\s*'([^']+)',\s*import\.meta\.url/g,
  ]
  return patterns.flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match[1]!))
}

function importsOf(file: string): Import[] {
  return specifiersOf(readFileSync(join(src, file), 'utf8')).flatMap((specifier) => {
    if (!specifier.startsWith('.')) return [{ from: file, to: specifier }]
    const to = relative(src, join(src, dirname(file), specifier))
      .replaceAll('\\', '/')
      .replace(/\.js$/, '.ts')
    return to.startsWith('..') && !to.endsWith('.ts') ? [] : [{ from: file, to }]
  })
}

const all = files.flatMap(importsOf)
const isOwn = (specifier: string): boolean => specifier.endsWith('.ts')

test('nothing but Node itself is imported from outside', () => {
  const outside = all.filter(
    ({ to }) => !isOwn(to) && !(to.startsWith('node:') && builtinModules.includes(to.slice(5))),
  )
  expect(outside).toEqual([])
})

test('every file belongs to a room of the table', () => {
  expect([...new Set(files.map(roomOf))].filter((room) => !ROOMS.includes(room))).toEqual([])
})

test('a room imports only what the table allows it', () => {
  const wrong = all.filter(({ from, to }) => {
    const room = roomOf(from)
    if (room === 'cli') return false
    const target = isOwn(to) ? roomOf(to) : 'node'
    if (room === 'index') return target === 'cli' || target === 'node'
    return !['errors', 'trial', room, ...ALLOWED[room]!].includes(target)
  })
  expect(wrong).toEqual([])
})

test('every import leads to a file that is there', () => {
  expect(all.filter(({ to }) => isOwn(to) && !files.includes(to))).toEqual([])
})

test('no import runs in a circle', () => {
  const next = new Map(
    files.map((file) => [file, all.filter(({ from, to }) => from === file && isOwn(to)).map(({ to }) => to)]),
  )
  const done = new Set<string>()
  const circles: string[] = []
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' → '))
    if (path.includes(file) || done.has(file)) return
    for (const other of next.get(file) ?? []) visit(other, [...path, file])
    done.add(file)
  }
  for (const file of files) visit(file, [])
  expect(circles).toEqual([])
})

test('only the file-system interface, and what asks the system about processes and owners, touches Node in the store', () => {
  const nodeFs = all.filter(({ from, to }) => from.startsWith('store/') && to === 'node:fs').map(({ from }) => from)
  expect([...new Set(nodeFs)].sort()).toEqual([
    'store/access.ts',
    'store/file-system.ts',
    'store/heartbeat-thread.ts',
    'store/identity.ts',
  ])
})
