/**
 * Text of others as text of HTML or SVG. Names, categories, values, errors and paths come from a disk: each of them
 * goes through `escaped` on its way into a page, both between tags and within a quoted attribute.
 */

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/**
 * What has a meaning in HTML; controls but for new line and tab; halves of surrogate pairs, and the two code points
 * that XML forbids.
 */
const FOREIGN = /[&<>"']|(?![\t\n])\p{Cc}|[\p{Cs}\ufffe\uffff]/gu

/** Stands for what is not a character. */
const REPLACEMENT = '\ufffd'

/**
 * A text for HTML and SVG: nothing in it ends a tag, an attribute, a comment or a script. A control character is shown
 * as `\x1b`, a half of a surrogate pair as U+FFFD.
 */
export const escaped = (text: string): string =>
  text.replace(FOREIGN, (character) => {
    const code = character.charCodeAt(0)
    if (code >= 0xd800) return REPLACEMENT
    return ENTITIES[character] ?? `\\x${code.toString(16).padStart(2, '0')}`
  })
