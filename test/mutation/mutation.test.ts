/**
 * Whether the table of mutants fits the code. By hand, it puts each mutant into a copy of the repository and runs tests
 * until one fails, with a table at the end:
 *
 *   MUTANTS=all npx vitest run --root . --config test/vitest.config.ts --disableConsoleIntercept test/mutation
 *   MUTANTS=S3,space/,store/protocol/best.ts ...    only these: ids, and beginnings of file names
 *   MUTANTS=S3 MUTANTS_NARROW=1 ...                 only the tests that a mutant names, not all of the rooms around
 */

import { expect, test } from 'vitest'
import { scratch } from '../support/scratch.ts'
import type { Mutant } from './mutant.ts'
import { MUTANTS } from './mutants.ts'
import { copyRepository, failureWithout, hasTest, occurrences, tryMutant } from './sweep.ts'

const wanted = process.env['MUTANTS']?.split(',')
const isNarrow = process.env['MUTANTS_NARROW'] !== undefined

test('each mutant replaces a text that stands exactly once in its file, and names tests that exist', () => {
  expect(new Set(MUTANTS.map(({ id }) => id)).size).toBe(MUTANTS.length)
  const others = MUTANTS.filter((mutant) => mutant.find === mutant.put || occurrences(mutant) !== 1)
  expect(others.map(({ id, file }) => `${id} (${file})`)).toEqual([])
  expect(MUTANTS.flatMap(({ tests }) => tests).filter((name) => !hasTest(name))).toEqual([])
})

test.runIf(wanted !== undefined)(
  'each mutant is noticed by a test',
  async () => {
    const copy = copyRepository(scratch())
    const chosen = MUTANTS.filter(isWanted)
    // A test that fails without any mutant would seem to kill them all.
    expect(await failureWithout(copy, chosen)).toBeUndefined()
    const survivors: string[] = []
    console.log('| id | file | mutant | fate |\n| --- | --- | --- | --- |')
    for (const mutant of chosen) {
      const fate = await fateOf(copy, mutant)
      if (!/^(?:killed|changes nothing)/.test(fate)) survivors.push(`${mutant.id}: ${mutant.breaks}: ${fate}`)
      console.log(`| ${mutant.id} | ${mutant.file} | ${mutant.breaks} | ${fate} |`)
    }
    expect(survivors).toEqual([])
  },
  24 * 3_600_000,
)

const isWanted = ({ id, file }: Mutant): boolean =>
  wanted!.some((word) => word === 'all' || word === id || (/\/|\.ts$/.test(word) && file.startsWith(word)))

async function fateOf(copy: string, mutant: Mutant): Promise<string> {
  if (mutant.equivalent !== undefined) return `changes nothing: ${mutant.equivalent}`
  const { outcome, by } = await tryMutant(copy, mutant, !isNarrow)
  return by === '' ? outcome : `${outcome} by ${by}`
}
