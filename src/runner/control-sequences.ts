/**
 * Removes what a program tells the terminal: colors, movements of the cursor, titles. Many programs do so even if they
 * write to a file, and it hides the result.
 *
 * The sequences are those of ECMA-48: CSI, the strings OSC, DCS, SOS, PM and APC, and escapes of two or three
 * characters; each begins with ESC, or with one character between U+0080 and U+009F.
 */

/** Whether a text has anything to remove. A new line is not a control sequence here, and neither is a tab. */
const HAS_CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/

/** A string with a title or a link (it ends at BEL, ST or the end of its line). Its text is not output. */
const STRINGS =
  /(?:\u001b[\]PX^_]|[\u009d\u0090\u0098\u009e\u009f])[^\u0007\u001b\u009c\r\n]*(?:\u0007|\u009c|\u001b\\)?/g

/** A CSI sequence with its final letter. */
const CSI = /(?:\u001b\[|\u009b)([0-?]*)[ -/]*([@-~]?)/g

const ESCAPES = /\u001b(?:[ -/]*[0-~])?/g

/** Other control characters, but for those that move: tab, new line, carriage return, and the backspace. */
const OTHERS = /[\u0000-\u0007\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f]/g

/** The final letters of a CSI that leave the line: up, down, to a row, erase the screen. */
const LEAVES_LINE = 'ABEFHJdf'

/** The text as a person would read it. It takes time in proportion to the text. */
export function withoutControls(text: string): string {
  if (!HAS_CONTROLS.test(text)) return text
  const plain = text
    .replace(STRINGS, '')
    .replace(CSI, (_all, parameters: string, final: string) => {
      // To the first column is a carriage return.
      if (final === 'G' && /^[01]?$/.test(parameters)) return '\r'
      return final !== '' && LEAVES_LINE.includes(final) ? '\n' : ''
    })
    .replace(ESCAPES, '')
    .replaceAll('\u0085', '\n')
    .replace(OTHERS, '')
  return plain.includes('\b') ? afterBackspaces(plain) : plain
}

/** A backspace takes the character before it, as a counter that writes over itself means it. */
function afterBackspaces(text: string): string {
  const kept: string[] = []
  for (const unit of text) {
    if (unit !== '\b') kept.push(unit)
    else if (kept.length > 0 && kept.at(-1) !== '\n' && kept.at(-1) !== '\r') kept.pop()
  }
  return kept.join('')
}
