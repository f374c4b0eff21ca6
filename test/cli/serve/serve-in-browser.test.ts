/** The command `anthill serve` as a process: its page in a browser, its socket, and how it ends. */

import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { float } from '../../../src/space/parameter.ts'
import { openStudy } from '../../../src/study/open-study.ts'
import { hasChromium, newPage } from '../../support/chromium.ts'
import { scratch } from '../../support/scratch.ts'
import { startCommand, until } from '../../support/worker-process.ts'

/** A browser that begins on a busy machine takes seconds. */
const SLOW_MS = 120_000

const SPACE = { x: float(0, 1), y: float(0, 1) }
const OPTIONS = { seed: 1, minimize: 'loss', sampler: 'random', trials: 30 } as const

describe.runIf(hasChromium)('the live page', () => {
  test(
    'shows the study, takes the token out of the address, and tells of a trial that has ended since',
    async () => {
      const directory = join(scratch(), 'study')
      await using study = await openStudy(directory, { space: SPACE, ...OPTIONS })
      const add = async (loss: number): Promise<void> => {
        const trial = (await study.ask())!
        await trial.complete(loss)
      }
      for (let k = 0; k < 12; k++) await add(0.5 + k / 100)
      const { child, finished } = startCommand(['serve', directory, '--json'])
      let printed = ''
      child.stdout!.on('data', (part) => (printed += String(part)))
      await until('it prints its address', () => printed.includes('\n'))
      const { url, token } = JSON.parse(printed) as { url: string; token: string }
      const page = await newPage()
      await page.open(url)
      const text = (selector: string): Promise<string> =>
        page.evaluate(`document.querySelector(${JSON.stringify(selector)})?.textContent ?? ''`)
      await until('the study is there', async () => (await text('.count')) === '12 trials')
      expect(await page.evaluate('location.href')).toBe(new URL('/', url).href)
      await page.evaluate('window.isTheSame = true')
      await add(0.125)
      await until('the trial is in the table', async () => (await text('.count')) === '13 trials')
      expect(await text('#answer')).toContain('0.125')
      expect(await text('#figure-history .summary')).toContain('0.125')
      expect(await text('header')).toContain('13 complete')
      expect(await page.evaluate(`document.querySelectorAll('#answer pre.copy button').length > 0`)).toBe(true)
      expect(await page.evaluate('window.isTheSame')).toBe(true)
      expect(page.messages).toEqual([])
      const origins = page.requests.filter((each) => !each.startsWith('data:')).map((each) => new URL(each).origin)
      expect([...new Set(origins)]).toEqual([new URL(url).origin])
      expect(page.requests.slice(1).filter((each) => each.includes(token))).toEqual([])
      await page.close()
      child.kill('SIGINT')
      const { code, stdout, stderr } = await finished
      expect([code, stdout.split(token).length, stderr]).toEqual([0, 3, ''])
    },
    SLOW_MS,
  )
})

test("a socket is its owner's alone; the end removes it, and one left behind is replaced", async () => {
  const directory = join(scratch(), 'study')
  await (await openStudy(directory, { space: SPACE, ...OPTIONS })).close()
  const socket = join(directory, '..', 's.sock')
  const words = ['serve', directory, '--socket', socket]
  const first = startCommand(words)
  await until('it listens', () => existsSync(socket))
  expect(statSync(socket).mode & 0o777).toBe(0o600)
  const refused = await startCommand(words).finished
  expect([refused.code, refused.stderr]).toEqual([
    2,
    `anthill: listen EADDRINUSE: address already in use ${socket}; name another one, or leave it out\n`,
  ])
  first.child.kill('SIGKILL')
  await first.finished
  expect(existsSync(socket)).toBe(true)
  const { code, stderr } = await startCommand([...words, '--for', '1s']).finished
  expect([code, stderr, existsSync(socket)]).toEqual([0, '', false])
})
