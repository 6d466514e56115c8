/**
 * Drives the shards of a stage through the fleet: in order, a bounded window of them open at a time. A chunk is sent when, and
 * only when, this is known of it, asked in this order:
 *
 *   1. its subject has no message in the tasks stream: no worker will take it, or the one that took it has published its outcomes
 *   2. all outcomes stored by then have been acknowledged by the partition's collector: they are journalled
 *   3. the journals lack some of its items, and there is no manifest
 *
 * That holds for a chunk that was never sent, one whose message was lost, and one whose outcomes were lost. Time is no reason:
 * a fleet that is slow or suspended is waited for. The order matters: journals that are read first may lack what arrives until
 * the stream is asked.
 *
 * There is one other reason, near the end and where the job wants it: take-over.ts.
 *
 * Each turn of the loop looks at the folder, then at the transport:
 *
 *   commits    open shards that have a manifest are closed
 *   window     planned shards are opened in their place
 *   inquiries  the three questions, as far as the transport answers them now
 *   take-over  idle workers are offered what others have open
 *   spare      whether workers have nothing left to take, where somebody wants to know
 *   standstill nothing has finished for a long time: see progress-watch.ts
 *   outage     the transport is away: inquiries are dropped, and begin again with the first question when it is back
 *   stuck      a chunk was sent again and again to no effect: the drive ends (inquiries.ts)
 *   watch      where the job has limits, the journals are read from time to time, so that a limit is noticed before a chunk ends
 */
import {
  type Clock,
  type Dispatch,
  isTemporary,
  type Journals,
  type Manifest,
  outageOf,
  type StageFile,
} from '@proofmill/contract';
import type { StageFolder } from '@proofmill/folder';
import type { Crc32 } from '@proofmill/merge';
import { Inquiries } from './inquiries.ts';
import { type Evidence, OpenShards, type OpenShardsOptions, type Window } from './open-shards.ts';
import { ProgressWatch } from './progress-watch.ts';
import { SpareWorkers } from './spare-workers.ts';
import { TakeOver } from './take-over.ts';
import type { PlanProgress } from './write-plan.ts';

export interface DriveOptions {
  readonly stage: StageFile;
  readonly folder: StageFolder;
  readonly journals: Journals;
  readonly crc32: Crc32;
  readonly dispatch: Dispatch;
  /** Creates what the transport lacks of this run, and tells it what it must know of others. */
  readonly openTransport: () => Promise<void>;
  readonly clock: Clock;
  readonly progress: Readonly<PlanProgress>;
  readonly window: Window;
  readonly pollMs: number;
  /** How often the journals are read without an inquiry, where `lookInto` says that outcomes are looked into. */
  readonly watchMs: number;
  /** It, `quietMs` and `takeOver` are asked at every turn, as a job may change while it runs. */
  readonly lookInto: OpenShardsOptions['lookInto'];
  readonly transportDownMs: number;
  /** How long nothing may be finished before it is looked into. */
  readonly quietMs: () => number;
  /** Whether idle workers take over open items of others near the end. */
  readonly takeOver: () => boolean;
  readonly stop: AbortSignal;
  /** Called once for every shard, in the order of their commits; `false` stops the drive. */
  readonly onCommit: (manifest: Manifest) => boolean;
  /**
   * Called every turn with the records that have an outcome, how many of them were given, and the rest of what is known; `false` stops the
   * drive.
   */
  readonly onProgress: (records: number, given: number, evidence: Evidence) => boolean;
  /** Called for each refusal that a collector has journalled of an item without an outcome. */
  readonly onRefusal: (item: string, reason: string) => void;
  /** Called with the number of items that idle workers were offered. */
  readonly onOffer: (items: number) => void;
  /** Called when workers have nothing left to take, and when that is no longer so; null where nobody wants to know. */
  readonly onSpare: ((areSpare: boolean) => void) | null;
  /** Called when an outage of the transport begins. */
  readonly onTrouble: (sentence: string) => void;
  /** Called when nothing is finished any more, and with what was found then. */
  readonly onStandstill: (sentence: string) => void;
}

/**
 * `done` when every planned shard is committed, `stopped` when `stop`, `onCommit` or `onProgress` says so. Rejects with
 * UnavailableError when the transport was away too long, and when sending leads to nothing.
 */
export async function drive(options: DriveOptions): Promise<'done' | 'stopped'> {
  const { clock, progress, stop } = options;
  let isWanted = true;
  const shards = new OpenShards({
    ...options,
    onCommit: (manifest) => {
      isWanted = options.onCommit(manifest) && isWanted;
    },
  });
  const inquiries = new Inquiries({ ...options, shards });
  const watch = new ProgressWatch({ ...options, shards, inquiries });
  const { onSpare } = options;
  const takeOver = new TakeOver({ ...options, shards });
  const always: Lookout[] = [...(onSpare ? [new SpareWorkers({ ...options, shards, onSpare })] : []), watch];
  const lookouts = (): Lookout[] => (options.takeOver() ? [takeOver, ...always] : always);
  const askTransport = transportTurns(options, inquiries, lookouts);
  const watchJournals = watchTurns(options, shards, inquiries);
  for (;;) {
    await shards.noteCommits();
    await shards.fill(options.window, progress.planned);
    if (!isWanted || stop.aborted) return 'stopped';
    if (progress.end && shards.committed === progress.end.shards) return 'done';
    await askTransport();
    if (inquiries.stuck) throw inquiries.stuck;
    await watchJournals();
    if (!options.onProgress(shards.finishedRecords, shards.givenRecords, shards.evidence)) return 'stopped';
    await clock.sleep(options.pollMs, stop);
  }
}

/**
 * Reads the journals every `watchMs`. What cannot be read now is read later: it is evidence for limits and for nothing else. Where the
 * first limit is set while the stage runs, they are read from the beginning, as nothing was looked into before.
 */
function watchTurns(
  { lookInto, stage, clock, watchMs }: DriveOptions,
  shards: OpenShards,
  inquiries: Inquiries,
): () => Promise<void> {
  let lastMs = clock.now();
  let isLooking = lookInto() !== null;
  return async () => {
    if (lookInto() === null) {
      isLooking = false;
      return;
    }
    if (clock.now() - lastMs < watchMs) return;
    lastMs = clock.now();
    try {
      if (!isLooking) {
        inquiries.drop();
        await shards.reread();
      }
      isLooking = true;
      for (let partition = 0; partition < stage.partitions; partition += 1) await shards.readJournals(partition);
    } catch (error) {
      if (!isTemporary(error)) throw error;
    }
  };
}

/** Something that is to be looked at now and then, when its time has come. Rejects where the transport is away. */
interface Lookout {
  look(): Promise<void>;
}

/** The transport's part of a turn: opens it where it is not open, advances the inquiries, looks, tolerates an outage. */
function transportTurns(
  options: DriveOptions,
  inquiries: Inquiries,
  lookouts: () => readonly Lookout[],
): () => Promise<void> {
  const outage = outageOf({ longestMs: options.transportDownMs });
  let isOpen = false;
  return async () => {
    try {
      if (!isOpen) await options.openTransport();
      isOpen = true;
      await inquiries.advance();
      for (const lookout of lookouts()) await lookout.look();
      outage.succeeded();
    } catch (error) {
      if (!isTemporary(error)) throw error;
      inquiries.drop();
      const verdict = outage.failed(options.clock.now());
      if (verdict === 'give up') throw error;
      if (verdict === 'report') options.onTrouble(error.message);
      // Streams that were lost are created again; the same evidence as ever shows what was in them.
      if (error.code === 'stream-missing') isOpen = false;
    }
  };
}
