/** How a maximizer is chosen: its word, or an object with its word as `kind` and its budget. */

import type { OwnMaximizer } from './own-part.ts'

export type MaximizerName = 'climb' | 'sampling' | 'tweaks' | 'local' | 'evolve' | 'breed' | 'cma'

/** How the most promising config is searched for: the name of a maximizer, or its name as `kind` with its budget. */
export type MaximizerChoice =
  | MaximizerName
  | { readonly kind: 'climb'; readonly points?: number; readonly starts?: number; readonly iterations?: number }
  | { readonly kind: 'sampling'; readonly points?: number }
  | {
      readonly kind: 'tweaks'
      readonly points?: number
      readonly share?: number
      readonly flip?: number
      readonly chance?: number
    }
  | { readonly kind: 'local'; readonly points?: number; readonly starts?: number; readonly evaluations?: number }
  | { readonly kind: 'evolve'; readonly parents?: number; readonly children?: number; readonly evaluations?: number }
  | {
      readonly kind: 'breed'
      readonly points?: number
      readonly population?: number
      readonly generations?: number
      readonly patience?: number
      readonly tolerance?: number
    }
  | OwnMaximizer
  | { readonly kind: 'cma'; readonly points?: number; readonly sigma?: number; readonly evaluations?: number }
