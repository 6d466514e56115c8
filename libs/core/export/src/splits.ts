/** Which split and which file a prompt belongs to: a matter of its digest alone, so that it is the same whatever else is exported. */
export const splits = ['train', 'eval'] as const;
export type Split = (typeof splits)[number];

export interface Division {
  /** Share of the prompts that are in the eval split. */
  readonly evalShare: number;
  /** Files of each split. */
  readonly files: Readonly<Record<Split, number>>;
}

export interface PlaceInSet {
  readonly split: Split;
  readonly file: number;
}

/** 48 bits, which a number holds exactly. */
const digits = 12;

/**
 * The digest of a prompt as a number from 0 to 1. What is below `evalShare` is in the eval split: with a larger share, and with other rows
 * beside it, an eval prompt stays one. Places ascend with the digest, eval ahead of train.
 */
export function placeOf(promptKey: string, { evalShare, files }: Division): PlaceInSet {
  const position = Number.parseInt(promptKey.slice(0, digits), 16) / 16 ** digits;
  const split = position < evalShare ? 'eval' : 'train';
  const [from, width] = split === 'eval' ? [0, evalShare] : [evalShare, 1 - evalShare];
  return { split, file: Math.min(files[split] - 1, Math.floor(((position - from) / width) * files[split])) };
}

/** Files of a split are about this large, before compression. */
const fileBytes = 256 * 1024 * 1024;

/** The division of a training set of so many bytes. */
export function divisionOf(bytes: number, evalShare: number): Division {
  const filesOf = (share: number): number => Math.max(1, Math.ceil((bytes * share) / fileBytes));
  return { evalShare, files: { train: filesOf(1 - evalShare), eval: filesOf(evalShare) } };
}
