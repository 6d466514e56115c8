/**
 * The capacity model: a number of slots, each of which works on one sequence (one choice of one request) at a time, and an
 * unbounded first-come-first-served queue before them, as in vLLM without admission control.
 *
 * A sequence takes prompt tokens / prefill speed + answer tokens / decode speed, times `timeScale`. Decoding does not slow
 * down when more slots are busy: that is what a slot count well below the card's limit looks like.
 */

/** One choice of one request. */
interface Sequence {
  /** Real milliseconds in a slot; Infinity never ends by itself. */
  readonly serviceMs: number;
  /** What it holds of the key-value cache while it runs. */
  readonly tokens: number;
}

/** Sequences in the engine. */
interface Ticket {
  /** Takes all sequences out of slots and queue at once; `done` is never called then. */
  cancel(): void;
}

/** Slots and queue. */
export interface Capacity {
  /** Queues the sequences; calls `done` when the last has ended, with the milliseconds that the first one waited. */
  enter(sequences: readonly Sequence[], done: (queueMs: number) => void): Ticket;
  readonly running: number;
  readonly waiting: number;
  /** Tokens of the running sequences. */
  readonly runningTokens: number;
}

interface Place {
  readonly sequence: Sequence;
  readonly start: () => void;
  readonly end: () => void;
  timer: NodeJS.Timeout | undefined;
}

/** An idle engine. */
export function createCapacity(slots: number): Capacity {
  // Sets keep the order of insertion and forget in constant time: a queue that can be left in the middle.
  const waiting = new Set<Place>();
  const running = new Set<Place>();
  let runningTokens = 0;

  const free = (place: Place): void => {
    clearTimeout(place.timer);
    if (running.delete(place)) runningTokens -= place.sequence.tokens;
    else waiting.delete(place);
  };
  const fill = (): void => {
    for (const place of waiting) {
      if (running.size >= slots) return;
      waiting.delete(place);
      running.add(place);
      runningTokens += place.sequence.tokens;
      place.start();
      if (place.sequence.serviceMs === Number.POSITIVE_INFINITY) continue;
      place.timer = setTimeout(() => {
        free(place);
        fill();
        place.end();
      }, place.sequence.serviceMs);
    }
  };

  return {
    enter(sequences, done) {
      const enteredAtMs = performance.now();
      let queueMs: number | undefined;
      let left = sequences.length;
      const places = sequences.map((sequence): Place => {
        const start = (): void => {
          queueMs ??= performance.now() - enteredAtMs;
        };
        const end = (): void => {
          left -= 1;
          if (left === 0) done(queueMs ?? 0);
        };
        return { sequence, start, end, timer: undefined };
      });
      for (const place of places) waiting.add(place);
      fill();
      return {
        cancel() {
          for (const place of places) free(place);
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
