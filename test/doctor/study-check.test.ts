/** Each kind of damage is found, put into words, and repaired where the protocol allows it. */

import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openStudy } from '../../dist/index.js'
import { mend } from '../../src/doctor/mend.ts'
import { checkStudy } from '../../src/doctor/study-check.ts'
import type { StudyCheck } from '../../src/doctor/study-check.ts'
import { scratch } from '../support/scratch.ts'

interface Made {
  readonly root: string
  readonly ids: readonly string[]
  readonly values: readonly (number | null)[]
}

let original: Made | undefined

/** A copy of one study, which is made at the first call. */
async function study(): Promise<Made> {
  original ??= await makeStudy()
  const root = join(scratch(), 'study')
  cpSync(original.root, root, { recursive: true, verbatimSymlinks: true })
  return { ...original, root }
}

/** Six trials: some values that improve, a failure that was tried again, two amendments. */
async function makeStudy(): Promise<Made> {
  const root = join(scratch(), 'study')
  await using opened = await openStudy(root, {
    space: { x: { type: 'float', low: 0, high: 1 } },
    trials: 6,
    seed: 3,
    retries: 1,
    sampler: 'random',
  })
  await opened.enqueue({ x: 0.5 })
  await opened.enqueue({ x: 0.25 })
  await opened.optimize((trial) => {
    if (trial.number === 2 && trial.attempt === 1) throw new Error('once')
    return trial.config.x
  })
  const trials = await opened.trials()
  return { root, ids: trials.map(({ id }) => id), values: trials.map(({ value }) => value) }
}

const found = async (root: string): Promise<StudyCheck> => (await checkStudy(root, 20))!
const wordsOf = ({ damages }: StudyCheck): string[] => damages.map(({ words }) => words)
const fix = async (root: string): Promise<string[]> => mend(root, await found(root))
const recordsIn = async (root: string): Promise<unknown> => {
  await using opened = await openStudy(root, { readOnly: true })
  return (await opened.trials()).map(({ number, id, state, value }) => [number, id, state, value])
}
const tear = (path: string): void => truncateSync(path, Math.floor(statSync(path).size / 2))
const bestOf = (values: readonly (number | null)[]): number => Math.min(...values.map((value) => value ?? Infinity))

test('an intact study is found intact, and a repair changes nothing', async () => {
  const { root } = await study()
  const check = await found(root)
  expect(wordsOf(check)).toEqual([])
  expect(check).toMatchObject({ slots: 6, files: 6 + 7 + 6 + 1 + 2, leftovers: [] })
  expect(await mend(root, check)).toEqual([])
  expect(await checkStudy(scratch())).toBeUndefined()
})

// FORMAT.md says what each damaged file counts as, for every reader. The doctor may not read it otherwise.
test.each<[string, (made: Made) => string, RegExp]>([
  ['slot', () => '.anthill/slots/000/000001', /counts as closed: number 1 is used up/],
  [
    'first claim of a trial with a value',
    ({ ids }) => `${ids[1]}/.anthill/lock.1`,
    /goes by the record of its end, which names number 1/,
  ],
  ['later claim', ({ ids }) => `${ids[2]}/.anthill/lock.2`, /attempt 2 has no known owner/],
  ['note', ({ ids }) => `${ids[2]}/.anthill/failed.1.json`, /attempt 1 counts as lost/],
  [
    'terminal record',
    ({ ids }) => `${ids[4]}/.anthill/value.json`,
    /trial 4 counts as failed, until 'anthill retry 4'/,
  ],
  ['amendment', () => '.anthill/amend/000001.json', /counts as empty: what it asked for is lost/],
])('a damaged %s is found, explained, and left where it is', async (_what, pathOf, words) => {
  const made = await study()
  const path = join(made.root, pathOf(made))
  for (const damage of ['torn', 'empty', 'overwritten'] as const) {
    if (damage === 'torn') tear(path)
    else writeFileSync(path, damage === 'empty' ? '' : '{"slot":99,"attempt":9}\n')
    // An amendment that asks for nothing is not damaged.
    if (damage === 'overwritten' && path.includes('/amend/')) continue
    const check = await found(made.root)
    expect(wordsOf(check).filter((sentence) => words.test(sentence))).toHaveLength(1)
    const bytes = readFileSync(path)
    await mend(made.root, check)
    expect(readFileSync(path)).toEqual(bytes)
    expect(wordsOf(await found(made.root)).filter((sentence) => words.test(sentence))).toHaveLength(1)
  }
})

