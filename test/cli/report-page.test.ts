/**
 * What the script of the page does in a browser: one selection in all figures and in the table, by pointer, keyboard
 * and address; the time machine, other reports, files. Few pages are opened, since each takes a second.
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasChromium, newPage } from '../support/chromium.ts'
import type { Page } from '../support/chromium.ts'
import { inProcess } from '../support/in-process.ts'
import { hostileStudy, mixedStudy } from '../support/report-studies.ts'
import { scratch } from '../support/scratch.ts'

/** A browser that begins on a busy machine takes seconds. */
const SLOW_MS = 120_000

/** High enough that all figures are in view, and so are drawn. */
const SCREEN = { width: 1280, height: 9000, deviceScaleFactor: 1, mobile: false }

/** Waits until all figures in view have been drawn for their width. */
const DRAWN = `new Promise((resolve) => {
  const look = (calm) => {
    const late = [...document.querySelectorAll('.plot')].filter((plot) => plot.checkVisibility() &&
      Math.abs(plot.clientWidth - plot.querySelector('svg').getAttribute('width')) > 1)
    requestAnimationFrame(() => calm > 3 ? resolve() : look(late.length === 0 ? calm + 1 : 0))
  }
  look(0)
})`

let study: string
let other: string
let files: { readonly mixed: string; readonly other: string; readonly hostile: string }
let page: Page

beforeAll(async () => {
  if (!hasChromium) return
  const root = scratch()
  const [mixed, second, hostile] = ['mixed.html', 'second.html', 'hostile.html'].map((name) => join(root, name))
  study = await mixedStudy(join(root, 'mixed'))
  other = await hostileStudy(join(root, 'other'))
  await inProcess(['report', study, '-o', mixed!, '--no-model'])
  await inProcess(['report', other, '-o', hostile!, '--no-model'])
  // The same trials under another name.
  writeFileSync(second!, readFileSync(mixed!, 'utf8').replace('"name":"mixed"', '"name":"another"'))
  files = { mixed: mixed!, other: second!, hostile: hostile! }
  page = await newPage()
}, SLOW_MS)

afterAll(async () => {
  await page?.close()
})

/** Opens a file at a fragment, with all figures in view and drawn. */
async function open(file: string, fragment = ''): Promise<void> {
  // A fragment alone would not load the page again.
  await page.open('about:blank')
  await page.send('Emulation.setDeviceMetricsOverride', SCREEN)
  await page.open(`${pathToFileURL(file).href}${fragment}`)
  await page.evaluate(DRAWN)
}

const text = (selector: string): Promise<string> =>
  page.evaluate(`document.querySelector(${JSON.stringify(selector)})?.textContent ?? 'nothing'`)

const count = (selector: string): Promise<number> =>
  page.evaluate(`document.querySelectorAll(${JSON.stringify(selector)}).length`)

const hash = (): Promise<string> => page.evaluate('decodeURIComponent(location.hash)')

const textOf = (trial: number): string => `trial ${trial}`

async function mouse(type: string, x: number, y: number, clicks = 0): Promise<void> {
  const isDown = type !== 'mouseMoved' || clicks > 0
  const button = isDown ? { button: 'left', buttons: type === 'mouseReleased' ? 0 : 1 } : { button: 'none' }
  await page.send('Input.dispatchMouseEvent', { type, x, y, ...button, clickCount: clicks })
}

async function click(x: number, y: number): Promise<void> {
  await mouse('mouseMoved', x, y)
  await mouse('mousePressed', x, y, 1)
  await mouse('mouseReleased', x, y, 1)
}

/** Clicks the element that a selector finds, where it is seen. */
async function clickOn(selector: string): Promise<void> {
  const [x, y] = await page.evaluate<[number, number]>(`(() => {
    const element = document.querySelector(${JSON.stringify(selector)})
    element.scrollIntoView({ block: 'nearest', behavior: 'instant' })
    const box = element.getBoundingClientRect()
    return [box.x + box.width / 2, box.y + box.height / 2]
  })()`)
  await click(x, y)
}

async function press(key: string, code = 0, words = ''): Promise<void> {
  await page.send('Input.dispatchKeyEvent', {
    type: 'keyDown',
    key,
    code: key,
    windowsVirtualKeyCode: code,
    text: words,
  })
  await page.send('Input.dispatchKeyEvent', { type: 'keyUp', key, windowsVirtualKeyCode: code })
}

