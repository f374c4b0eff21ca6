import { describe, expect, test } from 'vitest'
import { randomStream } from '../../src/numerics/random.ts'
import type { Figure } from '../../src/report/figure.ts'
import { cutFigure } from '../../src/report/figures/cut.ts'
import { historyFigure } from '../../src/report/figures/history.ts'
import { parallelFigure } from '../../src/report/figures/parallel.ts'
import { textWidth } from '../../src/report/label.ts'
import { layoutOf, pixelAt, trialPlaces } from '../../src/report/layout.ts'
import type { Label } from '../../src/report/layout.ts'
import type { Mark } from '../../src/report/mark.ts'
import { DARK, LIGHT } from '../../src/report/palette.ts'
import { categoryScale } from '../../src/report/range.ts'
import type { Scale } from '../../src/report/scale.ts'
import { svgText } from '../../src/report/svg.ts'
import { choice, float } from '../../src/space/parameter.ts'
import { factsOf } from '../support/study-facts.ts'
import { endedTrial } from '../support/trial-records.ts'

const HOSTILE = [
  '</script><img src=x onerror=alert(1)>',
  '<!--',
  ']]>',
  '\u2028',
  '\u202e\u202d',
  '\u001b[31m',
  'x'.repeat(10_000),
  '"\'&',
]

const linear: Scale = { kind: 'linear', title: 'x', low: 0, high: 10, words: [], better: null, rail: null }

const figureWith = (marks: readonly Mark[], more: Partial<Figure> = {}): Figure => ({
  ...{ id: 'test', title: 'a title', question: 'why?', summary: 'a summary with 3 numbers' },
  ...{ x: linear, y: { ...linear, title: 'y' }, axes: [], marks, left: [], empty: null },
  ...more,
})

const points = (x: readonly number[], y: readonly number[], role: 'trial' | 'best' | 'failed' = 'trial'): Mark => ({
  ...{ kind: 'points', role, x: Float64Array.from(x), y: Float64Array.from(y) },
  trial: Int32Array.from(x, (_, k) => k),
})

/** A figure with everything that hostile names can be in. */
function hostileFigure(width: number): ReturnType<typeof layoutOf> {
  return layoutOf(hostile(), width, 230)
}

function hostile(): Figure {
  const space = { kind: choice(HOSTILE), lr: float(0, 1) }
  const trials = HOSTILE.map((kind, k) => endedTrial(k, { kind, lr: k / 10 }, k === 3 ? null : k))
  const goals = { objectives: { [HOSTILE[0]!]: 'minimize' as const } }
  const named = trials.map((trial) => ({
    ...trial,
    values: trial.value === null ? {} : { [HOSTILE[0]!]: trial.value },
  }))
  return cutFigure(factsOf(space, named, { goals }), 0)
}

/** The rectangle of a label, as wide as it may be. */
const boxOf = ({ text, x, y, anchor, isUpright = false }: Label): readonly [number, number, number, number] => {
  const width = textWidth(text)
  const from = anchor === 'start' ? 0 : anchor === 'end' ? -width : -width / 2
  return isUpright ? [x - 6, y, x + 6, y + width] : [x + from, y - 6, x + from + width, y + 6]
}

const overlapping = (labels: readonly Label[]): string[] =>
  labels.flatMap((a, k) =>
    labels.slice(k + 1).flatMap((b) => {
      const [l1, t1, r1, b1] = boxOf(a)
      const [l2, t2, r2, b2] = boxOf(b)
      return l1 < r2 && l2 < r1 && t1 < b2 && t2 < b1 ? [`${a.text} / ${b.text}`] : []
    }),
  )

const cut = ({ width, height, labels }: ReturnType<typeof layoutOf>): string[] =>
  labels
    .filter((label) => {
      const [left, top, right, bottom] = boxOf(label)
      return left < -1 || right > width + 1 || top < -1 || bottom > height + 1
    })
    .map(({ text }) => text)

test('a figure is one svg with its size, its name, its sentence, and colors in attributes', () => {
  const svg = svgText(figureWith([points([1], [2])]), { width: 320, height: 200 })
  expect(svg).toMatch(/^<svg xmlns="\S+\/2000\/svg" width="320" height="200" viewBox="0 0 320 200" role="img"/)
  expect(svg).toContain('aria-labelledby="test-title test-summary"')
  expect(svg).toContain('<title id="test-title">a title</title><desc id="test-summary">a summary with 3 numbers</desc>')
  expect(svg).not.toMatch(/style|href/)
  expect(svg).toContain(`stroke="${LIGHT.colors.trial}" class="s-trial"`)
  expect(svgText(figureWith([points([1], [2])]), { width: 320, height: 200 }, DARK)).toContain(DARK.colors.trial)
})

