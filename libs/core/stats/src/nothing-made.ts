/** Whether a complete stage has made anything at all: success means labels. */
import { failedProof, failureClasses, type FailureClass, type StageDefinition, type Totals } from '@proofmill/contract';
import { grouped } from './format.ts';

/**
 * Why a job must not end well after this stage, whose totals are complete; null where it may. A label is a winner or a tie,
 * kept or not. Where the labels are the corpus's own (the pipeline begins with this prove stage), a proof is what the job makes:
 * a proof that fails its checks is one, an engine that never answered is none.
 */
export function whyNothingMade(
  { kind, name }: Pick<StageDefinition, 'kind' | 'name'>,
  totals: Totals,
  isFirst: boolean,
): string | null {
  const { records, labelled } = totals;
  const all = records === 1 ? 'the only record' : `none of the ${grouped(records)} records`;
  if (labelled === 0) return `${all} has ${records === 1 ? 'no' : 'a'} label after stage ${name}`;
  const failed = Object.values(failedProofs(totals)).reduce((sum, rows) => sum + rows, 0);
  if (kind === 'label' || !isFirst || failed < labelled) return null;
  return `${all} has ${records === 1 ? 'no' : 'a'} proof after stage ${name}`;
}

/** Rows without a proof because the prove stage could not ask about them, by the class of the failure. */
export function failedProofs({ notKeptByReason }: Totals): Totals['failedByClass'] {
  const counts: Totals['failedByClass'] = {};
  for (const name of Object.keys(failureClasses) as FailureClass[]) {
    const rows = notKeptByReason[failedProof(name)];
    if (rows !== undefined) counts[name] = rows;
  }
  return counts;
}
