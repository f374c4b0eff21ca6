/**
 * Facts with something left out, for a report that others read: the values of some parameters, or what tells persons
 * and machines apart. Figures, advice and data are made of what is left, so nothing can be read from them either.
 */

import { assembleBare } from '../space/assemble.ts'
import { flatten, leafLabels, survey, valueAt } from '../space/flatten.ts'
import { fieldsOf, isDerived, isGroup, isParameter } from '../space/parameter.ts'
import type { Space, SpaceNode } from '../space/parameter.ts'
import { IMPORTED } from '../trial.ts'
import type { Config, TrialRecord } from '../trial.ts'
import { columnsOf } from './columns.ts'
import { putAt } from './embedded-trials.ts'
import type { Facts } from './facts.ts'
import type { ImportanceView, ModelView } from './models/views.ts'

/** What stands in the place of a hidden value. */
const HIDDEN = 'hidden'

/** Facts, the trials of their columns in their order, and results from elsewhere. */
export interface Shown {
  readonly facts: Facts
  readonly trials: readonly TrialRecord[]
  readonly imported: readonly TrialRecord[]
}

/**
 * The same without the values of some parameters. Each becomes a choice of one value; a hidden selector of a branch
 * takes the parameters of the branch with it, since they would tell it.
 *
 * @param names  names of leaves of the space
 */
export function withoutValues({ facts, trials, imported }: Shown, names: ReadonlySet<string>): Shown {
  const { study } = facts
  const space = hiddenFields(study.space, names)
  const cleaned = (each: TrialRecord): TrialRecord => ({
    ...withoutWords(each),
    config: hiddenConfig(space, each.config, names),
  })
  const shown = trials.map(cleaned)
  const labels = leafLabels(space)
  const isHidden = flatten(space).map(({ name }) => names.has(name))
  // The index in the new space of a parameter of the old one; -1 if it is not shown.
  const moved = leafLabels(study.space).map((label) => labels.indexOf(label))
  const isShown = (parameter: number): boolean => moved[parameter]! >= 0 && isHidden[moved[parameter]!] === false
  const mentions = (text: string): boolean => [...names].some((name) => text.includes(name))
  return {
    trials: shown,
    imported: imported.map(cleaned),
    facts: {
      ...withoutOutput(facts, trials),
      study: { ...study, space, where: study.where.filter((text) => !mentions(text)) },
      counts: { ...facts.counts, best: null, betterImported: null },
      columns: columnsOf(space, study.goals, shown),
      models: facts.models.map((model) => movedModel(model, moved, isShown)),
      importances: facts.importances.map((view) => movedImportance(view, moved)),
    },
  }
}

/** The same without names of hosts, workers and files, and without the words of programs. */
export function anonymous({ facts, trials, imported }: Shown): Shown {
  const numbers = new Map(facts.columns.workers.map((worker, k) => [worker, `worker ${k + 1}`]))
  for (const { worker } of facts.lost) {
    if (worker !== null && !numbers.has(worker)) numbers.set(worker, `worker ${numbers.size + 1}`)
  }
  const named = (worker: string | null): string | null => (worker === null ? null : (numbers.get(worker) ?? 'worker'))
  const cleaned = (each: TrialRecord): TrialRecord => ({
    ...withoutWords(each),
    worker: named(each.worker),
    origin: each.origin.startsWith(IMPORTED) ? `${IMPORTED}a file` : each.origin,
  })
  const shown = trials.map(cleaned)
  return {
    trials: shown,
    imported: imported.map(cleaned),
    facts: {
      ...withoutOutput(facts, trials),
      study: { ...facts.study, path: null },
      counts: { ...facts.counts, betterImported: null },
      columns: columnsOf(facts.study.space, facts.study.goals, shown),
      lost: facts.lost.map((attempt) => ({ ...attempt, worker: named(attempt.worker) })),
    },
  }
}

/** What a program said of its failure may hold anything. */
const withoutWords = (trial: TrialRecord): TrialRecord => ({ ...trial, detail: null })

/** Failures by their reasons alone. */
function withoutOutput(facts: Facts, trials: readonly TrialRecord[]): Facts {
  const groups = new Map<string, number[]>()
  for (const index of facts.failures.flatMap((group) => group.trials)) {
    const reason = trials[index]?.reason ?? 'failed'
    groups.set(reason, [...(groups.get(reason) ?? []), index])
  }
  const failures = [...groups].map(([words, members]) => ({ words, trials: members }))
  return { ...facts, failures: failures.sort((a, b) => b.trials.length - a.trials.length) }
}

const hiddenFields = (space: Space, names: ReadonlySet<string>): Space =>
  Object.fromEntries(Object.entries(fieldsOf(space)).map(([key, node]) => [key, hiddenNode(node, [key], names)]))

/** A part of a space with the hidden parameters, and derived values that follow from them, replaced. */
function hiddenNode(node: SpaceNode, path: readonly (string | number)[], names: ReadonlySet<string>): SpaceNode {
  const within = (fields: Space): Space =>
    Object.fromEntries(Object.entries(fields).map(([key, child]) => [key, hiddenNode(child, [...path, key], names)]))
  if (isGroup(node)) return { ...node, space: within(node.space) }
  if (isDerived(node)) return [...names].some((name) => node.of.includes(name)) ? HIDDEN : node
  if (isParameter(node)) {
    if (node.type !== 'branch') return names.has(path.join('.')) ? { type: 'choice', values: [HIDDEN] } : node
    if (names.has([...path, node.key].join('.')))
      return { type: 'group', space: { [node.key]: { type: 'choice', values: [HIDDEN] } } }
    const branches = Object.entries(node.branches).map(([name, fields]) => [name, within(fieldsOf(fields))] as const)
    return { ...node, branches: Object.fromEntries(branches) }
  }
  if (Array.isArray(node)) return node.map((child: SpaceNode, k) => hiddenNode(child, [...path, k], names))
  return typeof node === 'object' && node !== null ? within(node as Space) : node
}

function hiddenConfig(space: Space, config: Config, names: ReadonlySet<string>): Config {
  const shown = assembleBare(space, (leaf) => (names.has(leaf.name) ? HIDDEN : valueAt(config, leaf)))
  for (const leaf of survey(space).derived) putAt(shown, leaf.path, () => valueAt(config, leaf))
  return shown
}

const movedModel = (model: ModelView, moved: readonly number[], isShown: (old: number) => boolean): ModelView => ({
  ...model,
  optimum: null,
  cuts: model.cuts
    .filter(({ parameter }) => isShown(parameter))
    .map((cut) => ({ ...cut, parameter: moved[cut.parameter]! })),
  contours: model.contours
    .filter(({ x, y }) => isShown(x) && isShown(y))
    .map((contour) => ({ ...contour, x: moved[contour.x]!, y: moved[contour.y]! })),
})

const movedImportance = (view: ImportanceView, moved: readonly number[]): ImportanceView => ({
  ...view,
  rows: view.rows
    .map((row) => ({ ...row, parameters: row.parameters.map((parameter) => moved[parameter]!) }))
    .filter(({ parameters }) => parameters.every((parameter) => parameter >= 0)),
})
