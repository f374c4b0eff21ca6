/**
 * A headless Chromium, driven with Node's built-in modules only: messages of its protocol through a pair of pipes, so
 * no port is opened. Tests that need it are guarded by `hasChromium`; with ANTHILL_BROWSER=required its absence fails.
 */

import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { afterAll } from 'vitest'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']

const found = (process.env['PATH'] ?? '')
  .split(delimiter)
  .flatMap((folder) => NAMES.map((name) => join(folder, name)))
  .find((path) => existsSync(path))

/** Whether there is a browser. */
export const hasChromium = found !== undefined

if (!hasChromium && process.env['ANTHILL_BROWSER'] === 'required')
  throw new Error('ANTHILL_BROWSER=required, and there is no chromium; install it: apt-get install -y chromium')

/** A browser that has just begun on a busy machine takes this long at most, and so does one answer of it. */
const LONGEST_MS = 60_000

const FLAGS = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--hide-scrollbars'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-extensions'],
  ...['--remote-debugging-pipe', 'about:blank'],
]

/** What the browser sends: the answer to a call, or an event of a page. */
interface Message {
  readonly id?: number
  readonly result?: unknown
  readonly error?: { readonly message: string }
  readonly sessionId?: string
  readonly method?: string
  readonly params?: any
}

export interface Page {
  /** A call of the browser's protocol, such as `Input.dispatchMouseEvent`. */
  readonly send: (method: string, params?: object) => Promise<any>
  /** Opens an address and waits until it is loaded. */
  readonly open: (url: string) => Promise<void>
  /** The value of an expression in the page. */
  readonly evaluate: <T>(expression: string) => Promise<T>
  /** Width in pixels, and the preferred theme. */
  readonly resize: (width: number, theme?: 'light' | 'dark') => Promise<void>
  /** All that was written to the console, and errors nobody caught. */
  readonly messages: readonly string[]
  /** The addresses of all requests. */
  readonly requests: readonly string[]
  readonly pdf: () => Promise<Buffer>
  readonly close: () => Promise<void>
}

let browser: Promise<Browser> | undefined

interface Browser {
  readonly send: (method: string, params?: object, sessionId?: string) => Promise<any>
  readonly listen: (listener: (message: Message) => void) => void
  readonly close: () => Promise<void>
}

/** A new page. The browser is started for the first one, and ends with the test file. */
export async function newPage(): Promise<Page> {
  const { send, listen } = await (browser ??= started())
  const { targetId } = await send('Target.createTarget', { url: 'about:blank' })
  const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true })
  const call: Page['send'] = (method, params) => send(method, params, sessionId)
  const messages: string[] = []
  const requests: string[] = []
  let loaded = (): void => undefined
  listen((message) => {
    if (message.sessionId !== sessionId) return
    const { params } = message
    if (message.method === 'Page.loadEventFired') loaded()
    if (message.method === 'Network.requestWillBeSent') requests.push(params.request.url)
    if (message.method === 'Runtime.consoleAPICalled')
      messages.push(params.args.map((arg: { value?: unknown }) => String(arg.value)).join(' '))
    if (message.method === 'Log.entryAdded') messages.push(params.entry.text)
    if (message.method === 'Runtime.exceptionThrown')
      messages.push(params.exceptionDetails.exception?.description ?? params.exceptionDetails.text)
  })
  for (const domain of ['Page', 'Runtime', 'Network', 'Log']) await call(`${domain}.enable`)
  return {
    send: call,
    open: async (url) => {
      const whenLoaded = new Promise<void>((resolve) => (loaded = resolve))
      const { errorText } = await call('Page.navigate', { url })
      if (errorText !== undefined) throw new Error(`${url}: ${errorText}`)
      await whenLoaded
    },
    evaluate: async (expression) => {
      const answer = await call('Runtime.evaluate', { expression, returnByValue: true, awaitPromise: true })
      const { exceptionDetails } = answer
      if (exceptionDetails !== undefined)
        throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text)
      return answer.result.value
    },
    resize: async (width, theme = 'light') => {
      await call('Emulation.setDeviceMetricsOverride', { width, height: 900, deviceScaleFactor: 1, mobile: false })
      await call('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: theme }] })
    },
    messages,
    requests,
    pdf: async () => Buffer.from((await call('Page.printToPDF', { printBackground: true })).data, 'base64'),
    close: async () => void (await send('Target.closeTarget', { targetId })),
  }
}

/** Starts a browser with a profile of its own. */
async function started(): Promise<Browser> {
  const profile = mkdtempSync(join(tmpdir(), 'anthill-chromium-'))
  const child = spawn(found!, [`--user-data-dir=${profile}`, ...FLAGS], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
  })
  const [to, from] = [child.stdio[3] as Writable, child.stdio[4] as Readable]
  const waiting = new Map<number, (message: Message) => void>()
  const listeners: ((message: Message) => void)[] = []
  let last = 0
  let rest = Buffer.alloc(0)
  from.on('data', (part: Buffer) => {
    rest = Buffer.concat([rest, part])
    for (let end = rest.indexOf(0); end >= 0; end = rest.indexOf(0)) {
      const message = JSON.parse(rest.subarray(0, end).toString()) as Message
      rest = rest.subarray(end + 1)
      if (message.id === undefined) for (const listener of listeners) listener(message)
      else waiting.get(message.id)?.(message)
    }
  })
  const ended = new Promise<void>((resolve) => child.on('exit', () => resolve()))
  const send: Browser['send'] = (method, params = {}, sessionId) =>
    new Promise((resolve, reject) => {
      const id = ++last
      const late = setTimeout(() => reject(new Error(`${method}: the browser does not answer`)), LONGEST_MS)
      void ended.then(() => reject(new Error(`${method}: the browser has ended`)))
      waiting.set(id, ({ result, error }) => {
        clearTimeout(late)
        waiting.delete(id)
        if (error === undefined) resolve(result)
        else reject(new Error(`${method}: ${error.message}`))
      })
      to.write(`${JSON.stringify({ id, method, params, sessionId })}\0`)
    })
  return {
    send,
    listen: (listener) => void listeners.push(listener),
    close: async () => {
      const killed = setTimeout(() => child.kill('SIGKILL'), 3000)
      await Promise.race([send('Browser.close').catch(() => undefined), ended])
      await ended
      clearTimeout(killed)
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

afterAll(async () => {
  await (await browser)?.close()
})
