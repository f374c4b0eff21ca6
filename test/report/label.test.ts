import { expect, test } from 'vitest'
import { cellWidth, fitting, inLines, shortened, spread, textWidth } from '../../src/report/label.ts'

test('a long label is shortened in its middle, so that labels alike at their beginning stay apart', () => {
  const labels = ['a', 'b'].map((end) => `the very same beginning of thirty letters ${end}`)
  const short = labels.map((label) => shortened(label, 12, cellWidth))
  expect(short).toEqual(['the ve…ers a', 'the ve…ers b'])
  expect(shortened('short', 12, cellWidth)).toBe('short')
})

test('no shortened label is wider than its room', () => {
  for (const text of ['', 'x', 'mmmmmmmmmmmm', '学习率学习率', '🐜🐜🐜🐜', 'a\nb\tc', 'x'.repeat(10_000)])
    for (const most of [0, 1, 5, 20, 60])
      for (const widthOf of [textWidth, cellWidth])
        expect(widthOf(shortened(text, most, widthOf))).toBeLessThanOrEqual(most)
})

test('lines break at spaces; a word that is too long is shortened', () => {
  expect(inLines('the quick brown fox', 10, cellWidth)).toEqual(['the quick', 'brown fox'])
  expect(inLines(`a ${'x'.repeat(50)}`, 10, cellWidth)).toEqual(['a', 'xxxxx…xxxx'])
})

test('of labels that would overlap the later ones are left out', () => {
  const labels = [
    { from: 0, to: 10 },
    { from: 8, to: 20 },
    { from: 13, to: 20 },
  ]
  expect(fitting(labels, 2)).toEqual([labels[0], labels[2]])
})

test('places are spread by a gap and stay between the ends while there is room', () => {
  expect(spread([50, 50, 50], 10, 0, 100)).toEqual([50, 60, 70])
  expect(spread([99, 98, 100], 10, 0, 100)).toEqual([90, 80, 100])
})
