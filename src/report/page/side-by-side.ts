/** Sheets of names and texts side by side: what differs between them is marked. */

import { element } from './element.ts'

/** A column: what stands above it, and its texts by name. */
export interface Sheet {
  readonly head: readonly (Node | string)[]
  readonly texts: ReadonlyMap<string, string>
}

/**
 * A table of sheets, with a row for each name that any of them has.
 *
 * @param corner  what stands above the names
 */
export function sideBySide(corner: string, sheets: readonly Sheet[]): HTMLTableElement {
  const names = [...new Set(sheets.flatMap(({ texts }) => [...texts.keys()]))]
  const rows = names.map((name) => {
    const texts = sheets.map((sheet) => sheet.texts.get(name) ?? '–')
    const isDifferent = texts.some((text) => text !== texts[0])
    return element(
      'tr',
      isDifferent ? { class: 'differs' } : {},
      element('th', { scope: 'row' }, element('bdi', {}, name)),
      ...texts.map((text) => element('td', {}, element('bdi', {}, text))),
    )
  })
  const heads = [[corner], ...sheets.map(({ head }) => head)].map((head) => element('th', { scope: 'col' }, ...head))
  return element('table', {}, element('thead', {}, element('tr', {}, ...heads)), element('tbody', {}, ...rows))
}
