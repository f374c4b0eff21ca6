/** Failures: where trials fail, and the box of the rule that says it best. */

import type { Facts } from '../facts.ts'
import { emptyFigure } from '../figure.ts'
import type { Figure } from '../figure.ts'
import type { Mark } from '../mark.ts'
import { counted } from '../number-text.ts'
import { axisOf, byImportance, pointPlaces } from '../parameter-axis.ts'
import type { ParameterAxis } from '../parameter-axis.ts'
import { valueScale } from '../range.ts'
import { conditionText, failureRule, outcomesOf } from '../rule.ts'
import type { Condition, FailureRule } from '../rule.ts'
import { takenOf } from '../taken.ts'
import { measured, pointsOf } from '../trial-marks.ts'

/**
 * Failed trials and others by the parameters of the rule: of one condition beside the most important other parameter.
 *
 * @param rule  the rule of these facts, where it is known already
 */
export function failureFigure(
  facts: Facts,
  rule: FailureRule | null = failureRule(facts.columns, facts.study.seed),
): Figure {
  const { columns } = facts
  const head = { id: 'failure', title: 'where trials fail', question: 'Where does it fail?' }
  const { failed, worked } = outcomesOf(columns)
  const { left } = takenOf(columns, (trial) =>
    columns.state[trial] === 'queued' || columns.state[trial] === 'running' || columns.state[trial] === 'interrupted'
      ? 'not ended yet'
      : null,
  )
  if (failed.length === 0) return emptyFigure(head, 'No trial has failed.', left)
  if (rule === null) return emptyFigure(head, noRuleText(failed.length, worked.length), left)
  const [first, second] = rule.conditions
  const x = axisFor(facts, first!)
  const beside = byImportance(facts).find((parameter) => parameter !== first!.parameter)
  const y =
    second !== undefined ? axisFor(facts, second) : beside !== undefined ? axisOf(columns, beside) : valueAxis(facts)
  return {
    ...head,
    title: `failed trials by ${x.scale.title} and ${y.scale.title}`,
    summary: ruleText(facts, rule),
    x: x.scale,
    y: y.scale,
    axes: [],
    marks: [
      boxOf(rule.conditions, x, y),
      ...pointsOf('trial', worked, pointPlaces(x), pointPlaces(y)),
      ...pointsOf('failed', failed, pointPlaces(x), pointPlaces(y)),
    ],
    left,
    empty: null,
  }
}

/** The axis of a condition's parameter, on which its category has a place. */
const axisFor = ({ columns }: Facts, { parameter, low, high }: Condition): ParameterAxis =>
  axisOf(columns, parameter, low === high ? [low] : [])

/** Values beside the only parameter: failed trials have none, and are on the rail. */
function valueAxis(facts: Facts): ParameterAxis {
  const { name, better, at } = measured(facts)
  const scale = { ...valueScale(name, at, { better, rail: 'no value' }), of: `value ${name}` }
  return { scale, at, placeOf: (place) => place }
}

/** The area where the conditions hold: half a category wider on each side, where there are categories. */
function boxOf([first, second]: readonly Condition[], x: ParameterAxis, y: ParameterAxis): Mark {
  const range = (condition: Condition | undefined, { scale, placeOf }: ParameterAxis): readonly [number, number] => {
    if (condition === undefined) return [-Infinity, Infinity]
    const room = scale.kind === 'category' ? 0.5 : 0
    const end = (place: number): number => (Number.isFinite(place) ? placeOf(place) : place)
    return [end(condition.low) - room, end(condition.high) + room]
  }
  return { kind: 'box', role: 'failed', x: range(first, x), y: range(second, y) }
}

function ruleText({ columns }: Facts, { conditions, failed, within, allFailed }: FailureRule): string {
  const where = conditions.map((condition) => conditionText(columns, condition)).join(' and ')
  const worked = within - failed
  const rest = worked === 0 ? 'nothing there has worked' : `${counted(worked, 'trial')} there gave a value`
  return `${failed} of ${counted(allFailed, 'failure')}: ${where}; ${rest}`
}

const noRuleText = (failed: number, worked: number): string =>
  `${failed} of ${counted(failed + worked, 'trial')} failed; ` +
  'no parameter tells them from the others better than chance.'
