/**
 * Output: values go to standard output, messages to standard error, and colors only to a terminal that wants them.
 *
 * What comes from a disk may tell a terminal to move, to recolor, to hide or to reorder. So all output of the verbs is
 * written here, in one of three ways. Words for people are always escaped, and so is JSON, where an escaped text is
 * equal to the text. Data (CSV, shell words, logs) is escaped on a terminal only: a program gets it byte for byte.
 */

// Not an import: from Node 22 on, importing node:util prints a warning where NO_COLOR and FORCE_COLOR are both set.
const { styleText } = process.getBuiltinModule('node:util')

type Style = 'bold' | 'dim' | 'green' | 'red' | 'yellow' | 'cyan' | 'magenta'
type Stream = NodeJS.WriteStream & { readonly isTTY?: boolean }

const ESC = '\u001b'

/**
 * Stands for the ESC of a color until the line is written, so that our own colors can be told from what a file says. No
 * file has this text: it is new in each process.
 */
const PAINT = `<paint ${Math.random().toString(36)}>`

/**
 * What a terminal obeys or does not show: controls (C0 but for new line and tab, DEL, C1), separators of lines,
 * bidirectional marks, characters without a width, halves of surrogate pairs. The selectors of a letter's variant stay.
 */
const NOT_SHOWN =
  /(?![\t\n\p{Variation_Selector}])[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/gu

/**
 * Whether a stream wants colors. FORCE_COLOR decides first, then NO_COLOR, then TERM=dumb, then whether the stream is a
 * terminal, as https://no-color.org and https://force-color.org say. Node 20's own styleText looks at none of them.
 */
export function wantsColor(stream: Stream, environment: NodeJS.ProcessEnv = process.env): boolean {
  const forced = environment['FORCE_COLOR']
  if (forced !== undefined && forced !== '') return forced !== '0' && forced !== 'false'
  if (environment['NO_COLOR']) return false
  if (environment['TERM'] === 'dumb') return false
  return stream.isTTY === true
}

/** Returns a function that colors text if the stream wants colors, and returns it unchanged otherwise. */
export function painter(stream: Stream): (style: Style, text: string) => string {
  if (!wantsColor(stream)) return (_style, text) => text
  // Newer versions of Node would check the stream again, and let NO_COLOR=1 overrule FORCE_COLOR=1.
  const style = styleText as (style: Style, text: string, options?: object) => string
  return (name, text) => style(name, printable(text), { validateStream: false }).replaceAll(ESC, PAINT)
}

/**
 * Escapes what a terminal would obey or hide: `\x1b`, `\u202e`. New lines and tabs stay. What is escaped stays so if it
 * comes here again.
 */
export const printable = (text: string): string =>
  text.replace(NOT_SHOWN, (character) => {
    const code = character.codePointAt(0)!
    const digits = code.toString(16)
    if (code > 0xffff) return `\\u{${digits}}`
    return code > 0xff ? `\\u${digits.padStart(4, '0')}` : `\\x${digits.padStart(2, '0')}`
  })

/** The same for JSON: the result is the JSON of an equal value. */
export const printableJson = (json: string): string =>
  json.replace(NOT_SHOWN, (character) =>
    Array.from({ length: character.length }, (_, k) => {
      return `\\u${character.charCodeAt(k).toString(16).padStart(4, '0')}`
    }).join(''),
  )

/** Words as they are written to a stream: escaped, but for what a painter has colored. */
export const wordsOf = (line: string): string => line.split(PAINT).map(printable).join(ESC)

/** Breaks a paragraph at spaces into lines of at most `width` characters. A longer word gets a line of its own. */
export function wrapped(text: string, width = 80): string {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines.join('\n')
}

/** Writes a line of words to standard error, or to another stream. */
export function say(line: string, stream: Pick<Stream, 'write'> = process.stderr): void {
  stream.write(`${wordsOf(line)}\n`)
}

/** Writes lines of words to standard output. */
export function printLines(lines: readonly string[]): void {
  process.stdout.write(`${lines.map(wordsOf).join('\n')}\n`)
}

/** Writes lines of data to standard output. `escape`: how to, on a terminal. */
export function printData(lines: readonly string[], escape = printable): void {
  process.stdout.write(`${dataFor(process.stdout, lines.join('\n'), escape)}\n`)
}

/** Waits until standard output has been written. If it cannot be, says why before the process ends of that. */
export async function writtenOut(failed: (error: Error) => void): Promise<void> {
  process.stdout.prependListener('error', failed)
  await new Promise<void>((resolve) => process.stdout.write('', () => resolve()))
  process.stdout.removeListener('error', failed)
}

/** Data as it is written to a stream. */
const dataFor = (stream: Pick<Stream, 'isTTY'>, text: string, escape = printable): string =>
  stream.isTTY === true ? escape(text) : text

/** Writes a value to standard output, as one line of JSON. */
export function printJson(value: unknown, stream: Pick<Stream, 'write'> = process.stdout): void {
  stream.write(`${printableJson(JSON.stringify(value))}\n`)
}
