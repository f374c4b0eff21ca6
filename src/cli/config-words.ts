/** Configs as people write them: `lr=0.01 opt=adam`, or the rows of a file. */

import { readFileSync } from 'node:fs'
import { assemble } from '../space/assemble.ts'
import { flatten, survey } from '../space/flatten.ts'
import { didYouMean } from '../space/nearest-name.ts'
import type { Space } from '../space/parameter.ts'
import { parseConfig } from '../space/validate.ts'
import { valueOfText } from '../space/value-of-text.ts'
import type { Config } from '../trial.ts'
import { helpOf } from './arguments.ts'
import { UsageError } from './failure.ts'

/**
 * One config from words NAME=VALUE. A parameter that is left out gets its default; without a default it must be given.
 *
 * @param verb  whose words they are
 * @throws UsageError if a word or the config is wrong
 */
export function configOfWords(space: Space, words: readonly string[], verb: string): Config {
  const given = new Map<string, string>()
  const names = [...new Set(flatten(space).map(({ name }) => name))]
  for (const word of words) {
    const split = word.indexOf('=')
    if (split < 1) throw new UsageError(`argument '${word}': must be NAME=VALUE`, helpOf(verb))
    const name = word.slice(0, split)
    if (survey(space).derived.some((leaf) => leaf.name === name))
      throw new UsageError(`parameter '${name}': follows from others; leave it out`)
    if (!names.includes(name)) {
      const remedy = didYouMean(name, names) || `; the study has ${names.join(', ')}`
      throw new UsageError(`parameter '${name}': not in the study${remedy}`)
    }
    if (given.has(name)) throw new UsageError(`parameter '${name}': given twice; give it once`)
    given.set(name, word.slice(split + 1))
  }
  const used = new Set<string>()
  const config = assemble(space, ({ name, parameter }) => {
    used.add(name)
    const text = given.get(name)
    if (text !== undefined) return valueOfText(name, parameter, text)
    if (parameter.default !== undefined) return parameter.default
    throw new UsageError(`parameter '${name}': left out, but it has no default; give ${name}=VALUE`)
  })
  const inactive = [...given.keys()].find((name) => !used.has(name))
  if (inactive !== undefined)
    throw new UsageError(`parameter '${inactive}': not active in this config; leave it out, or choose its branch`)
  return parseConfig(space, config)
}

/**
 * The configs in a file (`-` is standard input) of one JSON object per line, or of one JSON array of objects.
 *
 * @throws UsageError if the file cannot be read or a config is wrong
 */
export function configsOfFile(space: Space, path: string): Config[] {
  let text: string
  try {
    text = readFileSync(path === '-' ? 0 : path, 'utf8')
  } catch (error) {
    throw new UsageError(`file '${path}': cannot be read (${(error as Error).message})`)
  }
  const rows = text.trimStart().startsWith('[')
    ? (parsed(path, text) as readonly unknown[])
    : text.split('\n').flatMap((line, k) => (line.trim() === '' ? [] : [parsed(`${path}:${k + 1}`, line)]))
  return rows.map((row, k) => {
    try {
      return parseConfig(space, row)
    } catch (error) {
      throw new UsageError(`file '${path}', config ${k + 1}: ${(error as Error).message}`)
    }
  })
}

function parsed(where: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new UsageError(
      `file '${where}': must be JSON (${(error as Error).message}); write one object per line, or one array of objects`,
    )
  }
}