test('dots have a rim where their shade could be that of the background', () => {
  const shaded = { ...points([1, 2], [3, 4]), shade: Float64Array.of(0, 1) }
  const svg = svgText(figureWith([shaded]), { width: 320, height: 200 })
  const rims = svg.match(new RegExp(`stroke="${LIGHT.colors.other}" class="s-other" stroke-width="6"`, 'g')) ?? []
  expect(rims).toHaveLength(2)
  expect(svgText(figureWith([points([1], [3])]), { width: 320, height: 200 })).not.toContain('s-other')
})

test('cells reach into each other, so that no seam shows on paper, and are pale together', () => {
  const cells = { kind: 'cells' as const, columns: 2, rows: 1, shade: Float64Array.of(0, 1) }
  const svg = svgText(figureWith([cells]), { width: 320, height: 200 })
  const [, left, right] = /<g opacity="0.85"><path d="M([\d.]+),[\d.]+H([\d.]+)V/.exec(svg)!
  const [, next] = /class="f-v0".*?<path d="M([\d.]+),/.exec(svg)!
  expect(Number(right)).toBeGreaterThan(Number(next))
  expect(Number(next)).toBeGreaterThan(Number(left))
})

test('all dots of a role are one path; equal ones are drawn once', () => {
  const svg = svgText(figureWith([points([1, 2, 2], [3, 4, 4]), points([5], [5], 'best')]), { width: 320, height: 200 })
  const dots = /<path d="((?:M[\d.,]+h0)+)"/.exec(svg)![1]!
  expect(dots.match(/M/g)).toHaveLength(2)
})

test('a place beyond an end is a triangle at it; one that does not exist is on the rail, or nowhere', () => {
  const beyond = svgText(figureWith([points([1, 5], [1e9, -Infinity])]), { width: 320, height: 200 })
  expect(beyond.match(/h7l-3\.5,-?6z/g)).toHaveLength(2)
  expect(beyond).not.toMatch(/M[\d.,]+h0|NaN|Infinity/)
  const without = figureWith([points([NaN], [5])])
  expect(svgText(without, { width: 320, height: 200 })).not.toMatch(/h0|NaN/)
  const railed = figureWith([points([NaN], [5])], { x: { ...linear, rail: 'inactive' } })
  expect(svgText(railed, { width: 320, height: 200 })).toMatch(/h0.*inactive/s)
})

test('above 2,000 points there are cells, and the best hundredth as dots', () => {
  const random = randomStream('dense')
  const values = Array.from({ length: 5000 }, () => 10 * random.next())
  const figure = figureWith(
    [
      points(
        values.map((_, k) => (10 * k) / 5000),
        values,
      ),
    ],
    { y: { ...linear, better: 'low' } },
  )
  const svg = svgText(figure, { width: 960, height: 230 })
  expect(svg.match(/h0/g)).toHaveLength(50)
  expect(svg.length).toBeLessThan(60_000)
})

test('a line is broken at a place that does not exist, and a step keeps its value until the next one', () => {
  const at = { x: Float64Array.of(0, 5, 10), y: Float64Array.of(0, NaN, 10) }
  const broken = svgText(figureWith([{ kind: 'line', role: 'model', ...at }]), { width: 320, height: 200 })
  expect(/<path d="(M[\d.]+,[\d.]+M[\d.]+,[\d.]+)" stroke="#8C1FF9"/.exec(broken)).not.toBeNull()
  const step: Mark = { kind: 'step', role: 'best', x: Float64Array.of(0, 10), y: Float64Array.of(10, 0) }
  expect(svgText(figureWith([step]), { width: 320, height: 200 })).toMatch(
    /<path d="M[\d.]+,[\d.]+H[\d.]+V[\d.]+" stroke="#B34700"/,
  )
})

test('an empty figure is its sentence, in its size', () => {
  const svg = svgText(figureWith([], { empty: 'No trial has <b>a</b> value yet.' }), { width: 320, height: 200 })
  expect(svg).toContain('>No trial has &lt;b&gt;a&lt;/b&gt; value yet.</text>')
})

test('hostile names are text, and nothing else', () => {
  const svg = svgText(hostile(), { width: 960, height: 230 })
  expect(svg).not.toMatch(/<(?!\/?(?:svg|title|desc|g|path|text)\b)|<!--|\]\]>|\u001b/)
  expect(svg.match(/http/g)).toHaveLength(1)
  expect(svg.length).toBeLessThan(40_000)
})

