/** Figures in a terminal: whole plots as text, so that a reader sees what a user would. */

import { describe, expect, test } from 'vitest'
import { printable } from '../../src/cli/screen.ts'
import { figureLines } from '../../src/report/braille.ts'
import type { Figure } from '../../src/report/figure.ts'
import { contourFigure } from '../../src/report/figures/contour.ts'
import { cutFigure } from '../../src/report/figures/cut.ts'
import { historyFigure } from '../../src/report/figures/history.ts'
import { importanceFigure } from '../../src/report/figures/importance.ts'
import { parallelFigure } from '../../src/report/figures/parallel.ts'
import { rankFigure } from '../../src/report/figures/rank.ts'
import { timelineFigure } from '../../src/report/figures/timeline.ts'
import { cellWidth } from '../../src/report/label.ts'
import type { Mark, Role } from '../../src/report/mark.ts'
import { branch, choice, float } from '../../src/space/parameter.ts'
import { factsOf } from '../support/study-facts.ts'
import { endedTrial } from '../support/trial-records.ts'

const values = [4, 3, null, 3.5, 2, 5, 1, null, 2.5, 1.5]
const facts = factsOf(
  { x: float(0, 1), kind: choice(['one', 'two']) },
  values.map((value, k) => endedTrial(k, { x: k / 10, kind: k % 2 === 0 ? 'one' : 'two' }, value)),
)

const lines = (figure: Figure, columns = 40, rows = 14, isPlain = false): string =>
  figureLines(figure, { columns, rows, isPlain }).join('\n')

test('the history in braille: dots, squares where the best improved, failures below, the sentence last', () => {
  expect(`\n${lines(historyFigure(facts))}\n`).toBe(`
value by trial (lower is better)
· trial  ▁ best 1  × failed
       │                 ⠐
     4 ┤■⠤⠤⢤
       │   ■⣀⣀⣀⣀⣀⣀⣐⣀⣀⣀⡀
       │              ⡇             ⠄
     2 ┤              ■⠒⠒⠒⠒⠒⠒⡆         ⢀
       │                     ■⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤
       └┬────────────────┬──────────────
failed         ×                ×
        0                5
best 1 (trial 6) of 8 values; the last 5
trials improved it by 1
2 failed
`)
})

test('the same in ASCII: nothing but ASCII', () => {
  const text = lines(historyFigure(facts), 40, 14, true)
  expect(text).not.toMatch(/[^\n -~]/)
  expect(text).toContain('. trial  - best 1  x failed')
  expect(text).toContain('4 +#--')
  expect(text).toMatch(/\nfailed {9}x {16}x\n/)
})

test('importance has a row for each parameter: a bar, and its interval on and beside it', () => {
  const row = (parameters: number[], low: number, share: number, high: number) => ({ parameters, low, share, high })
  const view = { objective: 'value', heldOut: 0.5, trials: 40, rows: [row([0], 0.2, 0.5, 0.8), row([1], 0, 0, 0.1)] }
  const figure = importanceFigure({ ...facts, importances: [view] })
  expect(`\n${lines(figure, 44, 20)}\n`).toBe(`
importance for value
   x │█████████▓▓▓▓▓▓▓▓▓▓▓▓▓▓╌╌╌╌╌╌╌╌╌╌╌╌╌╌
kind │╌╌╌╌╌
     └┬─────────────────────┬───────────────
      0                    0.5
share of the variance,…ith its 80 % interval
x 0.50 (0.20 to 0.80), kind 0.00 (0.00 to
0.10); R² 0.50 on trials held out, 40 trials
`)
})

