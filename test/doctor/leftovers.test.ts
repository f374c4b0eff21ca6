import { chownSync, mkdirSync, renameSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { findLeftovers } from '../../src/doctor/leftovers.ts'
import { scratch } from '../support/scratch.ts'

const ID = '5c49826a83751767729e'
const TOKEN = 'node7-4242-0a1b2c3d4e.1z'
const DAY_S = 24 * 3600

let root: string

beforeEach(() => {
  root = join(scratch(), 's')
  for (const folder of ['.anthill/slots/000', '.anthill/amend', `${ID}/.anthill`])
    mkdirSync(join(root, folder), { recursive: true })
})

/** Writes a file that is this many seconds old. */
function put(name: string, ageS: number): string {
  const path = join(root, name)
  writeFileSync(path, 'half')
  const then = Date.now() / 1000 - ageS
  utimesSync(path, then, then)
  return path
}

test('a temporary file is a leftover after a day, and a file of a person never is', async () => {
  const old = [
    `.best_instance.${TOKEN}`,
    `.anthill/slots/000/.000007.${TOKEN}`,
    `.anthill/amend/.000001.json.${TOKEN}`,
    `${ID}/.config.json.${TOKEN}`,
    `${ID}/.anthill/.lock.2.${TOKEN}`,
  ].map((name) => put(name, 2 * DAY_S))
  put(`${ID}/.anthill/.lock.3.${TOKEN}`, DAY_S / 2)
  put(`${ID}/.anthill/.lock.4.${TOKEN}`, 10)
  put(`${ID}/.anthill/.value.json.swp`, 2 * DAY_S)
  put(`${ID}/.thesis.tex.${TOKEN}`, 2 * DAY_S)
  put(`lock.3.${TOKEN}`, 2 * DAY_S)
  expect((await findLeftovers(root)).sort()).toEqual(old.sort())
})

test('leftovers are not looked for behind a link', async () => {
  put(`.anthill/amend/.000001.json.${TOKEN}`, 2 * DAY_S)
  renameSync(join(root, '.anthill/amend'), `${root}-amend`)
  symlinkSync(`${root}-amend`, join(root, '.anthill/amend'))
  expect(await findLeftovers(root)).toEqual([])
})

test.skipIf(process.getuid?.() !== 0)('leftovers of another user are theirs', async () => {
  chownSync(put(`${ID}/.anthill/.lock.2.${TOKEN}`, 2 * DAY_S), 65_534, 65_534)
  expect(await findLeftovers(root)).toEqual([])
})
