import type { PackLine, StageDefinition } from '@proofmill/contract';
import type { Asking } from './asking.ts';
import { proving } from './proving.ts';
import { rendererOf } from './render.ts';
import { voting } from './voting.ts';

/** Compiles a stage once; the result begins the asking of one item. */
export function askerOf(definition: StageDefinition): (line: Extract<PackLine, { ask: true }>) => Asking {
  const own = rendererOf(definition.profile);
  if (definition.kind === 'label') {
    const first = definition.first ? rendererOf(definition.first.profile) : null;
    return (line) => voting(definition, line, { own, first });
  }
  const selector = definition.selector ? rendererOf(definition.selector) : null;
  return (line) => proving(definition, line, { own, selector });
}
