/**
 * The linker: joins modules into one classic script, since a page that is opened from a file may not load modules.
 * Each module becomes a function that is called once and returns what others import of it:
 *
 *     const m2 = (() => {
 *     const { shareOf } = m1;
 *     …
 *     return { axisText };
 *     })();
 *
 * Declarations that the first module does not reach are left out. A word is taken for a name wherever it stands, so
 * some that are not needed may stay, and none that is needed is left out.
 */

import { moduleText } from './module-text.ts'
import type { Import, ModuleText, Statement } from './module-text.ts'

interface Linked extends ModuleText {
  readonly path: string
  readonly kept: Set<Statement>
  /** The names of other modules that the kept statements use, and the exports that others use. */
  readonly used: Set<Import>
  readonly wanted: Set<string>
}

/**
 * The script that runs a module, and before it those that it imports, each once.
 *
 * @param main      the path of the module: names joined by `/`
 * @param sourceOf  the text of a module by its path; throws if there is none
 * @throws Error that names the file and the line which cannot be linked, or the modules that import each other
 */
export function linked(main: string, sourceOf: (path: string) => string): string {
  const modules = new Map<string, Linked>()
  load(main, sourceOf, modules, [])
  for (const module of modules.values())
    for (const statement of module.statements)
      if (module.path === main || statement.declares.length === 0) keep(module, statement, modules)
  const used = [...modules.values()].filter(({ kept }) => kept.size > 0)
  const names = new Map(used.map(({ path }, k) => [path, `m${k + 1}`]))
  return `(() => {\n'use strict';\n${used.map((module) => moduleCode(module, names)).join('')}})();\n`
}

/** Reads a module and, before it, all that it imports. The order of the map is that of running. */
function load(
  path: string,
  sourceOf: (path: string) => string,
  modules: Map<string, Linked>,
  importers: readonly string[],
): void {
  if (importers.includes(path)) throw new Error(`link: a circle of imports: ${[...importers, path].join(' → ')}`)
  if (modules.has(path)) return
  const read = moduleText(path, sourceOf(path))
  const imports = read.imports.map((each) => ({ ...each, from: joined(path, each.from) }))
  for (const { from } of imports) load(from, sourceOf, modules, [...importers, path])
  for (const { from, name } of imports)
    if (name !== null && !modules.get(from)!.exports.has(name)) throw new Error(`link: ${from} does not export ${name}`)
  modules.set(path, { ...read, imports, path, kept: new Set(), used: new Set(), wanted: new Set() })
}

/** Keeps a statement, and all that it names. */
function keep(module: Linked, statement: Statement, modules: ReadonlyMap<string, Linked>): void {
  const open: [Linked, Statement][] = [[module, statement]]
  for (const [of, each] of open) {
    if (of.kept.has(each)) continue
    of.kept.add(each)
    const words = new Set(each.text.match(/[\w$]+/g))
    open.push(...declaring(of, words).map((other): [Linked, Statement] => [of, other]))
    for (const found of of.imports.filter(({ local }) => words.has(local))) {
      of.used.add(found)
      const target = modules.get(found.from)!
      const names = found.name === null ? [...target.exports.keys()] : [found.name]
      for (const name of names) target.wanted.add(name)
      const locals = new Set(names.map((name) => target.exports.get(name)!))
      open.push(...declaring(target, locals).map((other): [Linked, Statement] => [target, other]))
      // What it hands on from a third module.
      for (const { from, name, local } of target.imports)
        if (locals.has(local))
          throw new Error(`link: ${target.path}: hands on '${name ?? '*'}' of ${from}; import it there`)
    }
  }
}

const declaring = ({ statements }: Linked, names: ReadonlySet<string>): Statement[] =>
  statements.filter(({ declares }) => declares.some((name) => names.has(name)))

/** The code of a module, and of nothing in it that is not kept. */
function moduleCode(
  { path, statements, kept, used, wanted, exports }: Linked,
  names: ReadonlyMap<string, string>,
): string {
  const imports = [...used].map(({ local, from, name }) =>
    name === null ? `const ${local} = ${names.get(from)};` : `const ${named(name, local)} = ${names.get(from)};`,
  )
  const returned = [...wanted].map((name) => pair(name, exports.get(name)!))
  return [
    `// ${path}`,
    `const ${names.get(path)} = (() => {`,
    ...imports,
    ...statements.filter((statement) => kept.has(statement)).map(({ text }) => narrow(text)),
    ...(returned.length === 0 ? [] : [`return { ${returned.join(', ')} };`]),
    '})();\n',
  ].join('\n')
}

/** A quarter of the indentation is as readable; a text that goes on over lines stays as it is. */
const narrow = (text: string): string =>
  text.split('\n').some((line) => (line.split('`').length - 1) % 2 === 1)
    ? text
    : text.replaceAll(/^(?: {4})+/gm, (spaces) => ' '.repeat(spaces.length / 4))

const pair = (name: string, local: string): string => (name === local ? name : `${name}: ${local}`)
const named = (name: string, local: string): string => `{ ${pair(name, local)} }`

/** The path that a module means by a relative one. */
function joined(path: string, relative: string): string {
  const names = path.split('/').slice(0, -1)
  for (const name of relative.split('/')) {
    if (name === '..') {
      if (names.pop() === undefined) throw new Error(`link: ${path}: '${relative}' leads out of the build`)
    } else if (name !== '.') names.push(name)
  }
  return names.join('/')
}
