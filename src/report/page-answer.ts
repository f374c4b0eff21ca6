/** The answer: the trial to take home, how good it is, its config to copy, and the best place that nobody has tried. */

import { configText } from '../space/canonical.ts'
import type { Space } from '../space/parameter.ts'
import { assignmentLines, flagsText, parameterTexts, shellWord } from '../space/words.ts'
import type { Config, TrialRecord } from '../trial.ts'
import { commandOn } from './command-text.ts'
import type { PageOptions } from './embedded.ts'
import type { Facts } from './facts.ts'
import type { ModelView } from './models/views.ts'
import { numberWithin, shortNumber } from './number-text.ts'
import { trialLink, trialName } from './page-head.ts'
import { briefWords, copyLine, emptyHtml, sectionHtml, terms, words } from './page-words.ts'
import { noBestText } from './status-text.ts'

/** The section of the answer. `trials` are those of the columns. */
export function answerSection(facts: Facts, trials: readonly TrialRecord[], options: PageOptions): string {
  const inner = facts.recommended < 0 ? emptyHtml(whyNone(facts)) : answerHtml(facts, trials, options)
  return sectionHtml('answer', 'Answer', '', inner)
}

const whyNone = ({ counts, study }: Facts): string => {
  const { complete, running, failed } = counts.trials
  if (complete > 0) return `${noBestText(study.goals, complete)}.`
  if (running > 0) return `No trial has ended yet; ${running} ${running === 1 ? 'runs' : 'run'}.`
  return failed > 0 ? `No trial has a value: ${failed} failed.` : 'No trial has begun yet.'
}

function answerHtml(facts: Facts, trials: readonly TrialRecord[], { links, hidden }: PageOptions): string {
  const { study, recommended, best, columns } = facts
  const [objective = ''] = Object.keys(study.goals.objectives)
  const model = facts.models.find((view) => view.objective === objective)
  // The mean has decided only where another trial than the best one is recommended: a little noise does not.
  const isByMean = recommended !== best && model?.recommended.trial === recommended && model.noise > 0
  const value = columns.values.get(objective)?.[recommended] ?? NaN
  const trial = trials[recommended]!
  const name = trialLink(facts, recommended, links)
  const reason = isByMean ? 'recommended by its mean' : recommended === best ? 'best value' : 'recommended'
  const lead = `${reason}: ${name}`
  const luck =
    isByMean && best >= 0
      ? `<p class="muted">The best value was ${shortNumber(columns.values.get(objective)?.[best] ?? NaN)} ` +
        `(${trialLink(facts, best, links)}). The best of noisy values is also the luckiest.</p>`
      : ''
  return (
    `<div class="muted">${lead}</div>` +
    `<div class="number">${isByMean ? meanHtml(model) : shortNumber(value)}` +
    `${!isByMean && model !== undefined && model.recommended.trial === recommended ? intervalHtml(model) : ''}` +
    ` <small>${briefWords(objective, 60)}</small></div>${othersHtml(facts, recommended)}${luck}` +
    (hidden.length > 0
      ? `<p class="muted">Hidden: ${hidden.map((each) => words(each)).join(', ')}.</p>`
      : copyLines(study.space, trial.config, study.path)) +
    optimumHtml(facts, model, hidden)
  )
}

const meanHtml = ({ recommended: { mean } }: ModelView): string => {
  const text = (value: number): string => numberWithin(mean, value)
  return `${text(mean.value)} <small>95 %: ${text(mean.low)} to ${text(mean.high)}</small>`
}

const intervalHtml = ({ recommended: { mean } }: ModelView): string =>
  mean.low === mean.high
    ? ''
    : ` <small>mean 95 %: ${numberWithin(mean, mean.low)} to ${numberWithin(mean, mean.high)}</small>`

/** The other objectives and the outputs of a trial. */
function othersHtml({ columns }: Facts, index: number): string {
  const values = [...columns.values].slice(1).map(([name, at]): [string, string] => [name, shortNumber(at[index]!)])
  const outputs = [...columns.outputs].flatMap(([name, at]): [string, string][] => {
    const said = at[index] ?? null
    return said === null ? [] : [[name, typeof said === 'number' ? shortNumber(said) : briefWords(String(said))]]
  })
  const breaks = columns.breaks[index]!.map((broken): [string, string] => ['breaks', words(broken)])
  return terms([...values, ...outputs, ...breaks])
}

/** A config in the forms that programs take. */
function copyLines(space: Space, config: Config, path: string | null): string {
  const texts = parameterTexts(space, config)
  const forms: [string, string | undefined][] = [
    ['as options', flagsText(space, config)],
    ['as JSON', configText(space, config)],
    ['for a shell', environment(texts)],
    ['by a command', path === null ? undefined : commandOn('best', path, '--format', 'flags')],
  ]
  const lines = forms.flatMap(([term, text]): [string, string][] =>
    text === undefined || text === '' ? [] : [[term, copyLine(text)]],
  )
  const [first, ...others] = lines
  if (first === undefined) return ''
  return `${first[1]}<details open><summary>other forms</summary>${terms(others, 'lines')}</details>`
}

/** Assignments of a shell; undefined where two names become the same. */
function environment(texts: ReadonlyMap<string, string>): string | undefined {
  try {
    return assignmentLines(texts).join('\n')
  } catch {
    return undefined
  }
}

function optimumHtml(facts: Facts, model: ModelView | undefined, hidden: readonly string[]): string {
  if (model?.optimum == null || hidden.length > 0) return ''
  const { mean, config } = model.optimum
  const text = (value: number): string => numberWithin(mean, value)
  // Too little better to be seen in the digits that matter.
  const mine = model.recommended.trial === facts.recommended ? model.recommended.mean : null
  if (mine !== null && numberWithin(mine, mine.value) === text(mean.value)) return ''
  const { space, path } = facts.study
  const pairs = [...parameterTexts(space, config)].map(([name, value]) => shellWord(`${name}=${value}`))
  return (
    `<p>The model expects <b>${text(mean.value)}</b> (95 %: ${text(mean.low)} to ${text(mean.high)}) at a place that ` +
    `has not been tried${facts.recommended < 0 ? '' : `, against ${trialName(facts, facts.recommended)}`}:</p>` +
    copyLine(path === null ? flagsText(space, config) : commandOn('add', path, ...pairs))
  )
}
