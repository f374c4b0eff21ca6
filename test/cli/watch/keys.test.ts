import { expect, test } from 'vitest'
import { keysOf } from '../../../src/cli/watch/key.ts'
import { screenOn } from '../../../src/cli/watch/screen.ts'
import { afterKey } from '../../../src/cli/watch/view.ts'
import { pauseAfter } from '../../../src/cli/watch/watch.ts'
import { FIRST_VIEW } from '../../../src/report/board-list.ts'
import type { BoardView } from '../../../src/report/board-list.ts'
import { smooth, studyOf } from '../../report/planted-studies.ts'

const facts = studyOf(30, 1, (config) => ({ value: smooth(config) }))

/** The view after some input, and what was wished for. */
const after = (text: string, from: Partial<BoardView> = {}): { view: BoardView; wishes: string[] } => {
  let view: BoardView = { ...FIRST_VIEW, ...from }
  const wishes: string[] = []
  for (const key of keysOf(text)) {
    const { view: next, wish } = afterKey(view, key, facts)
    view = next
    if (wish !== undefined) wishes.push(wish)
  }
  return { view, wishes }
}

test('the bytes of a terminal become keys, several at once and unknown ones too', () => {
  const names = keysOf('q\x1b[A\x1bOB\x1b[5~\x1b[6~\x1b[1~\x1b[F\r\x7f\x03\x1a\x1b[99~\x1b[1;5Cé\x1b')
  expect(names.map((key) => ('letter' in key ? key.letter : key.name))).toEqual([
    'q',
    'up',
    'down',
    'pageup',
    'pagedown',
    'home',
    'end',
    'enter',
    'backspace',
    'interrupt',
    'suspend',
    'é',
    'escape',
  ])
})

test('arrows move within the list; letters sort, ask and leave', () => {
  expect(after('\x1b[B\x1b[B\x1b[A').view.selected).toBe(1)
  expect(after('\x1b[A').view.selected).toBe(0)
  expect(after('\x1b[F\x1b[B').view.selected).toBe(29)
  expect(after('\x1b[6~\x1b[6~\x1b[5~').view.selected).toBe(10)
  expect(after('s').view).toMatchObject({ sort: 'best', selected: 0 })
  expect(after('sss').view.sort).toBe('newest')
  expect(after('\rwlrxq').wishes).toEqual(['show', 'why', 'log', 'look', 'quit'])
  expect(after('\rwl', { filter: 'zebra' }).wishes).toEqual([])
})

test('a filter is typed, corrected, applied and left; q is a letter there, but INT is not', () => {
  expect(after('fkind=qq\x7f').view).toMatchObject({ typing: 'kind=q', filter: '' })
  expect(after('fkind=cnn \r').view).toMatchObject({ typing: null, filter: 'kind=cnn' })
  expect(after('fzebra\x1b').view).toMatchObject({ typing: null, filter: '' })
  expect(after('\x1b', { filter: 'kind=cnn' }).view.filter).toBe('')
  expect(after('f\x03').wishes).toEqual(['interrupt'])
})

test('help is a page that scrolls within its lines, and q goes back', () => {
  expect(after('?').view.page).toMatchObject({ title: 'keys', offset: 0 })
  const { view } = after('?\x1b[B\x1b[B\x1b[A')
  expect(view.page!.offset).toBe(1)
  expect(after('?\x1b[F\x1b[B').view.page!.offset).toBe(view.page!.lines.length - 1)
  expect(after('?q')).toMatchObject({ view: { page: null }, wishes: [] })
})

test('a screen writes only lines that changed, and gives the terminal back once', () => {
  const written: string[] = []
  const raw: boolean[] = []
  const input = { setRawMode: (isRaw: boolean) => raw.push(isRaw), resume: () => {}, pause: () => {} }
  const screen = screenOn({ write: (text) => written.push(text) }, input)
  screen.draw(['not open'])
  screen.open()
  screen.open()
  screen.draw(['a', 'b'])
  screen.draw(['a', 'c'])
  screen.draw(['a', 'c'])
  screen.forget()
  screen.draw(['a', 'c'])
  screen.close()
  screen.close()
  screen.draw(['late'])
  const update = (text: string): string => `\x1b[?2026h${text}\x1b[?2026l`
  expect(written).toEqual([
    '\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J',
    update('\x1b[2J\x1b[1;1Ha\x1b[K\x1b[2;1Hb\x1b[K'),
    update('\x1b[2;1Hc\x1b[K'),
    update('\x1b[2J\x1b[1;1Ha\x1b[K\x1b[2;1Hc\x1b[K'),
    '\x1b[?7h\x1b[?25h\x1b[?1049l',
  ])
  expect(raw).toEqual([true, false])
})

test('looks come every 2 s after a change, then ever less often, and never take more than a tenth of the time', () => {
  expect(pauseAfter(8000, true, 10)).toBe(2000)
  expect([2000, 4000, 20_000, 30_000].map((ms) => pauseAfter(ms, false, 10))).toEqual([4000, 8000, 30_000, 30_000])
  expect(pauseAfter(2000, true, 5000)).toBe(45_000)
})
