import { ConfigurationError } from '@proofmill/contract';

/** One of `of` equal parts of the partitions of a stage, counted from 0: every collector of an Indexed Job takes its own. */
export interface Share {
  readonly index: number;
  readonly of: number;
}

/** Which partitions a collector takes: those it names, or those of its share. All of them without either. */
export interface Wanted {
  readonly partitions?: readonly number[];
  readonly share?: Share;
}

/**
 * The partitions, of a stage that has `count`. A share is empty where there are more shares than partitions.
 * @throws ConfigurationError for a partition that the stage has not
 */
export function partitionsOf(count: number, { partitions, share = { index: 0, of: 1 } }: Wanted): readonly number[] {
  const wrong = partitions?.find((partition) => partition >= count);
  if (wrong !== undefined) {
    throw new ConfigurationError(`there is no partition ${wrong}: the run has ${count}, counted from 0`);
  }
  const all = Array.from({ length: count }, (_, partition) => partition);
  return partitions ?? all.filter((partition) => partition % share.of === share.index);
}