/** The dots of trials in a figure, in pixels of the window. */
const dotsOf = (figure: string): Promise<[x: number, y: number][]> =>
  page.evaluate(`(() => {
    const svg = document.querySelector('#figure-${figure} .plot svg')
    const box = svg.getBoundingClientRect()
    const d = svg.querySelector('.marks path.s-trial').getAttribute('d')
    return [...d.matchAll(/M([\\d.]+),([\\d.]+)h0/g)].map(([, x, y]) => [box.x + Number(x), box.y + Number(y)])
  })()`)

/** Drags across a figure, from one share of its axis to another. */
async function drag(figure: string, from: number, to: number): Promise<void> {
  const dots = await dotsOf(figure)
  const [left, right] = [Math.min(...dots.map(([x]) => x)), Math.max(...dots.map(([x]) => x))]
  const at = (share: number): number => left + share * (right - left)
  const y = dots[0]![1] + 30
  await mouse('mouseMoved', at(from), y)
  await mouse('mousePressed', at(from), y, 1)
  await mouse('mouseMoved', at((from + to) / 2), y, 1)
  await mouse('mouseMoved', at(to), y, 1)
  await mouse('mouseReleased', at(to), y, 1)
}

/** The cells of a column of the table, by its title. */
const columnOf = (title: string): Promise<string[]> =>
  page.evaluate(`(() => {
    const heads = [...document.querySelectorAll('.rows th')].map((th) => th.textContent.replace(/ [↓↑]$/, ''))
    const k = heads.indexOf(${JSON.stringify(title)})
    return [...document.querySelectorAll('.rows tr[data-trial]')].map((row) => row.children[k].textContent)
  })()`)

const head = (title: string): Promise<void> =>
  page.evaluate(`[...document.querySelectorAll('.rows th button')]
    .find((one) => one.textContent.startsWith(${JSON.stringify(title)})).click()`)

/** Leaves nothing selected. */
const clear = (): Promise<void> =>
  page.evaluate(`document.querySelector('#figure-history .plot')
    .dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }))`)

