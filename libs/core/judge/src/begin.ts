import type { PackLine, StageDefinition } from '@proofmill/contract';
import type { Asking } from './asking.ts';
import { proving } from './proving.ts';
import { rendererOf } from './render.ts';
import { voting } from './voting.ts';

/** Compiles a stage once; the result begins the asking of one item. */
export function askerOf(definition: StageDefinition): (line: Extract<PackLine, { ask: true }>) => Asking {
  const render = rendererOf(definition.profile);
  return (line) => (definition.kind === 'label' ? voting(definition, line, render) : proving(definition, line, render));
}
