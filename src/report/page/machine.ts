/**
 * The time machine: a slider under the history that takes the page back to any trial, and plays it forward. It says
 * what was expected of that trial and what came out.
 */

import { numberWithin, roughNumber, shortNumber } from '../number-text.ts'
import { lastNumber } from '../columns.ts'
import type { Facts } from '../facts.ts'
import { button, element } from './element.ts'

/** Milliseconds from one step of playing to the next, and as many steps as a whole study takes. */
const STEP_MS = 120
const STEPS = 120

export interface Machine {
  readonly element: HTMLElement
  /** Moves the slider to a trial number; null: to the end. */
  readonly show: (asOf: number | null) => void
}

/** @param changed  called with a trial number, or null for the present */
export function timeMachine(factsNow: () => Facts, changed: (asOf: number | null) => void): Machine | undefined {
  const lastNow = (): number => lastNumber(factsNow().columns)
  let last = lastNow()
  if (last < 1) return undefined
  const words = element('output', { class: 'machine-words' })
  const slider = element('input', { type: 'range', min: 0, max: last, value: last, 'aria-label': 'as of trial' })
  const go = (number: number): void => changed(number >= last ? null : number)
  let playing: ReturnType<typeof setInterval> | undefined
  const stop = (): void => {
    clearInterval(playing)
    playing = undefined
    play.textContent = 'Play'
  }
  const play = button('Play', () => {
    if (playing !== undefined) return stop()
    play.textContent = 'Stop'
    let at = Number(slider.value) >= last ? 0 : Number(slider.value)
    playing = setInterval(() => {
      at += Math.max(1, Math.round(last / STEPS))
      go(at)
      if (at >= last) stop()
    }, STEP_MS)
  })
  slider.addEventListener('input', () => {
    stop()
    go(Number(slider.value))
  })
  const show = (asOf: number | null): void => {
    last = lastNow()
    slider.max = String(last)
    slider.value = String(asOf ?? last)
    words.textContent = asOf === null ? 'now' : `after trial ${asOf}${expectedWords(factsNow(), asOf)}`
  }
  show(null)
  return { element: element('div', { class: 'machine' }, play, slider, words), show }
}

/** What the model expected of a trial before it ran, if it was asked, and what came out. */
function expectedWords({ models, columns }: Facts, number: number): string {
  const found = models[0]?.forecasts.find(({ trial }) => columns.number[trial] === number)
  if (found === undefined) return ''
  const { predicted, seen } = found
  const half = Math.max(predicted.high - predicted.value, predicted.value - predicted.low)
  const middle = numberWithin(predicted, predicted.value)
  return `: ${middle} ± ${roughNumber(half)} was expected, ${shortNumber(seen)} came out`
}
