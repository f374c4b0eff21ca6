/**
 * Where words and values go: values on standard output, words on standard error, colours only for a person who sees them.
 */

import { styleText } from 'node:util'

type Style = 'bold' | 'dim' | 'green' | 'red' | 'yellow' | 'cyan'
type Stream = NodeJS.WriteStream & { readonly isTTY?: boolean }

/**
 * Whether a stream wants colours: FORCE_COLOR before NO_COLOR before TERM=dumb before what the stream is, as
 * https://no-color.org and https://force-color.org have it. Node 20's own styleText looks at none of them.
 */
export function wantsColour(stream: Stream, environment: NodeJS.ProcessEnv = process.env): boolean {
  const forced = environment['FORCE_COLOR']
  if (forced !== undefined && forced !== '') return forced !== '0' && forced !== 'false'
  if (environment['NO_COLOR']) return false
  if (environment['TERM'] === 'dumb') return false
  return stream.isTTY === true
}

/** Gives a function that colours text for one stream, or leaves it as it is. */
export function painter(stream: Stream): (style: Style, text: string) => string {
  if (!wantsColour(stream)) return (_style, text) => text
  // Newer Nodes judge the stream once more, and would overrule FORCE_COLOR=1 with NO_COLOR=1.
  return (style, text) =>
    (styleText as (style: Style, text: string, options?: object) => string)(style, text, { validateStream: false })
}

/** Text without what could move the cursor or recolour the terminal: names and logs come from elsewhere. */
export const printable = (text: string): string =>
  text.replace(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  )

/** A paragraph in lines of at most `width` characters, broken at spaces; a longer word has a line of its own. */
export function wrapped(text: string, width = 80): string {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines.join('\n')
}

/** Writes a line of words, on standard error. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`)
}

/** Writes a value as one line of JSON, on standard output. */
export function answer(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`)
}

/** Prints a help text, and gives the exit status of having done so. */
export function printHelp(text: string): number {
  process.stdout.write(text)
  return 0
}
