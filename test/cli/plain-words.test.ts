/** What users meet is told in plain words: a term of ours appears only if `anthill help words` explains it. */

import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { TOPIC_TEXTS } from '../../src/cli/topics.ts'

const source = fileURLToPath(new URL('../../src', import.meta.url))

/** Terms of the code, of its protocol and of its models. */
const TERMS = [
  ...['slot', 'epoch', 'claim', 'held', 'amendment', 'terminal record', 'face', 'hint', 'truth', 'heartbeat', 'lease'],
  ...['superseded', 'silent', 'draining', 'drained', 'drain', 'handed back', 'hand back', 'hands back', 'primitive'],
  ...['basis', 'basin', 'log EI', 'acquisition', 'incumbent', 'lane', 'tombstone', 'upsert', 'errno'],
]

/** Where texts for users are written; `index.ts` and the pure rooms of mathematics throw only at programmers. */
const ROOMS = ['cli', 'runner', 'study', 'doctor', 'store', 'report', 'interop', 'sampler']

/** The terms that `anthill help words` explains: each begins a line, two columns in. */
const explained = new Set([...TOPIC_TEXTS.words.matchAll(/^ {2}(\w[\w ]*?) {2,}\S/gm)].map(([, term]) => term!))

/**
 * The sentences in the strings of a file: quoted pieces with a space. A simple reader of code, which knows comments and
 * the three quotes, and no patterns: it may find too much, and may miss what stands in a nested template.
 */
function sentencesOf(path: string): string[] {
  const code = readFileSync(path, 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(^|\s)\/\/.*$/gm, '')
  const quoted = /'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`/g
  return [...code.matchAll(quoted)]
    .map(([, single, double, back]) => single ?? double ?? back!.replace(/\$\{[^{}]*\}/g, '…'))
    .filter((text) => text.trim().includes(' '))
}

test('no sentence for users has a term that the glossary does not explain', () => {
  expect(explained.size).toBeGreaterThan(15)
  const foreign = TERMS.filter((term) => !explained.has(term))
  const pattern = new RegExp(`\\b(${foreign.join('|')})s?\\b(?!/)`, 'i')
  const wrong = ROOMS.flatMap((room) => {
    const files = readdirSync(join(source, room), { recursive: true, encoding: 'utf8' })
    return files
      .filter((name) => name.endsWith('.ts'))
      .flatMap((name) => sentencesOf(join(source, room, name)).map((text) => [`${room}/${name}`, text] as const))
      .filter(([, text]) => pattern.test(text))
      .map(([at, text]) => `${at}: '${pattern.exec(text)![0]}' in: ${text.length > 300 ? 'a long text' : text}`)
  })
  expect(wrong).toEqual([])
})
