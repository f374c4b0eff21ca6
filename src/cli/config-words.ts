/** Configs as people write them: `lr=0.01 opt=adam`, or rows of a file. */

import { readFileSync } from 'node:fs'
import { assemble } from '../space/assemble.ts'
import { valueText } from '../space/canonical.ts'
import { flatten } from '../space/flatten.ts'
import { didYouMean } from '../space/nearest-name.ts'
import type { Parameter, Space } from '../space/parameter.ts'
import { parseConfig } from '../space/validate.ts'
import type { Config, Json } from '../trial.ts'
import { helpOf } from './arguments.ts'
import { UsageError } from './failure.ts'

/**
 * Makes one config of NAME=VALUE words. A parameter that is left out gets its default.
 *
 * @throws UsageError for a word that does not fit the space, or a parameter without value and default
 */
export function configOfWords(space: Space, words: readonly string[]): Config {
  const given = givenTexts(space, words)
  const used = new Set<string>()
  const config = assemble(space, ({ name, parameter }) => {
    used.add(name)
    const text = given.get(name)
    if (text !== undefined) return valueOfText(name, parameter, text)
    if (parameter.default !== undefined) return parameter.default
    throw new UsageError(`parameter '${name}': no value given and no default; give ${name}=VALUE`)
  })
  const inactive = [...given.keys()].find((name) => !used.has(name))
  if (inactive !== undefined)
    throw new UsageError(`parameter '${inactive}': not active in this config; leave it out, or choose its branch`)
  return parseConfig(space, config)
}

/**
 * Reads the configs of a file: one JSON object a line, or one JSON array of objects. The path `-` is standard input.
 *
 * @throws UsageError if the file cannot be read or a row does not fit the space
 */
export function configsOfFile(space: Space, path: string): Config[] {
  let text: string
  try {
    text = readFileSync(path === '-' ? 0 : path, 'utf8')
  } catch (error) {
    throw new UsageError(`'${path}': could not be read (${(error as Error).message})`)
  }
  const rows = text.trimStart().startsWith('[')
    ? (parsed(path, text) as readonly unknown[])
    : text.split('\n').flatMap((line, k) => (line.trim() === '' ? [] : [parsed(`${path}:${k + 1}`, line)]))
  return rows.map((row, k) => {
    try {
      return parseConfig(space, row)
    } catch (error) {
      throw new UsageError(`'${path}', config ${k + 1}: ${(error as Error).message}`)
    }
  })
}

/** The texts by parameter. */
function givenTexts(space: Space, words: readonly string[]): Map<string, string> {
  const names = [...new Set(flatten(space).map(({ name }) => name))]
  const given = new Map<string, string>()
  for (const word of words) {
    const split = word.indexOf('=')
    if (split < 1) throw new UsageError(`argument '${word}': must be NAME=VALUE`, helpOf('add'))
    const name = word.slice(0, split)
    if (!names.includes(name)) {
      const remedy = didYouMean(name, names) || `; the study has ${names.join(', ')}`
      throw new UsageError(`unknown parameter '${name}'${remedy}`)
    }
    if (given.has(name)) throw new UsageError(`parameter '${name}': given twice; give it once`)
    given.set(name, word.slice(split + 1))
  }
  return given
}

function parsed(where: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const remedy = 'give one object a line, or one array of objects'
    throw new UsageError(`'${where}': is not JSON (${(error as Error).message}); ${remedy}`)
  }
}

function valueOfText(name: string, parameter: Parameter, text: string): Json {
  const values = valuesOf(parameter)
  if (values === undefined) {
    const number = text.trim() === '' ? Number.NaN : Number(text)
    if (!Number.isFinite(number)) throw new UsageError(`parameter '${name}': must be a number, got '${text}'`)
    return number
  }
  const found = values.find((value) => valueText(parameter, value) === text || String(value) === text)
  if (found !== undefined) return found
  const texts = values.map((value) => valueText(parameter, value))
  const remedy = didYouMean(text, texts) || `; choose from ${texts.join(', ')}`
  throw new UsageError(`parameter '${name}': unknown value '${text}'${remedy}`)
}

/** The values to choose from; undefined for a number. */
function valuesOf(parameter: Parameter): readonly Json[] | undefined {
  switch (parameter.type) {
    case 'float':
    case 'int':
      return undefined
    case 'bool':
      return [false, true]
    case 'branch':
      return Object.keys(parameter.branches)
    case 'choice':
    case 'ordinal':
      return parameter.values
    default:
      return parameter satisfies never
  }
}
