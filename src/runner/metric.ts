/** The patterns of `--metric`, which find the result in a program's output. */

import { didYouMean } from '../space/nearest-name.ts'
import type { Goals } from '../trial.ts'

/** One pattern for each objective, and for outputs that constraints are about. */
export type Metrics = Readonly<Record<string, RegExp>>

/**
 * Reads the options `--metric`: `NAME=REGEX` for each constraint, and one `REGEX` for a single objective or
 * `NAME=REGEX` for each of several. For a single objective `loss=(\S+)` is one pattern, which finds `loss=0.5`; but
 * `loss=val_loss=(\S+)` names the objective before a pattern that says by itself what to look for (`isNamed`).
 *
 * @returns undefined if the option was not given
 * @throws RangeError if a pattern is invalid, if an objective is unknown, named twice or missing
 */
export function parseMetrics(texts: readonly string[], { objectives, constraints = {} }: Goals): Metrics | undefined {
  if (texts.length === 0) return undefined
  const names = Object.keys(objectives)
  const metrics: Record<string, RegExp> = {}
  for (const text of texts) {
    const name = text.slice(0, Math.max(0, text.indexOf('=')))
    const isOfConstraint = Object.hasOwn(constraints, name)
    if (names.length === 1 && !isOfConstraint) {
      if (Object.hasOwn(metrics, names[0]!))
        throw new RangeError(
          `metric '${text}': the only objective '${names[0]}' has a pattern already; give one pattern`,
        )
      metrics[names[0]!] = patternOf(isNamed(text, names[0]!) ? text.slice(name.length + 1) : text)
      continue
    }
    if (!names.includes(name) && !isOfConstraint) {
      const remedy = didYouMean(name, names, (near) => `'${near}=REGEX'`) || `; write '${names[0]}=REGEX'`
      throw new RangeError(`metric '${text}': must begin with an objective, one of ${names.join(', ')}${remedy}`)
    }
    if (Object.hasOwn(metrics, name))
      throw new RangeError(`metric '${text}': '${name}' has a pattern already; give one for each objective`)
    metrics[name] = patternOf(text.slice(name.length + 1))
  }
  const missing = names.find((name) => !Object.hasOwn(metrics, name))
  if (missing !== undefined) {
    const form = names.length === 1 ? 'REGEX' : `${missing}=REGEX`
    throw new RangeError(`metric: objective '${missing}' has no pattern; add --metric '${form}'`)
  }
  return metrics
}

/** Whether a text is NAME=REGEX, where REGEX has a letter of its own before its first group. */
function isNamed(text: string, objective: string): boolean {
  if (!text.startsWith(`${objective}=`)) return false
  const [before, ...groups] = text
    .slice(objective.length + 1)
    .replace(/\\.|\[(?:\\.|[^\]\\])*\]/gs, (part) => (part.startsWith('[') ? '.' : '-'))
    .split('(')
  return groups.length > 0 && /\p{L}/u.test(before!)
}

function patternOf(text: string): RegExp {
  try {
    // Flag m: the output has many lines, and `^` and `$` mean the ends of a line.
    return new RegExp(text, 'gm')
  } catch (cause) {
    const reason = (cause as Error).message.replace(/^.*: /, '')
    const remedy = "write a JavaScript regular expression, as in 'loss=(\\S+)'"
    throw new RangeError(`metric '${text}': ${reason}; ${remedy}`, { cause })
  }
}

/**
 * The last match of a pattern in a text: the first group that matched, or the whole match; undefined if there is none.
 */
export function lastMatch(text: string, pattern: RegExp): string | undefined {
  const global = pattern.global ? pattern : new RegExp(pattern.source, `${pattern.flags}g`)
  let last: RegExpExecArray | undefined
  for (const match of text.matchAll(global)) last = match
  return last === undefined ? undefined : (last.slice(1).find((group) => group !== undefined) ?? last[0])
}

/** All matches in the same form, in their order; undefined if there is none. */
export function allMatches(text: string, pattern: RegExp): readonly string[] | undefined {
  const found: string[] = []
  for (const match of text.matchAll(pattern))
    found.push(match.slice(1).find((group) => group !== undefined) ?? match[0])
  return found.length === 0 ? undefined : found
}
