/** All mutants, in the order in which they are tried. */

import { COMMANDS } from './mutants/commands.ts'
import { CONSTRAINTS } from './mutants/constraints.ts'
import { DISK } from './mutants/disk.ts'
import { LEARNING } from './mutants/learning.ts'
import { MEMORY } from './mutants/memory.ts'
import { MODELS } from './mutants/models.ts'
import { PROGRAMS } from './mutants/programs.ts'
import { SEVERAL } from './mutants/several.ts'
import { SPACES } from './mutants/spaces.ts'
import { STORE } from './mutants/store.ts'
import { STUDIES } from './mutants/studies.ts'
import type { Mutant } from './mutant.ts'

export const MUTANTS: readonly Mutant[] = [
  ...STORE,
  ...DISK,
  ...MEMORY,
  ...STUDIES,
  ...PROGRAMS,
  ...SPACES,
  ...SEVERAL,
  ...MODELS,
  ...CONSTRAINTS,
  ...LEARNING,
  ...COMMANDS,
]
