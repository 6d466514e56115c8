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
  if (kind === 'label' || !isFirst || failedProofs(totals) < labelled) return null;
  return `${all} has ${records === 1 ? 'no' : 'a'} proof after stage ${name}`;
}

const failedProofs = ({ notKeptByReason }: Totals): number =>
  (Object.keys(failureClasses) as FailureClass[]).reduce(
    (sum, name) => sum + (notKeptByReason[failedProof(name)] ?? 0),
    0,
  );
