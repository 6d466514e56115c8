/**
 * Whether a process is alive, and whether it is ready.
 *
 *   alive   its event loop answers, and each of its loops that has begun has asked something of a port lately: all of them do so all the time
 *   ready   all that it needs is there; each check says what is missing
 */
export interface Checks {
  /** Takes note of something that happened at a port of a loop. */
  turn(loop: string): void;
  /** Adds a condition of being ready: null where it holds, else what is missing. */
  needs(check: () => string | null): void;
  /** What keeps the process from being alive; nothing where it is. */
  dead(): readonly string[];
  unready(): readonly string[];
}

export function checksOf({ quietMs, nowMs }: { readonly quietMs: number; readonly nowMs: () => number }): Checks {
  const conditions: (() => string | null)[] = [];
  const turnedAtMs = new Map<string, number>();
  return {
    turn(loop) {
      turnedAtMs.set(loop, nowMs());
    },
    needs(check) {
      conditions.push(check);
    },
    dead: () =>
      [...turnedAtMs].flatMap(([loop, atMs]) => {
        const silentMs = nowMs() - atMs;
        return silentMs <= quietMs ? [] : [`${loop} has asked nothing for ${Math.round(silentMs / 1000)} s`];
      }),
    unready: () => conditions.flatMap((check) => check() ?? []),
  };
}
