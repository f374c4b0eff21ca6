import { readFileSync, readdirSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { basename, dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const src = fileURLToPath(new URL('../src', import.meta.url))

/**
 * Each room of the table in src/README.md, with the rooms that it may import; `node` stands for Node's built-in
 * modules.
 */
const ALLOWED = new Map(
  [
    ...readFileSync(join(src, 'README.md'), 'utf8').matchAll(
      /^\| `([a-z/-]+?)(?:\/|\.ts)` \|[^|]*\| ([a-z/, -]+) \|$/gm,
    ),
  ].map(([, room, rooms]) => [room!, rooms === 'nothing' ? [] : rooms!.split(', ')] as const),
)

/** What every room may import. */
const VOCABULARY = ['errors', 'trial', 'paths']

interface Import {
  readonly from: string
  readonly to: string
}

const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => name.replaceAll('\\', '/'))

/** The room of a file: the longest name in the table that is a prefix of its path. */
const roomOf = (file: string): string =>
  [...ALLOWED.keys()]
    .filter((room) => file === `${room}.ts` || file.startsWith(`${room}/`))
    .sort((a, b) => b.length - a.length)[0] ?? 'none'

/** Static and dynamic imports, re-exports, and the URLs of worker threads, types included. */
function specifiersOf(text: string): string[] {
  const patterns = [
    /\bfrom\s+'([^']+)'/g,
    /\bimport\s+'([^']+)'/g,
    /\bimport\(\s*'([^']+)'\s*\)/g,
    /\bnew URL\(\s*'([^']+)',\s*import\.meta\.url/g,
  ]
  const code = text.replace(/^\s*\*.*$/gm, '') // an @example imports the package by its name
  return patterns.flatMap((pattern) => [...code.matchAll(pattern)].map((match) => match[1]!))
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

test('the only imports from outside are built-in modules of Node, and the tool that makes the page small', () => {
  const isTool = ({ from, to }: { from: string; to: string }): boolean => from === 'build/page.ts' && to === 'vite'
  const isNode = (to: string): boolean => to.startsWith('node:') && builtinModules.includes(to.slice(5))
  const outside = all.filter((each) => !isOwn(each.to) && !isNode(each.to) && !isTool(each))
  expect(outside).toEqual([])
})

const between = all
  .map(({ from, to }) => ({ from, to, room: roomOf(from), target: isOwn(to) ? roomOf(to) : 'node' }))
  .filter(({ room, target }) => target !== room && !VOCABULARY.includes(target))

test('every file belongs to a room of the table, and every room has a file', () => {
  expect(files.filter((file) => roomOf(file) === 'none')).toEqual([])
  expect([...ALLOWED.keys()].filter((room) => !files.some((file) => roomOf(file) === room))).toEqual([])
})

test('a room imports only what the table allows it', () => {
  expect(between.filter(({ room, target }) => !ALLOWED.get(room)!.includes(target))).toEqual([])
})

test('the table allows nothing that no file uses', () => {
  const unused = [...ALLOWED].flatMap(([room, targets]) =>
    targets
      .filter((target) => !between.some((found) => found.room === room && found.target === target))
      .map((target) => `${room} → ${target}`),
  )
  expect(unused).toEqual([])
})

test('only paths.ts builds the names of files in a study', () => {
  const built = [
    /\/\.anthill|'\.anthill'|\/best_instance/,
    /['`/]\.(?:poke|room|now|best_instance)\./,
    /join\([^()]*'[\w.-]+\.(?:json|jsonl|hb|log)'/,
  ]
  const elsewhere = files
    .filter((file) => file !== 'paths.ts')
    .flatMap((file) =>
      readFileSync(join(src, file), 'utf8')
        .split('\n')
        .filter((line) => !/^\s*(\/?\*|\/\/)/.test(line) && built.some((pattern) => pattern.test(line)))
        .map((line) => `${file}: ${line.trim()}`),
    )
  expect(elsewhere).toEqual([])
})

test('what is found is removed through one door; others remove only what they have just made', () => {
  const makers = [
    'store/disk/create-once.ts', // its temporary file
    'store/disk/file-system.ts',
    'store/disk/removal.ts', // the door
    'store/protocol/best.ts', // its temporary link
    'store/protocol/folder.ts', // probes
    'store/protocol/liveness.ts',
    'store/protocol/registration.ts', // its heartbeat, if it cannot begin
    'study/group-access.ts', // a probe
    'runner/disk-space.ts', // a probe
    'runner/test-run.ts', // its own temporary directory
    'cli/report/written-file.ts', // its temporary file
    'cli/serve/listening.ts', // a socket that nobody listens to, in the place of its own
  ]
  const calls = /\b(?:unlink|rmdir|rm)(?:Sync)?\(/
  const removing = files.filter((file) => calls.test(readFileSync(join(src, file), 'utf8').replace(/^\s*\*.*$/gm, '')))
  expect(removing.filter((file) => !file.startsWith('doctor/')).sort()).toEqual(makers.sort())
  const ofDoctor = files.filter((file) => file.startsWith('doctor/') && removing.includes(file))
  expect(ofDoctor.filter((file) => /\b(?:unlink|rmdir|rm)Sync\(/.test(readFileSync(join(src, file), 'utf8')))).toEqual(
    [],
  )
})

test('every import leads to a file that exists', () => {
  expect(all.filter(({ to }) => isOwn(to) && !files.includes(to))).toEqual([])
})

test('no imports form a circle', () => {
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

test('opening a study loads no model: most commands suggest nothing', () => {
  const loaded = new Set<string>()
  const visit = (file: string): void => {
    if (loaded.has(file)) return
    loaded.add(file)
    // Types leave nothing behind in the build, and `import()` loads when it is called.
    const late = /\bimport type [^;]*? from '[^']+'|\bimport\([^)]*\)/g
    const early = specifiersOf(readFileSync(join(src, file), 'utf8').replace(late, ''))
    for (const { to } of all.filter(({ from }) => from === file))
      if (isOwn(to) && early.some((specifier) => basename(specifier) === basename(to))) visit(to)
  }
  visit('study/open-study.ts')
  expect(loaded).toContain('store/protocol/claim.ts')
  expect([...loaded].filter((file) => /^(?:surrogate|acquisition)\//.test(file))).toEqual([])
})

test('in the store, only the door to the disk and what asks about processes, owners and paths use node:fs', () => {
  const nodeFs = all.filter(({ from, to }) => from.startsWith('store/') && to === 'node:fs').map(({ from }) => from)
  expect([...new Set(nodeFs)].sort()).toEqual([
    'store/disk/access.ts',
    'store/disk/door.ts',
    'store/disk/file-system.ts',
    'store/disk/removal.ts',
    'store/disk/wrong-name.ts',
    'store/life/heartbeat-thread.ts',
    'store/life/identity.ts',
  ])
})
