/** What people are told of outcomes that collectors refuse: enough to act on, and no line for each of a million. */
import { bounds, outcomesSetAside } from '@proofmill/contract';

/** Different reasons that get a sentence each; many differ in a number only. */
const mostReasons = 5;

/** Takes each refusal of a stage, and gives `notice` a sentence for a new reason, and for the tenth, hundredth, .. refusal. */
export function refusalNotices(
  stage: string,
  notice: (sentence: string) => void,
): (item: string, reason: string) => void {
  const reasons = new Set<string>();
  let count = 0;
  return (item, reason) => {
    count += 1;
    const isNew = !reasons.has(reason) && reasons.size < mostReasons;
    if (isNew) reasons.add(reason);
    if (!isNew && !/^10*$/.test(String(count))) return;
    const sum = count === 1 ? '' : ` (${count} outcomes so far)`;
    notice(
      `stage ${stage}: ${outcomesSetAside} ${item}, because it ${reason}${sum}. Workers and collectors may be of different versions. An item fails after ${bounds.refusals} refused outcomes.`,
    );
  };
}
