/** The page in a browser: with its script and without, under the strictest policy, on screens and on paper. */

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { hasChromium, newPage } from '../support/chromium.ts'
import type { Page } from '../support/chromium.ts'
import { inProcess } from '../support/in-process.ts'
import { hostileStudy, mixedStudy } from '../support/report-studies.ts'
import { scratch } from '../support/scratch.ts'

/** A browser that begins on a busy machine, and a page with models, take seconds each. */
const SLOW_MS = 120_000

const WIDTHS = [360, 768, 1280, 1920] as const

/** The headings of a page. */
const HEADINGS = [
  ...['Answer', 'Advice', 'History', 'Parameters', 'Importance', 'Pairs', 'Side by side', 'Value and time'],
  ...['Failures', 'Model', 'Workers', 'Curves', 'Distribution', 'Trials', 'Data'],
]

/** For each figure its size, and whether its text has a size and stands within it. */
const FIGURES = `[...document.querySelectorAll('figure[data-figure]')].map((figure) => {
  const svg = figure.querySelector('.plot svg')
  const box = svg.getBoundingClientRect()
  const texts = [...svg.querySelectorAll('text')].map((text) => text.getBoundingClientRect())
  return {
    id: figure.dataset.figure,
    width: box.width,
    height: box.height,
    isLegible: texts.length > 0 && texts.every(({ height }) => height >= 10 && height < 400),
    isInside: texts.every((text) => text.left >= box.left - 2 && text.right <= box.right + 2),
  }
})`

interface Seen {
  readonly id: string
  readonly width: number
  readonly height: number
  readonly isLegible: boolean
  readonly isInside: boolean
}

let files: { readonly mixed: string; readonly hostile: string; readonly strict: string }

beforeAll(async () => {
  if (!hasChromium) return
  const root = scratch()
  const [mixed, hostile, strict] = ['mixed.html', 'hostile.html', 'strict.html'].map((name) => join(root, name))
  await inProcess(['report', await mixedStudy(join(root, 'mixed')), '-o', mixed!])
  await inProcess(['report', await hostileStudy(join(root, 'hostile')), '-o', hostile!])
  // As a server does that trusts no file: neither style nor script.
  const page = readFileSync(mixed!, 'utf8')
  writeFileSync(strict!, page.replace(/(Content-Security-Policy" content=")[^"]*/, `$1default-src 'none'`))
  files = { mixed: mixed!, hostile: hostile!, strict: strict! }
}, SLOW_MS)

/** Opens a file, and closes the page afterwards. */
async function seen(file: string, look: (page: Page) => Promise<void>, before = async (_: Page) => {}): Promise<void> {
  const page = await newPage()
  try {
    await before(page)
    await page.open(pathToFileURL(file).href)
    await look(page)
  } finally {
    await page.close()
  }
}

const withoutScripts = async (page: Page): Promise<void> =>
  void (await page.send('Emulation.setScriptExecutionDisabled', { value: true }))

describe.runIf(hasChromium)('the page in a browser', () => {
  test.each(['mixed', 'hostile'] as const)(
    'of a %s study opens from a file without a message, and asks for nothing else',
    async (name) => {
      await seen(files[name], async (page) => {
        expect(await page.evaluate('document.documentElement.className')).toContain('has-script')
        expect(await page.evaluate('document.title')).toContain('minimize loss')
        expect(await page.evaluate(`document.querySelectorAll('img, iframe, object').length`)).toBe(0)
        expect(page.messages).toEqual([])
        expect(page.requests.filter((url) => !url.startsWith('data:'))).toEqual([pathToFileURL(files[name]).href])
      })
    },
    SLOW_MS,
  )

  test.each(['mixed', 'hostile'] as const)(
    'of a %s study fits each width, with its script and without',
    async (name) => {
      for (const before of [async () => {}, withoutScripts]) {
        await seen(
          files[name],
          async (page) => {
            for (const width of WIDTHS) {
              await page.resize(width)
              const { root } = await page.send('DOM.getDocument')
              const { model } = await page.send('DOM.getBoxModel', { nodeId: root.children.at(-1).nodeId })
              const { cssContentSize } = await page.send('Page.getLayoutMetrics')
              expect([width, cssContentSize.width, model.width <= width]).toEqual([width, width, true])
            }
          },
          before,
        )
      }
    },
    SLOW_MS,
  )

  test(
    'has legible figures with scripts off, and under a policy that forbids styles too',
    async () => {
      for (const file of [files.mixed, files.strict]) {
        await seen(file, async (page) => {
          await page.resize(1280)
          const figures = await page.evaluate<Seen[]>(FIGURES)
          expect(figures.length).toBeGreaterThan(10)
          const isRight = ({ width, height, isLegible, isInside }: Seen): boolean =>
            width >= 300 && width <= 1200 && height >= 60 && height <= 900 && isLegible && isInside
          expect(figures.filter((figure) => !isRight(figure))).toEqual([])
        })
      }
      await seen(
        files.mixed,
        async (page) => {
          const { nodes } = await page.send('Accessibility.getFullAXTree')
          // A figure is named by its title and a sentence with a number, or by why there is nothing to see yet.
          const images = nodes.filter((node: { role?: { value: string } }) => node.role?.value === 'image')
          expect(images.length).toBeGreaterThan(10)
          expect(images.filter((node: { name: { value: string } }) => !/\d|\byet\.$/.test(node.name.value))).toEqual([])
        },
        withoutScripts,
      )
    },
    SLOW_MS,
  )

  test(
    'prints every heading, in the light colors, from a dark screen too',
    async () => {
      await seen(files.mixed, async (page) => {
        await page.resize(1280, 'dark')
        expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(20, 23, 26)')
        await page.send('Emulation.setEmulatedMedia', { media: 'print' })
        expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)')
        const headings = await page.evaluate<string[]>(
          `[...document.querySelectorAll('h2')].filter((h) => h.checkVisibility()).map((h) => h.textContent)`,
        )
        expect(headings).toEqual(HEADINGS)
        const pdf = await page.pdf()
        expect(pdf.subarray(0, 5).toString()).toBe('%PDF-')
        expect(pagesOf(pdf)).toBeLessThanOrEqual(12)
      })
    },
    SLOW_MS,
  )
})

/** The number of pages, which a PDF says of each node of its tree of pages; the root has the most. */
const pagesOf = (pdf: Buffer): number =>
  Math.max(...[...pdf.toString('latin1').matchAll(/\/Count (\d+)/g)].map(([, count]) => Number(count)))
