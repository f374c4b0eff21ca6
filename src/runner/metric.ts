/** Patterns that find the result in what a program prints. */

import { nearestName } from '../space/nearest-name.ts'
import type { Objectives } from '../trial.ts'

/** One pattern for each objective. */
export type Metrics = Readonly<Record<string, RegExp>>

/**
 * Reads `--metric` options: one `REGEX` for a single objective, else `NAME=REGEX` for each.
 *
 * @returns undefined without any option
 * @throws RangeError for a pattern that is none, an unknown objective, and one that is named twice or not at all
 */
export function parseMetrics(texts: readonly string[], objectives: Objectives): Metrics | undefined {
  if (texts.length === 0) return undefined
  const names = Object.keys(objectives)
  if (names.length === 1) {
    if (texts.length > 1)
      throw new RangeError(`metric '${texts[1]}': the only objective '${names[0]}' has one already; give one pattern`)
    return { [names[0]!]: patternOf(texts[0]!) }
  }
  const metrics: Record<string, RegExp> = {}
  for (const text of texts) {
    const name = text.slice(0, Math.max(0, text.indexOf('=')))
    if (!names.includes(name)) {
      const near = nearestName(name, names)
      throw new RangeError(
        `metric '${text}': must begin with an objective, as in '${near ?? names[0]}=…'; there are ${names.join(', ')}`,
      )
    }
    if (Object.hasOwn(metrics, name))
      throw new RangeError(`metric '${text}': objective '${name}' has one already; give one pattern for each`)
    metrics[name] = patternOf(text.slice(name.length + 1))
  }
  const missing = names.find((name) => !Object.hasOwn(metrics, name))
  if (missing !== undefined)
    throw new RangeError(`metric: none for objective '${missing}'; add --metric '${missing}=REGEX'`)
  return metrics
}

function patternOf(text: string): RegExp {
  try {
    // Of an output of many lines: `^` and `$` are the ends of a line.
    return new RegExp(text, 'gm')
  } catch (cause) {
    throw new RangeError(
      `metric '${text}': ${(cause as Error).message.replace(/^.*: /, '')}; it is a JavaScript regular expression, as in 'loss=(\\S+)'`,
      { cause },
    )
  }
}

/**
 * The last match in a text: its first group that took part, or all of it; undefined without a match.
 */
export function lastMatch(text: string, pattern: RegExp): string | undefined {
  const global = pattern.global ? pattern : new RegExp(pattern.source, `${pattern.flags}g`)
  let last: RegExpExecArray | undefined
  for (const match of text.matchAll(global)) last = match
  return last === undefined ? undefined : (last.slice(1).find((group) => group !== undefined) ?? last[0])
}
