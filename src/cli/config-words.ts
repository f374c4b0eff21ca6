/** Configurations as people give them: `lr=0.01 opt=adam`, or rows of a file. */

import { readFileSync } from 'node:fs'
import { assemble } from '../space/assemble.ts'
import { valueText } from '../space/canonical.ts'
import { flatten } from '../space/flatten.ts'
import { nearestName } from '../space/nearest-name.ts'
import type { Parameter, Space } from '../space/parameter.ts'
import { parseConfig } from '../space/validate.ts'
import type { Config, Json } from '../trial.ts'
import { UsageError } from './failure.ts'

/** One config of NAME=VALUE words. A parameter left out takes its declared default; without one it must be given. */
export function configOfWords(space: Space, words: readonly string[]): Config {
  const given = new Map<string, string>()
  const names = [...new Set(flatten(space).map(({ name }) => name))]
  for (const word of words) {
    const split = word.indexOf('=')
    if (split < 1) throw new UsageError(`'${word}' is no NAME=VALUE`, 'anthill add --help')
    const name = word.slice(0, split)
    if (!names.includes(name)) {
      const near = nearestName(name, names)
      throw new UsageError(
        `the study has no parameter '${name}': ${near === undefined ? `it has ${names.join(', ')}` : `did you mean '${near}'?`}`,
      )
    }
    if (given.has(name)) throw new UsageError(`parameter '${name}' is given twice: give it once`)
    given.set(name, word.slice(split + 1))
  }
  const used = new Set<string>()
  const config = assemble(space, ({ name, parameter }) => {
    used.add(name)
    const text = given.get(name)
    if (text !== undefined) return valueOfText(name, parameter, text)
    if (parameter.default !== undefined) return parameter.default
    throw new UsageError(`parameter '${name}' has no default: give ${name}=VALUE`)
  })
  const idle = [...given.keys()].find((name) => !used.has(name))
  if (idle !== undefined)
    throw new UsageError(`parameter '${idle}' is not active in this configuration: leave it out, or choose its branch`)
  return parseConfig(space, config)
}

/** The configs of a file: one JSON object a line, or one JSON array of objects. */
export function configsOfFile(space: Space, path: string): Config[] {
  let text: string
  try {
    text = readFileSync(path === '-' ? 0 : path, 'utf8')
  } catch (error) {
    throw new UsageError(`cannot read '${path}': ${(error as Error).message}`)
  }
  const rows = text.trimStart().startsWith('[')
    ? (parsed(path, text) as readonly unknown[])
    : text.split('\n').flatMap((line, k) => (line.trim() === '' ? [] : [parsed(`${path}:${k + 1}`, line)]))
  return rows.map((row, k) => {
    try {
      return parseConfig(space, row)
    } catch (error) {
      throw new UsageError(`'${path}', configuration ${k + 1}: ${(error as Error).message}`)
    }
  })
}

function parsed(where: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new UsageError(
      `'${where}' is no JSON (${(error as Error).message}): give one object a line, or one array of objects`,
    )
  }
}

function valueOfText(name: string, parameter: Parameter, text: string): Json {
  if (parameter.type === 'float' || parameter.type === 'int') {
    const number = text.trim() === '' ? Number.NaN : Number(text)
    if (!Number.isFinite(number)) throw new UsageError(`parameter '${name}': '${text}' is no number`)
    return number
  }
  const values: readonly Json[] =
    parameter.type === 'bool'
      ? [false, true]
      : parameter.type === 'branch'
        ? Object.keys(parameter.branches)
        : parameter.values
  const found = values.findIndex((value) => valueText(parameter, value) === text || String(value) === text)
  if (found >= 0) return values[found]!
  const texts = values.map((value) => valueText(parameter, value))
  const near = nearestName(text, texts)
  throw new UsageError(
    `parameter '${name}': there is no '${text}': ${near === undefined ? `choose from ${texts.join(', ')}` : `did you mean '${near}'?`}`,
  )
}
