/** The server of `anthill serve` in this process, asked over its port. */

import { mkdirSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import type { IncomingHttpHeaders } from 'node:http'
import { connect } from 'node:net'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { listenOnPort } from '../../../src/cli/serve/listening.ts'
import { serverOf } from '../../../src/cli/serve/server.ts'
import type { StudyServer } from '../../../src/cli/serve/server.ts'
import { programLogPath } from '../../../src/paths.ts'
import type { Delta } from '../../../src/report/delta.ts'
import { float } from '../../../src/space/parameter.ts'
import { openStudy } from '../../../src/study/open-study.ts'
import type { Study } from '../../../src/study/study.ts'
import type { Config } from '../../../src/trial.ts'
import { scratch } from '../../support/scratch.ts'

const TOKEN = 'Zm9vYmFyYmF6cXV4Zm9vYg'
const OPTIONS = { seed: 1, minimize: 'loss', sampler: 'random', trials: 4 } as const

let directory = ''
let port = 0
let study: Study<Config>
let served: StudyServer

beforeAll(async () => {
  directory = join(scratch(), 'study')
  await using made = await openStudy(directory, { space: { x: float(0, 1) }, ...OPTIONS })
  await made.optimize(({ config, number }) => {
    if (number === 2) throw new Error('out of memory')
    return config.x
  })
  const folder = made.trialDirectory((await made.trial(2)).id)
  const log = programLogPath(folder, 'stderr', 1)
  mkdirSync(dirname(log), { recursive: true })
  writeFileSync(log, `${'step\n'.repeat(20_000)}out of memory\n`)
  writeFileSync(join(folder, 'model.bin'), 'secret')
  study = await openStudy(directory, { readOnly: true })
  served = serverOf(study, () => ({ port, token: TOKEN }))
  port = await listenOnPort(served.server, 0)
})

afterAll(async () => {
  await served.close()
  await study.close()
})

interface Answered {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

/** Asks the server as a browser with the token does, unless `change` says otherwise. */
const ask = (path: string, change: object = {}, method = 'GET'): Promise<Answered> =>
  new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${TOKEN}`, ...change }
    const asked = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (answer) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (part: string) => (text += part))
      answer.on('end', () => resolve({ status: answer.statusCode!, headers: answer.headers, text }))
    })
    asked.on('error', reject).end()
  })

/** The first status that the server gives to bytes, and undefined if it closes the connection without one. */
const askRaw = (bytes: string): Promise<string | undefined> =>
  new Promise((resolve) => {
    let text = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
    socket.on('data', (part) => {
      text += String(part)
      socket.end()
    })
    socket.on('error', () => undefined).on('close', () => resolve(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1]))
  })

const trialOf = async (number: number): Promise<any> => JSON.parse((await ask(`/trial/${number}`)).text)

test('every answer forbids to keep, guess, frame or tell it on, and a refusal says nothing of the study', async () => {
  const answers: readonly (readonly [status: number, answer: Answered])[] = [
    [200, await ask('/')],
    [200, await ask('/report.html')],
    [200, await ask('/data?since=')],
    [200, await ask('/trial/0')],
    [401, await ask('/data', { authorization: '' })],
    [401, await ask('/trial/0', { authorization: `Bearer ${'A'.repeat(22)}` })],
    [401, await ask('/there-is-nothing', { authorization: '' })],
    [403, await ask('/data', { 'sec-fetch-site': 'cross-site' })],
    [404, await ask('/there-is-nothing')],
    [405, await ask('/data', {}, 'POST')],
    [421, await ask('/', { host: `evil.example:${port}` })],
  ]
  for (const [status, { status: seen, headers, text }] of answers) {
    expect([seen, headers['cache-control'], headers['x-content-type-options']]).toEqual([status, 'no-store', 'nosniff'])
    expect([headers['referrer-policy'], headers['x-frame-options']]).toEqual(['no-referrer', 'DENY'])
    expect(headers['cross-origin-resource-policy']).toBe('same-origin')
    expect(headers['content-security-policy']).toMatch(/^default-src 'none';.*frame-ancestors 'none'$/)
    expect(text).not.toContain(TOKEN)
    if (status !== 200) expect(text).toMatch(/^[\w :,-]{10,100}\n$/)
  }
  expect(answers[0]![1].headers['content-security-policy']).toContain("connect-src 'self'")
  expect(answers[9]![1].headers.allow).toBe('GET, HEAD')
})

test('the page without the token holds nothing of the study', async () => {
  const { status, text } = await ask('/', { authorization: '' })
  expect(status).toBe(200)
  expect(text).toContain('data-feed="/data"')
  expect(text).not.toContain(directory)
  expect(text).not.toContain('out of memory')
})

test('HEAD gives the head of what GET gives', async () => {
  for (const path of ['/', '/trial/0', '/x']) {
    const [got, head] = [await ask(path), await ask(path, {}, 'HEAD')]
    expect([head.status, head.text]).toEqual([got.status, ''])
    expect(head.headers['content-length']).toBe(String(Buffer.byteLength(got.text)))
  }
})

test.each([
  '/trial/../../etc/passwd',
  '/trial/%2e%2e/x',
  '/trial/-1',
  '/trial/99999',
  '/trial/1e0',
  '/trial/',
  '/trial/0/',
])('there is nothing at %s', async (path) => expect((await ask(path)).status).toBe(404))

test('a trial is told with why it was tried, the ends of its logs, and names and sizes of its files', async () => {
  const { trial, why, stdout, stderr, files } = await trialOf(2)
  expect([trial.number, trial.state]).toEqual([2, 'failed'])
  expect(why.origin).toBe('random')
  expect([stdout, stderr.endsWith('step\nout of memory\n')]).toEqual(['', true])
  expect(Math.abs(stderr.length - 2 ** 16)).toBeLessThan(6)
  expect(files).toContainEqual({ name: 'model.bin', bytes: 6 })
  expect((await trialOf(0)).trial.value).toBe((await study.trial(0)).value)
})

test('who has seen all is told nothing, and who has not is told what ended since', async () => {
  const first = JSON.parse((await ask('/data?since=')).text) as Delta
  expect(first.trials.number).toEqual([0, 1, 2, 3])
  const { status, text } = await ask(`/data?since=${first.cursor}`)
  expect([status, text]).toEqual([204, ''])
  const [epoch, , stamp] = first.cursor.split('.')
  const since = JSON.parse((await ask(`/data?since=${epoch}.3.${stamp}`)).text) as Delta
  expect(since.trials.number).toEqual([3])
  expect((await ask('/report.html')).headers['x-cursor']).toBe(first.cursor)
})

test('pages that ask at once share one look', async () => {
  const seen = serverOf(study, () => ({ port: null, token: TOKEN }))
  const looks = vi.spyOn(study, 'trials')
  const other = await listenOnPort(seen.server, 0)
  const answers = await Promise.all(
    Array.from({ length: 3 }, () =>
      fetch(`http://127.0.0.1:${other}/data`, { headers: { authorization: `Bearer ${TOKEN}` } }),
    ),
  )
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
  expect(looks).toHaveBeenCalledTimes(1)
  looks.mockRestore()
  await seen.close()
})

