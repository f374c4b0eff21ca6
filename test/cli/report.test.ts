/** `anthill report`: the file, read as a browser would read it. */

import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
  chmodSync,
} from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { unfolded } from '../../src/report/embedded.ts'
import { trialCsv } from '../../src/report/trial-table.ts'
import { openStudy } from '../../src/study/open-study.ts'
import { hostileStudy, mixedStudy } from '../support/report-studies.ts'
import { inProcess } from '../support/in-process.ts'
import { scratch } from '../support/scratch.ts'

/** The tags that a page may have. */
const TAGS = new Set(
  (
    'html head meta title link style body a header h1 small ul li b time p noscript nav main div section h2 h3 pre ' +
    'code details summary dl dt dd ol figure figcaption span svg desc path text rect g bdi table thead tbody ' +
    'tr th td script'
  ).split(' '),
)

/** The elements of a page that hold text of their own kind, in order: its style, its data, its script. */
const RAW = /<(style|script)([^>]*)>([\s\S]*?)<\/\1>/g

let study = ''
let hostile = ''

/** The page of a study, as `-o -` prints it. */
async function pageOf(directory: string, ...options: string[]): Promise<string> {
  const { code, stdout, stderr } = await inProcess(['report', directory, '-o', '-', ...options])
  expect(stderr).toBe('')
  expect(code).toBe(0)
  return stdout
}

const rawOf = (page: string) =>
  [...page.matchAll(RAW)].map(([, name, attributes, text]) => ({ name, attributes, text: text! }))
const dataOf = (page: string) => unfolded(rawOf(page).find(({ attributes }) => attributes!.includes('id="data"'))!.text)

beforeAll(async () => {
  const root = scratch()
  study = await mixedStudy(join(root, 'mixed'))
  hostile = await hostileStudy(join(root, 'hostile'))
}, 60_000)

test.each([
  ['an ordinary study', () => study],
  ['a hostile study', () => hostile],
])('of %s: one script that runs, and the policy has the hashes of it and of the style', async (_, directory) => {
  const page = await pageOf(directory())
  const raw = rawOf(page)
  expect(raw.map(({ name, attributes }) => name! + attributes!)).toEqual([
    'style',
    'script type="application/json" id="data"',
    'script',
  ])
  const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
  const [policy] = /<meta http-equiv="Content-Security-Policy" content="([^"]*)">/.exec(page)!.slice(1)
  expect(page.indexOf('<meta')).toBe(page.indexOf('<meta http-equiv'))
  expect(policy).toBe(
    `default-src 'none'; script-src ${hash(raw[2]!.text)}; style-src ${hash(raw[0]!.text)}; ` +
      `img-src data:; base-uri 'none'; form-action 'none'`,
  )
})

test.each([
  ['an ordinary study', () => study],
  ['a hostile study', () => hostile],
])(
  'of %s: only known tags, no attribute that runs or styles, and links to nothing but trials',
  async (_, directory) => {
    const page = (await pageOf(directory(), '--no-model')).replace(RAW, '<$1></$1>')
    const tags = [...page.matchAll(/<\/?([^\s>/]+)([^>]*)>/g)].filter(([, name]) => name !== '!DOCTYPE')
    expect([...new Set(tags.map(([, name]) => name!))].filter((name) => !TAGS.has(name))).toEqual([])
    expect(page.replace(/<[^<>]*>/g, '')).not.toMatch(/[<>]/)
    const attributes = tags.flatMap(([, , text]) =>
      [...text!.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, name, value]) => [name!, value!]),
    )
    expect(attributes.filter(([name]) => /^on|^style$|^src$|^srcset$/.test(name!))).toEqual([])
    const links = attributes.filter(([name]) => name === 'href').map(([, value]) => value!)
    expect(links.filter((link) => !/^#[\w-]+$|^data:,$|^[\w./%~-]*[0-9a-f]{20}\/$/.test(link))).toEqual([])
  },
)

test('of a hostile study: no control character, and the data holds nothing that ends its element', async () => {
  const page = await pageOf(hostile)
  expect(page).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f]/)
  expect(rawOf(page)[1]!.text).not.toMatch(/[<>&\u2028\u2029]/)
})