describe('labels neither overlap nor leave the figure', () => {
  const many = Array.from({ length: 300 }, (_, k) => `the-same-thirty-letters-at-first-${k}`)
  const random = randomStream('labels')
  const tried = (space: Parameters<typeof factsOf>[0], of: (k: number) => Record<string, number | string>) =>
    factsOf(
      space,
      Array.from({ length: 60 }, (_, k) => endedTrial(k, of(k), k % 7 === 0 ? null : 10 ** (8 * random.next()))),
    )
  const facts = tried({ kind: choice(many), lr: float(1e-9, 1e9, { log: true }) }, (k) => ({
    kind: many[k]!,
    lr: 10 ** (k / 10),
  }))
  const wide = tried(Object.fromEntries(many.slice(0, 50).map((name) => [name, float(0, 1)])), (k) =>
    Object.fromEntries(many.slice(0, 50).map((name, j) => [name, ((k * j) % 60) / 60])),
  )
  test.each([160, 240, 320, 960, 3000])('at a width of %i', (width) => {
    const figures = [
      historyFigure(facts),
      cutFigure(facts, 0),
      cutFigure(facts, 1),
      parallelFigure(facts),
      parallelFigure(wide),
    ]
    for (const figure of figures) {
      const layout = layoutOf(figure, width, 230)
      expect([figure.id, overlapping(layout.labels), cut(layout)]).toEqual([figure.id, [], []])
    }
    const layout = hostileFigure(width)
    expect([overlapping(layout.labels), cut(layout)]).toEqual([[], []])
  })
})

test('ticks in a corner of two axes do not touch', () => {
  for (const [width, height] of [
    [320, 200],
    [480, 240],
    [960, 230],
  ] as const) {
    const layout = layoutOf(figureWith([points([0, 10], [0, 10])]), width, height)
    expect(layout.labels.filter(({ text }) => text === '0')).toHaveLength(2)
    expect(overlapping(layout.labels)).toEqual([])
  }
})

test('texts at the ends of lines that meet are spread', () => {
  const line = (y: number, text: string): Mark => ({
    ...{ kind: 'line', role: 'model', x: Float64Array.of(0, 10), y: Float64Array.of(5, y), text },
  })
  const layout = layoutOf(figureWith([line(5, 'one'), line(5.01, 'two'), line(5.02, 'three')]), 320, 200)
  const ends = layout.labels.filter(({ text }) => ['one', 'two', 'three'].includes(text))
  expect(ends).toHaveLength(3)
  expect(overlapping(ends)).toEqual([])
})

test('the places of trials are where their marks are drawn', () => {
  const figure = historyFigure(
    factsOf(
      { x: float(0, 1) },
      [3, null, 1].map((value, k) => endedTrial(k, { x: 0.1 }, value)),
    ),
  )
  const layout = layoutOf(figure, 400, 200)
  const places = trialPlaces(figure, layout)
  const first = places.trial.indexOf(0)
  expect(places.x[first]).toBe(pixelAt(layout.x, 0))
  expect(places.y[first]).toBe(pixelAt(layout.y, 3))
  const failed = places.trial.indexOf(1)
  expect(places.y[failed]).toBe(layout.rugs.get('x failed'))
  expect(places.y[failed]).toBeGreaterThan(layout.y.low)
  expect([...places.trial].sort()).toEqual([0, 0, 1, 2, 2])
})

test('bars, whiskers, cells, boxes and paths are drawn within their area', () => {
  const of = (...places: number[]): Float64Array => Float64Array.from(places)
  const marks: Mark[] = [
    { kind: 'bars', role: 'running', along: 'x', at: of(0, 1), low: of(0, 5), high: of(3, Infinity), isHatched: true },
    { kind: 'whiskers', role: 'model', along: 'x', at: of(0), low: of(1), high: of(9) },
    { kind: 'cells', columns: 2, rows: 2, shade: of(0, 1, NaN, 0.5), isHatched: Uint8Array.of(1, 0, 0, 0) },
    { kind: 'box', role: 'failed', x: [-Infinity, 5], y: [0, 1] },
    { kind: 'rule', role: 'best', along: 'y', at: 5, text: 'here' },
  ]
  const svg = svgText(figureWith(marks, { y: categoryScale('', ['a', 'b']) }), { width: 320, height: 200 })
  expect(svg).not.toMatch(/NaN|Infinity|undefined/)
  const paths: Mark = { kind: 'paths', places: of(1, NaN, 2, 5), trial: Int32Array.of(0, 1), shade: of(NaN, 1) }
  const drawn = svgText(figureWith([paths], { axes: [linear, { ...linear, rail: 'inactive' }] }), {
    width: 320,
    height: 200,
  })
  expect(drawn).toContain(LIGHT.shades.at(-1))
  expect(drawn).not.toMatch(/NaN|undefined/)
})
