import type { LabelDefinition, StageFile } from '@proofmill/contract';

/** The definition of the stage that makes the labels; null where they are the corpus's own. */
export function labelDefinitionOf(stages: readonly StageFile[]): LabelDefinition | null {
  const labelling = stages.map(({ definition }) => definition).find(({ kind }) => kind === 'label');
  return labelling?.kind === 'label' ? labelling : null;
}
