import {
  type AskedLine,
  bounds,
  type Codec,
  ConfigurationError,
  IntegrityError,
  type StageFile,
  type TaskDelivery,
} from '@proofmill/contract';
import { decodePackLines } from '@proofmill/plan';

/** So many damaged tasks in a row are not the fault of the tasks. */
const mostConsecutiveDamaged = 20;

export interface TaskReaderOptions {
  readonly stage: Pick<StageFile, 'stageDigest'>;
  readonly codec: Codec;
  readonly onTrouble: (sentence: string) => void;
}

/** Reads tasks, and counts the damaged ones among them. */
export class TaskReader {
  readonly #options: TaskReaderOptions;
  #damagedInARow = 0;

  constructor(options: TaskReaderOptions) {
    this.#options = options;
  }

  /**
   * The items that a task asks about. Rejects with ConfigurationError when the task is of another stage, IntegrityError when
   * too many damaged tasks came in a row.
   */
  async read(delivery: TaskDelivery): Promise<readonly AskedLine[] | 'damaged'> {
    try {
      const items = await this.#itemsOf(delivery);
      this.#damagedInARow = 0;
      return items;
    } catch (error) {
      if (!(error instanceof IntegrityError)) throw error;
      this.#noteDamage(delivery, error);
      return 'damaged';
    }
  }

  async #itemsOf({ header, frame }: TaskDelivery): Promise<AskedLine[]> {
    const { stage, codec } = this.#options;
    if (header.stageDigest !== stage.stageDigest) {
      throw new ConfigurationError(
        `a task of run ${header.run} is for stage ${header.stageDigest.slice(0, 12)}, this worker has ${stage.stageDigest.slice(0, 12)}: start it with the stage.json of the run`,
      );
    }
    const only = header.only ? new Set(header.only) : null;
    const lines = decodePackLines(await codec.decompress(frame, bounds.frameContentBytes));
    return lines.filter((line): line is AskedLine => line.ask && (only === null || only.has(line.index)));
  }

  #noteDamage({ header }: TaskDelivery, error: IntegrityError): void {
    this.#damagedInARow += 1;
    if (this.#damagedInARow >= mostConsecutiveDamaged) {
      throw new IntegrityError(
        `the last ${this.#damagedInARow} tasks were damaged: check this machine's memory, and what lies between the coordinator and this worker (${error.message})`,
        { cause: error },
      );
    }
    // The coordinator finds the chunk missing.
    this.#options.onTrouble(
      `dropping a damaged task of shard ${header.shard}, which the coordinator sends again from its pack: ${error.message}`,
    );
  }
}
