import type { PlannedRecord } from './planned-records.ts';

/** The records that are left to plan. The next one is known without taking it: a shard begins only where a record is left. */
export class RecordQueue {
  readonly #records: AsyncIterator<PlannedRecord>;
  #head: PlannedRecord | null = null;

  private constructor(records: AsyncIterator<PlannedRecord>) {
    this.#records = records;
  }

  static async open(records: AsyncIterator<PlannedRecord>): Promise<RecordQueue> {
    const queue = new RecordQueue(records);
    await queue.advance();
    return queue;
  }

  /** The next record; null when none is left. */
  get head(): PlannedRecord | null {
    return this.#head;
  }

  async advance(): Promise<void> {
    const { done, value } = await this.#records.next();
    this.#head = done ? null : value;
  }
}
