/**
 * Compares runs of `run.mjs --out`, paired by problem and seed.
 *
 *   node test/benchmark/compare.mjs before.jsonl after.jsonl… [--each] [--without a,b]
 *
 * For each file after the first, and each number of trials that was written, it prints the mean over problems of the
 * difference in ln regret from the first file, ± one standard error over problems; minus is better. A thousandth of
 * `zero` is added to all regrets. The last columns are how many problems are better and worse by more than two standard
 * errors of their own runs. `--each` prints the difference of each problem as well, and `--without` leaves some out.
 */

import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { parseArgs } from 'node:util'
import { HELD_OUT, PROBLEMS } from './problems.mjs'

const { values: flags, positionals: files } = parseArgs({
  options: { each: { type: 'boolean', default: false }, without: { type: 'string', default: '' } },
  allowPositionals: true,
})
const problems = { ...PROBLEMS, ...HELD_OUT }
const left = flags.without.split(',')
const mean = (list) => list.reduce((a, b) => a + b, 0) / list.length
const error = (list) =>
  Math.sqrt(list.reduce((sum, value) => sum + (value - mean(list)) ** 2, 0) / (list.length - 1) / list.length)
const signed = (value) => (value < 0 ? '−' : '+') + Math.abs(value).toFixed(2)

/** The runs of a file, by problem and seed. */
function runsOf(file) {
  const lines = readFileSync(file, 'utf8').trim().split('\n')
  return new Map(lines.map((line) => JSON.parse(line)).map((run) => [`${run.problem} ${run.seed}`, run]))
}

/** Differences in ln regret at one number of trials, by problem. */
function differences(before, after, at) {
  const byProblem = new Map()
  for (const [key, { problem, regrets }] of after) {
    const other = before.get(key)?.regrets[at]
    if (other === undefined || regrets[at] === undefined || left.includes(problem)) continue
    const floor = 1e-3 * problems[problem].zero
    const list = byProblem.get(problem) ?? []
    byProblem.set(problem, [...list, Math.log((regrets[at] + floor) / (other + floor))])
  }
  return byProblem
}

const before = runsOf(files[0])
for (const file of files.slice(1)) {
  const after = runsOf(file)
  for (const at of Object.keys(after.values().next().value.regrets)) {
    const lists = differences(before, after, at)
    const means = [...lists.values()].map(mean)
    const isFar = (sign) => (list) => sign * mean(list) > 2 * error(list)
    const better = [...lists.values()].filter(isFar(-1)).length
    const worse = [...lists.values()].filter(isFar(1)).length
    const each = [...lists].map(([problem, list]) => `${problem} ${signed(mean(list))}`).join(', ')
    const overall = `${signed(mean(means))} ± ${error(means).toFixed(2)}`
    const counts = `${better} better, ${worse} worse of ${means.length}`
    console.log(
      [basename(file, '.jsonl').padEnd(24), `at ${at.padEnd(4)}`, overall, counts, flags.each ? each : ''].join('  '),
    )
  }
}
