/** Several watches, one reader: changes that come before the reader returns are one, as it looks at everything anyway. */
export interface ChangeSignal {
  changed(): void;
  /** Makes the next call of `next` reject with this error. */
  fail(error: unknown): void;
  /** Resolves when something has changed since the last call, or when the signal fires. */
  next(signal: AbortSignal): Promise<void>;
}

export function createChangeSignal(): ChangeSignal {
  let hasChanged = false;
  let failure: { readonly error: unknown } | null = null;
  let wake: (() => void) | null = null;
  return {
    changed() {
      hasChanged = true;
      wake?.();
    },
    fail(error) {
      failure ??= { error };
      wake?.();
    },
    async next(signal) {
      if (!hasChanged && !failure && !signal.aborted) {
        await new Promise<void>((resolve) => {
          wake = resolve;
          signal.addEventListener('abort', () => resolve(), { once: true });
        });
        wake = null;
      }
      if (failure) throw failure.error;
      hasChanged = false;
    },
  };
}
