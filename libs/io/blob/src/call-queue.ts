/**
 * Runs the calls of one journal writer in the order in which they were made. The first failure is final: what a failed call
 * left behind is unknown, so every later call rejects with the same error.
 */
export interface CallQueue {
  run<T>(call: () => Promise<T>): Promise<T>;
  /** Rejects later calls. Resolves when the earlier ones have ended. */
  close(): Promise<void>;
}

/** `name` is what a call on a closed queue says is closed. */
export function createCallQueue(name: string): CallQueue {
  let isClosed = false;
  let failure: { readonly error: unknown } | undefined;
  let last: Promise<unknown> = Promise.resolve();

  return {
    run(call) {
      if (isClosed) return Promise.reject(new Error(`${name} is closed`));
      const turn = last.then(async () => {
        if (failure) throw failure.error;
        try {
          return await call();
        } catch (error) {
          failure = { error };
          throw error;
        }
      });
      last = turn.catch(() => undefined);
      return turn;
    },
    async close() {
      isClosed = true;
      await last;
    },
  };
}
