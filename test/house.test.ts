/**
 * The house rules of src/README.md that a machine can check: width, words, size and order of the files.
 *
 * A rule lists its offenders as `file:line: what`, so that a failure says what to change.
 */

import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const TOP = fileURLToPath(new URL('..', import.meta.url))

/** The folders whose text people write; fixtures are data. */
const FOLDERS = ['src', 'test', 'examples', '.github']
const CODE = /\.(?:ts|mjs|sh|py|c)$/
const DATA = /(?:^|\/)(?:fixtures|node_modules|dist)\//

/** The most columns of a line. */
const WIDTH = 120

/** A file of more lines has two nouns; a shorter file than the second number is a crumb that joins its neighbor. */
const MOST_LINES = 400
const FEWEST_LINES = 20

/** Words and phrases that make a reader stop, each with what to write instead. */
const BANNED: readonly (readonly [pattern: RegExp, instead: string])[] = [
  [/(?<!\bthere )\bis no (?!longer\b|more\b|better\b|worse\b|\d)[a-z]+/i, 'is not a …'],
  [/\bwhoever\b/i, 'name the person or process'],
  [/\blest\b/i, 'so that … not'],
  [/\bfor want of\b/i, 'because there is no …'],
  [/\bfor ever\b/i, 'permanently'],
  [/\bso many\b/i, 'this many'],
  [/\bso far as\b/i, 'as far as'],
  [/\bby the way of\b/i, 'by'],
  [/\bnobody's\b/i, 'of no …'],
  [/(?:^|\. )Of (?!course\b)[a-z]/, 'begin with the subject'],
  [
    /\b(?:optim|minim|maxim|initial|normal|serial|random|standard|recogn|general)is(?:e|ing|ation)/i,
    'American spelling: -ize',
  ],
  [/\b(?:colour|neighbour|behaviour|centre\b|honour|favour)/i, 'American spelling'],
]

interface Line {
  /** `file:line`. */
  readonly at: string
  readonly text: string
}

const files = [
  ...readdirSync(TOP).filter((name) => name.endsWith('.md')),
  ...FOLDERS.flatMap((folder) => filesIn(folder)),
].filter((file) => !DATA.test(file) && file !== 'test/house.test.ts')
const code = files.filter((file) => CODE.test(file))
const markdown = files.filter((file) => file.endsWith('.md'))
const source = files.filter((file) => file.startsWith('src/') && file.endsWith('.ts'))

function filesIn(folder: string): string[] {
  try {
    return readdirSync(join(TOP, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
      `${folder}/${name}`.replaceAll('\\', '/'),
    )
  } catch {
    return []
  }
}

function linesOf(file: string): Line[] {
  const lines = readFileSync(join(TOP, file), 'utf8').split('\n')
  return lines.map((text, k) => ({ at: `${file}:${k + 1}`, text }))
}

/** The lines of a Markdown file outside of code blocks and tables. */
function proseOf(file: string): Line[] {
  let isCode = false
  return linesOf(file).filter(({ text }) => {
    const isFence = text.trimStart().startsWith('```')
    if (isFence) isCode = !isCode
    return !isFence && !isCode && !text.startsWith('|')
  })
}

/** The comments of a file, without their marks; and all other lines, which have messages and help texts. */
function commentsAndCodeOf(file: string): { comments: Line[]; others: Line[] } {
  const mark = /\.(?:sh|py)$/.test(file)
    ? /^\s*#(?!!)\s?(.*)$/
    : /^\s*(?:\/\*\*?|\*\/?(?=\s|$)|\/\/)\s?(.*?)(?:\s*\*\/)?$|[\s;,{(]\/\/ (.*)$/
  const comments: Line[] = []
  const others: Line[] = []
  for (const line of linesOf(file)) {
    const match = mark.exec(line.text)
    if (match === null) others.push(line)
    else comments.push({ at: line.at, text: match[1] ?? match[2] ?? '' })
  }
  return { comments, others }
}

/** Lines that follow one another, each joined to the next: a phrase may be broken between two lines. */
function joined(lines: readonly Line[]): Line[] {
  const numberOf = (line: Line): number => Number(line.at.split(':')[1])
  return lines.map((line, k) => {
    const next = lines[k + 1]
    const isNext = next !== undefined && line.text.trim() !== '' && numberOf(next) === numberOf(line) + 1
    return isNext ? { at: line.at, text: `${line.text.trim()} ${next.text.trim().split(' ', 3).join(' ')}` } : line
  })
}

// A link is one word, which cannot be broken.
const isUnbreakable = (text: string): boolean => /\S{40,}/.test(text) && /:\/\/|\]\(/.test(text)

test(`no line is longer than ${WIDTH} columns`, () => {
  const lines = [...code.flatMap(linesOf), ...markdown.flatMap(proseOf)]
  const long = lines.filter(({ text }) => [...text].length > WIDTH && !isUnbreakable(text))
  expect(long.map(({ at, text }) => `${at}: ${[...text].length} columns`)).toEqual([])
})

test('nothing is left to do', () => {
  const open = [...code, ...markdown].flatMap(linesOf).filter(({ text }) => /\b(?:TODO|FIXME|XXX)\b/.test(text))
  expect(open.map(({ at }) => at)).toEqual([])
})

describe('everything is in plain American English', () => {
  const parts = code.map(commentsAndCodeOf)
  const prose = [...parts.map(({ comments }) => comments), ...markdown.map(proseOf)]
    .flatMap(joined)
    // A quoted phrase is named, not used: src/README.md lists what not to write.
    .map(({ at, text }) => ({ at, text: text.replace(/"[^"]*"|“[^”]*”|`[^`]*`/g, '…') }))
    .concat(parts.flatMap(({ others }) => others))
  test.each(BANNED.map(([pattern, instead]) => [pattern.source, instead, pattern] as const))(
    'not %s, but: %s',
    (_source, _instead, pattern) => {
      expect(prose.filter(({ text }) => pattern.test(text)).map(({ at, text }) => `${at}: ${text}`)).toEqual([])
    },
  )
})

test(`a file of src has ${FEWEST_LINES} to ${MOST_LINES} lines`, () => {
  const counted = source.map((file) => ({ file, count: linesOf(file).length - 1 }))
  const wrong = counted.filter(({ count }) => count < FEWEST_LINES || count > MOST_LINES)
  expect(wrong.map(({ file, count }) => `${file}: ${count} lines`)).toEqual([])
})

test('the constants of a module are in capitals, and stand above its functions', () => {
  const wrong = source.flatMap((file) => {
    const lines = linesOf(file)
    const first = lines.findIndex(({ text }) => /^(?:export )?(?:async )?(?:function|class)\b/.test(text))
    return lines.flatMap(({ at, text }, k) => {
      const [, name, value] = /^(?:export )?const (\w+)(?:: .+?)? = (.*)$/.exec(text) ?? []
      if (name === undefined || value === undefined) return []
      const isInCapitals = name === name.toUpperCase()
      // Objects are not looked at: an object of functions is an implementation, not a constant.
      if (!isInCapitals && /^['"`\d/[-]/.test(value)) return [`${at}: '${name}' is not in capitals`]
      return isInCapitals && first >= 0 && k > first ? [`${at}: '${name}' stands below a function`] : []
    })
  })
  expect(wrong).toEqual([])
})

test('a switch over types, states and kinds has no default, so that the compiler finds a missing case', () => {
  const wrong = source.flatMap((file) => {
    const lines = linesOf(file)
    return lines.flatMap(({ text }, k) => {
      const [, indent] = /^(\s*)switch \((?:.*\.)?(?:type|state|kind|status|by|reason)\) \{$/.exec(text) ?? []
      if (indent === undefined) return []
      const body = lines.slice(k + 1, k + 1 + lines.slice(k + 1).findIndex((line) => line.text === `${indent}}`))
      return body.filter((line) => line.text.startsWith(`${indent}  default:`)).map(({ at }) => at)
    })
  })
  expect(wrong).toEqual([])
})
