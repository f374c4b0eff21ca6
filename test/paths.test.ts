import { expect, test } from 'vitest'
import * as paths from '../src/paths.ts'

const ID = '5c49826a83751767729e'

test('a number is read from a name only as this program writes it', () => {
  const readings = ['000007', '000007.2', '000007.d', '1000000', '7', '0000007', '.000007', '000007.x', '0'.repeat(40)]
  expect(readings.map(paths.slotOfName)).toEqual([7, 7, 7, 1_000_000, ...Array<undefined>(5).fill(undefined)])
  expect(['000', '999', '1000', '0001', '7'].map(paths.isSlotFolder)).toEqual([true, true, true, false, false])
  expect(['00000003.json', '000000003.json', '3.json'].map(paths.generationOfBest)).toEqual([3, undefined, undefined])
  expect(['000003.json', '000003.json.d', '3.json'].map(paths.numberOfAmendment)).toEqual([3, 3, undefined])
  expect(['lock.3', 'lock.03', 'lock.'].map(paths.attemptOfLock)).toEqual([3, undefined, undefined])
})

test('only a link is removed under the name of the link to the best trial', () => {
  const mayGo = (name: string): boolean[] =>
    (['link', 'file', 'folder'] as const).map((kind) => paths.removableAt('/s', `/s/${name}`)('', kind))
  expect(mayGo('best_instance')).toEqual([true, false, false])
  expect(mayGo('.best_instance.node7-4242-0a1b2c3d4e.1z')).toEqual([true, true, false])
  expect(mayGo('thesis.tex')).toEqual([false, false, false])
})

test('what a folder above a file belongs to does not depend on the name of the study', () => {
  for (const root of ['/x/study', `/x/${ID}`]) {
    expect(paths.foldersAbove(paths.slotPath(root, 7, 1))).toEqual([
      { path: `${root}/.anthill`, extent: 'study' },
      { path: `${root}/.anthill/slots`, extent: 'study' },
      { path: `${root}/.anthill/slots/000`, extent: 'many' },
    ])
    expect(paths.foldersAbove(paths.lockPath(root, ID, 1))).toEqual([
      { path: `${root}/${ID}`, extent: 'part' },
      { path: `${root}/${ID}/.anthill`, extent: 'part' },
    ])
  }
})
