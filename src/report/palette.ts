/**
 * Colors by what they stand for, for light and dark backgrounds. Text and marks have a contrast of at least 4.5 to 1,
 * and trial, best, model and failed stay apart for people who see red, green or blue weakly; shapes differ too.
 *
 * Figures carry the light colors as attributes, with a class beside each: `s-best` for a stroke, `f-best` for a
 * filling, `f-v0` to `f-v8` for shades. A style sheet may exchange them.
 */

export type Color =
  | 'background'
  | 'panel'
  | 'ink'
  | 'muted'
  | 'rule'
  | 'grid'
  | 'trial'
  | 'best'
  | 'failed'
  | 'pruned'
  | 'running'
  | 'model'
  | 'other'

export interface Palette {
  readonly colors: Readonly<Record<Color, string>>
  /** Values from the worst to the best: the best stands out from the background. */
  readonly shades: readonly string[]
}

/** Cividis (Nuñez, Anderton, Renslow 2018): nine steps that differ in lightness for everybody. */
const CIVIDIS = [
  ...['#00224E', '#123570', '#3B496C', '#575D6D', '#707173'],
  ...['#8A8678', '#A59C74', '#C3B369', '#FEE838'],
]

export const LIGHT: Palette = {
  colors: {
    background: '#FFFFFF',
    panel: '#F5F6F8',
    ink: '#1B1F24',
    muted: '#57606A',
    rule: '#D0D7DE',
    grid: '#EAEEF2',
    trial: '#0072B2',
    best: '#B34700',
    failed: '#4A1C28',
    pruned: '#6E7781',
    running: '#6E7781',
    model: '#8C1FF9',
    other: '#57606A',
  },
  shades: [...CIVIDIS].reverse(),
}

export const DARK: Palette = {
  colors: {
    background: '#14171A',
    panel: '#1C2126',
    ink: '#E6EAEE',
    muted: '#9DA7B3',
    rule: '#3A424B',
    grid: '#262C33',
    trial: '#5BB5EA',
    best: '#F59B5B',
    failed: '#E0C7AE',
    pruned: '#98A2AE',
    running: '#98A2AE',
    model: '#8E6AFB',
    other: '#9DA7B3',
  },
  shades: CIVIDIS,
}

/** The step of a shade from 0 to 1 in `shades`. */
export const shadeStep = (shade: number, steps = CIVIDIS.length): number =>
  Math.min(steps - 1, Math.max(0, Math.floor(shade * steps)))