test.each([
  ['attempt', '"attempt":1', '"attempt":2'],
  ['number', '"slot":2', '"slot":3'],
])('a note that names another %s than its own is damage', async (_what, own, other) => {
  const { root, ids } = await study()
  const path = join(root, ids[2]!, '.anthill/failed.1.json')
  const text = readFileSync(path, 'utf8')
  expect(text).toContain(own)
  writeFileSync(path, text.replace(own, other))
  expect(wordsOf(await found(root))).toEqual([
    expect.stringMatching(/failed\.1\.json' is damaged: attempt 1 counts as lost/),
  ])
})

test('the damaged first claim of a trial without a value claims no slot', async () => {
  const { root, ids } = await study()
  rmSync(join(root, ids[5]!, '.anthill/value.json'))
  tear(join(root, ids[5]!, '.anthill/lock.1'))
  expect(wordsOf(await found(root))).toEqual(
    expect.arrayContaining([expect.stringMatching(/lock\.1' is damaged and claims no slot: its slot goes on/)]),
  )
})

test('a claim that is missing is found, and left to the workers', async () => {
  const { root, ids } = await study()
  rmSync(join(root, ids[1]!, '.anthill/lock.1'))
  renameSync(join(root, ids[2]!, '.anthill/lock.2'), join(root, ids[2]!, '.anthill/lock.3'))
  const check = await found(root)
  expect(wordsOf(check)).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/lock\.1' is missing below later files: the trial counts as never claimed/),
      expect.stringMatching(/lock\.2' is missing below a later one: attempts from 2 on are not seen/),
    ]),
  )
})

test('a note that is missing below a later claim is written', async () => {
  const { root, ids } = await study()
  const path = join(root, ids[2]!, '.anthill/failed.1.json')
  const before = await recordsIn(root)
  rmSync(path)
  expect(wordsOf(await found(root))).toEqual([expect.stringContaining('is missing below a later claim')])
  expect(await fix(root)).toEqual(['trial 2: attempt 1 is noted as lost'])
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ slot: 2, attempt: 1, reason: 'lost' })
  expect(wordsOf(await found(root))).toEqual([])
  expect(await recordsIn(root)).toEqual(before)
})

test('a slot that is missing under its claim is made again from what the claim says', async () => {
  const { root, ids } = await study()
  const before = await recordsIn(root)
  rmSync(join(root, '.anthill/slots/000/000003'))
  rmSync(join(root, '.anthill/log'), { recursive: true })
  expect(wordsOf(await found(root))).toEqual([
    expect.stringMatching(new RegExp(`'${ids[3]}/.anthill/lock.1' claims number 3, whose slot file is missing`)),
  ])
  expect(await fix(root)).toEqual(["'.anthill/slots/000/000003' was created again"])
  expect(wordsOf(await found(root))).toEqual([])
  expect(await recordsIn(root)).toEqual(before)
})

test('an amendment that is missing below later ones is replaced by one that changes nothing', async () => {
  const { root } = await study()
  rmSync(join(root, '.anthill/amend/000001.json'))
  expect(wordsOf(await found(root))).toEqual([
    expect.stringContaining("'.anthill/amend/000001.json' is missing below later ones"),
  ])
  expect(await fix(root)).toEqual(["'.anthill/amend/000001.json' was created again"])
  expect(wordsOf(await found(root))).toEqual([])
})

