import type {
  AskedLine,
  Chance,
  Clock,
  Codec,
  Engine,
  ItemReport,
  OutcomeSink,
  StageFile,
  TaskSource,
} from '@proofmill/contract';
import type { Ask, Reply } from '@proofmill/judge';

export interface WorkTimes {
  /** The age at which a batch of outcomes is published, however small it is. */
  readonly batchAgeMs: number;
  /** Between two heartbeats, which extend every task that the worker holds. */
  readonly heartbeatMs: number;
  /** How long the engine may take until it answers for the first time. */
  readonly engineWaitMs: number;
  /** Between two tries of an engine that has not answered yet. */
  readonly engineProbeMs: number;
  /** How long an engine that has answered may answer nothing. */
  readonly engineDownMs: number;
  /** The longest outage of the transport that the worker waits out. */
  readonly transportDownMs: number;
  /** How long a worker has had nothing to do before it leaves, where it may. */
  readonly leaveIdleMs: number;
}

export const defaultWorkTimes: WorkTimes = {
  batchAgeMs: 200,
  heartbeatMs: 20_000,
  engineWaitMs: 60_000,
  engineProbeMs: 1000,
  engineDownMs: 20 * 60_000,
  transportDownMs: 10 * 60_000,
  leaveIdleMs: 30_000,
};

export interface WorkOptions {
  readonly stage: StageFile;
  readonly tasks: TaskSource;
  readonly sink: OutcomeSink;
  readonly engine: Engine;
  /** The engine of the stage's first judge. Default: `engine`. */
  readonly firstEngine?: Engine;
  readonly codec: Codec;
  readonly clock: Clock;
  readonly chance: Chance;
  /** Answers in flight. */
  readonly slots: number;
  readonly times?: WorkTimes;
  /** Fires to stop taking tasks. */
  readonly stop: AbortSignal;
  /** Fires to stop working. */
  readonly abort: AbortSignal;
  /** Whether a worker that has nothing to do may end: no task waits for a worker any more. Default: never. */
  readonly mayLeave?: () => Promise<boolean>;
  /** Called with each outcome; `takenOver`: another worker has the item under way, too. */
  readonly onOutcome?: (report: ItemReport, how: { readonly takenOver: boolean }) => void;
  /** Called with each request about an item that has its reply. */
  readonly onReply?: (line: AskedLine, ask: Ask, reply: Reply) => void;
  /** Called with a sentence when an outage of engine or transport begins, and when a task is damaged. */
  readonly onTrouble?: (sentence: string) => void;
  /** Called with why the engine answers nothing, in its own words, and with null when it answers again. */
  readonly onEngineTrouble?: (why: string | null) => void;
}

/** The options with every default filled in. */
export type CompleteOptions = Required<WorkOptions>;

export const withDefaults = (options: WorkOptions): CompleteOptions => ({
  ...options,
  firstEngine: options.firstEngine ?? options.engine,
  times: options.times ?? defaultWorkTimes,
  mayLeave: options.mayLeave ?? (async () => false),
  onOutcome: options.onOutcome ?? (() => undefined),
  onReply: options.onReply ?? (() => undefined),
  onTrouble: options.onTrouble ?? (() => undefined),
  onEngineTrouble: options.onEngineTrouble ?? (() => undefined),
});
