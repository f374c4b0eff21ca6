/** A damage of a study, in words, and what may be done about it. */

import type { LockDocument } from '../store/disk/documents.ts'

/** What may be done about a damage without taking a decision that is a worker's, or a person's. */
export type Mend =
  | { readonly kind: 'note'; readonly slot: number; readonly id: string; readonly attempt: number }
  | { readonly kind: 'slot'; readonly lock: LockDocument }
  | { readonly kind: 'amendment'; readonly number: number }
  | { readonly kind: 'chain' }
  | { readonly kind: 'link' }
  | { readonly kind: 'remove'; readonly path: string }

/** One sentence: which file, and what that means. */
export interface Damage {
  readonly words: string
  readonly mend?: Mend
}
