/**
 * Watches for a stage in which nothing is finished any more. A fleet may be slow or suspended, so silence is no evidence and drives
 * nothing. It is a reason to forget what is known, and to look again: each of these would last for ever otherwise.
 *
 *   journals    read from the beginning. The coordinator may hold for finished what a damaged journal no longer has: it read it before
 *   transport   compared with what it delivers, and mended: consumers that are gone, messages that no consumer will deliver
 *
 * What is missing after that is driven by the same evidence as ever. So a look costs reading, and mending may cost answers: a task in
 * flight is delivered again. It never costs an item.
 */
import {
  type Clock,
  type Dispatch,
  durationOf,
  type Quiet,
  quietOf,
  type StageFile,
  standstill,
} from '@proofmill/contract';
import type { Inquiries } from './inquiries.ts';
import type { OpenShards } from './open-shards.ts';
import type { PlanProgress } from './write-plan.ts';

export interface ProgressWatchOptions {
  readonly stage: StageFile;
  readonly dispatch: Dispatch;
  readonly shards: OpenShards;
  readonly inquiries: Inquiries;
  readonly progress: Readonly<PlanProgress>;
  readonly clock: Clock;
  /** The silence after which it looks; asked at every look. */
  readonly quietMs: () => number;
  /** Called with what it does and finds, in sentences. */
  readonly onStandstill: (sentence: string) => void;
}

export class ProgressWatch {
  readonly #options: ProgressWatchOptions;
  #quietMs: number;
  #quiet: Quiet;
  #seen = '';

  constructor(options: ProgressWatchOptions) {
    this.#options = options;
    this.#quietMs = options.quietMs();
    this.#quiet = this.#newQuiet();
  }

  /** Looks, where it is time. Rejects where the transport is away, or the journals cannot be read now. */
  async look(): Promise<void> {
    const { clock, shards, stage } = this.#options;
    if (this.#quietMs !== this.#options.quietMs()) {
      this.#quietMs = this.#options.quietMs();
      this.#quiet = this.#newQuiet();
    }
    if (this.#isNews()) return;
    const quietMs = this.#quiet.due(clock.now());
    if (quietMs === null) return;
    // Outcomes of chunks that are not finished are news, too; nobody has looked for them yet.
    for (let partition = 0; partition < stage.partitions; partition += 1) await shards.readJournals(partition);
    if (this.#isNews()) return;
    await this.#startAfresh(quietMs);
  }

  async #startAfresh(quietMs: number): Promise<void> {
    const { dispatch, shards, inquiries, progress, onStandstill } = this.#options;
    const records = progress.end ? `${shards.finishedRecords} of ${progress.end.records}` : `${shards.finishedRecords}`;
    onStandstill(
      `Nothing has finished for ${durationOf(quietMs)}; ${records} records have an outcome. The journals are read again from the beginning, and the queues are checked.`,
    );
    inquiries.drop();
    const lost = await shards.reread();
    if (lost > 0)
      onStandstill(`${lost} records had an outcome in the journals and have none now: they are asked about again.`);
    for (const sentence of await dispatch.mend()) onStandstill(sentence);
  }

  #newQuiet(): Quiet {
    return quietOf({ firstMs: this.#quietMs, longestMs: standstill.longestMs }, this.#options.clock.now());
  }

  #isNews(): boolean {
    const { clock, shards, progress } = this.#options;
    const seen = `${shards.committed} ${shards.finishedRecords} ${progress.planned}`;
    if (seen === this.#seen) return false;
    this.#seen = seen;
    this.#quiet.news(clock.now());
    return true;
  }
}
