import { chownSync, existsSync, mkdirSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { clearHall, enterHall, HallError, isTable, removeOwn } from '../../src/doctor/hall.ts'
import { realFiles } from '../../src/doctor/tested-file-system.ts'
import { doctorFolder } from '../../src/paths.ts'
import { outsideIn } from '../support/outside.ts'
import type { Outside } from '../support/outside.ts'
import { scratch } from '../support/scratch.ts'

const TABLE = 'ant-17-00000000'
const HOUR_S = 3600

let place: string
let hall: string
let outside: Outside

beforeEach(() => {
  const parent = scratch()
  place = join(parent, 'pub')
  mkdirSync(place)
  hall = doctorFolder(place)
  outside = outsideIn(parent)
})

/** Makes a folder in the hall that is this many seconds old, with a file in it. */
function folderInHall(name: string, ageS: number): void {
  mkdirSync(join(hall, name, 'here'), { recursive: true })
  writeFileSync(join(hall, name, 'here/beat'), '00000001\n')
  const then = Date.now() / 1000 - ageS
  utimesSync(join(hall, name), then, then)
}

test('a hall that is a link, a file or a pipe is not entered, and a folder of this user is', async () => {
  expect(await enterHall(realFiles, place)).toBe(hall)
  expect(await enterHall(realFiles, place)).toBe(hall)
  const linked = join(outside.root, '..', 'linked')
  mkdirSync(linked)
  symlinkSync(outside.root, doctorFolder(linked))
  await expect(enterHall(realFiles, linked)).rejects.toThrow('is a link where a folder of the doctor must be')
  const taken = join(outside.root, '..', 'taken')
  mkdirSync(taken)
  writeFileSync(doctorFolder(taken), '')
  await expect(enterHall(realFiles, taken)).rejects.toThrow(HallError)
})

test.skipIf(process.getuid?.() !== 0)('a hall and a table of another user are none', async () => {
  folderInHall(TABLE, 0)
  expect(isTable(hall, TABLE)).toBe(true)
  for (const path of [join(hall, TABLE), hall]) chownSync(path, 65_534, 65_534)
  expect(isTable(hall, TABLE)).toBe(false)
  await expect(enterHall(realFiles, place)).rejects.toThrow('belongs to another user (uid 65534)')
})

test('a table has the name that doctors make, and is a folder', () => {
  folderInHall(TABLE, 0)
  folderInHall('mine', 0)
  symlinkSync(outside.root, join(hall, 'bee-1-00000000'))
  expect([TABLE, 'mine', 'bee-1-00000000', 'cat-1-00000000'].map((name) => isTable(hall, name))).toEqual([
    true,
    false,
    false,
    false,
  ])
})

test('what killed doctors left is removed after an hour, and nothing else', async () => {
  folderInHall(TABLE, 2 * HOUR_S)
  folderInHall('alone-0123456789ab', 2 * HOUR_S)
  folderInHall('bee-1-00000000', HOUR_S / 2)
  folderInHall('mine', 2 * HOUR_S)
  const linked = 'alone-ba9876543210'
  mkdirSync(join(hall, linked))
  symlinkSync(outside.root, join(hall, linked, 'here'))
  utimesSync(join(hall, linked), 0, 0)
  const before = outside.now()
  await clearHall(realFiles, hall, Date.now())
  expect(readdirSync(hall).sort()).toEqual([linked, 'bee-1-00000000', 'mine'])
  expect(outside.now()).toEqual(before)
})

test('a doctor removes its own folder, without what others put there, and through no link', async () => {
  folderInHall(TABLE, 0)
  mkdirSync(join(outside.root, 'mail'))
  writeFileSync(join(outside.root, 'beat'), 'mine')
  symlinkSync(outside.root, join(hall, TABLE, 'seat'))
  writeFileSync(join(hall, TABLE, 'thesis.tex'), 'x')
  await removeOwn(realFiles, join(hall, TABLE))
  expect(readdirSync(join(hall, TABLE)).sort()).toEqual(['seat', 'thesis.tex'])
  expect(existsSync(join(outside.root, 'beat'))).toBe(true)
  expect(existsSync(join(outside.root, 'mail'))).toBe(true)
})
