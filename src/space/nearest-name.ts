/**
 * The remedy for a mistyped name in an error message: "did you mean …?".
 */

/** A longer word is not a mistyped name, and to compare it would take long. */
const LONGEST_WORD = 200

/**
 * The remedy for an unknown name: `; did you mean 'x'?`, or '' when no known name is close. It ends a message, so that
 * `didYouMean(word, names) || '; use a, b or c'` gives exactly one remedy.
 *
 * @param form  how the message writes a name, if not in single quotes
 */
export function didYouMean(
  word: string,
  names: Iterable<string>,
  form: (name: string) => string = (name) => `'${name}'`,
): string {
  const nearest = nearestName(word, names)
  return nearest === undefined ? '' : `; did you mean ${form(nearest)}?`
}

/**
 * The known name that takes the fewest edits from `word`: at most a third of its length, but one edit is always
 * allowed. The first wins a tie. Upper and lower case count as the same.
 */
export function nearestName(word: string, names: Iterable<string>): string | undefined {
  if (word.length > LONGEST_WORD) return undefined
  let nearest: string | undefined
  let least = Math.max(1, Math.floor(word.length / 3)) + 1
  for (const name of names) {
    const distance = editDistance(word.toLowerCase(), name.toLowerCase())
    if (distance < least) {
      nearest = name
      least = distance
    }
  }
  return nearest
}

/**
 * The Damerau-Levenshtein distance in its restricted form (optimal string alignment): the least number of insertions,
 * deletions, substitutions and swaps of two adjacent characters, where no part of the text is edited twice.
 */
export function editDistance(a: string, b: string): number {
  let before: number[] = []
  let above = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1]
      let cost = Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, before[j - 2]! + 1)
      row.push(cost)
    }
    before = above
    above = row
  }
  return above[b.length]!
}
