/**
 * The capacity model: a number of slots, each of which works on one sequence (one choice of one request) at a time, and an
 * unbounded first-come-first-served queue for them, as in vLLM without admission control.
 *
 * A sequence takes prompt tokens / prefill speed + answer tokens / decode speed, times `timeScale`. Decoding does not slow
 * down when more slots are busy: a slot count well below the card's limit behaves like that.
 */

/** One choice of one request. */
interface Sequence {
  /** Real milliseconds in a slot; Infinity never ends by itself. */
  readonly serviceMs: number;
  /** Its share of the key-value cache while it runs. */
  readonly tokens: number;
}

/** The sequences of one request. */
interface Ticket {
  /** Takes them out of slots and queue at once; `done` is not called any more. */
  cancel(): void;
}

export interface Slots {
  /** Queues sequences; calls `done` when the last one has ended, with the milliseconds that the first one waited. */
  enter(sequences: readonly Sequence[], done: (queueMs: number) => void): Ticket;
  readonly running: number;
  readonly waiting: number;
  /** Tokens of the running sequences. */
  readonly runningTokens: number;
}

interface QueuedSequence extends Sequence {
  readonly onStart: () => void;
  readonly onEnd: () => void;
  timer: NodeJS.Timeout | undefined;
}

/** Slots with nothing in them. */
export function createSlots(count: number): Slots {
  // A Set keeps the order of insertion and deletes in constant time: a queue that can be left in the middle.
  const waiting = new Set<QueuedSequence>();
  const running = new Set<QueuedSequence>();
  let runningTokens = 0;

  const leave = (sequence: QueuedSequence): void => {
    clearTimeout(sequence.timer);
    if (running.delete(sequence)) runningTokens -= sequence.tokens;
    else waiting.delete(sequence);
  };
  const fill = (): void => {
    for (const sequence of waiting) {
      if (running.size >= count) return;
      waiting.delete(sequence);
      running.add(sequence);
      runningTokens += sequence.tokens;
      sequence.onStart();
      if (sequence.serviceMs === Number.POSITIVE_INFINITY) continue;
      sequence.timer = setTimeout(() => {
        leave(sequence);
        fill();
        sequence.onEnd();
      }, sequence.serviceMs);
    }
  };

  return {
    enter(sequences, done) {
      const entered = queuedSequences(sequences, done);
      for (const sequence of entered) waiting.add(sequence);
      fill();
      return {
        cancel() {
          for (const sequence of entered) leave(sequence);
          fill();
        },
      };
    },
    get running() {
      return running.size;
    },
    get waiting() {
      return waiting.size;
    },
    get runningTokens() {
      return runningTokens;
    },
  };
}

function queuedSequences(sequences: readonly Sequence[], done: (queueMs: number) => void): QueuedSequence[] {
  const enteredAtMs = performance.now();
  let queueMs: number | undefined;
  let unfinished = sequences.length;
  const onStart = (): void => {
    queueMs ??= performance.now() - enteredAtMs;
  };
  const onEnd = (): void => {
    unfinished -= 1;
    if (unfinished === 0) done(queueMs ?? 0);
  };
  return sequences.map((sequence) => ({ ...sequence, onStart, onEnd, timer: undefined }));
}
