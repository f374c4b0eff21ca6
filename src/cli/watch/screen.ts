/**
 * A terminal as a whole screen of lines. What was there before comes back when it is closed. Only lines that changed
 * are written, all of them between the two marks of a synchronized update, so that nobody sees half of a picture.
 */

/** Alternate screen, no cursor, no wrapping of long lines; and back again. */
const ENTER = '\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J'
const LEAVE = '\x1b[?7h\x1b[?25h\x1b[?1049l'

const BEGIN = '\x1b[?2026h'
const END = '\x1b[?2026l'

/** The parts of a terminal that are used. */
export interface TerminalOut {
  readonly columns?: number
  readonly rows?: number
  readonly write: (text: string) => unknown
}

export interface TerminalIn {
  readonly setRawMode?: (isRaw: boolean) => unknown
  readonly resume: () => unknown
  readonly pause: () => unknown
}

export interface Screen {
  readonly open: () => void
  /** Shows these lines, from the top; they fit, and are escaped. */
  readonly draw: (lines: readonly string[]) => void
  /** Everything is drawn anew next time: the size has changed. */
  readonly forget: () => void
  readonly close: () => void
}

export function screenOn(out: TerminalOut, input: TerminalIn): Screen {
  let shown: readonly string[] | undefined
  let isOpen = false
  return {
    open: () => {
      if (isOpen) return
      isOpen = true
      shown = undefined
      input.setRawMode?.(true)
      input.resume()
      out.write(ENTER)
    },
    draw: (lines) => {
      if (!isOpen) return
      const before = shown
      const changed = lines.flatMap((line, row) =>
        before !== undefined && before[row] === line ? [] : [`\x1b[${row + 1};1H${line}\x1b[K`],
      )
      shown = lines
      if (changed.length > 0 || before === undefined)
        out.write(`${BEGIN}${before === undefined ? '\x1b[2J' : ''}${changed.join('')}${END}`)
    },
    forget: () => {
      shown = undefined
    },
    close: () => {
      if (!isOpen) return
      isOpen = false
      out.write(LEAVE)
      input.setRawMode?.(false)
      input.pause()
    },
  }
}
