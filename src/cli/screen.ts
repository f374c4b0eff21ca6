/** Output: values go to standard output, messages to standard error, and colors only to a terminal that wants them. */

// Not an import: from Node 22 on, importing node:util prints a warning where NO_COLOR and FORCE_COLOR are both set.
const { styleText } = process.getBuiltinModule('node:util')

type Style = 'bold' | 'dim' | 'green' | 'red' | 'yellow' | 'cyan'
type Stream = NodeJS.WriteStream & { readonly isTTY?: boolean }

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
  return (style, text) =>
    (styleText as (style: Style, text: string, options?: object) => string)(style, text, { validateStream: false })
}

/** Escapes control characters, which could move the cursor or recolor the terminal: names and logs are not our own. */
export const printable = (text: string): string =>
  text.replace(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  )

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

/** Writes a line of words to standard error. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`)
}

/** Writes lines to standard output. */
export function printLines(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`)
}

/** Writes a value to standard output, as one line of JSON. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`)
}
