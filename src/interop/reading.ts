/**
 * Reads the options of another tool, each by its own name, and refuses what was not read: an option without a
 * counterpart would otherwise be lost without a word. What Python writes as `None` counts as not given.
 */

import { didYouMean } from '../space/nearest-name.ts'
import { FLAG, isRecord, oneOf, refusal } from '../space/options.ts'
import type { Rule } from '../space/options.ts'

/** Options that are being read. */
export interface Reading {
  /** The value as it is; undefined if it was not given. */
  readonly any: (name: string) => unknown
  readonly flag: (name: string, usual: boolean) => boolean
  readonly number: {
    (name: string, usual: number): number
    (name: string): number | undefined
  }
  /**
   * What one of several words stands for, in upper or lower case.
   *
   * @param without  words of the other tool that have no counterpart, and what to do instead
   */
  readonly word: <T>(
    name: string,
    words: Readonly<Record<string, T>>,
    usual: string,
    without?: Readonly<Record<string, string>>,
  ) => T
  /** The options below one of them. */
  readonly below: (name: string) => Reading
  /**
   * Refuses whatever was not read; one that is switched off by `false` passes.
   *
   * @param without  options of the other tool that have no counterpart, and what to do instead
   */
  readonly end: (without: Readonly<Record<string, string>>) => void
}

const NUMBER: Rule = { must: 'a number', holds: Number.isFinite }

/**
 * @param tool  whose options they are, for messages
 * @param path  what messages write before their names
 * @throws TypeError unless they are an object; what a reading finds wrong is a TypeError or a RangeError too
 */
export function readingOf(tool: string, given: unknown, path = ''): Reading {
  if (given !== undefined && !isRecord(given))
    throw refusal(path === '' ? tool : `option '${path}'`, 'an object of options', given)
  const names = new Set<string>()
  const at = (name: string): string => `option '${path === '' ? '' : `${path}.`}${name}'`
  const any = (name: string): unknown => {
    names.add(name)
    return given?.[name] ?? undefined
  }
  const ruled = <T>(name: string, rule: Rule, usual: T): T => {
    const value = any(name)
    if (value !== undefined && !rule.holds(value)) throw refusal(at(name), rule.must, value)
    return (value as T | undefined) ?? usual
  }
  return {
    any,
    flag: (name, usual) => ruled(name, FLAG, usual),
    number: ((name: string, usual?: number) => ruled(name, NUMBER, usual)) as Reading['number'],
    word: (name, words, usual, without = {}) => {
      const value = any(name) ?? usual
      const same = (word: string): boolean => word.toLowerCase() === String(value).toLowerCase()
      const missing = Object.keys(without).find(same)
      if (missing !== undefined)
        throw new RangeError(`${at(name)}: '${missing}' has no counterpart here; ${without[missing]}`)
      const word = Object.keys(words).find(same)
      if (word === undefined) throw refusal(at(name), oneOf(...Object.keys(words)).must, value)
      return words[word]!
    },
    below: (name) => readingOf(tool, any(name), path === '' ? name : `${path}.${name}`),
    end: (without) => {
      for (const [name, value] of Object.entries(given ?? {})) {
        if (names.has(name) || value === undefined || value === null || value === false) continue
        if (Object.hasOwn(without, name))
          throw new RangeError(`${at(name)}: cannot be said to a sampler here; ${without[name]}`)
        throw new RangeError(`${at(name)}: is not one that ${tool} has${didYouMean(name, names) || '; leave it out'}`)
      }
    },
  }
}

/** The options with those that lie below some of them brought up to the same level. */
export function flattened(
  given: Readonly<Record<string, unknown>>,
  ...names: readonly string[]
): Record<string, unknown> {
  const below = names.map((name) => given[name]).filter(isRecord)
  const rest = Object.entries(given).filter(([name, value]) => !(names.includes(name) && isRecord(value)))
  return Object.assign(Object.fromEntries(rest), ...below) as Record<string, unknown>
}

/** The entries that are given: an option that is undefined is left out. */
export function givenOf<T extends object>(options: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never
}
