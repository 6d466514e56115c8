import type { PlannedRecord } from './planned-records.ts';

/** How far a queue looks ahead, at most. */
export interface Sight {
  readonly records: number;
  readonly bytes: number;
}

/** The records that are left to plan. Some are read ahead: a shard begins only where a record is left, and chunks shrink near the end. */
export class RecordQueue {
  readonly #records: AsyncIterator<PlannedRecord>;
  readonly #sight: Sight;
  /** Read ahead, from `#first` on; null where a record was taken. */
  #ahead: (PlannedRecord | null)[] = [];
  #first = 0;
  #bytes = 0;
  #isEndSeen = false;

  private constructor(records: AsyncIterator<PlannedRecord>, sight: Sight) {
    this.#records = records;
    this.#sight = sight;
  }

  static async open(records: AsyncIterator<PlannedRecord>, sight: Sight): Promise<RecordQueue> {
    const queue = new RecordQueue(records, sight);
    await queue.#lookAhead();
    return queue;
  }

  /** The next record; null when none is left. */
  get head(): PlannedRecord | null {
    return this.#ahead[this.#first] ?? null;
  }

  /** How many records are left, the next one included; null while the end is out of sight. */
  get left(): number | null {
    return this.#isEndSeen ? this.#ahead.length - this.#first : null;
  }

  async advance(): Promise<void> {
    this.#bytes -= this.head?.bytes ?? 0;
    // Not held until the array is cut: a thousand records may have megabytes each.
    this.#ahead[this.#first] = null;
    this.#first += 1;
    if (!this.#isEndSeen) await this.#lookAhead();
  }

  async #lookAhead(): Promise<void> {
    if (this.#first > this.#sight.records) {
      this.#ahead = this.#ahead.slice(this.#first);
      this.#first = 0;
    }
    while (!this.#isEndSeen && !this.#isFar) {
      const { done, value } = await this.#records.next();
      if (done) {
        this.#isEndSeen = true;
        return;
      }
      this.#ahead.push(value);
      this.#bytes += value.bytes;
    }
  }

  /** One record ahead of the sight shows whether it ends there. */
  get #isFar(): boolean {
    const { records, bytes } = this.#sight;
    const count = this.#ahead.length - this.#first;
    return count > 0 && (count > records || this.#bytes > bytes);
  }
}