test.each<[string, (chain: string) => void, RegExp]>([
  [
    'a generation is damaged',
    (chain) => tear(join(chain, '00000001.json')),
    /00000001.json' is damaged: readers skip it/,
  ],
  ['a generation is missing', (chain) => rmSync(join(chain, '00000001.json')), /is missing below later ones/],
  ['all of it is lost', (chain) => rmSync(chain, { recursive: true }), /does not have the best trial/],
  [
    'its top is a value that nobody has',
    (chain) =>
      writeFileSync(join(chain, '00000099.json'), '{"slot":1,"id":"5c49826a83751767729e","worth":-7,"token":"t"}\n'),
    /names trial 1, which has no such value/,
  ],
  [
    'its top does not improve',
    (chain) =>
      writeFileSync(
        join(chain, `0000000${readdirSync(chain).length + 1}.json`),
        readFileSync(join(chain, '00000001.json')),
      ),
    /does not improve on the one before/,
  ],
])('the chain of best trials is derived again where %s', async (_what, damage, words) => {
  const { root, ids, values } = await study()
  const chain = join(root, '.anthill/best')
  expect(readdirSync(chain).length).toBeGreaterThan(1)
  damage(chain)
  expect(wordsOf(await found(root))).toEqual(expect.arrayContaining([expect.stringMatching(words)]))
  expect(await fix(root)).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/'best_instance' points to trial \d, and its chain was derived again/),
    ]),
  )
  expect(wordsOf(await found(root))).toEqual([])
  const best = ids[values.indexOf(bestOf(values))]
  expect(readlinkSync(join(root, 'best_instance'))).toBe(best)
  expect(JSON.parse(readFileSync(join(chain, '00000001.json'), 'utf8'))).toMatchObject({ id: best })
})

test.each<[string, (link: string, root: string, ids: readonly string[]) => void, RegExp]>([
  ['is missing', (link) => rmSync(link), /'best_instance' is missing/],
  [
    'points to nothing',
    (link) => {
      rmSync(link)
      symlinkSync('nowhere', link)
    },
    /points to 'nowhere', which is not a trial here/,
  ],
  [
    'is behind the chain',
    (link, _root, ids) => {
      const worse = ids.find((id) => id !== readlinkSync(link))!
      rmSync(link)
      symlinkSync(worse, link)
    },
    /is better: the next worker repairs it/,
  ],
  [
    'is a folder of somebody else',
    (link) => {
      rmSync(link)
      mkdirSync(link)
      writeFileSync(join(link, 'thesis.tex'), 'x')
    },
    /is not a symbolic link/,
  ],
])('a best_instance that %s is made again', async (_what, damage, words) => {
  const { root, ids, values } = await study()
  const link = join(root, 'best_instance')
  damage(link, root, ids)
  expect(wordsOf(await found(root))).toEqual([expect.stringMatching(words)])
  const repairs = await fix(root)
  expect(readlinkSync(link)).toBe(ids[values.indexOf(bestOf(values))])
  expect(wordsOf(await found(root))).toEqual([])
  // Somebody's folder is still there, under another name.
  const moved = readdirSync(root).find((name) => name.startsWith('best_instance.moved-'))
  expect(moved !== undefined).toBe(words.source.includes('symbolic'))
  if (moved !== undefined)
    expect({ said: repairs.join(), text: readFileSync(join(root, moved, 'thesis.tex'), 'utf8') }).toEqual({
      said: expect.stringContaining(moved) as string,
      text: 'x',
    })
})

test('damaged lines of a log are found, and stay: a log goes only when indexes cover it', async () => {
  const { root } = await study()
  const before = await recordsIn(root)
  const [log] = readdirSync(join(root, '.anthill/log'))
  const path = join(root, '.anthill/log', log!)
  writeFileSync(path, readFileSync(path, 'utf8').replace('"slot":1', '"slot":7'))
  // A last line without its end is not damaged: a killed worker leaves that.
  writeFileSync(path, '{"ask":1', { flag: 'a' })
  const bytes = readFileSync(path)
  const check = await found(root)
  expect(wordsOf(check)).toEqual([expect.stringMatching(/has [12] damaged lines?: readers skip them/)])
  expect(await mend(root, check)).toEqual([])
  expect(readFileSync(path)).toEqual(bytes)
  expect(await recordsIn(root)).toEqual(before)
})