describe.runIf(hasChromium)('the script of the page', () => {
  beforeAll(async () => open(files.mixed), SLOW_MS)

  test('marks the hovered trial in all figures and in the table, and lets it go', async () => {
    const [[x, y]] = (await dotsOf('history')) as [[number, number]]
    await mouse('mouseMoved', x + 5, y + 3)
    const number = /trial (\d+)/.exec(await text('.tip'))![1]!
    for (const ring of ['history circle', 'cut-0 circle', 'parallel path'])
      expect([ring, await count(`#figure-${ring}.hovered`)]).not.toEqual([ring, 0])
    expect(await text('.rows tr.hovered td:nth-child(2)')).toBe(number)
    expect(await count('.rows tr.hovered')).toBe(1)
    await mouse('mouseMoved', 5, 5)
    expect(await count('circle.hovered, path.hovered, tr.hovered, .tip:not([hidden])')).toBe(0)
  })

  test('pins with a click, at most five, and sets them side by side with what differs', async () => {
    const dots = await dotsOf('history')
    for (const [x, y] of dots.slice(0, 6)) await click(x, y)
    expect(await count('.pinned thead th')).toBe(6)
    expect(await count('.pinned tr.differs')).toBeGreaterThan(2)
    expect(await count('.rows button[aria-pressed=true]')).toBe(5)
    expect((await hash()).split(',')).toHaveLength(5)
    expect(await count('#figure-history circle.pinned')).toBeGreaterThanOrEqual(5)
    await clickOn('.rows button[aria-pressed=true]')
    expect(await count('.pinned thead th')).toBe(5)
    // The button that was pressed is still there, and has the focus.
    expect(await page.evaluate('document.activeElement.ariaLabel')).toMatch(/^pin trial \d+$/)
    await clear()
    expect([await count('.pinned thead th'), await hash()]).toEqual([0, ''])
  })

  test('brushes a range with both its ends, and the table has the trials within', async () => {
    await drag('history', 0.5, 1.2)
    const numbers = (await columnOf('number')).map(Number)
    expect([Math.max(...numbers), numbers.includes(0)]).toEqual([23, false])
    expect(await text('.count')).toBe(`${numbers.length} of 24 trials`)
    expect(await hash()).toMatch(/^#brush=number:[\d.]+:Infinity$/)
    expect(await count('#figure-history .brushed path.chosen')).toBe(1)
    await drag('history', 0, 1)
    expect((await columnOf('number')).map(Number)).toContain(0)
    expect(await text('.count')).toMatch(/^2[34]\b/)
    await clear()
    expect(await text('.count')).toBe('24 trials')
  })

  test('sorts by a column in both directions, and what is missing comes last in both', async () => {
    for (const isRising of [true, false]) {
      await head('loss')
      const values = await columnOf('loss')
      const known = values.filter((value) => value !== '–').map(Number)
      expect(values.slice(0, known.length).map(Number)).toEqual(known.toSorted((a, b) => (isRising ? a - b : b - a)))
      expect(values.slice(known.length)).toEqual(['–', '–', '–'])
    }
    await head('number')
    expect((await columnOf('number')).slice(0, 3)).toEqual(['0', '1', '2'])
  })

  test('goes back in time, and comes again', async () => {
    const go = (to: number): Promise<void> =>
      page.evaluate(`(() => {
        const slider = document.querySelector('.machine input')
        slider.value = ${to}
        slider.dispatchEvent(new Event('input'))
      })()`)
    await go(9)
    await page.evaluate(DRAWN)
    expect([await hash(), await text('.count')]).toEqual(['#asof=9', '10 of 24 trials'])
    expect(await text('.machine output')).toMatch(/^after trial 9/)
    expect((await dotsOf('history')).length).toBeLessThan(10)
    await go(23)
    await page.evaluate(DRAWN)
    expect([await hash(), await text('.count'), await text('.machine output')]).toEqual(['', '24 trials', 'now'])
  })

  test('is reached, read and pinned by the keyboard alone', async () => {
    await page.evaluate(`document.querySelector('.skip').focus()`)
    for (let k = 0; k < 60; k++) {
      await press('Tab', 9)
      if (await page.evaluate(`document.activeElement.matches('#figure-history .plot')`)) break
    }
    expect(await page.evaluate('document.activeElement.outerHTML.slice(0, 300)')).toContain('class="plot')
    await press('b', 66, 'b')
    expect(await text('p[role=status]')).toMatch(/^trial \d+, loss [\d.e-]+, .*lr [\d.e-]+.*, \d+ of \d+$/)
    const best = /\d+/.exec(await text('p[role=status]'))![0]
    await press('Enter', 13, '\r')
    expect(await text('p[role=status]')).toBe(`pinned: trial ${best}`)
    expect(await text('.pinned thead')).toContain(textOf(Number(best)))
    await press('Home', 36)
    expect(await text('p[role=status]')).toMatch(/^trial 0, /)
    await press('ArrowRight', 39)
    expect(await text('p[role=status]')).toMatch(/^trial 1, /)
    await press('Escape', 27)
    expect(await count('.pinned thead th, circle.hovered')).toBe(0)
  })

  test('draws another report beside this one, and takes it away', async () => {
    const drop = (name: string, body: string): Promise<void> =>
      page.evaluate(`(() => {
        const transfer = new DataTransfer()
        transfer.items.add(new File([${JSON.stringify(body)}], ${JSON.stringify(name)}, { type: 'text/html' }))
        document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }))
      })()`)
    const until = (condition: string): Promise<void> =>
      page.evaluate(`new Promise((resolve) => {
        const look = () => ${condition} ? resolve() : setTimeout(look, 10)
        look()
      })`)
    await drop('no.html', '<p>no report')
    await until(`document.querySelector('.others .is-empty') !== null`)
    expect(await text('.others')).toBe(`'no.html' is not a report of anthill`)
    await drop('second.html', readFileSync(files.other, 'utf8'))
    await until(`document.querySelector('.comparison') !== null`)
    await page.evaluate(DRAWN)
    expect(await text('.comparison thead')).toBe('best ofmixedanother ×')
    for (const figure of ['history', 'edf']) expect(await text(`#figure-${figure} .plot svg`)).toContain('another')
    await clickOn('.comparison button')
    await page.evaluate(DRAWN)
    expect(await count('.comparison')).toBe(0)
    for (const figure of ['history', 'edf']) expect(await text(`#figure-${figure} .plot svg`)).not.toContain('another')
  })

  test('saves the trials as the CSV that ls writes, and figures as SVG', async () => {
    const saved = await page.evaluate<string[]>(`(async () => {
      const blobs = []
      const make = URL.createObjectURL
      URL.createObjectURL = (blob) => { blobs.push(blob); return 'data:,' }
      HTMLAnchorElement.prototype.click = () => {}
      document.querySelector('#downloads button').click()
      document.querySelector('#figure-history .save').click()
      URL.createObjectURL = make
      delete HTMLAnchorElement.prototype.click
      return Promise.all(blobs.map((blob) => blob.text()))
    })()`)
    const printed = await inProcess(['ls', study, '--csv'])
    expect(saved[0]).toBe(printed.stdout)
    expect(saved[1]).toMatch(/^<svg xmlns="[^"]*" width="\d+" height="\d+"/)
  })

  test('goes to what a link names, unfolds what is around it, and keeps what is selected', async () => {
    await page.send('Emulation.setDeviceMetricsOverride', { ...SCREEN, height: 700 })
    await page.evaluate(`document.querySelector('.rows td button').click()`)
    const before = await hash()
    const [top, below] = await page.evaluate<[number, number]>(`(() => {
      document.documentElement.style.scrollBehavior = 'auto'
      const link = document.createElement('a')
      link.href = '#figure-parallel'
      document.body.append(link)
      link.click()
      link.remove()
      const nav = document.querySelector('nav').getBoundingClientRect()
      return [document.querySelector('#figure-parallel').getBoundingClientRect().top, nav.bottom]
    })()`)
    expect(top).toBeGreaterThanOrEqual(below)
    expect(top).toBeLessThan(below + 60)
    expect(await hash()).toBe(before)
    await clear()
    await page.send('Emulation.setDeviceMetricsOverride', SCREEN)
  })

  test('names each figure with a number for those who cannot see it', async () => {
    const { nodes } = await page.send('Accessibility.getFullAXTree')
    const images = nodes.filter((node: { role?: { value: string } }) => node.role?.value === 'image')
    expect(images.length).toBeGreaterThan(8)
    expect(images.filter((node: { name: { value: string } }) => !/\d|\byet\.$/.test(node.name.value))).toEqual([])
  })

  test.each(['light', 'dark'] as const)('has text of enough contrast in %s colors', async (theme) => {
    const features = [{ name: 'prefers-color-scheme', value: theme }]
    await page.send('Emulation.setEmulatedMedia', { features })
    await page.evaluate(`document.querySelector('.rows td button').click()`)
    await page.evaluate(DRAWN)
    const weak = await page.evaluate<string[]>(WEAK_TEXTS)
    await clear()
    expect(weak).toEqual([])
  })

  test('has the colors of the system where those are forced, and nothing moves where that is not wanted', async () => {
    const features = [
      { name: 'forced-colors', value: 'active' },
      { name: 'prefers-reduced-motion', value: 'reduce' },
    ]
    await page.send('Emulation.setEmulatedMedia', { features })
    const [ink, label, best, highlight, scroll] = await page.evaluate<string[]>(`(() => {
      const probe = document.createElement('p')
      document.body.append(probe)
      const of = (color) => { probe.style.color = color; return getComputedStyle(probe).color }
      const [ink, highlight] = [of('CanvasText'), of('Highlight')]
      probe.remove()
      const svg = document.querySelector('#figure-history .plot svg')
      const style = (selector) => getComputedStyle(svg.querySelector(selector))
      return [ink, style('text.f-muted').fill, style('path.s-best').stroke, highlight,
        getComputedStyle(document.documentElement).scrollBehavior]
    })()`)
    expect([label, best, scroll]).toEqual([ink, highlight, 'auto'])
    await page.send('Emulation.setEmulatedMedia', { features: [] })
  })

  test('has written nothing to the console until now', () => {
    expect(page.messages).toEqual([])
  })

  test('restores what its address says', async () => {
    await page.evaluate(`document.querySelectorAll('.rows td button')[4].click()`)
    const pin = (await hash()).slice(1)
    await open(files.mixed, `#${pin}&asof=15&brush=number:2:12&brush=nonsense:1:2`)
    expect(await text('.pinned thead')).toContain('1: trial')
    expect([await text('.count'), await text('.machine output')]).toEqual(['11 of 24 trials', 'after trial 15'])
    expect(await count('#figure-history rect.brush')).toBe(1)
    await page.evaluate(`location.hash = '#asof=3'`)
    await page.evaluate(DRAWN)
    expect([await count('.pinned thead th'), await text('.count')]).toEqual([0, '4 of 24 trials'])
  })

  test('keeps itself up to date while a command writes it, with what is selected', { timeout: SLOW_MS }, async () => {
    const followed = files.mixed.replace('mixed.html', 'followed.html')
    const body = readFileSync(files.mixed, 'utf8').replace('"everyMs":null', '"everyMs":1000')
    writeFileSync(followed, body)
    await open(followed, '#asof=15')
    await page.send('Emulation.setDeviceMetricsOverride', { ...SCREEN, height: 900 })
    await page.evaluate(`window.scrollTo({ top: 800, behavior: 'instant' })`)
    await clickOn('#tools button[aria-pressed]')
    const scrolled = await page.evaluate<number>('window.scrollY')
    writeFileSync(followed, body.replace('<title>', '<title>again: '))
    for (let k = 0; k < 200 && !(await titleNow()).startsWith('again'); k++)
      await new Promise((resolve) => setTimeout(resolve, 50))
    expect(await titleNow()).toMatch(/^again: /)
    expect([await hash(), await text('.machine output')]).toEqual(['#asof=15', 'after trial 15'])
    expect(await text('#tools button[aria-pressed=true]')).toBe('Kept up to date')
    expect(scrolled).toBeGreaterThan(700)
    expect(await page.evaluate('window.scrollY')).toBe(scrolled)
    await clickOn('#tools button[aria-pressed=true]')
  })

  test('runs nothing of a hostile study, however it is used', async () => {
    await open(files.hostile)
    const title = await page.evaluate('document.title')
    const [[x, y]] = (await dotsOf('history')) as [[number, number]]
    await click(x, y)
    await drag('history', 0, 0.7)
    for (const column of ['evil', 'state', 'id']) await head(column)
    await page.evaluate(`(() => {
      const filter = document.querySelector('.controls input')
      filter.value = '</script><img'
      filter.dispatchEvent(new Event('input'))
      for (const box of document.querySelectorAll('.picker input')) box.click()
      for (const select of document.querySelectorAll('#pairs select')) {
        select.value = select.options[1].value
        select.dispatchEvent(new Event('change'))
      }
    })()`)
    await page.evaluate(DRAWN)
    expect(await page.evaluate('document.title')).toBe(title)
    expect(await count('img, iframe, object, script:not(#data):not(:last-of-type)')).toBe(0)
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(SCREEN.width)
    expect(page.messages).toEqual([])
  })
})

/** The title; empty while the page is being loaded. */
const titleNow = (): Promise<string> => page.evaluate<string>('document.title').catch(() => '')

/** Texts with a contrast below 4.5 to 1 against what they stand on. */
const WEAK_TEXTS = `(() => {
  const channels = (color) => {
    const found = color.match(/[\\d.]+/g).map(Number)
    return { rgb: found.slice(0, 3), alpha: found[3] ?? 1 }
  }
  const light = (rgb) => rgb.map((c) => c / 255).map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, k) => sum + c * [0.2126, 0.7152, 0.0722][k], 0)
  const behind = (element) => {
    for (let each = element; each !== null; each = each.parentElement) {
      const { rgb, alpha } = channels(getComputedStyle(each).backgroundColor)
      if (alpha > 0.99) return rgb
    }
    return [255, 255, 255]
  }
  const weak = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const element = node.parentElement
    if (node.data.trim() === '' || element.closest('script, title, desc, option')) continue
    if (!element.checkVisibility()) continue
    const style = getComputedStyle(element)
    const { rgb } = channels(element.namespaceURI.endsWith('svg') ? style.fill : style.color)
    const pair = [light(rgb), light(behind(element))].sort((a, b) => b - a)
    const contrast = (pair[0] + 0.05) / (pair[1] + 0.05)
    if (contrast < 4.5) weak.push(contrast.toFixed(2) + ' ' + node.data.slice(0, 30))
  }
  for (const input of document.querySelectorAll('input[type=search]')) {
    const pair = [getComputedStyle(input, '::placeholder').color, getComputedStyle(input).backgroundColor]
      .map((color) => light(channels(color).rgb)).sort((a, b) => b - a)
    if ((pair[0] + 0.05) / (pair[1] + 0.05) < 4.5) weak.push('placeholder')
  }
  return [...new Set(weak)]
})()`
