/** Gives a text of the page to its reader as a file, without a request. */

import { button, element } from './element.ts'

/** The beginning of a cell, quoted or not, before a sign of a formula that does not begin a number. */
const FORMULA = /(^|,)("?)(?=[=@\t\r]|[+-](?!\.?\d[\d.]*(?:e[+-]?\d+)?(?:"|,|$)))/gi

/** Puts a text on the clipboard when pressed, and says so. */
export function copyButton(textOf: () => string): HTMLButtonElement {
  const made = button('Copy', () => {
    void copied(textOf()).then((isDone) => {
      made.textContent = isDone ? 'Copied' : 'Select and copy by hand'
      setTimeout(() => (made.textContent = 'Copy'), 2000)
    })
  })
  made.className = 'copy'
  return made
}

async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    // A page from a file may not have a clipboard. The older way needs a selected field.
    const field = element('textarea', { class: 'live', 'aria-hidden': 'true' })
    field.value = text
    document.body.append(field)
    field.select()
    const isDone = document.execCommand('copy')
    field.remove()
    return isDone
  }
}

/** A button that saves a text, which is made when it is pressed. */
export const saveButton = (label: string, name: string, type: string, textOf: () => string): HTMLButtonElement =>
  button(label, () => save(name, type, textOf()))

/** Saves a text under a name. */
function save(name: string, type: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }))
  const link = element('a', { href: address, download: name })
  link.click()
  // The browser has the bytes by then.
  setTimeout(() => URL.revokeObjectURL(address), 0)
}

/**
 * CSV that a spreadsheet does not run: a cell that begins like a formula, and is not a number, gets an apostrophe. The
 * exact CSV has none, so that programs read what is there.
 */
export const forSpreadsheets = (lines: readonly string[]): string[] =>
  lines.map((line) => line.replaceAll(FORMULA, "$1$2'"))
