/** Turns that are given together are one: who takes them looks at everything anyway. */
export interface Turns {
  give(): void;
  /** The next call of `taken` rejects with this. */
  fail(error: unknown): void;
  /** Resolves when there is a turn, or when the signal fires. */
  taken(signal: AbortSignal): Promise<void>;
}

export function createTurns(): Turns {
  let pending = false;
  let failure: { readonly error: unknown } | null = null;
  let wake: (() => void) | null = null;
  return {
    give() {
      pending = true;
      wake?.();
    },
    fail(error) {
      failure ??= { error };
      wake?.();
    },
    async taken(signal) {
      if (!pending && !failure && !signal.aborted) {
        await new Promise<void>((resolve) => {
          wake = resolve;
          signal.addEventListener('abort', () => resolve(), { once: true });
        });
        wake = null;
      }
      if (failure) throw failure.error;
      pending = false;
    },
  };
}
