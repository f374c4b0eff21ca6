/** What may be deleted: exact names of ours, of this user, and never through a link. */

import { chownSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { removeFound } from '../../../src/store/disk/removal.ts'
import { removableAt } from '../../../src/paths.ts'
import { outsideIn } from '../../support/outside.ts'
import type { Outside } from '../../support/outside.ts'
import { scratch } from '../../support/scratch.ts'

const ID = '5c49826a83751767729e'
const TOKEN = 'node7-4242-0a1b2c3d4e.1z'

let root: string
let outside: Outside

beforeEach(() => {
  const parent = scratch()
  root = join(parent, 's')
  outside = outsideIn(parent)
  for (const folder of ['.anthill/slots/000', '.anthill/amend', '.anthill/log', '.anthill/best', `${ID}/.anthill`])
    mkdirSync(join(root, folder), { recursive: true })
})

const remove = (name: string): boolean => removeFound(join(root, name), removableAt(root, join(root, name)))

const OURS = [
  `.best_instance.${TOKEN}`,
  `.anthill/.study.json.${'0a1b2c3d'.repeat(3)}`,
  `.anthill/.poke.${TOKEN}`,
  '.anthill/.now.4242.1z',
  `.anthill/slots/000/.000007.2.${TOKEN}`,
  `.anthill/amend/.000003.json.${TOKEN}`,
  `.anthill/best/.00000003.json.${TOKEN}`,
  `.anthill/best/00000003.json`,
  `${ID}/.config.json.${TOKEN}`,
  `${ID}/.anthill/.lock.2.${TOKEN}`,
  `${ID}/.anthill/.value.2.json.${TOKEN}`,
  `${ID}/.anthill/.room.4242.1z`,
]

const THEIRS = [
  'thesis.tex',
  '.git',
  `.value.json.${TOKEN}`,
  '.anthill/.git',
  '.anthill/.keep',
  '.anthill/study.json',
  '.anthill/slots/000/000007',
  '.anthill/slots/000/.keep',
  `.anthill/slots/000/.thesis.tex.${TOKEN}`,
  '.anthill/slots/000/.000007.backup',
  `.anthill/slots/x/.000007.${TOKEN}`,
  '.anthill/amend/000001.json',
  `.anthill/log/${TOKEN.slice(0, -3)}.0001.jsonl`,
  '.anthill/best/notes.json',
  `${ID}/.value.json.swp`,
  `${ID}/.poke.${TOKEN}`,
  `${ID}/value.json`,
  `${ID}/.anthill/lock.1`,
  `${ID}/.anthill/.value.json.swp`,
  `${ID}/.anthill/stdout.1.log`,
  `${ID}/checkpoints/.value.json.${TOKEN}`,
]

test('exactly the names that this program makes for a moment, and hints, may go', () => {
  for (const name of OURS) {
    writeFileSync(join(root, name), 'x')
    expect([name, remove(name), existsSync(join(root, name))]).toEqual([name, true, false])
    expect(remove(name)).toBe(false)
  }
  for (const name of THEIRS) {
    mkdirSync(join(root, name, '..'), { recursive: true })
    writeFileSync(join(root, name), 'x')
    expect(() => remove(name)).toThrow('did not make')
    expect([name, existsSync(join(root, name))]).toEqual([name, true])
  }
})

test('no link is followed, and a link goes only where this program makes links', () => {
  const before = outside.now()
  for (const name of OURS.slice(1)) {
    symlinkSync(outside.root, join(root, name))
    expect(() => remove(name)).toThrow('is a link that anthill did not make')
  }
  symlinkSync(outside.root, join(root, OURS[0]!))
  expect(remove(OURS[0]!)).toBe(true)
  rmSync(join(root, '.anthill/amend'), { recursive: true })
  symlinkSync(outside.root, join(root, '.anthill/amend'))
  writeFileSync(join(outside.root, `.000003.json.${TOKEN}`), 'x')
  expect(() => remove(`.anthill/amend/.000003.json.${TOKEN}`)).toThrow('is a link where a folder must be')
  expect(existsSync(join(outside.root, `.000003.json.${TOKEN}`))).toBe(true)
  rmSync(join(outside.root, `.000003.json.${TOKEN}`))
  expect(outside.now().slice(1)).toEqual(before.slice(1))
})

test('a folder goes with its one file, and stays whole if anything else is in it', () => {
  const name = `.anthill/slots/000/.000008.${TOKEN}`
  mkdirSync(join(root, name))
  writeFileSync(join(root, name, 'content'), 'x')
  for (const put of [
    (path: string) => writeFileSync(path, 'x'),
    (path: string) => symlinkSync(outside.root, path),
    (path: string) => mkdirSync(path),
  ]) {
    put(join(root, name, 'thesis.tex'))
    expect(() => remove(name)).toThrow('did not make')
    expect(existsSync(join(root, name, 'content'))).toBe(true)
    rmSync(join(root, name, 'thesis.tex'), { recursive: true })
  }
  expect(remove(name)).toBe(true)
  expect(existsSync(join(root, name))).toBe(false)
})

test('a folder that is deeper than anything of ours stays whole', () => {
  const name = `.anthill/slots/000/.000008.${TOKEN}`
  const deep = (levels: number): string => join(root, name, ...Array.from({ length: levels }, () => 'a'))
  mkdirSync(deep(4), { recursive: true })
  writeFileSync(join(deep(4), 'file'), 'x')
  expect(() => removeFound(join(root, name), () => true)).toThrow('did not make')
  expect(existsSync(join(deep(4), 'file'))).toBe(true)
  rmSync(join(deep(4), 'file'))
  expect(removeFound(join(root, name), () => true)).toBe(true)
})

test('a shape is asked with the path below what is removed', () => {
  const folder = join(root, '.anthill/slots/000/folder')
  mkdirSync(join(folder, 'a/b'), { recursive: true })
  writeFileSync(join(folder, 'a/b/c'), 'x')
  const asked: string[] = []
  removeFound(folder, (below, kind) => asked.push(`${kind} '${below}'`) > 0)
  expect(asked).toEqual(["folder ''", "folder 'a'", "folder 'a/b'", "file 'a/b/c'"])
})

test.skipIf(process.getuid?.() !== 0)('what belongs to another user stays', () => {
  const name = `.anthill/slots/000/.000008.${TOKEN}`
  writeFileSync(join(root, name), 'x')
  chownSync(join(root, name), 65_534, 65_534)
  expect(() => remove(name)).toThrow('belongs to another user')
  expect(existsSync(join(root, name))).toBe(true)
})
