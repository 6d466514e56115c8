/** The job that all beds run, and what a run of it without faults leaves. */
import { type ExampleOptions, type Rows, undisturbed } from '@proofmill/test-integration';
import { type ItemsOfKey, itemsOfKey } from './request-record.ts';

export interface Baseline {
  readonly example: ExampleOptions;
  readonly rows: Rows;
  /** Size of the engine's request log at the end. */
  readonly logBytes: number;
  readonly itemsOfKey: ItemsOfKey;
}

/** Small enough for seconds, with several shards, chunks and partitions. Its coordinators look into a standstill sooner than usual. */
const example: ExampleOptions = { records: 200, quietSeconds: 20 };

export async function readBaseline(): Promise<Baseline> {
  const { rows, logBytes, itemsTwice } = await undisturbed(example);
  if (itemsTwice > 0)
    throw new Error(`a run without faults asks about ${itemsTwice} items twice: choose another corpus`);
  const lines = [...rows.data.values()].flatMap((text) => text.split('\n').filter(Boolean));
  return { example, rows, logBytes, itemsOfKey: itemsOfKey(lines) };
}
