/** Light or dark: as the system says, unless the reader has chosen. */

import { DARK, LIGHT } from '../palette.ts'
import type { Palette } from '../palette.ts'
import { button } from './element.ts'

/** Where the choice is kept; a page from a file may be refused that, and then it holds until the page is closed. */
const KEY = 'anthill-theme'

type Theme = 'light' | 'dark'

/** Whether a media query for a dark screen holds now. */
const prefersDark = (): MediaQueryList => matchMedia('(prefers-color-scheme: dark)')

/** The theme that the page has now. */
const themeNow = (): Theme => {
  const chosen = document.documentElement.dataset.theme
  return chosen === 'light' || chosen === 'dark' ? chosen : prefersDark().matches ? 'dark' : 'light'
}

/** The colors for what is drawn on a canvas; SVG has its own by the style sheet. */
export const paletteNow = (): Palette => (themeNow() === 'dark' ? DARK : LIGHT)

/** Makes the switch. `changed` is called when another theme has come. */
export function themeSwitch(changed: () => void): HTMLButtonElement {
  const kept = remembered()
  if (kept !== undefined) document.documentElement.dataset.theme = kept
  const made = button(label(), () => {
    const theme: Theme = themeNow() === 'dark' ? 'light' : 'dark'
    document.documentElement.dataset.theme = theme
    remember(theme)
    made.textContent = label()
    changed()
  })
  prefersDark().addEventListener('change', () => {
    made.textContent = label()
    changed()
  })
  return made
}

const label = (): string => (themeNow() === 'dark' ? 'Light' : 'Dark')

function remembered(): Theme | undefined {
  try {
    const kept = localStorage.getItem(KEY)
    return kept === 'light' || kept === 'dark' ? kept : undefined
  } catch {
    return undefined
  }
}

function remember(theme: Theme): void {
  try {
    localStorage.setItem(KEY, theme)
  } catch {
    // Without a store the choice ends with the page.
  }
}
