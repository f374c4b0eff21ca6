import { Script, createContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { linked } from '../../src/build/link.ts'

/** The script of some modules, as `tsc` writes them; `a/main.js` is the first. */
const scriptOf = (files: Readonly<Record<string, string>>): string =>
  linked('a/main.js', (path) => {
    const text = files[path]
    if (text === undefined) throw new Error(`no '${path}'`)
    return text
  })

/** What the script puts into `seen`. */
function seenBy(files: Readonly<Record<string, string>>): unknown[] {
  const seen: unknown[] = []
  new Script(scriptOf(files)).runInContext(createContext({ seen }))
  return seen
}

const ONE = `const HIDDEN = 1;\nexport const one = HIDDEN;\nexport function twice(x) {\n    return 2 * x;\n}\n`

test('names, renamed names and whole modules are handed on', () => {
  const files = {
    'a/main.js': [
      `import { one as first, twice } from './one.js';`,
      `import * as far from '../b/far.js';`,
      `import { other, } from '../b/far.js';`,
      'seen.push(first, twice(far.three), other.called);',
    ].join('\n'),
    'a/one.js': ONE,
    'b/far.js': [
      `import { twice } from '../a/one.js';`,
      'const inner = { called: twice(5) };',
      'export const three = 3;',
      'export { inner as other };',
    ].join('\n'),
  }
  expect(seenBy(files)).toEqual([1, 6, 10])
})

test('the same name in two modules is two things', () => {
  const files = {
    'a/main.js': `import { one } from './one.js';\nconst HIDDEN = 7;\nseen.push(one, HIDDEN);\n`,
    'a/one.js': ONE,
  }
  expect(seenBy(files)).toEqual([1, 7])
})

test('each module runs once, after those that it imports', () => {
  const files = {
    'a/main.js': `import { b } from './b.js';\nimport { c } from './c.js';\nseen.push(b, c, 'main');\n`,
    'a/b.js': `import { c } from './c.js';\nseen.push('b');\nexport const b = c + 1;\n`,
    'a/c.js': `seen.push('c');\nexport const c = 1;\n`,
  }
  expect(seenBy(files)).toEqual(['c', 'b', 2, 1, 'main'])
})

test('what nothing reaches is left out, also in modules that stay', () => {
  const script = scriptOf({
    'a/main.js': `import { twice } from './one.js';\nimport { used } from './two.js';\nseen.push(twice(used));\n`,
    'a/one.js': ONE,
    'a/two.js': `import { three } from './three.js';\nexport const used = 1;\nexport const unused = three;\n`,
    'a/three.js': 'export const three = "not reached";\n',
  })
  expect(script).toContain('function twice')
  expect(script).not.toMatch(/HIDDEN|unused|not reached|three/)
})

test('statements of several lines and several names stay whole', () => {
  const files = {
    'a/main.js': `import { made } from './made.js';\nseen.push(made());\n`,
    'a/made.js': [
      'const TABLE = {',
      '    text: `first line',
      '`,',
      '};',
      'const { text } = TABLE;',
      'class Kept {',
      '    value = [',
      '        text.length,',
      '    ];',
      '}',
      'export function made() {',
      '    return new Kept().value[0];',
      '}',
    ].join('\n'),
  }
  expect(seenBy(files)).toEqual([11])
})

describe('what cannot be linked ends the build with its file and line', () => {
  test.each([
    'export let changing = 1;',
    'export default 1;',
    `export { one } from './one.js';`,
    `export * from './one.js';`,
    `import one from './one.js';`,
    `import './one.js';`,
    `import { readFileSync } from 'node:fs';`,
    `const one = await fetch('x');`,
    `    const late = import('./one.js');`,
    'const here = import.meta.url;',
  ])('%s', (line) => {
    expect(() => scriptOf({ 'a/main.js': `const x = 1;\n${line}`, 'a/one.js': ONE })).toThrow(
      `link: a/main.js:2: cannot be linked: ${line}`,
    )
  })

  test('a circle of imports', () => {
    const files = {
      'a/main.js': `import { b } from './b.js';\nexport const a = b;\n`,
      'a/b.js': `import { a } from './main.js';\nexport const b = a;\n`,
    }
    expect(() => scriptOf(files)).toThrow('link: a circle of imports: a/main.js → a/b.js → a/main.js')
  })

  test('a name that the other module does not export', () => {
    expect(() => scriptOf({ 'a/main.js': `import { two } from './one.js';`, 'a/one.js': ONE })).toThrow(
      'link: a/one.js does not export two',
    )
  })

  test('a path out of the build, and a file that is not there', () => {
    expect(() => scriptOf({ 'a/main.js': `import { x } from '../../x.js';` })).toThrow(/leads out of the build/)
    expect(() => scriptOf({ 'a/main.js': `import { x } from './x.js';` })).toThrow(`no 'a/x.js'`)
  })
})