test('a damaged index counts as absent and is removed', async () => {
  const { root } = await study()
  const before = await recordsIn(root)
  const path = join(root, '.anthill/index/00000042.jsonl')
  mkdirSync(join(root, '.anthill/index'), { recursive: true })
  writeFileSync(path, '{"gen":42,"token":"t","bytes":')
  expect(wordsOf(await found(root))).toEqual(["'.anthill/index/00000042.jsonl' is damaged and counts as absent"])
  expect(await fix(root)).toEqual(["'.anthill/index/00000042.jsonl' removed: nobody needs it"])
  expect({ stands: existsSync(path), records: await recordsIn(root) }).toEqual({ stands: false, records: before })
})

test('a damaged heartbeat is found, and removed after ten leases without a beat', async () => {
  const { root } = await study()
  const [name] = readdirSync(join(root, '.anthill/workers'))
  const path = join(root, '.anthill/workers', name!)
  writeFileSync(path, 'x'.repeat(64))
  expect(wordsOf(await found(root))).toEqual([
    expect.stringContaining('its worker counts as silent until it beats again'),
  ])
  expect(await fix(root)).toEqual([])
  const longAgo = new Date(Date.now() - 11 * 240_000)
  utimesSync(path, longAgo, longAgo)
  expect(await fix(root)).toEqual([`'.anthill/workers/${name}' removed: nobody needs it`])
  expect(wordsOf(await found(root))).toEqual([])
})

test('the beginning of a heartbeat, which a killed worker leaves, is not a damage', async () => {
  const { root } = await study()
  for (const beginning of ['', '00000000']) {
    writeFileSync(join(root, '.anthill/workers/node7-4242-0a1b2c3d4e.hb'), beginning)
    expect(wordsOf(await found(root))).toEqual([])
  }
})

test('temporary files older than a day are removed, younger ones and those of programs are not', async () => {
  const { root, ids } = await study()
  const worker = 'node7-4242-0a1b2c3d4e'
  const ours = [
    `.anthill/slots/000/.000007.${worker}.1`,
    `.anthill/.poke.${worker}.2`,
    `.anthill/amend/.000003.json.${worker}.3`,
    `.best_instance.${worker}.4`,
    `${ids[0]}/.anthill/.value.json.${worker}.5`,
    `${ids[0]}/.value.json.${worker}.6`,
    `${ids[0]}/.config.json.${worker}.7`,
  ]
  const theirs = [`${ids[0]}/.cache`, `${ids[0]}/.value.json.swp`, '.gitignore']
  for (const name of [...ours, ...theirs]) writeFileSync(join(root, name), '')
  mkdirSync(join(root, `.anthill/slots/000/.000008.${worker}.8`))
  writeFileSync(join(root, `.anthill/slots/000/.000008.${worker}.8/content`), 'x')
  const all = [...ours, `.anthill/slots/000/.000008.${worker}.8`]
  expect((await found(root)).leftovers).toEqual([])
  const old = new Date(Date.now() - 25 * 3_600_000)
  for (const name of [...all, ...theirs]) utimesSync(join(root, name), old, old)
  const check = await found(root)
  expect(wordsOf(check)).toEqual([])
  expect([...check.leftovers].sort()).toEqual(all.map((name) => join(root, name)).sort())
  expect(await mend(root, check)).toEqual(['8 temporary files older than a day removed'])
  expect(all.filter((name) => existsSync(join(root, name)))).toEqual([])
  expect(theirs.every((name) => existsSync(join(root, name)))).toBe(true)
})

test('a damaged or missing definition gives the error that opening the study gives', async () => {
  const { root } = await study()
  tear(join(root, '.anthill/study.json'))
  await expect(checkStudy(root)).rejects.toMatchObject({
    code: 'DAMAGED',
    message: expect.stringContaining('restore it from a copy') as string,
  })
  renameSync(join(root, '.anthill/study.json'), join(root, 'aside'))
  await expect(checkStudy(root)).rejects.toMatchObject({ code: 'DAMAGED' })
})
