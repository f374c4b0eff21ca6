/**
 * The order of texts: by code point, as in Python. JavaScript's own order goes by UTF-16 unit, so that it puts U+1F600
 * before U+FFFF.
 *
 * The keys of a config are in this order, which its hash depends on.
 */

/**
 * Compares two texts, as `sort` expects it: below 0 if `a` comes first, above 0 if `b` does, and 0 if they are equal. A
 * text comes before a longer one that begins with it.
 */
export function compareCodePoints(a: string, b: string): number {
  let i = 0
  while (i < a.length && i < b.length) {
    const left = a.codePointAt(i)!
    const right = b.codePointAt(i)!
    if (left !== right) return left - right
    i += left > 0xffff ? 2 : 1
  }
  return a.length - b.length
}
