/** A study from elsewhere has texts that a terminal would obey, hide or reorder. No verb lets one of them through. */

import { appendFileSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeAll, expect, test, vi } from 'vitest'
import { openStudy } from '../../src/study/open-study.ts'
import { choice, float } from '../../src/space/parameter.ts'
import { programLogPath } from '../../src/paths.ts'
import { endedLine, showProgress } from '../../src/cli/progress.ts'
import { verbNamed } from '../../src/cli/verbs.ts'
import { written } from '../support/in-process.ts'
import { scratch } from '../support/scratch.ts'

/** One of each kind: ESC, C0, DEL, C1, marks that reorder, separators, no width, a tag; half a surrogate pair. */
const EVIL = [
  '\x1b]0;PWN\x07',
  '\x1b[31m',
  '\r\b\x00',
  '\x7f',
  '\x9b2J\x85\x80',
  '\u202e\u2066\u200f\u061c',
  '\u2028\u2029',
  '\u200b\u200d\ufeff\u2060\u00ad',
  '\u{e0041}\u{e0001}',
].join('~')

/** What may be in no output to a terminal, written out once more: the code has it as classes of Unicode. */
const FORBIDDEN =
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e0fff}]/u

let study = ''

beforeAll(async () => {
  study = join(scratch(), `study ${EVIL.replaceAll('\x00', '')}`)
  const space = { x: float(0, 1), kind: choice([`a ${EVIL}`, 'b']) }
  await using opened = await openStudy(study, { space, minimize: 'loss', seed: 1, trials: 24 })
  await opened.optimize((trial) => {
    if (trial.number === 3) throw new Error(`why ${EVIL}\nsecond line ${EVIL}`)
    return trial.config.x
  })
  await opened.enqueue({ x: 0.5, kind: `a ${EVIL}` })
  for (const { id } of await opened.trials()) {
    const path = programLogPath(opened.trialDirectory(id), 'stdout', 1)
    mkdirSync(dirname(path), { recursive: true })
    appendFileSync(path, `loss ${EVIL}\r\nnext line\n`)
  }
}, 60_000)

const LINES: readonly (readonly string[])[] = [
  ['best'],
  ['best', '--model'],
  ['best', '--json'],
  ...['flags', 'json', 'dir', 'env'].map((format) => ['best', '--format', format]),
  ['status'],
  ['status', '--json'],
  ['ls'],
  ['ls', '--csv'],
  ['ls', '--json'],
  ['show', '0'],
  ['show', '3'],
  ['show', '3', '--json'],
  ['log', '0'],
  ['log', '0', '--stderr'],
  ['log', '0', '--json'],
  ['why', '0'],
  ['why', '23'],
  ['why', '23', '--json'],
  ['importance'],
  ['importance', '--json'],
  ['replay', '5'],
  ['replay', '5', '--json'],
  ['show', '77'],
  ['show', EVIL],
  ['ls', `--${EVIL}`],
  [EVIL],
  ['add', '-s', 'x', EVIL],
  ['add', '-s', 'x', `${EVIL}=1`],
]

test.each(LINES.map((words) => [words.join(' ').replaceAll(EVIL, 'EVIL'), words] as const))(
  'anthill %s shows a terminal nothing that it would obey or hide',
  async (_, [verb, ...words]) => {
    const at = words[0] === '-s' || verbNamed(verb!) === undefined ? [] : ['-s', study]
    const { out } = await written(true, verb!, ...at, ...words)
    expect(out).not.toBe('')
    expect(FORBIDDEN.exec(out)?.[0].codePointAt(0)?.toString(16), out).toBeUndefined()
  },
)

test('in a pipe data stays data, and JSON says the same everywhere', async () => {
  expect((await written(false, 'log', '-s', study, '0')).out).toBe(`loss ${EVIL}\r\nnext line\n`)
  expect((await written(false, 'best', '-s', study, '--format', 'flags')).out).toContain(EVIL)
  expect((await written(false, 'ls', '-s', study, '--csv')).out).toContain(`a ${EVIL}`)
  expect((await written(false, 'best', '-s', study, '--format', 'dir')).out).toContain(study)
  const { out } = await written(false, 'ls', '-s', study, '--json')
  expect(FORBIDDEN.exec(out)).toBeNull()
  expect(await written(true, 'ls', '-s', study, '--json')).toEqual({ out, status: 0 })
  expect((JSON.parse(out) as { config: { kind: string } }[]).map(({ config }) => config.kind)).toContain(`a ${EVIL}`)
  const [best] = (await written(true, 'best', '-s', study, '--format', 'json')).out.split('\n')
  const { id } = JSON.parse((await written(true, 'best', '-s', study, '--json')).out) as { id: string }
  expect(JSON.parse(best!)).toEqual(JSON.parse(readFileSync(join(study, id, 'config.json'), 'utf8')))
})

test('colors of our own reach a terminal, and what a file says about colors does not', () => {
  let out = ''
  const stream = { isTTY: true, write: (part: string) => ((out += part), true) } as unknown as NodeJS.WriteStream
  vi.stubEnv('FORCE_COLOR', '1').stubEnv('TERM', 'dumb')
  const trial = {
    number: 3,
    state: 'failed',
    value: null,
    values: {},
    detail: EVIL,
    tookMs: 1,
    config: EVIL,
    left: [EVIL],
  }
  const progress = showProgress(stream, {
    counts: () => Promise.reject(new Error()),
    goals: { objectives: { value: 'minimize' } },
    brief: () => EVIL,
  })
  progress.ended({ ...trial, lastWords: [EVIL] } as never)
  progress.say(EVIL)
  progress.close()
  vi.unstubAllEnvs()
  expect(out.replaceAll(/\x1b\[(31|39|2|22)m/g, '')).not.toMatch(FORBIDDEN)
  expect(out).toContain('\x1b[31mfailed\x1b[39m')
  expect(out.match(/\x1b\[31m/g)).toHaveLength(1)
  expect(endedLine(trial as never)).not.toMatch(FORBIDDEN)
})
