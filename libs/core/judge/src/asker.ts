import type { AskedLine, StageDefinition } from '@proofmill/contract';
import { type Asking, asking } from './asking/asking.ts';
import { itemLabeller } from './label/label-item.ts';
import { itemProver } from './proof/proving.ts';

/** Compiles a stage once. The result starts the asking about one item. */
export function askerOf(definition: StageDefinition): (line: AskedLine) => Asking {
  switch (definition.kind) {
    case 'label': {
      const labelItem = itemLabeller(definition);
      return (line) => asking((tokens) => labelItem(line, tokens));
    }
    case 'prove': {
      const proveItem = itemProver(definition);
      return (line) => asking((tokens) => proveItem(line, tokens));
    }
    default:
      return definition satisfies never;
  }
}
