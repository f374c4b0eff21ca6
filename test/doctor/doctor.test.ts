/** The verb: a second process, a second doctor, what is left behind, what is repaired, and what is printed. */

import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openStudy } from '../../dist/index.js'
import { plain } from '../support/command.ts'
import { inProcess } from '../support/in-process.ts'
import { canMount, smallDisk } from '../support/small-disk.ts'
import { scratch } from '../support/scratch.ts'
import { startCommand, until } from '../support/worker-process.ts'
import type { Finished, Running } from '../support/worker-process.ts'

const start = (...words: string[]): Running => startCommand(['doctor', ...words], { env: plain })
const doctor = (...words: string[]): Promise<Finished> => inProcess(['doctor', ...words], plain)

interface DoctorReport {
  readonly good: boolean
  readonly words: string
  readonly expect: string
  readonly checks: readonly {
    readonly check: string
    readonly where: string
    readonly good: boolean
    readonly words: string
    readonly ages?: object
  }[]
  readonly study: {
    readonly slots: number
    readonly files: number
    readonly damages: string[]
    readonly repairs: string[]
    readonly leftovers: number
  } | null
}
const reportOf = ({ stdout }: Finished): DoctorReport => JSON.parse(stdout) as DoctorReport
const placesIn = ({ checks }: DoctorReport): string[] => [...new Set(checks.map(({ where }) => where))]

test('a directory is raced for and measured by two processes, and left as it was', async () => {
  const directory = scratch()
  const finished = await doctor(directory, '--with', '1', '--json')
  const report = reportOf(finished)
  expect({ ...finished, stdout: '' }).toMatchObject({ code: 0, stderr: '' })
  expect(report).toMatchObject({
    directory,
    good: true,
    words: 'good enough',
    expect: expect.stringContaining('the others see within') as string,
    study: null,
  })
  expect(placesIn(report)).toEqual(['alone', expect.stringMatching(/^two processes on /)])
  expect(report.checks.filter(({ good }) => !good)).toEqual([])
  expect(Object.assign({}, ...report.checks.map(({ ages }) => ages ?? {}))).toMatchObject({
    beat: expect.any(Number) as number,
    absent: expect.any(Number) as number,
  })
  expect(readdirSync(directory)).toEqual([])
})

test('two doctors started with the same line find each other and reach the same findings', async () => {
  const directory = scratch()
  const [one, two] = (await Promise.all([1, 2].map(() => start(directory, '--with', '2', '--json').finished))).map(
    reportOf,
  )
  const between = (report: DoctorReport): unknown =>
    report.checks
      .filter(({ where }) => where.startsWith('two doctors on'))
      .map(({ check, good, words }) => ({ check, good, words }))
  expect(placesIn(one!)).toHaveLength(3)
  expect(between(one!)).toEqual(between(two!))
  expect([one!.good, two!.good]).toEqual([true, true])
  expect(readdirSync(directory)).toEqual([])
})

test('a doctor that must find another one and does not says so, with status 1', async () => {
  const directory = scratch()
  const { code, stdout, stderr } = await doctor(directory, '--with', '2', '--wait', '500ms')
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: 'waiting for the other doctor: start the same line on another host\n',
  })
  expect(stdout).toMatch(/not {3}two hosts +no other doctor came: start the same line on two hosts/)
  expect(readdirSync(directory)).toEqual([])
  expect(await doctor(directory, '--with', '3')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('each pair of hosts') as string,
  })
})

test('an interrupted doctor removes its folder, and what a killed one left stops nobody', async () => {
  const directory = scratch()
  const interrupted = start(directory, '--with', '2')
  await until('it waits', () => existsSync(join(directory, '.anthill-doctor')))
  interrupted.child.kill('SIGINT')
  expect(await interrupted.finished).toMatchObject({ code: 130, stdout: '' })
  expect(readdirSync(directory)).toEqual([])
  const killed = start(directory, '--with', '2')
  await until(
    'it has opened a table',
    () =>
      existsSync(join(directory, '.anthill-doctor')) &&
      readdirSync(join(directory, '.anthill-doctor')).some((name) => /-[0-9a-f]{8}$/.test(name)),
  )
  killed.child.kill('SIGKILL')
  await killed.finished
  expect(await doctor(directory, '--with', '2', '--wait', '300ms')).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('no other doctor came') as string,
  })
})

test('with --fix a study is repaired and intact afterwards; without it the output says how', async () => {
  const study = join(scratch(), 'study')
  {
    await using opened = await openStudy(study, {
      space: { x: { type: 'float', low: 0, high: 1 } },
      trials: 4,
      seed: 1,
    })
    await opened.optimize((trial) => trial.config.x)
  }
  rmSync(join(study, '.anthill/best'), { recursive: true })
  rmSync(join(study, 'best_instance'))
  const before = await doctor(study, '--with', '1')
  expect(before).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(
      /damaged '\.anthill\/best' does not have the best trial.*\n.*next anthill doctor --fix/s,
    ) as string,
  })
  const fixed = await doctor(study, '--with', '1', '--fix', '--json')
  expect(fixed.code).toBe(0)
  expect(reportOf(fixed)).toMatchObject({
    good: true,
    study: {
      slots: 4,
      damages: [],
      leftovers: 0,
      repairs: [expect.stringMatching(/^'best_instance' points to trial \d/)],
    },
  })
  expect(existsSync(join(study, 'best_instance'))).toBe(true)
})

const whySkipped = canMount ? '' : ' (skipped: only root may mount a small disk)'

test.skipIf(!canMount)(`a full disk and a read-only mount are reported as such${whySkipped}`, async () => {
  const disk = smallDisk()
  disk.fill()
  const full = await doctor(disk.directory, '--with', '1')
  expect(full).toMatchObject({ code: 1, stdout: expect.stringMatching(/not {3}flush to disk +ENOSPC/) as string })
  expect(full.stdout).toMatch(/not {3}space +0 B of \S+ kB free: enough for about 0 trials/)
  disk.empty()
  disk.remount('ro')
  expect(await doctor(disk.directory, '--with', '1')).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/not {3}write +nothing can be created here: .*mount it writable/) as string,
  })
})
