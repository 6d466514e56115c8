/**
 * Whether a process is alive, and whether it is ready.
 *
 *   alive   its event loop answers, and something happened at one of its ports lately: each of its loops asks one all the time
 *   ready   all that it needs is there; each check says what is missing
 */
export interface Checks {
  /** Takes note of something that happened at a port. */
  turn(): void;
  /** Adds a condition of being ready: null where it holds, else what is missing. */
  needs(check: () => string | null): void;
  /** What keeps the process from being alive; nothing where it is. */
  dead(): readonly string[];
  unready(): readonly string[];
}

export function checksOf({ quietMs, nowMs }: { readonly quietMs: number; readonly nowMs: () => number }): Checks {
  const conditions: (() => string | null)[] = [];
  let turnedAtMs = nowMs();
  return {
    turn() {
      turnedAtMs = nowMs();
    },
    needs(check) {
      conditions.push(check);
    },
    dead() {
      const silentMs = nowMs() - turnedAtMs;
      if (silentMs <= quietMs) return [];
      return [`nothing was asked of any port for ${Math.round(silentMs / 1000)} s`];
    },
    unready: () => conditions.flatMap((check) => check() ?? []),
  };
}
