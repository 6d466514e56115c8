import type { Pairless, Shape } from './shape.ts';
import { chosen } from './shapes/chosen.ts';
import { comparisons } from './shapes/comparisons.ts';
import { framed } from './shapes/framed.ts';
import { pairless } from './shapes/pairless.ts';
import { rated } from './shapes/rated.ts';

/** Data sets that are read as what their cards say. */
export const knownShapes: readonly Shape[] = [...comparisons, ...chosen, ...rated, ...framed];

/** Data sets whose records are refused, with the way to make items of them. */
export const pairlessShapes: readonly Pairless[] = pairless;