test('names, sizes and times of all files in the study are as they were', async () => {
  const listed = (): unknown[] =>
    (readdirSync(directory, { recursive: true }) as string[])
      .sort()
      .map((name) => ((at) => [name, at.size, at.mtimeMs, at.ctimeMs])(statSync(join(directory, name))))
  const before = listed()
  for (const path of ['/report.html', '/data', '/trial/0', '/trial/2']) await ask(path)
  expect(listed()).toEqual(before)
})

test('a study that is gone is said, and told again when it is back', async () => {
  const seen = serverOf(study, () => ({ port: null, token: TOKEN }))
  const other = await listenOnPort(seen.server, 0)
  const look = (): Promise<Response> =>
    fetch(`http://127.0.0.1:${other}/data`, { headers: { authorization: `Bearer ${TOKEN}` } })
  renameSync(directory, `${directory}-away`)
  const gone = await look()
  renameSync(`${directory}-away`, directory)
  expect([gone.status, (await gone.text()).includes('    at ')]).toEqual([500, false])
  expect((await look()).status).toBe(200)
  await seen.close()
})

test('bytes that are not a request get no answer; one without a host is refused', async () => {
  expect(await askRaw('hello\r\n\r\n')).toBeUndefined()
  expect(await askRaw('GET / HTTP/1.1\r\n\r\n')).toBe('421')
  expect(await askRaw(`GET http://evil.example/data HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`)).toBe('401')
})

test('a connection that says nothing is closed after five seconds; a ninth one is refused at once', async () => {
  const startMs = performance.now()
  const closedAfter = (): Promise<number> =>
    new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1')
      socket.on('error', () => undefined).on('close', () => resolve(performance.now() - startMs))
    })
  const silent = Array.from({ length: 8 }, closedAfter)
  expect(await closedAfter()).toBeLessThan(4000)
  const times = await Promise.all(silent)
  expect(Math.min(...times)).toBeGreaterThan(4900)
  expect(Math.max(...times)).toBeLessThan(9000)
  expect((await ask('/')).status).toBe(200)
})
