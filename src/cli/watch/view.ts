/** What a key does to the view of the board: pure but for what only the study knows. */

import { SORTS, listedTrials } from '../../report/board-list.ts'
import type { BoardView } from '../../report/board-list.ts'
import type { Facts } from '../../report/facts.ts'
import type { Key } from './key.ts'

/** The page of help. */
export const HELP = [
  'q        leave; on a page: back to the board',
  'up, down the trial before or after; home, end, page up, page down',
  'enter    everything that is known about the trial',
  'w        why its config was tried',
  'l        the last lines that its program wrote',
  's        the order of the list: newest, best, longest',
  'f        a filter: words that a row must have, such as failed or kind=cnn',
  'r        look at the study now; else it looks every 2s, and ever less often, up',
  '         to 30s, while nothing changes',
  '',
  'Nothing here changes the study.',
]

/** What the board must do beside showing the view. */
export type Wish = 'quit' | 'interrupt' | 'suspend' | 'look' | 'show' | 'why' | 'log'

const PAGE_ROWS = 10

interface Seen {
  readonly view: BoardView
  readonly wish?: Wish
}

export function afterKey(view: BoardView, key: Key, facts: Facts): Seen {
  if (key.name === 'interrupt' || key.name === 'suspend') return { view, wish: key.name }
  if (view.typing !== null) return { view: typed(view, key, view.typing) }
  if (view.page !== null) return { view: paged(view, key, view.page) }
  const count = listedTrials(facts.columns, view).length
  const at = (row: number): Seen => ({ view: { ...view, selected: Math.max(0, Math.min(row, count - 1)) } })
  switch (key.name) {
    case 'up':
      return at(view.selected - 1)
    case 'down':
      return at(view.selected + 1)
    case 'pageup':
      return at(view.selected - PAGE_ROWS)
    case 'pagedown':
      return at(view.selected + PAGE_ROWS)
    case 'home':
      return at(0)
    case 'end':
      return at(count - 1)
    case 'enter':
      return count === 0 ? { view } : { view, wish: 'show' }
    case 'escape':
      return { view: { ...view, filter: '', selected: 0 } }
    case 'backspace':
      return { view }
    case 'letter':
      return afterLetter(view, key.letter, count)
  }
  return key satisfies never
}

function afterLetter(view: BoardView, letter: string, count: number): Seen {
  const next = SORTS[(SORTS.indexOf(view.sort) + 1) % SORTS.length]!
  switch (letter) {
    case 'q':
      return { view, wish: 'quit' }
    case 'r':
      return { view, wish: 'look' }
    case 's':
      return { view: { ...view, sort: next, selected: 0 } }
    case 'f':
      return { view: { ...view, typing: view.filter } }
    case '?':
      return { view: { ...view, page: { title: 'keys', lines: HELP, offset: 0 } } }
    case 'w':
      return count === 0 ? { view } : { view, wish: 'why' }
    case 'l':
      return count === 0 ? { view } : { view, wish: 'log' }
  }
  return { view }
}

function typed(view: BoardView, key: Key, text: string): BoardView {
  if (key.name === 'letter') return { ...view, typing: text + key.letter }
  if (key.name === 'backspace') return { ...view, typing: [...text].slice(0, -1).join('') }
  if (key.name === 'enter') return { ...view, typing: null, filter: text.trim(), selected: 0 }
  return key.name === 'escape' ? { ...view, typing: null } : view
}

function paged(view: BoardView, key: Key, page: NonNullable<BoardView['page']>): BoardView {
  const last = Math.max(0, page.lines.length - 1)
  const at = (offset: number): BoardView => ({
    ...view,
    page: { ...page, offset: Math.max(0, Math.min(offset, last)) },
  })
  if (key.name === 'up') return at(page.offset - 1)
  if (key.name === 'down') return at(page.offset + 1)
  if (key.name === 'pageup') return at(page.offset - PAGE_ROWS)
  if (key.name === 'pagedown') return at(page.offset + PAGE_ROWS)
  if (key.name === 'home') return at(0)
  if (key.name === 'end') return at(last)
  return key.name === 'letter' && key.letter !== 'q' ? view : { ...view, page: null }
}
