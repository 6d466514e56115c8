/** Which partitions a collector takes, as its flags say. */
import { ConfigurationError } from '@proofmill/contract';
import { InvalidArgumentError } from '@proofmill/runtime';

/** One of `of` equal parts of the partitions of a stage, counted from 0: each collector of an Indexed Job takes its own. */
export interface Share {
  readonly index: number;
  readonly of: number;
}

/** The partitions that are named, or those of the share. All partitions without either. */
export interface WantedPartitions {
  readonly partitions?: readonly number[];
  readonly share?: Share;
}

/**
 * The partitions to collect of a stage that has `count`. A share is empty if there are more shares than partitions.
 * @throws ConfigurationError for a partition that the stage does not have
 */
export function partitionsOf(
  count: number,
  { partitions, share = { index: 0, of: 1 } }: WantedPartitions,
): readonly number[] {
  const wrong = partitions?.find((partition) => partition >= count);
  if (wrong !== undefined) {
    throw new ConfigurationError(`there is no partition ${wrong}: the run has ${count}, counted from 0`);
  }
  const all = Array.from({ length: count }, (_, partition) => partition);
  return partitions ?? all.filter((partition) => partition % share.of === share.index);
}

/** The value of --partitions. */
export function partitionList(text: string): number[] {
  const partitions = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (partitions.some((partition) => !Number.isInteger(partition) || partition < 0)) {
    throw new InvalidArgumentError('It must be a list of numbers from 0, such as 0,1.');
  }
  return [...new Set(partitions)];
}

/** The value of --share. */
export function shareOf(text: string): Share {
  const [, index = '', of = ''] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  const share = { index: Number(index), of: Number(of) };
  if (of === '' || share.index >= share.of) {
    throw new InvalidArgumentError('It must be I/N with I from 0 to N - 1, such as 0/2 or 1/2.');
  }
  return share;
}
