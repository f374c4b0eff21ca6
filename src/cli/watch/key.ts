/** Keys of a terminal, from the bytes that it sends. */

export type Key =
  | { readonly name: 'up' | 'down' | 'pageup' | 'pagedown' | 'home' | 'end' | 'enter' | 'escape' | 'backspace' }
  | { readonly name: 'interrupt' }
  | { readonly name: 'suspend' }
  | { readonly name: 'letter'; readonly letter: string }

/** What terminals send for a key, after ESC and `[` or `O`. */
const SEQUENCES: Readonly<Record<string, 'up' | 'down' | 'pageup' | 'pagedown' | 'home' | 'end'>> = {
  A: 'up',
  B: 'down',
  H: 'home',
  F: 'end',
  '1~': 'home',
  '4~': 'end',
  '5~': 'pageup',
  '6~': 'pagedown',
}

const CONTROLS: Readonly<Record<string, Key>> = {
  '\r': { name: 'enter' },
  '\n': { name: 'enter' },
  '\x7f': { name: 'backspace' },
  '\b': { name: 'backspace' },
  '\x03': { name: 'interrupt' },
  '\x04': { name: 'interrupt' },
  '\x1a': { name: 'suspend' },
}

/** The keys in a piece of input, in their order. What is not known is left out. */
export function keysOf(text: string): Key[] {
  const keys: Key[] = []
  for (const [token] of text.matchAll(/\x1b[[O][0-9;]*[A-Za-z~]|\x1b|[^\x1b]/gsu)) {
    const control = CONTROLS[token]
    if (control !== undefined) keys.push(control)
    else if (token === '\x1b') keys.push({ name: 'escape' })
    else if (token.startsWith('\x1b')) {
      const name = SEQUENCES[token.slice(2)]
      if (name !== undefined) keys.push({ name })
    } else if (token >= ' ') keys.push({ name: 'letter', letter: token })
  }
  return keys
}