test('an address is nowhere in it, but for the names of the forms that it is written in', async () => {
  const page = await pageOf(study)
  expect(new Set(page.match(/\w+:\/\/[^\s"'`<)]*/g))).toEqual(new Set(['http://www.w3.org/2000/svg']))
})

test.each([
  ['an ordinary study', () => study],
  ['a hostile study', () => hostile],
])('of %s: the CSV of its data is that of ls, byte for byte', async (_, directory) => {
  const { facts, trials, imported } = dataOf(await pageOf(directory(), '--no-model'))
  const { stdout } = await inProcess(['ls', directory(), '--csv'])
  expect(`${trialCsv(facts.study.space, facts.study.goals, [...trials, ...imported]).join('\n')}\n`).toBe(stdout)
})

test('the same study gives the same bytes, but for the time', async () => {
  const withoutTime = (page: string): string =>
    page.replace(/"readAt":\d+/, '').replace(/<time [^>]*>[^<]*<\/time>/, '')
  expect(withoutTime(await pageOf(study))).toBe(withoutTime(await pageOf(study)))
})

test('all sections are there, each figure with a size, a title and a sentence', async () => {
  const page = await pageOf(study)
  const ids = [...page.matchAll(/<section id="([^"]*)"/g)].map(([, id]) => id)
  expect(ids).toEqual([
    ...['answer', 'advice', 'history', 'parameters', 'importance', 'pairs', 'parallel', 'front', 'failures', 'model'],
    ...['workers', 'curves', 'distribution', 'trials', 'download'],
  ])
  const figures = [...page.matchAll(/<figure id="figure-([^"]*)" data-figure="\1">/g)].map(([, id]) => id!)
  expect(figures).toContain('history')
  expect(new Set(figures).size).toBe(figures.length)
  expect(
    page.match(/<svg [^>]*width="\d+" height="\d+" viewBox="[\d ]+" role="img" aria-labelledby="[^"]+"/g),
  ).toHaveLength(figures.length)
  const elements = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id!)
  expect(new Set(elements).size).toBe(elements.length)
})

test('a study with one trial, and one with none, have sentences in the places of figures', async () => {
  const root = scratch()
  const space = { x: { type: 'float', low: 0, high: 1 } as const }
  for (const trials of [0, 1]) {
    const directory = join(root, String(trials))
    await using opened = await openStudy(directory, { space, trials: 1 })
    if (trials === 1) await opened.optimize(({ config }) => config.x)
    const page = await pageOf(directory)
    expect(page).toContain(trials === 0 ? 'No trial has begun yet.' : 'best value')
    expect(page).toContain('<section id="download"')
  }
})

describe('the file', () => {
  test('is report.html in the study, and links lead from there to the directories of trials', async () => {
    const { code, stdout } = await inProcess(['report', study, '--no-model'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^wrote .*mixed\/report\.html \(\d+ kB\)\n$/)
    const page = readFileSync(join(study, 'report.html'), 'utf8')
    const [, link] = /<td class="number-cell"><a href="([^"]*)">/.exec(page)!
    expect(existsSync(join(study, link!, 'config.json'))).toBe(true)
    expect(readdirSync(study).filter((name) => name.includes('report'))).toEqual(['report.html'])
    expect(statSync(join(study, 'report.html')).mode & 0o777).toBe(statSync(study).mode & 0o666)
  })

  test('elsewhere has links to the study as seen from there, and none with --no-links', async () => {
    const there = join(study, '..', 'a folder #1')
    mkdirSync(there)
    const file = join(there, 'r.html')
    await inProcess(['report', study, '--no-model', '-o', file])
    expect(readFileSync(file, 'utf8')).toMatch(/href="\.\.\/mixed\/[0-9a-f]{20}\/"/)
    await inProcess(['report', study, '--no-model', '-o', file, '--no-links'])
    expect(readFileSync(file, 'utf8')).not.toMatch(/href="[^"#]*mixed/)
  })

  test('is replaced whole: a link to it stays, and where it cannot be written the old one does', async () => {
    const there = scratch()
    const [file, link] = [join(there, 'r.html'), join(there, 'l.html')]
    writeFileSync(file, 'old')
    symlinkSync(file, link)
    expect((await inProcess(['report', study, '--no-model', '-o', link])).code).toBe(0)
    expect(readFileSync(file, 'utf8')).toMatch(/^<!DOCTYPE html>/)
    const gone = await inProcess(['report', study, '--no-model', '-o', join(there, 'no', 'r.html')])
    expect(gone.code).toBe(2)
    expect(gone.stderr).toContain(`there is no directory '${join(there, 'no')}'; make it first`)
    const folder = await inProcess(['report', study, '--no-model', '-o', there])
    expect(folder.code).toBe(2)
    expect(folder.stderr).toContain(`'${there}' is a directory; name a file in it`)
    expect(readdirSync(there).sort()).toEqual(['l.html', 'r.html'])
  })

  test.runIf(existsSync('/dev/full'))('that a full disk refuses is named', async () => {
    const { code, stderr } = await inProcess(['report', study, '--no-model', '-o', '/dev/full'])
    expect([code, stderr]).toEqual([1, expect.stringContaining(`'/dev/full' could not be written (ENOSPC)`)])
  })

  test('a link to a file that is not there yet stays a link', async () => {
    const there = scratch()
    symlinkSync('r.html', join(there, 'l.html'))
    expect((await inProcess(['report', study, '--no-model', '-o', join(there, 'l.html')])).code).toBe(0)
    expect(readlinkSync(join(there, 'l.html'))).toBe('r.html')
    expect(readFileSync(join(there, 'r.html'), 'utf8')).toMatch(/^<!DOCTYPE html>/)
  })

  test.runIf(process.getuid?.() !== 0)('says why it cannot be written', async () => {
    const there = scratch()
    chmodSync(there, 0o500)
    const { code, stderr } = await inProcess(['report', study, '--no-model', '-o', join(there, 'r.html')])
    expect([code, stderr]).toEqual([1, expect.stringContaining('EACCES')])
  })
})

describe('what is hidden', () => {
  test('--redact takes the values of a parameter out of everything', async () => {
    const page = await pageOf(study, '--redact', 'lr', '--redact', 'model.kind')
    const { facts, trials, options } = dataOf(page)
    expect(options.hidden).toEqual(['lr', 'model.kind'])
    const original = dataOf(await pageOf(study, '--no-model'))
    expect(facts.columns.parameters.map(({ label }) => label)).toEqual(['lr', 'batch', 'model.kind'])
    for (const { config } of trials) expect(config).toMatchObject({ lr: 'hidden', model: { kind: 'hidden' } })
    for (const { config } of original.trials.slice(0, 5)) expect(page).not.toContain(String(config['lr']))
    expect(page).not.toMatch(/\bcnn\b|depth|--lr/)
  })

  test('--anonymous takes out hosts, workers, paths, and what programs said', async () => {
    const page = await pageOf(study, '--no-model', '--anonymous')
    const { facts } = dataOf(page)
    expect(facts.columns.workers).toEqual(['worker 1'])
    expect(page).not.toContain(dataOf(await pageOf(study, '--no-model')).facts.columns.workers[0])
    expect(page).not.toContain(study)
    expect(page).not.toContain('out of memory')
  })

  test('the words of programs are there only if they are asked for', async () => {
    const marker = 'the last line but one'
    expect(await pageOf(study, '--no-model')).not.toContain(marker)
    expect(await pageOf(study, '--no-model', '--logs')).toContain(marker)
  })
})

test.each([
  [['--redact', 'learning'], `has no parameter 'learning'`],
  [['--redact', 'lrr'], `did you mean 'lr'?`],
  [['--no-model', '--forecast'], '--forecast asks a model'],
  [['--logs', '--anonymous'], '--logs shows what programs wrote'],
])('%j is refused', async (options, message) => {
  const { code, stderr } = await inProcess(['report', study, ...options])
  expect([code, stderr]).toEqual([2, expect.stringContaining(message)])
})

test('--json gives facts, models and advice, as the page holds them', async () => {
  const { stdout } = await inProcess(['report', study, '--json'])
  expect(Object.keys(JSON.parse(stdout))).toEqual(
    expect.arrayContaining(['format', 'study', 'counts', 'trials', 'models', 'importances', 'advice', 'failures']),
  )
  expect(unfolded(stdout).facts.columns.count).toBe(24)
})