test('a worker has a row; what runs is lighter than what has ended', () => {
  const at = (minute: number): string => `2026-01-01T00:${String(minute).padStart(2, '0')}:00.000Z`
  const trials = [
    endedTrial(0, { x: 0 }, 1, { worker: 'a', started: at(0), ended: at(30) }),
    endedTrial(1, { x: 1 }, null, { worker: 'b', started: at(30), ended: at(45) }),
    endedTrial(2, { x: 1 }, null, { worker: 'b', started: at(45), state: 'running' }),
  ]
  expect(`\n${lines(timelineFigure(factsOf({ x: float(0, 1) }, trials)), 44, 20)}\n`).toBe(`
workers by time
█ trial  ▒ failed  ░ running
a │█████████████████████
b │                    ▒▒▒▒▒▒▒▒▒▒▒░░░░░░░░░░
  └┬───────────────────┬───────────────────┬
   00:00             00:30             01:00
2 workers, 3 attempts in 1h 00m; idle
between trials 0 % of the time
`)
})

describe('every figure at any size', () => {
  const hostile = ['</script>', '\u202e\u001b[2J', '学习率', '🐜', 'x'.repeat(10_000), 'a\nb', '\u2028', '']
  const space = {
    kind: choice(hostile),
    opt: branch('name', { sgd: { momentum: float(0, 1) }, adam: {} }),
    lr: float(1e-9, 1e9, { log: true }),
  }
  const odd = factsOf(
    space,
    Array.from({ length: 24 }, (_, k) =>
      endedTrial(
        k,
        {
          kind: hostile[k % 8]!,
          opt: k % 2 === 0 ? { name: 'adam' } : { name: 'sgd', momentum: k / 24 },
          lr: 10 ** (k - 12),
        },
        k % 5 === 0 ? null : k === 7 ? Infinity : 10 ** (k % 12),
        { worker: hostile[k % 8]!, started: '2026-01-01T00:00:00.000Z', ended: '2026-01-01T00:00:09.000Z' },
      ),
    ),
  )
  const figures = [
    ...[historyFigure(odd), timelineFigure(odd), parallelFigure(odd), rankFigure(odd, 0, 3), contourFigure(odd, 3, 2)],
    ...[0, 1, 2, 3].map((k) => cutFigure(odd, k)),
    ...[historyFigure(factsOf(space, [])), historyFigure(factsOf({ x: float(0, 1) }, [endedTrial(0, { x: 1 }, 2)]))],
  ]
  test.each([
    [80, 24],
    [60, 16],
    [200, 50],
    [20, 8],
  ])('no line is wider than %i columns, and nothing is left that a terminal would obey', (columns, rows) => {
    for (const isPlain of [false, true])
      for (const figure of figures) {
        const shown = figureLines(figure, { columns, rows, isPlain, printable })
        expect(shown.filter((line) => cellWidth(line) > columns)).toEqual([])
        expect(shown.map(printable)).toEqual(shown)
        expect(shown.filter((line) => /[\n\r]|\s$/.test(line))).toEqual([])
      }
  })

  test.each([
    [80, 24],
    [200, 50],
  ])('figures without rows of their own fill at most %i x %i', (columns, rows) => {
    for (const figure of figures)
      if (figure.y.kind !== 'category')
        expect(figureLines(figure, { columns, rows, printable }).length).toBeLessThanOrEqual(rows)
  })
})

test('a cell has the color of the most important role in it', () => {
  const at = Float64Array.of(5)
  const point = (role: Role): Mark => ({ kind: 'points', role, x: at, y: at, trial: Int32Array.of(0) })
  const figure = { ...historyFigure(facts), marks: [point('best'), point('trial'), point('failed')] }
  const paint = (role: Role, text: string): string => `<${role}>${text}</${role}>`
  const text = figureLines(figure, { columns: 60, rows: 16, paint }).join('\n')
  expect(text.match(/<(\w+)>.<\/\1>/g)).toEqual(['<best>■</best>'])
})

test('dots of one trial never reach the next one: only the best so far is a line', () => {
  const alone = { ...historyFigure(facts), marks: historyFigure(facts).marks.filter(({ kind }) => kind === 'points') }
  const dots = lines(alone).match(/[\u2801-\u28ff]/g)!
  expect(dots).toHaveLength(4)
})
