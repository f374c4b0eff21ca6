/**
 * A module that `tsc` wrote, read line by line: what it imports, its statements, and what it exports.
 *
 * The compiler writes imports and exports in few forms, each in one line. A line of another form is refused: what is
 * exported is handed on as a copy, so `export let` could not be right, and no script waits for an `await` of a module.
 */

export interface ModuleText {
  readonly imports: readonly Import[]
  readonly statements: readonly Statement[]
  /** The name in the module of each name that it exports. */
  readonly exports: ReadonlyMap<string, string>
}

/** One name that a module has of another one; `name` is null if it has the whole of it. */
export interface Import {
  readonly local: string
  readonly from: string
  readonly name: string | null
}

export interface Statement {
  /** What it declares; empty for a statement that does something, which is never left out. */
  readonly declares: readonly string[]
  readonly text: string
}

/** Names, some of them renamed, or `* as` one name; then the file. */
const IMPORT = /^import (?:\{ ([^{}]+?),? \}|\* as ([\w$]+)) from ['](\.{1,2}\/[^']+\.js)';$/
/** `export { a, b as c };` */
const LIST = /^export \{ ?([^{}]*?),? ?\};$/
/** `function NAME`, `class NAME`, `const NAME`, exported or not. */
const DECLARATION = /^(export )?((?:(?:async )?function\*?|class|const|let) (?:([\w$]+)\b|\{ ([^{}]+) \}).*)$/
/** What only a module can do. */
const OF_MODULES = /^(?:import|export)\b|^[^\s/].*\bawait\b(?! ?[:=])|\bimport(?:\.meta\b|\()/
/** A line that goes on with the statement before it. */
const GOES_ON = /^(?:[\s}\])`]|$)/

/**
 * Reads the text of a module.
 *
 * @param path  names the module in errors
 * @throws Error that names the line which has another form
 */
export function moduleText(path: string, text: string): ModuleText {
  const imports: Import[] = []
  const exports = new Map<string, string>()
  const statements: { declares: readonly string[]; lines: string[] }[] = []
  text.split('\n').forEach((line, k) => {
    const [, names, whole, from] = IMPORT.exec(line) ?? []
    const list = LIST.exec(line)?.[1]
    const [, exported, declaration, one, several] = DECLARATION.exec(line) ?? []
    const isRefused = OF_MODULES.test(declaration ?? line)
    if (from !== undefined) {
      if (whole !== undefined) imports.push({ local: whole, from, name: null })
      for (const [name, local] of pairs(names ?? '')) imports.push({ local, from, name })
    } else if (list !== undefined) {
      for (const [local, name] of pairs(list)) exports.set(name, local)
    } else if (declaration !== undefined && !isRefused && (exported === undefined || isHandedOn(declaration, one))) {
      const declares = one === undefined ? pairs(several!.replaceAll(': ', ' as ')).map(([, local]) => local) : [one]
      if (exported !== undefined) exports.set(one!, one!)
      statements.push({ declares, lines: [declaration] })
    } else if (isRefused || exported !== undefined) {
      throw new Error(`link: ${path}:${k + 1}: cannot be linked: ${line}`)
    } else if (statements.length > 0 && GOES_ON.test(line)) statements.at(-1)!.lines.push(line)
    else if (line.trim() !== '') statements.push({ declares: [], lines: [line] })
  })
  const whole = statements.map(({ declares, lines }) => ({ declares, text: lines.join('\n').trimEnd() }))
  return { imports, statements: whole, exports }
}

/** Whether what a declaration declares may be exported as a copy: it has one name, and never changes. */
const isHandedOn = (declaration: string, name: string | undefined): boolean =>
  name !== undefined && !declaration.startsWith('let ')

/** The names of `a, b as c`, each with the name that it gets. */
const pairs = (list: string): [name: string, as: string][] =>
  list
    .split(', ')
    .filter((part) => part !== '')
    .map((part) => {
      const [name = '', as = name] = part.split(' as ')
      return [name, as]
    })
