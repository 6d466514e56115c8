/**
 * Which labelled rows are meant for training: the first rule that a row breaks is its reason. The order is that of the filters
 * of GRAM-R2's paper (arXiv 2509.02492: vote, confidence, rules on the rationale), behind what makes a row unsafe.
 */
import type { KeepRules, Label, Profile } from '@proofmill/contract';

export interface Kept {
  readonly label: Label;
  readonly flags: readonly string[];
  readonly keep: KeepRules;
  /** Of the judge that made the label. */
  readonly profile: Profile;
  readonly ordersDisagree: boolean;
}

/** Null: the row is kept. */
export function reasonNotToKeep({ label, flags, keep, profile, ordersDisagree }: Kept): string | null {
  if (flags.length > 0) return 'imitates-frame';
  if (label.tie) return 'tie';
  if (label.confidence < keep.minConfidence) return 'low-confidence';
  if (keep.orderAgreement && ordersDisagree) return 'orders-disagree';
  return reasonInRationale(label, keep, profile);
}

function reasonInRationale({ rationale, winner }: Label, keep: KeepRules, { reasoning }: Profile): string | null {
  const text = rationale?.text ?? '';
  const { maxRationaleCharacters, minRationaleCharacters } = keep;
  if (maxRationaleCharacters !== null && text.length > maxRationaleCharacters) return 'rationale-too-long';
  if (text.length < minRationaleCharacters) return 'rationale-too-short';
  if (keep.rationaleForLabel) {
    const names = rationale?.order[0] === winner ? reasoning?.names.first : reasoning?.names.second;
    if (!names?.some((name) => text.includes(name))) return 'rationale-without-winner';
  }
  if (keep.rationaleStructure && !inOrder(text, reasoning?.sections ?? [])) return 'rationale-structure';
  return null;
}

function inOrder(text: string, sections: readonly string[]): boolean {
  let from = 0;
  return sections.every((section) => {
    const found = text.indexOf(section, from);
    from = found + section.length;
    return found >= 0;
  });
}
